"""Who carries out a run: the one process that holds the account's lock; everybody else queues and watches."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from x3studio.domain.errors import SettingFault
from x3studio.domain.runs import FINAL, Run, RunState
from x3studio.store import EngineLock, Store, Tables
from x3studio.sync.engine import TOGETHER, Binder, Bound, Ending, Engine, Recorder, Waiting

_LOOK_AGAIN = 0.3


class Dispatcher:
    """Works off the queue of one account. Runs of one account never overlap, whoever asked for them."""

    def __init__(
        self,
        store: Store,
        *,
        account: str,
        connections: Sequence[str],
        bind: Binder,
        ended: Callable[[Run, Ending], Awaitable[None]],
    ) -> None:
        """`connections` are the names under which runs of this account are queued."""
        self._store = store
        self._account = account
        self._connections = dict.fromkeys(connections)
        self._lock = EngineLock(store.path, account)
        self._bind = bind
        self._ended = ended
        self._engine = Engine(store)
        self._busy = asyncio.Lock()

    async def carry_out(self, run_id: int, *, past_pause: bool = True) -> Run:
        """Returns the run once it has ended, carried out here or by whoever holds the lock.

        Without `past_pause` it returns a run as well that somebody has paused. A queued run of a flow and
        connection with a paused one is skipped: when the other goes on it sees to the same records.
        """
        while True:
            run = await self._get(run_id)
            if run.state in FINAL:
                return run
            if await self._pauses(run):
                if not past_pause:
                    return await self._get(run_id)
                await asyncio.sleep(_LOOK_AGAIN)
                continue
            # A connection may have been added since; its runs are interrupted and queued like the others.
            self._connections[run.connection] = None
            if not await self._held(run_id):
                await asyncio.sleep(_LOOK_AGAIN)

    async def _pauses(self, run: Run) -> bool:
        """Whether a person holds the run back, it or the one before it, which then skips it."""
        paused = await self._store.read(lambda tables: tables.runs.paused(run.flow, run.connection))
        if paused is None or run.state is not RunState.QUEUED:
            return paused is not None and paused.id == run.id
        reason = f"Run {paused.id} of this flow is paused by {paused.paused_by}; resume that one."
        await self._store.write(lambda tables: tables.runs.skip(run.id, reason=reason))
        return False

    async def _held(self, run_id: int) -> bool:
        """Works off the queue under the lock; False where somebody else holds it, or the run must wait."""
        async with self._busy:
            if not self._lock.acquire():
                return False
            try:
                return await self._work_off(first=run_id)
            finally:
                self._lock.release()

    async def _work_off(self, *, first: int) -> bool:
        """As the holder: nobody else can be running, so what looks alive was left by a dead process.

        The run that was asked for goes first; others that wait, such as those of a dead process, follow.
        """
        await self._store.write(
            lambda tables: tables.runs.interrupt_live(
                reason="The program that carried it out ended.", connections=tuple(self._connections)
            )
        )
        while (run := await self._next(first)) is not None:
            try:
                if not await self._store.write(_starting(run.id)):
                    return False
                ending = await self._engine.execute(await self._get(run.id), self._bind_here)
            except asyncio.CancelledError:
                # The engine says how its work ended; what was only begun here would look alive for ever.
                await asyncio.shield(self._store.write(partial(_given_up, run_id=run.id)))
                raise
            await self._ended(await self._get(run.id), ending)
        return True

    async def _bind_here(self, run: Run, record: Recorder, waiting: Waiting) -> Bound:
        """Binds the run, unless its connection now leads to an account whose lock is not held here."""
        bound = await self._bind(run, record, waiting)
        if bound.account != self._account:
            await bound.aclose()
            raise SettingFault(
                "The connection was changed to another X3 folder after this run was queued.",
                field="folder",
                advice="Start the flow again.",
            )
        return bound

    async def _next(self, first: int) -> Run | None:
        ready = await self._store.read(lambda tables: tables.runs.ready(tuple(self._connections)))
        return min(ready, key=lambda run: (run.id != first, run.id), default=None)

    async def _get(self, run_id: int) -> Run:
        run = await self._store.read(lambda tables: tables.runs.get(run_id))
        if run is None:
            raise LookupError(f"run {run_id} does not exist")
        return run


def _given_up(tables: Tables, *, run_id: int) -> None:
    run = tables.runs.get(run_id)
    if run is not None and run.state is RunState.RUNNING:
        tables.runs.move(run_id, RunState.CANCELLED, reason=TOGETHER)


def _starting(run_id: int) -> Callable[[Tables], bool]:
    return lambda tables: tables.runs.start(run_id)
