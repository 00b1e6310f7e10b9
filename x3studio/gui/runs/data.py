"""What the run monitor reads: what is live, the history by pages, a run's records, a record's life."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from x3studio.domain.monitor import CaseState, ExceptionCase, Exchange
from x3studio.domain.outbox import OutboxRecord, Stage
from x3studio.domain.runs import Run, RunState, Wishes
from x3studio.store import Page, Store, Tables
from x3studio.workspace.retention import days_left
from x3studio.workspace.routes import Route, routes_between

_PAGE = 200
_RECORDS = 100
_STEP = 250
_NEAR = 6
_MOST_CASES = 2_000
_REHEARSED = ("would create", "would link", "would refuse")
_AFTER_LOOK_UP = ("create", "linked", "read back")
_UNSOLVED = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the live card shows. `live` and `queued` hold the oldest first, `last` is the newest ended run.

    `wishes` holds by id what was asked of the live runs.
    """

    at: datetime
    live: Sequence[Run]
    queued: Sequence[Run]
    wishes: Mapping[int, Wishes]
    last: Run | None
    newest: int
    """The highest number given so far: as none is ever deleted, how many runs there have been."""
    sides: frozenset[str]
    """Which kinds of connection are saved: x3, amazon."""
    routes: Sequence[Route] = ()


@dataclass(frozen=True, slots=True)
class RunShown:
    """A run and the run of the same flow before it, to say since when nothing changed."""

    run: Run
    before: Run | None


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record in a run: its last step there, and how it stands now (None: never captured)."""

    reference: str
    last: Exchange
    record: OutboxRecord | None

    @property
    def number(self) -> str:
        """X3's number, "" where it has none."""
        if self.last.operation == "would link":
            return self.last.note
        return self.record.number if self.record else ""


@dataclass(frozen=True, slots=True)
class Life:
    """Everything known of one record. `case` is its unresolved exception, where it has one."""

    reference: str
    record: OutboxRecord | None
    exchanges: Sequence[Exchange]
    case: ExceptionCase | None
    erased_in: int | None = None
    """Days until the buyer's data goes, 0 once it is gone; None while the record is on its way."""


@dataclass(slots=True)
class _Walk:
    """How far the walk through a run's exchanges has come, newest first, and whom it has met."""

    before: int | None = None
    met: set[str] = field(default_factory=set)


async def overview(store: Store, *, now: datetime) -> Overview:
    """One look at what runs."""
    return await store.read(lambda tables: _overview(tables, now))


async def history(store: Store, cursor: int | None, *, flow: str, state: str) -> Page[Run]:
    """A page of runs, newest first; "" filters nothing."""
    wanted = RunState(state) if state else None
    return await store.read(
        lambda tables: tables.runs.page(before=cursor, limit=_PAGE, flow=flow or None, state=wanted)
    )


async def run_shown(store: Store, run_id: int) -> RunShown | None:
    """A run as it stands now, None where there is none of that number."""

    def read(tables: Tables) -> RunShown | None:
        run = tables.runs.get(run_id)
        if run is None:
            return None
        before = tables.runs.page(before=run.id, limit=1, flow=run.flow).rows
        return RunShown(run, before[0] if before else None)

    return await store.read(read)


async def records(store: Store, cursor: Any, *, run: Run) -> Page[RecordRow]:
    """A page of the records a run has touched, the latest first."""
    walk = cursor if isinstance(cursor, _Walk) else _Walk()
    found: list[RecordRow] = []
    while len(found) < _RECORDS:
        page, rows = await store.read(lambda tables: _records(tables, run, walk))
        found += rows
        walk.met.update(row.reference for row in rows)
        walk.before = page.next
        if page.next is None:
            return Page(tuple(found))
    return Page(tuple(found), walk)


async def life(store: Store, reference: str, *, rehearsal: int | None = None) -> Life:
    """The life of a record; with `rehearsal` what that dry run did with it, otherwise what was real."""
    return await store.read(lambda tables: _life(tables, reference, rehearsal))


async def known_as(store: Store, text: str) -> str:
    """The reference that an order number or an X3 number stands for, "" where neither is known."""

    def read(tables: Tables) -> str:
        record = tables.outbox.find(reference=text)
        numbered = tables.outbox.by_number(text)
        if record is None and numbered:
            record = numbered[-1]
        if record is None and tables.journal.page(record=text, limit=1).rows:
            return text
        return record.reference if record else ""

    return await store.read(read)


async def exchanges(store: Store, cursor: int | None, *, text: str) -> Page[Exchange]:
    """A page of exchanges that hold all words of the text, newest first."""
    return await store.read(lambda tables: tables.journal.search(text, before=cursor, limit=_RECORDS))


async def exchange(store: Store, exchange_id: int) -> Exchange | None:
    """One exchange with its payloads; None where retention has removed it."""

    def read(tables: Tables) -> Exchange | None:
        try:
            return tables.journal.payload(exchange_id)
        except LookupError:
            return None

    return await store.read(read)


def _overview(tables: Tables, now: datetime) -> Overview:
    live = tables.runs.live()
    queued = list(tables.runs.page(state=RunState.QUEUED, limit=_PAGE).rows)[::-1]
    newest = tables.runs.page(limit=_PAGE).rows
    going = {run.id for run in (*live, *queued)}
    connections = [saved.connection for saved in tables.connections.all()]
    sides = {type(connection).__name__ for connection in connections}
    kinds = {"X3Connection": "x3", "AmazonConnection": "amazon"}
    return Overview(
        at=now,
        live=live,
        queued=queued,
        wishes={run.id: tables.runs.wishes(run.id) for run in live},
        last=next((run for run in newest if run.id not in going), None),
        newest=newest[0].id if newest else 0,
        sides=frozenset(kinds[side] for side in sides if side in kinds),
        routes=routes_between(connections),
    )


def _records(tables: Tables, run: Run, walk: _Walk) -> tuple[Page[Exchange], list[RecordRow]]:
    page = tables.journal.page(before=walk.before, limit=_STEP, run=run.id)
    last: dict[str, Exchange] = {}
    for step in page.rows:
        if step.record and step.record not in walk.met:
            last.setdefault(step.record, step)
    briefs = tables.outbox.briefs(last)
    rows = [RecordRow(reference, step, briefs.get(reference)) for reference, step in last.items()]
    # A step's own record may be an item or a customer that was asked for: no order, no row.
    known = [row for row in rows if row.record is not None or row.last.operation in _REHEARSED]
    return page, known


def _life(tables: Tables, reference: str, rehearsal: int | None) -> Life:
    record = tables.outbox.find(reference=reference)
    own = tables.journal.timeline(reference)
    if rehearsal is not None:
        return Life(reference, None, [step for step in own if step.run == rehearsal], None)
    real = [step for step in own if step.operation not in _REHEARSED]
    steps = sorted(real + _look_ups(tables, real), key=lambda step: (step.at, step.id))
    held = record is not None and record.stage in (Stage.REJECTED, Stage.CONFLICT, Stage.DONE)
    case = _case(tables, record) if held and record else None
    return Life(reference, record, steps, case, _erased_in(tables, record) if held and record else None)


def _erased_in(tables: Tables, record: OutboxRecord) -> int | None:
    if not record.source and not record.document:
        return 0
    if record.changed_at is None:
        return None
    return max(1, days_left(tables, record.changed_at, now=datetime.now(UTC)))


def _look_ups(tables: Tables, own: Sequence[Exchange]) -> list[Exchange]:
    """X3 is asked for a whole batch at once: the look-ups right before this record's steps that name it."""
    near: dict[int, int] = {}
    for step in own:
        if step.operation in _AFTER_LOOK_UP and step.run is not None:
            page = tables.journal.page(before=step.id, run=step.run, operation="look up", limit=_NEAR)
            near.update({found.id: found.id for found in page.rows if not found.record})
    steps = [tables.journal.payload(id) for id in sorted(near)]
    return [_of_one(step, own[0].record) for step in steps if own[0].record in step.sent]


def _of_one(step: Exchange, reference: str) -> Exchange:
    if step.status not in ("found", "absent"):
        return replace(step, record=reference)
    if reference in step.answer:
        return replace(step, record=reference, status="found")
    # Of a long answer only the beginning is kept: what is not in that proves nothing.
    whole = step.status == "absent" or _is_whole(step.answer)
    return replace(step, record=reference, status="absent" if whole else "asked")


def _is_whole(answer: str) -> bool:
    try:
        json.loads(answer)
    except ValueError:
        return False
    return True


def _case(tables: Tables, record: OutboxRecord) -> ExceptionCase | None:
    """The unresolved exception of a record, among the newest ones."""
    before, looked = None, 0
    while looked < _MOST_CASES:
        page = tables.exceptions.page(before=before, states=_UNSOLVED, limit=500)
        looked += len(page.rows)
        found = next((case for case in page.rows if _is_of(case, record)), None)
        if found is not None or page.next is None:
            return found
        before = page.next
    return None


def _is_of(case: ExceptionCase, record: OutboxRecord) -> bool:
    return case.reference == record.reference and case.account in (record.account, "")
