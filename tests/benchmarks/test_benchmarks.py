"""Each benchmark runs in its short form and prints its rows; how fast it is, no test asks."""

import pytest

from tests.benchmarks import (
    bench_journal,
    bench_matching,
    bench_memory,
    bench_orders,
    bench_settlement_window,
    bench_window,
    bench_workbench,
    bench_workbench_window,
    bench_workbook,
)
from tests.benchmarks.table import Row, markdown, p95


def assert_told(rows: list[Row], *words: str) -> None:
    """Every row has a value, and the table names what was measured."""
    assert all(row.ours for row in rows)
    told = markdown(rows)
    assert [word for word in words if word not in told] == []
    assert len({len(line) for line in told.splitlines()}) == 1


def test_orders_travel_in_every_dialect() -> None:
    assert_told(bench_orders.short(), "gateway", "rows in the journal", "SOAP", "Syracuse", "only posts")


def test_the_journal_is_paged_and_searched() -> None:
    assert_told(bench_journal.short(), "a page", "full text", "LIKE", "OFFSET")


def test_the_memory_of_a_run_is_seen() -> None:
    assert_told(bench_memory.short(), "Peak memory", "MB")


def test_matching_is_measured() -> None:
    assert_told(bench_matching.short(), "invented catalogue", "top-1", "recall@5", "computing")


def test_records_are_filtered_and_decided() -> None:
    assert_told(bench_workbench.short(), "opening", "all facets", "one step", "GROUP BY", "LIKE")


def test_a_workbook_goes_out_and_comes_back() -> None:
    assert_told(bench_workbook.short(), "Excel export", "merged", "pandas")


@pytest.mark.window
def test_a_large_settlement_is_seen_in_the_window() -> None:
    assert_told(bench_settlement_window.short(), "First picture", "Waterfall", "Scrolled", "plain loop", "MB")


@pytest.mark.window
def test_the_workbench_is_driven_by_keys() -> None:
    assert_told(bench_workbench_window.short(), "Key to the next record", "Facet", "Letter", "Frame", "MB")


@pytest.mark.window
def test_the_window_is_seen_to_paint_rest_and_tick() -> None:
    assert_told(bench_window.short(), "first paint", "at rest", "Ticks", "bare PySide6 window")


@pytest.mark.parametrize(("values", "expected"), [([3.0], 3.0), ([float(n) for n in range(100)], 95.0)])
def test_p95_leaves_a_twentieth_above(values: list[float], expected: float) -> None:
    assert p95(values) == expected
