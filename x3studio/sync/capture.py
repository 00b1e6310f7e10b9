"""Reading the source: each page and the checkpoint behind it are stored in one transaction."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence

from x3studio.domain.errors import ConnectionFault, Refused, Unmapped
from x3studio.domain.monitor import Direction, Exchange, System
from x3studio.domain.outbox import OutboxRecord, Stage
from x3studio.store import Capture, Tables
from x3studio.sync import cases
from x3studio.sync.context import RunContext
from x3studio.sync.endings import close
from x3studio.sync.flow import Outcome, Refusal, SourcePage, SourceRecord, Standing

MAPPING = Unmapped.cause


async def read_source(context: RunContext, *, arrived: asyncio.Event) -> None:
    """Captures everything the source has since the checkpoint; sets `arrived` after each page.

    While the source is away it waits, visibly, and goes on where it was.
    """
    run = context.progress.run
    # A look into the past, or at the newest few, must not move the place where ordinary runs go on.
    keep = run.limit is None and (run.since is None or await _checkpoint(context) is None)
    if not keep:
        # One that was paused begins its look anew, and counts it anew.
        context.progress.set(read=0, waiting=0, known=0)
    async for page in pages(context):
        page = _limited(page, left=_left(context))
        await _store_page(context, page, keep_checkpoint=keep)
        arrived.set()
        if context.progress.stopping or _left(context) == 0:
            return


async def pages(context: RunContext) -> AsyncIterator[SourcePage]:
    """The source's pages from where the run starts, over every fault that the run's patience bears."""
    run = context.progress.run
    checkpoint = None if run.since else await _checkpoint(context)
    while True:
        try:
            async for page in context.flow.pages(checkpoint=checkpoint, since=run.since):
                context.source_breaker.succeeded()
                checkpoint = page.checkpoint
                yield page
        except ConnectionFault as fault:
            await context.bear(fault, context.source_breaker)
        else:
            return


async def _checkpoint(context: RunContext) -> str | None:
    flow, place = context.progress.run.flow, _place(context)
    return await context.store.read(lambda tables: tables.checkpoints.get(flow, place))


def _place(context: RunContext) -> str:
    """The name of the checkpoint: a connection that is led to another folder starts there anew."""
    return f"{context.progress.run.connection} {context.account}"


def _left(context: RunContext) -> int | None:
    limit = context.progress.run.limit
    return None if limit is None else max(0, limit - context.progress.counts.read)


def _limited(page: SourcePage, *, left: int | None) -> SourcePage:
    return page if left is None else SourcePage(page.records[:left], page.checkpoint)


async def _store_page(context: RunContext, page: SourcePage, *, keep_checkpoint: bool) -> None:
    due = [record for record in page.records if record.standing is Standing.DUE]
    void = [record for record in page.records if record.standing is Standing.CANCELLED]

    def work(tables: Tables) -> tuple[int, int]:
        captured = tables.outbox.capture([_capture(context, record) for record in due])
        fresh = [result.record.reference for result in captured if result.fresh]
        tables.journal.add([_captured(context, record) for record in due if record.reference in set(fresh)])
        _void(context, tables, void)
        if keep_checkpoint:
            tables.checkpoints.set(context.flow.name, _place(context), page.checkpoint)
        known = sum(1 for result in captured if not result.fresh and result.record.stage is Stage.DONE)
        return len(fresh), known

    _, known = await context.commit(work)
    waiting = sum(1 for record in page.records if record.standing is Standing.WAITING)
    context.progress.add(read=len(page.records), known=known, waiting=waiting)


def _capture(context: RunContext, record: SourceRecord) -> Capture:
    return Capture(
        flow=context.flow.name,
        account=context.account,
        kind=context.flow.kind,
        reference=record.reference,
        source=record.source,
        source_hash=_hash(record),
        run=context.run_id,
    )


def _hash(record: SourceRecord) -> str:
    return hashlib.sha256(record.source.encode()).hexdigest()


def _captured(context: RunContext, record: SourceRecord) -> Exchange:
    return Exchange(
        record=record.reference,
        operation="captured",
        system=System.AMAZON,
        direction=Direction.IN,
        status="read",
        answer=context.flow.redacted(record.source),
        note=record.note,
        run=context.run_id,
    )


def _void(context: RunContext, tables: Tables, records: Sequence[SourceRecord]) -> None:
    """What the source has cancelled: not to be sent any more, or a problem if it already was."""
    for record in records:
        known = _find(context, tables, record.reference)
        if known is None:
            continue
        if known.stage in (Stage.INTENT, Stage.INDOUBT):
            # Nobody knows yet whether X3 holds it. Whoever learns it finds this exception.
            case = cases.called_off(context.flow.name, record.reference)
            cases.open_case(tables, case, account=context.account)
        elif known.stage is Stage.DONE and known.source_hash != _hash(record):
            # Said once: a page that comes again must not open what a person has dealt with.
            tables.outbox.heard(known.id, source_hash=_hash(record))
            case = cases.cancelled(context.flow.name, record.reference, known.number)
            cases.open_case(tables, case, account=context.account)
            context.progress.called_person()
        elif known.stage is Stage.NEW:
            tables.outbox.reject(known.id, run=context.run_id)
        if known.stage in (Stage.NEW, Stage.REJECTED):
            close(tables, known, note="Cancelled on Amazon.")


async def capture_missing(context: RunContext, references: Sequence[str]) -> None:
    """Reads those of a replay's records that were never captured, such as a reconciliation finds."""
    references = references[context.progress.counts.read :]
    seen = await context.store.read(lambda tables: [_find(context, tables, each) for each in references])
    for reference, known in zip(references, seen, strict=True):
        if known is None or not known.source:
            # Never captured, or erased since: the source still has it.
            await _store_page(
                context, SourcePage(await _reread(context, reference), ""), keep_checkpoint=False
            )
        else:
            context.progress.add(read=1)


async def capture_afresh(context: RunContext, references: Sequence[str]) -> None:
    """Reads a replay's records again from the source, before any of them is carried."""
    for reference in references[context.progress.counts.read :]:
        if context.progress.stopping:
            return
        records = await _reread(context, reference)
        await _store_page(context, SourcePage(records, ""), keep_checkpoint=False)


def _find(context: RunContext, tables: Tables, reference: str) -> OutboxRecord | None:
    return tables.outbox.find(account=context.account, kind=context.flow.kind, reference=reference)


async def _reread(context: RunContext, reference: str) -> Sequence[SourceRecord]:
    while True:
        try:
            return await context.flow.reread([reference])
        except ConnectionFault as fault:
            await context.bear(fault, context.source_breaker)
        except Refused as fault:
            context.log.step(reference, "refused", status="refused", note=str(fault))
            return ()


async def requeue_mapped(context: RunContext) -> None:
    """Takes up again what waited for a mapping and can be translated now."""
    waiting = await context.store.read(
        lambda tables: tables.outbox.waiting_on_mapping(flow=context.flow.name, account=context.account)
    )
    # What was erased meanwhile cannot be judged: a replay reads it again.
    waiting = [record for record in waiting if record.source]
    if not waiting:
        return
    outcomes = await context.insist(lambda: context.flow.translate(waiting))

    def work(tables: Tables) -> None:
        standing = tables.outbox.unchanged(waiting)
        for record, outcome in zip(waiting, outcomes, strict=True):
            if record.id in standing:
                _requeue(tables, record, outcome)

    await context.commit(work)


def _requeue(tables: Tables, record: OutboxRecord, outcome: Outcome) -> None:
    """Takes up what no longer waits for a mapping, and names the next key of what waits for several."""
    if not isinstance(outcome, Refusal) or outcome.fault.cause != MAPPING:
        tables.outbox.retry(record.id)
    elif tables.outbox.called([record.id]) != {record.id: (MAPPING, outcome.fault.subject)}:
        case = cases.refused(record.flow, record.reference, outcome)
        cases.open_case(tables, case, account=record.account)
