"""Takes a confirmed file over into the workspace, row by row: a file larger than memory is no matter."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from x3studio.domain.catalogue import Sales
from x3studio.domain.errors import SettingFault
from x3studio.store import Store, Tables
from x3studio.workspace.fetching import Fetching, Source, Watch
from x3studio.workspace.sources.columns import FIELDS
from x3studio.workspace.sources.damage import Damage, Damages
from x3studio.workspace.sources.rows import Mixed, plain_faults, rows_of
from x3studio.workspace.sources.sniffing import TITLES, Sniffed
from x3studio.workspace.sources.values import READERS, Reading

_TOGETHER = 1_000
_WINDOW = timedelta(days=90)
_BEHIND: Mapping[str, tuple[str, ...]] = {"price": ("price", "currency"), "channel": ("fulfilled_by_amazon",)}
"""Columns of the store that a field fills, where they are not called like it."""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What came of a file: `rows` stored, `removed` as only an earlier state of the same file had them."""

    rows: int
    removed: int
    damages: tuple[Damage, ...]
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class _Page:
    values: tuple[Any, ...]
    cursor: str


async def take_over(
    store: Store, sniffed: Sniffed, *, marketplace: str = "", watch: Watch | None = None
) -> TakenOver:
    """Stores what the file holds, by key; of rows that are known only the columns that it has change.

    `marketplace` is that of listings and sales that name none. Ended or killed, it goes on where it stopped.
    Raises SettingFault where the key's column is not known, or the file breaks off.
    """
    _check(sniffed, marketplace)
    file = _File(sniffed, marketplace)
    seen = watch or Watch()
    if sniffed.kind == "sales":
        return await _take_sales(store, file, seen)
    name, stat = f"file {sniffed.path.name}", await asyncio.to_thread(sniffed.path.stat)
    place = f"{sniffed.path} {stat.st_size} {stat.st_mtime_ns}".replace("|", " ")
    columns = tuple(
        column
        for field in sniffed.columns
        for column in _BEHIND.get(field, (field,))
        if field != "marketplace"
    )
    source = Source(name, place, lambda _, cursor: file.pages(cursor), columns)
    fetched = await Fetching(store).fetch(sniffed.kind, source, full=True, watch=seen)
    for _ in range(seen.repeated):
        file.damages.note("key_twice", 0)
    return TakenOver(fetched.rows, fetched.removed, file.damages.all(), fetched.cancelled)


def _check(sniffed: Sniffed, marketplace: str) -> None:
    key = FIELDS[sniffed.kind][0]
    if key not in sniffed.columns:
        raise SettingFault(
            f"{sniffed.path.name} has no column that holds {key}.",
            field="role",
            advice=f"Say which of its columns it is: {', '.join(sniffed.header[:30])}.",
        )
    if sniffed.kind in ("listings", "sales") and not marketplace and "marketplace" not in sniffed.columns:
        raise SettingFault(
            f"{sniffed.path.name} does not say which marketplace its rows belong to.",
            field="marketplace",
            advice="Choose the marketplace, or name the column.",
        )


class _File:
    """The values of one file, read away from the event loop."""

    def __init__(self, sniffed: Sniffed, marketplace: str) -> None:
        self._sniffed = sniffed
        self._reading = Reading(sniffed.decimal_mark, marketplace)
        self.damages = Damages()

    async def pages(self, cursor: str) -> AsyncGenerator[_Page, None]:
        """A thousand values at a time; the cursor is the number of the last row."""
        values = self._values(int(cursor or 0))
        while True:
            page = await asyncio.to_thread(lambda: list(islice(values, _TOGETHER)))
            if not page:
                return
            yield _Page(tuple(value for _, value in page), str(page[-1][0]))

    def _values(self, behind: int) -> Iterator[tuple[int, Any]]:
        sniffed, mixed = self._sniffed, Mixed()
        key, read = FIELDS[sniffed.kind][0], READERS[sniffed.kind]
        title, width = TITLES[sniffed.kind], len(sniffed.header)
        with plain_faults(sniffed.path):
            rows = rows_of(sniffed.path, encoding=sniffed.encoding, delimiter=sniffed.delimiter, mixed=mixed)
            for number, row in enumerate(rows, 1):
                if number == 1 or number <= behind or not any(row):
                    continue
                cells = self._cells(row)
                self._look(cells, row, number, key=key, title=title, width=width, mixed=mixed)
                value = read(self._reading, cells) if cells[key] else None
                for odd in self._reading.odd:
                    self.damages.note("number_odd", number, odd)
                self._reading.odd.clear()
                if value is not None:
                    yield number, value

    def _cells(self, row: Sequence[str]) -> dict[str, str]:
        columns = self._sniffed.columns
        return {field: row[place] if place < len(row) else "" for field, place in columns.items()}

    def _look(
        self,
        cells: Mapping[str, str],
        row: Sequence[str],
        number: int,
        *,
        key: str,
        title: str,
        width: int,
        mixed: Mixed,
    ) -> None:
        self.damages.look(cells, number, key=key, title=title)
        if len(row) > width:
            self.damages.note("cells_more", number)
        for _ in range(mixed.count):
            self.damages.note("mixed", number)
        mixed.count = 0


async def _take_sales(store: Store, file: _File, watch: Watch) -> TakenOver:
    """Sums a file of sales by SKU and day, and puts it in the place of what its days had."""
    sums: dict[tuple[str, str, date, str], Sales] = {}
    rows = 0
    async for page in file.pages(""):
        for sale in page.values:
            _add(sums, sale)
        rows += len(page.values)
        watch.count(len(page.values))
        if watch.cancelled():
            return TakenOver(0, 0, file.damages.all(), cancelled=True)

    def put(tables: Tables) -> None:
        for place in sorted({sale.marketplace for sale in sums.values()}):
            here = [sale for sale in sums.values() if sale.marketplace == place]
            days = [sale.day for sale in here]
            tables.sales.replace(place, min(days), max(days), here)
        tables.sales.sum_up(since=datetime.now().astimezone().date() - _WINDOW)
        tables.masters.touch("sales")

    await store.write(put)
    return TakenOver(rows, 0, file.damages.all())


def _add(sums: dict[tuple[str, str, date, str], Sales], sale: Sales) -> None:
    key = (sale.sku, sale.marketplace, sale.day, sale.currency)
    known = sums.get(key)
    if known is not None:
        sale = replace(
            sale,
            units=known.units + sale.units,
            lines=known.lines + sale.lines,
            revenue=known.revenue + sale.revenue,
        )
    sums[key] = sale
