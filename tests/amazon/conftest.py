"""A demo Amazon reached in process, a client for it, and clocks that tests move by hand."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from x3studio.amazon import AmazonClient, AmazonSecrets, Clock
from x3studio.domain.connections import AmazonConnection
from x3studio.domain.monitor import Exchange
from x3studio.sandbox.amazon import Shop, amazon_app
from x3studio.sandbox.credentials import AmazonCredentials, amazon_credentials
from x3studio.sandbox.faults import Faults
from x3studio.sandbox.ledger import Entry, Ledger
from x3studio.sandbox.world import World

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
BASE = "http://127.0.0.1:9"


@dataclass
class FakeTime:
    """Time that passes only when somebody sleeps or a test says so."""

    now: datetime = NOW
    seconds: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_by(seconds)

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, tick=lambda: self.seconds, sleep=self.sleep)


@dataclass
class Buckets:
    """A bucket store that outlives the clients of one test."""

    kept: dict[str, tuple[float, datetime, float]] = field(default_factory=dict)

    async def load(self, key: str) -> tuple[float, datetime, float] | None:
        return self.kept.get(key)

    async def save(self, key: str, tokens: float, at: datetime, rate: float) -> None:
        self.kept[key] = (tokens, at, rate)


Handler = Callable[[httpx.Request], httpx.Response]
"""Stands for the whole other side where a test writes Amazon's answers itself."""


def connection_to(credentials: AmazonCredentials, *marketplaces: str, **changes: Any) -> AmazonConnection:
    return AmazonConnection(
        **{
            "name": "Demo",
            "region": "eu",
            "seller_id": credentials.seller_id,
            "marketplaces": marketplaces,
            "base_url": BASE,
            "token_url": f"{BASE}/auth/o2/token",
            **changes,
        }
    )


def secrets_of(credentials: AmazonCredentials) -> AmazonSecrets:
    return AmazonSecrets(credentials.client_id, credentials.client_secret, credentials.refresh_token)


@dataclass
class Stage:
    """One demo Amazon with everything a test looks at."""

    world: World
    shop: Shop
    faults: Faults
    transport: httpx.AsyncBaseTransport
    time: FakeTime
    entries: list[Entry]
    exchanges: list[Exchange] = field(default_factory=list)
    waits: list[tuple[str, datetime]] = field(default_factory=list)
    buckets: Buckets = field(default_factory=Buckets)
    clients: list[AmazonClient] = field(default_factory=list)

    def client(self, *, transport: httpx.AsyncBaseTransport | None = None, **options: Any) -> AmazonClient:
        """A client; the next one is like a restarted program with the same stored buckets."""
        made = AmazonClient(
            connection_to(self.shop.credentials, *self.world.marketplaces),
            secrets_of(self.shop.credentials),
            record=self.exchanges.append,
            buckets=self.buckets,
            waiting=lambda operation, until: self.waits.append((operation, until)),
            transport=transport or self.transport,
            clock=self.time.clock,
            **options,
        )
        self.clients.append(made)
        return made

    def answering(self, handler: Handler, **options: Any) -> AmazonClient:
        """A client whose sign-in works and whose every other request `handler` answers."""

        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/auth/o2/token"):
                return httpx.Response(200, json={"access_token": "Atza|scripted-token", "expires_in": 3600})
            return handler(request)

        return self.client(transport=httpx.MockTransport(answer), **options)


def make_stage(*, orders: int = 240, items: int = 60, rate_limits: bool = False) -> Stage:
    time, entries = FakeTime(), list[Entry]()
    world = World.build(seed=7, items=items, orders=orders, now=NOW)
    faults = Faults(seed=7)
    app = amazon_app(
        world,
        faults=faults,
        ledger=Ledger(on_entry=entries.append),
        credentials=amazon_credentials(7),
        rate_limits=rate_limits,
        now=lambda: time.now,
        tick=lambda: time.seconds,
    )
    return Stage(world, app.state.shop, faults, httpx.ASGITransport(app), time, entries)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A demo of 240 orders without rate limits, in process."""
    made = make_stage()
    yield made
    for client in made.clients:
        await client.aclose()
