"""One run of one flow: capture, carry, settle doubts, read back, and end with a stated outcome."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from x3studio.domain.errors import CredentialFault, StudioError
from x3studio.domain.monitor import Exchange
from x3studio.domain.runs import Counts, Load, Run, RunState
from x3studio.store import Store, Tables
from x3studio.sync.ahead import Ahead
from x3studio.sync.capture import capture_afresh, capture_missing, read_source, requeue_mapped
from x3studio.sync.carry import carry, put_back
from x3studio.sync.context import Limits, Log, RunContext, together
from x3studio.sync.doubts import recover, settle_doubts
from x3studio.sync.dryrun import rehearse
from x3studio.sync.flow import Flow, Target
from x3studio.sync.progress import Progress
from x3studio.sync.readback import read_back

TOGETHER = "Stopped together with the program."
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bound:
    """A flow bound to its connections: where it reads, where it writes, and how it behaves there."""

    flow: Flow
    target: Target
    account: str
    limits: Limits
    load: Callable[[], Load] = Load
    """What is taken of both sides at this moment."""

    async def aclose(self) -> None:
        """Closes both sides."""
        await self.flow.aclose()
        await self.target.aclose()


Recorder = Callable[[Exchange], None]
Waiting = Callable[[str, datetime], None]
Binder = Callable[[Run, Recorder, Waiting], Awaitable[Bound]]
"""Builds what a run needs, given where exchanges are recorded and how a rate limit is told of."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended; `fault` is what ended it, where something did."""

    state: RunState
    reason: str = ""
    fault: BaseException | None = None


class Engine:
    """Carries out runs against one store. It never decides when: that is the dispatcher's."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def execute(self, run: Run, bind: Binder) -> Ending:
        """Carries out a run that has been started, stores how it ended, and says so.

        A cancelled task leaves the run cancelled and raises CancelledError again.
        """
        progress, log = Progress(self._store, run), Log()
        try:
            bound = await bind(run, log.record, progress.limited)
        except StudioError as fault:
            ending = Ending(RunState.FAILED, str(fault), fault)
            await self._store.write(lambda t: t.runs.move(run.id, ending.state, reason=ending.reason))
            return ending
        progress.load = bound.load
        context = RunContext(
            store=self._store,
            flow=bound.flow,
            target=bound.target,
            account=bound.account,
            progress=progress,
            log=log,
            limits=bound.limits,
        )
        try:
            return await self._supervise(context)
        finally:
            await asyncio.shield(bound.aclose())

    async def _supervise(self, context: RunContext) -> Ending:
        """Runs the work beside its heartbeat and stores the ending, however it came."""
        journey = _rehearsal if context.progress.run.dry_run else _journey
        work = asyncio.ensure_future(journey(context))
        beat = asyncio.ensure_future(context.progress.watch(work))
        ending = Ending(RunState.CANCELLED, TOGETHER)
        try:
            ending = await self._outcome(context, work)
        finally:
            beat.cancel()
            await asyncio.gather(beat, return_exceptions=True)
            if not work.done():
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
            await asyncio.shield(_conclude(context, ending))
        return ending

    async def _outcome(self, context: RunContext, work: "asyncio.Future[None]") -> Ending:
        """Waits for the work and turns its end into words; the one door where a bug is caught."""
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            if context.progress.cancelled:
                return Ending(RunState.CANCELLED, "Cancelled by the operator.")
            if context.progress.pausing:
                return Ending(RunState.PAUSED, context.progress.pause_reason)
            raise
        except CredentialFault as fault:
            return Ending(RunState.FAILED, str(fault), fault)
        except StudioError as fault:
            return Ending(RunState.FAILED, str(fault), fault)
        except Exception as bug:  # noqa: BLE001 - a bug ends this run, not the program
            _log.error("run %s of %s crashed", context.run_id, context.flow.name, exc_info=bug)
            return Ending(RunState.FAILED, f"The program has a fault ({type(bug).__name__}).", bug)
        if context.progress.run.dry_run:
            return _rehearsed(context.progress.counts)
        return _verdict(context.progress)


def _rehearsed(counts: Counts) -> Ending:
    """A run without a write opens no exception: it says what a real one would."""
    if counts.refused:
        return Ending(RunState.PARTIAL, f"{counts.refused} would be refused. Nothing was written.")
    return Ending(RunState.DONE, "Nothing was written.")


def _verdict(progress: Progress) -> Ending:
    if progress.pausing:
        return Ending(RunState.PAUSED, progress.pause_reason)
    counts, exceptions = progress.counts, progress.counts.refused + progress.cases
    if progress.braked:
        return Ending(RunState.PARTIAL, f"Stopped after {counts.refused} refused, as asked. The rest waits.")
    if exceptions or counts.in_doubt:
        waiting = [f"{exceptions} exceptions"] if exceptions else []
        waiting += [f"{counts.in_doubt} in doubt"] if counts.in_doubt else []
        return Ending(RunState.PARTIAL, " and ".join(waiting) + " wait.")
    if progress.stopping:
        return Ending(RunState.DONE, "Stopped after the current records, as asked.")
    if not counts.translated and not counts.confirmed:
        return Ending(RunState.DONE, f"Nothing to write: {counts.read} read, none is new and due.")
    return Ending(RunState.DONE)


async def _conclude(context: RunContext, ending: Ending) -> None:
    counts = context.progress.counts
    run_id = context.run_id

    def work(tables: Tables) -> None:
        tables.runs.beat(run_id, counts=counts)
        tables.runs.move(run_id, ending.state, reason=ending.reason)
        if ending.state is RunState.PAUSED and tables.runs.wishes(run_id).cancel:
            # Wished while it wound down: a paused run has nobody who would hear of it.
            tables.runs.request_cancel(run_id)

    await context.commit(work)


async def _rehearsal(context: RunContext) -> None:
    await rehearse(context)
    await context.flush()


async def _journey(context: RunContext) -> None:
    """Everything between the first look at the outbox and the last document read back."""
    await recover(context)
    if context.progress.run.manner.afresh:
        await capture_afresh(context, context.progress.run.records)
    arrived = asyncio.Event()
    reader = asyncio.ensure_future(_read(context, arrived))
    ahead = Ahead(context)
    try:
        while not context.progress.stopping:
            arrived.clear()
            # Asked first: what the reader stores from here on is seen by the next round.
            all_read = reader.done()
            parcels = await ahead.next(all_read=all_read)
            # While these are sent, those before them are read back and those behind them translated.
            confirmed, _ = await together((read_back(context), carry(context, parcels or ())))
            settled, next_doubt = await settle_doubts(context)
            if parcels is not None or settled or confirmed:
                continue
            if all_read and (next_doubt is None or not context.limits.wait_for_doubts):
                break
            if all_read or not reader.done():
                await _idle(context, arrived, None if all_read else reader, next_doubt)
        if reader.done():
            await reader
        while await read_back(context):
            pass
        if context.progress.braked:
            await put_back(context, context.progress.run.records)
    finally:
        reader.cancel()
        await asyncio.gather(reader, ahead.close(), return_exceptions=True)


async def _read(context: RunContext, arrived: asyncio.Event) -> None:
    run = context.progress.run
    if run.records:
        if not run.manner.afresh:
            await capture_missing(context, run.records)
        return
    await requeue_mapped(context)
    await read_source(context, arrived=arrived)


async def _idle(
    context: RunContext, arrived: asyncio.Event, reader: "asyncio.Future[None] | None", doubt: float | None
) -> None:
    """Waits, visibly, for the next page, the end of the reading, the next doubt or the wish to stop.

    `reader` is None once its end has been seen; one that ends meanwhile ends the waiting at once.
    """
    limited = context.progress.limited_for()
    if limited:
        await context.progress.waits(
            RunState.RATE_LIMITED, reason="Amazon limits how often orders are read.", seconds=limited
        )
    elif reader is None and doubt:
        await context.progress.waits(
            RunState.WAITING_RETRY,
            reason=f"{context.progress.counts.in_doubt} in doubt: X3 is asked after the settle time.",
            seconds=doubt,
        )
    await context.flush()
    signs = [asyncio.ensure_future(sign.wait()) for sign in (arrived, context.progress.stop_wished)]
    awaited: set[asyncio.Future[Any]] = {*signs, reader} if reader else {*signs}
    try:
        await asyncio.wait(awaited, timeout=doubt, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for sign in signs:
            sign.cancel()
    await context.progress.goes_on()
