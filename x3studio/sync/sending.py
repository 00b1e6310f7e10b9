"""Sending documents: intents are committed in groups before, answers in groups behind, slots in between."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from x3studio.domain.documents import Document, Rejected, Taken, Unsent, Verdict
from x3studio.domain.errors import ConnectionFault, CredentialFault, SettingFault, Throttled
from x3studio.domain.outbox import Moment, OutboxRecord
from x3studio.store import Tables
from x3studio.store.outbox import Intent
from x3studio.sync import cases, clock
from x3studio.sync.context import RunContext, together
from x3studio.sync.endings import Written, called_off, drop_called_off, written
from x3studio.sync.flow import Translated
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


async def send_all(context: RunContext, parcels: Sequence[Parcel]) -> None:
    """Sends each parcel once; what is not sent now stays in the outbox as it was."""
    desk = _Desk(context, parcels)
    try:
        await together(desk.slot() for _ in range(min(context.limits.slots, len(parcels))))
    finally:
        # Also where the run is cancelled: what is known by now is stored.
        await asyncio.shield(desk.close())


class _Desk:
    """Commits to the next few writes while the slots have those before them."""

    def __init__(self, context: RunContext, parcels: Sequence[Parcel]) -> None:
        self._context = context
        self._waiting = deque(parcels)
        self._intending: asyncio.Task[None] | None = None
        self._ahead: deque[tuple[Parcel, Moment]] = deque()
        """Committed to at that moment, and not with a slot yet."""
        self._taken: list[Written] = []
        self._storing: asyncio.Task[None] | None = None
        # A paced run may wait long between two: it commits to each when its turn has come.
        self._group = 1 if context.progress.run.manner.per_minute else context.limits.slots

    async def slot(self) -> None:
        """Sends one parcel after the other until none is left or the run is to stop."""
        progress = self._context.progress
        while not progress.stopping and await self._context.pace.take(progress.stop_wished):
            intended = await self._next()
            if intended is None:
                return
            await self._send(*intended)
            await progress.goes_on()

    async def close(self) -> None:
        """Takes back what was not sent, and stores what X3 took; called once no slot is at work."""
        try:
            await self._take_back()
        finally:
            if self._storing is not None:
                await self._storing

    async def _next(self) -> tuple[Parcel, Moment] | None:
        while not self._ahead:
            self._look_ahead(least=1)
            if self._intending is None:
                return None
            await asyncio.wait([self._intending])
        intended = self._ahead.popleft()
        self._look_ahead(least=self._group)
        return intended

    def _look_ahead(self, *, least: int) -> None:
        """Sees to it that so many are committed to, soon; a store that failed ends the run here."""
        if self._intending is not None and self._intending.done():
            self._intending.result()
            self._intending = None
        enough = len(self._ahead) >= least or not self._waiting or self._context.progress.stopping
        if self._intending is None and not enough:
            self._intending = asyncio.ensure_future(self._intend())

    async def _intend(self) -> None:
        """Commits to the next few, save those that changed or were cancelled since they were read."""
        some = [self._waiting.popleft() for _ in range(min(self._group, len(self._waiting)))]
        stamped = clock.now()
        going = await self._context.commit(partial(_intended, self._context, parcels=some))
        self._ahead += [(parcel, stamped) for parcel in going]

    async def _take_back(self) -> None:
        """What no call was begun for is no attempt, and waits again."""
        if (intending := self._intending) is not None:
            await asyncio.wait([intending])
            # By now another slot may have begun the next.
            intending.result()
        back = [parcel for parcel, _ in self._ahead]
        self._ahead.clear()
        if back:
            ids = [parcel.record.id for parcel in back]
            await self._context.commit(lambda tables: tables.outbox.take_back(ids))
            self._waiting.extendleft(reversed(back))

    async def _send(self, parcel: Parcel, stamped: Moment) -> None:
        """One write and its answer; a cancelled call is in doubt."""
        context = self._context
        try:
            fresh = _still_fresh(context, parcel, stamped)
            verdict = await context.target.create(parcel.document, sending=fresh)
        except asyncio.CancelledError:
            await asyncio.shield(_doubt(context, parcel))
            raise
        except (CredentialFault, SettingFault):
            # X3 turned us away before it acted: the record waits for the next run as it is.
            await context.commit(lambda tables: tables.outbox.take_back([parcel.record.id]))
            raise
        await self._answered(parcel, verdict)

    async def _answered(self, parcel: Parcel, verdict: Verdict) -> None:
        context = self._context
        if isinstance(verdict, Taken):
            context.breaker.succeeded()
            context.progress.add(sent=1)
            self._store(parcel, verdict.number)
        elif isinstance(verdict, Rejected):
            context.breaker.succeeded()
            await _rejected(context, parcel, verdict)
        elif isinstance(verdict, Unsent):
            await context.commit(lambda tables: tables.outbox.take_back([parcel.record.id]))
            await self._bear(Throttled(verdict.reason, retry_after=verdict.retry_after, advice=_STAYS))
        else:
            await _doubt(context, parcel)
            await self._bear(ConnectionFault(verdict.reason, advice=_STAYS), tolerant=True)

    async def _bear(self, fault: ConnectionFault, *, tolerant: bool = False) -> None:
        # While X3 is away nothing is committed to: a record may still change, or be cancelled.
        await self._take_back()
        await self._context.bear(fault, self._context.breaker, tolerant=tolerant)

    def _store(self, parcel: Parcel, number: str) -> None:
        """Stores X3's number with those that come meanwhile; the slot does not wait for it."""
        if self._storing is not None and self._storing.done():
            # A store that failed ends the run.
            self._storing.result()
            self._storing = None
        self._taken.append(Written(parcel.record, number, f"Written as {number}."))
        if self._storing is None:
            self._storing = asyncio.ensure_future(self._store_taken())

    async def _store_taken(self) -> None:
        while self._taken:
            taken, self._taken = self._taken, []
            await self._context.commit(partial(written, self._context, records=taken))


def _intended(context: RunContext, tables: Tables, *, parcels: Sequence[Parcel]) -> list[Parcel]:
    records = [parcel.record for parcel in parcels]
    standing, called = tables.outbox.unchanged(records), tables.outbox.called(it.id for it in records)
    going: list[Parcel] = []
    for parcel in parcels:
        if parcel.record.id not in standing:
            continue
        if called_off(called, parcel.record):
            drop_called_off(context, tables, parcel.record)
        else:
            going.append(parcel)
    tables.outbox.intend(
        [
            Intent(it.record.id, it.document.as_json(), document_hash=it.document.fingerprint())
            for it in going
        ],
        run=context.run_id,
    )
    return going


def _still_fresh(context: RunContext, parcel: Parcel, stamped: Moment) -> Sending:
    """Stamps the intent again if the machine dozed, or a slot was long in coming, before the first byte."""

    async def check() -> None:
        if (clock.elapsed(stamped) or 0.0) > context.limits.stale_intent:
            await context.store.write(lambda tables: tables.outbox.restamp([parcel.record.id]))

    return check


async def _rejected(context: RunContext, parcel: Parcel, verdict: Rejected) -> None:
    record = parcel.record
    if verdict.existing:
        await _link_existing(context, parcel, verdict.existing)
        return
    context.progress.add(refused=1)
    case = cases.rejected(context.flow.name, parcel.document, verdict, worth=parcel.translated.worth)

    def work(tables: Tables) -> None:
        if called_off(tables.outbox.called([record.id]), record):
            drop_called_off(context, tables, record)
            return
        tables.outbox.reject(record.id, run=context.run_id)
        cases.open_case(tables, case, account=context.account)

    await context.commit(work)


async def _link_existing(context: RunContext, parcel: Parcel, number: str) -> None:
    """A site that enforces the reference refused a second document and named the first: that is ours."""
    context.progress.add(sent=1)
    linked = Written(parcel.record, number, f"Linked to {number}.")
    await context.commit(lambda tables: written(context, tables, [linked]))


async def _doubt(context: RunContext, parcel: Parcel) -> None:
    context.progress.add(in_doubt=1)
    moment = clock.now()
    await context.commit(lambda tables: tables.outbox.doubt(parcel.record.id, moment=moment))
