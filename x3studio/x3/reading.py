"""Masters page by page out of any dialect, each page with where to go on should the next never come."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Generic, TypeVar

from x3studio.x3 import masters
from x3studio.x3.dialect import Rows, X3Client
from x3studio.x3.master_tables import MasterTable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MasterPage(Generic[T]):
    """Some values; `cursor` given to a later read goes on behind them, and may bring some of them again."""

    values: tuple[T, ...]
    cursor: str


async def read_masters(
    client: X3Client, table: MasterTable[T], *, since: datetime | None = None, cursor: str = ""
) -> AsyncIterator[MasterPage[T]]:
    """All of a table, or what changed since; with the `cursor` of an earlier page of this dialect, the rest.

    Raises NotPublished where this X3 does not show it.
    """
    pages = client.table(table, since=since if table.dated else None, cursor=cursor)
    if table.together is not None:
        async for whole in _together(pages, table, cursor):
            yield whole
        return
    async for page in pages:
        values = (table.read(row) for row in page.rows)
        yield MasterPage(tuple(value for value in values if value is not None), page.cursor)


async def _together(
    pages: AsyncIterator[Rows], table: MasterTable[T], cursor: str
) -> AsyncIterator[MasterPage[T]]:
    """Rows of one key may lie on two pages: they are held back, and a cursor stays before the first held."""
    held: list[Mapping[str, Any]] = []
    before = origin = cursor
    async for page in pages:
        rows = [*held, *page.rows]
        last = masters.text(rows[-1].get(table.key[0])) if rows else ""
        complete = [row for row in rows if masters.text(row.get(table.key[0])) != last]
        if complete or not held:
            origin = before
        held = rows[len(complete) :]
        before = page.cursor
        yield MasterPage(_grouped(table, complete), origin)
    yield MasterPage(_grouped(table, held), before)


def _grouped(table: MasterTable[T], rows: Sequence[Mapping[str, Any]]) -> tuple[T, ...]:
    if table.together is None:
        return ()
    groups = groupby(rows, key=lambda row: masters.text(row.get(table.key[0])))
    made = (table.together(list(group)) for _, group in groups)
    return tuple(value for value in made if value is not None)
