"""Reading the source: each page and the checkpoint behind it are stored in one transaction."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence

from x3studio.domain.errors import ConnectionFault
from x3studio.domain.monitor import Direction, Exchange, System
from x3studio.domain.outbox import Stage
from x3studio.store import Capture, Tables
from x3studio.sync import cases
from x3studio.sync.context import RunContext
from x3studio.sync.flow import SourcePage, SourceRecord, Standing, Translated


async def read_source(context: RunContext, *, arrived: asyncio.Event) -> None:
    """Captures everything the source has since the checkpoint; sets `arrived` after each page.

    While the source is away it waits, visibly, and goes on where it was.
    """
    async for page in pages(context):
        page = _limited(page, left=_left(context))
        await _store_page(context, page, keep_checkpoint=context.progress.run.limit is None)
        arrived.set()
        if context.progress.stopping or _left(context) == 0:
            return


async def pages(context: RunContext) -> AsyncIterator[SourcePage]:
    """The source's pages from where the run starts, over every fault that the run's patience bears."""
    run = context.progress.run
    stored = await context.store.read(lambda t: t.checkpoints.get(run.flow, run.connection))
    checkpoint = None if run.since else stored
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


def _left(context: RunContext) -> int | None:
    limit = context.progress.run.limit
    return None if limit is None else max(0, limit - context.progress.counts.read)


def _limited(page: SourcePage, *, left: int | None) -> SourcePage:
    return page if left is None else SourcePage(page.records[:left], page.checkpoint)


async def _store_page(context: RunContext, page: SourcePage, *, keep_checkpoint: bool) -> None:
    due = [record for record in page.records if record.standing is Standing.DUE]
    void = [record for record in page.records if record.standing is Standing.CANCELLED]
    run = context.progress.run

    def work(tables: Tables) -> tuple[int, int]:
        captured = tables.outbox.capture([_capture(context, record) for record in due])
        fresh = [result.record.reference for result in captured if result.fresh]
        tables.journal.add([_captured(context, record) for record in due if record.reference in set(fresh)])
        _void(context, tables, void)
        if keep_checkpoint:
            tables.checkpoints.set(run.flow, run.connection, page.checkpoint)
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
        source_hash=hashlib.sha256(record.source.encode()).hexdigest(),
        run=context.run_id,
    )


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
        known = tables.outbox.find(
            account=context.account, kind=context.flow.kind, reference=record.reference
        )
        if known is None:
            continue
        if known.stage is Stage.DONE:
            tables.exceptions.open(cases.cancelled(context.flow.name, record.reference, known.number))
        elif known.stage is Stage.NEW:
            tables.outbox.reject(known.id, run=context.run_id)
        elif known.stage is Stage.REJECTED:
            tables.exceptions.resolve(
                flow=context.flow.name, references=[record.reference], note="Cancelled on Amazon."
            )


async def requeue_mapped(context: RunContext) -> None:
    """Takes up again what waited for a mapping and can be translated now."""
    waiting = await context.store.read(
        lambda tables: tables.outbox.waiting_on_mapping(flow=context.flow.name, account=context.account)
    )
    if not waiting:
        return
    outcomes = await context.insist(lambda: context.flow.translate(waiting))
    ready = [
        record.id
        for record, outcome in zip(waiting, outcomes, strict=True)
        if isinstance(outcome, Translated)
    ]

    def work(tables: Tables) -> None:
        for record_id in ready:
            tables.outbox.retry(record_id)

    await context.commit(work)
