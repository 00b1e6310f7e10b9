"""Titles of systems with short fields: what was cut off is unknown, two letters may be a colour."""

import pytest

from tests.matching.worlds import first, matched
from x3studio.matching import Conflict
from x3studio.matching.cut_texts import read_cut
from x3studio.matching.normalise import fold

_FIELD = 30
_LONG = [f"ARBEITSHANDSCH E{number} WEISS 30L" for number in range(3000, 3012)]
_SHORT = [f"BOHRM. P{number}" for number in range(5200, 5220)]
_CUT = [text[:_FIELD] for text in _LONG]


def _read(*titles: str) -> list[str]:
    """As read among titles of a field of thirty characters."""
    every = [*titles, *_CUT, *_SHORT]
    return [" ".join(text.split()) for text in read_cut(every, [fold(title) for title in every]).texts]


def test_the_last_word_of_a_cut_title_is_unknown() -> None:
    titles = ["ARB.HANDSCH E3290 WEISS 30L 24", "BOHRM. P5286 24"]
    assert len(titles[0]) == _FIELD
    assert _read(*titles)[:2] == ["arb.handsch e3290 weiss 30l", "bohrm. p5286 24"]


def test_a_pack_behind_the_cut_is_no_conflict() -> None:
    ours = {"title": ["Arbeitshandschuhe E3290 weiss 30 l, 24er Pack"]}
    found = matched(ours, {"title": ["ARB.HANDSCH E3290 WEISS 30L 24", *_CUT, *_SHORT]})
    assert int(found.target[first(found)]) == 0
    assert found[first(found)].conflicts == ()


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("BOHRM. P5286 GE 40W", "bohrm. p5286 yellow 40w"),
        ("HTUCH NR 12ML", "htuch black 12ml"),
        ("BOLSA BAS. AZ X10", "bolsa bas. blue x10"),
        ("KAFFEE 500 GR", "kaffee 500 gr"),
        ("RUCKSACK GR XL", "rucksack gr xl"),
        ("SCHUH GR. 42", "schuh gr. 42"),
        ("STYLO NR 5", "stylo nr 5"),
    ],
)
def test_two_letters_are_a_colour_where_they_name_nothing_else(title: str, read: str) -> None:
    assert _read(title)[0] == read


def test_titles_of_any_length_are_left_alone() -> None:
    titles = ["GE fridge white", "the GE washing machine with a rather long name", *_SHORT]
    folded = [fold(title) for title in titles]
    read = read_cut(titles, folded)
    assert read.texts == folded
    assert not read.cut.any()


def test_the_right_abbreviated_colour_comes_first() -> None:
    theirs = ["BOHRM. P5286 GR 40W", "BOHRM. P5286 GE 40W", *_CUT]
    found = matched({"title": ["Bohrmaschine P5286, gelb"]}, {"title": theirs})
    assert int(found.target[first(found)]) == 1
    other = next(place for place in found.places(0) if found.target[place] == 0)
    assert Conflict.COLOUR in found[other].conflicts
