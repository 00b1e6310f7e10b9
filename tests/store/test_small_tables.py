"""Settings, checkpoints, token buckets and connections: one value per name."""

from datetime import datetime, timedelta

import pytest

from tests.store.conftest import HandClock
from x3studio.domain.connections import (
    Ability,
    AmazonConnection,
    Dialect,
    Environment,
    Profile,
    SignIn,
    X3Connection,
)
from x3studio.store import Bucket, Store

X3 = X3Connection(
    "X3 live",
    "https://x3.example",
    "PROD",
    dialect=Dialect.SOAP,
    sign_in=SignIn.BASIC,
    public_names={"SOH": "ZSOH"},
    environment=Environment.PROD,
    reference_fields={"SDH": "ZREF"},
)
AMAZON = AmazonConnection("EU", "eu", "SELLER", ("A1", "A2"))


async def test_settings(store: Store) -> None:
    assert await store.read(lambda t: t.settings.get("absent", 5)) == 5
    for value in ({"a": [1, None, "ü"]}, False, "text"):
        await store.write(lambda t, value=value: t.settings.set("key", value))  # type: ignore[misc]
        assert await store.read(lambda t: t.settings.get("key")) == value
    with pytest.raises(TypeError):
        await store.write(lambda t: t.settings.set("key", object()))
    assert await store.read(lambda t: t.settings.get("key")) == "text"


async def test_checkpoints(store: Store) -> None:
    await store.write(lambda t: t.checkpoints.set("orders", "EU", "2026-11-20"))
    await store.write(lambda t: t.checkpoints.set("orders", "EU", "2026-11-21"))
    assert await store.read(
        lambda t: (t.checkpoints.get("orders", "EU"), t.checkpoints.get("orders", "US"))
    ) == ("2026-11-21", None)


async def test_buckets(store: Store, clock: HandClock) -> None:
    assert await store.read(lambda t: t.limits.load("orders")) is None
    await store.write(lambda t: t.limits.save("orders", Bucket(1.25, clock.at, 0.5)))
    assert await store.read(lambda t: t.limits.load("orders")) == Bucket(1.25, clock.at, 0.5)


async def test_connections(store: Store, clock: HandClock) -> None:
    profile = Profile(
        "soap", {"release": "12.0.36"}, (Ability("stock", "Read stock", None, "not published"),), clock.at
    )
    await store.write(lambda t: t.connections.save(X3, profile=profile))
    await store.write(lambda t: t.connections.save(AMAZON, profile=None))
    eu, live = await store.read(lambda t: t.connections.all())
    assert (eu.connection, eu.profile, eu.state) == (AMAZON, None, "untested")
    assert (live.connection, live.profile, live.state, live.since) == (X3, profile, "ok", clock.at)
    assert isinstance(live.connection, X3Connection)
    assert isinstance(live.connection.dialect, Dialect)
    await store.write(lambda t: t.connections.delete("EU"))
    assert await store.read(lambda t: t.connections.get("EU")) is None


async def test_since_tells_when_a_state_began(store: Store, clock: HandClock) -> None:
    await store.write(lambda t: t.connections.save(X3, profile=None))

    async def after_an_hour(state: str, said: str) -> tuple[str, str, datetime]:
        clock.forward(timedelta(hours=1))
        await store.write(lambda t: t.connections.set_state(X3.name, state, said=said))
        saved = await store.read(lambda t: t.connections.get(X3.name))
        assert saved is not None
        return saved.state, saved.said, saved.since

    began = clock.at + timedelta(hours=1)
    assert await after_an_hour("expired", "invalid_client") == ("expired", "invalid_client", began)
    assert await after_an_hour("expired", "invalid_grant") == ("expired", "invalid_grant", began)
    assert await after_an_hour("ok", "") == ("ok", "", began + timedelta(hours=2))
