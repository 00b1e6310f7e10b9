"""The usage plan kept on our side: never faster than Amazon allows, across restarts and clock changes."""

import asyncio
import math
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.amazon.conftest import NOW, Buckets, FakeTime, Stage, make_stage
from x3studio.amazon import AmazonClient
from x3studio.amazon.limits import Limiter, refilled, shortfall
from x3studio.amazon.operations import GET_ORDER, SEARCH_ORDERS, Operation
from x3studio.domain.errors import Throttled

RATES = st.floats(min_value=0.001, max_value=50)
BURSTS = st.integers(min_value=1, max_value=40)


def _limiter(time: FakeTime, store: Buckets) -> Limiter:
    return Limiter(account="a", store=store, waiting=lambda *_: None, clock=time.clock)


def _operation(rate: float, burst: int) -> Operation:
    return Operation("test", "GET", "/", rate, burst, "")


@given(st.floats(-5, 50), st.floats(-1e6, 1e6), RATES, BURSTS)
def test_a_bucket_never_overflows_and_time_never_drains_it(
    tokens: float, seconds: float, rate: float, burst: int
) -> None:
    tokens = min(tokens, burst)
    after = refilled(tokens, seconds=seconds, rate=rate, burst=burst)
    assert tokens <= after <= burst


@given(st.floats(-5, 50), RATES, BURSTS)
def test_after_the_shortfall_there_is_a_token(tokens: float, rate: float, burst: int) -> None:
    pause = shortfall(min(tokens, burst), rate=rate)
    assert shortfall(refilled(min(tokens, burst), seconds=pause, rate=rate, burst=burst), rate=rate) == 0


@given(RATES, BURSTS, st.lists(st.floats(0, 30), min_size=1, max_size=60), st.sets(st.integers(0, 59)))
def test_no_window_holds_more_than_the_plan_allows(
    rate: float, burst: int, gaps: list[float], restarts: set[int]
) -> None:
    """However requests come, and however often the program restarts, the plan is kept."""

    async def live() -> list[float]:
        time, store, sent = FakeTime(), Buckets(), []
        limiter, operation = _limiter(time, store), _operation(rate, burst)
        for number, gap in enumerate(gaps):
            time.pass_by(gap)
            if number in restarts:
                limiter = _limiter(time, store)
            await limiter.take(operation)
            sent.append(time.seconds)
        return sent

    sent = asyncio.run(live())
    for start in range(len(sent)):
        for end in range(start, len(sent)):
            allowed = burst + rate * (sent[end] - sent[start])
            assert end - start + 1 <= allowed + 1e-3


async def test_the_plan_survives_a_restart_and_the_wait_is_announced(stage: Stage) -> None:
    reading = stage.client().search_orders(updated_after=NOW - timedelta(days=30), page_size=10)
    for _ in range(20):
        await anext(reading)
    await reading.aclose()
    stage.buckets.kept = {
        key: (0.0, at, SEARCH_ORDERS.rate) for key, (_, at, _) in stage.buckets.kept.items()
    }
    assert stage.time.slept == []
    restarted = stage.client()
    before = stage.time.now
    await anext(restarted.search_orders(updated_after=NOW - timedelta(days=30)))
    assert stage.time.slept == [pytest.approx(1 / 0.0056, abs=0.1)]
    operation, until = stage.waits[0]
    assert operation == "searchOrders"
    assert until - before == timedelta(seconds=round(stage.time.slept[0], 6))


async def test_a_client_within_its_plan_is_never_throttled() -> None:
    stage = make_stage(rate_limits=True)
    client = stage.client()
    pages = [
        page async for page in client.search_orders(updated_after=NOW - timedelta(days=30), page_size=10)
    ]
    assert len(pages) == 24
    statuses = {exchange.status for exchange in stage.exchanges}
    assert statuses == {"200"}
    assert stage.time.seconds - 1000 == pytest.approx(4 / 0.0056, abs=1)
    await client.aclose()


async def test_a_clock_that_was_set_back_costs_no_more_than_one_interval() -> None:
    time, store = FakeTime(), Buckets()
    store.kept["a/getOrder"] = (0.0, NOW + timedelta(days=365), GET_ORDER.rate)
    await _limiter(time, store).take(GET_ORDER)
    assert time.slept == [pytest.approx(2.0, abs=0.1)]


async def test_buckets_are_per_operation_and_account() -> None:
    time, store = FakeTime(), Buckets()
    store.kept["b/getOrder"] = (0.0, NOW, GET_ORDER.rate)
    await _limiter(time, store).take(GET_ORDER)
    await _limiter(time, store).take(SEARCH_ORDERS)
    assert time.slept == []
    assert set(store.kept) == {"a/getOrder", "a/searchOrders", "b/getOrder"}


async def test_what_is_nearest_to_its_limit_is_told() -> None:
    time, store = FakeTime(), Buckets()
    limiter = _limiter(time, store)
    assert limiter.scarcest() == ("", 0, 0)
    await limiter.take(GET_ORDER)
    for _ in range(3):
        await limiter.take(SEARCH_ORDERS)
    assert limiter.scarcest() == ("searchOrders", 17, 20)
    await time.clock.sleep(10 / SEARCH_ORDERS.rate)
    assert limiter.scarcest() == ("getOrder", 30, 30)


async def test_a_higher_rate_is_learned_from_the_header(stage: Stage) -> None:
    client = stage.client()
    async for _ in client.search_orders(updated_after=NOW - timedelta(days=30), page_size=5):
        pass
    assert sum(stage.time.slept) < 1


@pytest.mark.parametrize("header", ["", "fast", "-1", "0", "inf", "nan", "1e300"])
async def test_a_senseless_rate_is_ignored(header: str) -> None:
    time, store = FakeTime(), Buckets()
    limiter = _limiter(time, store)
    for _ in range(GET_ORDER.burst):
        await limiter.take(GET_ORDER)
    limiter.learn(GET_ORDER, header)
    await limiter.take(GET_ORDER)
    assert time.slept == [pytest.approx(2.0, abs=0.1)]


async def test_first_refusals_wait_a_little_and_the_fourth_a_whole_interval(stage: Stage) -> None:
    client = stage.answering(lambda _: httpx.Response(429))
    with pytest.raises(Throttled) as caught:
        await client.get_order("302-1111111-1111111")
    assert len(stage.exchanges) == 7
    assert caught.value.retry_after == pytest.approx(2.0, abs=0.1)
    assert all(pause < 60 for pause in stage.time.slept)
    assert math.fsum(stage.time.slept[3:]) >= 3.9


async def test_waiting_ends_at_once_when_the_run_is_cancelled() -> None:
    asleep = asyncio.Event()

    async def sleep_for_real(seconds: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    store = Buckets({"a/getOrder": (0.0, NOW, GET_ORDER.rate)})
    clock = FakeTime().clock
    patient = Limiter(
        account="a",
        store=store,
        waiting=lambda *_: None,
        clock=type(clock)(now=clock.now, tick=clock.tick, sleep=sleep_for_real),
    )
    waiting = asyncio.create_task(patient.take(GET_ORDER))
    await asleep.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert store.kept["a/getOrder"] == (0.0, NOW, GET_ORDER.rate)


def test_clients_of_one_account_share_a_key(stage: Stage) -> None:
    first: AmazonClient = stage.client()
    second: AmazonClient = stage.client()
    assert first.calls._limiter._account == second.calls._limiter._account
    assert stage.shop.credentials.client_id not in first.calls._limiter._account
