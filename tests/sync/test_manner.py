"""How a replay goes about it: brakes, pace, and where it starts."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.sync.rehearsal import ScriptedFlow, Stage, due
from x3studio.domain.monitor import CaseState, ExceptionCase
from x3studio.domain.outbox import Stage as At
from x3studio.domain.runs import Manner, Run, RunState
from x3studio.store import Store, Tables
from x3studio.sync.context import Limits
from x3studio.sync.flow import SourceRecord, Standing
from x3studio.sync.retry import Pace

Build = Callable[..., Stage]
OPEN = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)
NAMES = ("A", "B", "C", "D")


async def _refused(scene: Stage, *, times: int = 1) -> None:
    """Four orders that X3 has refused once, and will refuse `times` more."""
    scene.limits = Limits(settle=0.0, slots=1, patience=30.0)
    scene.x3.verdicts = {name: ["refused"] * (1 + times) for name in NAMES}
    await scene.run()
    scene.x3.writes.clear()


async def _replay(scene: Stage, manner: Manner) -> Run:
    def take_up(tables: Tables) -> int:
        for name in NAMES:
            row = tables.outbox.find(reference=name)
            assert row is not None
            tables.outbox.retry(row.id)
        return tables.runs.queue(
            flow="orders", connection=scene.route, started_by="test", records=NAMES, manner=manner
        ).id

    return await scene.dispatcher().carry_out(await scene.store.write(take_up))


async def _stages(store: Store) -> list[At]:
    rows = await store.read(lambda t: [t.outbox.find(reference=name) for name in NAMES])
    return [row.stage for row in rows if row]


async def _cases(store: Store) -> list[ExceptionCase]:
    return list((await store.read(lambda t: t.exceptions.page(states=OPEN))).rows)


async def test_it_stops_after_so_many_failures_and_the_rest_waits_as_before(stage: Build) -> None:
    scene = stage(due(*NAMES))
    await _refused(scene)
    run = await _replay(scene, Manner(most_failures=2))
    assert run.state is RunState.PARTIAL and "Stopped after 2 refused" in run.reason
    assert scene.x3.writes == ["A", "B"]
    # An ordinary run must not send what the brake held back.
    assert await _stages(scene.store) == [At.REJECTED] * 4
    assert len(await _cases(scene.store)) == 4
    await scene.run()
    assert scene.x3.writes == ["A", "B"]


async def test_without_failures_the_brake_does_nothing(stage: Build) -> None:
    scene = stage(due(*NAMES))
    await _refused(scene, times=0)
    run = await _replay(scene, Manner(most_failures=1))
    assert (run.state, scene.x3.writes) == (RunState.DONE, list(NAMES))


async def test_the_rules_own_refusals_count_as_failures(stage: Build) -> None:
    scene = stage(due(*NAMES))
    await _refused(scene)
    scene.flow.reject = set(NAMES)
    run = await _replay(scene, Manner(most_failures=3))
    assert (run.counts.refused, scene.x3.writes) == (3, [])
    assert await _stages(scene.store) == [At.REJECTED] * 4


async def test_from_the_start_reads_each_record_again_before_it_is_sent(stage: Build) -> None:
    scene = stage(due(*NAMES))
    await _refused(scene, times=0)
    news = [SourceRecord(name, f"corrected {name}", Standing.DUE) for name in NAMES]
    scene.flow.news = {record.reference: record for record in news}
    run = await _replay(scene, Manner(afresh=True))
    assert (run.state, run.counts.read) == (RunState.DONE, 4)
    rows = await scene.store.read(lambda t: [t.outbox.find(reference=name) for name in NAMES])
    assert [row.source for row in rows if row] == [f"corrected {name}" for name in NAMES]


async def test_from_the_start_an_order_that_was_cancelled_meanwhile_is_not_sent(stage: Build) -> None:
    scene = stage(due(*NAMES))
    await _refused(scene, times=0)
    scene.flow.news = {"B": SourceRecord("B", "cancelled", Standing.CANCELLED)}
    await _replay(scene, Manner(afresh=True))
    assert scene.x3.writes == ["A", "C", "D"]
    assert await _cases(scene.store) == []


async def test_the_pace_spreads_what_leaves_over_the_minute() -> None:
    pace, never = Pace(per_minute=600), asyncio.Event()
    began = time.monotonic()
    assert all([await pace.take(never) for _ in range(4)])
    assert time.monotonic() - began >= 0.3
    never.set()
    assert not await pace.take(never)


async def test_no_pace_waits_for_nobody() -> None:
    assert await Pace(None).take(asyncio.Event())


async def test_an_order_that_was_erased_is_read_again_by_its_replay(stage: Build) -> None:
    @dataclass
    class Slow(ScriptedFlow):
        """Reads again only once what was not erased is with X3."""

        async def reread(self, references: Sequence[str]) -> Sequence[SourceRecord]:
            await scene.x3.reached.wait()
            return await super().reread(references)

    scene = stage(due(*NAMES))
    scene.flow = Slow(scene.flow.script)
    await _refused(scene, times=0)
    scene.x3.reached.clear()
    await scene.store.write(lambda t: t.conn.execute("UPDATE outbox SET source = '' WHERE reference <> 'A'"))
    run = await _replay(scene, Manner())
    assert (run.state, run.counts.read) == (RunState.DONE, 4)
    rows = await scene.store.read(lambda t: [t.outbox.find(reference=name) for name in NAMES])
    assert [row.source for row in rows if row] == [f"source of {name}" for name in NAMES]
