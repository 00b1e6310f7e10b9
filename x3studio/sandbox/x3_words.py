"""What the demo X3 says, in the language it was asked in: no client may ever branch on these texts."""

from collections.abc import Mapping

LANGUAGES = ("ENG", "GER", "FRA")
_BROWSER = {"en": "ENG", "de": "GER", "fr": "FRA"}

_TEXTS: Mapping[str, tuple[str, str, str]] = {
    "unknown record": (
        "{title} {value}: Record does not exist",
        "{title} {value}: Datensatz existiert nicht",
        "{title} {value} : Fiche inexistante",
    ),
    "exists": (
        "{title} {value}: Record already exists",
        "{title} {value}: Datensatz existiert bereits",
        "{title} {value} : Fiche déjà existante",
    ),
    "registered": (
        "Reference {value} already registered in document {number}",
        "Referenz {value} ist bereits in Beleg {number} erfasst",
        "Référence {value} déjà enregistrée dans la pièce {number}",
    ),
    "mandatory": ("{title}: Mandatory field", "{title}: Pflichtfeld", "{title} : Champ obligatoire"),
    "unknown field": (
        "Field [{value}] not found into X3 description.",
        "Feld [{value}] in der X3-Beschreibung nicht gefunden.",
        "Champ [{value}] introuvable dans la description X3.",
    ),
    "too long": (
        "{title}: more than {most} characters",
        "{title}: mehr als {most} Zeichen",
        "{title} : plus de {most} caractères",
    ),
    "no number": (
        "{title} {value}: Incorrect number",
        "{title} {value}: Falsche Zahl",
        "{title} {value} : Nombre incorrect",
    ),
    "no date": (
        "{title} {value}: Incorrect date",
        "{title} {value}: Falsches Datum",
        "{title} {value} : Date incorrecte",
    ),
    "not positive": (
        "{title}: Value must be greater than zero",
        "{title}: Der Wert muss größer als null sein",
        "{title} : La valeur doit être supérieure à zéro",
    ),
    "negative": (
        "{title}: Negative value not allowed",
        "{title}: Negativer Wert nicht erlaubt",
        "{title} : Valeur négative interdite",
    ),
    "zero": (
        "{title}: Zero value not allowed",
        "{title}: Nullwert nicht erlaubt",
        "{title} : Valeur nulle interdite",
    ),
    "item inactive": (
        "Product {value}: Inactive product",
        "Artikel {value}: Artikel nicht aktiv",
        "Article {value} : Article non actif",
    ),
    "customer inactive": (
        "Customer {value}: Inactive customer",
        "Kunde {value}: Kunde nicht aktiv",
        "Client {value} : Client non actif",
    ),
    "customer on hold": (
        "Customer {value}: Blocked customer",
        "Kunde {value}: Kunde gesperrt",
        "Client {value} : Client bloqué",
    ),
    "not selling": (
        "Site {value}: not a sales site",
        "Standort {value}: kein Verkaufsstandort",
        "Site {value} : n'est pas un site de vente",
    ),
    "not storing": (
        "Site {value}: not a storage site",
        "Standort {value}: kein Lagerstandort",
        "Site {value} : n'est pas un site de stockage",
    ),
    "wrong unit": (
        "Unit {value}: not a unit of this product",
        "Einheit {value}: keine Einheit dieses Artikels",
        "Unité {value} : pas une unité de cet article",
    ),
    "no lines": ("No line entered", "Keine Zeile erfasst", "Aucune ligne saisie"),
    "too many lines": (
        "Number of lines exceeded ({most})",
        "Zeilenzahl überschritten ({most})",
        "Nombre de lignes dépassé ({most})",
    ),
    "unbalanced": (
        "Journal entry not balanced: {value}",
        "Buchung nicht ausgeglichen: {value}",
        "Pièce non équilibrée : {value}",
    ),
    "account inactive": (
        "{title} {value}: Inactive account",
        "{title} {value}: Konto nicht aktiv",
        "{title} {value} : Compte non actif",
    ),
    "account currency": (
        "{title} {value}: Currency not allowed on this account",
        "{title} {value}: Währung auf diesem Konto nicht erlaubt",
        "{title} {value} : Devise non autorisée sur ce compte",
    ),
    "dimension missing": (
        "{title} {value}: Mandatory analytical dimension",
        "{title} {value}: Kostenstelle ist Pflicht",
        "{title} {value} : Section analytique obligatoire",
    ),
    "closed period": (
        "{title} {value}: Period closed",
        "{title} {value}: Periode geschlossen",
        "{title} {value} : Période close",
    ),
    "closed order": (
        "Order {value}: Order closed",
        "Auftrag {value}: Auftrag geschlossen",
        "Commande {value} : Commande soldée",
    ),
    "short stock": (
        "Product {value}: Insufficient stock",
        "Artikel {value}: Bestand nicht ausreichend",
        "Article {value} : Stock insuffisant",
    ),
    "unknown folder": ("Folder {value}: unknown", "Ordner {value}: unbekannt", "Dossier {value} : inconnu"),
}


def say(key: str, language: str, **facts: object) -> str:
    """The text `key` in ENG, GER or FRA, with its facts put in."""
    return _TEXTS[key][LANGUAGES.index(language)].format(**facts)


def language_of(wish: str) -> str:
    """ENG, GER or FRA for an X3 language code or an Accept-Language header; English for any other."""
    code = wish.strip().upper()[:3]
    return code if code in LANGUAGES else _BROWSER.get(wish.strip().lower()[:2], "ENG")
