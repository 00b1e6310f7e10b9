"""Keeping schedules: for the window while it is open, and for the unattended runner."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from x3studio.domain.errors import StudioError
from x3studio.domain.runs import Run
from x3studio.store import Store, Tables
from x3studio.sync.flows import FLOWS
from x3studio.sync.schedule import Plan, advanced, is_due, missed_runs
from x3studio.workspace.routes import Route, choose, routes_between

if TYPE_CHECKING:
    from x3studio.workspace.running import Running

_LOOK = 1.0
_BETWEEN_NIGHTS = 600.0
STARTED_BY = "scheduler"


class Scheduling:
    """The plans of all flows, kept in the workspace's settings."""

    def __init__(
        self, store: Store, running: "Running", *, nightly: Callable[[], Awaitable[object]] | None = None
    ) -> None:
        """`nightly` sees to what a night is for; it knows itself whether it is due."""
        self._store = store
        self._running = running
        self._nightly = nightly

    async def plans(self) -> list[Plan]:
        """One plan per flow and route, switched on or not."""
        return await self._store.read(plans_in)

    async def set(self, flow: str, *, every_minutes: int, missed: str, route: str | None = None) -> Plan:
        """Changes a flow's plan on one route, by default on the only one; it counts from now."""
        known = await self._store.read(_routes)
        where = choose(known, route).name if known or route else ""
        plan = Plan(flow, every_minutes=every_minutes, missed=missed, last=datetime.now(UTC), route=where)
        await self._store.write(lambda tables: _keep(tables, plan))
        return plan

    async def keep(
        self,
        report: Callable[[Run], None],
        *,
        failed: Callable[[StudioError, str], object] | None = None,
        carry_out: Callable[[int], Awaitable[Run]] | None = None,
    ) -> None:
        """Runs what is due until cancelled, by `carry_out` or in this process.

        Flows and routes do not wait for each other.

        A flow that cannot even begin, as without a connection, is told to `failed` with what could not be
        done, and tried again at its next time; without `failed` it ends the keeping.
        """
        under_way: dict[tuple[str, str], asyncio.Task[None]] = {}
        nights = asyncio.ensure_future(self._nights(failed))
        try:
            while not nights.done():
                for plan in await self.plans():
                    before = under_way.get((plan.flow, plan.route))
                    if before is not None and before.done():
                        del under_way[plan.flow, plan.route]
                        self._tell(before, plan, failed)
                    elif before is None and missed_runs(plan, now=datetime.now(UTC)):
                        work = asyncio.ensure_future(self._see_to(plan, report, carry_out or self._here))
                        under_way[plan.flow, plan.route] = work
                await asyncio.sleep(_LOOK)
            nights.result()
        finally:
            for work in (nights, *under_way.values()):
                work.cancel()
            await asyncio.gather(nights, *under_way.values(), return_exceptions=True)

    async def _nights(self, failed: Callable[[StudioError, str], object] | None) -> None:
        """Looks every few minutes whether the night's work is due; ends only by a fault nobody is told of."""
        while True:
            await asyncio.sleep(_BETWEEN_NIGHTS)
            try:
                if self._nightly is not None:
                    await self._nightly()
            except StudioError as fault:
                if failed is None:
                    raise
                failed(fault, "check the mapping against the masters")

    @staticmethod
    def _tell(
        ended: "asyncio.Task[None]", plan: Plan, failed: Callable[[StudioError, str], object] | None
    ) -> None:
        """Hands on why a run could not be seen to; a bug is raised as what it is."""
        try:
            ended.result()
        except StudioError as fault:
            if failed is None:
                raise
            failed(fault, f"run {plan.flow} as scheduled")

    async def _here(self, run_id: int) -> Run:
        return await self._running.carry_out(run_id, past_pause=False)

    async def _see_to(
        self, plan: Plan, report: Callable[[Run], None], carry_out: Callable[[int], Awaitable[Run]]
    ) -> None:
        if await self._store.write(lambda tables: _take(tables, plan)):
            run_id = await self._running.queue(plan.flow, route=plan.route or None, started_by=STARTED_BY)
            report(await carry_out(run_id))


def plans_in(tables: Tables) -> list[Plan]:
    """One plan per flow and route, as the settings hold them; without any route one per flow."""
    saved = tables.settings.get("schedules", {})
    routes = [route.name for route in _routes(tables)] or [""]
    return [
        # What was set before there was a choice belongs to the pair that was the only one then.
        _plan(flow, route, saved.get(_key(flow, route)) or (saved.get(flow) if not place else None) or {})
        for flow in FLOWS
        for place, route in enumerate(routes)
    ]


def soonest(plans: Sequence[Plan]) -> dict[str, Plan]:
    """Of each flow the plan that is due first, else one that is off."""
    return {plan.flow: plan for plan in sorted(plans, key=_until, reverse=True)}


def _until(plan: Plan) -> datetime:
    return plan.due or datetime.max.replace(tzinfo=UTC)


def _plan(flow: str, route: str, raw: Mapping[str, Any]) -> Plan:
    last = raw.get("last")
    return Plan(
        flow,
        every_minutes=raw.get("every_minutes", 0),
        missed=raw.get("missed", "once"),
        last=datetime.fromisoformat(last) if last else None,
        route=route,
    )


def _key(flow: str, route: str) -> str:
    return f"{flow} {route}".strip()


def _routes(tables: Tables) -> list[Route]:
    return routes_between([saved.connection for saved in tables.connections.all()])


def _take(tables: Tables, plan: Plan) -> bool:
    """Moves a plan on to the present; True where a run should start now.

    The plan is read anew inside the transaction: it may just have been changed, or another process that
    keeps the same schedules may have taken this run.
    """
    now = datetime.now(UTC)
    same = (each for each in plans_in(tables) if (each.flow, each.route) == (plan.flow, plan.route))
    kept = next(same, None)
    if kept is None:
        return False
    _keep(tables, replace(kept, last=advanced(kept, now=now)))
    return is_due(kept, now=now)


def _keep(tables: Tables, plan: Plan) -> None:
    saved = dict(tables.settings.get("schedules", {}))
    saved[_key(plan.flow, plan.route)] = {
        "every_minutes": plan.every_minutes,
        "missed": plan.missed,
        "last": plan.last.isoformat() if plan.last else None,
    }
    tables.settings.set("schedules", saved)
