"""Pausing: what is on its way is finished, nothing more leaves, and a resumed run goes on where it was."""

import asyncio
from collections.abc import Callable

from tests.sync.rehearsal import ROUTE, ScriptedX3, Stage, due
from x3studio.domain.outbox import Stage as At
from x3studio.domain.runs import Run, RunState
from x3studio.sync.context import Limits

Build = Callable[..., Stage]
ONE_BY_ONE = Limits(settle=0.0, slots=1, patience=30.0)


async def _paused(scene: Stage, *, reason: str = "stocktaking") -> Run:
    """A run of three orders that is paused while the first is being written."""
    scene.limits, scene.x3.gate = ONE_BY_ONE, asyncio.Event()
    id = await scene.queue()
    running = asyncio.ensure_future(scene.dispatcher().carry_out(id, past_pause=False))
    await scene.x3.reached.wait()
    await scene.store.write(lambda t: t.runs.request_pause(id, by="Ann", reason=reason))
    await _until_heard(scene, id)
    scene.x3.gate.set()
    return await running


async def _until_heard(scene: Stage, id: int) -> None:
    """The engine asks for wishes four times a second; its beat tells that it did."""
    await asyncio.sleep(0.8)
    assert (await scene.store.read(lambda t: t.runs.wishes(id))).paused_by


async def _resumed(scene: Stage, id: int) -> Run:
    await scene.store.write(lambda t: t.runs.request_resume(id))
    return await scene.dispatcher().carry_out(id)


async def test_what_is_on_its_way_is_finished_and_the_rest_waits(stage: Build) -> None:
    scene = stage(due("A", "B", "C"))
    run = await _paused(scene)
    assert (run.state, run.paused_by, run.reason) == (RunState.PAUSED, "Ann", "stocktaking")
    assert scene.x3.writes == ["A"]
    rows = await scene.store.read(lambda t: [t.outbox.find(reference=each) for each in "ABC"])
    assert [row.stage for row in rows if row] == [At.DONE, At.NEW, At.NEW]


async def test_a_resumed_run_writes_the_rest_once_and_goes_on_counting(stage: Build) -> None:
    scene = stage(due("A", "B", "C"))
    paused = await _paused(scene)
    run = await _resumed(scene, paused.id)
    assert (run.state, run.paused_by, run.reason) == (RunState.DONE, "", "")
    assert scene.x3.writes == ["A", "B", "C"]
    assert (run.counts.sent, run.counts.confirmed) == (3, 3)
    assert run.counts.sent <= run.counts.translated


async def test_the_lock_is_free_meanwhile_and_another_process_leaves_the_run_paused(stage: Build) -> None:
    scene = stage(due("A", "B"))
    paused = await _paused(scene)
    other = await scene.store.write(
        lambda t: t.runs.queue(flow="stock", connection=ROUTE, started_by="test", records=["A"])
    )
    assert (await scene.dispatcher().carry_out(other.id)).state is not RunState.QUEUED
    still = await scene.store.read(lambda t: t.runs.get(paused.id))
    assert still is not None
    assert (still.state, still.paused_by) == (RunState.PAUSED, "Ann")


async def test_a_further_run_of_the_flow_is_skipped_and_says_who_paused_it(stage: Build) -> None:
    scene = stage(due("A", "B"))
    paused = await _paused(scene)
    run = await scene.run()
    assert run.state is RunState.SKIPPED
    assert f"Run {paused.id}" in run.reason and "Ann" in run.reason
    assert scene.x3.writes == ["A"]


async def test_whoever_waits_for_a_paused_run_sees_it_end(stage: Build) -> None:
    scene = stage(due("A", "B"))
    paused = await _paused(scene)
    waiting = asyncio.ensure_future(scene.dispatcher().carry_out(paused.id))
    await asyncio.sleep(0.5)
    assert not waiting.done()
    await scene.store.write(lambda t: t.runs.request_resume(paused.id))
    assert (await asyncio.wait_for(waiting, 20)).state is RunState.DONE
    assert scene.x3.writes == ["A", "B"]


async def test_a_run_that_waits_for_x3_to_come_back_is_paused_without_waiting_for_it(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(away=1_000))
    scene.limits = Limits(settle=0.0, slots=1, patience=10_000.0)
    id = await scene.queue()
    running = asyncio.ensure_future(scene.dispatcher().carry_out(id, past_pause=False))
    await scene.x3.asked.wait()
    await scene.store.write(lambda t: t.runs.request_pause(id, by="Ann"))
    run = await asyncio.wait_for(running, 20)
    assert run.state is RunState.PAUSED
    scene.x3.away = 0
    assert (await _resumed(scene, id)).state is RunState.DONE
    assert scene.x3.writes == ["A"]


async def test_cancelling_while_it_winds_down_to_a_pause_ends_it(stage: Build) -> None:
    scene = stage(due("A", "B"))
    paused = await _paused(scene)
    await scene.store.write(lambda t: t.runs.request_cancel(paused.id))
    ended = await scene.dispatcher().carry_out(paused.id)
    assert ended.state is RunState.CANCELLED
    # What was not sent is still in the outbox: the next run takes it up.
    assert (await scene.run()).state is RunState.DONE
    assert scene.x3.writes == ["A", "B"]
