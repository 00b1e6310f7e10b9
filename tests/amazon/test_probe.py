"""The connection test says which step failed, and which role is missing."""

from datetime import timedelta

import httpx
import pytest

from tests.amazon.conftest import NOW, Stage, connection_to, secrets_of
from x3studio.amazon import marketplace, probe, profile
from x3studio.domain.connections import ProbeStep, Verdict
from x3studio.domain.errors import SettingFault


async def _probe(stage: Stage, **changes: str) -> dict[str, ProbeStep]:
    connection = connection_to(stage.shop.credentials, *stage.world.marketplaces, **changes)
    steps = [
        step
        async for step in probe(
            connection,
            secrets_of(stage.shop.credentials),
            record=stage.exchanges.append,
            buckets=stage.buckets,
            transport=stage.transport,
            clock=stage.time.clock,
        )
    ]
    return {step.key: step for step in steps}


async def test_everything_works(stage: Stage) -> None:
    steps = await _probe(stage)
    assert {step.verdict for step in steps.values()} == {Verdict.PASS}
    assert list(steps) == ["host", "token", "account", "orders", "address", "listings"]
    found = profile(list(steps.values()), at=NOW)
    assert found is not None
    assert all(ability.usable for ability in found.abilities)
    assert "Amazon.de" in "".join(found.facts.values())


async def test_a_wrong_secret_ends_the_test(stage: Stage) -> None:
    connection = connection_to(stage.shop.credentials)
    secrets = secrets_of(stage.shop.credentials)
    stage.shop.credentials.client_secret = "another"
    steps = [
        step
        async for step in probe(
            connection,
            secrets,
            record=stage.exchanges.append,
            buckets=stage.buckets,
            transport=stage.transport,
        )
    ]
    last = {step.key: step for step in steps}
    assert last["token"].verdict is Verdict.FAIL
    assert "invalid_client" in last["token"].said
    assert [key for key in last if last[key].verdict is Verdict.SKIPPED] == [
        "account",
        "orders",
        "address",
        "listings",
    ]
    assert profile(steps, at=NOW) is None


async def test_orders_without_their_role(stage: Stage) -> None:
    stage.shop.roles.discard("orders")
    steps = await _probe(stage)
    assert steps["orders"].verdict is Verdict.FAIL
    assert "Inventory and Order Tracking" in steps["orders"].advice
    assert steps["orders"].field == "roles"
    assert steps["listings"].verdict is Verdict.SKIPPED


async def test_addresses_without_their_role(stage: Stage) -> None:
    stage.shop.roles.discard("addresses")
    steps = await _probe(stage)
    assert steps["orders"].verdict is Verdict.PASS
    assert steps["address"].verdict is Verdict.WARN
    assert "Direct-to-Consumer" in steps["address"].advice
    found = profile(list(steps.values()), at=NOW)
    assert found is not None
    assert [ability.key for ability in found.abilities if not ability.usable] == ["address"]


async def test_less_important_roles_only_warn(stage: Stage) -> None:
    stage.shop.roles -= {"listings", "sellers"}
    steps = await _probe(stage)
    assert steps["account"].verdict is steps["listings"].verdict is Verdict.WARN
    assert profile(list(steps.values()), at=NOW) is not None


async def test_no_orders_is_no_verdict_on_addresses(stage: Stage) -> None:
    stage.time.pass_by(timedelta(days=300).total_seconds())
    assert (await _probe(stage))["address"].verdict is Verdict.SKIPPED


async def test_nobody_there(stage: Stage) -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    stage.transport = httpx.MockTransport(refuse)
    steps = await _probe(stage)
    assert steps["host"].verdict is Verdict.FAIL
    assert {step.verdict for key, step in steps.items() if key != "host"} == {Verdict.SKIPPED}
    assert profile(list(steps.values()), at=NOW) is None


async def test_an_unusable_address_is_a_step_too(stage: Stage) -> None:
    steps = await _probe(stage, base_url="http://example.org")
    assert steps["host"].field == "base_url"


async def test_a_marketplace_the_account_does_not_sell_in(stage: Stage) -> None:
    connection = connection_to(stage.shop.credentials, "A1PA6795UKMFR9", "A1C3SOZRARQ6R3")
    steps = {
        step.key: step
        async for step in probe(
            connection,
            secrets_of(stage.shop.credentials),
            record=stage.exchanges.append,
            buckets=stage.buckets,
            transport=stage.transport,
        )
    }
    assert steps["account"].verdict is Verdict.WARN
    assert "A1C3SOZRARQ6R3" in steps["account"].advice


def test_marketplaces_by_id_and_country() -> None:
    assert marketplace("A1PA6795UKMFR9").zone == "Europe/Berlin"
    assert marketplace("uk") is marketplace("GB")
    assert marketplace("JP").currency == "JPY"
    with pytest.raises(SettingFault, match="unknown"):
        marketplace("Atlantis")
