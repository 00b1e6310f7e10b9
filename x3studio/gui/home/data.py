"""What the morning page shows, read from the store in one view of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from x3studio.domain.chain import Entry
from x3studio.domain.connections import AmazonConnection, X3Connection
from x3studio.domain.monitor import CaseState
from x3studio.domain.outbox import OutboxRecord
from x3studio.domain.runs import Run, RunState
from x3studio.store import CaseGroup, Page, SavedConnection, Store, Tables
from x3studio.sync.schedule import Plan
from x3studio.workspace.routes import Route, routes_between
from x3studio.workspace.scheduling import plans_in, soonest

PATIENCE = timedelta(minutes=30)
"""How long an order may wait before it is late."""
_MOST_SKUS = 500
_DOCUMENTS = 50
MASTERS = ("items", "customers", "listings")
"""What mapping needs a copy of."""
_UNSOLVED = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Orders that have waited longer than PATIENCE."""

    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Unmapped:
    """SKUs without an X3 item for which orders wait; `worth` by currency."""

    skus: int
    orders: int
    worth: Mapping[str, Decimal]
    buyers: int = 0
    """Orders that wait for a customer instead."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a new workspace has got of what it needs before orders can reach X3.

    `delivered` once any document did: then the rest shows by itself.
    """

    x3: bool
    amazon: bool
    site: bool
    masters: bool
    mapped: bool
    rehearsed: bool
    delivered: bool


@dataclass(frozen=True, slots=True)
class Note:
    """What one shift tells the next."""

    text: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HomeData:
    """One look at the store. `runs` holds the latest run of each flow, `notes` the newest first."""

    at: datetime
    waiting: Waiting
    cases: Mapping[str, int]
    groups: Sequence[CaseGroup]
    unmapped: Unmapped
    connections: Sequence[SavedConnection]
    runs: Mapping[str, Run]
    confirmed: Sequence[tuple[datetime, int]]
    hours_with_cases: frozenset[datetime]
    daily: Sequence[tuple[date, int, int]]
    notes: Sequence[Note]
    plans: Mapping[str, Plan]
    start: Start
    routes: Sequence[Route] = ()
    settlements: Sequence[Entry] = ()

    @property
    def unsolved(self) -> int:
        """Exceptions that still need somebody."""
        return sum(self.cases.get(state, 0) for state in _UNSOLVED)


async def load(store: Store, *, flows: Sequence[str], now: datetime) -> HomeData:
    """Everything the page needs; `flows` are the names of the flows that exist."""
    return await store.read(lambda tables: _read(tables, flows=flows, now=now))


async def load_documents(store: Store, before: int | None) -> Page[OutboxRecord]:
    """Records that were taken in hand, newest first, a page at a time."""
    return await store.read(lambda tables: tables.outbox.latest(before=before, limit=_DOCUMENTS))


async def write_note(store: Store, text: str, *, who: str, now: datetime) -> None:
    """Puts a note for the next shift on top of the earlier ones; the last twenty are kept."""

    def work(tables: Tables) -> None:
        notes: list[dict[str, str]] = tables.settings.get("handover", [])
        fresh = {"text": text, "who": who, "at": now.isoformat()}
        tables.settings.set("handover", [fresh, *notes][:20])

    await store.write(work)


def _read(tables: Tables, *, flows: Sequence[str], now: datetime) -> HomeData:
    connections = tables.connections.all()
    groups = tables.exceptions.groups(states=_UNSOLVED)
    runs = {flow: tables.runs.last(flow) for flow in flows}
    return HomeData(
        at=now,
        waiting=_waiting(tables, connections, before=now - PATIENCE),
        cases=tables.exceptions.counts()["state"],
        groups=groups,
        unmapped=_unmapped(tables, groups),
        connections=connections,
        runs={flow: run for flow, run in runs.items() if run is not None},
        confirmed=tables.journal.hourly(hours=24),
        hours_with_cases=frozenset(hour for hour, cases in tables.exceptions.hourly(hours=24) if cases),
        daily=tables.exceptions.daily(days=14),
        notes=[_note(raw) for raw in tables.settings.get("handover", [])],
        plans=soonest(plans_in(tables)),
        routes=routes_between(_sides(connections)),
        settlements=tables.settlements.entries(),
        start=_start(tables, connections, runs.values()),
    )


def _waiting(tables: Tables, connections: Sequence[SavedConnection], *, before: datetime) -> Waiting:
    # Of folders that are connected: what waits for one that was taken away waits for ever.
    accounts = {side.account for side in _sides(connections) if isinstance(side, X3Connection)}
    return Waiting(*tables.outbox.waiting(before, accounts=accounts))


def _start(tables: Tables, connections: Sequence[SavedConnection], runs: Collection[Run | None]) -> Start:
    sides, done = _sides(connections), (RunState.DONE, RunState.PARTIAL)
    return Start(
        x3=any(isinstance(side, X3Connection) for side in sides),
        amazon=any(isinstance(side, AmazonConnection) for side in sides),
        site=tables.settings.get("site") is not None,
        masters=all(tables.masters.count(kind) for kind in MASTERS),
        mapped=tables.mappings.revision() > 0,
        rehearsed=any(run is not None and run.state in done for run in runs),
        delivered=tables.outbox.delivered(),
    )


def _sides(connections: Sequence[SavedConnection]) -> Sequence[X3Connection | AmazonConnection]:
    return [saved.connection for saved in connections]


def _unmapped(tables: Tables, groups: Sequence[CaseGroup]) -> Unmapped:
    waiting = [group for group in groups if group.cause == "mapping"]
    mapping = [group for group in waiting if group.kind in ("", "items")]
    buyers = sum(group.count for group in waiting if group.kind == "customers")
    worth: dict[str, Decimal] = {}
    for group in mapping:
        for currency, amount in group.worth.items():
            worth[currency] = worth.get(currency, Decimal(0)) + amount
    rows = tables.mappings.page(only="unmapped", sort="waiting", limit=_MOST_SKUS).rows if mapping else ()
    skus = sum(row.waiting > 0 for row in rows)
    return Unmapped(skus, sum(group.count for group in mapping), worth, buyers)


def _note(raw: Mapping[str, Any]) -> Note:
    return Note(raw["text"], raw["who"], datetime.fromisoformat(raw["at"]))
