"""One run from end to end, over a real store: what is written, what is refused, what is left for later."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from tests.sync.rehearsal import ACCOUNT, ROUTE, ScriptedX3, Stage, due
from x3studio.domain.documents import Document, DocumentKind
from x3studio.domain.errors import CredentialFault
from x3studio.domain.monitor import CaseState
from x3studio.domain.outbox import Stage as OutboxStage
from x3studio.domain.runs import Load, RunState
from x3studio.store import Tables
from x3studio.sync.flow import SourceRecord, Standing
from x3studio.sync.progress import Progress

Build = Callable[..., Stage]
OPEN = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)


def _document(reference: str) -> Document:
    return Document(DocumentKind.SALES_ORDER, reference, {"CUSORDREF": reference}, ({"QTY": "1"},))


async def _cases(stage: Stage) -> dict[str, str]:
    page = await stage.store.read(lambda t: t.exceptions.page(states=OPEN))
    return {case.reference: case.cause for case in page.rows}


async def _outbox(stage: Stage, reference: str) -> OutboxStage:
    record = await stage.store.read(lambda t: t.outbox.find(reference=reference))
    assert record is not None
    return record.stage


async def test_every_due_record_becomes_one_document_and_is_read_back(stage: Build) -> None:
    scene = stage(due("A", "B"), due("C"))
    run = await scene.run()
    assert run.state is RunState.DONE
    assert (run.counts.read, run.counts.translated, run.counts.sent, run.counts.confirmed) == (3, 3, 3, 3)
    assert sorted(scene.x3.held) == ["A", "B", "C"]
    assert sorted(scene.x3.writes) == ["A", "B", "C"]
    assert await scene.store.read(lambda t: t.outbox.numbers(["A", "B", "C"])) == {
        reference: held[0].number for reference, held in scene.x3.held.items()
    }


async def test_the_heartbeat_tells_what_is_taken_of_both_sides(stage: Build) -> None:
    scene = stage()
    run = await scene.store.write(lambda t: t.runs.queue(flow="f", connection="c", started_by="t"))
    progress = Progress(scene.store, run)
    progress.load = lambda: Load(2, 4, "searchOrders", 12, 20)
    await progress.beat()
    heard = await scene.store.read(lambda t: t.runs.get(run.id))
    assert heard is not None and heard.load == Load(2, 4, "searchOrders", 12, 20)


async def test_a_second_run_writes_nothing_and_starts_at_the_checkpoint(stage: Build) -> None:
    scene = stage(due("A"))
    await scene.run()
    again = await scene.run()
    assert again.state is RunState.DONE
    assert (again.counts.known, again.counts.sent) == (1, 0)
    assert scene.flow.asked == [None, "page 1"]
    assert scene.x3.writes == ["A"]
    assert "Nothing to write" in again.reason


async def test_what_is_not_mapped_waits_as_an_exception_and_is_taken_up_once_it_is(stage: Build) -> None:
    scene = stage(due("A", "unmapped-1"))
    run = await scene.run()
    assert run.state is RunState.PARTIAL
    assert (run.counts.refused, run.counts.sent) == (1, 1)
    assert await _cases(scene) == {"unmapped-1": "mapping"}
    scene.flow.mapped = True
    healed = await scene.run()
    assert healed.state is RunState.DONE
    assert healed.counts.confirmed == 1
    assert await _cases(scene) == {}
    assert "unmapped-1" in scene.x3.held


async def test_what_x3_refuses_is_shown_in_its_words_and_the_rest_goes_on(stage: Build) -> None:
    scene = stage(due("A", "B"), x3=ScriptedX3(verdicts={"A": ["refused"]}))
    run = await scene.run()
    assert run.state is RunState.PARTIAL
    page = await scene.store.read(lambda t: t.exceptions.page(states=OPEN))
    assert [(case.reference, case.said) for case in page.rows] == [("A", "Artikel nicht vorhanden")]
    assert "B" in scene.x3.held


async def test_a_replay_walks_the_same_path_and_makes_one_document(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(verdicts={"A": ["refused"]}))
    await scene.run()
    record = await scene.store.read(lambda t: t.outbox.find(reference="A"))
    assert record is not None
    await scene.store.write(lambda t: t.outbox.retry(record.id))
    first = await scene.run(records=["A"])
    second = await scene.run(records=["A"])
    assert first.counts.sent == 1
    assert second.counts.sent == 0
    assert len(scene.x3.held["A"]) == 1
    assert await _cases(scene) == {}


async def test_a_reference_seen_for_the_first_time_is_looked_up_before_it_is_written(stage: Build) -> None:
    x3 = ScriptedX3()
    x3.hold(_document("A"))
    scene = stage(due("A"), x3=x3)
    run = await scene.run()
    assert run.state is RunState.DONE
    assert x3.writes == []
    assert len(x3.held["A"]) == 1
    assert run.counts.confirmed == 1


async def test_several_documents_with_one_reference_call_a_person(stage: Build) -> None:
    x3 = ScriptedX3()
    x3.hold(_document("A"))
    x3.hold(_document("A"))
    scene = stage(due("A"), x3=x3)
    run = await scene.run()
    assert run.state is RunState.PARTIAL
    assert await _cases(scene) == {"A": "conflict"}
    assert await _outbox(scene, "A") is OutboxStage.CONFLICT
    assert x3.writes == []


async def test_a_doubt_that_x3_took_is_linked_and_never_sent_again(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(verdicts={"A": ["taken unseen"]}))
    run = await scene.run()
    assert run.state is RunState.DONE
    assert scene.x3.writes == ["A"]
    assert len(scene.x3.held["A"]) == 1


async def test_a_doubt_that_x3_did_not_take_is_sent_again(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(verdicts={"A": ["lost", "lost"]}))
    run = await scene.run()
    assert run.state is RunState.DONE
    assert scene.x3.writes == ["A", "A", "A"]
    assert len(scene.x3.held["A"]) == 1
    record = await scene.store.read(lambda t: t.outbox.find(reference="A"))
    assert record is not None and record.attempt == 3


async def test_without_waiting_a_doubt_is_left_to_the_next_run(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(verdicts={"A": ["late"]}))
    scene.limits = replace(scene.limits, settle=3600.0, wait_for_doubts=False)
    run = await scene.run()
    assert run.state is RunState.PARTIAL
    assert run.counts.in_doubt == 1
    assert await _outbox(scene, "A") is OutboxStage.INDOUBT
    scene.x3.settle()
    scene.limits = replace(scene.limits, settle=0.0)
    later = await scene.run()
    assert later.state is RunState.DONE
    assert scene.x3.writes == ["A"]
    assert len(scene.x3.held["A"]) == 1


async def test_what_was_never_sent_is_tried_again_with_a_visible_wait(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(verdicts={"A": ["unsent"]}))
    run = await scene.run()
    assert run.state is RunState.DONE
    assert scene.x3.writes == ["A", "A"]


async def test_a_failed_look_up_is_asked_again_and_never_taken_for_nothing_found(stage: Build) -> None:
    x3 = ScriptedX3(away=1)
    x3.hold(_document("A"))
    scene = stage(due("A"), x3=x3)
    run = await scene.run()
    assert run.state is RunState.DONE
    assert x3.writes == []


async def test_a_run_gives_up_when_its_patience_is_used_up_and_loses_nothing(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(away=1000))
    scene.limits = replace(scene.limits, patience=0.1)
    run = await scene.run()
    assert run.state is RunState.FAILED
    assert "X3 did not answer" in run.reason
    assert await _outbox(scene, "A") is OutboxStage.NEW
    scene.x3.away = 0
    assert (await scene.run()).counts.sent == 1


async def test_a_record_that_never_gets_an_answer_goes_to_a_person(stage: Build) -> None:
    scene = stage(due("A", "B"), x3=ScriptedX3(verdicts={"A": ["lost"] * 99}))
    scene.limits = replace(scene.limits, most_attempts=2)
    run = await scene.run()
    assert run.state is RunState.PARTIAL
    assert await _cases(scene) == {"A": "intermittent"}
    assert scene.x3.writes.count("A") == 2
    assert "B" in scene.x3.held


async def test_cancelled_on_amazon_after_it_was_written_is_an_exception(stage: Build) -> None:
    scene = stage(due("A"))
    await scene.run()
    scene.flow.script = [[SourceRecord("A", "cancelled", Standing.CANCELLED)]]
    await scene.run()
    assert await _cases(scene) == {"A": "cancelled"}


async def test_pending_records_are_counted_and_not_captured(stage: Build) -> None:
    scene = stage([SourceRecord("P", "pending", Standing.WAITING)])
    run = await scene.run()
    assert (run.counts.read, run.counts.waiting, run.counts.sent) == (1, 1, 0)
    assert await scene.store.read(lambda t: t.outbox.find(reference="P")) is None


async def test_a_dry_run_touches_neither_x3_nor_the_outbox_nor_the_checkpoint(stage: Build) -> None:
    scene = stage(due("A", "unmapped-1"))
    run = await scene.run(dry_run=True)
    assert run.state is RunState.PARTIAL
    assert (run.counts.translated, run.counts.refused, run.counts.sent) == (1, 1, 0)
    assert scene.x3.writes == []

    def untouched(tables: Tables) -> tuple[object, object, int]:
        return (
            tables.outbox.find(reference="A"),
            tables.checkpoints.get("orders", f"{ROUTE} {ACCOUNT}"),
            len(tables.exceptions.page().rows),
        )

    assert await scene.store.read(untouched) == (None, None, 0)
    page = await scene.store.read(lambda t: t.journal.page(run=run.id, operation="would create"))
    assert [exchange.record for exchange in page.rows] == ["A"]


async def test_a_limit_reads_so_many_and_leaves_the_checkpoint_alone(stage: Build) -> None:
    scene = stage(due("A", "B"), due("C"))
    run = await scene.run(limit=1)
    assert (run.counts.read, run.counts.sent) == (1, 1)
    assert await scene.store.read(lambda t: t.checkpoints.get("orders", f"{ROUTE} {ACCOUNT}")) is None


async def test_an_operator_cancels_and_what_was_on_its_way_is_in_doubt(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(gate=asyncio.Event()))
    run_id = await scene.queue()
    carrying = asyncio.ensure_future(scene.dispatcher().carry_out(run_id))
    await scene.x3.reached.wait()
    await scene.store.write(lambda t: t.runs.request_cancel(run_id))
    run = await asyncio.wait_for(carrying, timeout=5)
    assert run.state is RunState.CANCELLED
    assert await _outbox(scene, "A") is OutboxStage.INDOUBT


async def test_stopping_finishes_what_is_on_its_way(stage: Build) -> None:
    gate = asyncio.Event()
    scene = stage(due(*"ABCDEF"), x3=ScriptedX3(gate=gate))
    scene.limits = replace(scene.limits, slots=1)
    run_id = await scene.queue()
    dispatcher = scene.dispatcher()
    carrying = asyncio.ensure_future(dispatcher.carry_out(run_id))
    await scene.x3.reached.wait()
    await scene.store.write(lambda t: t.runs.request_stop(run_id))
    # The engine looks at the operator's wishes four times a second; nothing tells that it has looked.
    await asyncio.sleep(1.0)
    gate.set()
    run = await asyncio.wait_for(carrying, timeout=5)
    assert run.state is RunState.DONE
    assert run.counts.sent < 6
    assert run.counts.sent == run.counts.confirmed
    rest = await scene.run()
    assert rest.counts.sent + run.counts.sent == 6


async def test_an_intent_left_by_a_killed_process_is_looked_up_first(stage: Build) -> None:
    scene = stage(due("A"))
    scene.x3.gate = asyncio.Event()
    scene.x3.verdicts = {}
    run_id = await scene.queue()
    carrying = asyncio.ensure_future(scene.dispatcher().carry_out(run_id))
    await scene.x3.reached.wait()
    assert await _outbox(scene, "A") is OutboxStage.INTENT
    carrying.cancel()
    await asyncio.gather(carrying, return_exceptions=True)
    scene.x3.hold(_document("A"))
    scene.x3.gate = None
    run = await scene.run()
    assert run.state is RunState.DONE
    assert len(scene.x3.held["A"]) == 1
    assert scene.x3.writes == ["A"]


async def test_the_checkpoint_is_never_ahead_of_the_stored_records(stage: Build) -> None:
    scene = stage(due("A"), due("B"))

    def fail() -> None:
        raise CredentialFault("The secret has expired.", advice="Paste the new one.")

    scene.flow.between = fail
    run = await scene.run()
    assert run.state is RunState.FAILED
    checkpoint = await scene.store.read(lambda t: t.checkpoints.get("orders", f"{ROUTE} {ACCOUNT}"))
    assert checkpoint == "page 1"
    assert await scene.store.read(lambda t: t.outbox.find(account=ACCOUNT, reference="A")) is not None
    assert isinstance(scene.endings[-1].fault, CredentialFault)


async def test_two_engines_never_overlap_and_both_runs_end(stage: Build) -> None:
    scene = stage(due(*(f"R{number}" for number in range(30))))
    first, second = await scene.queue(), await scene.queue()
    runs = await asyncio.gather(scene.dispatcher().carry_out(first), scene.dispatcher().carry_out(second))
    assert [run.state for run in runs] == [RunState.DONE, RunState.DONE]
    assert sorted(scene.x3.writes) == sorted(scene.x3.held)
    assert all(len(held) == 1 for held in scene.x3.held.values())
