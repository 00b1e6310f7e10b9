"""The local copies of items, customers and listings, read incrementally."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from x3studio.domain.catalogue import Customer, Item, Listing
from x3studio.domain.connections import AmazonConnection, X3Connection
from x3studio.domain.errors import SettingFault
from x3studio.domain.monitor import Exchange
from x3studio.store import Store, Tables
from x3studio.workspace.binding import amazon_client, x3_client
from x3studio.workspace.connecting import Connecting
from x3studio.x3.browsing import CLASSES, Question, Shown, browse

KINDS = ("items", "customers", "listings")
EXPLORABLE = tuple(CLASSES)
_OVERLAP = timedelta(minutes=10)
"""How far a fetch looks back behind the last one: X3 stamps a change before it commits it."""
Row = Item | Customer | Listing
T = TypeVar("T")


class Masters:
    """Reading masters into the workspace, and single looks into X3."""

    def __init__(self, store: Store, connecting: Connecting) -> None:
        self._store = store
        self._connecting = connecting

    async def fetch(
        self, kind: str, *, full: bool = False, progress: Callable[[int], None] = lambda _: None
    ) -> int:
        """Reads what changed since the last time (everything with `full`); returns how many rows came."""
        count = 0
        for connection in await self._sources(kind):
            began = datetime.now(UTC)
            since = None if full else await self._since(kind, connection.name)
            async for page in self._pages(kind, connection, since):
                await self._store.write(partial(_put, kind=kind, page=page))
                count += len(page)
                progress(count)
            await self._store.write(partial(_mark, kind=kind, connection=connection.name, at=began))
        return count

    async def explore(self, what: str, *, where: str, limit: int) -> list[Shown]:
        """Some rows of an X3 object, read from X3 now. `what` is one of EXPLORABLE."""
        connection = _first([saved.connection for saved in await self._connecting.all()], X3Connection)
        secrets = await self._connecting.secrets_of(connection)
        exchanges: list[Exchange] = []
        found: list[Shown] = []
        try:
            async with aclosing(
                browse(connection, secrets, Question(what, where), record=exchanges.append)
            ) as rows:
                async for row in rows:
                    found.append(row)
                    if len(found) == limit:
                        break
        finally:
            await self._store.write(lambda tables: tables.journal.add(exchanges))
        return found

    async def _sources(self, kind: str) -> Sequence[X3Connection | AmazonConnection]:
        connections = [saved.connection for saved in await self._connecting.all()]
        if kind == "listings":
            return [_first(connections, AmazonConnection)]
        return [_first(connections, X3Connection)]

    async def _since(self, kind: str, connection: str) -> datetime | None:
        mark = await self._store.read(lambda tables: tables.masters.watermark(kind, connection))
        return mark - _OVERLAP if mark else None

    async def _pages(
        self, kind: str, connection: X3Connection | AmazonConnection, since: datetime | None
    ) -> AsyncIterator[Sequence[Row]]:
        exchanges: list[Exchange] = []
        if isinstance(connection, X3Connection):
            x3 = await x3_client(connection, self._connecting, exchanges.append)
            pages: AsyncIterator[Sequence[Row]] = (
                x3.items(since=since) if kind == "items" else x3.customers(since=since)
            )
            close = x3.aclose
        else:
            amazon = await amazon_client(
                connection, self._store, self._connecting, exchanges.append, lambda *_: None
            )
            pages = _listings(amazon.listings, connection, since)
            close = amazon.aclose
        try:
            async for page in pages:
                yield page
        finally:
            await close()
            await self._store.write(lambda tables: tables.journal.add(exchanges))


async def _listings(
    read: Callable[..., AsyncIterator[Sequence[Listing]]],
    connection: AmazonConnection,
    since: datetime | None,
) -> AsyncIterator[Sequence[Listing]]:
    for marketplace in connection.marketplaces:
        async for page in read(marketplace=marketplace, since=since):
            yield page


def _mark(tables: Tables, *, kind: str, connection: str, at: datetime) -> None:
    tables.masters.set_watermark(kind, connection, at)


def _put(tables: Tables, *, kind: str, page: Sequence[Row]) -> None:
    put = {
        "items": tables.masters.put_items,
        "customers": tables.masters.put_customers,
        "listings": tables.masters.put_listings,
    }[kind]
    put(page)  # type: ignore[operator]


def _first(connections: Sequence[object], side: type[T]) -> T:
    for connection in connections:
        if isinstance(connection, side):
            return connection
    name = "X3" if side is X3Connection else "Amazon"
    raise SettingFault(
        f"No connection to {name} is saved.", field="connection", advice="Connect first, then try again."
    )
