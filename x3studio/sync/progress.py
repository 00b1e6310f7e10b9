"""A run while it is carried out: its counts, its state, and what the operator wishes of it."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from x3studio.domain.errors import StoreFault
from x3studio.domain.runs import Counts, Load, Run, RunState
from x3studio.store import Store

_BEAT = 0.25
_LEAST_BEAT = 5.0


class Progress:
    """Counts in memory, written to the store a few times a second together with the heartbeat."""

    def __init__(self, store: Store, run: Run) -> None:
        self.run = run
        # A run that was paused goes on counting where it was.
        self.counts = run.counts
        self.cancelled = False
        self.pausing = False
        self.pause_reason = ""
        self.braked = False
        """So many records were refused that it stops, as its manner asks."""
        self.stop_wished = asyncio.Event()
        self.cases = 0
        """Exceptions opened beside those of refused records."""
        self.load: Callable[[], Load] = Load
        self._store = store
        # The store's writer counts too, in its own thread.
        self._counting = threading.Lock()
        self._state = RunState.RUNNING
        self._changed = True
        self._limited: dict[str, datetime] = {}

    def add(self, **deltas: int) -> None:
        """Raises the named counts; names are the fields of Counts."""
        with self._counting:
            sums = {name: getattr(self.counts, name) + delta for name, delta in deltas.items()}
            self.counts = replace(self.counts, **sums)
            most = self.run.manner.most_failures
            self.braked = self.braked or (most is not None and self.counts.refused >= most)
        self._changed = True

    def set(self, **values: int) -> None:
        """Sets the named counts."""
        with self._counting:
            self.counts = replace(self.counts, **values)
        self._changed = True

    def called_person(self) -> None:
        """An exception was opened for a record that X3 did not refuse."""
        with self._counting:
            self.cases += 1

    @property
    def stopping(self) -> bool:
        """Whether the run ends after what is on its way."""
        return self.braked or self.stop_wished.is_set()

    def limited(self, operation: str, until: datetime) -> None:
        """Takes note that the source lets us ask again only then."""
        self._limited[operation] = until

    def limited_for(self) -> float:
        """Seconds until the source may be asked again, 0 when it may be now."""
        now = datetime.now(UTC)
        return max(0.0, *((until - now).total_seconds() for until in self._limited.values()), 0.0)

    async def waits(self, state: RunState, *, reason: str, seconds: float) -> None:
        """Says that the run waits, why, and until when."""
        self._state = state
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        await self._store.write(lambda t: t.runs.move(self.run.id, state, reason=reason, until=until))

    async def goes_on(self) -> None:
        """Says that the run is no longer waiting."""
        if self._state is not RunState.RUNNING:
            self._state = RunState.RUNNING
            await self._store.write(lambda t: t.runs.move(self.run.id, RunState.RUNNING))

    async def watch(self, work: "asyncio.Task[None]") -> None:
        """Beats until cancelled; ends `work` when the operator cancels the run."""
        silent = 0.0
        while True:
            await asyncio.sleep(_BEAT)
            silent += _BEAT
            # A store that fails here fails the work too, which says so; a wish is heard all the same.
            with suppress(StoreFault):
                if self._changed or silent >= _LEAST_BEAT:
                    await self.beat()
                    silent = 0.0
                await self._heed(work)

    async def beat(self) -> None:
        """Writes the counts as they are now."""
        self._changed = False
        counts, load = self.counts, self.load()
        await self._store.write(lambda t: t.runs.beat(self.run.id, counts=counts, load=load))

    async def _heed(self, work: "asyncio.Task[None]") -> None:
        wishes = await self._store.read(lambda t: t.runs.wishes(self.run.id))
        if wishes.paused_by:
            self.pause_reason = wishes.pause_reason
            # Nobody waits for the other side to come back only in order to pause.
            if self.pausing and self._state is RunState.WAITING_RETRY:
                work.cancel()
            self.pausing = True
        if wishes.stop or wishes.paused_by or self.braked:
            self.stop_wished.set()
        if wishes.cancel and not self.cancelled:
            self.cancelled = True
            work.cancel()


def counts_as_dict(counts: Counts) -> dict[str, int]:
    """The counts by name, for machine formats."""
    return {field.name: getattr(counts, field.name) for field in fields(counts)}
