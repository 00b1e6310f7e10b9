"""Amazon's usage plans kept on our side: a token bucket per operation and account that survives a restart."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from x3studio.amazon.clock import Clock
from x3studio.amazon.operations import Operation

_NOTICEABLE = 1.0
"""Waits shorter than this many seconds are not worth telling anybody."""
_FORGIVEN = 3
"""So many refusals in a row may be a matter of clocks; then our own count is taken to be wrong."""

_DUST = 1e-6
"""Less than this of a token is rounding: waiting for it could go on for ever."""

_JITTER = 0.05
"""Seconds on top of each wait: a request that overtakes the one before it on the way would be refused."""


class BucketStore(Protocol):
    """Keeps what is left of each bucket between two starts of the program."""

    async def load(self, key: str) -> tuple[float, datetime, float] | None:
        """Tokens left, when (UTC) and the rate known then, or None for a bucket that was never used."""
        ...

    async def save(self, key: str, tokens: float, at: datetime, rate: float) -> None: ...


def refilled(tokens: float, *, seconds: float, rate: float, burst: float) -> float:
    """What a bucket holds after `seconds` at `rate` tokens a second; a clock that went back adds nothing."""
    return min(burst, tokens + max(0.0, seconds) * rate)


def shortfall(tokens: float, *, rate: float) -> float:
    """Seconds until the bucket holds a whole token, as far as a float can tell a whole from a part."""
    missing = 1.0 - tokens
    return missing / rate if missing > _DUST else 0.0


@dataclass(slots=True)
class _Bucket:
    rate: float
    burst: float
    tokens: float
    at: float
    refusals: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def refresh(self, tick: float) -> None:
        self.tokens = refilled(self.tokens, seconds=tick - self.at, rate=self.rate, burst=self.burst)
        self.at = tick


class Limiter:
    """Lets a call go when Amazon will take it, first come first served.

    `waiting(operation, until)` is told of every wait that a person would notice.
    """

    def __init__(
        self,
        *,
        account: str,
        store: BucketStore,
        waiting: Callable[[str, datetime], None],
        clock: Clock,
    ) -> None:
        self._account = account
        self._store = store
        self._waiting = waiting
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._opening = asyncio.Lock()

    async def take(self, operation: Operation) -> None:
        """Returns once one request may be sent; what is left is stored before it leaves."""
        bucket = await self._bucket(operation)
        async with bucket.turn:
            bucket.refresh(self._clock.tick())
            while (pause := shortfall(bucket.tokens, rate=bucket.rate)) > 0:
                pause += _JITTER
                self.tell(operation, pause)
                await self._clock.sleep(pause)
                bucket.refresh(self._clock.tick())
            bucket.tokens -= 1
            await self._store.save(self._key(operation), bucket.tokens, self._clock.now(), bucket.rate)

    def learn(self, operation: Operation, header: str | None) -> None:
        """Takes over the rate of x-amzn-RateLimit-Limit; anything but a positive number is ignored."""
        bucket = self._buckets.get(operation.name)
        if bucket is None:
            return
        bucket.refusals = 0
        try:
            rate = float(header or "")
        except ValueError:
            return
        if 0 < rate < 1e6:
            bucket.refresh(self._clock.tick())
            bucket.rate = rate

    def refused(self, operation: Operation) -> float:
        """Amazon said 429: the seconds to wait at least, by our own knowledge.

        The first few in a row are left to the growing delay of the retry; after them the bucket is
        emptied, since somebody else seems to be using it too.
        """
        bucket = self._buckets.get(operation.name)
        if bucket is None:
            return 0.0
        bucket.refusals += 1
        if bucket.refusals <= _FORGIVEN:
            return 0.0
        bucket.refresh(self._clock.tick())
        bucket.tokens = min(bucket.tokens, 0.0)
        return shortfall(bucket.tokens, rate=bucket.rate)

    def scarcest(self) -> tuple[str, int, int]:
        """Of the operations used so far the one with the smallest share left: name, tokens, burst."""
        now = self._clock.tick()
        for bucket in self._buckets.values():
            bucket.refresh(now)
        left = [(one.tokens / one.burst, name, one) for name, one in self._buckets.items()]
        if not left:
            return "", 0, 0
        _share, name, bucket = min(left, key=lambda one: one[:2])
        return name, max(0, int(bucket.tokens)), int(bucket.burst)

    def tell(self, operation: Operation, seconds: float) -> None:
        """Announces a wait, where it is long enough to be noticed."""
        if seconds >= _NOTICEABLE:
            self._waiting(operation.name, self._clock.now() + timedelta(seconds=seconds))

    def _key(self, operation: Operation) -> str:
        return f"{self._account}/{operation.name}"

    async def _bucket(self, operation: Operation) -> _Bucket:
        async with self._opening:
            known = self._buckets.get(operation.name)
            if known is None:
                known = self._buckets[operation.name] = await self._restored(operation)
            return known

    async def _restored(self, operation: Operation) -> _Bucket:
        """As it was left, plus what the wall clock says has flowed in since."""
        tokens, rate = float(operation.burst), operation.rate
        left = await self._store.load(self._key(operation))
        if left is not None:
            rate = left[2]
            tokens = refilled(
                min(left[0], tokens),
                seconds=(self._clock.now() - left[1]).total_seconds(),
                rate=rate,
                burst=operation.burst,
            )
        return _Bucket(rate, operation.burst, tokens, self._clock.tick())
