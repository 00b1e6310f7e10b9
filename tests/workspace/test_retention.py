"""Erasing by itself: once a day, between runs, with a proof; what is needed again is read again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from x3studio.domain.documents import DocumentKind
from x3studio.domain.errors import StoreFault, StudioError
from x3studio.domain.outbox import Stage
from x3studio.store import Capture, Store, Tables
from x3studio.store.outbox import Intent
from x3studio.vault import MemoryVault
from x3studio.workspace import Workspace
from x3studio.workspace.retention import BY_ITSELF, Erasure, Keeping, days_left, erasures_in, keep_days

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
STAGES = (Stage.NEW, Stage.INTENT, Stage.DONE, Stage.REJECTED, Stage.CONFLICT)


class _Clock:
    at = NOW - timedelta(days=40)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
async def workspace(tmp_path: Path, clock: _Clock) -> AsyncIterator[Workspace]:
    store = Store.create(tmp_path / "w.x3studio", key=bytes(32), clock=clock)
    made = Workspace(store, MemoryVault({}), title="Brandel")
    yield made
    await made.close()


def _fill(tables: Tables) -> None:
    """One order at each stage, and a refused journal."""
    for stage in STAGES:
        row = Capture("orders", "a", DocumentKind.SALES_ORDER, stage.value, f"buyer of {stage}", "h", None)
        id = tables.outbox.capture([row])[0].record.id
        match stage:
            case Stage.INTENT:
                tables.outbox.intend([Intent(id, "d", "h")], run=None)
            case Stage.DONE:
                tables.outbox.done({id: "SON1"}, run=None)
            case Stage.REJECTED:
                tables.outbox.reject(id, run=None)
            case Stage.CONFLICT:
                tables.outbox.conflict(id)
    journal = Capture("settlements", "a", DocumentKind.JOURNAL, "part 1", "lines", "h", None)
    tables.outbox.reject(tables.outbox.capture([journal])[0].record.id, run=None)


async def _holding(store: Store) -> set[str]:
    rows = await store.read(
        lambda t: t.conn.execute("SELECT reference FROM outbox WHERE source <> ''").fetchall()
    )
    return {reference for (reference,) in rows}


async def test_settled_and_refused_orders_lose_their_buyers_and_the_proof_counts_again(
    workspace: Workspace, clock: _Clock
) -> None:
    await workspace.store.write(_fill)
    clock.at = NOW
    erasure = await workspace.retention.erase_if_due(now=NOW)
    assert erasure is not None and erasure.proven and erasure.by == BY_ITSELF
    told = erasure.purged
    assert (told.buyers, told.refused, told.left, told.moving) == (1, 2, 0, 2)
    # What is on its way, and what names no buyer, is still whole.
    assert await _holding(workspace.store) == {"new", "intent", "part 1"}
    assert await workspace.store.read(erasures_in) == [erasure]


async def test_once_a_day_and_never_while_a_run_goes_on(workspace: Workspace, clock: _Clock) -> None:
    clock.at = NOW
    run = await workspace.store.write(
        lambda t: t.runs.queue(flow="orders", connection="a>b", started_by="test")
    )
    await workspace.store.write(lambda t: t.runs.start(run.id))
    assert await workspace.retention.erase_if_due(now=NOW) is None
    await workspace.store.write(lambda t: t.runs.request_cancel(run.id))
    await workspace.store.write(lambda t: t.runs.interrupt_live(reason="gone"))
    assert await workspace.retention.erase_if_due(now=NOW) is not None
    assert await workspace.retention.erase_if_due(now=NOW + timedelta(hours=23)) is None
    assert await workspace.retention.erase_if_due(now=NOW + timedelta(hours=25)) is not None


async def test_two_keepers_erase_once(workspace: Workspace, clock: _Clock) -> None:
    await workspace.store.write(_fill)
    clock.at = NOW
    done = await asyncio.gather(*(workspace.retention.erase_if_due(now=NOW) for _ in range(4)))
    assert sum(isinstance(each, Erasure) for each in done) == 1


async def test_an_erasure_that_never_ended_is_taken_up_again(workspace: Workspace) -> None:
    begun = (NOW - timedelta(minutes=30)).isoformat()
    await workspace.store.write(lambda t: t.settings.set("erasing", begun))
    assert await workspace.retention.erase_if_due(now=NOW) is None
    assert await workspace.retention.erase_if_due(now=NOW + timedelta(hours=1)) is not None


async def test_a_shorter_time_is_kept_and_counted_down(workspace: Workspace) -> None:
    await workspace.store.write(lambda t: keep_days(t, Keeping(buyers_days=10)))
    left = await workspace.store.read(
        lambda t: [days_left(t, NOW - timedelta(days=days), now=NOW) for days in (0.0, 8.5, 10.0, 12.0)]
    )
    assert left == [10, 2, 0, 0]


async def test_what_hinders_it_is_told_and_does_not_end_the_keeping(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: asyncio.Queue[tuple[StudioError, str]] = asyncio.Queue()

    async def full(**_: object) -> None:
        raise StoreFault("The disk is full.")

    monkeypatch.setattr(workspace.retention, "erase_if_due", full)
    keeping = asyncio.create_task(
        workspace.retention.keep(failed=lambda fault, what: told.put_nowait((fault, what)))
    )
    fault, what = await asyncio.wait_for(told.get(), 10)
    assert (fault.title, what) == ("The disk is full.", "erase personal data that is due")
    assert not keeping.done()
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
