"""Schedules: a due run is taken once, whoever keeps them; one that cannot begin does not end the keeping."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from x3studio.domain.connections import AmazonConnection, X3Connection
from x3studio.domain.errors import SettingFault, StudioError
from x3studio.domain.runs import Run
from x3studio.store import Store, Tables
from x3studio.vault import MemoryVault
from x3studio.workspace import Workspace
from x3studio.workspace.scheduling import plans_in, soonest

FLOW = "orders"


@pytest.fixture
async def workspace(tmp_path: Path) -> AsyncIterator[Workspace]:
    store = Store.create(tmp_path / "w.x3studio", key=bytes(32))
    made = Workspace(store, MemoryVault({}), title="Brandel")
    yield made
    await made.close()


def overdue(tables: Tables) -> None:
    """A plan whose run was due a minute ago."""
    last = datetime.now(UTC) - timedelta(minutes=16)
    plan = {"every_minutes": 15, "missed": "once", "last": last.isoformat()}
    tables.settings.set("schedules", {FLOW: plan})


async def test_what_cannot_begin_is_told_and_the_rhythm_goes_on(workspace: Workspace) -> None:
    await workspace.store.write(overdue)
    told: asyncio.Queue[tuple[StudioError, str]] = asyncio.Queue()

    def failed(fault: StudioError, what: str) -> None:
        told.put_nowait((fault, what))

    keeping = asyncio.create_task(workspace.scheduling.keep(lambda _run: None, failed=failed))
    async with asyncio.timeout(45):
        fault, what = await told.get()
    assert isinstance(fault, SettingFault) and what == "run orders as scheduled"
    assert not keeping.done()
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    plan = next(plan for plan in await workspace.scheduling.plans() if plan.flow == FLOW)
    assert plan.due is not None and plan.due > datetime.now(UTC)


async def test_without_a_listener_the_fault_ends_the_keeping(workspace: Workspace) -> None:
    await workspace.store.write(overdue)
    with pytest.raises(SettingFault):
        async with asyncio.timeout(45):
            await workspace.scheduling.keep(lambda _run: None)


async def test_two_keepers_take_a_due_run_once(workspace: Workspace) -> None:
    await workspace.store.write(overdue)
    told: list[str] = []
    first_told = asyncio.Event()

    def failed(_fault: StudioError, what: str) -> None:
        told.append(what)
        first_told.set()

    keepers = [
        asyncio.create_task(workspace.scheduling.keep(lambda _run: None, failed=failed)) for _ in range(2)
    ]
    async with asyncio.timeout(45):
        await first_told.wait()
        # Each keeper looks again after a read of its own: two reads more and both have looked.
        for _ in range(4):
            await workspace.store.read(plans_in)
    for keeper in keepers:
        keeper.cancel()
    await asyncio.gather(*keepers, return_exceptions=True)
    assert told == ["run orders as scheduled"]


async def test_a_plan_that_is_off_or_not_due_writes_nothing(workspace: Workspace) -> None:
    before = await workspace.store.version()
    keeping = asyncio.create_task(workspace.scheduling.keep(lambda _run: None))
    for _ in range(4):
        await workspace.store.read(plans_in)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert await workspace.store.version() == before


def _connect(tables: Tables) -> None:
    tables.connections.save(X3Connection("x3", "http://127.0.0.1:1", "SEED"), profile=None)
    for name in ("eu", "na"):
        tables.connections.save(AmazonConnection(name, name, "S", ("M",)), profile=None)


async def test_each_way_has_a_schedule_of_its_own_and_an_older_one_stays_with_the_first(
    workspace: Workspace,
) -> None:
    await workspace.store.write(overdue)
    await workspace.store.write(_connect)
    plans = [plan for plan in await workspace.scheduling.plans() if plan.flow == FLOW]
    assert [(plan.route, plan.every_minutes) for plan in plans] == [("eu>x3", 15), ("na>x3", 0)]
    with pytest.raises(SettingFault, match="Several routes"):
        await workspace.scheduling.set(FLOW, every_minutes=5, missed="skip")
    await workspace.scheduling.set(FLOW, every_minutes=5, missed="skip", route="na>x3")
    await workspace.scheduling.set(FLOW, every_minutes=0, missed="once", route="eu>x3")
    plans = [plan for plan in await workspace.scheduling.plans() if plan.flow == FLOW]
    assert [(plan.route, plan.every_minutes) for plan in plans] == [("eu>x3", 0), ("na>x3", 5)]
    first = soonest(await workspace.scheduling.plans())[FLOW]
    assert (first.route, first.due is not None) == ("na>x3", True)


async def test_a_due_run_goes_the_way_of_its_schedule(workspace: Workspace) -> None:
    last = (datetime.now(UTC) - timedelta(minutes=6)).isoformat()
    plan = {"every_minutes": 5, "missed": "once", "last": last}

    def fill(tables: Tables) -> None:
        _connect(tables)
        tables.settings.set("schedules", {f"{FLOW} na>x3": plan})

    await workspace.store.write(fill)
    told: asyncio.Queue[Run] = asyncio.Queue()
    keeping = asyncio.create_task(workspace.scheduling.keep(told.put_nowait, failed=lambda *_: None))
    async with asyncio.timeout(45):
        run = await told.get()
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert (run.connection, run.started_by) == ("na>x3", "scheduler")
