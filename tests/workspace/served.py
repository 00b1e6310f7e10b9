"""A workspace connected to a demo in process: every fetch goes through real clients, and can be cut."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import httpx

from x3studio.amazon import AmazonClient, AmazonSecrets
from x3studio.amazon.clock import Clock
from x3studio.domain.connections import AmazonConnection, Dialect, SignIn, X3Connection
from x3studio.sandbox.fault_plan import plan_of
from x3studio.sandbox.serve import Sandbox
from x3studio.sandbox.x3_desk import Switches
from x3studio.store import Store
from x3studio.workspace.amazon_masters import AmazonMasters
from x3studio.workspace.fetching import Fetched, Fetching, Watch
from x3studio.workspace.x3_masters import X3Masters
from x3studio.x3 import open_x3

KEY = bytes(range(32))
Cut = Callable[[httpx.Request], bool]


class Cutting(httpx.AsyncBaseTransport):
    """Passes requests to an application until `cut` says that the line is dead."""

    def __init__(self, app: Any, cut: Cut) -> None:
        self._inner = httpx.ASGITransport(cast("Any", app))
        self._cut = cut
        self.paths: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(str(request.url))
        if self._cut(request):
            raise httpx.ReadError("the line is dead")
        return await self._inner.handle_async_request(request)


class Served:
    """The demo and one workspace file; each fetch opens clients of its own, like a restarted program."""

    def __init__(self, sandbox: Sandbox, store: Store) -> None:
        self.sandbox = sandbox
        self.store = store
        self.cut: Cut = lambda _: False
        self.paths: list[str] = []

    async def fetch(self, kind: str, *, full: bool = False, watch: Watch | None = None) -> Fetched:
        """Fetches a kind, from Amazon or from X3."""
        seen = watch or Watch()
        if kind in ("listings", "catalogue", "sales", "report"):
            return await self._amazon(kind, full=full, watch=seen)
        return await self._x3(kind, full=full, watch=seen)

    async def _x3(self, kind: str, *, full: bool, watch: Watch) -> Fetched:
        greeting = self.sandbox.greeting()["x3"]
        connection = X3Connection(
            name="X3",
            base_url=greeting["base_url"],
            token_url=greeting["token_url"],
            folder=greeting["folder"],
            dialect=Dialect.SYRACUSE,
            sign_in=SignIn.BASIC,
        )
        secrets = {name: greeting[name] for name in ("client_id", "client_secret", "user", "password")}
        line = Cutting(self.sandbox.x3_app, self.cut)
        client = open_x3(connection, secrets, record=watch.exchanges.append, transport=line)
        try:
            masters = X3Masters(self.store, Fetching(self.store), connection, client)
            return await masters.fetch(kind, full=full, watch=watch)
        finally:
            await client.aclose()
            self.paths = line.paths

    async def _amazon(self, kind: str, *, full: bool, watch: Watch) -> Fetched:
        greeting = self.sandbox.greeting()["amazon"]
        connection = AmazonConnection(
            name="Amazon",
            region="eu",
            seller_id=greeting["seller_id"],
            marketplaces=tuple(greeting["marketplaces"]),
            base_url=greeting["base_url"],
            token_url=greeting["token_url"],
        )
        names = ("client_id", "client_secret", "refresh_token")
        line = Cutting(self.sandbox.amazon_app, self.cut)
        client = AmazonClient(
            connection,
            AmazonSecrets(**{name: greeting[name] for name in names}),
            record=watch.exchanges.append,
            buckets=Buckets(),
            waiting=lambda *_: None,
            transport=line,
            rate_limited=False,
            clock=Clock(sleep=_at_once),
        )
        try:
            masters = AmazonMasters(self.store, Fetching(self.store), client)
            if kind == "report":
                return await masters.report(watch=watch)
            return await masters.fetch(kind, full=full, watch=watch)
        finally:
            await client.aclose()
            self.paths = line.paths


class Buckets:
    """Usage plans that nobody has touched."""

    async def load(self, key: str) -> None:
        """Never used."""
        del key

    async def save(self, key: str, tokens: float, at: datetime, rate: float) -> None:
        """Forgotten."""
        del key, tokens, at, rate


async def _at_once(seconds: float) -> None:
    del seconds


@asynccontextmanager
async def serving(folder: Path, *, items: int = 80, page: int = 25) -> AsyncIterator[Served]:
    """A demo with small pages and a new workspace file."""
    sandbox = Sandbox(
        items=items,
        orders=120,
        now=datetime.now(UTC),
        switches=Switches(page=page),
        plan=plan_of({"rate_limits": False}),
    )
    async with Store.create(folder / "w.x3studio", key=KEY) as store:
        yield Served(sandbox, store)
