"""Carrying records to the target: translate, look up, commit the intent, send, store the answer."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from x3studio.domain.documents import Document, Found, Rejected, Taken, Unsent
from x3studio.domain.errors import ConnectionFault, CredentialFault, SettingFault, Throttled
from x3studio.domain.outbox import OutboxRecord, Stage
from x3studio.store import Tables
from x3studio.sync import cases, clock
from x3studio.sync.context import RunContext, together
from x3studio.sync.flow import NotDue, Outcome, Refusal, Translated
from x3studio.x3 import Sending

_STAYS = "What was not sent stays in the outbox; the next run takes it up."


@dataclass(frozen=True, slots=True)
class Parcel:
    """A record that is ready to go."""

    record: OutboxRecord
    translated: Translated

    @property
    def document(self) -> Document:
        return self.translated.document


async def carry(context: RunContext, records: Sequence[OutboxRecord]) -> None:
    """Takes each record as far as it can go now; every one leaves the state NEW or waits for a retry."""
    outcomes = await context.insist(lambda: context.flow.translate(records))
    parcels = await _sort_out(context, records, outcomes)
    if not parcels:
        return
    context.count_translated(parcel.record.id for parcel in parcels)
    for start in range(0, len(parcels), context.group):
        batch = parcels[start : start + context.group]
        held = await _look_up(context, batch)
        await _send_all(context, [parcel for parcel in batch if not held[parcel.record.reference]])


async def _sort_out(
    context: RunContext, records: Sequence[OutboxRecord], outcomes: Sequence[Outcome]
) -> list[Parcel]:
    """The parcels to send; what is refused or no longer due is stored as such."""
    parcels: list[Parcel] = []
    held: list[tuple[OutboxRecord, Outcome]] = []
    for record, outcome in zip(records, outcomes, strict=True):
        if isinstance(outcome, Translated):
            parcels.append(Parcel(record, outcome))
            context.log.step(
                record.reference, "mapped", status="mapped", sent=_shown(outcome), note=outcome.trace
            )
        else:
            held.append((record, outcome))
    if held:
        await context.commit(lambda tables: _hold_back(context, tables, held))
    return parcels


def _shown(translated: Translated) -> str:
    return translated.document.redacted().as_json()


def _hold_back(context: RunContext, tables: Tables, held: Sequence[tuple[OutboxRecord, Outcome]]) -> None:
    flow = context.flow.name
    for record, outcome in held:
        if context.progress.braked:
            return
        if not tables.outbox.unchanged(record):
            # The reader has brought a newer state of it meanwhile: the next round translates that.
            continue
        tables.outbox.reject(record.id, run=context.run_id)
        if isinstance(outcome, Refusal):
            context.log.step(record.reference, "refused", status="refused", note=str(outcome.fault))
            case = cases.refused(flow, record.reference, outcome)
            cases.open_case(tables, case, account=context.account)
            context.progress.add(refused=1)
        elif isinstance(outcome, NotDue):
            context.log.step(record.reference, "not due", status="ignored", note=outcome.reason)
            close(tables, record, note=outcome.reason)


async def _look_up(context: RunContext, parcels: Sequence[Parcel]) -> Mapping[str, Sequence[Found]]:
    """What X3 already has of these references (first sight of each looks before it writes)."""
    references = [parcel.record.reference for parcel in parcels]
    found = await context.held(references)
    known = [parcel for parcel in parcels if found[parcel.record.reference]]
    if known:

        def work(tables: Tables) -> None:
            for parcel in known:
                if tables.outbox.unchanged(parcel.record):
                    settle_found(context, tables, parcel.record, found[parcel.record.reference])

        await context.commit(work)
    return found


def settle_found(context: RunContext, tables: Tables, record: OutboxRecord, found: Sequence[Found]) -> None:
    """Links a record to the one document that carries its reference, or calls a person for several."""
    if len(found) == 1:
        number = found[0].number
        _written(context, tables, record, number=number, note=f"Linked to {number}.")
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


def _written(context: RunContext, tables: Tables, record: OutboxRecord, *, number: str, note: str) -> None:
    """X3 holds the document: what was open is over, unless Amazon cancelled the order on its way."""
    cancelled = called_off(tables, record)
    tables.outbox.done(record.id, number=number, run=context.run_id)
    if cancelled:
        context.progress.called_person()
        case = cases.cancelled(record.flow, record.reference, number)
        cases.open_case(tables, case, account=record.account)
    else:
        close(tables, record, note=note)


def called_off(tables: Tables, record: OutboxRecord) -> bool:
    """Whether Amazon cancelled the record while its document was on its way."""
    called = tables.outbox.called(record.id)
    return called is not None and called[0] == "cancelled"


def close(tables: Tables, record: OutboxRecord, *, note: str) -> None:
    """Resolves the record's exception; that of the same record on its way to another folder stays open."""
    tables.exceptions.resolve(
        flow=record.flow, references=[record.reference], account=record.account, note=note
    )


def drop_called_off(context: RunContext, tables: Tables, record: OutboxRecord) -> None:
    """Proven not to be in X3, and cancelled on Amazon: there is nothing to do any more."""
    tables.outbox.reject(record.id, run=context.run_id)
    close(tables, record, note="Cancelled on Amazon; X3 never held it.")


async def put_back(context: RunContext, references: Sequence[str]) -> None:
    """What a replay left when it was braked waits for a person again, as it did before."""

    def work(tables: Tables) -> None:
        for reference in references:
            record = tables.outbox.find(account=context.account, kind=context.flow.kind, reference=reference)
            if record and record.stage is Stage.NEW and tables.outbox.called(record.id):
                tables.outbox.reject(record.id, run=None)

    await context.commit(work)


async def _send_all(context: RunContext, parcels: Sequence[Parcel]) -> None:
    waiting = list(reversed(parcels))

    async def slot() -> None:
        while waiting and not context.progress.stopping:
            parcel = waiting.pop()
            # What is not sent now stays in the outbox.
            if await context.pace.take(context.progress.stop_wished):
                await _send(context, parcel)

    await together(slot() for _ in range(min(context.limits.slots, len(parcels))))


async def _send(context: RunContext, parcel: Parcel) -> None:
    """One write: intent first, then the call, then its answer; a cancelled call is in doubt."""
    if not await _intend(context, parcel):
        return
    try:
        verdict = await context.target.create(parcel.document, sending=_still_fresh(context, parcel))
    except asyncio.CancelledError:
        await asyncio.shield(_doubt(context, parcel))
        raise
    except (CredentialFault, SettingFault):
        # X3 turned us away before it acted: the record waits for the next run as it is.
        await context.commit(lambda tables: tables.outbox.retry(parcel.record.id, unsent=True))
        raise
    if isinstance(verdict, Taken):
        await _taken(context, parcel, verdict)
    elif isinstance(verdict, Rejected):
        await _rejected(context, parcel, verdict)
    elif isinstance(verdict, Unsent):
        await context.commit(lambda tables: tables.outbox.retry(parcel.record.id, unsent=True))
        away = Throttled(verdict.reason, retry_after=verdict.retry_after, advice=_STAYS)
        await context.bear(away, context.breaker)
    else:
        await _doubt(context, parcel)
        silent = ConnectionFault(verdict.reason, advice=_STAYS)
        await context.bear(silent, context.breaker, tolerant=True)
    await context.progress.goes_on()


async def _intend(context: RunContext, parcel: Parcel) -> bool:
    """Commits to the write; False where the record has changed, or was cancelled, since it was read."""
    record, document = parcel.record, parcel.document

    def work(tables: Tables) -> bool:
        if not tables.outbox.unchanged(record):
            return False
        if called_off(tables, record):
            drop_called_off(context, tables, record)
            return False
        tables.outbox.intend(
            record.id,
            document=document.as_json(),
            document_hash=document.fingerprint(),
            run=context.run_id,
        )
        return True

    return await context.commit(work)


def _still_fresh(context: RunContext, parcel: Parcel) -> Sending:
    """Stamps the intent again if the machine dozed, or a slot was long in coming, before the first byte."""
    stamped = clock.now()

    async def check() -> None:
        if (clock.elapsed(stamped) or 0.0) > context.limits.stale_intent:
            await context.store.write(lambda tables: tables.outbox.restamp([parcel.record.id]))

    return check


async def _taken(context: RunContext, parcel: Parcel, verdict: Taken) -> None:
    context.breaker.succeeded()
    context.progress.add(sent=1)
    record = parcel.record

    number, note = verdict.number, f"Written as {verdict.number}."
    await context.commit(lambda tables: _written(context, tables, record, number=number, note=note))


async def _rejected(context: RunContext, parcel: Parcel, verdict: Rejected) -> None:
    context.breaker.succeeded()
    record = parcel.record
    if verdict.existing:
        await _link_existing(context, parcel, verdict.existing)
        return
    context.progress.add(refused=1)
    case = cases.rejected(context.flow.name, parcel.document, verdict, worth=parcel.translated.worth)

    def work(tables: Tables) -> None:
        if called_off(tables, record):
            drop_called_off(context, tables, record)
            return
        tables.outbox.reject(record.id, run=context.run_id)
        cases.open_case(tables, case, account=context.account)

    await context.commit(work)


async def _link_existing(context: RunContext, parcel: Parcel, number: str) -> None:
    """A site that enforces the reference refused a second document and named the first: that is ours."""
    record, note = parcel.record, f"Linked to {number}."
    context.progress.add(sent=1)
    await context.commit(lambda tables: _written(context, tables, record, number=number, note=note))


async def _doubt(context: RunContext, parcel: Parcel) -> None:
    context.progress.add(in_doubt=1)
    moment = clock.now()
    await context.commit(lambda tables: tables.outbox.doubt(parcel.record.id, moment=moment))
