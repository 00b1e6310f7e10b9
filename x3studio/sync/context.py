"""What every stage of a run works with: the store, the flow, the target and the run's own log."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from x3studio.domain.documents import Found
from x3studio.domain.errors import ConnectionFault, StudioError, Throttled
from x3studio.domain.monitor import Direction, Exchange, System
from x3studio.domain.runs import RunState
from x3studio.store import Store, Tables
from x3studio.store.packing import pack
from x3studio.sync.flow import Flow, Target
from x3studio.sync.progress import Progress
from x3studio.sync.retry import Breaker, Pace

T = TypeVar("T")


class Log:
    """Exchanges that wait for the next transaction: an effect and its record are stored together."""

    def __init__(self) -> None:
        self._waiting: list[Exchange] = []
        # The store's writer notes steps too, in its own thread.
        self._noting = threading.Lock()

    def record(self, exchange: Exchange) -> None:
        """Takes what an adapter exchanged; adapters have redacted it already."""
        timed = exchange if exchange.at else replace(exchange, at=datetime.now(UTC))
        with self._noting:
            self._waiting.append(timed)

    def step(self, record: str, operation: str, *, status: str, **facts: str) -> None:
        """Notes a step of our own; `facts` are fields of Exchange (sent, answer, note)."""
        self.record(
            Exchange(
                record=record,
                operation=operation,
                system=System.STUDIO,
                direction=Direction.IN,
                status=status,
                **facts,  # type: ignore[arg-type]
            )
        )

    def give_back(self, exchanges: Sequence[Exchange]) -> None:
        """Takes again what was to be stored and was not."""
        with self._noting:
            self._waiting[:0] = exchanges

    def take(self, run: int) -> list[Exchange]:
        """Everything recorded since the last call, for the given run."""
        with self._noting:
            taken, self._waiting = self._waiting, []
        return [exchange if exchange.run else replace(exchange, run=run) for exchange in taken]


@dataclass(frozen=True, slots=True)
class Limits:
    """How a run behaves towards the target. Times in seconds."""

    settle: float = 900.0
    """How long a doubtful write is left alone before X3 is asked whether it has it."""
    stale_intent: float = 5.0
    """An intent that is older when its first byte leaves is stamped again."""
    slots: int = 2
    patience: float = 120.0
    most_attempts: int = 8
    """A record whose sending failed so often goes to a person."""
    wait_for_doubts: bool = True


@dataclass(slots=True)
class RunContext:
    """One run's surroundings."""

    store: Store
    flow: Flow
    target: Target
    account: str
    progress: Progress
    log: Log
    limits: Limits
    translated: set[int] = field(default_factory=set)
    """Records counted as translated: one that is sent again is not counted again."""
    breaker: Breaker = field(init=False)
    """Of writes to the target."""
    asking_breaker: Breaker = field(init=False)
    """Of questions to the target: that they are answered says nothing of writes."""
    source_breaker: Breaker = field(init=False)
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        self.breaker = Breaker(patience=self.limits.patience)
        self.asking_breaker = Breaker(patience=self.limits.patience)
        self.source_breaker = Breaker(patience=self.limits.patience)
        self.pace = Pace(self.progress.run.manner.per_minute)

    @property
    def group(self) -> int:
        """How many references are looked up side by side: a request's worth, or every slot a few times."""
        return max(self.target.batch, 4 * self.limits.slots)

    @property
    def run_id(self) -> int:
        return self.progress.run.id

    def count_translated(self, records: Iterable[int]) -> None:
        """Counts these records as translated, each once in this run."""
        fresh = set(records) - self.translated
        self.translated |= fresh
        self.progress.add(translated=len(fresh))

    async def commit(self, work: Callable[[Tables], T]) -> T:
        """Runs `work` and stores the log of what led to it, in one durable transaction."""
        exchanges = self.log.take(self.run_id)
        packed = [pack(it) for it in exchanges]
        begun = threading.Event()

        def together(tables: Tables) -> T:
            begun.set()
            tables.journal.add(packed)
            return work(tables)

        try:
            return await self.store.write(together)
        except asyncio.CancelledError:
            # What the writer has begun it also ends; what it has not begun it never will.
            if not begun.is_set():
                self.log.give_back(exchanges)
            raise
        except (StudioError, ValueError, LookupError):
            self.log.give_back(exchanges)
            raise

    async def flush(self) -> None:
        """Stores what the log still holds."""
        await self.commit(lambda _: None)

    async def held(self, references: Sequence[str]) -> Mapping[str, Sequence[Found]]:
        """What X3 holds of each reference; each request is asked again by itself until it is answered."""
        size = self.target.batch
        requests = [
            partial(self.target.find, self.flow.kind, references[start : start + size])
            for start in range(0, len(references), size)
        ]
        answers = await together(self.insist(request) for request in requests)
        return {reference: found for answer in answers for reference, found in answer.items()}

    async def insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer to a question that changes nothing, asked again while the other side is away.

        Raises ConnectionFault once the run's patience is used up.
        """
        while True:
            try:
                answer = await ask()
            except ConnectionFault as fault:
                await self.bear(fault, self.asking_breaker)
            else:
                self.asking_breaker.succeeded()
                await self.progress.goes_on()
                return answer

    async def bear(self, fault: ConnectionFault, breaker: Breaker, *, tolerant: bool = False) -> None:
        """Waits as long as the breaker asks for, visibly; raises `fault` when the patience is used up."""
        at_least = fault.retry_after if isinstance(fault, Throttled) else 0.0
        delay = breaker.failed(at_least=at_least, tolerant=tolerant)
        if not delay:
            return
        if breaker.exhausted:
            raise fault
        reason = fault.title
        await self.progress.waits(RunState.WAITING_RETRY, reason=reason, seconds=delay)
        await self.flush()
        await asyncio.sleep(delay)


async def together(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """All results in order; the first failure ends the others, in good order, and is raised as it is."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
