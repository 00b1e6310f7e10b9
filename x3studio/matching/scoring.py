"""Weighs candidate pairs with the prior model of their kind, and lets confirmations move that model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from x3studio.matching.candidates import Pairs
from x3studio.matching.features import competition
from x3studio.matching.learning import Belief, fit
from x3studio.matching.model import RIVALRY, Model, Vector

PROVEN_BONUS, CODE_BONUS = 20.0, 8.0
"""Log odds that an unambiguous exact join adds to the evidence: on a number with a check digit, on a code."""
_EVIDENCE_FIRMNESS, _MIX_FIRMNESS, _START_FIRMNESS = 6.0, 40.0, 0.5


@dataclass(frozen=True, slots=True)
class Field:
    """Everything that stays the same while the model learns: who may go with whom, and their design
    matrix.
    """

    pairs: Pairs
    sources: int
    targets: int
    design: Vector
    bonus: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scores:
    """Log odds of each pair (`points`), of its evidence alone, and the rivalry curves behind the
    difference.
    """

    evidence: Vector
    rivalry: Vector
    points: Vector


def score(model: Model, field: Field) -> Scores:
    """Weighs each pair, first alone and then against its rivals."""
    evidence = model.evidence(field.design) + field.bonus
    rivals = competition(evidence.astype(np.float32), field.pairs.source, field.pairs.target)
    rivalry = model.rivalry([evidence, *(rivals[name] for name in RIVALRY[1:])])
    # Curves are level at their ends; a trace of the evidence keeps pairs there in their order.
    return Scores(evidence, rivalry, rivalry @ model.mix + 1e-3 * evidence)


def learn(model: Model, field: Field, labels: NDArray[np.float64]) -> Model:
    """The model after confirmations; `labels` is 1 matched, 0 not, nan not judged, for each pair."""
    known = ~np.isnan(labels)
    if not known.any():
        return model
    truth = labels[known]
    weights = np.ones(len(truth))
    moved = model.learned(
        weights=fit(
            field.design[known],
            truth,
            weights,
            belief=_belief(model.weights, _EVIDENCE_FIRMNESS, lowest=-np.inf),
        )
    )
    rivalry = score(moved, field).rivalry[known]
    return moved.learned(
        mix=fit(rivalry, truth, weights, belief=_belief(model.mix, _MIX_FIRMNESS, lowest=0.0))
    )


def _belief(mean: Vector, firmness: float, *, lowest: float) -> Belief:
    """The shipped weights as held beforehand; the last one, the starting point, gives way most easily."""
    firm = np.full(len(mean), firmness)
    firm[-1] = _START_FIRMNESS
    low = np.full(len(mean), lowest)
    low[-1] = -np.inf
    return Belief(mean, firm, low, np.full(len(mean), np.inf))
