"""How fast a run goes: samples of its counts, taken while somebody watches, and nothing before that."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from x3studio.domain.runs import Run

_KEPT = timedelta(minutes=10)
_LATELY = timedelta(minutes=1)
_LEAST = timedelta(seconds=2)
_POINTS = 30


@dataclass(frozen=True, slots=True)
class _Sample:
    at: datetime
    settled: int


class Pace:
    """Of one run at a time; another run starts afresh."""

    def __init__(self) -> None:
        self._run: int | None = None
        self._samples: deque[_Sample] = deque()

    def sample(self, run: Run, *, now: datetime) -> None:
        """Takes note of how far the run is."""
        if run.id != self._run:
            self._run = run.id
            self._samples.clear()
        settled = run.counts.confirmed + run.counts.refused
        if self._samples and now <= self._samples[-1].at:
            return
        self._samples.append(_Sample(now, settled))
        while now - self._samples[0].at > _KEPT:
            self._samples.popleft()

    @property
    def watched(self) -> timedelta:
        """For how long it has been sampled."""
        return self._samples[-1].at - self._samples[0].at if self._samples else timedelta(0)

    def per_minute(self) -> float | None:
        """Records settled per minute over the last minute; None until a few seconds were seen."""
        if len(self._samples) < 2:
            return None
        last = self._samples[-1]
        first = next(one for one in self._samples if last.at - one.at <= _LATELY)
        seconds = (last.at - first.at).total_seconds()
        return (last.settled - first.settled) * 60 / seconds if seconds >= 2 else None

    def curve(self) -> list[float]:
        """Records settled in each of up to 30 equal stretches of the watched time."""
        if len(self._samples) < 3 or self.watched < _LEAST:
            return []
        points = min(_POINTS, len(self._samples) - 1)
        reached = [self._reached(self.watched * n / points) for n in range(points + 1)]
        return [later - earlier for earlier, later in pairwise(reached)]

    def _reached(self, after: timedelta) -> float:
        """How many were settled that long after the first sample, between two samples in proportion."""
        wanted = self._samples[0].at + after
        for earlier, later in pairwise(self._samples):
            if wanted <= later.at:
                share = (wanted - earlier.at) / (later.at - earlier.at)
                return earlier.settled + share * (later.settled - earlier.settled)
        return self._samples[-1].settled

    def left(self, run: Run, total: int) -> timedelta | None:
        """How much longer at this pace; None where that cannot be told."""
        pace = self.per_minute()
        settled = run.counts.confirmed + run.counts.refused + run.counts.known + run.counts.waiting
        return timedelta(minutes=(total - settled) / pace) if pace and total > settled else None
