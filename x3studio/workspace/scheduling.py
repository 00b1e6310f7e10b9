"""Keeping schedules: for the window while it is open, and for the unattended runner."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from x3studio.domain.errors import StudioError
from x3studio.domain.runs import Run
from x3studio.store import Store, Tables
from x3studio.sync.flows import FLOWS
from x3studio.sync.schedule import Plan, advanced, is_due, missed_runs

if TYPE_CHECKING:
    from x3studio.workspace.running import Running

_LOOK = 1.0
STARTED_BY = "scheduler"


class Scheduling:
    """The plans of all flows, kept in the workspace's settings."""

    def __init__(self, store: Store, running: "Running") -> None:
        self._store = store
        self._running = running

    async def plans(self) -> list[Plan]:
        """One plan per flow, switched on or not."""
        return await self._store.read(plans_in)

    async def set(self, flow: str, *, every_minutes: int, missed: str) -> None:
        """Changes a flow's plan; it counts from now."""
        plan = Plan(flow, every_minutes=every_minutes, missed=missed, last=datetime.now(UTC))
        await self._store.write(lambda tables: _keep(tables, plan))

    async def keep(
        self, report: Callable[[Run], None], *, failed: Callable[[StudioError, str], object] | None = None
    ) -> None:
        """Runs what is due, one after the other, until cancelled.

        A flow that cannot even begin, as without a connection, is told to `failed` with what could not be
        done, and tried again at its next time; without `failed` it ends the keeping.
        """
        while True:
            for plan in await self.plans():
                try:
                    await self._see_to(plan, report)
                except StudioError as fault:
                    if failed is None:
                        raise
                    failed(fault, f"run {plan.flow} as scheduled")
            await asyncio.sleep(_LOOK)

    async def _see_to(self, plan: Plan, report: Callable[[Run], None]) -> None:
        if not missed_runs(plan, now=datetime.now(UTC)):
            return
        if await self._store.write(lambda tables: _take(tables, plan.flow)):
            run_id = await self._running.queue(plan.flow, started_by=STARTED_BY)
            report(await self._running.carry_out(run_id, past_pause=False))


def plans_in(tables: Tables) -> list[Plan]:
    """One plan per flow, as the settings hold them."""
    saved = tables.settings.get("schedules", {})
    plans = []
    for flow in FLOWS:
        raw = saved.get(flow, {})
        last = raw.get("last")
        plans.append(
            Plan(
                flow,
                every_minutes=raw.get("every_minutes", 0),
                missed=raw.get("missed", "once"),
                last=datetime.fromisoformat(last) if last else None,
            )
        )
    return plans


def _take(tables: Tables, flow: str) -> bool:
    """Moves a plan on to the present; True where a run should start now.

    The plan is read anew inside the transaction: it may just have been changed, or another process that
    keeps the same schedules may have taken this run.
    """
    now = datetime.now(UTC)
    plan = next(plan for plan in plans_in(tables) if plan.flow == flow)
    _keep(tables, replace(plan, last=advanced(plan, now=now)))
    return is_due(plan, now=now)


def _keep(tables: Tables, plan: Plan) -> None:
    saved = dict(tables.settings.get("schedules", {}))
    saved[plan.flow] = {
        "every_minutes": plan.every_minutes,
        "missed": plan.missed,
        "last": plan.last.isoformat() if plan.last else None,
    }
    tables.settings.set("schedules", saved)
