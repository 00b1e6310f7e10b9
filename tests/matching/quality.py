"""How good suggestions are against known pairs: with no judgement, and with some for what was not judged."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.matching.labelled_sets import LabelledSet
from x3studio.matching import Comparison, Judged, Suggestions, compare, suggest
from x3studio.matching.calibration import calibration_error
from x3studio.matching.model import Model

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares 0..1: top-1 and recall@5 over the records that have a match, F1 of the one-to-one assignment.

    `error` is the expected calibration error of first candidates, nan while uncalibrated.
    """

    top1: float
    recall5: float
    f1: float
    error: float


class Measured:
    """One labelled set, looked up once and then asked with different judgements."""

    def __init__(self, labelled: LabelledSet, *, model: Model | None = None) -> None:
        self._ids = labelled.source.ids
        self._targets = labelled.target.ids
        rows = {key: row for row, key in enumerate(self._ids)}
        columns = {key: row for row, key in enumerate(self._targets)}
        self._gold: dict[int, set[int]] = {}
        for one, other in labelled.gold:
            self._gold.setdefault(rows[one], set()).add(columns[other])
        self.comparison: Comparison = compare(
            labelled.source, labelled.target, kind=labelled.kind, model=model
        )

    def quality(self, *, judged: int = 0, seed: int = 0) -> Quality:
        """With `judged` pairs said by a person who meets records in random order; measured on all others."""
        decisions, seen = self._judgements(judged, seed)
        found = suggest(self.comparison, decisions=decisions, top=5)
        rest = np.setdiff1d(np.arange(len(self._ids)), seen)
        matchable = [row for row in rest.tolist() if row in self._gold]
        right = self._right(found)
        first = (found.rank == 1) & np.isin(found.source, rest)
        reached = np.unique(found.source[right & np.isin(found.source, matchable)])
        error = calibration_error(found.confidence[first], right[first]) if found.calibrated else float("nan")
        return Quality(
            top1=float(right[first].sum()) / len(matchable),
            recall5=len(reached) / len(matchable),
            f1=self._f1(suggest(self.comparison, decisions=decisions, one_to_one=True), rest, seed),
            error=error,
        )

    def average(self, *, judged: int, seeds: Sequence[int]) -> Quality:
        """The mean over several random orders of judgement."""
        taken = [self.quality(judged=judged, seed=seed) for seed in seeds]
        means = np.mean([(each.top1, each.recall5, each.f1, each.error) for each in taken], axis=0)
        return Quality(*means.tolist())

    def _judgements(self, count: int, seed: int) -> tuple[Judged, Rows]:
        if not count:
            return Judged(), np.zeros(0, dtype=np.int64)
        shown = suggest(self.comparison, top=1)
        top = dict(zip(shown.source.tolist(), shown.target.tolist(), strict=True))
        order = list(range(len(self._ids)))
        random.Random(seed).shuffle(order)
        pairs: list[tuple[str, str, bool]] = []
        seen: list[int] = []
        for row in order:
            if len(pairs) == count:
                break
            seen.append(row)
            gold = self._gold.get(row, set())
            if gold:
                target = top[row] if top.get(row) in gold else min(gold)
                pairs.append((self._ids[row], self._targets[target], True))
            elif row in top:
                pairs.append((self._ids[row], self._targets[top[row]], False))
        columns = [list(column) for column in zip(*pairs, strict=True)]
        return Judged(*columns), np.array(seen, dtype=np.int64)

    def _right(self, found: Suggestions) -> NDArray[np.bool_]:
        pairs = zip(found.source.tolist(), found.target.tolist(), strict=True)
        return np.array([target in self._gold.get(row, ()) for row, target in pairs], dtype=np.bool_)

    def _f1(self, found: Suggestions, rest: Rows, seed: int) -> float:
        """The threshold is tuned on one half of the records and measured on the other, both ways."""
        right, dice = self._right(found), np.random.default_rng(seed)
        taken = []
        for _ in range(5):
            shuffled = dice.permutation(rest)
            halves = np.array_split(shuffled, 2)
            for tuned, measured in (halves, halves[::-1]):
                least = _best_threshold(*self._part(found, right, tuned))
                chances, hits, total = self._part(found, right, measured)
                kept = chances >= least
                taken.append(2 * float(hits[kept].sum()) / max(1, int(kept.sum()) + total))
        return float(np.mean(taken))

    def _part(
        self, found: Suggestions, right: NDArray[np.bool_], rows: Rows
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_], int]:
        inside = np.isin(found.source, rows)
        return found.chance[inside], right[inside], sum(row in self._gold for row in rows.tolist())


def _best_threshold(chances: NDArray[np.float64], hits: NDArray[np.bool_], total: int) -> float:
    if not len(chances):
        return 0.5
    order = np.argsort(-chances)
    f1 = 2 * np.cumsum(hits[order]) / (np.arange(1, len(order) + 1) + total)
    return float(chances[order][np.argmax(f1)])
