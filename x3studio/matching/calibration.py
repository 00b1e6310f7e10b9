"""Turns points into probabilities that hold: of a hundred suggestions at 0.9, ninety are right.

The scores that calibrate are prequential: each judged pair is scored by a model that had not seen it yet. The
best candidate of a record and the runners-up are calibrated apart, for the same points mean less at the top:
there they were chosen for being the highest. So are exact joins, for how far a key can be trusted differs
from one company's data to the next.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from x3studio.matching.learning import Belief, Vector, fit, probability
from x3studio.matching.model import Model
from x3studio.matching.scoring import Field, learn, score
from x3studio.matching.vectors import Rows

ENOUGH_PAIRS = 200
ROUNDS, ROUNDS_MANY = 5, 10
MOST_TAUGHT = 600
"""So many of the latest judged records teach: a long session must not make the next answer slower."""
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
    """One scale for the best candidate of each record, one where an exact join found it, one for the
    others.
    """

    best: Platt = Platt()
    joined: Platt = Platt()
    others: Platt = Platt()

    def __call__(self, points: NDArray[np.floating], best: Mask, joined: Mask) -> Vector:
        first = np.where(joined, self.joined(points), self.best(points))
        return np.where(best, first, self.others(points))


def best_of_each(points: NDArray[np.floating], source: Rows) -> Mask:
    """Marks the pair with the most points of each source row."""
    order = np.lexsort((-np.asarray(points), source))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = source[order][1:] != source[order][:-1]
    marked = np.zeros(len(order), dtype=np.bool_)
    marked[order[first]] = True
    return marked


@dataclass(frozen=True, slots=True)
class Trial:
    """What the judged pairs looked like before they were judged: log odds by pair, nan where not tried.

    `shown` marks of each judged source the candidate that a person saw first.
    """

    points: NDArray[np.float64]
    shown: Mask


def try_out(
    model: Model, field: Field, labels: NDArray[np.float64], *, refused: Mask, judged: Rows, rounds: int
) -> Trial:
    """Scores each round of decisions with a model that was taught by the rounds before.

    `labels` is 1, 0 or nan for each pair; `refused` marks those that were judged not to match themselves;
    `judged` names the source rows in the order they were judged.
    """
    known = ~np.isnan(labels)
    points = np.full(len(labels), np.nan)
    shown = np.zeros(len(labels), dtype=np.bool_)
    before = np.zeros(0, dtype=np.int64)
    for rows in np.array_split(judged, rounds):
        current = known & np.isin(field.pairs.source, rows)
        seen = np.isin(field.pairs.source, before[-MOST_TAUGHT:])
        found = score(learn(model, field, np.where(seen, labels, np.nan)), field).points
        points[current] = found[current]
        # Where a record was refused without another being named, what was refused is what was seen.
        open_ = np.where(current & (refused | _has(labels == 1, field.pairs.source)), found, -np.inf)
        shown |= best_of_each(open_, field.pairs.source) & np.isfinite(open_)
        before = np.concatenate([before, rows])
    return Trial(points, shown)


def _has(marked: Mask, source: Rows) -> Mask:
    """Marks every pair of the sources that have a marked pair."""
    return np.isin(source, source[marked])


def calibrate(trial: Trial, labels: NDArray[np.float64], *, refused: Mask, joined: Mask) -> Calibration:
    """Fits the scales on a trial, `joined` marks exact joins. Few confirmations leave the scales near
    (1, 0).
    """
    known = ~np.isnan(trial.points)
    best = known & trial.shown & ~joined
    return Calibration(
        _platt(trial.points, labels, best, firmness=_firmness(labels, best, refused)),
        _platt(trial.points, labels, known & trial.shown & joined, firmness=1.0),
        _platt(trial.points, labels, known & ~trial.shown, firmness=1.0),
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
