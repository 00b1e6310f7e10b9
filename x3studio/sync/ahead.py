"""What waits in the outbox, translated one batch ahead of the sending."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from x3studio.domain.outbox import OutboxRecord
from x3studio.store import Tables
from x3studio.sync.carry import prepare
from x3studio.sync.context import RunContext
from x3studio.sync.flow import Flow
from x3studio.sync.sending import Parcel

_BATCH = 100


@dataclass(frozen=True, slots=True)
class _Batch:
    parcels: Sequence[Parcel]
    last: int
    """Behind which id of the outbox the next batch begins."""


class Ahead:
    """Batches in the outbox's order, from its beginning again once its end was reached."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._coming: asyncio.Task[_Batch | None] | None = None

    async def next(self, *, all_read: bool) -> Sequence[Parcel] | None:
        """The parcels of the next records that wait, perhaps none of them good; None where none waits now.

        Until all is read, what was erased waits for being read again.
        """
        coming, self._coming = self._coming, None
        batch = await coming if coming is not None else None
        if batch is None:
            # What was seen to be the end may be long ago.
            batch = await self._prepared(after=0, erased=all_read)
        if batch is None:
            return None
        self._coming = asyncio.ensure_future(self._prepared(after=batch.last, erased=all_read))
        return batch.parcels

    async def close(self) -> None:
        """Gives up what is under way."""
        if self._coming is not None:
            self._coming.cancel()
            await asyncio.gather(self._coming, return_exceptions=True)

    async def _prepared(self, *, after: int, erased: bool) -> _Batch | None:
        context = self._context
        wanted = set(context.progress.run.records)
        while True:
            due = await context.store.read(
                partial(_due, flow=context.flow, account=context.account, after=after, erased=erased)
            )
            mine = [record for record in due if not wanted or record.reference in wanted]
            if mine:
                return _Batch(await prepare(context, mine), mine[-1].id)
            if len(due) < _BATCH:
                return None
            after = due[-1].id


def _due(tables: Tables, *, flow: Flow, account: str, after: int, erased: bool) -> list[OutboxRecord]:
    return tables.outbox.due(flow=flow.name, account=account, limit=_BATCH, after=after, erased=erased)
