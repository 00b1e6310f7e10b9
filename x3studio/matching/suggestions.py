"""What a match hands out: suggestions in columns, each with its reasons, its like, and whether it may go by
itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from x3studio.domain.workbench import Confidence
from x3studio.matching.certifying import Certificate
from x3studio.matching.reliability import Alike, Bin, like
from x3studio.matching.values import Conflict, Reason


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One candidate of one source record, as the workbench shows it; start and reasons add up to `points`."""

    source_id: str
    rank: int
    target_id: str
    confidence: float | None
    band: Confidence
    points: int
    start: int
    reasons: tuple[Reason, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Waterfall:
    """`start` and the points of all steps add up to `total`: percent where calibrated, else plain points."""

    start: int
    steps: tuple[Reason, ...]
    total: int
    percent: bool


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Columns of n suggestions, grouped by source row and ordered by rank (from 1).

    `source` and `target` are rows of the two tables. `confidence` is nan everywhere until enough pairs are
    judged (`calibrated`); `chance` is the model's own estimate, for sorting and never to be shown. `points`
    (n, words) add up to the shown percent where calibrated, else to tenths of log odds; the last word is the
    start. `exact` names the key that joins a pair, else "". `state` has one entry for each source row.
    `auto` marks what the certificate allows to be accepted without a person.
    """

    source_ids: Sequence[str]
    target_ids: Sequence[str]
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    rank: NDArray[np.int64]
    confidence: NDArray[np.float64]
    chance: NDArray[np.float64]
    band: NDArray[np.int64]
    words: tuple[str, ...]
    points: NDArray[np.int64]
    conflicts: Mapping[Conflict, NDArray[np.bool_]]
    exact: NDArray[np.str_]
    state: NDArray[np.int64]
    auto: NDArray[np.bool_]
    calibrated: bool
    judged: int
    unknown_decisions: int
    model: str
    reliability: tuple[Bin, ...]
    certificate: Certificate

    def __len__(self) -> int:
        return len(self.source)

    def places(self, row: int) -> range:
        """Where the suggestions of one source row stand, best first."""
        return range(*np.searchsorted(self.source, [row, row + 1]).tolist())

    def __getitem__(self, place: int) -> Suggestion:
        """One suggestion with its reasons, weightiest first."""
        told = self.waterfall(place)
        return Suggestion(
            source_id=self.source_ids[int(self.source[place])],
            rank=int(self.rank[place]),
            target_id=self.target_ids[int(self.target[place])],
            confidence=float(self.confidence[place]) if self.calibrated else None,
            band=Confidence(int(self.band[place])),
            points=told.total,
            start=told.start,
            reasons=told.steps,
            conflicts=tuple(conflict for conflict, marks in self.conflicts.items() if marks[place]),
        )

    def waterfall(self, place: int) -> Waterfall:
        """Why: the weightiest steps first."""
        *worth, start = self.points[place].tolist()
        steps = [Reason(word, points) for word, points in zip(self.words, worth, strict=False) if points]
        steps.sort(key=lambda step: -abs(step.points))
        return Waterfall(start, tuple(steps), start + sum(worth), self.calibrated)

    def like_this(self, place: int) -> Alike | None:
        """How judged suggestions of about this confidence fared; None where too few were judged."""
        return like(self.reliability, float(self.chance[place]))

    @property
    def margin(self) -> NDArray[np.float64]:
        """How far each suggestion lies ahead of the next of its record, in percent points; nan without a
        next.

        Nan throughout until calibrated, for a lead in percent is a percentage.
        """
        found = np.full(len(self), np.nan)
        if len(self) > 1:
            followed = self.source[:-1] == self.source[1:]
            lead = 100.0 * (self.confidence[:-1] - self.confidence[1:])
            found[:-1] = np.where(followed, lead, np.nan)
        return found
