"""Turns points into probabilities that hold: of a hundred suggestions at 0.9, ninety are right.

The scores that calibrate are prequential: each judged pair is scored by a model that had not seen it yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from x3studio.matching.learning import Belief, Vector, fit, probability
from x3studio.matching.model import Model
from x3studio.matching.scoring import Field, learn, score

ENOUGH_PAIRS = 200
_ROUNDS = 5
_SLOPE_FIRMNESS, _START_FIRMNESS = 10.0, 1.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling: probability = sigmoid(slope x points + start)."""

    slope: float
    start: float

    def __call__(self, points: NDArray[np.floating]) -> Vector:
        return probability(self.slope * np.asarray(points, dtype=np.float64) + self.start)


AS_SHIPPED = Calibration(1.0, 0.0)


def prequential_points(
    model: Model, field: Field, labels: NDArray[np.float64], rounds: Sequence[NDArray[np.bool_]]
) -> Vector:
    """Points of the judged pairs, each round scored by what the rounds before it taught; nan elsewhere."""
    points = np.full(len(labels), np.nan)
    seen = np.zeros(len(labels), dtype=np.bool_)
    for current in rounds:
        taught = learn(model, field, np.where(seen, labels, np.nan))
        points[current] = score(taught, field).points[current]
        seen |= current
    return points


def rounds_of(
    order: NDArray[np.int64], labels: NDArray[np.float64], sources: NDArray[np.int64]
) -> list[NDArray[np.bool_]]:
    """The judged pairs cut into consecutive rounds by the order in which their source rows were judged."""
    known = ~np.isnan(labels)
    cuts = np.array_split(order, _ROUNDS)
    return [known & np.isin(sources, cut) for cut in cuts if len(cut)]


def calibrate(points: Vector, labels: NDArray[np.float64]) -> Calibration:
    """Fits the two numbers on prequential points; few confirmations leave them near (1, 0)."""
    known = ~np.isnan(points) & ~np.isnan(labels)
    values = np.column_stack([points[known], np.ones(int(known.sum()))])
    belief = Belief(
        mean=np.array([1.0, 0.0]),
        firmness=np.array([_SLOPE_FIRMNESS, _START_FIRMNESS]),
        lowest=np.array([0.05, -np.inf]),
        highest=np.array([5.0, np.inf]),
    )
    slope, start = fit(values, labels[known], np.ones(len(values)), belief=belief)
    return Calibration(float(slope), float(start))


def calibration_error(confidence: NDArray[np.floating], right: NDArray[np.bool_], *, bins: int = 10) -> float:
    """Expected calibration error over equally wide bins of confidence."""
    places = np.minimum((np.asarray(confidence) * bins).astype(np.int64), bins - 1)
    total = 0.0
    for place in range(bins):
        inside = places == place
        if inside.any():
            total += abs(float(np.mean(confidence[inside])) - float(np.mean(right[inside]))) * int(
                inside.sum()
            )
    return total / max(1, len(places))
