"""A returned table against what stands now: nothing lost, nothing taken over unseen."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from x3studio.workbench.merge import Difference, Fate, Key, Returned, Values, merge, seal

ATOMS = ((0, 1), (2,))
KEY = ("SKU-1", "")
BASE = ("ITM1", "1", "")


def came_back(values: Values, *, base: Values = BASE, key: Key = KEY, row: int = 2) -> Returned:
    return Returned(row, key, values, base=base, seal=seal(key, base))


def outcome(row: Returned, ours: Values | None) -> Difference:
    (found,) = merge([row], {} if ours is None else {KEY: ours}, handed_out=[KEY], atoms=ATOMS)
    return found


def test_what_nobody_touched_goes_on_standing_as_it_is_now() -> None:
    found = outcome(came_back(BASE), ("ITM9", "3", "decided since"))
    assert (found.fate, found.merged) == (Fate.UNTOUCHED, None)


def test_what_was_answered_in_the_table_alone_is_taken_over() -> None:
    answer = ("ITM2", "6", "")
    assert outcome(came_back(answer), BASE).merged == answer
    assert outcome(came_back(answer), BASE).fate is Fate.CHANGED


def test_two_people_may_change_different_things_of_one_row() -> None:
    found = outcome(came_back(("ITM1", "1", "asked Mr Lindner")), ("ITM2", "6", ""))
    assert (found.fate, found.merged) == (Fate.CHANGED, ("ITM2", "6", "asked Mr Lindner"))


def test_what_belongs_together_is_not_mixed_from_two_people() -> None:
    found = outcome(came_back(("ITM1", "6", "")), ("ITM2", "1", ""))
    assert found.fate is Fate.CONFLICT
    assert (found.base, found.ours, found.theirs) == (BASE, ("ITM2", "1", ""), ("ITM1", "6", ""))


def test_the_same_answer_twice_is_no_conflict() -> None:
    answer = ("ITM2", "6", "")
    assert outcome(came_back(answer), answer).fate is Fate.SETTLED


def test_a_changed_id_is_seen_and_its_row_is_missed() -> None:
    stolen = Returned(2, ("SKU-2", ""), ("ITM2", "6", ""), base=BASE, seal=seal(KEY, BASE))
    damaged, missing = merge([stolen], {KEY: BASE}, handed_out=[KEY], atoms=ATOMS)
    assert (damaged.fate, damaged.merged) == (Fate.DAMAGED, None)
    assert (missing.fate, missing.key, missing.merged) == (Fate.MISSING, KEY, None)


def test_a_new_row_is_an_answer_unless_something_stands_for_its_key() -> None:
    row = Returned(9, KEY, ("ITM2", "6", ""))
    assert outcome(row, None).fate is Fate.ADDED
    assert outcome(row, BASE).fate is Fate.CONFLICT
    assert outcome(row, row.values).fate is Fate.SETTLED


def test_one_key_in_two_rows_speaks_once_or_asks() -> None:
    first, again = came_back(("ITM2", "1", "")), came_back(("ITM2", "1", ""), row=3)
    assert [one.fate for one in merge([first, again], {KEY: BASE}, handed_out=[], atoms=ATOMS)] == [
        Fate.CHANGED,
        Fate.UNTOUCHED,
    ]
    other = came_back(("ITM3", "1", ""), row=3)
    found = merge([first, other], {KEY: BASE}, handed_out=[], atoms=ATOMS)
    assert [one.fate for one in found] == [Fate.CONFLICT, Fate.CONFLICT]
    assert "Row 3" in found[0].why


def test_a_cell_that_is_no_answer_changes_nothing() -> None:
    row = Returned(2, KEY, ("ITM2", "six", ""), base=BASE, seal=seal(KEY, BASE), fault="'six' is no number")
    assert (outcome(row, BASE).fate, outcome(row, BASE).merged) == (Fate.DAMAGED, None)


cell = st.sampled_from(["", "A", "B"])
values = st.tuples(cell, cell, cell)
keys = st.tuples(st.sampled_from(["S1", "S2", "S3"]), st.just(""))
row = st.builds(
    Returned,
    row=st.integers(2, 99),
    key=keys,
    values=values,
    base=st.none() | values,
    seal=st.sampled_from(["", "wrong"]),
    fault=st.sampled_from(["", "no number"]),
)


@st.composite
def sealed(draw: st.DrawFn) -> Returned:
    """A row as it was handed out and answered, or one that somebody made up."""
    key, base = draw(keys), draw(values)
    return draw(row | st.just(Returned(2, key, draw(values), base=base, seal=seal(key, base))))


@given(st.lists(sealed(), max_size=6), st.dictionaries(keys, values), st.lists(keys))
def test_every_row_has_one_outcome_and_only_clear_ones_change_anything(
    returned: list[Returned], standing: dict[Key, Values], handed_out: list[Key]
) -> None:
    returned = [replace(one, row=place) for place, one in enumerate(returned, start=2)]
    found = merge(returned, standing, handed_out=handed_out, atoms=ATOMS)
    came = {one.key for one in returned}
    assert [one.key for one in found[: len(returned)]] == [one.key for one in returned]
    assert {one.key for one in found[len(returned) :]} == set(handed_out) - came
    for one in found:
        assert (one.merged is not None) == (one.fate in (Fate.CHANGED, Fate.ADDED, Fate.CONFLICT))
        assert one.fate is Fate.CONFLICT or one.merged is None or one.merged != one.ours
    taken = [one.key for one in found if one.fate in (Fate.CHANGED, Fate.ADDED)]
    assert len(taken) == len(set(taken))


@given(values, values, values)
def test_what_is_taken_over_of_a_row_was_said_by_one_of_the_two(
    base: Values, ours: Values, theirs: Values
) -> None:
    found = outcome(came_back(theirs, base=base), ours)
    if found.fate is Fate.CHANGED:
        assert found.merged is not None
        for places in ATOMS:
            part = [found.merged[place] for place in places]
            changed = [theirs[place] for place in places] != [base[place] for place in places]
            assert part == [(theirs if changed else ours)[place] for place in places]
