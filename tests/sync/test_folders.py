"""Two X3 folders in one workspace: what happens to a record in one says nothing of the other."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.sync.rehearsal import ACCOUNT, ScriptedFlow, ScriptedX3, Stage, due
from x3studio.domain.documents import Document, DocumentKind
from x3studio.domain.errors import Unmapped
from x3studio.domain.monitor import CaseState, ExceptionCase
from x3studio.domain.outbox import Moment
from x3studio.domain.runs import RunState
from x3studio.store import Capture, Store, Tables
from x3studio.store.outbox import Intent
from x3studio.sync import cases
from x3studio.sync.engine import Bound
from x3studio.sync.flow import Refusal
from x3studio.sync.reconcile import reconcile

Build = Callable[..., Stage]
OPEN = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)
OTHER = "http://127.0.0.1#LIVE"


def _beside(scene: Stage, *references: str, x3: ScriptedX3) -> Stage:
    """The same orders on their way to a second folder, over a route of its own."""
    flow = ScriptedFlow([due(*references)])
    return Stage(scene.store, flow, x3, scene.limits, account=OTHER, route="seller>live")


async def _cases(store: Store) -> set[tuple[str, str, str]]:
    page = await store.read(lambda t: t.exceptions.page(states=OPEN))
    return {(case.reference, case.account, case.cause) for case in page.rows}


async def test_a_refusal_in_each_folder_is_a_case_and_a_card_of_its_own(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(verdicts={"A": ["refused"]}))
    live = _beside(scene, "A", x3=ScriptedX3(verdicts={"A": ["refused"]}))
    await scene.run()
    await live.run()
    assert await _cases(scene.store) == {("A", ACCOUNT, "value"), ("A", OTHER, "value")}
    groups = await scene.store.read(lambda t: t.exceptions.groups())
    assert {(group.account, group.count) for group in groups} == {(ACCOUNT, 1), (OTHER, 1)}


async def test_what_one_folder_takes_leaves_the_other_open(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(verdicts={"A": ["refused"]}))
    await scene.run()
    await _beside(scene, "A", x3=ScriptedX3()).run()
    assert await _cases(scene.store) == {("A", ACCOUNT, "value")}
    await scene.store.write(lambda t: t.outbox.retry(_id(t, ACCOUNT)))
    await scene.run(records=["A"])
    assert await _cases(scene.store) == set()


def _id(tables: Tables, account: str) -> int:
    row = tables.outbox.find(account=account, reference="A")
    assert row is not None
    return row.id


async def test_reconciling_one_folder_does_not_speak_of_the_other(stage: Build) -> None:
    scene = stage(due("A"))
    await scene.run()
    empty = Bound(flow=scene.flow, target=ScriptedX3(), account=OTHER, limits=scene.limits)
    since = datetime.now(UTC) - timedelta(days=1)
    found = await reconcile(scene.store, empty, since=since)
    # Nothing was ever sent there: it is missing, not lost.
    assert [(it.reference, it.kind) for it in found.differences] == [("A", "missing")]
    assert await _cases(scene.store) == {("A", OTHER, "reconcile")}
    await scene.run()
    assert await _cases(scene.store) == {("A", OTHER, "reconcile")}


async def test_a_case_from_before_folders_were_kept_belongs_to_the_first_that_meets_it(stage: Build) -> None:
    scene = stage(due("A"), x3=ScriptedX3(verdicts={"A": ["refused"]}))
    old = ExceptionCase("orders", "A", "value", "Refused", "Correct it.", "f")
    await scene.store.write(lambda t: t.exceptions.open(old))
    await scene.run()
    assert await _cases(scene.store) == {("A", ACCOUNT, "value")}


async def test_what_a_killed_run_sent_counts_as_translated_where_it_counts_as_sent(stage: Build) -> None:
    scene = stage(due("B"))
    document = Document(DocumentKind.SALES_ORDER, "A", {"CUSORDREF": "A"}, ({"QTY": "1"},))

    def killed(tables: Tables) -> None:
        row = Capture("orders", ACCOUNT, DocumentKind.SALES_ORDER, "A", "source", "hash", None)
        id = tables.outbox.capture([row])[0].record.id
        tables.outbox.intend([Intent(id, document.as_json(), document.fingerprint())], run=None)
        tables.outbox.doubt(id, moment=Moment("another boot", 0.0))

    await scene.store.write(killed)
    scene.x3.hold(document)
    run = await scene.run()
    assert run.state is RunState.DONE
    assert (run.counts.sent, run.counts.translated, run.counts.confirmed) == (2, 2, 2)


async def test_a_buyer_without_customer_is_not_counted_as_a_sku(store: Store) -> None:
    for kind, subject in (("customers", "A1PA6795UKMFR9/FBA"), ("items", "SKU-1")):
        fault = Unmapped("Nothing stands for it.", subject=subject, kind=kind)
        case = cases.refused("orders", f"order of {subject}", Refusal(fault))
        await store.write(lambda t, case=case: cases.open_case(t, case, account=ACCOUNT))  # type: ignore[misc]
    counts = await store.read(lambda t: t.mappings.counts())
    assert (counts["unmapped"], counts["waiting"]) == (1, 1)
    rows = await store.read(lambda t: t.mappings.page(only="unmapped"))
    assert [row.sku for row in rows.rows] == ["SKU-1"]
    groups = await store.read(lambda t: t.exceptions.groups())
    assert {group.kind for group in groups} == {"customers", "items"}
