"""The quick part of a match: learns from decisions, ranks, calibrates, assigns and explains."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from x3studio.matching import bands, calibration, reasons
from x3studio.matching.assignment import one_to_one as assign
from x3studio.matching.candidates import Pairs
from x3studio.matching.comparison import Comparison
from x3studio.matching.decided import Decided
from x3studio.matching.model import Model
from x3studio.matching.scoring import Scores, learn, score
from x3studio.matching.values import Band, Cancelled, Judged, State, Suggestions
from x3studio.matching.vectors import Rows

_ASSIGNED_AT = 0.2


def suggest(
    compared: Comparison,
    *,
    decisions: Judged = Judged(),  # noqa: B008 - frozen and empty
    top: int = 5,
    one_to_one: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Suggestions:
    """Learns from `decisions`, ranks and explains; cheap enough to be repeated after a batch of decisions."""
    field = compared.field
    decided = Decided.of(decisions, compared.source_ids, compared.target_ids)
    labels = decided.labels(field.pairs, targets=field.targets)
    enough = len(decided.source) >= calibration.ENOUGH_PAIRS
    scale = calibration.Calibration()
    if enough:
        scale = calibration.calibrate(
            compared.model,
            field,
            labels,
            refused=decided.refused(field.pairs, targets=field.targets),
            judged=_in_order(decided.source),
        )
    if cancelled():
        raise Cancelled
    model = learn(compared.model, field, labels)
    scores = score(model, field)
    best = calibration.best_of_each(np.where(labels == 0, -np.inf, scores.points), field.pairs.source)
    verdict = _Verdict(scores, scale(scores.points, best), labels, decided, enough)
    chosen, ranks = _choose(field.pairs, verdict, top=top, one_to_one=one_to_one)
    return _columns(compared, model, verdict, chosen, ranks)


@dataclass(frozen=True, slots=True)
class _Verdict:
    scores: Scores
    chances: NDArray[np.float64]
    labels: NDArray[np.float64]
    decided: Decided
    calibrated: bool


def _in_order(rows: Rows) -> Rows:
    """Each row once, in the order of its first appearance."""
    return np.array(list(dict.fromkeys(rows.tolist())), dtype=np.int64)


def _choose(pairs: Pairs, verdict: _Verdict, *, top: int, one_to_one: bool) -> tuple[Rows, Rows]:
    """Which pairs are suggested, and their ranks. Pairs judged not to match are not suggested again."""
    points = np.where(verdict.labels == 1, np.inf, verdict.scores.points)
    # Judged not to match, or another candidate of a source that is matched already.
    open_ = verdict.labels != 0
    if one_to_one:
        open_ &= (verdict.chances >= _ASSIGNED_AT) | (verdict.labels == 1)
        places = np.flatnonzero(open_)
        picked = places[assign(pairs.source[places], pairs.target[places], points[places])]
        picked = picked[np.argsort(pairs.source[picked], kind="stable")]
        return picked, np.ones(len(picked), dtype=np.int64)
    places = np.flatnonzero(open_)
    order = places[np.lexsort((-points[places], pairs.source[places]))]
    starts = np.searchsorted(pairs.source[order], pairs.source[order])
    ranks = np.arange(len(order)) - starts + 1
    return order[ranks <= top], ranks[ranks <= top]


def _columns(compared: Comparison, model: Model, verdict: _Verdict, chosen: Rows, ranks: Rows) -> Suggestions:
    field = compared.field
    words, points = reasons.contributions(model, field, verdict.scores, chosen)
    conflicts = {conflict: marks[chosen] for conflict, marks in compared.conflicts.items()}
    keys = compared.exact[chosen]
    matched = verdict.labels[chosen] == 1
    chances = np.where(matched, 1.0, verdict.chances[chosen])
    found = bands.choose_bands(chances, exact=keys != "", conflicts=conflicts, calibrated=verdict.calibrated)
    found[matched] = Band.CERTAIN
    state = np.full(field.sources, int(State.NO_CANDIDATE), dtype=np.int64)
    state[field.pairs.source[chosen]] = State.CANDIDATES
    state[verdict.decided.source[verdict.decided.matched]] = State.DECIDED
    return Suggestions(
        source_ids=compared.source_ids,
        target_ids=compared.target_ids,
        source=field.pairs.source[chosen],
        target=field.pairs.target[chosen],
        rank=ranks,
        confidence=chances if verdict.calibrated else np.full(len(chosen), np.nan),
        band=found,
        words=words,
        points=points,
        conflicts=conflicts,
        exact=np.where(matched, "judged a match", keys),
        state=state,
        calibrated=verdict.calibrated,
        judged=len(verdict.decided.source),
        unknown_decisions=verdict.decided.unknown,
        model=model.name,
    )
