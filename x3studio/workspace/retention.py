"""Erasing what may no longer be kept: once a day by itself, or when asked to, each time with its proof."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from x3studio.domain.errors import StudioError
from x3studio.domain.runs import RunState
from x3studio.store import Purged, Store, Tables, purge
from x3studio.store.retention import BUYERS_DAYS

_JOURNAL_DAYS = 90
_EVERY = timedelta(days=1)
_LOOK = 600.0
_TAKEN = timedelta(hours=1)
"""An erasure that another process began so long ago and never finished is taken up again."""
_KEPT = 200
_DAYS, _PROOFS, _CLAIM = "keeping", "erasures", "erasing"
BY_ITSELF = "by itself"


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how many days buyers' data and exchanges are kept."""

    buyers_days: int = BUYERS_DAYS
    journal_days: int = _JOURNAL_DAYS


@dataclass(frozen=True, slots=True)
class Erasure:
    """The proof of one erasure: when, by whom, what went, and what a count afterwards still found."""

    at: datetime
    by: str
    purged: Purged

    @property
    def proven(self) -> bool:
        """Whether nothing that should be gone was found afterwards."""
        return self.purged.left == 0


class Retention:
    """How long a workspace keeps what, and erasing what is older."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def erase(self, *, by: str, now: datetime | None = None) -> Erasure:
        """Erases what is older now and keeps the proof; writes wait until the file has been rewritten."""
        at = now or datetime.now(UTC)
        keeping = await self._store.read(keeping_in)
        purged = await purge(
            self._store, journal_days=keeping.journal_days, buyers_days=keeping.buyers_days, now=at
        )
        erasure = Erasure(at, by, purged)
        await self._store.write(lambda tables: _remember(tables, erasure))
        return erasure

    async def erase_if_due(self, *, now: datetime | None = None) -> Erasure | None:
        """Erases where a day has passed since the last time, no run goes on and nobody else is at it."""
        at = now or datetime.now(UTC)
        if not await self._store.write(lambda tables: _claim(tables, at)):
            return None
        try:
            return await self.erase(by=BY_ITSELF, now=at)
        finally:
            await self._store.write(lambda tables: tables.settings.set(_CLAIM, None))

    async def keep(self, *, failed: Callable[[StudioError, str], object]) -> None:
        """Erases once a day until cancelled; what hinders it is told to `failed` and tried again later."""
        while True:
            try:
                await self.erase_if_due()
            except StudioError as fault:
                failed(fault, "erase personal data that is due")
            await asyncio.sleep(_LOOK)


def keeping_in(tables: Tables) -> Keeping:
    """The days, as the settings hold them."""
    return Keeping(**tables.settings.get(_DAYS, {}))


def keep_days(tables: Tables, keeping: Keeping) -> None:
    """Keeps how long data is kept."""
    tables.settings.set(_DAYS, asdict(keeping))


def erasures_in(tables: Tables) -> list[Erasure]:
    """The proofs, the newest first."""
    return [_erasure(raw) for raw in tables.settings.get(_PROOFS, [])]


def days_left(tables: Tables, changed_at: datetime, *, now: datetime) -> int:
    """In how many days a record that changed then loses its buyer's data, 0 where that is due."""
    until = changed_at + timedelta(days=keeping_in(tables).buyers_days)
    return max(0, -(-(until - now) // timedelta(days=1)))


def _claim(tables: Tables, at: datetime) -> bool:
    last = next(iter(erasures_in(tables)), None)
    taken = tables.settings.get(_CLAIM)
    busy = any(run.state is not RunState.PAUSED for run in tables.runs.live())
    if busy or (last is not None and at - last.at < _EVERY):
        return False
    if taken is not None and at - datetime.fromisoformat(taken) < _TAKEN:
        return False
    tables.settings.set(_CLAIM, at.isoformat())
    return True


def _remember(tables: Tables, erasure: Erasure) -> None:
    raw = {"at": erasure.at.isoformat(), "by": erasure.by, **asdict(erasure.purged)}
    tables.settings.set(_PROOFS, [raw, *tables.settings.get(_PROOFS, [])][:_KEPT])


def _erasure(raw: dict[str, Any]) -> Erasure:
    counts = {name: number for name, number in raw.items() if name not in ("at", "by")}
    return Erasure(datetime.fromisoformat(raw["at"]), raw["by"], Purged(**counts))
