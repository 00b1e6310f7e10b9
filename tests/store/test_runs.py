"""Runs: one live per flow and connection, legal moves only, and what others may ask of them."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.conftest import KEY, HandClock
from x3studio.domain.runs import FINAL, Counts, IllegalMove, Manner, Run, RunState, Wishes
from x3studio.store import Store, Tables


def _queue(tables: Tables, flow: str = "orders", connection: str = "x3") -> Run:
    return tables.runs.queue(flow=flow, connection=connection, started_by="test")


async def test_a_queued_run_reads_back_whole(store: Store, clock: HandClock) -> None:
    since = clock.at - timedelta(days=3)
    run = await store.write(
        lambda t: t.runs.queue(
            flow="orders",
            connection="x3",
            started_by="schedule",
            dry_run=True,
            since=since,
            limit=5,
            records=["026-1", "026-2"],
            manner=Manner(most_failures=3, per_minute=30, as_of=1188),
        )
    )
    assert run.state is RunState.QUEUED
    assert (run.queued_at, run.since, run.limit, run.records) == (clock.at, since, 5, ("026-1", "026-2"))
    assert run.manner == Manner(most_failures=3, per_minute=30, as_of=1188)
    assert await store.read(lambda t: t.runs.get(run.id)) == run
    assert await store.read(lambda t: t.runs.get(run.id + 1)) is None


async def test_one_live_run_per_flow_and_connection_across_stores(store: Store, path: Path) -> None:
    ids = await store.write(lambda t: [_queue(t).id for _ in range(2)])
    async with Store.open(path, key=KEY) as other:
        started = await asyncio.gather(
            store.write(lambda t: t.runs.start(ids[0])), other.write(lambda t: t.runs.start(ids[1]))
        )
    assert sorted(started) == [False, True]
    elsewhere = await store.write(lambda t: _queue(t, connection="x3 second").id)
    assert await store.write(lambda t: t.runs.start(elsewhere))
    with pytest.raises(IllegalMove):
        await store.write(lambda t: t.runs.move(ids[started.index(False)], RunState.RUNNING))


async def test_a_waiting_run_is_still_live(store: Store) -> None:
    first, second = await store.write(lambda t: (_queue(t).id, _queue(t).id))
    await store.write(lambda t: t.runs.start(first))
    await store.write(lambda t: t.runs.request_pause(first, by="Ann", reason="stocktaking"))
    await store.write(lambda t: t.runs.move(first, RunState.PAUSED, reason="stocktaking"))
    assert not await store.write(lambda t: t.runs.start(second))
    assert await store.read(lambda t: t.runs.ready(["x3"])) == []
    await store.write(lambda t: t.runs.move(first, RunState.DONE))
    assert [run.id for run in await store.read(lambda t: t.runs.ready(["x3"]))] == [second]
    assert await store.write(lambda t: t.runs.start(second))


@pytest.mark.parametrize("final", sorted(FINAL - {RunState.SKIPPED}))
async def test_the_end_is_stamped_and_final(store: Store, clock: HandClock, final: RunState) -> None:
    run = await store.write(_queue)
    await store.write(lambda t: t.runs.start(run.id))
    clock.forward(timedelta(minutes=1))
    await store.write(lambda t: t.runs.move(run.id, final, reason="said why"))
    ended = await store.read(lambda t: t.runs.get(run.id))
    assert ended is not None
    assert (ended.state, ended.ended_at, ended.reason) == (final, clock.at, "said why")
    assert ended.started_at == clock.at - timedelta(minutes=1)
    with pytest.raises(IllegalMove):
        await store.write(lambda t: t.runs.move(run.id, RunState.RUNNING))


async def test_progress_and_sign_of_life(store: Store, clock: HandClock) -> None:
    run = await store.write(_queue)
    await store.write(lambda t: t.runs.start(run.id))
    await store.write(lambda t: t.runs.beat(run.id, counts=Counts(read=7, in_doubt=1), total=90))
    await store.write(lambda t: t.runs.beat(run.id, counts=Counts(read=8)))
    seen = await store.read(lambda t: t.runs.get(run.id))
    assert seen is not None
    assert (seen.counts, seen.total) == (Counts(read=8), 90)


async def test_a_new_lock_holder_interrupts_what_was_live(store: Store) -> None:
    one, other, waiting = await store.write(
        lambda t: (_queue(t, "orders").id, _queue(t, "stock").id, _queue(t, "items").id)
    )
    await store.write(lambda t: (t.runs.start(one), t.runs.start(other)))
    assert [run.id for run in await store.read(lambda t: t.runs.live())] == [one, other]
    assert await store.write(lambda t: t.runs.interrupt_live(reason="The engine ended.")) == [one, other]
    assert [run.id for run in await store.read(lambda t: t.runs.ready(["x3"]))] == [waiting]


async def test_a_paused_run_outlives_its_engine_and_goes_on_when_it_is_wished(store: Store) -> None:
    run = await store.write(lambda t: _queue(t).id)
    await store.write(lambda t: t.runs.start(run))
    await store.write(lambda t: t.runs.request_pause(run, by="Ann", reason="stocktaking"))
    await store.write(lambda t: t.runs.move(run, RunState.PAUSED, reason="stocktaking"))
    assert await store.write(lambda t: t.runs.interrupt_live(reason="The engine ended.")) == []
    seen = await store.read(lambda t: t.runs.paused("orders", "x3"))
    assert seen is not None
    assert (seen.id, seen.state, seen.paused_by, seen.reason) == (run, RunState.PAUSED, "Ann", "stocktaking")
    assert not await store.write(lambda t: t.runs.start(run))
    await store.write(lambda t: t.runs.request_resume(run))
    assert [each.id for each in await store.read(lambda t: t.runs.ready(["x3"]))] == [run]
    assert await store.write(lambda t: t.runs.start(run))
    again = await store.read(lambda t: t.runs.get(run))
    assert again is not None
    assert (again.state, again.reason, again.started_at) == (RunState.RUNNING, "", seen.started_at)


async def test_a_pause_that_was_wished_when_the_engine_was_killed_holds(store: Store) -> None:
    run = await store.write(lambda t: _queue(t).id)
    await store.write(lambda t: t.runs.start(run))
    await store.write(lambda t: t.runs.request_pause(run, by="Ann", reason="stocktaking"))
    assert await store.write(lambda t: t.runs.interrupt_live(reason="The engine ended.")) == []
    seen = await store.read(lambda t: t.runs.get(run))
    assert seen is not None
    assert (seen.state, seen.paused_by, seen.reason) == (RunState.PAUSED, "Ann", "stocktaking")


@pytest.mark.parametrize("wish", ["request_cancel", "request_stop"])
async def test_a_paused_run_that_is_to_end_ends_at_once(store: Store, wish: str) -> None:
    run = await store.write(lambda t: _queue(t).id)
    await store.write(lambda t: t.runs.start(run))
    await store.write(lambda t: t.runs.request_pause(run, by="Ann"))
    await store.write(lambda t: t.runs.move(run, RunState.PAUSED))
    await store.write(lambda t: getattr(t.runs, wish)(run))
    ended = await store.read(lambda t: t.runs.get(run))
    assert ended is not None
    assert ended.state is RunState.CANCELLED


async def test_requests(store: Store) -> None:
    running, queued = await store.write(lambda t: (_queue(t).id, _queue(t, "stock").id))
    await store.write(lambda t: t.runs.start(running))
    await store.write(lambda t: t.runs.request_stop(running))
    await store.write(lambda t: t.runs.request_cancel(queued))
    assert await store.read(lambda t: t.runs.wishes(running)) == Wishes(stop=True)
    cancelled = await store.read(lambda t: t.runs.get(queued))
    assert cancelled is not None
    assert cancelled.state is RunState.CANCELLED
    assert not await store.write(lambda t: t.runs.start(queued))
    await store.write(lambda t: t.runs.request_cancel(running))
    assert (await store.read(lambda t: t.runs.wishes(running))).cancel


async def test_pages_by_key(store: Store) -> None:
    ids = await store.write(lambda t: [_queue(t, flow=f"f{i % 2}").id for i in range(11)])
    seen: list[int] = []
    page = await store.read(lambda t: t.runs.page(limit=4))
    while (before := page.next) is not None:
        seen += [run.id for run in page.rows]
        page = await store.read(lambda t: t.runs.page(before=before, limit=4))
    seen += [run.id for run in page.rows]
    assert seen == ids[::-1]
    even = await store.read(lambda t: t.runs.page(flow="f0", state=RunState.QUEUED))
    assert [run.id for run in even.rows] == ids[::2][::-1]
    last = await store.read(lambda t: (t.runs.last("f1"), t.runs.last("f1", "nowhere")))
    assert last[0] is not None
    assert (last[0].id, last[1]) == (ids[9], None)
