"""What "never two documents, never a lost one" rests on: one test for each promise."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.sync.rehearsal import ACCOUNT, ScriptedFlow, ScriptedX3, Stage, due
from x3studio.domain.documents import Document, DocumentKind, Rejected, Unknown, Verdict
from x3studio.domain.monitor import CaseState
from x3studio.domain.outbox import Moment, OutboxRecord
from x3studio.domain.outbox import Stage as At
from x3studio.domain.runs import RunState
from x3studio.store import Capture, EngineLock, Store, Tables
from x3studio.store.outbox import Intent
from x3studio.sync import clock
from x3studio.sync.context import Limits
from x3studio.sync.engine import Bound
from x3studio.sync.flow import SourceRecord, Standing
from x3studio.sync.reconcile import reconcile
from x3studio.x3 import Sending, faults

Build = Callable[..., Stage]
OPEN = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)
KEY = os.urandom(32)
LEFT_ALONE = Limits(settle=3600.0, slots=3, patience=30.0, wait_for_doubts=False)


@dataclass
class WatchedX3(ScriptedX3):
    """Looks through a second handle at what is on the disk when a write's first byte leaves."""

    other: Store | None = None
    seen: list[tuple[OutboxRecord | None, int, int]] = field(default_factory=list)

    async def create(self, document: Document, *, sending: Sending | None = None) -> Verdict:
        assert self.other is not None and sending is not None
        before = await self.other.read(_intent_at)
        await sending()
        after = await self.other.read(_intent_at)
        row = await self.other.read(lambda t: t.outbox.find(reference=document.reference))
        self.seen.append((row, before, after))
        return await super().create(document)


def _intent_at(tables: Tables) -> int:
    return int(tables.conn.execute("SELECT intent_at FROM outbox").fetchone()[0])


def _document(reference: str) -> Document:
    return Document(DocumentKind.SALES_ORDER, reference, {"CUSORDREF": reference}, ({"QTY": "1"},))


async def _row(store: Store, reference: str) -> OutboxRecord:
    row = await store.read(lambda t: t.outbox.find(reference=reference))
    assert row is not None
    return row


async def _cases(store: Store) -> dict[str, str]:
    page = await store.read(lambda t: t.exceptions.page(states=OPEN))
    return {case.reference: case.title for case in page.rows}


async def _left_in(store: Store, stage: At, *, doubt: Moment | None = None) -> None:
    """Record A as a process that is gone left it: in flight, or in doubt since `doubt`."""

    def work(tables: Tables) -> None:
        row = Capture("orders", ACCOUNT, DocumentKind.SALES_ORDER, "A", "source of A", "hash", None)
        id = tables.outbox.capture([row])[0].record.id
        tables.outbox.intend([Intent(id, _document("A").as_json(), "h")], run=None)
        if stage is At.INDOUBT and doubt:
            tables.outbox.doubt(id, moment=doubt)

    await store.write(work)


async def test_no_byte_leaves_before_its_intent_is_on_the_disk(tmp_path: Path) -> None:
    async with Store.create(tmp_path / "a", key=KEY) as store, Store.open(tmp_path / "a", key=KEY) as other:
        scene = Stage(store, ScriptedFlow([due("A")]), WatchedX3(other=other))
        await scene.run()
        ((row, _, _),) = scene.x3.seen  # type: ignore[attr-defined]
        assert (row.stage, row.attempt, row.document_hash) == (At.INTENT, 1, _document("A").fingerprint())
        full = await store.write(lambda t: t.conn.execute("PRAGMA synchronous").fetchone()[0])
        assert full == 2


async def test_only_proof_that_x3_did_not_act_lets_a_write_go_again(stage: Build) -> None:
    for status in (500, 502, 503, 504, 301, 404):
        assert isinstance(faults.judge(status=status, remarks=(), number=""), Unknown)
    scene = stage(due("silent", "refused"), x3=ScriptedX3(verdicts={"silent": ["?"], "refused": ["unsent"]}))
    scene.limits = LEFT_ALONE
    run = await scene.run()
    assert scene.x3.writes.count("silent") == 1
    assert scene.x3.writes.count("refused") == 2
    assert ((await _row(scene.store, "silent")).stage, run.counts.in_doubt) == (At.INDOUBT, 1)


async def test_after_a_restart_everything_in_flight_is_in_doubt(stage: Build) -> None:
    scene = stage()
    scene.limits = LEFT_ALONE
    await _left_in(scene.store, At.INTENT)
    await scene.run()
    row = await _row(scene.store, "A")
    assert row.stage is At.INDOUBT and row.doubt_since is not None
    assert (scene.x3.looks, scene.x3.writes) == ([], [])


async def test_the_settle_time_counts_on_across_processes_and_starts_again_after_a_boot(
    tmp_path: Path,
) -> None:
    now, limits = clock.now(), replace(LEFT_ALONE, settle=60.0)
    for name, since, looked in (
        ("long ago", Moment(now.boot, now.seconds - 61), ["A"]),
        ("just now", Moment(now.boot, now.seconds - 30), []),
        ("another boot", Moment("another", now.seconds - 1000), []),
        ("another machine's clock", Moment(now.boot, now.seconds + 1000), []),
    ):
        async with Store.create(tmp_path / name, key=KEY) as store:
            await _left_in(store, At.INDOUBT, doubt=since)
        async with Store.open(tmp_path / name, key=KEY) as store:
            scene = Stage(store, ScriptedFlow([]), ScriptedX3(), limits)
            scene.x3.hold(_document("A"))
            await scene.run()
            assert scene.x3.looks[:1] == looked, name
            if not looked:
                row = await _row(store, "A")
                assert row.doubt_since is not None and row.doubt_since.boot == now.boot
                assert row.doubt_since.seconds <= clock.now().seconds


async def test_a_run_stays_until_its_doubts_are_settled(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(verdicts={"A": ["taken unseen"]}))
    scene.limits = replace(scene.limits, settle=0.3)
    began = clock.now()
    run = await scene.run()
    passed = clock.elapsed(began)
    assert passed is not None and passed >= 0.3
    assert (run.state, run.counts.in_doubt, scene.x3.writes) == (RunState.DONE, 0, ["A"])


async def test_an_intent_that_grew_old_is_stamped_again_before_it_is_sent(tmp_path: Path) -> None:
    for name, stale, renewed in (("old", -1.0, True), ("young", 60.0, False)):
        path = tmp_path / name
        async with Store.create(path, key=KEY) as store, Store.open(path, key=KEY) as other:
            scene = Stage(store, ScriptedFlow([due("A")]), WatchedX3(other=other))
            scene.limits = replace(scene.limits, stale_intent=stale)
            await scene.run()
            ((_, before, after),) = scene.x3.seen  # type: ignore[attr-defined]
            assert (after > before) is renewed


async def test_a_site_that_refuses_a_second_document_and_names_the_first_needs_no_settle_time(
    stage: Build,
) -> None:
    class Unique(ScriptedX3):
        def _answer(self, word: str, document: Document) -> Verdict:
            if self.held.get(document.reference):
                return Rejected(("SOH00001 besteht bereits",), existing="SOH00001")
            self.hold(document)
            # Committed after the look-up that follows, as a late commit would be.
            self.away_from_sight = self.held.pop(document.reference)
            return Unknown("no answer")

        async def find(self, kind, references):  # type: ignore[no-untyped-def]
            answer = await super().find(kind, references)
            if len(self.looks) == 3:
                self.held["A"] = self.away_from_sight
            return answer

    scene = stage(due("A"), x3=Unique())
    run = await scene.run()
    assert (run.state, run.counts.sent, run.counts.confirmed) == (RunState.DONE, 1, 1)
    assert (await _row(scene.store, "A")).number == "SOH00001"
    assert await _cases(scene.store) == {}


async def test_a_reference_is_looked_up_before_its_first_write_also_from_a_restored_file(
    tmp_path: Path,
) -> None:
    path, copy, x3 = tmp_path / "a", tmp_path / "copy", ScriptedX3()
    await Store.create(path, key=KEY).close()
    copy.write_bytes(path.read_bytes())
    for file in (path, copy):
        async with Store.open(file, key=KEY) as store:
            run = await Stage(store, ScriptedFlow([due("A", "B")]), x3).run()
            assert run.state is RunState.DONE
    assert sorted(x3.writes) == ["A", "B"]
    assert x3.looks[:2] == ["A", "B"]


async def test_one_engine_per_account_and_the_others_queue_and_watch(tmp_path: Path) -> None:
    path, x3 = tmp_path / "a", ScriptedX3(gate=asyncio.Event())
    async with Store.create(path, key=KEY) as store, Store.open(path, key=KEY) as other:
        here, there = (Stage(each, ScriptedFlow([due("A")]), x3) for each in (store, other))
        first = asyncio.ensure_future(here.dispatcher().carry_out(await here.queue()))
        await x3.reached.wait()
        assert not EngineLock(path, ACCOUNT).acquire()
        second = asyncio.ensure_future(there.dispatcher().carry_out(await there.queue()))
        assert x3.gate is not None
        x3.gate.set()
        runs = await asyncio.gather(first, second)
        assert [run.state for run in runs] == [RunState.DONE, RunState.DONE]
        # Whoever held the lock carried out both.
        assert (len(here.endings), len(there.endings), x3.writes) == (2, 0, ["A"])


async def test_a_hundred_replays_make_one_document(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(verdicts={"A": ["refused", "taken unseen"]}))
    await scene.run()
    for _ in range(100):
        row = await _row(scene.store, "A")
        if row.stage is At.REJECTED:
            await scene.store.write(lambda t, id=row.id: t.outbox.retry(id))  # type: ignore[misc]
        last = await scene.queue(records=["A"])
    await scene.dispatcher().carry_out(last)
    await scene.run()
    assert scene.x3.writes == ["A", "A"]
    assert len(scene.x3.held["A"]) == 1
    assert await _cases(scene.store) == {}


async def test_reconciling_opens_an_exception_for_each_difference_and_none_for_what_is_on_its_way(
    stage: Build,
) -> None:
    news = due("agrees", "lost", "several", "doubtful")
    scene = stage(news, x3=ScriptedX3(verdicts={"doubtful": ["taken unseen"]}))
    scene.limits = LEFT_ALONE
    await scene.run()
    del scene.x3.held["lost"]
    scene.x3.hold(_document("several"))
    scene.x3.hold(_document("unlinked"))
    scene.x3.hold(_document("cancelled"))
    called_off = SourceRecord("cancelled", "cancelled", Standing.CANCELLED)
    scene.flow.script = [[*news, *due("missing", "unlinked"), called_off]]
    bound = Bound(flow=scene.flow, target=scene.x3, account=ACCOUNT, limits=scene.limits)
    found = await reconcile(scene.store, bound, since=(await _row(scene.store, "lost")).seen_at)  # type: ignore[arg-type]
    assert found.compared == 7
    assert {it.reference: it.kind for it in found.differences} == {
        **{kind: kind for kind in ("lost", "several", "missing", "unlinked", "cancelled")},
        "doubtful": "waiting",
    }
    assert (await _cases(scene.store)).keys() == {"lost", "several", "missing", "unlinked", "cancelled"}
