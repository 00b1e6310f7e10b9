"""Turns points into probabilities that hold: of a hundred suggestions at 0.9, ninety are right.

The scores that calibrate are prequential: each judged pair is scored by a model that had not seen it yet. The
best candidate of a record and the runners-up are calibrated apart, for the same points mean less at the top:
there they were chosen for being the highest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from x3studio.matching.learning import Belief, Vector, fit, probability
from x3studio.matching.model import Model
from x3studio.matching.scoring import Field, learn, score
from x3studio.matching.vectors import Rows

ENOUGH_PAIRS = 200
_ROUNDS = 5
_SLOPE_FIRMNESS, _START_FIRMNESS = 10.0, 1.0
_REFUSALS, _ONE_SIDED = 3, 50.0
_FLATTEST, _STEEPEST = 0.05, 5.0

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Platt:
    """Probability = sigmoid(slope x points + start)."""

    slope: float = 1.0
    start: float = 0.0

    def __call__(self, points: NDArray[np.floating]) -> Vector:
        return probability(self.slope * np.asarray(points, dtype=np.float64) + self.start)


@dataclass(frozen=True, slots=True)
class Calibration:
    """One scale for the best candidate of each record, one for the others."""

    best: Platt = Platt()
    others: Platt = Platt()

    def __call__(self, points: NDArray[np.floating], best: Mask) -> Vector:
        return np.where(best, self.best(points), self.others(points))


def best_of_each(points: NDArray[np.floating], source: Rows) -> Mask:
    """Marks the pair with the most points of each source row."""
    order = np.lexsort((-np.asarray(points), source))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = source[order][1:] != source[order][:-1]
    marked = np.zeros(len(order), dtype=np.bool_)
    marked[order[first]] = True
    return marked


def calibrate(
    model: Model, field: Field, labels: NDArray[np.float64], *, refused: Mask, judged: Rows
) -> Calibration:
    """Fits both scales on what each round of decisions looked like to a model taught by the rounds before.

    `labels` is 1, 0 or nan for each pair; `refused` marks those that were judged not to match themselves;
    `judged` names the source rows in the order they were judged. Few confirmations leave the scales near (1, 0).
    """
    known = ~np.isnan(labels)
    points = np.full(len(labels), np.nan)
    best = np.zeros(len(labels), dtype=np.bool_)
    seen = np.zeros(len(labels), dtype=np.bool_)
    for rows in np.array_split(judged, _ROUNDS):
        current = known & np.isin(field.pairs.source, rows)
        found = score(learn(model, field, np.where(seen, labels, np.nan)), field).points
        points[current] = found[current]
        best[current] = best_of_each(found, field.pairs.source)[current]
        seen |= current
    return Calibration(
        _platt(points, labels, known & best, firmness=_firmness(labels, known & best, refused)),
        _platt(points, labels, known & ~best, firmness=1.0),
    )


def _firmness(labels: NDArray[np.float64], best: Mask, refused: Mask) -> float:
    """How hard it is to move the scale of the best candidates.

    Where nobody ever refused a best candidate, the judged records are those that have a match, and how many
    have none cannot be learned from them.
    """
    turned_down = int((best & refused & (labels == 0)).sum())
    return 1.0 if turned_down >= _REFUSALS else _ONE_SIDED


def _platt(points: Vector, labels: NDArray[np.float64], use: Mask, *, firmness: float) -> Platt:
    values = np.column_stack([points[use], np.ones(int(use.sum()))])
    belief = Belief(
        mean=np.array([1.0, 0.0]),
        firmness=np.array([_SLOPE_FIRMNESS, _START_FIRMNESS]) * firmness,
        lowest=np.array([_FLATTEST, -np.inf]),
        highest=np.array([_STEEPEST, np.inf]),
    )
    slope, start = fit(values, labels[use], np.ones(len(values)), belief=belief)
    return Platt(float(slope), float(start))


def calibration_error(confidence: NDArray[np.floating], right: Mask, *, bins: int = 10) -> float:
    """Expected calibration error over equally wide bins of confidence."""
    places = np.minimum((np.asarray(confidence) * bins).astype(np.int64), bins - 1)
    total = 0.0
    for place in range(bins):
        inside = places == place
        if inside.any():
            gap = abs(float(np.mean(confidence[inside])) - float(np.mean(right[inside])))
            total += gap * int(inside.sum())
    return total / max(1, len(places))
