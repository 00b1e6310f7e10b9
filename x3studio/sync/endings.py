"""How a record's way ends: linked, cancelled or called to a person, in the outbox and its exception."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from x3studio.domain.documents import Found
from x3studio.domain.outbox import OutboxRecord
from x3studio.store import Tables
from x3studio.sync import cases
from x3studio.sync.context import RunContext


@dataclass(frozen=True, slots=True)
class Written:
    """A record whose document X3 holds under a number; `note` closes its exception."""

    record: OutboxRecord
    number: str
    note: str


def settle_found(context: RunContext, tables: Tables, record: OutboxRecord, found: Sequence[Found]) -> None:
    """Links a record to the one document that carries its reference, or calls a person for several."""
    if len(found) == 1:
        number = found[0].number
        written(context, tables, [Written(record, number, f"Linked to {number}.")])
        # Written by us without an answer, or there before us: both end linked, only one was sent.
        context.progress.add(**{"sent" if record.attempt else "known": 1})
        if record.attempt:
            # A run that was killed translated it; what this one counts as sent it also counts as translated.
            context.count_translated([record.id])
        context.log.step(record.reference, "linked", status="found", note=f"X3 already holds {number}")
        return
    tables.outbox.conflict(record.id)
    numbers = [document.number for document in found]
    case = cases.conflict(context.flow.name, record.reference, numbers)
    cases.open_case(tables, case, account=context.account)
    context.progress.add(refused=1)


def written(context: RunContext, tables: Tables, records: Sequence[Written]) -> None:
    """X3 holds the documents: what was open is over, unless Amazon cancelled an order on its way."""
    called = tables.outbox.called(it.record.id for it in records)
    tables.outbox.done({it.record.id: it.number for it in records}, run=context.run_id)
    for it in records:
        record = it.record
        if called_off(called, record):
            context.progress.called_person()
            case = cases.cancelled(record.flow, record.reference, it.number)
            cases.open_case(tables, case, account=record.account)
        elif record.id in called:
            close(tables, record, note=it.note)


def called_off(called: Mapping[int, tuple[str, str]], record: OutboxRecord) -> bool:
    """Whether Amazon cancelled the record while its document was on its way."""
    return called.get(record.id, ("", ""))[0] == "cancelled"


def close(tables: Tables, record: OutboxRecord, *, note: str) -> None:
    """Resolves the record's exception; that of the same record on its way to another folder stays open."""
    tables.exceptions.resolve(
        flow=record.flow, references=[record.reference], account=record.account, note=note
    )


def drop_called_off(context: RunContext, tables: Tables, record: OutboxRecord) -> None:
    """Proven not to be in X3, and cancelled on Amazon: there is nothing to do any more."""
    tables.outbox.reject(record.id, run=context.run_id)
    close(tables, record, note="Cancelled on Amazon; X3 never held it.")
