"""The demo's buyers: invented names and addresses, among them the ones that break careless programs."""

import random
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

_FIRST = {
    "DE": ("Anke", "Jörg", "Sörenß", "Gudrun", "Mehmet", "Agnieszka", "Karl-Heinz", "Thea"),
    "FR": ("Amélie", "Noël", "Béatrice", "Loïc", "Françoise", "Yann", "Chloé", "Aurèle"),
    "GB": ("Siobhán", "Nigel", "Priya", "Owen", "Hattie", "Dafydd", "Moira", "Kwame"),
}
_LAST = {
    "DE": ("Müllerstedt", "Öztürk", "Weißenborn", "Grünwald-Kopp", "Thürmann", "Bäcker", "Fuchsloh"),
    "FR": ("Lefèvre", "D’Arcourt", "Guérin", "Saint-Clément", "Bœuf", "Le Goff", "Châtelain"),
    "GB": ("O'Hanlon", "Harrowgate", "Fitzwilliam-Smythe", "Llewellyn", "Ashcombe", "Patel"),
}
_STREETS = {
    "DE": ("Lindenstraße", "Am Alten Markt", "Mühlbachweg", "Straße des 17. Juni", "Königsallee"),
    "FR": ("rue de l’Église", "avenue des Tilleuls", "impasse du Moulin", "quai Saint-Michel"),
    "GB": ("High Street", "Mill Lane", "St. Mary's Road", "Station Approach", "King's Parade"),
}
_PLACES = {
    "DE": (("20095", "Hamburg"), ("80331", "München"), ("50667", "Köln"), ("04109", "Leipzig")),
    "FR": (("75011", "Paris"), ("67000", "Strasbourg"), ("69003", "Lyon"), ("29200", "Brest")),
    "GB": (("LS1 4AP", "Leeds"), ("EH1 1YZ", "Edinburgh"), ("BS1 5TR", "Bristol"), ("M1 1AE", "Manchester")),
}
_HARD = (
    "Kern & Söhne <Versand>",
    'Lena "Leni" Groß',
    "René d'Été",
    "漢字 太郎",
    "O'Brien; DROP TABLE",
    "Zoë  Ångström-Łukasiewicz",
    "=SUMME(A1:A9)",
    "Müller\u00a0&amp; Co",
)
"""Names that are legal and yet spoil XML, CSV, SQL or a code page where they are not treated as data."""
_EXTRAS = ("Hinterhaus, 2. OG", "bâtiment C, escalier 3", "Flat 4", "c/o Empfang", "Tor 3 <links>")
_HOME = "DE"


@dataclass(frozen=True, slots=True)
class Person:
    """A buyer and where the parcel goes; `lines` are one to three address lines."""

    name: str
    email: str
    phone: str
    lines: tuple[str, ...]
    city: str
    postcode: str
    country: str


def person(rng: random.Random, *, country: str, number: int) -> Person:
    """The buyer of order `number`; one in twenty-five has a difficult name."""
    at = country if country in _FIRST else _HOME
    draw = rng.random
    if draw() < 0.04:
        name = _HARD[int(draw() * len(_HARD))]
    else:
        name = f"{_pick(_FIRST[at], draw())} {_pick(_LAST[at], draw())}"
    house = 1 + int(draw() * 180)
    street = _pick(_STREETS[at], draw())
    lines: tuple[str, ...] = (f"{house} {street}",) if at != "DE" else (f"{street} {house}",)
    if draw() < 0.3:
        lines += (_pick(_EXTRAS, draw()),)
    if draw() < 0.02:
        lines += (f"Lieferung an Rampe {house}",)
    postcode, city = _pick(_PLACES[at], draw())
    return Person(
        name=name,
        email=f"demo{number:08x}@marketplace.example",
        phone=f"+49 30 5550{number % 10000:04d}",
        lines=lines,
        city=city,
        postcode=postcode,
        country=at,
    )


def _pick(choices: tuple[T, ...], roll: float) -> T:
    return choices[int(roll * len(choices))]
