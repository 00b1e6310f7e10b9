"""One fetch of one kind of master from one source: page by page, each stored with where to go on."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Protocol

from x3studio.domain.errors import SettingFault
from x3studio.domain.monitor import Exchange
from x3studio.store import Store, Tables
from x3studio.store.fetches import Fetch

OVERLAP = timedelta(minutes=10)
"""How far a fetch looks back behind the last one: a source stamps a change before it commits it."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch brought: `rows` of the kind itself, `beside` of what surrounds it (sites, addresses).

    Of a fetch of changes those rows count that are new or different: fetches overlap, some come twice.
    `removed` are gone because the source no longer has them; `hidden` names the tables that it does not
    show; `cancelled` says that the fetch goes on next time.
    """

    rows: int = 0
    removed: int = 0
    beside: int = 0
    hidden: tuple[str, ...] = ()
    cancelled: bool = False

    def __add__(self, other: "Fetched") -> "Fetched":
        return Fetched(
            self.rows + other.rows,
            self.removed + other.removed,
            self.beside + other.beside,
            self.hidden + other.hidden,
            self.cancelled or other.cancelled,
        )


class MasterPage(Protocol):
    """Some values, and the cursor that goes on behind them."""

    @property
    def values(self) -> Sequence[Any]: ...

    @property
    def cursor(self) -> str: ...


Pages = Callable[[datetime | None, str], AsyncIterator[MasterPage]]
"""Reads from a change date (None = everything) and behind a cursor ("" = from the start)."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from: `name` is the connection's, `place` what a cursor is only good for.

    `columns` are those the source knows (all where empty); the others stay as they are.
    """

    name: str
    place: str
    pages: Pages
    columns: tuple[str, ...] = ()


@dataclass(slots=True)
class Watch:
    """How a fetch is watched: told how many rows came and until when the source asks to wait; may be ended.

    `exchanges` collects what is to be journalled with the next page.
    """

    progress: Callable[[int], None] = lambda _: None
    waiting: Callable[[str, datetime], None] = lambda *_: None
    cancelled: Callable[[], bool] = lambda: False
    exchanges: list[Exchange] = field(default_factory=list)
    rows: int = 0
    repeated: int = 0
    """How many rows of a whole fetch had a key that had come before."""

    def count(self, rows: int) -> None:
        """Adds rows and tells."""
        self.rows += rows
        self.progress(self.rows)


class Fetching:
    """Fetches into one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def fetch(self, kind: str, source: Source, *, full: bool, watch: Watch) -> Fetched:
        """Reads what changed since the last time, or everything; goes on where an earlier fetch stopped."""
        fetch = await self._begin(kind, source, full=full)
        try:
            return await self._read(kind, source, fetch, watch)
        except SettingFault:
            if not fetch.cursor:
                raise
        # The source no longer knows the place: the fetch starts anew.
        await self._store.write(lambda tables: tables.fetches.forget(kind, source.name))
        return await self._read(kind, source, replace(fetch, cursor="", rows=0), watch)

    async def _begin(self, kind: str, source: Source, *, full: bool) -> Fetch:
        def begin(tables: Tables) -> Fetch:
            found = tables.fetches.unfinished(kind, source.name)
            if found is not None and (found.whole or not full):
                place, _, cursor = found.cursor.partition("|")
                if place == source.place:
                    return replace(found, cursor=cursor)
            tables.fetches.forget(kind, source.name)
            mark = None if full else tables.masters.watermark(kind, source.name)
            fetch = Fetch(datetime.now(UTC), mark - OVERLAP if mark else None, whole=mark is None)
            tables.fetches.keep(kind, source.name, fetch)
            return fetch

        return await self._store.write(begin)

    async def _read(self, kind: str, source: Source, fetch: Fetch, watch: Watch) -> Fetched:
        rows = 0
        try:
            pages = source.pages(fetch.since, fetch.cursor)
            async with aclosing(pages) as read:  # type: ignore[type-var]
                async for page in read:
                    fetch = replace(fetch, cursor=page.cursor, rows=fetch.rows + len(page.values))
                    changed = await self._keep(kind, source, fetch, page.values, watch)
                    rows += len(page.values) if fetch.whole else changed
                    watch.count(len(page.values))
                    if watch.cancelled():
                        return Fetched(rows, cancelled=True)
        finally:
            await self.journal(watch)
        removed = await self._store.write(
            lambda tables: tables.fetches.finish(kind, source.name, fetch, tables.masters)
        )
        return Fetched(rows, removed)

    async def _keep(
        self, kind: str, source: Source, fetch: Fetch, values: Sequence[Any], watch: Watch
    ) -> int:
        """Stores a page, the place behind it and its exchanges, in one piece of work; what changed by it."""
        exchanges, watch.exchanges[:] = list(watch.exchanges), []
        placed = replace(fetch, cursor=f"{source.place}|{fetch.cursor}" if fetch.cursor else "")

        def keep(tables: Tables) -> tuple[int, int]:
            changed = tables.masters.put(kind, values, source=source.name, columns=source.columns)
            fresh = tables.fetches.saw(kind, source.name, values) if fetch.whole else len(values)
            tables.fetches.keep(kind, source.name, placed)
            tables.journal.add(exchanges)
            return changed, len(values) - fresh

        changed, repeated = await self._store.write(keep)
        watch.repeated += repeated
        return changed

    async def journal(self, watch: Watch) -> None:
        """Journals what has been exchanged and not yet stored."""
        exchanges, watch.exchanges[:] = list(watch.exchanges), []
        if exchanges:
            await self._store.write(partial(_journal, exchanges=exchanges))


def _journal(tables: Tables, *, exchanges: Sequence[Exchange]) -> None:
    tables.journal.add(exchanges)
