"""What the exception desk reads and writes: groups under filters, their cases, owners, states and notes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from x3studio.domain.monitor import CaseState, ExceptionCase
from x3studio.domain.outbox import Stage
from x3studio.gui.exceptions.words import UNSOLVED
from x3studio.store import CaseGroup, Page, Store, Tables
from x3studio.workspace.routes import Route, routes_between

_PAGE = 200
_LOOKED_AT = 1_000
_SCAN = 5_000
REPLAYABLE = frozenset({Stage.NEW, Stage.REJECTED, Stage.CONFLICT})


@dataclass(frozen=True, slots=True)
class Filters:
    """What is shown; an empty set filters nothing. `owners` may hold "" for nobody."""

    states: frozenset[CaseState] = frozenset()
    causes: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()

    @property
    def owner(self) -> str | None:
        """The one owner the store can filter by, None for any or several."""
        return next(iter(self.owners)) if len(self.owners) == 1 else None

    def pass_owner(self, case: ExceptionCase) -> bool:
        """Whether a case is of one of the owners."""
        return not self.owners or case.owner in self.owners


@dataclass(frozen=True, slots=True)
class DeskData:
    """One look. `counts` are by state, cause and owner; `solved` counts cases closed today."""

    at: datetime
    groups: Sequence[CaseGroup]
    counts: Mapping[str, Mapping[str, int]]
    solved: int


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case and where its record stands (None: the outbox does not know it)."""

    case: ExceptionCase
    stage: Stage | None

    @property
    def replayable(self) -> bool:
        """Whether sending it again can change anything."""
        return self.case.state is not CaseState.RESOLVED and self.stage in REPLAYABLE


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A group looked at closely: newest case, subjects, runs, owners; `more` where it is larger."""

    newest: ExceptionCase | None = None
    subjects: tuple[str, ...] = ()
    runs: tuple[int, ...] = ()
    owners: frozenset[str] = field(default_factory=frozenset)
    replayable: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Revisions:
    """The mapping's revision now, and the one that stood when the records were last held back."""

    now: int
    then: int


async def before_replay(store: Store, rows: Sequence[CaseRow]) -> tuple[Revisions, list[Route]]:
    """The mapping's revisions, and the ways that lead to the folder of these records."""
    accounts = {row.case.account for row in rows}

    def read(tables: Tables) -> tuple[Revisions, list[Route]]:
        last = max((row.case.last_at for row in rows if row.case.last_at), default=None)
        now = tables.mappings.revision()
        then = tables.past.revision_at(last) if last is not None else now
        routes = routes_between([saved.connection for saved in tables.connections.all()])
        return Revisions(now, then), [route for route in routes if {route.x3.account} == accounts]

    return await store.read(read)


async def load(store: Store, filters: Filters, *, now: datetime) -> DeskData:
    """Groups under the filters, counts without them."""

    def read(tables: Tables) -> DeskData:
        yesterday, today = tables.exceptions.daily(days=2)
        solved = max(yesterday[1] + today[2] - today[1], 0)
        return DeskData(now, _groups(tables, filters), tables.exceptions.counts(), solved)

    return await store.read(read)


async def facts(store: Store, group: CaseGroup, filters: Filters) -> GroupFacts:
    """The group's newest cases, looked at one by one."""

    def read(tables: Tables) -> GroupFacts:
        page = _page(tables, group, filters, before=None, limit=_LOOKED_AT)
        rows = [case for case in page.rows if filters.pass_owner(case)]
        shown = [_row(tables, case) for case in rows]
        runs = {run for row in shown if (run := _run(tables, row.case)) is not None}
        return GroupFacts(
            newest=rows[0] if rows else None,
            subjects=tuple(sorted({case.subject for case in rows if case.subject})),
            runs=tuple(sorted(runs)),
            owners=frozenset(case.owner for case in rows),
            replayable=sum(row.replayable for row in shown),
            more=page.next is not None,
        )

    return await store.read(read)


async def cases(store: Store, cursor: int | None, *, group: CaseGroup, filters: Filters) -> Page[CaseRow]:
    """A page of a group's cases, newest first."""

    def read(tables: Tables) -> Page[CaseRow]:
        before, found = cursor, list[CaseRow]()
        while True:
            page = _page(tables, group, filters, before=before, limit=_PAGE)
            found += [_row(tables, case) for case in page.rows if filters.pass_owner(case)]
            if page.next is None or len(found) >= _PAGE:
                return Page(tuple(found), page.next)
            before = page.next

    return await store.read(read)


async def all_of(store: Store, group: CaseGroup, filters: Filters) -> list[CaseRow]:
    """Every case of a group under the filters."""
    found: list[CaseRow] = []
    cursor: int | None = None
    while True:
        page = await cases(store, cursor, group=group, filters=filters)
        found += page.rows
        if page.next is None:
            return found
        cursor = page.next


async def rows_of(store: Store, ids: Collection[int]) -> list[CaseRow]:
    """Single cases."""
    return await store.read(lambda tables: [_row(tables, case) for case in tables.exceptions.by_ids(ids)])


async def case_of(store: Store, reference: str) -> ExceptionCase | None:
    """The unresolved case of a record, among the newest."""

    def read(tables: Tables) -> ExceptionCase | None:
        before, looked = None, 0
        while looked < _SCAN:
            page = tables.exceptions.page(before=before, states=UNSOLVED, limit=500)
            looked += len(page.rows)
            found = next((case for case in page.rows if reference in (case.reference, case.subject)), None)
            if found is not None or page.next is None:
                return found
            before = page.next
        return None

    return await store.read(read)


async def unmapped(store: Store, rows: Sequence[CaseRow]) -> frozenset[str]:
    """The subjects of mapping cases that still have no counterpart."""
    wanted = {row.case.subject for row in rows if row.case.cause == "mapping" and row.case.subject}

    def read(tables: Tables) -> frozenset[str]:
        standing = tables.mappings.items_for(wanted).values()
        items = {pair.seller_sku for pair in standing if pair.itmref or pair.components}
        pairs = tables.mappings.customers()
        places = {f"{pair.marketplace}/{pair.channel}" for pair in pairs if not pair.vat_number}
        people = places | {pair.vat_number for pair in pairs if pair.vat_number}
        return frozenset(wanted - items - people)

    return await store.read(read)


async def set_state(store: Store, ids: Collection[int], state: CaseState) -> dict[CaseState, list[int]]:
    """Moves cases and returns who stood where before, to be handed to `put_back`."""

    def work(tables: Tables) -> dict[CaseState, list[int]]:
        before: dict[CaseState, list[int]] = {}
        for case in tables.exceptions.by_ids(ids):
            before.setdefault(case.state, []).append(case.id)
        tables.exceptions.set_state(ids, state)
        return before

    return await store.write(work)


async def put_back(store: Store, before: Mapping[CaseState, Sequence[int]]) -> None:
    """Undoes `set_state`."""

    def work(tables: Tables) -> None:
        for state, ids in before.items():
            tables.exceptions.set_state(ids, state)

    await store.write(work)


async def assign(store: Store, ids: Collection[int], owner: str) -> dict[str, list[int]]:
    """Gives cases to a person and returns who had them before, to be handed to `give_back`."""

    def work(tables: Tables) -> dict[str, list[int]]:
        before: dict[str, list[int]] = {}
        for case in tables.exceptions.by_ids(ids):
            before.setdefault(case.owner, []).append(case.id)
        tables.exceptions.assign(ids, owner)
        return before

    return await store.write(work)


async def give_back(store: Store, before: Mapping[str, Sequence[int]]) -> None:
    """Undoes `assign`."""

    def work(tables: Tables) -> None:
        for owner, ids in before.items():
            tables.exceptions.assign(ids, owner)

    await store.write(work)


async def annotate(store: Store, ids: Collection[int], note: str) -> None:
    """Writes one note to several cases."""

    def work(tables: Tables) -> None:
        for id in ids:
            tables.exceptions.annotate(id, note)

    await store.write(work)


def _groups(tables: Tables, filters: Filters) -> list[CaseGroup]:
    states, causes = filters.states or None, filters.causes or None
    if len(filters.owners) < 2:
        return tables.exceptions.groups(states=states, causes=causes, owner=filters.owner)
    merged: dict[tuple[str, str], CaseGroup] = {}
    for owner in filters.owners:
        for group in tables.exceptions.groups(states=states, causes=causes, owner=owner):
            key = (group.fingerprint, group.cause)
            known = merged.get(key)
            merged[key] = group if known is None else _both(known, group)
    return list(merged.values())


def _both(one: CaseGroup, other: CaseGroup) -> CaseGroup:
    amounts = dict(one.worth)
    for currency, amount in other.worth.items():
        amounts[currency] = amounts.get(currency, Decimal(0)) + amount
    return replace(one, count=one.count + other.count, worth=amounts)


def _page(
    tables: Tables, group: CaseGroup, filters: Filters, *, before: int | None, limit: int
) -> Page[ExceptionCase]:
    return tables.exceptions.page(
        before=before,
        limit=limit,
        states=filters.states or None,
        causes=[group.cause],
        fingerprint=group.fingerprint,
        owner=filters.owner,
    )


def _row(tables: Tables, case: ExceptionCase) -> CaseRow:
    record = tables.outbox.find(account=case.account or None, reference=case.reference)
    return CaseRow(case, record.stage if record else None)


def _run(tables: Tables, case: ExceptionCase) -> int | None:
    """The run that met it: as the case says, else the one that last had the record in hand."""
    if case.run is not None:
        return case.run
    record = tables.outbox.find(account=case.account or None, reference=case.reference)
    return record.run if record else None
