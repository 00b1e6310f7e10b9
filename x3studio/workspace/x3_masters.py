"""What X3 knows of items and customers and what surrounds them, read into the workspace."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from x3studio.domain.catalogue import Code, CodeTable
from x3studio.domain.connections import X3Connection
from x3studio.store import Store, Tables
from x3studio.store.fetches import NOT_PUBLISHED
from x3studio.workspace.fetching import Fetched, Fetching, Source, Watch
from x3studio.x3 import X3Client
from x3studio.x3.master_tables import (
    ADDRESSES,
    BILLS,
    CODES,
    CUSTOMERS,
    ITEMS,
    SITES,
    STOCK,
    MasterTable,
    NotPublished,
)
from x3studio.x3.reading import MasterPage, read_masters

X3_KINDS: Mapping[str, Sequence[MasterTable[Any]]] = {
    "items": (ITEMS, SITES, BILLS),
    "stock": (STOCK,),
    "customers": (CUSTOMERS, ADDRESSES),
    "codes": tuple(CODES.values()),
}


class X3Masters:
    """Fetches of one X3 folder."""

    def __init__(self, store: Store, fetching: Fetching, connection: X3Connection, x3: X3Client) -> None:
        self._store = store
        self._fetching = fetching
        self._connection = connection
        self._x3 = x3

    async def fetch(self, kind: str, *, full: bool, watch: Watch) -> Fetched:
        """Reads the tables of a kind, one after the other; those that X3 does not show are named.

        Raises NotPublished only where it hides items or customers themselves.
        """
        whole = Fetched()
        for table in X3_KINDS[kind]:
            try:
                fetched = await self._table(table, full=full, watch=watch)
                aside = table is not X3_KINDS[kind][0] and kind != "codes"
                whole += replace(fetched, rows=0, beside=fetched.rows) if aside else fetched
            except NotPublished as fault:
                if table in (ITEMS, CUSTOMERS):
                    raise
                await self._note_hidden(table, fault)
                whole += Fetched(hidden=(table.name,))
            if whole.cancelled or watch.cancelled():
                return whole
        return whole

    async def _table(self, table: MasterTable[Any], *, full: bool, watch: Watch) -> Fetched:
        if table.kind.startswith("codes/"):
            return await self._codes(table, watch)
        source = self._source(table)
        return await self._fetching.fetch(table.kind, source, full=full or not table.dated, watch=watch)

    async def _codes(self, table: MasterTable[Any], watch: Watch) -> Fetched:
        """A code table is short: it is replaced as a whole."""
        codes: list[Code] = []
        async for page in read_masters(self._x3, table):
            codes += page.values
            watch.count(len(page.values))
        kind = CodeTable(table.kind.partition("/")[2])

        def put(tables: Tables) -> int:
            removed = tables.masters.replace_codes(kind, codes, source=self._connection.name)
            tables.fetches.note_fetched(table.kind, self._connection.name)
            return removed

        return Fetched(len(codes), await self._store.write(put))

    async def _note_hidden(self, table: MasterTable[Any], fault: NotPublished) -> None:
        name = self._connection.name

        def note(tables: Tables) -> None:
            tables.fetches.forget(table.kind, name)
            tables.fetches.say(table.kind, name, NOT_PUBLISHED, said=fault.said or fault.title)

        await self._store.write(note)

    def _source(self, table: MasterTable[Any]) -> Source:
        def pages(since: datetime | None, cursor: str) -> AsyncIterator[MasterPage[Any]]:
            return read_masters(self._x3, table, since=since, cursor=cursor)

        known = self._connection
        place = f"{known.dialect.value} {known.base_url} {known.folder}"
        return Source(known.name, place.replace("|", " "), pages)
