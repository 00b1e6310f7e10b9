"""The workbench at 200,000 listings: loading, filtering, deciding, bulk; beside a plain SQLite table.

Run: python -m tests.benchmarks.bench_workbench [--listings N] [--short]
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from tests.benchmarks.mapping_rows import fill
from tests.benchmarks.table import Row, median, p95, show
from x3studio.domain.workbench import Key, Kind, RecordState
from x3studio.store import Store
from x3studio.workbench import Deck, Facet, Filter
from x3studio.workspace.workbench.service import Workbench
from x3studio.workspace.workbench.values import Bulk, BulkAction, Choice

_KEY = bytes(range(32))
_LOAD, _VIEW, _TEXT, _DECIDE, _EVIDENCE, _BULK = 1_200.0, 150.0, 100.0, 20.0, 100.0, 3_000.0
_TEXTS = ("grosse", "textmarker", "hb-0012", "grosse rot", "steel bolt", "b0000000")
_FILTERS = (
    Filter(),
    Filter(chosen={Facet.STATUS: frozenset({int(RecordState.SUGGESTED)})}),
    Filter(chosen={Facet.CONFLICT: frozenset({"PACK"}), Facet.CHANNEL: frozenset({"FBM"})}),
    Filter(chosen={Facet.BRAND: frozenset({"Brand 7", "Brand 9"}), Facet.BAND: frozenset({2, 3})}),
)
_PLAIN_FACETS = ("state", "band", "conflicts", "brand", "family", "channel", "marketplace", "owner")


def measure(*, listings: int = 200_000, bulk: int = 50_000, decisions: int = 60) -> list[Row]:
    """The rows of this benchmark."""
    with tempfile.TemporaryDirectory(prefix="x3studio-workbench-") as place:
        folder = Path(place)
        return asyncio.run(_measure(folder, listings=listings, bulk=bulk, decisions=decisions))


def short() -> list[Row]:
    """The same on few rows: does everything run?"""
    return measure(listings=2_000, bulk=500, decisions=5)


async def _measure(folder: Path, *, listings: int, bulk: int, decisions: int) -> list[Row]:
    path = folder / "bench.x3studio"
    async with Store.create(path, key=_KEY) as store:
        await fill(store, listings=listings, items=listings // 2)
        first, _ = await _timed(Workbench(store).deck(Kind.ITEMS))
    loads = []
    for _ in range(3):
        async with Store.open(path, key=_KEY) as store:
            loads.append((await _timed(Workbench(store).deck(Kind.ITEMS)))[0])
    async with Store.open(path, key=_KEY) as store:
        bench = Workbench(store)
        deck = await bench.deck(Kind.ITEMS)
        await asyncio.to_thread(deck.warm)
        count, like = _plain(folder / "plain.db", deck)
        size = f"{listings:,} listings, {listings // 2:,} items"
        rows = [
            _row(f"{size}: opening", loads, _LOAD, f"put together anew {first:,.0f} ms"),
            _row("View with all facets", _views(deck), _VIEW, f"GROUP BY for each facet {count:,.0f} ms"),
            _row("Text filter with facets", _texts(deck), _TEXT, f"LIKE alone {like:,.0f} ms"),
            _row("Evidence of one record", await _evidence(bench, deck, decisions), _EVIDENCE, ""),
            _row("Decision, durable, deck up to date", await _decisions(bench, deck, decisions), _DECIDE, ""),
        ]
        return rows + await _bulk(bench, deck, bulk)


async def _bulk(bench: Workbench, deck: Deck, size: int) -> list[Row]:
    """Fifty thousand at once, and one undo and one redo of them."""
    keys = [deck.key(row) for row in range(size)]
    one_by_one = median(await _decisions(bench, deck, 10)) * size / 1_000
    plan = await bench.plan(Kind.ITEMS, Bulk(BulkAction.ACCEPT, with_conflicts=True), keys)
    rows = []
    for words, act in (
        ("accepted as one step", lambda: bench.carry_out(plan)),
        ("undone", bench.undo),
        ("brought back", bench.redo),
    ):
        taken, _ = await _timed(act())
        rows.append(
            _row(f"{plan.count:,} records {words}", [taken], _BULK, f"one by one {one_by_one:,.0f} s")
        )
    return rows


def _views(deck: Deck) -> list[float]:
    return [_clocked(partial(deck.view, wanted)) for _ in range(5) for wanted in _FILTERS]


def _texts(deck: Deck) -> list[float]:
    return [_clocked(partial(deck.view, Filter(text))) for _ in range(3) for text in _TEXTS]


async def _evidence(bench: Workbench, deck: Deck, count: int) -> list[float]:
    await bench.evidence(Kind.ITEMS, deck.key(0))
    return [(await _timed(bench.evidence(Kind.ITEMS, deck.key(row))))[0] for row in range(1, count + 1)]


async def _decisions(bench: Workbench, deck: Deck, count: int) -> list[float]:
    await bench.decide([Choice(Kind.ITEMS, Key("WARM-UP"), "ITM000001")])
    taken = []
    for row in range(count):
        choice = Choice(Kind.ITEMS, deck.key(deck.count // 2 + row), f"ITM{row:06d}")
        taken.append((await _timed(bench.decide([choice])))[0])
    return taken


def _plain(path: Path, deck: Deck) -> tuple[float, float]:
    """What a table with one row a record takes: all facet counts by GROUP BY, one filter by LIKE."""
    with sqlite3.connect(path) as plain:
        columns = ", ".join(f"{name} TEXT" for name in ("sku", "title", *_PLAIN_FACETS))
        plain.execute(f"CREATE TABLE records ({columns})")
        plain.executemany(
            f"INSERT INTO records VALUES ({', '.join('?' * (2 + len(_PLAIN_FACETS)))})",
            (
                (
                    *(deck.codes[row], deck.titles[row], int(deck.states[row]), int(deck.bands[row])),
                    *(int(deck.conflicts[row]), deck.brands[row], deck.families[row], deck.channels[row]),
                    *(deck.marketplaces[row][0] if deck.marketplaces[row] else "", deck.owners[row]),
                )
                for row in range(deck.count)
            ),
        )
        counts = median(
            [_clocked(lambda: [_grouped(plain, name) for name in _PLAIN_FACETS]) for _ in range(3)]
        )
        liked = "SELECT sku FROM records WHERE sku || ' ' || title LIKE ?"
        like = median(
            [_clocked(lambda: plain.execute(liked, ("%textmarker%",)).fetchall()) for _ in range(3)]
        )
    plain.close()
    return counts, like


def _grouped(plain: sqlite3.Connection, column: str) -> list[tuple[str, int]]:
    return plain.execute(f"SELECT {column}, COUNT(*) FROM records GROUP BY {column}").fetchall()


async def _timed(work: Awaitable[object]) -> tuple[float, object]:
    began = time.perf_counter()
    result = await work
    return (time.perf_counter() - began) * 1_000, result


def _clocked(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000


def _row(measured: str, taken: Sequence[float], bar: float, beside: str) -> Row:
    slowest = p95(taken)
    ours = f"{median(taken):,.1f} ms, p95 {slowest:,.1f}" if len(taken) > 1 else f"{taken[0]:,.0f} ms"
    return Row(measured, ours, beside, f"<= {bar:,.0f} ms", slowest <= bar)


def main() -> None:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--listings", type=int, default=200_000, metavar="N")
    parser.add_argument("--short", action="store_true", help="on few rows: does everything run?")
    given = parser.parse_args()
    show(short() if given.short else measure(listings=given.listings, bulk=min(50_000, given.listings // 2)))


if __name__ == "__main__":
    main()
