"""What the morning page shows, read from the store in one view of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from x3studio.domain.connections import X3Connection
from x3studio.domain.monitor import CaseState
from x3studio.domain.outbox import OutboxRecord
from x3studio.domain.runs import Run
from x3studio.store import CaseGroup, SavedConnection, Store, Tables

PATIENCE = timedelta(minutes=30)
"""How long an order may wait before it is late."""
_MOST_WAITING = 1_000
_MOST_CASES = 500
_MOST_SKUS = 500
_UNSOLVED = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Orders that have waited longer than PATIENCE; `more` where counting stopped at 1,000 a flow."""

    count: int
    oldest: datetime | None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Unmapped:
    """SKUs without an X3 item for which orders wait; `worth` by currency."""

    skus: int
    orders: int
    worth: Mapping[str, Decimal]


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

    @property
    def unsolved(self) -> int:
        """Exceptions that still need somebody."""
        return sum(self.cases.get(state, 0) for state in _UNSOLVED)


async def load(store: Store, *, flows: Sequence[str], now: datetime) -> HomeData:
    """Everything the page needs; `flows` are the names of the flows that exist."""
    return await store.read(lambda tables: _read(tables, flows=flows, now=now))


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
        waiting=_waiting(tables, connections, flows=flows, before=now - PATIENCE),
        cases=tables.exceptions.counts()["state"],
        groups=groups,
        unmapped=_unmapped(tables, groups),
        connections=connections,
        runs={flow: run for flow, run in runs.items() if run is not None},
        confirmed=tables.journal.hourly(hours=24),
        hours_with_cases=_hours_with_cases(tables),
        daily=tables.exceptions.daily(days=14),
        notes=[_note(raw) for raw in tables.settings.get("handover", [])],
    )


def _waiting(
    tables: Tables, connections: Sequence[SavedConnection], *, flows: Sequence[str], before: datetime
) -> Waiting:
    sides = [saved.connection for saved in connections]
    accounts = {side.account for side in sides if isinstance(side, X3Connection)}
    late: list[OutboxRecord] = []
    more = False
    for account in sorted(accounts):
        for flow in flows:
            due = tables.outbox.due(flow=flow, account=account, limit=_MOST_WAITING)
            more = more or len(due) == _MOST_WAITING
            late += [record for record in due if record.seen_at is not None and record.seen_at < before]
            doubtful = tables.outbox.doubtful(flow=flow, account=account)
            late += [record for record in doubtful if record.seen_at is not None and record.seen_at < before]
    seen = [record.seen_at for record in late if record.seen_at is not None]
    return Waiting(len(late), min(seen, default=None), more=more)


def _unmapped(tables: Tables, groups: Sequence[CaseGroup]) -> Unmapped:
    mapping = [group for group in groups if group.cause == "mapping"]
    worth: dict[str, Decimal] = {}
    for group in mapping:
        for currency, amount in group.worth.items():
            worth[currency] = worth.get(currency, Decimal(0)) + amount
    rows = tables.mappings.page(only="unmapped", sort="waiting", limit=_MOST_SKUS).rows if mapping else ()
    skus = sum(row.waiting > 0 for row in rows)
    return Unmapped(skus, sum(group.count for group in mapping), worth)


def _hours_with_cases(tables: Tables) -> frozenset[datetime]:
    cases = tables.exceptions.page(limit=_MOST_CASES).rows
    firsts = [case.first_at.astimezone(UTC) for case in cases if case.first_at is not None]
    return frozenset(first.replace(minute=0, second=0, microsecond=0) for first in firsts)


def _note(raw: Mapping[str, Any]) -> Note:
    return Note(raw["text"], raw["who"], datetime.fromisoformat(raw["at"]))
