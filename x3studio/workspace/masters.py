"""The local copies of items, customers and listings, and what surrounds them, read incrementally."""

from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import TypeVar

from x3studio.domain.connections import AmazonConnection, X3Connection
from x3studio.domain.errors import SettingFault
from x3studio.domain.monitor import Exchange
from x3studio.store import Store
from x3studio.workspace.amazon_masters import AmazonMasters
from x3studio.workspace.binding import amazon_client, x3_client
from x3studio.workspace.connecting import Connecting
from x3studio.workspace.fetching import Fetched, Fetching, Watch
from x3studio.workspace.x3_masters import X3_KINDS, X3Masters
from x3studio.x3.browsing import CLASSES, Question, Shown, browse

KINDS = ("items", "customers", "listings")
"""What the mapping cannot do without."""
_AMAZON_KINDS = ("listings", "catalogue", "sales")
FETCHABLE = (*X3_KINDS, *_AMAZON_KINDS)
EXPLORABLE = tuple(CLASSES)
T = TypeVar("T")


class Masters:
    """Reading masters into the workspace, and single looks into X3."""

    def __init__(self, store: Store, connecting: Connecting) -> None:
        self._store = store
        self._connecting = connecting
        self._fetching = Fetching(store)

    async def fetch(
        self,
        kind: str,
        *,
        full: bool = False,
        progress: Callable[[int], None] = lambda _: None,
        waiting: Callable[[str, datetime], None] = lambda *_: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Fetched:
        """Reads what changed since the last time (everything with `full`). `kind` is one of FETCHABLE.

        A fetch that was ended or cut goes on where it stopped. A table that X3 does not show is a state of
        that table; only where X3 hides items or customers themselves NotPublished is raised.
        """
        watch = Watch(progress, waiting, cancelled)
        connections = [saved.connection for saved in await self._connecting.all()]
        if kind in _AMAZON_KINDS:
            amazon = await amazon_client(
                _first(connections, AmazonConnection),
                self._store,
                self._connecting,
                watch.exchanges.append,
                waiting,
            )
            try:
                return await AmazonMasters(self._store, self._fetching, amazon).fetch(
                    kind, full=full, watch=watch
                )
            finally:
                await amazon.aclose()
                await self._fetching.journal(watch)
        connection = _first(connections, X3Connection)
        x3 = await x3_client(connection, self._connecting, watch.exchanges.append)
        try:
            masters = X3Masters(self._store, self._fetching, connection, x3)
            return await masters.fetch(kind, full=full, watch=watch)
        finally:
            await x3.aclose()
            await self._fetching.journal(watch)

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


def _first(connections: Sequence[object], side: type[T]) -> T:
    for connection in connections:
        if isinstance(connection, side):
            return connection
    name = "X3" if side is X3Connection else "Amazon"
    raise SettingFault(
        f"No connection to {name} is saved.", field="connection", advice="Connect first, then try again."
    )
