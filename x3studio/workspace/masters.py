"""The local copies of items, customers and listings, and what surrounds them, read incrementally."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from x3studio.domain.connections import AmazonConnection, X3Connection
from x3studio.domain.errors import SettingFault
from x3studio.domain.monitor import Exchange
from x3studio.store import Store, Tables
from x3studio.store.fetches import NOT_PUBLISHED
from x3studio.store.master_shapes import SHAPES
from x3studio.workspace.amazon_masters import AmazonMasters
from x3studio.workspace.binding import amazon_client, x3_client
from x3studio.workspace.connecting import Connecting
from x3studio.workspace.fetching import Fetched, Fetching, Watch
from x3studio.workspace.sources import Sniffed, TakenOver, sniff, take_over
from x3studio.workspace.x3_masters import X3_KINDS, X3Masters
from x3studio.x3.browsing import CLASSES, Question, Shown, browse

KINDS = ("items", "customers", "listings")
"""What the mapping cannot do without."""
_AMAZON_KINDS = ("listings", "catalogue", "sales")
FETCHABLE = (*X3_KINDS, *_AMAZON_KINDS)
EXPLORABLE = tuple(CLASSES)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KindState:
    """A kind of master as the workspace holds it: `at` is None before the first time."""

    kind: str
    rows: int
    at: datetime | None
    hidden: bool = False


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
        by_report: bool = False,
    ) -> Fetched:
        """Reads what changed since the last time (everything with `full`). `kind` is one of FETCHABLE.

        Listings come by Amazon's report where there are many of them, or where `by_report` asks for it.

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
                masters = AmazonMasters(self._store, self._fetching, amazon)
                if by_report and kind == "listings":
                    return await masters.report(watch=watch)
                return await masters.fetch(kind, full=full, watch=watch)
            finally:
                await amazon.aclose()
                await self._fetching.journal(watch)
        connection = _first(connections, X3Connection)
        x3 = await x3_client(connection, self._connecting, watch.exchanges.append)
        try:
            folder = X3Masters(self._store, self._fetching, connection, x3)
            return await folder.fetch(kind, full=full, watch=watch)
        finally:
            await x3.aclose()
            await self._fetching.journal(watch)

    async def sniff(self, path: Path, kind: str) -> Sniffed:
        """What a file of items, customers, listings or sales seems to be, to be confirmed first."""
        return await asyncio.to_thread(sniff, path, kind)

    async def take_over(
        self,
        sniffed: Sniffed,
        *,
        marketplace: str = "",
        progress: Callable[[int], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> TakenOver:
        """Stores what a confirmed file holds; what it names no marketplace for is of `marketplace`.

        Without one it is the connection's, where that has only one.
        """
        if not marketplace:
            connections = [saved.connection for saved in await self._connecting.all()]
            places = {
                place for it in connections if isinstance(it, AmazonConnection) for place in it.marketplaces
            }
            marketplace = places.pop() if len(places) == 1 else ""
        watch = Watch(progress, cancelled=cancelled)
        return await take_over(self._store, sniffed, marketplace=marketplace, watch=watch)

    async def states(self) -> list[KindState]:
        """How many rows of each kind there are, how old they are, and which tables X3 does not show."""
        return await self._store.read(kind_states)

    async def revalidate(
        self, *, older_than: timedelta, cancelled: Callable[[], bool] = lambda: False
    ) -> dict[str, Fetched]:
        """Reads again whatever is older than that, as after a time without a network.

        Only kinds that were fetched before are; the first that cannot be reached ends it with its fault.
        """
        limit = datetime.now(UTC) - older_than
        done: dict[str, Fetched] = {}
        for state in await self.states():
            if state.kind in FETCHABLE and state.at is not None and state.at < limit and not cancelled():
                done[state.kind] = await self.fetch(state.kind, cancelled=cancelled)
        return done

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


def kind_states(tables: Tables) -> list[KindState]:
    """Every kind as the file holds it."""
    hidden = {state.kind for state in tables.fetches.states() if state.state == NOT_PUBLISHED}
    kinds = [*SHAPES, "catalogue", "sales"]
    rows = {kind: tables.masters.count(kind) if kind in SHAPES else 0 for kind in kinds}
    rows |= {"sales": len(tables.sales.columns())}
    return [KindState(kind, rows[kind], tables.masters.age(kind), kind in hidden) for kind in kinds]


def _first(connections: Sequence[object], side: type[T]) -> T:
    for connection in connections:
        if isinstance(connection, side):
            return connection
    name = "X3" if side is X3Connection else "Amazon"
    raise SettingFault(
        f"No connection to {name} is saved.", field="connection", advice="Connect first, then try again."
    )
