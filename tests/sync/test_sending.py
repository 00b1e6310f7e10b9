"""What is committed to ahead of the calls is never sent twice, and in doubt only where X3 was called."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.sync.rehearsal import ScriptedFlow, ScriptedX3, Stage, due
from x3studio.domain.outbox import OutboxRecord
from x3studio.domain.outbox import Stage as At
from x3studio.domain.runs import Manner, RunState
from x3studio.sync.context import Limits
from x3studio.sync.flow import Outcome

Build = Callable[..., Stage]
MANY = [f"R{number:02}" for number in range(12)]


async def _rows(scene: Stage) -> dict[str, OutboxRecord]:
    return await scene.store.read(lambda t: t.outbox.briefs(MANY))


async def _intended(scene: Stage) -> set[str]:
    return {reference for reference, row in (await _rows(scene)).items() if row.stage is At.INTENT}


async def _ahead(scene: Stage, *, called: int) -> None:
    """Waits until all slots are in X3 and more is committed to than they hold."""
    async with asyncio.timeout(10):
        while len(scene.x3.writes) < called or len(await _intended(scene)) <= called:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def _queued(scene: Stage, manner: Manner) -> int:
    run = await scene.store.write(
        lambda t: t.runs.queue(flow="orders", connection=scene.route, started_by="test", manner=manner)
    )
    return run.id


async def _cannot_store(scene: Stage, column: str) -> None:
    await scene.store.write(
        lambda t: t.conn.execute(
            f"CREATE TRIGGER full BEFORE UPDATE OF {column} ON outbox WHEN new.{column} <> ''"
            " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    )


def _is_untouched(row: OutboxRecord) -> bool:
    return (row.stage, row.attempt, row.number) == (At.NEW, 0, "")


async def test_a_brake_takes_back_what_no_call_was_begun_for(stage: Build) -> None:
    scene = stage(due(*MANY), x3=ScriptedX3(gate=asyncio.Event(), verdicts={"R00": ["refused"]}))
    run_id = await _queued(scene, Manner(most_failures=1))
    work = asyncio.ensure_future(scene.dispatcher().carry_out(run_id))
    await _ahead(scene, called=3)
    assert scene.x3.gate is not None
    scene.x3.gate.set()
    run = await work
    rows = await _rows(scene)
    assert (run.state, run.counts.sent, scene.x3.writes) == (RunState.PARTIAL, 2, MANY[:3])
    assert [rows[reference].stage for reference in MANY[:3]] == [At.REJECTED, At.DONE, At.DONE]
    assert all(_is_untouched(rows[reference]) for reference in MANY[3:])


async def test_a_cancel_leaves_in_doubt_only_what_x3_was_called_for(stage: Build) -> None:
    scene = stage(due(*MANY), x3=ScriptedX3(gate=asyncio.Event()))
    run_id = await scene.queue()
    work = asyncio.ensure_future(scene.dispatcher().carry_out(run_id))
    await _ahead(scene, called=3)
    await scene.store.write(lambda t: t.runs.request_cancel(run_id))
    run = await work
    called, rows = set(scene.x3.writes), await _rows(scene)
    assert run.state is RunState.CANCELLED and len(called) == 3
    assert {reference for reference in MANY if rows[reference].stage is At.INDOUBT} == called
    assert all(_is_untouched(rows[reference]) for reference in MANY if reference not in called)


async def test_nothing_is_committed_to_while_x3_is_away(stage: Build) -> None:
    scene = stage(due(*MANY), x3=ScriptedX3(verdicts={reference: ["unsent"] for reference in MANY[:3]}))
    run_id = await scene.queue()
    work = asyncio.ensure_future(scene.dispatcher().carry_out(run_id))
    async with asyncio.timeout(20):
        while not await _waits_for_x3(scene, run_id) or await _intended(scene):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    run = await work
    rows = await _rows(scene)
    assert run.state is RunState.DONE
    assert all((row.stage, row.attempt) == (At.DONE, 1) for row in rows.values())
    assert all(len(scene.x3.held[reference]) == 1 for reference in MANY)


async def _waits_for_x3(scene: Stage, run_id: int) -> bool:
    run = await scene.store.read(lambda t: t.runs.get(run_id))
    return run is not None and run.state is RunState.WAITING_RETRY


async def test_a_paced_run_commits_to_each_when_its_turn_has_come(stage: Build) -> None:
    scene = stage(due("R00", "R01"), x3=ScriptedX3(gate=asyncio.Event()))
    run_id = await _queued(scene, Manner(per_minute=1))
    work = asyncio.ensure_future(scene.dispatcher().carry_out(run_id))
    await scene.x3.reached.wait()
    assert await _intended(scene) == {"R00"}
    await scene.store.write(lambda t: t.runs.request_cancel(run_id))
    await work
    assert _is_untouched((await _rows(scene))["R01"])


async def test_the_next_batch_is_translated_while_one_is_sent(stage: Build) -> None:
    gate = asyncio.Event()

    @dataclass
    class Telling(ScriptedFlow):
        batches: list[list[str]] = field(default_factory=list)

        async def translate(self, records: Sequence[OutboxRecord]) -> Sequence[Outcome]:
            self.batches.append([record.reference for record in records])
            # X3 answers nothing before the second batch has come here: a run that waited for it would hang.
            if len(self.batches) == 2:
                gate.set()
            return await super().translate(records)

    many = [f"M{number:03}" for number in range(150)]
    scene = stage(x3=ScriptedX3(gate=gate))
    scene.flow = Telling([due(*many)])
    run = await asyncio.wait_for(scene.run(), timeout=30)
    assert scene.flow.batches == [many[:100], many[100:]]
    assert (run.state, run.counts.sent, run.counts.confirmed) == (RunState.DONE, 150, 150)
    assert sorted(scene.x3.writes) == many


async def test_an_intent_that_cannot_be_stored_ends_the_run_and_nothing_is_sent(stage: Build) -> None:
    scene = stage(due(*MANY))
    await _cannot_store(scene, "document")
    run = await scene.run()
    assert run.state is RunState.FAILED and run.reason
    assert scene.x3.writes == []
    assert all(_is_untouched(row) for row in (await _rows(scene)).values())


async def test_answers_that_cannot_be_stored_end_the_run_and_are_looked_up_by_the_next(stage: Build) -> None:
    scene = stage(due(*MANY), limits=Limits(settle=0.0, slots=3))
    await _cannot_store(scene, "number")
    run = await scene.run()
    assert run.state is RunState.FAILED and run.reason
    await scene.store.write(lambda t: t.conn.execute("DROP TRIGGER full"))
    healed = await scene.run()
    assert healed.state is RunState.DONE
    assert sorted(scene.x3.writes) == MANY
    assert all(row.stage is At.DONE for row in (await _rows(scene)).values())
