"""Facts that contradict each other: found in several languages, and stronger than any likeness."""

import pytest

from tests.matching.worlds import first, matched
from x3studio.domain.workbench import Confidence
from x3studio.matching import Conflict, Kind, Suggestions


@pytest.mark.parametrize(
    ("ours", "theirs", "conflict"),
    [
        ("Lindner Textmarker Classic rot", "Lindner Textmarker Classic schwarz", Conflict.COLOUR),
        ("Lindner stylo Classic rouge", "Lindner pen Classic black", Conflict.COLOUR),
        ("Lindner Textmarker Classic 6er Pack", "Lindner Textmarker Classic", Conflict.PACK),
        ("Lindner marker Classic pack of 12", "Lindner marker Classic 6-pack", Conflict.PACK),
        ("Kranzler Reiniger 500 ml", "Kranzler Reiniger 1 l", Conflict.SIZE),
        ("Kranzler polo taille M", "Kranzler Polo Gr. XL", Conflict.SIZE),
    ],
)
def test_a_contradiction_caps_the_band_at_weak(ours: str, theirs: str, conflict: Conflict) -> None:
    found = matched({"title": [ours], "code": ["KX1234"]}, {"title": [theirs], "code": ["KX1234"]})
    place = first(found)
    assert conflict in found[place].conflicts
    assert found.exact[place] == "same code"
    assert found.band[place] == Confidence.WEAK
    assert not found.auto.any()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Lindner Textmarker rot 6er Pack", "Lindner highlighter red, pack of 6"),
        ("Premier shake 330 ml 4 ct", "Premier shake 330 ml (Pack of 4)"),
        ("Kranzler Reiniger 0,5 l", "Kranzler Reiniger 500ml"),
        ("Karton à 24 Stück Kerzen", "Kerzen 24 pieces"),
    ],
)
def test_the_same_in_other_words_is_no_conflict(ours: str, theirs: str) -> None:
    found = matched({"title": [ours]}, {"title": [theirs]})
    assert found[first(found)].conflicts == ()


def test_the_right_variant_comes_first() -> None:
    variants = [f"Lindner Textmarker Classic {colour}" for colour in ("rot", "schwarz", "blau", "gelb")]
    wanted = ["Lindner highlighter Classic red", "Lindner highlighter Classic black"]
    found = matched({"title": wanted}, {"title": variants})
    assert [int(found.target[first(found, row)]) for row in (0, 1)] == [0, 1]


def test_spoilt_and_shared_article_numbers_are_conflicts() -> None:
    found = matched(
        {
            "title": ["red pen", "blue ink", "green pad"],
            "ean": ["4006381333932", "4012345678901", "5000112637922"],
        },
        {"title": ["red pen", "blue ink", "green pad", "green pad big"]}
        | {"ean": ["4006381333931", "4012345678901", "5000112637922", "5000112637922"]},
    )
    assert Conflict.EAN_CHECK in found[first(found, 0)].conflicts
    assert found.band[first(found, 0)] <= Confidence.WEAK
    assert found[first(found, 1)].conflicts == ()
    assert (found.band[first(found, 1)], found.exact[first(found, 1)]) == (
        Confidence.CERTAIN,
        "same article number",
    )
    assert Conflict.EAN_SHARED in found[first(found, 2)].conflicts
    assert found.band[first(found, 2)] < Confidence.CERTAIN


def test_an_exact_join_beats_any_title() -> None:
    found = matched(
        {"title": ["completely other words"], "ean": ["4006381333931"]},
        {"title": ["completely other words", "stylo"], "ean": ["", "4006381333931"]},
    )
    assert int(found.target[first(found)]) == 1


def test_companies_with_other_vat_numbers_are_two_companies() -> None:
    sides = {"name": ["Kranzler GmbH"], "city": ["Ulm"]}
    ours, theirs = {**sides, "vat": ["DE136695976"]}, {**sides, "vat": ["DE811569869"]}
    found = matched(ours, theirs, kind=Kind.CUSTOMERS)
    assert Conflict.VAT_DISAGREE in found[first(found)].conflicts
    assert found.band[first(found)] == Confidence.WEAK


def test_a_proven_vat_number_joins_companies() -> None:
    found = matched(
        {"name": ["Kranzler G.m.b.H. & Co. KG"], "vat": ["DE 136695976"]},
        {"name": ["KRANZLER BÜROBEDARF"], "vat": ["DE136695976"]},
        kind=Kind.CUSTOMERS,
    )
    assert (found.exact[first(found)], found.band[first(found)]) == ("same VAT number", Confidence.CERTAIN)


_HERE = {"street": "Jäkelstr. 209", "zip": "93527", "city": "Erbisdorf"}
_THERE = {"street": "Schollweg 17", "zip": "32349", "city": "Rudolstadt"}


def _branches(*theirs: dict[str, str]) -> Suggestions:
    """A firm in Erbisdorf against others of its name, the first with its VAT number."""
    keys = ("name", "vat", *_HERE)
    mine = {"name": ["Kranzler GmbH"], "vat": ["DE136695976"]} | {key: [_HERE[key]] for key in _HERE}
    rows = [{"name": "Kranzler GmbH", "vat": "" if row else "DE136695976"} for row in range(len(theirs))]
    sides = [row | place for row, place in zip(rows, theirs, strict=True)]
    return matched(mine, {key: [side[key] for side in sides] for key in keys}, kind=Kind.CUSTOMERS)


def _by_target(found: Suggestions) -> dict[int, tuple[Confidence, tuple[Conflict, ...]]]:
    return {
        int(found.target[place]): (found[place].band, found[place].conflicts) for place in range(len(found))
    }


def test_a_vat_number_joins_no_other_address_for_certain() -> None:
    band, conflicts = _by_target(_branches(_THERE))[0]
    assert (band, conflicts) == (Confidence.LIKELY, (Conflict.ADDRESS,))
    same = _by_target(_branches(_HERE))[0]
    assert same == (Confidence.CERTAIN, ())


def test_a_branch_that_has_the_address_is_named() -> None:
    silent = dict.fromkeys(_HERE, "") | {"city": "Rudolstadt"}
    band, conflicts = _by_target(_branches(silent, _HERE))[0]
    assert Conflict.ADDRESS_RIVAL in conflicts
    assert band <= Confidence.LIKELY
