"""Replaying: which records go which way, what would become of them, and taking them up again."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from x3studio.domain.documents import Document
from x3studio.domain.monitor import ExceptionCase
from x3studio.domain.outbox import OutboxRecord, Stage
from x3studio.store import Store, Tables
from x3studio.sync.engine import Bound
from x3studio.sync.flow import NotDue, Outcome, Translated
from x3studio.sync.retry import ask_again
from x3studio.workspace.routes import Route, choose


@dataclass(frozen=True, slots=True)
class Part:
    """Records of one flow that travel one route."""

    flow: str
    route: Route
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a replay would make of one record.

    `held` are the numbers that X3 holds now. `now` is the document by the mapping that stands, `then` the
    one by an earlier mapping; where there is none, `why_not` and `why_not_then` say why.
    """

    account: str
    reference: str
    held: tuple[str, ...]
    now: Document | None
    why_not: str
    then: Document | None
    why_not_then: str


Bind = Callable[..., Awaitable[Bound]]
"""Builds the flow and its target; `as_of` is the mapping's revision that counts."""


async def prospects(store: Store, part: Part, bind: Bind, *, then: int) -> list[Prospect]:
    """One prospect for each record of a part that was read before; the others are read when it runs."""
    account = part.route.x3.account
    records = await store.read(lambda tables: _records(tables, account, part.references))
    if not records:
        return []
    bound = await bind()
    try:
        found = await _held(bound, [record.reference for record in records])
        now = await ask_again(partial(bound.flow.translate, records))
    finally:
        await bound.aclose()
    earlier = await bind(as_of=then)
    try:
        before = await ask_again(partial(earlier.flow.translate, records))
    finally:
        await earlier.aclose()
    return [
        Prospect(account, record.reference, found[record.reference], *_told(new), *_told(old))
        for record, new, old in zip(records, now, before, strict=True)
    ]


async def _held(bound: Bound, references: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(references), bound.target.batch):
        batch = references[start : start + bound.target.batch]
        answer = await ask_again(partial(bound.target.find, bound.flow.kind, batch))
        found |= {key: tuple(each.number for each in held) for key, held in answer.items()}
    return found


def _records(tables: Tables, account: str, references: Sequence[str]) -> list[OutboxRecord]:
    known = (tables.outbox.find(account=account, reference=reference) for reference in references)
    return [record for record in known if record is not None]


def _told(outcome: Outcome) -> tuple[Document | None, str]:
    if isinstance(outcome, Translated):
        return outcome.document, ""
    return None, outcome.reason if isinstance(outcome, NotDue) else outcome.fault.title


def parted(
    tables: Tables, cases: Sequence[ExceptionCase], routes: Sequence[Route], *, wanted: str | None
) -> list[Part]:
    """The records of these exceptions by flow and route. Raises SettingFault where a way is not clear."""
    ways: dict[tuple[str, str], tuple[Route, set[str]]] = {}
    for case in cases:
        route = _route(tables, case, routes, wanted=wanted)
        _, references = ways.setdefault((case.flow, route.name), (route, set()))
        references.add(case.reference)
    return [Part(flow, route, tuple(sorted(found))) for (flow, _), (route, found) in ways.items()]


def take_up(tables: Tables, parts: Sequence[Part]) -> None:
    """What was refused, or waits for a decision between documents, may go again."""
    for part in parts:
        for reference in part.references:
            record = tables.outbox.find(account=part.route.x3.account, reference=reference)
            if record is not None and record.stage in (Stage.REJECTED, Stage.CONFLICT):
                tables.outbox.retry(record.id)


def _route(tables: Tables, case: ExceptionCase, routes: Sequence[Route], *, wanted: str | None) -> Route:
    """The wanted route, the one the record came by, or the only one to its folder."""
    if wanted is not None:
        return choose(routes, wanted)
    record = tables.outbox.find(account=case.account or None, reference=case.reference)
    run = tables.runs.get(record.run) if record is not None and record.run else None
    leading = [route for route in routes if _leads(route, case, record)]
    came = [route for route in leading if run is not None and route.name == run.connection]
    return came[0] if came else choose(leading or routes, None)


def _leads(route: Route, case: ExceptionCase, record: OutboxRecord | None) -> bool:
    account = case.account or (record.account if record else "")
    return not account or route.x3.account == account
