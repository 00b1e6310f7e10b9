"""Carrying records to the target: translate, look up, send."""

from collections.abc import Mapping, Sequence

from x3studio.domain.documents import Found
from x3studio.domain.outbox import OutboxRecord, Stage
from x3studio.store import Tables
from x3studio.sync import cases
from x3studio.sync.context import RunContext
from x3studio.sync.endings import close, settle_found
from x3studio.sync.flow import NotDue, Outcome, Refusal, Translated
from x3studio.sync.sending import Parcel, send_all


async def prepare(context: RunContext, records: Sequence[OutboxRecord]) -> list[Parcel]:
    """What is to be sent of these records; the others are stored as refused, or as no longer due."""
    outcomes = await context.insist(lambda: context.flow.translate(records))
    parcels = await _sort_out(context, records, outcomes)
    context.count_translated(parcel.record.id for parcel in parcels)
    return parcels


async def carry(context: RunContext, parcels: Sequence[Parcel]) -> None:
    """Takes each as far as it can go now: linked to what X3 has of it already, else sent."""
    for start in range(0, len(parcels), context.group):
        if context.progress.stopping:
            return
        batch = parcels[start : start + context.group]
        held = await _look_up(context, batch)
        await send_all(context, [parcel for parcel in batch if not held[parcel.record.reference]])


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
    standing = tables.outbox.unchanged([record for record, _ in held])
    for record, outcome in held:
        if context.progress.braked:
            return
        if record.id not in standing:
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
            standing = tables.outbox.unchanged([parcel.record for parcel in known])
            for parcel in known:
                if parcel.record.id in standing:
                    settle_found(context, tables, parcel.record, found[parcel.record.reference])

        await context.commit(work)
    return found


async def put_back(context: RunContext, references: Sequence[str]) -> None:
    """What a replay left when it was braked waits for a person again, as it did before."""

    def work(tables: Tables) -> None:
        for reference in references:
            record = tables.outbox.find(account=context.account, kind=context.flow.kind, reference=reference)
            if record and record.stage is Stage.NEW and tables.outbox.called([record.id]):
                tables.outbox.reject(record.id, run=None)

    await context.commit(work)
