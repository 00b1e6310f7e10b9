"""The clocks the adapter reads and the way it waits, in one value so that time itself can be replaced."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` is the wall clock in UTC, `tick` counts seconds and never jumps, `sleep` can be cancelled."""

    now: Callable[[], datetime] = _utc
    tick: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
