"""What holds a family together, and what its members' targets tell of those that have none."""

from dataclasses import replace

from x3studio.domain.workbench import ConflictCode, Key, RecordState
from x3studio.workbench.families import Family, FamilyMember, Tie, likened, references, with_likened


def _member(sku: str, target: str = "", **more: object) -> FamilyMember:
    made = FamilyMember(
        Key(sku), sku, target=target, state=RecordState.SUGGESTED if target else RecordState(0)
    )
    return replace(made, **more)  # type: ignore[arg-type]


def test_references_are_the_beginnings_of_a_sku_the_longest_first() -> None:
    assert list(references("BR-KITTEL-WS-M")) == ["BR-KITTEL-WS", "BR-KITTEL"]
    assert list(references("KITTEL.WS/M 2")) == ["KITTEL.WS/M", "KITTEL.WS", "KITTEL"]


def test_what_is_short_or_has_no_letter_is_no_reference() -> None:
    assert list(references("AB-1-2")) == ["AB-1"]
    assert list(references("4006381-333931")) == []
    assert list(references("KITTEL")) == []


def test_a_target_follows_from_what_siblings_stand_for() -> None:
    siblings = {"BR-KITTEL-WS-S": "BRA-KI-WS-S", "BR-KITTEL-BL-M": "BRA-KI-BL-M"}
    assert list(likened("BR-KITTEL-WS-M", siblings)) == ["BRA-KI-WS-M"]
    assert list(likened("BR-KITTEL-RT-S", siblings)) == ["BRA-KI-RT-S"]


def test_nothing_follows_where_the_targets_do_not_end_as_the_skus_do() -> None:
    assert list(likened("PEN-6", {"PEN-1": "ITM7"})) == []
    assert list(likened("PEN-1", {"PEN-1-B": "ITM-B"})) == []


def test_only_known_items_are_taken_and_nothing_that_stands_is_replaced() -> None:
    members = (
        _member("KI-S", "X-S"),
        _member("KI-M"),
        _member("KI-L"),
        _member("KI-XL", state=RecordState.REJECTED),
        _member("KI", is_parent=True),
    )
    family = with_likened(Family(Tie.REFERENCE, "KI", members), {"X-M": "Coat M", "X-XL": "Coat XL"})
    found = {one.key.code: (one.target, one.target_title, one.likened) for one in family.members}
    assert found["KI-M"] == ("X-M", "Coat M", True)
    assert found["KI-S"][0] == "X-S" and not found["KI-S"][2]
    assert {found[code][0] for code in ("KI-L", "KI-XL", "KI")} == {""}


def test_what_a_conflict_speaks_against_is_not_taken_without_being_asked_for() -> None:
    good = _member("KI-S", "X-S")
    assert good.acceptable
    assert not replace(good, conflicts=ConflictCode.PACK.bit).acceptable
    assert not replace(good, is_parent=True).acceptable
    assert not replace(good, state=RecordState.ACCEPTED).acceptable
    assert not replace(good, target="").acceptable


def test_a_family_says_why_it_is_one() -> None:
    parent, child = _member("KI", is_parent=True), _member("KI-S")
    family = Family(Tie.VARIATION, "KI", (parent, child))
    assert family.parent == parent and family.children == (child,)
    assert "never sold" in family.words
    assert "begin with KI" in replace(family, tie=Tie.REFERENCE).words
    assert "tag KI" in replace(family, tie=Tie.TAG).words
