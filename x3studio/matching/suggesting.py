"""The quick part of a match: learns from decisions, ranks, calibrates, assigns and explains."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from x3studio.domain.workbench import Confidence
from x3studio.matching import bands, calibration, reasons
from x3studio.matching.assignment import one_to_one as assign
from x3studio.matching.candidates import Pairs
from x3studio.matching.certifying import certify
from x3studio.matching.comparison import Comparison
from x3studio.matching.decided import Decided
from x3studio.matching.model import Model
from x3studio.matching.reliability import History, bins
from x3studio.matching.scoring import Scores, learn, score
from x3studio.matching.suggestions import Suggestions
from x3studio.matching.values import Cancelled, Judged, State
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
    judged = _in_order(decided.source)
    calibrated = len(decided.source) >= calibration.ENOUGH_PAIRS
    scale, history = calibration.Calibration(), History.none()
    if len(judged):
        scale, history = _past(compared, labels, decided, judged, calibrated=calibrated)
    if cancelled():
        raise Cancelled
    taught = np.where(np.isin(field.pairs.source, judged[-calibration.MOST_TAUGHT :]), labels, np.nan)
    model = learn(compared.model, field, taught)
    scores = score(model, field)
    best = calibration.best_of_each(np.where(labels == 0, -np.inf, scores.points), field.pairs.source)
    verdict = _Verdict(scores, scale, best, compared.exact != "", labels, decided, history, calibrated)
    chosen, ranks = _choose(field.pairs, verdict, top=top, one_to_one=one_to_one)
    if cancelled():
        raise Cancelled
    return _columns(compared, model, verdict, chosen, ranks)


@dataclass(frozen=True, slots=True)
class _Verdict:
    scores: Scores
    scale: calibration.Calibration
    best: NDArray[np.bool_]
    joined: NDArray[np.bool_]
    labels: NDArray[np.float64]
    decided: Decided
    history: History
    calibrated: bool

    def chances(self, points: NDArray[np.float64], places: Rows) -> NDArray[np.float64]:
        """The probability of pairs at `places` if they had these points; what was judged a match is sure."""
        worked = self.scale(points, self.best[places], self.joined[places])
        return np.where(self.labels[places] == 1, 1.0, worked)


def _past(
    compared: Comparison, labels: NDArray[np.float64], decided: Decided, judged: Rows, *, calibrated: bool
) -> tuple[calibration.Calibration, History]:
    """The scales that the decisions calibrate (only when they are enough), and how the first candidates
    fared.
    """
    field = compared.field
    refused = decided.refused(field.pairs, targets=field.targets)
    rounds = calibration.ROUNDS if len(judged) < 5 * calibration.MOST_TAUGHT else calibration.ROUNDS_MANY
    trial = calibration.try_out(
        compared.model, field, labels, refused=refused, judged=judged, rounds=min(rounds, len(judged))
    )
    scale = calibration.Calibration()
    if calibrated:
        scale = calibration.calibrate(trial, labels, refused=refused, joined=compared.exact != "")
    shown = np.flatnonzero(trial.shown)
    joined = compared.exact[shown] != ""
    chances = scale(trial.points[shown], np.ones(len(shown), dtype=np.bool_), joined)
    found = bands.choose_bands(
        chances,
        exact=joined,
        conflicts={conflict: marks[shown] for conflict, marks in compared.conflicts.items()},
        calibrated=calibrated,
    )
    return scale, History(chances, labels[shown] == 1, found == Confidence.CERTAIN)


def _in_order(rows: Rows) -> Rows:
    """Each row once, in the order of its first appearance."""
    return np.array(list(dict.fromkeys(rows.tolist())), dtype=np.int64)


def _choose(pairs: Pairs, verdict: _Verdict, *, top: int, one_to_one: bool) -> tuple[Rows, Rows]:
    """Which pairs are suggested, and their ranks. Pairs judged not to match are not suggested again."""
    points = np.where(verdict.labels == 1, np.inf, verdict.scores.points)
    # Judged not to match, or another candidate of a source that is matched already.
    open_ = verdict.labels != 0
    if one_to_one:
        every = np.arange(len(pairs.source))
        open_ &= verdict.chances(verdict.scores.points, every) >= _ASSIGNED_AT
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
    field, scores = compared.field, verdict.scores
    chances = verdict.chances(scores.points[chosen], chosen)
    words, points = reasons.contributions(
        model,
        field,
        scores,
        chosen,
        chances=(lambda found: verdict.chances(found, chosen)) if verdict.calibrated else None,
    )
    conflicts = {conflict: marks[chosen] for conflict, marks in compared.conflicts.items()}
    keys = compared.exact[chosen]
    matched = verdict.labels[chosen] == 1
    found = bands.choose_bands(chances, exact=keys != "", conflicts=conflicts, calibrated=verdict.calibrated)
    found[matched] = Confidence.CERTAIN
    certain = verdict.history.certain
    certificate = certify(int(certain.sum()), int((certain & ~verdict.history.right).sum()))
    return Suggestions(
        source_ids=compared.source_ids,
        target_ids=compared.target_ids,
        source=field.pairs.source[chosen],
        target=field.pairs.target[chosen],
        rank=ranks,
        confidence=chances if verdict.calibrated else np.full(len(chosen), np.nan),
        chance=chances,
        band=found,
        words=words,
        points=points,
        conflicts=conflicts,
        exact=np.where(matched, "judged a match", keys),
        state=_states(compared, verdict.decided, chosen),
        auto=_auto(found, ranks, conflicts) & ~matched & certificate.open,
        calibrated=verdict.calibrated,
        judged=len(verdict.decided.source),
        unknown_decisions=verdict.decided.unknown,
        model=model.name,
        reliability=bins(verdict.history),
        certificate=certificate,
    )


def _states(compared: Comparison, decided: Decided, chosen: Rows) -> NDArray[np.int64]:
    """What became of each source row; one that says nothing to search by was not looked up."""
    state = np.where(compared.said, int(State.NO_CANDIDATE), int(State.NOT_LOOKED_UP))
    state[compared.field.pairs.source[chosen]] = State.CANDIDATES
    state[decided.source[decided.matched]] = State.DECIDED
    return state


def _auto(found: NDArray[np.int64], ranks: Rows, conflicts: bands.Marks) -> NDArray[np.bool_]:
    """What the automatic lane would take: certain first candidates without any conflict."""
    clean: NDArray[np.bool_] = (found == Confidence.CERTAIN) & (ranks == 1)
    for marks in conflicts.values():
        clean &= ~marks
    return clean
