"""What columns mean, by name in several languages and by content where the name is mute."""

import pytest

from x3studio.matching import Kind, Role, Table, guess_kind, guess_roles


def _table(columns: dict[str, list[str]]) -> Table:
    return Table.of("a.csv", columns, id_column=next(iter(columns)))


@pytest.mark.parametrize(
    ("column", "text", "role"),
    [
        ("Artikelbezeichnung", "Ordner rot", Role.TITLE),
        ("Désignation", "Classeur rouge", Role.TITLE),
        ("nombre", "Archivador rojo", Role.TITLE),
        ("Název", "Šanon červený", Role.TITLE),
        ("Hersteller", "Kranzler", Role.BRAND),
        ("marque", "Kranzler", Role.BRAND),
        ("Prezzo", "3,99", Role.PRICE),
        ("Preis", "3,99 EUR", Role.PRICE),
        ("EANCOD", "4006381333931", Role.EAN),
        ("Farbe", "rot", Role.COLOUR),
        ("couleur", "rouge", Role.COLOUR),
        ("Straße", "Hauptstr. 5", Role.ADDRESS),
        ("PLZ", "70173", Role.POSTCODE),
        ("Ville", "Lyon", Role.CITY),
        ("USt-IdNr.", "DE136695976", Role.VAT),
        ("Partita IVA", "IT00743110157", Role.VAT),
    ],
)
def test_names_of_several_languages(column: str, text: str, role: Role) -> None:
    assert guess_roles(_table({"id": ["1"], column: [text]}))[column] is role


def test_mute_names_are_read_by_content() -> None:
    columns = {
        "id": ["1", "2", "3"],
        "c1": ["4006381333931", "4012345678901", "5000112637922"],
        "c2": ["Ordner rot breit", "Stift blau fein", "Block liniert A4"],
        "c3": ["a@firma.de", "b@firma.de", "c@betrieb.fr"],
    }
    roles = guess_roles(_table(columns))
    assert roles["c1"] is Role.EAN
    assert roles["c2"] is Role.TITLE
    assert roles["c3"] is Role.EMAIL


def test_a_price_column_without_digits_is_none() -> None:
    assert (
        guess_roles(_table({"id": ["1", "2"], "name": ["a b", "c d"], "price": ["on request", "ask"]}))[
            "price"
        ]
        is not Role.PRICE
    )


def test_companies_are_told_from_items() -> None:
    firms = _table({"id": ["1", "2"], "name": ["Kranzler GmbH", "Lindner AG"]})
    goods = _table({"id": ["1", "2"], "name": ["Ordner A4", "Stift rot"], "price": ["3,99", "1,20"]})
    assert guess_kind((firms, firms), (guess_roles(firms), guess_roles(firms))) is Kind.CUSTOMERS
    assert guess_kind((goods, goods), (guess_roles(goods), guess_roles(goods))) is Kind.ITEMS


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("given_name", "surname"),
        ("First name", "Last name"),
        ("Vorname", "Name"),
        ("prénom", "nom"),
        ("nombre", "apellidos"),
        ("nome", "cognome"),
        ("imię", "nazwisko"),
        ("jméno", "příjmení"),
    ],
)
def test_first_and_last_names_are_one_title(first: str, last: str) -> None:
    columns = {"id": ["1"], first: ["Olga"], last: ["Kranzler"], "suburb": ["Ulm"], "state": ["Bayern"]}
    roles = guess_roles(_table(columns))
    assert [roles[first], roles[last], roles["suburb"]] == [Role.TITLE, Role.TITLE, Role.CITY]
    assert roles["state"] is Role.OTHER, "kept among all words"


def test_contacts_of_a_company_are_no_part_of_its_name() -> None:
    columns = {"id": ["1"], "company": ["Kranzler AG"], "first_name": ["Olga"], "last_name": ["Lindner"]}
    assert [role for role in guess_roles(_table(columns)).values() if role is Role.TITLE] == [Role.TITLE]


def test_names_of_things_in_two_languages_are_no_person() -> None:
    roles = guess_roles(_table({"id": ["1"], "name": ["red pen"], "nombre": ["boli rojo"]}))
    assert (roles["name"], roles["nombre"]) == (Role.TITLE, Role.DESCRIPTION)
