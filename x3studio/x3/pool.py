"""The sessions of X3 one connection may hold at once: X3 has few of them, and users want some too."""

import asyncio
from types import TracebackType


class Pool:
    """`async with pool:` holds one session; whoever finds none free waits."""

    def __init__(self, size: int) -> None:
        self.size = max(1, size)
        self.used = 0
        """Sessions held at this moment."""
        self._free = asyncio.Semaphore(self.size)

    async def __aenter__(self) -> None:
        await self._free.acquire()
        self.used += 1

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.used -= 1
        self._free.release()
