"""Guesses what each column of a table means, from its name first and from its contents where the name is
mute.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

import pandas as pd

from x3studio.matching.article_numbers import read_ean, vat_number
from x3studio.matching.normalise import fold
from x3studio.matching.values import Kind, Table
from x3studio.matching.vocabulary import LEGAL_FORMS


class Role(StrEnum):
    """What a column means to the matching; several columns may share a role."""

    TITLE = "title"
    BRAND = "brand"
    CODE = "code"
    EAN = "ean"
    DESCRIPTION = "description"
    PRICE = "price"
    COLOUR = "colour"
    SIZE = "size"
    PACK = "pack"
    ADDRESS = "address"
    CITY = "city"
    POSTCODE = "postcode"
    COUNTRY = "country"
    VAT = "vat"
    PHONE = "phone"
    EMAIL = "email"
    OTHER = "other"
    IGNORE = "ignore"


Roles = Mapping[str, Role]
"""Column name: its role."""

_FIRST_NAMES = (
    "givenname firstname forename middlename vorname prenom nombrepila jmeno imie voornaam fornamn fornavn "
    "nombre nome"
)
_LAST_NAMES = (
    "surname lastname familyname nachname familienname nom nomdefamille apellido apellidos primerapellido "
    "segundoapellido cognome prijmeni nazwisko achternaam efternamn efternavn etternavn name"
)
# Whole column names, folded and without marks; X3's own field names included.
_NAMES: dict[Role, str] = {
    Role.EAN: "ean eancod ean13 ean8 gtin gtin13 gtin14 upc barcode codebarre codebarres eancode productid "
    "strichcode",
    Role.VAT: "vat vatnumber vatno vatid eecnum ustid ustidnr uid tva numtva tvaintra nif cif btw btwnummer "
    "partitaiva piva dic "
    "taxid taxnumber vatregistrationnumber sirenvat crn",
    Role.PHONE: "phone tel telephone telefon telefono phonenumber telefoon fax mobile tel1 telnr",
    Role.EMAIL: "email mail emailaddress web website url homepage domain",
    Role.POSTCODE: "postcode zip zipcode plz postalcode poscod codepostal cp cap psc postnummer kodpocztowy",
    Role.CITY: "city town ort stadt ville ciudad citta stad cty locality mesto miasto plaats suburb commune "
    "localidad poblacion localita comune obec wohnort stadtteil",
    Role.COUNTRY: "country land pays pais paese cry countrycode crynam zeme kraj nation",
    Role.ADDRESS: "address addr street strasse adresse direccion indirizzo adres address1 addressline1 "
    "bpaaddlig1 rue "
    "streetaddress ulice ulica adresa addressline street1 strassehausnummer",
    Role.BRAND: "brand manufacturer marke hersteller marque fabricant marca maker vendor supplier fabricante "
    "produttore "
    "merk vyrobce znacka producent brandname",
    Role.PRICE: "price preis prix precio prezzo prijs cena unitprice listprice baspri saleprice "
    "standardprice amount vk uvp "
    "netprice grossprice retailprice",
    Role.COLOUR: "color colour farbe couleur colore kleur barva kolor colorname colourname",
    Role.SIZE: "size groesse grosse taille talla taglia maat velikost rozmiar sizename weight gewicht volume "
    "contents inhalt "
    "capacity",
    Role.PACK: "pack packsize packqty packungsgroesse ve verpackungseinheit conditionnement "
    "itempackagequantity unitcount "
    "numberofitems packquantity",
    Role.CODE: "code sku modelno model modelnumber mpn partnumber partno itemcode itemnumber articlenumber "
    "artikelnummer "
    "artnr reference ref itmref sellersku productcode materialnumber catalognumber referenz suppliersku "
    "vendorcode "
    "manufacturerpartnumber itemref articleno styleno",
    Role.TITLE: "title name productname itemname product item bezeichnung designation libelle nombre nome "
    "naam nazev nazwa "
    "companyname company firma societe customer customername bpcnam bprnam organisation organization titel "
    "itmdes1 "
    "articlename artikelbezeichnung produit producto prodotto label fullname legalname displayname "
    f"{_FIRST_NAMES} {_LAST_NAMES}",
    Role.DESCRIPTION: "description desc beschreibung longdescription shortdescription itemdescription "
    "descripcion descrizione "
    "details text omschrijving popis opis itmdes2 itmdes3 features bulletpoints specification",
    Role.IGNORE: "image imageurl picture photo link productlink date created modified updated timestamp "
    "status quantity stock",
}
_THINGS_TOO = frozenset(("nombre", "nome", "nom", "name"))
"""Parts of a person's name only beside a part that nothing but persons have."""
_BY_NAME = {name: role for role, names in _NAMES.items() for name in names.split()}
_SINGLE = frozenset(
    {
        Role.TITLE,
        Role.BRAND,
        Role.EAN,
        Role.PRICE,
        Role.CITY,
        Role.POSTCODE,
        Role.COUNTRY,
        Role.VAT,
        Role.PHONE,
    }
)
_SECOND = {Role.TITLE: Role.DESCRIPTION, Role.CITY: Role.OTHER}
"""What a second column of a single role becomes; of the others it tells nothing."""
_SAMPLE_ROWS = 500
_MARKS = re.compile(r"[^a-z0-9]+")
_COMPANY_ROLES = frozenset({Role.ADDRESS, Role.CITY, Role.POSTCODE, Role.VAT, Role.PHONE, Role.EMAIL})
_ITEM_ROLES = frozenset({Role.PRICE, Role.BRAND, Role.EAN, Role.COLOUR, Role.SIZE, Role.PACK, Role.CODE})


def guess_roles(table: Table) -> dict[str, Role]:
    """The role of each column but the key; at least one becomes the title where any column has words."""
    roles: dict[str, Role] = {}
    samples = {str(column): _sample(table.frame[column]) for column in table.frame.columns}
    for column, sample in samples.items():
        if column != table.id_column:
            roles[column] = _settled(_by_name(column), sample)
    _only_one(roles)
    for column, role in list(roles.items()):
        if role is Role.OTHER:
            roles[column] = _by_content(samples[column], taken=set(roles.values()))
    if Role.TITLE not in roles.values():
        title = _title_column(roles, samples, key=table.id_column)
        if title is not None:
            roles[title] = Role.TITLE
    if roles.get(table.id_column) is None and _is_code(samples[table.id_column]):
        roles[table.id_column] = Role.CODE
    return roles


def _sample(column: pd.Series) -> list[str]:
    filled = column[column != ""]
    step = max(1, len(filled) // _SAMPLE_ROWS)
    return [str(text) for text in filled.iloc[::step][:_SAMPLE_ROWS]]


def _by_name(column: str) -> Role:
    tail = re.split(r"[#/]", column)[-1]
    name = _MARKS.sub("", fold(tail))
    if name in _BY_NAME:
        return _BY_NAME[name]
    stripped = _bare(column)
    if stripped in _BY_NAME:
        return _BY_NAME[stripped]
    for part in _MARKS.split(fold(tail)):
        if part in _BY_NAME:
            return _BY_NAME[part]
    return Role.OTHER


def _bare(column: str) -> str:
    """The column's name without marks, without the side it stands for, without a number at its end."""
    name = _MARKS.sub("", fold(re.split(r"[#/]", column)[-1]))
    name = re.sub(
        r"^(source|target|src|tgt|left|right|item|product|customer|company|amazon|x3)(?=.)", "", name
    )
    return re.sub(r"\d+$", "", name)


def _settled(role: Role, sample: Sequence[str]) -> Role:
    """The role by name, unless the contents belie it."""
    if not sample:
        return Role.IGNORE
    if role is Role.PRICE and _share(sample, lambda text: any(char.isdigit() for char in text)) < 0.5:
        return Role.OTHER
    if (
        role is Role.EAN
        and _share(sample, lambda text: bool(read_ean(text).number or read_ean(text).fault)) < 0.5
    ):
        return Role.OTHER
    return role


def _only_one(roles: dict[str, Role]) -> None:
    """Keeps single roles single: the first column keeps it, a second title is a description.

    First and last names are one title together, unless a column before them names the whole.
    """
    seen: set[Role] = set()
    person = _person([column for column, role in roles.items() if role is Role.TITLE])
    for column, role in roles.items():
        if column in person:
            continue
        if role in _SINGLE and role in seen:
            roles[column] = _SECOND.get(role, Role.IGNORE)
        seen.add(role)


def _person(titles: Sequence[str]) -> frozenset[str]:
    """The columns that together hold a person's name: first and last names where no other title stands
    first.
    """
    bare = {column: _bare(column) for column in titles}
    first = {column for column, name in bare.items() if name in _FIRST_NAMES.split()}
    last = {column for column, name in bare.items() if name in _LAST_NAMES.split()}
    parts = first | last
    persons = any(bare[column] not in _THINGS_TOO for column in parts)
    return frozenset(parts) if first and last and persons and titles[0] in parts else frozenset()


def _by_content(sample: Sequence[str], *, taken: set[Role]) -> Role:
    if Role.EAN not in taken and _share(sample, lambda text: bool(read_ean(text).number)) > 0.8:
        return Role.EAN
    if Role.VAT not in taken and _share(sample, lambda text: bool(vat_number(text))) > 0.6:
        return Role.VAT
    if Role.EMAIL not in taken and _share(sample, lambda text: "@" in text) > 0.8:
        return Role.EMAIL
    if _share(sample, lambda text: text.startswith(("http://", "https://"))) > 0.8:
        return Role.IGNORE
    if _share(sample, lambda text: not any(char.isalpha() for char in text)) > 0.9:
        return Role.IGNORE
    if sum(map(len, sample)) / max(1, len(sample)) > 120:
        return Role.DESCRIPTION
    return Role.OTHER


def _share(sample: Sequence[str], holds: "object") -> float:
    assert callable(holds)
    return sum(1 for text in sample if holds(text)) / max(1, len(sample))


def _title_column(roles: dict[str, Role], samples: Mapping[str, Sequence[str]], *, key: str) -> str | None:
    """The most telling text: many different values of a few words; a description where nothing better is
    left.
    """

    def worth(column: str) -> float:
        sample = samples[column]
        if not sample or not any(any(char.isalpha() for char in text) for text in sample):
            return 0.0
        length = sum(map(len, sample)) / len(sample)
        return len(set(sample)) / len(sample) * min(length, 60.0)

    free = [column for column, role in roles.items() if role is Role.OTHER]
    free = free or [column for column, role in roles.items() if role is Role.DESCRIPTION]
    best = max(free, key=worth, default=None)
    if best is not None and worth(best) > 0:
        return best
    return key if worth(key) > 0 else None


def _is_code(sample: Sequence[str]) -> bool:
    """Whether keys are codes that may stand on the other side too, not running numbers or links."""
    if _share(sample, lambda text: "://" in text or len(text) > 40) > 0.1:
        return False
    return _share(sample, lambda text: any(char.isalpha() for char in text)) > 0.5


def guess_kind(tables: Sequence[Table], roles: Sequence[Roles]) -> Kind:
    """Customers where the columns are those of addresses, or where names end in legal forms; else items."""
    found = {role for side in roles for role in side.values()}
    company, item = len(found & _COMPANY_ROLES), len(found & _ITEM_ROLES)
    if company != item:
        return Kind.CUSTOMERS if company > item else Kind.ITEMS
    shares = []
    for table, side in zip(tables, roles, strict=True):
        title = next((column for column, role in side.items() if role is Role.TITLE), None)
        if title is not None:
            shares.append(_share(_sample(table.frame[title]), _names_company))
    return Kind.CUSTOMERS if shares and max(shares) > 0.25 else Kind.ITEMS


def _names_company(text: str) -> bool:
    tokens = _MARKS.split(fold(text).replace(".", ""))
    tokens = [token for token in tokens if token]
    return bool(tokens) and len(tokens) > 1 and tokens[-1] in LEGAL_FORMS
