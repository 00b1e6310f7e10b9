"""Replays over the demo company: previewed by both mappings, sent the way their records came."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from x3studio.domain.connections import AmazonConnection, X3Connection
from x3studio.domain.errors import SettingFault
from x3studio.domain.mappings import ItemPair, Judgement
from x3studio.domain.monitor import CaseState, ExceptionCase
from x3studio.domain.runs import Manner, RunState
from x3studio.workspace import Workspace
from x3studio.workspace.demo import open_demo

SKU = "LT-GELB-6ER"
WAITING = (CaseState.NEW, CaseState.OPEN)


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    demo = await open_demo(orders=40)
    yield demo.workspace
    await demo.close()


async def _refused(workspace: Workspace) -> list[ExceptionCase]:
    """One run; the orders of the one SKU that is not mapped wait."""
    run = await workspace.running.carry_out(await workspace.running.queue("orders"))
    assert run.state is RunState.PARTIAL
    page = await workspace.store.read(lambda t: t.exceptions.page(states=WAITING, causes=["mapping"]))
    return [case for case in page.rows if case.subject == SKU]


async def _map(workspace: Workspace, factor: int) -> int:
    """Maps the SKU; returns the revision that stood before."""
    before = await workspace.store.read(lambda t: t.mappings.revision())
    pair = ItemPair(SKU, "LIN-TM-GE", pack_factor=Decimal(factor))
    await workspace.store.write(lambda t: t.mappings.decide(pair, Judgement.ACCEPTED, who="Nele"))
    return before


async def test_a_replay_is_previewed_by_both_mappings_and_nothing_is_written(workspace: Workspace) -> None:
    cases = await _refused(workspace)
    ids = [case.id for case in cases]
    unmapped = await _map(workspace, 6)
    first = (await workspace.running.preview(ids, then=unmapped))[0]
    assert (first.account, first.held) == (cases[0].account, ())
    assert first.now is not None and first.then is None and SKU in first.why_not_then
    sixes = await _map(workspace, 3)
    again = (await workspace.running.preview(ids, then=sixes))[0]
    assert again.now is not None and again.then is not None
    now, then = (document.lines[0] for document in (again.now, again.then))
    assert Decimal(then["QTY"]) == 2 * Decimal(now["QTY"])
    rows = await workspace.store.read(lambda t: [t.outbox.find(reference=case.reference) for case in cases])
    assert {row.stage.value for row in rows if row} == {"rejected"}


async def test_a_replay_by_the_mapping_as_it_was_makes_that_document(workspace: Workspace) -> None:
    cases = await _refused(workspace)
    await _map(workspace, 6)
    sixes = await _map(workspace, 3)
    ids = [case.id for case in cases]
    told = await workspace.running.preview(ids, then=sixes)
    (run_id,) = await workspace.running.queue_replay(ids, manner=Manner(as_of=sixes, afresh=True))
    run = await workspace.running.carry_out(run_id)
    assert (run.state, run.counts.confirmed, run.manner.as_of) == (RunState.DONE, len(cases), sixes)
    found = await workspace.running.preview(ids, then=sixes)
    assert all(len(each.held) == 1 for each in found)
    for case, each in zip(
        cases, sorted(told, key=lambda one: [c.reference for c in cases].index(one.reference)), strict=True
    ):
        row = await workspace.store.read(lambda t, case=case: t.outbox.find(reference=case.reference))  # type: ignore[misc]
        assert row is not None and each.then is not None
        assert row.document == each.then.as_json()


async def test_with_a_second_seller_records_go_back_the_way_they_came(workspace: Workspace) -> None:
    cases = await _refused(workspace)
    await _map(workspace, 6)
    saved = await workspace.connecting.all()
    seller = next(each for each in saved if isinstance(each.connection, AmazonConnection)).connection
    folder = next(each for each in saved if isinstance(each.connection, X3Connection)).connection
    assert isinstance(seller, AmazonConnection)
    second = AmazonConnection("A second seller", seller.region, "OTHER", seller.marketplaces)
    await workspace.store.write(lambda t: t.connections.save(second, profile=None))
    with pytest.raises(SettingFault, match="Several routes"):
        await workspace.running.queue("orders")
    (run_id,) = await workspace.running.queue_replay([case.id for case in cases])
    run = await workspace.running.get(run_id)
    assert run.connection == f"{seller.name}>{folder.name}"
    assert (await workspace.running.carry_out(run_id)).state is RunState.DONE


async def test_what_nobody_knows_cannot_be_replayed(workspace: Workspace) -> None:
    with pytest.raises(SettingFault, match="None of these exceptions"):
        await workspace.running.queue_replay([99])
