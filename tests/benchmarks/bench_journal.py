"""The journal at a million exchanges: pages and full text, beside a plain SQLite file with LIKE.

Run: python -m tests.benchmarks.bench_journal [--rows N] [--queries N] [--short]
"""

import argparse
import asyncio
import random
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.benchmarks.journal_rows import fill, fill_plain
from tests.benchmarks.table import Row, median, p95, show
from x3studio.domain.monitor import Exchange
from x3studio.store import Page, Store, Tables

_PAGE_BAR, _TEXT_BAR = 5.0, 20.0
_LIMIT = 100
_SLOW = 20
"""The plain file needs so long for a query that it gets only so many."""
Query = Callable[[], Awaitable[Page[Exchange]]]


@dataclass(frozen=True)
class _Times:
    """Milliseconds of one kind of query."""

    taken: Sequence[float]

    def __str__(self) -> str:
        return f"{median(self.taken):.1f} ms, p95 {p95(self.taken):.1f}"

    def within(self, bar: float) -> bool:
        """Whether 95 of 100 stay within the bar."""
        return p95(self.taken) <= bar


class _Ours:
    """Asks as the window does: through the store's readers, awaited from an event loop."""

    def __init__(self, store: Store, *, rows: int, sample: Sequence[Exchange]) -> None:
        self._store, self._rows, self._sample = store, rows, sample
        self._dice = random.Random(3)

    def kinds(self) -> dict[str, Callable[[], Query]]:
        """By name: makes the next query of that kind."""
        return {
            "newest": lambda: lambda: self._store.read(lambda t: t.journal.page(limit=_LIMIT)),
            "deep": self._deep,
            "of a record": lambda: self._page(record=self._any().record),
            "of a run": lambda: self._page(run=self._any().run),
            "refused": lambda: self._page(status="refused"),
            "order id": lambda: self._search(self._any().record),
            "number": lambda: self._search(self._any().note),
            "common words": lambda: self._search(self._dice.choice(("linen towel", "oak board", "EUR"))),
            "unfinished word": lambda: self._search(
                self._dice.choice(("HRT-42", "SON2611HAM00", "tow", "b"))
            ),
            "not there": lambda: self._search("zinnober velvet"),
        }

    def _any(self) -> Exchange:
        return self._dice.choice(self._sample)

    def _deep(self) -> Query:
        before = self._dice.randrange(1, self._rows)
        return lambda: self._store.read(lambda t: t.journal.page(before=before, limit=_LIMIT))

    def _page(self, *, record: str | None = None, run: int | None = None, status: str | None = None) -> Query:
        return lambda: self._store.read(
            lambda t: t.journal.page(record=record, run=run, status=status, limit=_LIMIT)
        )

    def _search(self, text: str) -> Query:
        return lambda: self._store.read(lambda t: t.journal.search(text, limit=_LIMIT))


_TEXTS = ("order id", "number", "common words", "unfinished word", "not there")


def measure(*, rows: int = 1_000_000, queries: int = 200) -> list[Row]:
    """The rows of this benchmark."""
    with tempfile.TemporaryDirectory(prefix="x3studio-journal-") as place:
        folder = Path(place)
        ours, sample = asyncio.run(_ours(folder / "journal.x3studio", rows=rows, queries=queries))
        fill_plain(folder / "plain.db", rows)
        offset, like = _plain(folder / "plain.db", rows=rows, sample=sample, queries=min(queries, _SLOW))
    pages = {kind: times for kind, times in ours.items() if kind not in _TEXTS}
    texts = {kind: times for kind, times in ours.items() if kind in _TEXTS}
    return [
        _row(f"Journal of {rows:,}: a page", pages, _PAGE_BAR, f"OFFSET {offset}"),
        _row(f"Journal of {rows:,}: full text", texts, _TEXT_BAR, f"LIKE {like}"),
    ]


def _row(measured: str, kinds: Mapping[str, _Times], bar: float, beside: str) -> Row:
    """All kinds of query on one line: the slowest kind stands for them and is named."""
    slowest = max(kinds, key=lambda kind: p95(kinds[kind].taken))
    everything = [taken for times in kinds.values() for taken in times.taken]
    ours = f"{median(everything):.1f} ms; slowest kind ({slowest}) {kinds[slowest]}"
    return Row(measured, ours, f"plain SQLite: {beside}", f"<= {bar:.0f} ms", kinds[slowest].within(bar))


async def _ours(path: Path, *, rows: int, queries: int) -> tuple[dict[str, _Times], list[Exchange]]:
    async with Store.create(path, key=bytes(range(32))) as store:
        await fill(store, rows)
    # Opened again: what writing has left in the caches is no reader's merit.
    async with Store.open(path, key=bytes(range(32))) as store:
        sample = await _sampled(store, rows=rows)
        asks = _Ours(store, rows=rows, sample=sample)
        return {kind: await _timed(make, queries) for kind, make in asks.kinds().items()}, sample


async def _sampled(store: Store, *, rows: int) -> list[Exchange]:
    dice = random.Random(5)
    spots = [dice.randrange(1, rows) for _ in range(50)]
    pages = [await store.read(partial(_eight, at)) for at in spots]
    return [it for page in pages for it in page.rows if it.operation == "read back"]


def _eight(at: int, tables: Tables) -> Page[Exchange]:
    return tables.journal.page(before=at + 8, limit=8)


async def _timed(make: Callable[[], Query], queries: int) -> _Times:
    taken = []
    for _ in range(queries):
        ask = make()
        began = time.perf_counter()
        await ask()
        taken.append((time.perf_counter() - began) * 1000)
    return _Times(taken)


def _plain(path: Path, *, rows: int, sample: Sequence[Exchange], queries: int) -> tuple[_Times, _Times]:
    """The usual way: pages by OFFSET, text by LIKE over every column that holds some."""
    dice, book = random.Random(3), sqlite3.connect(path)
    columns = "id, at, record, run, operation, status, duration_ms, note"
    like = " OR ".join(f"{name} LIKE ?1" for name in ("record", "note", "sent", "answer"))
    pages, texts = [], []
    for _ in range(queries):
        began = time.perf_counter()
        book.execute(
            f"SELECT {columns} FROM journal ORDER BY id DESC LIMIT ? OFFSET ?", (_LIMIT, dice.randrange(rows))
        ).fetchall()
        pages.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        book.execute(
            f"SELECT {columns} FROM journal WHERE {like} ORDER BY id DESC LIMIT {_LIMIT}",
            (f"%{dice.choice(sample).record}%",),
        ).fetchall()
        texts.append((time.perf_counter() - began) * 1000)
    book.close()
    return _Times(pages), _Times(texts)


def short() -> list[Row]:
    """Quick enough for every test run; says that it works, not how fast it is."""
    return measure(rows=2_000, queries=5)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--short", action="store_true", help="20,000 rows")
    given = parser.parse_args(arguments)
    show(measure(rows=20_000 if given.short else given.rows, queries=given.queries))


if __name__ == "__main__":
    main()
