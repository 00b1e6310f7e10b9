"""Makes the shipped models: python -m tests.benchmarks.train_prior [--leave-out SET] [--out FOLDER].

Learns from the public labelled sets (X3STUDIO_FOREIGN_DATA) and from invented worlds. The models hold weights
only, no record of any set. With --leave-out a set is not learned from, so that it can be measured on.
"""

import argparse
import itertools
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.matching.invented import catalogue, companies
from tests.matching.labelled_sets import KINDS, LabelledSet, load_set
from x3studio.matching.comparison import candidate_columns
from x3studio.matching.features import competition
from x3studio.matching.learning import Belief, fit
from x3studio.matching.model import LEAD_LIMIT, RIVALRY, Curve, Model, Vector
from x3studio.matching.values import Kind

_WORLDS = 24
_WORLD_WEIGHT = {Kind.ITEMS: 0.04, Kind.CUSTOMERS: 0.2}
_FALLING = frozenset(
    {
        "source numbers missing",
        "target numbers missing",
        "price",
        "count differs",
        "size differs",
        "colour differs",
    }
)
_EITHER_WAY = frozenset({"title length"})
_POSITIVES_EACH = 300.0
"""A set of weight 1 counts like this many matched pairs, whatever its size."""
_WEIGHT_FIRMNESS, _CURVE_FIRMNESS = 0.3, 0.3


@dataclass(frozen=True, slots=True)
class Lesson:
    """The candidate pairs of one set with their truth."""

    names: tuple[str, ...]
    values: NDArray[np.float32]
    truth: NDArray[np.bool_]
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    sources: int
    targets: int
    weight: float


def lesson(labelled: LabelledSet, *, weight: float) -> Lesson:
    """Works out candidates and features of a labelled set exactly as a match does."""
    compared = candidate_columns(labelled.source, labelled.target, kind=labelled.kind)
    rows = {key: row for row, key in enumerate(labelled.source.ids)}
    columns = {key: row for row, key in enumerate(labelled.target.ids)}
    gold = {(rows[one], columns[other]) for one, other in labelled.gold}
    pairs = compared.pairs
    truth = [pair in gold for pair in zip(pairs.source.tolist(), pairs.target.tolist(), strict=True)]
    names = tuple(compared.columns)
    return Lesson(
        names=names,
        values=np.column_stack([compared.columns[name] for name in names]).astype(np.float32),
        truth=np.array(truth, dtype=np.bool_),
        source=pairs.source,
        target=pairs.target,
        sources=len(rows),
        targets=len(columns),
        weight=weight,
    )


def lessons(kind: Kind, foreign: Path, *, leave_out: Sequence[str] = ()) -> list[Lesson]:
    """Every lesson of a kind: the labelled sets but those left out, and the invented worlds."""
    found = [
        lesson(load_set(foreign, name), weight=1.0)
        for name, of_kind in KINDS.items()
        if of_kind is kind and name not in leave_out
    ]
    invent = catalogue if kind is Kind.ITEMS else companies
    for seed in range(_WORLDS):
        world = invent(seed)
        labelled = LabelledSet(world.name, kind, world.source, world.target, world.gold)
        found.append(lesson(labelled, weight=_WORLD_WEIGHT[kind]))
    return found


def train(kind: Kind, taught: Sequence[Lesson]) -> Model:
    """Weights of the evidence first, then the curves of what it is worth next to its rivals."""
    names = taught[0].names
    values = np.vstack([each.values for each in taught])
    truth = np.concatenate([each.truth for each in taught]).astype(np.float64)
    weights = np.concatenate(
        [
            np.full(len(each.truth), each.weight * _POSITIVES_EACH / max(1, each.truth.sum()))
            for each in taught
        ]
    )
    present = ~np.isnan(values).all(axis=0)
    mean, scale = np.zeros(len(names)), np.ones(len(names))
    mean[present] = np.nanmean(values[:, present], axis=0)
    scale[present] = np.maximum(np.nanstd(values[:, present], axis=0), 1e-3)
    model = Model(
        f"{kind} 2", names, mean, scale, np.zeros(2 * len(names) + 1), (), np.ones(len(RIVALRY) + 1)
    )
    found = fit(model.design(values), truth, weights, belief=_evidence_belief(names))
    return _with_curves(model.learned(weights=found), taught, truth, weights)


def _evidence_belief(names: Sequence[str]) -> Belief:
    """Likeness never speaks against a match, and distance never for one."""
    count = 2 * len(names) + 1
    lowest, highest = np.full(count, -np.inf), np.full(count, np.inf)
    for place, name in enumerate(names):
        if name in _FALLING:
            highest[place] = 0.0
        elif name not in _EITHER_WAY:
            lowest[place] = 0.0
    firmness = np.full(count, _WEIGHT_FIRMNESS)
    firmness[-1] = 1e-6
    return Belief(np.zeros(count), firmness, lowest, highest)


def _with_curves(model: Model, taught: Sequence[Lesson], truth: Vector, weights: Vector) -> Model:
    rivalry = np.vstack([_rivalry(model, each) for each in taught])
    knots = [_knots(rivalry[:, place], truth) for place in range(len(RIVALRY))]
    ramps = [_ramps(rivalry[:, place], knots[place]) for place in range(len(RIVALRY))]
    table = np.hstack([*ramps, np.ones((len(rivalry), 1))])
    lowest, firmness = np.zeros(table.shape[1]), np.full(table.shape[1], _CURVE_FIRMNESS)
    lowest[-1], firmness[-1] = -np.inf, 1e-6
    belief = Belief(np.zeros(table.shape[1]), firmness, lowest, np.full(table.shape[1], np.inf))
    found = fit(table, truth, weights, belief=belief)
    ends = np.cumsum([0, *(ramp.shape[1] for ramp in ramps)])
    curves = tuple(
        Curve(knots[place], np.concatenate([[0.0], np.cumsum(found[ends[place] : ends[place + 1]])]))
        for place in range(len(RIVALRY))
    )
    mix = np.ones(len(RIVALRY) + 1)
    mix[-1] = found[-1]
    return Model(model.name, model.features, model.mean, model.scale, model.weights, curves, mix)


def _rivalry(model: Model, each: Lesson) -> Vector:
    evidence = model.evidence(model.design(each.values))
    rivals = competition(evidence.astype(np.float32), each.source, each.target)
    limited = [np.clip(rivals[name], -LEAD_LIMIT, LEAD_LIMIT) for name in RIVALRY[1:]]
    return np.column_stack([evidence, *limited])


def _knots(column: Vector, truth: Vector) -> Vector:
    """Where the curve may bend: quantiles of all pairs and of the matched ones, not too close together."""
    if len(np.unique(column)) <= 2:
        return np.array([0.0, 1.0])
    found = np.unique(
        np.concatenate(
            [np.quantile(column, np.linspace(0, 1, 7)), np.quantile(column[truth > 0], np.linspace(0, 1, 9))]
        ).round(4)
    )
    kept = [float(found[0])]
    for knot in found[1:]:
        if knot - kept[-1] > 0.05:
            kept.append(float(knot))
    return np.array(kept)


def _ramps(column: Vector, knots: Vector) -> Vector:
    parts = [np.clip((column - start) / (end - start), 0.0, 1.0) for start, end in itertools.pairwise(knots)]
    return np.column_stack(parts)


def main() -> None:
    """Trains and writes both models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leave-out", action="append", default=[], choices=list(KINDS))
    parser.add_argument("--out", type=Path, default=Path("resources/matching"))
    parsed = parser.parse_args()
    foreign = Path(os.environ["X3STUDIO_FOREIGN_DATA"])
    parsed.out.mkdir(parents=True, exist_ok=True)
    for kind in Kind:
        model = train(kind, lessons(kind, foreign, leave_out=parsed.leave_out))
        path = parsed.out / f"{kind}.json"
        path.write_text(json.dumps(model.to_json(), indent=1) + "\n", encoding="utf-8")
        print(f"{path}: {len(model.features)} features")


if __name__ == "__main__":
    main()
