"""How long to wait before the other side is tried again, and when to stop trying within a run."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from x3studio.domain.errors import ConnectionFault

T = TypeVar("T")

_FIRST = 0.5
_LONGEST = 60.0
_TOLERATED = 3


class Breaker:
    """Counts failures in a row. A few are normal; then every further one costs a growing, jittered wait.

    `patience` is how many seconds of waiting in a row a run endures before it gives up; what has not
    been sent by then stays in the outbox for the next run.
    """

    def __init__(self, *, patience: float, seed: int | None = None) -> None:
        self._patience = patience
        self._random = random.Random(seed)  # noqa: S311 - jitter, not a secret
        self._failures = 0
        self._waited = 0.0

    def succeeded(self) -> None:
        """The other side answered: the count starts again."""
        self._failures = 0
        self._waited = 0.0

    def failed(self, *, at_least: float = 0.0, tolerant: bool = False) -> float:
        """Seconds to wait before the next try. With `tolerant` the first few failures cost nothing."""
        self._failures += 1
        past = self._failures - (_TOLERATED if tolerant else 0)
        if past <= 0 and not at_least:
            return 0.0
        ceiling = min(_LONGEST, _FIRST * 2.0 ** max(past - 1, 0))
        delay = max(at_least, ceiling * self._random.uniform(0.5, 1.0))
        self._waited += delay
        return delay

    @property
    def exhausted(self) -> bool:
        """Whether the patience is used up."""
        return self._waited > self._patience


class Pace:
    """Lets at most so many through a minute, evenly; None holds nothing back."""

    def __init__(self, per_minute: int | None) -> None:
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._next = 0.0

    async def take(self, stop: asyncio.Event) -> bool:
        """Waits for one's turn; False where `stop` came first."""
        if not self._gap:
            return True
        now = time.monotonic()
        mine = max(now, self._next)
        self._next = mine + self._gap
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), mine - now)
        return not stop.is_set()


async def ask_again(question: Callable[[], Awaitable[T]]) -> T:
    """The answer to a question outside of a run, asked up to five times while the other side is away."""
    retrying = AsyncRetrying(
        stop=stop_after_attempt(5),
        wait=wait_random_exponential(multiplier=0.3, max=5.0),
        retry=retry_if_exception_type(ConnectionFault),
        reraise=True,
    )
    return await retrying(question)
