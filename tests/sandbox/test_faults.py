"""The faults file and what the layer makes of it, in process and on a real port."""

import json
from pathlib import Path

import httpx
import pytest

from tests.sandbox.demo import ORDERS, order, signed_in
from x3studio.domain.errors import SettingFault
from x3studio.sandbox.faults import FaultPlan, Faults, Mishap, plan_of, read_faults
from x3studio.sandbox.ledger import Ledger
from x3studio.sandbox.serve import Sandbox


def test_the_whole_file_is_understood() -> None:
    plan = read_faults(
        json.dumps(
            {
                "x3": {
                    "latency_ms": [1, 2],
                    "late_commit": 0.1,
                    "late_ms": [10, 20],
                    "reset_before": 0.1,
                    "reset_after": 0.1,
                    "error_500_after": 0.1,
                    "error_503_before": 0.1,
                },
                "amazon": {
                    "throttle": 0.1,
                    "html_503": 0.1,
                    "empty_200": 0,
                    "reset": 0.1,
                    "latency_ms": [0, 5],
                },
                "token": {"error_503_before": 0.5, "throttle": 0.1},
                "rate_limits": False,
            }
        )
    )
    assert plan.x3.mishaps[Mishap.LATE_COMMIT] == 0.1
    assert plan.x3.late_ms == (10, 20)
    assert Mishap.EMPTY_200 not in plan.amazon.mishaps
    assert plan.token.mishaps == {Mishap.ERROR_503_BEFORE: 0.5, Mishap.THROTTLE: 0.1}
    assert plan.rate_limits is False


def test_an_empty_file_means_no_faults() -> None:
    assert read_faults("{}") == FaultPlan()
    assert FaultPlan().x3.quiet


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"x4": {}}', "x4"),
        ('{"x3": {"reset": 0.1}}', "reset"),
        ('{"amazon": {"late_commit": 0.1}}', "late_commit"),
        ('{"token": {"late_commit": 0.1}}', "late_commit"),
        ('{"x3": {"reset_before": 1.5}}', "reset_before"),
        ('{"x3": {"reset_before": true}}', "reset_before"),
        ('{"x3": {"late_ms": [5]}}', "late_ms"),
        ('{"x3": {"late_ms": [9, 5]}}', "late_ms"),
        ('{"x3": []}', "x3"),
        ('{"rate_limits": 1}', "rate_limits"),
        ("[]", "object"),
        ("{", "JSON"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str) -> None:
    with pytest.raises(SettingFault, match=said) as caught:
        read_faults(text)
    assert caught.value.field == "faults"
    assert caught.value.advice


def test_the_dice_repeat_and_keep_their_shares() -> None:
    plan = plan_of({"x3": {"reset_before": 0.2, "late_commit": 0.3}})
    runs = [[Faults(plan, seed=3).draw("x3", write=True) for _ in range(1)] for _ in range(2)]
    assert runs[0] == runs[1]
    faults = Faults(plan, seed=3)
    for _ in range(5000):
        faults.draw("x3", write=True)
    assert 0.17 < faults.happened["x3", Mishap.RESET_BEFORE] / 5000 < 0.23
    assert 0.27 < faults.happened["x3", Mishap.LATE_COMMIT] / 5000 < 0.33


def test_reads_are_never_committed_late() -> None:
    faults = Faults(plan_of({"x3": {"late_commit": 1}}))
    assert {faults.draw("x3", write=False) for _ in range(50)} == {None}


async def test_reset_before_acts_on_nothing(sandbox: Sandbox) -> None:
    sandbox.set_faults(plan_of({"x3": {"reset_before": 1}}))
    async with sandbox.listening() as greeting, signed_in(sandbox, base_url=greeting["x3"]["base_url"]) as x3:
        with pytest.raises(httpx.ReadError):
            await x3.post(ORDERS, json=order())
    assert sandbox.ledger.written == 0


async def test_reset_after_has_acted(sandbox: Sandbox) -> None:
    sandbox.set_faults(plan_of({"x3": {"reset_after": 1}}))
    async with sandbox.listening() as greeting, signed_in(sandbox, base_url=greeting["x3"]["base_url"]) as x3:
        with pytest.raises(httpx.ReadError):
            await x3.post(ORDERS, json=order())
        assert sandbox.ledger.written == 1
        sandbox.set_faults(plan_of({}))
        assert (await x3.get("/api/v1/folders")).status_code == 200


async def test_a_late_commit_is_in_the_ledger_after_the_client_saw_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with Ledger(path) as ledger:
        sandbox = Sandbox(ledger=ledger, amazon=False)
        sandbox.set_faults(plan_of({"x3": {"late_commit": 1, "late_ms": [150, 200]}}))
        seen = []
        async with (
            sandbox.listening() as greeting,
            signed_in(sandbox, base_url=greeting["x3"]["base_url"]) as x3,
        ):
            for number in range(12):
                try:
                    seen.append((await x3.post(ORDERS, json=order(f"late-{number}"))).status_code)
                except httpx.ReadError:
                    seen.append(0)
            early = path.read_text().count("\n")
            await sandbox.faults.settled()
    assert set(seen) == {0, 503, 504}
    assert early < 12
    written = [json.loads(line) for line in path.read_text().splitlines()]
    assert {entry["reference"] for entry in written} == {f"late-{number}" for number in range(12)}


@pytest.mark.parametrize(
    ("key", "status", "acted"), [("error_500_after", 500, 1), ("error_503_before", 503, 0)]
)
async def test_errors_before_and_after(
    sandbox: Sandbox, x3: httpx.AsyncClient, key: str, status: int, acted: int
) -> None:
    sandbox.set_faults(plan_of({"x3": {key: 1}}))
    assert (await x3.post(ORDERS, json=order())).status_code == status
    assert sandbox.ledger.written == acted


async def test_in_process_a_reset_is_the_error_that_a_port_would_give(
    sandbox: Sandbox, x3: httpx.AsyncClient
) -> None:
    sandbox.set_faults(plan_of({"x3": {"reset_before": 1}}))
    with pytest.raises(httpx.ReadError):
        await x3.get("/api/v1/folders")


async def test_the_token_url_is_spared_unless_named(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": sandbox.x3_credentials.client_id,
        "client_secret": sandbox.x3_credentials.client_secret,
    }
    sandbox.set_faults(plan_of({"x3": {"error_503_before": 1}}))
    assert (await x3.post("/oauth2/token", data=form)).status_code == 200
    sandbox.set_faults(plan_of({"token": {"error_503_before": 1}}))
    assert (await x3.post("/oauth2/token", data=form)).status_code == 503
    assert (await x3.get("/api/v1/folders")).status_code == 200


async def test_latency_is_waited_for(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    sandbox.set_faults(plan_of({"x3": {"latency_ms": [60, 60]}}))
    answer = await x3.get("/api/v1/folders")
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.06


ROUGH = plan_of(
    {
        "x3": {
            "late_commit": 0.25,
            "late_ms": [20, 60],
            "reset_before": 0.1,
            "reset_after": 0.1,
            "error_500_after": 0.1,
            "error_503_before": 0.1,
        }
    }
)


async def failed(x3: httpx.AsyncClient, reference: str) -> bool:
    try:
        return (await x3.post(ORDERS, json=order(reference))).status_code != 201
    except httpx.ReadError:
        return True


async def test_a_naive_client_duplicates_and_a_patient_one_does_not(
    sandbox: Sandbox, x3: httpx.AsyncClient
) -> None:
    """The rig must be able to fail: whoever sends again at once pays for it."""
    sandbox.set_faults(ROUGH)
    for number in range(60):
        while await failed(x3, f"naive-{number}"):
            pass
    await sandbox.faults.settled()
    duplicated = sandbox.world.documents.duplicated()
    assert len(duplicated) > 5

    def held(reference: str) -> int:
        return len(sandbox.world.documents.by_reference("SOH", reference, folder="BRKTST"))

    for number in range(60):
        while await failed(x3, f"patient-{number}"):
            await sandbox.faults.settled()
            if held(f"patient-{number}"):
                break
    await sandbox.faults.settled()
    assert [held(f"patient-{number}") for number in range(60)] == [1] * 60
