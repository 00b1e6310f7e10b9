"""The test of a connection as the window shows it: each step twice, a way on, nothing written."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.x3.demo import Bent, Demo, nobody_listens
from x3studio.domain.connections import Dialect, ProbeStep, SignIn, Verdict
from x3studio.sandbox.fault_plan import plan_of
from x3studio.x3 import Probe, probe


async def run(
    demo: Demo, *, hide: frozenset[str] = frozenset(), **changes: Any
) -> tuple[Probe, list[ProbeStep]]:
    """All steps of a probe of the demo X3; paths in `hide` do not exist."""

    def bend(request: httpx.Request, status: int, body: bytes) -> tuple[int, bytes]:
        return (404, b"{}") if request.url.path.startswith(tuple(hide)) else (status, body)

    secrets = changes.pop("secrets", demo.secrets)
    test = probe(
        demo.connection(**changes),
        secrets,
        record=demo.exchanges.append,
        transport=Bent(demo.sandbox.x3_app, bend if hide else None),
    )
    return test, [step async for step in test]


def verdicts(steps: list[ProbeStep]) -> dict[str, Verdict]:
    return {step.key: step.verdict for step in steps}


def failed(steps: list[ProbeStep]) -> ProbeStep:
    [step] = [step for step in steps if step.verdict is Verdict.FAIL]
    return step


@pytest.mark.parametrize(
    ("dialect", "sign_in"),
    [
        (Dialect.GATEWAY, SignIn.OAUTH),
        (Dialect.SOAP, SignIn.BASIC),
        (Dialect.SYRACUSE, SignIn.JWT),
        (Dialect.GRAPHQL, SignIn.JWT),
        (Dialect.AUTO, SignIn.OAUTH),
    ],
)
async def test_a_good_connection_passes_and_writes_nothing(dialect: Dialect, sign_in: SignIn) -> None:
    demo = Demo(dialect, sign_in=sign_in)
    test, steps = await run(demo)
    assert Verdict.FAIL not in verdicts(steps).values()
    for shown, told in zip(steps[::2], steps[1::2], strict=True):
        assert (shown.key, shown.verdict) == (told.key, Verdict.TESTING)
        assert told.found
    assert test.profile is not None
    usable = {ability.key: ability.usable for ability in test.profile.abilities}
    assert usable["read_items"]
    assert usable["read_customers"]
    assert usable["graphql"]
    assert usable["create_orders"] is (dialect is not Dialect.GRAPHQL)
    assert usable["find_by_reference"] is (dialect is not Dialect.GRAPHQL)
    assert all(ability.usable or ability.why for ability in test.profile.abilities)
    assert test.profile.dialect == ("gateway" if dialect is Dialect.AUTO else dialect.value)
    assert demo.sandbox.ledger.written == 0


async def test_without_a_gateway_auto_is_syracuse_and_soap() -> None:
    demo = Demo(Dialect.AUTO, sign_in=SignIn.BASIC)
    test, steps = await run(demo, hide=frozenset({"/api/v1"}))
    assert verdicts(steps)["pool"] is Verdict.PASS
    assert test.profile is not None
    assert test.profile.dialect == "auto"
    assert {a.key for a in test.profile.abilities if a.usable} >= {
        "create_orders",
        "post_journals",
        "read_items",
    }


async def test_a_wrong_folder_offers_the_right_ones() -> None:
    demo = Demo(Dialect.GATEWAY)
    test, steps = await run(demo, folder="HARTSD")
    step = failed(steps)
    assert (step.key, step.field, step.found) == (
        "folder",
        "folder",
        "The folder HARTSD is unknown to this X3.",
    )
    assert set(step.offers) == set(demo.world.folders)
    assert test.profile is None
    assert verdicts(steps)["customers"] is Verdict.SKIPPED


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"secrets": {"client_id": "x", "client_secret": "wrong" * 8}}, "client_id", "client id"),
        ({"secrets": {"client_secret": "wrong" * 8}}, "client_secret", "signature"),
        ({"subject": "NOBODY"}, "subject", "subject"),
        ({"audience": "http://x3.localhost/"}, "audience", "byte for byte"),
    ],
)
async def test_the_numbers_of_a_refused_token_lead_to_the_field(
    changes: dict[str, Any], field: str, word: str
) -> None:
    demo = Demo(Dialect.GATEWAY, sign_in=SignIn.JWT)
    if "secrets" in changes:
        changes = {"secrets": {**demo.secrets, **changes["secrets"]}}
        if field == "client_id":
            changes["secrets"]["client_secret"] = demo.secrets["client_secret"]
    _, steps = await run(demo, **changes)
    step = failed(steps)
    assert (step.key, step.field) == ("token", field)
    assert word in step.advice
    assert "Error" in step.said


async def test_a_rotated_secret_fails_at_the_sign_in() -> None:
    demo = Demo(Dialect.GATEWAY)
    _, steps = await run(demo, secrets={**demo.secrets, "client_secret": "old-secret"})
    assert (failed(steps).key, failed(steps).field) == ("token", "client_secret")


async def test_a_missing_secret_is_a_finding_and_not_a_crash() -> None:
    _, steps = await run(Demo(Dialect.GATEWAY), secrets={})
    assert failed(steps).key == "host"
    assert failed(steps).field == "client_secret"


async def test_a_wrong_pool_is_unmasked_by_describing() -> None:
    demo = Demo(Dialect.SOAP, sign_in=SignIn.BASIC)
    _, steps = await run(demo, pool="STUDI0")
    broken = {step.key: step for step in steps if step.verdict is Verdict.FAIL}
    assert broken["customers"].field == "pool"
    assert broken["customers"].said


async def test_a_wrong_pool_behind_auto_leaves_reading_usable() -> None:
    demo = Demo(Dialect.AUTO, sign_in=SignIn.BASIC)
    test, steps = await run(demo, hide=frozenset({"/api/v1"}), pool="STUDI0")
    step = failed(steps)
    assert (step.key, step.field) == ("pool", "pool")
    assert test.profile is None
    assert verdicts(steps)["items"] is Verdict.PASS


async def test_a_wrong_published_name_offers_those_that_answer() -> None:
    demo = Demo(Dialect.SOAP, sign_in=SignIn.BASIC)
    names = {**demo.sandbox.greeting()["x3"]["public_names"], "SOH": "ZSOH"}
    _, steps = await run(demo, public_names=names)
    step = failed(steps)
    assert (step.key, step.field) == ("pool", "public_name")
    assert "ITM=YITM" in step.offers


async def test_no_web_service_children_is_named() -> None:
    demo = Demo(Dialect.AUTO, sign_in=SignIn.BASIC)
    demo.switches.children = 0
    _, steps = await run(demo, hide=frozenset({"/api/v1"}))
    step = next(step for step in steps if step.key == "pool" and step.verdict is Verdict.FAIL)
    assert step.field == "pool"
    assert "children" in step.advice


async def test_node_rights_that_are_missing_are_said() -> None:
    demo = Demo(Dialect.GRAPHQL, sign_in=SignIn.JWT)
    demo.switches.graphql_denied = frozenset({"customer"})
    _, steps = await run(demo)
    assert (failed(steps).key, failed(steps).field) == ("customers", "role")


async def test_the_older_graphql_root_is_found() -> None:
    demo = Demo(Dialect.GRAPHQL, sign_in=SignIn.JWT)
    demo.switches.graphql_root = "xtremX3"
    test, _ = await run(demo)
    assert test.profile is not None
    assert test.profile.facts["GraphQL root"] == "xtremX3MasterData"


async def test_where_nobody_listens_the_host_fails() -> None:
    demo = Demo(Dialect.GATEWAY)
    async with nobody_listens() as address:
        test = probe(demo.connection(demo.sandbox.greeting(x3_url=address)), demo.secrets)
        steps = [step async for step in test]
    assert (failed(steps).key, failed(steps).field) == ("host", "base_url")
    assert test.profile is None


async def test_plain_http_elsewhere_is_refused_before_anything_leaves() -> None:
    demo = Demo(Dialect.GATEWAY)
    _, steps = await run(demo, base_url="http://x3.example.com:8124")
    assert (failed(steps).key, failed(steps).field) == ("host", "base_url")
    assert demo.exchanges == []


async def test_a_step_is_bounded_in_time() -> None:
    class Silent(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            raise AssertionError

    demo = Demo(Dialect.GATEWAY)
    test = Probe(
        demo.connection(), demo.secrets, record=demo.exchanges.append, transport=Silent(), seconds=0.05
    )
    steps = [step async for step in test]
    assert failed(steps).key == "host"
    assert "seconds" in failed(steps).found


async def test_a_probe_can_be_ended_early() -> None:
    demo = Demo(Dialect.GATEWAY)
    test = probe(demo.connection(), demo.secrets, transport=Bent(demo.sandbox.x3_app))
    first = await anext(test)
    await test.aclose()
    assert first.verdict is Verdict.TESTING
    assert [step async for step in test] == []


async def test_faults_during_a_probe_are_findings() -> None:
    demo = Demo(Dialect.GATEWAY)
    async with demo.sandbox.listening() as greeting:
        demo.sandbox.set_faults(plan_of({"x3": {"error_500_after": 1.0}}))
        test = probe(demo.connection(greeting), demo.secrets)
        steps = [step async for step in test]
    assert failed(steps).key == "token"
    assert test.profile is None
