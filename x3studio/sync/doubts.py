"""Writes whose answer is unknown: left alone for the settle time, then X3 is asked what it has."""

from collections.abc import Sequence

from x3studio.domain.outbox import OutboxRecord
from x3studio.store import Tables
from x3studio.sync import cases, clock
from x3studio.sync.context import RunContext
from x3studio.sync.endings import called_off, drop_called_off, settle_found


async def recover(context: RunContext) -> int:
    """Turns every intent a killed process left behind into a doubt; only the lock's holder may."""
    moment = clock.now()
    return await context.store.write(
        lambda tables: tables.outbox.recover(account=context.account, moment=moment)
    )


async def settle_doubts(context: RunContext) -> tuple[bool, float | None]:
    """Looks up the doubts whose settle time has passed.

    Returns whether anything moved, and in how many seconds the next one is due (None: no doubt is left).
    """
    doubtful = await context.store.read(
        lambda tables: tables.outbox.doubtful(flow=context.flow.name, account=context.account)
    )
    context.progress.set(in_doubt=len(doubtful))
    if not doubtful:
        return False, None
    waits = [(record, await _left(context, record)) for record in doubtful]
    ripe = [record for record, left in waits if left <= 0]
    for start in range(0, len(ripe), context.group):
        await _resolve(context, ripe[start : start + context.group])
    unripe = [left for _, left in waits if left > 0]
    context.progress.set(in_doubt=len(unripe))
    return bool(ripe), min(unripe, default=0.0)


async def _left(context: RunContext, record: OutboxRecord) -> float:
    """Seconds until the record may be looked up; after a reboot the settle time starts again."""
    passed = clock.elapsed(record.doubt_since) if record.doubt_since else None
    if passed is None:
        moment = clock.now()
        await context.store.write(lambda tables: tables.outbox.first_sight(record.id, moment))
        passed = 0.0
    return context.limits.settle - passed


async def _resolve(context: RunContext, records: Sequence[OutboxRecord]) -> None:
    references = [record.reference for record in records]
    found = await context.held(references)

    def work(tables: Tables) -> None:
        for record in records:
            documents = found[record.reference]
            if documents:
                settle_found(context, tables, record, documents)
            else:
                _not_found(context, tables, record)

    await context.commit(work)


def _not_found(context: RunContext, tables: Tables, record: OutboxRecord) -> None:
    """Proof that X3 has not taken it: once more, unless it was cancelled or has had all its tries.

    A person who replays what had all its tries gives it as many again.
    """
    tables.outbox.retry(record.id)
    if called_off(tables.outbox.called([record.id]), record):
        drop_called_off(context, tables, record)
    elif record.attempt % context.limits.most_attempts == 0:
        tables.outbox.reject(record.id, run=context.run_id)
        case = cases.exhausted(record.flow, record.reference, record.attempt)
        cases.open_case(tables, case, account=record.account)
        context.progress.add(refused=1)
