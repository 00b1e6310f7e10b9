"""A run without a write: which documents would be created, linked or refused, and why."""

import hashlib
from collections.abc import Sequence

from x3studio.domain.outbox import OutboxRecord, Stage
from x3studio.sync.capture import pages
from x3studio.sync.context import RunContext
from x3studio.sync.flow import Outcome, Refusal, SourceRecord, Standing, Translated


async def rehearse(context: RunContext) -> None:
    """Reads, translates and looks up like a real run. The outbox, the checkpoint and X3 stay untouched.

    What would happen to each record is journalled under the run.
    """
    run = context.progress.run
    async for page in pages(context):
        left = None if run.limit is None else run.limit - context.progress.counts.read
        records = page.records if left is None else page.records[: max(0, left)]
        context.progress.add(read=len(records))
        due = [record for record in records if record.standing is Standing.DUE]
        waiting = sum(1 for record in records if record.standing is Standing.WAITING)
        context.progress.add(waiting=waiting)
        await _rehearse_page(context, due)
        await context.flush()
        if context.progress.stopping or (left is not None and left <= len(records)):
            return


async def _rehearse_page(context: RunContext, due: Sequence[SourceRecord]) -> None:
    unsaved = [_unsaved(context, record) for record in due]
    outcomes = await context.insist(lambda: context.flow.translate(unsaved))
    ready = [
        (record, outcome)
        for record, outcome in zip(due, outcomes, strict=True)
        if isinstance(outcome, Translated)
    ]
    for record, outcome in zip(due, outcomes, strict=True):
        if isinstance(outcome, Refusal):
            context.progress.add(refused=1)
            context.log.step(record.reference, "would refuse", status="refused", note=str(outcome.fault))
    context.progress.add(translated=len(ready))
    for start in range(0, len(ready), context.group):
        await _look_up(context, ready[start : start + context.group])


async def _look_up(context: RunContext, ready: Sequence[tuple[SourceRecord, Outcome]]) -> None:
    references = [record.reference for record, _ in ready]
    found = await context.held(references)
    for record, outcome in ready:
        if not isinstance(outcome, Translated):
            continue
        held = [document.number for document in found[record.reference]]
        if held:
            context.progress.add(known=1)
            context.log.step(record.reference, "would link", status="found", note=", ".join(held))
        else:
            context.log.step(
                record.reference,
                "would create",
                status="mapped",
                sent=outcome.document.redacted().as_json(),
                note=outcome.trace,
            )


def _unsaved(context: RunContext, record: SourceRecord) -> OutboxRecord:
    return OutboxRecord(
        id=0,
        flow=context.flow.name,
        account=context.account,
        kind=context.flow.kind,
        reference=record.reference,
        stage=Stage.NEW,
        source=record.source,
        source_hash=hashlib.sha256(record.source.encode()).hexdigest(),
    )
