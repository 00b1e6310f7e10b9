"""Decks: views against naive filtering, counts under the other filters, and updates against a fresh load."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from x3studio.domain.workbench import Confidence, ConflictCode, Key, Kind, RecordState, conflicts_in
from x3studio.workbench import Columns, Deck, Facet, Filter, Record, Sort, View, coverage, snapshot
from x3studio.workbench.coverage import pace

_DECIDED_AT = datetime(2026, 11, 20, tzinfo=UTC)


def _record(number: int, shape: tuple[int, int, int, int, int]) -> Record:
    state, band, conflict, brand, place = shape
    return Record(
        key=Key(f"SKU-{number:03d}", "IT" if place == 3 else ""),
        title=("Größe L blau", "Textmarker gelb", "Ordner A4")[brand % 3],
        subtitle=f"B{number:05d}",
        target=f"ITM{number % 4}" if state in (3, 4, 5, 9, 10) else "",
        target_title="steel bolt",
        pack="1",
        channel=("FBA", "FBM")[number % 2],
        marketplaces=(("DE",), ("DE", "FR"), ("IT",), ("IT",))[place],
        brand=f"Brand {brand}",
        state=RecordState(state),
        band=Confidence(band),
        confidence=band / 4 if band else None,
        conflicts=(0, ConflictCode.PACK.bit, ConflictCode.PRICE.bit)[conflict],
        worth=number * 100,
        lines=number,
        flagged=number % 5 == 0,
        at=_DECIDED_AT if state == 4 else None,
    )


shapes = st.tuples(
    st.integers(0, 11), st.integers(0, 3), st.integers(0, 2), st.integers(0, 5), st.integers(0, 3)
)
records = st.lists(shapes, min_size=1, max_size=30).map(
    lambda rows: [_record(number, shape) for number, shape in enumerate(rows)]
)
filters = st.builds(
    Filter,
    text=st.sampled_from(["", "gelb", "GROSSE", "sku-00", "itm1", "gelb textmarker", "nothing"]),
    chosen=st.dictionaries(
        st.sampled_from([Facet.STATUS, Facet.BAND]), st.frozensets(st.integers(0, 4), min_size=1), max_size=2
    ),
)


def _passes(record: Record, wanted: Filter) -> bool:
    words = " ".join((record.key.code, record.title, record.subtitle, record.target, record.target_title))
    plain = words.lower().replace("ö", "o").replace("ß", "ß")
    if not all(word.lower().replace("grosse", "große") in plain for word in wanted.text.split()):
        return False
    values = {Facet.STATUS: int(record.state), Facet.BAND: int(record.band)}
    return all(values[facet] in chosen for facet, chosen in wanted.chosen.items())


@given(records, filters)
def test_a_view_is_what_a_person_would_pick(rows: list[Record], wanted: Filter) -> None:
    wanted = replace(wanted, text=wanted.text.replace("GROSSE", "große"))
    deck = Deck(Kind.ITEMS, Columns.of(rows))
    picked = {row.key for row in rows if _passes(row, wanted)}
    assert {deck.key(int(row)) for row in deck.view(wanted).rows} == picked


@given(records, st.lists(st.tuples(st.integers(0, 35), shapes), max_size=4))
def test_an_order_follows_what_changes(
    rows: list[Record], changes: list[tuple[int, tuple[int, int, int, int, int]]]
) -> None:
    deck = Deck(Kind.ITEMS, Columns.of(rows))
    for number, shape in changes:
        deck.view()
        deck.changed([replace(_record(number, shape), worth=(7919 * number) % 31)])
    for sort, values in ((Sort.WORTH, deck.worths), (Sort.STATE, deck.states), (Sort.LINES, deck.lines)):
        shown = values[deck.view(sort=sort).rows].tolist()
        assert shown == sorted(shown, reverse=True)


@given(records, filters)
def test_each_facet_is_counted_under_the_other_filters(rows: list[Record], wanted: Filter) -> None:
    wanted = replace(wanted, text="")
    deck = Deck(Kind.ITEMS, Columns.of(rows))
    view = deck.view(wanted)
    for facet in (Facet.STATUS, Facet.BAND):
        others = wanted.choosing(facet)
        counted: dict[int, int] = {}
        for row in rows:
            if _passes(row, others):
                value = int(row.state if facet is Facet.STATUS else row.band)
                counted[value] = counted.get(value, 0) + 1
        assert view.facets[facet] == counted
    places: dict[str, int] = {}
    for row in rows:
        for place in row.marketplaces if _passes(row, wanted) else ():
            places[place] = places.get(place, 0) + 1
    assert view.facets[Facet.MARKETPLACE] == places


@given(records, st.lists(st.tuples(st.integers(0, 35), shapes), max_size=8))
def test_single_changes_give_what_a_fresh_load_gives(
    rows: list[Record], changes: list[tuple[int, tuple[int, int, int, int, int]]]
) -> None:
    deck = Deck(Kind.ITEMS, Columns.of(rows))
    deck.warm()
    now = {row.key: row for row in rows}
    for number, shape in changes:
        changed = _record(number, shape)
        now[changed.key] = changed
        deck.changed([changed])
    fresh = Deck(Kind.ITEMS, Columns.of(now.values()))
    for row in range(deck.count):
        key = deck.key(row)
        there = deck.record(row)
        assert there == fresh.record(fresh.row_of(key))
        assert deck.row_of(key) == row
    for wanted in (Filter(), Filter("g"), Filter("gelb"), Filter("gelb t"), Filter("itm1")):
        for sort in Sort:
            ours, theirs = deck.view(wanted, sort=sort), fresh.view(wanted, sort=sort)
            assert {deck.key(int(row)) for row in ours.rows} == {fresh.key(int(row)) for row in theirs.rows}
        without = [facet for facet in Facet if facet is not Facet.DECILE]
        assert {facet: ours.facets[facet] for facet in without} == {
            facet: theirs.facets[facet] for facet in without
        }


def test_an_outcome_for_many_is_the_same_as_for_one() -> None:
    rows = [_record(n, (n % 3, n % 4, n % 3, n % 5, n % 2)) for n in range(40)]
    decided = [replace(row, target="ITM9", state=RecordState.BY_RULE, pack="6", who="R") for row in rows[::2]]
    one, many = Deck(Kind.ITEMS, Columns.of(rows)), Deck(Kind.ITEMS, Columns.of(rows))
    for deck in (one, many):
        deck.warm()
    one.changed(decided)
    many.outcome(Columns.of(decided))
    assert [many.record(row) for row in range(40)] == [one.record(row) for row in range(40)]
    assert list(many.view(Filter("itm9")).rows) == list(one.view(Filter("itm9")).rows)


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("descending", [True, False])
def test_every_order_is_kept(sort: Sort, descending: bool) -> None:
    deck = Deck(Kind.ITEMS, Columns.of(_record(n, (n % 12, n % 4, n % 3, n % 5, n % 3)) for n in range(40)))
    rows = [deck.record(int(row)) for row in deck.view(sort=sort, descending=descending).rows]
    by: dict[Sort, Callable[[Record], Any]] = {
        Sort.KEY: lambda row: row.key,
        Sort.TITLE: lambda row: row.title,
        Sort.TARGET: lambda row: row.target,
        Sort.STATE: lambda row: row.state,
        Sort.WORTH: lambda row: row.worth,
        Sort.LINES: lambda row: row.lines,
    }
    values = [by[sort](row) for row in rows] if sort in by else []
    assert values == sorted(values, reverse=descending)
    assert len(rows) == 40


def _mapped(sku: str, target: str, **changes: object) -> Record:
    row = Record(Key(sku), target=target, state=RecordState.ACCEPTED)
    return replace(row, **changes)  # type: ignore[arg-type]


def _codes(deck: Deck, sku: str, marketplace: str = "") -> tuple[ConflictCode, ...]:
    return conflicts_in(deck.record(deck.row_of(Key(sku, marketplace))).conflicts)


def test_several_skus_of_one_item_ask_for_a_reason_until_it_is_given() -> None:
    deck = Deck(Kind.ITEMS, Columns.of([_mapped("A", "I1"), _mapped("B", "I1"), _mapped("C", "I2")]))
    assert [_codes(deck, sku) for sku in "ABC"] == [(ConflictCode.N_TO_1,), (ConflictCode.N_TO_1,), ()]
    deck.changed([_mapped("A", "I1", shared=True)])
    assert _codes(deck, "A") == ()
    deck.changed([_mapped("B", "I2")])
    assert [_codes(deck, sku) for sku in "ABC"] == [(), (ConflictCode.N_TO_1,), (ConflictCode.N_TO_1,)]


def test_one_sku_that_differs_by_marketplace_is_told() -> None:
    rows = [_mapped("A", "I1"), replace(_mapped("A", "I2"), key=Key("A", "FR")), _mapped("B", "I3")]
    deck = Deck(Kind.ITEMS, Columns.of(rows))
    assert _codes(deck, "A") == _codes(deck, "A", "FR") == (ConflictCode.CROSS_MKT,)
    deck.changed([replace(_mapped("A", "I1"), key=Key("A", "FR"))])
    assert _codes(deck, "A") == _codes(deck, "A", "FR") == ()


def test_coverage_counts_records_lines_and_worth_and_names_the_shortest_way() -> None:
    open_ = RecordState.CANDIDATES
    rows = [
        Record(Key("A"), state=RecordState.ACCEPTED, lines=60, worth=100),
        Record(Key("B"), state=RecordState.BY_RULE, lines=20, worth=100),
        Record(Key("C"), state=open_, lines=15, worth=5),
        Record(Key("D"), state=open_, lines=4, worth=95),
        Record(Key("E"), state=open_, lines=1, worth=0),
        Record(Key("F"), state=RecordState.EXCLUDED, lines=999, worth=999),
        Record(Key("G"), state=RecordState.REJECTED, lines=999, worth=999),
    ]
    told = coverage.coverage(Deck(Kind.ITEMS, Columns.of(rows)))
    assert (told.records.total, told.records.by_hand, told.records.by_rule) == (5, 1, 1)
    assert (told.lines.total, told.lines.share) == (100, 0.8)
    assert (told.worth.total, told.worth.by_hand, told.worth.by_rule) == (300, 100, 100)
    assert (told.open, told.more) == (3, 2)


def test_the_pace_forecasts_the_end() -> None:
    minutes = [datetime(2026, 11, 20, 14, minute, tzinfo=UTC) for minute in (48, 52, 54, 56, 58)]
    told = pace(minutes, now=datetime(2026, 11, 20, 15, 0, tzinfo=UTC), left=30)
    assert told.per_minute == 0.5
    assert told.ends == datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    assert pace([], now=datetime(2026, 11, 20, tzinfo=UTC), left=3).ends is None


@given(records)
def test_a_snapshot_gives_the_same_deck(rows: list[Record]) -> None:
    made = Columns.of(rows)
    deck = Deck(Kind.ITEMS, Columns.of(rows))
    again = snapshot.unpacked(snapshot.packed(made))
    assert again is not None
    other = Deck(Kind.ITEMS, again)
    assert [other.record(row) for row in range(other.count)] == [
        deck.record(row) for row in range(deck.count)
    ]
    changed = _record(1, (4, 3, 0, 2, 0))
    assert other.changed([changed]) == deck.changed([changed])
    assert other.record(0) == deck.record(0)
    assert list(other.view(Filter("gelb")).rows) == list(deck.view(Filter("gelb")).rows)


def test_a_row_that_no_longer_passes_is_kept_where_it_stood() -> None:
    before = View(np.array([4, 1, 7, 3], dtype=np.int32), {}, 1)
    now = View(np.array([4, 7, 3], dtype=np.int32), {}, 2)
    assert now.keeping(1, of=before).rows.tolist() == [4, 1, 7, 3]
    assert now.keeping(4, of=before) is now, "it passes still"
    assert now.keeping(9, of=before) is now and now.keeping(-1, of=before) is now
    ends = View(np.array([4, 1], dtype=np.int32), {}, 2)
    assert ends.keeping(3, of=before).rows.tolist() == [4, 1, 3]
