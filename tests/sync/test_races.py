"""Things that happen at the wrong moment: news while a record is carried, wishes while a run waits."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.sync.rehearsal import ACCOUNT, ROUTE, ScriptedFlow, ScriptedX3, Stage, due
from x3studio.domain.documents import Document, DocumentKind, Found
from x3studio.domain.monitor import CaseState, ExceptionCase
from x3studio.domain.outbox import OutboxRecord
from x3studio.domain.outbox import Stage as At
from x3studio.domain.runs import RunState
from x3studio.store import Capture, Tables
from x3studio.sync.flow import SourcePage, SourceRecord, Standing
from x3studio.sync.readback import differences

Build = Callable[..., Stage]
OPEN = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)


class LookingX3(ScriptedX3):
    """Something happens while the first look-up is under way."""

    meanwhile: Callable[[], object] | None = None

    async def find(self, kind: DocumentKind, references: Sequence[str]) -> Mapping[str, Sequence[Found]]:
        if self.meanwhile:
            happens, self.meanwhile = self.meanwhile, None
            await happens()  # type: ignore[misc]
        return await super().find(kind, references)


def _cancelled(reference: str) -> SourceRecord:
    return SourceRecord(reference, "cancelled", Standing.CANCELLED)


async def _row(scene: Stage, reference: str) -> OutboxRecord:
    row = await scene.store.read(lambda t: t.outbox.find(reference=reference))
    assert row is not None
    return row


async def _cases(scene: Stage) -> list[ExceptionCase]:
    return list((await scene.store.read(lambda t: t.exceptions.page(states=OPEN))).rows)


async def test_what_changes_while_it_is_looked_up_is_not_sent_as_it_was(stage: Build) -> None:
    x3 = LookingX3()
    scene = stage(due("A"), x3=x3)

    async def cancelled() -> None:
        row = await _row(scene, "A")
        await scene.store.write(lambda t: t.outbox.reject(row.id, run=None))

    x3.meanwhile = cancelled
    run = await scene.run()
    assert (run.state, x3.writes) == (RunState.DONE, [])


async def test_what_amazon_cancels_while_it_is_on_its_way_is_never_sent_again(stage: Build) -> None:
    on_its_way = asyncio.Event()

    class Cancelling(ScriptedFlow):
        async def pages(self, *, checkpoint: str | None, since: datetime | None) -> AsyncIterator[SourcePage]:
            yield SourcePage(due("A"), "page 1")
            await scene.x3.reached.wait()
            yield SourcePage([_cancelled("A")], "page 2")
            on_its_way.set()

    scene = stage(x3=ScriptedX3(verdicts={"A": ["lost"]}, gate=on_its_way))
    scene.flow = Cancelling([])
    run = await asyncio.wait_for(scene.run(), timeout=10)
    assert (run.state, scene.x3.writes, await _cases(scene)) == (RunState.DONE, ["A"], [])
    assert (await _row(scene, "A")).stage is At.REJECTED


async def test_a_cancellation_that_is_dealt_with_is_not_opened_again(stage: Build) -> None:
    scene = stage(due("A"))
    await scene.run()
    scene.flow.script = [[_cancelled("A")]]
    told = await scene.run()
    assert (told.state, [case.cause for case in await _cases(scene)]) == (RunState.PARTIAL, ["cancelled"])
    await scene.store.write(lambda t: t.exceptions.resolve(flow="orders", references=["A"]))
    again = await scene.run()
    assert (again.state, await _cases(scene)) == (RunState.DONE, [])


async def test_a_look_into_the_past_or_ahead_leaves_the_checkpoint_where_it_was(stage: Build) -> None:
    scene = stage(due("A"))
    await scene.run()
    scene.flow.script = [due("A"), due("B")]
    since = datetime.now(UTC) - timedelta(hours=1)
    run = await scene.store.write(
        lambda t: t.runs.queue(flow="orders", connection=ROUTE, started_by="test", since=since)
    )
    await scene.dispatcher().carry_out(run.id)
    assert (await _row(scene, "B")).stage is At.DONE
    kept = await scene.store.read(lambda t: t.checkpoints.get("orders", f"{ROUTE} {ACCOUNT}"))
    assert kept == "page 1"


async def test_a_replay_gives_a_record_all_its_tries_again(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(verdicts={"A": ["lost"] * 3}))
    scene.limits = replace(scene.limits, most_attempts=2)
    await scene.run()
    row = await _row(scene, "A")
    assert (row.stage, row.attempt) == (At.REJECTED, 2)
    await scene.store.write(lambda t: t.outbox.retry(row.id))
    run = await scene.run(records=["A"])
    assert (run.state, len(scene.x3.held["A"]), await _cases(scene)) == (RunState.DONE, 1, [])


async def test_attempts_that_x3_never_saw_do_not_count(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(verdicts={"A": ["unsent", "unsent", "unsent"]}))
    scene.limits = replace(scene.limits, most_attempts=2)
    run = await scene.run()
    assert (run.state, (await _row(scene, "A")).attempt, await _cases(scene)) == (RunState.DONE, 1, [])


async def test_a_replay_reads_what_was_never_captured(stage: Build) -> None:
    scene = stage()
    run = await scene.run(records=["A"])
    assert (run.counts.read, run.counts.sent, list(scene.x3.held)) == (1, 1, ["A"])


async def test_a_wish_to_stop_ends_the_wait_for_doubts(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(verdicts={"A": ["lost"]}))
    scene.limits = replace(scene.limits, settle=3600.0)
    run_id = await scene.queue()
    carrying = asyncio.ensure_future(scene.dispatcher().carry_out(run_id))
    await scene.x3.reached.wait()
    await scene.store.write(lambda t: t.runs.request_stop(run_id))
    run = await asyncio.wait_for(carrying, timeout=10)
    assert (run.state, run.counts.in_doubt) == (RunState.PARTIAL, 1)


async def test_a_connection_that_was_added_later_is_served_by_the_same_dispatcher(stage: Build) -> None:
    scene = stage(due("A"))
    dispatcher = scene.dispatcher()
    run = await scene.store.write(
        lambda t: t.runs.queue(flow="orders", connection="second>folder", started_by="test")
    )
    ended = await asyncio.wait_for(dispatcher.carry_out(run.id), timeout=10)
    assert ended.state is RunState.DONE


async def test_a_reader_that_ends_while_the_run_goes_idle_does_not_leave_it_waiting(stage: Build) -> None:
    scene = stage()
    for _ in range(30):
        run = await asyncio.wait_for(scene.run(records=["A"]), timeout=10)
        assert run.state is RunState.DONE


async def test_one_folder_taking_an_order_does_not_close_the_exception_of_another(stage: Build) -> None:
    def refused_elsewhere(tables: Tables) -> None:
        row = Capture("orders", "other", DocumentKind.SALES_ORDER, "A", "source", "hash", None)
        tables.outbox.reject(tables.outbox.capture([row])[0].record.id, run=None)
        tables.exceptions.open(
            ExceptionCase("orders", "A", "value", "Refused", "Correct it.", "f", account="other")
        )

    scene = stage(due("A"))
    await scene.store.write(refused_elsewhere)
    await scene.run()
    assert [case.reference for case in await _cases(scene)] == ["A"]


def test_a_read_back_names_no_buyer() -> None:
    sent = Document(DocumentKind.SALES_ORDER, "A", {"BPDNAM": "Erika Mustermann", "CUR": "EUR"})
    held = Found("SOH1", "A", {"BPDNAM": "E. MUSTERMANN", "CUR": "USD"})
    told = "\n".join(differences(sent, held))
    assert "ustermann" not in told.lower()
    assert "BPDNAM" in told and "CUR: sent EUR, X3 has USD" in told
