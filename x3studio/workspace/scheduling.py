"""Keeping schedules: for the window while it is open, and for the unattended runner."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from x3studio.domain.runs import Run
from x3studio.store import Store, Tables
from x3studio.sync.flows import FLOWS
from x3studio.sync.schedule import Plan, advanced, is_due
from x3studio.workspace.running import Running

_LOOK = 1.0
STARTED_BY = "scheduler"


class Scheduling:
    """The plans of all flows, kept in the workspace's settings."""

    def __init__(self, store: Store, running: Running) -> None:
        self._store = store
        self._running = running

    async def plans(self) -> list[Plan]:
        """One plan per flow, switched on or not."""
        return await self._store.read(_plans)

    async def set(self, flow: str, *, every_minutes: int, missed: str) -> None:
        """Changes a flow's plan; it counts from now."""
        plan = Plan(flow, every_minutes=every_minutes, missed=missed, last=datetime.now(UTC))
        await self._store.write(lambda tables: _keep(tables, plan))

    async def keep(self, report: Callable[[Run], None]) -> None:
        """Runs what is due, one after the other, until cancelled."""
        while True:
            for plan in await self.plans():
                await self._see_to(plan, report)
            await asyncio.sleep(_LOOK)

    async def _see_to(self, plan: Plan, report: Callable[[Run], None]) -> None:
        now = datetime.now(UTC)
        later = advanced(plan, now=now)
        if later == plan.last:
            return
        await self._store.write(lambda tables: _keep(tables, replace(plan, last=later)))
        if is_due(plan, now=now):
            run_id = await self._running.queue(plan.flow, started_by=STARTED_BY)
            report(await self._running.carry_out(run_id))


def _plans(tables: Tables) -> list[Plan]:
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


def _keep(tables: Tables, plan: Plan) -> None:
    saved = dict(tables.settings.get("schedules", {}))
    saved[plan.flow] = {
        "every_minutes": plan.every_minutes,
        "missed": plan.missed,
        "last": plan.last.isoformat() if plan.last else None,
    }
    tables.settings.set("schedules", saved)
