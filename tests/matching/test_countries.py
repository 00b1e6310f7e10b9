"""Countries by their names in several languages and by their codes; what is not understood says nothing."""

import pytest

from tests.matching.worlds import first, matched
from x3studio.matching import Conflict, Kind
from x3studio.matching.countries import country_code


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (("Deutschland", "germany", "Allemagne", "Alemania", "Germania", "DEU", "de", "D"), "DE"),
        (("España", "Spain", "Spanien", "Espagne", "Spagna", "ESP"), "ES"),
        (("Česko", "Česká republika", "Czech Republic", "Tschechien", "CZE"), "CZ"),
        (("Polska", "Poland", "Pologne", "POL"), "PL"),
        (("United Kingdom", "UK", "GB", "Great Britain", "Royaume-Uni", "GBR"), "GB"),
        (("U.S.A.", "USA", "United States", "États-Unis", "Stati Uniti"), "US"),
        (("Ελλάδα", "Greece", "EL", "Griechenland"), "GR"),
        (("", "Narnia", "12", "Export"), ""),
    ],
)
def test_spellings_of_a_country(texts: tuple[str, ...], code: str) -> None:
    assert {text: country_code(text) for text in texts} == dict.fromkeys(texts, code)


def _conflicts(ours: str, theirs: str) -> tuple[Conflict, ...]:
    sides = [{"name": ["Kranzler GmbH"], "city": ["Ulm"], "country": [text]} for text in (ours, theirs)]
    found = matched(*sides, kind=Kind.CUSTOMERS)
    return found[first(found)].conflicts


def test_only_two_known_countries_contradict_each_other() -> None:
    assert _conflicts("Deutschland", "DE") == ()
    assert _conflicts("Narnia", "DE") == ()
    assert _conflicts("Österreich", "DE") == (Conflict.COUNTRY,)
