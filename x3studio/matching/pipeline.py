"""From two tables to suggestions: candidates, features, points, probabilities, bands, reasons.

Runs in whatever thread calls it, touches nothing but its arguments, and can be cancelled between steps.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from x3studio.matching import bands, calibration, exact, features, reasons
from x3studio.matching.assignment import one_to_one as assign
from x3studio.matching.candidates import Pairs, blend, retrieve
from x3studio.matching.model import Model
from x3studio.matching.priors import prior
from x3studio.matching.records import CustomerSide, ItemSide, prepare
from x3studio.matching.roles import Role, guess_roles
from x3studio.matching.scoring import EXACT_BONUS, Field, Scores, learn, score
from x3studio.matching.values import Band, Cancelled, Judged, Kind, State, Suggestions, Table
from x3studio.matching.vectors import Rows

Progress = Callable[[float, str], None]
"""Called with the share done (0..1) and what is being done."""

_RETRIEVED = 20
_SHORTLIST_LARGE = 8
_LARGE_PAIRS = 400_000
_ASSIGNED_AT = 0.2


class _Weights(NamedTuple):
    """How much each vector space counts in the search for candidates."""

    words: float
    spelling: float
    everything: float


_WEIGHTS = {Kind.ITEMS: _Weights(1.0, 1.0, 1.0), Kind.CUSTOMERS: _Weights(0.5, 2.0, 1.0)}


def match(
    source: Table,
    target: Table,
    *,
    kind: Kind = Kind.ITEMS,
    source_roles: Mapping[str, Role] | None = None,
    target_roles: Mapping[str, Role] | None = None,
    decisions: Judged = Judged(),  # noqa: B008 - frozen and empty
    top: int = 5,
    one_to_one: bool = False,
    progress: Progress = lambda share, doing: None,
    cancelled: Callable[[], bool] = lambda: False,
    model: Model | None = None,
    threads: int = 0,
) -> Suggestions:
    """Suggests for each row of `source` up to `top` rows of `target`; raises Cancelled when asked to stop.

    `decisions` teach the ranking; from 200 judged pairs on they also calibrate the confidence.
    """
    steps = _Steps(progress, cancelled)
    found = candidate_columns(
        source,
        target,
        kind=kind,
        source_roles=source_roles,
        target_roles=target_roles,
        step=steps,
        threads=threads or (os.cpu_count() or 1),
    )
    steps(0.8, "weighing")
    compared = _weigh(found, model or prior(kind))
    decided = _Decided.of(decisions, compared.source_ids, compared.target_ids)
    return _suggest(compared, decided, top=top, one_to_one=one_to_one, steps=steps)


@dataclass(frozen=True, slots=True)
class _Steps:
    progress: Progress
    cancelled: Callable[[], bool]

    def __call__(self, share: float, doing: str) -> None:
        if self.cancelled():
            raise Cancelled
        self.progress(share, doing)


@dataclass(frozen=True, slots=True)
class _Compared:
    """Everything known of the pairs before a decision is looked at."""

    source_ids: list[str]
    target_ids: list[str]
    model: Model
    field: Field
    conflicts: bands.Marks
    exact: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class CandidateColumns:
    """The candidate pairs of two sides with every feature, before any model has weighed them."""

    source: ItemSide | CustomerSide
    target: ItemSide | CustomerSide
    pairs: Pairs
    joins: exact.Joins
    columns: features.Columns


def candidate_columns(
    source: Table,
    target: Table,
    *,
    kind: Kind,
    source_roles: Mapping[str, Role] | None = None,
    target_roles: Mapping[str, Role] | None = None,
    step: Progress = lambda share, doing: None,
    threads: int = 1,
) -> CandidateColumns:
    """Reads both tables, finds the candidates of each source row and compares them."""
    step(0.0, "reading columns")
    left = prepare(source, source_roles or guess_roles(source), kind=kind)
    step(0.1, "reading columns")
    right = prepare(target, target_roles or guess_roles(target), kind=kind)
    step(0.2, "weighing words")
    spaces = features.build_spaces(left, right)
    weights = _WEIGHTS[kind]
    parts = [(spaces.titles, weights.words), (spaces.grams, weights.spelling)]
    pairs = retrieve(
        *blend([*parts, (spaces.everything, weights.everything)]),
        keep=_RETRIEVED,
        threads=threads,
        step=lambda share: step(0.35 + 0.25 * share, "finding candidates"),
    )
    joins = exact.join(left, right)
    pairs = exact.add_joins(_shortlist(pairs), joins.source, joins.target, targets=len(right))
    step(0.6, "comparing")
    columns = features.compare(left, right, spaces, pairs, threads=threads)
    return CandidateColumns(left, right, pairs, joins, columns)


def _weigh(found: CandidateColumns, model: Model) -> _Compared:
    left, right, pairs, joins = found.source, found.target, found.pairs, found.joins
    keys = exact.marks(pairs, joins, targets=len(right))
    conflicts = bands.find_conflicts(
        found.columns,
        ean_faults=left.ean_faults[pairs.source] | right.ean_faults[pairs.target],
        ean_shared=joins.shared_source[pairs.source] | joins.shared_target[pairs.target],
    )
    field = Field(
        pairs=pairs,
        sources=len(left),
        targets=len(right),
        design=model.design(model.table(found.columns)),
        bonus=np.where(keys != "", EXACT_BONUS, 0.0).astype(np.float32),
    )
    return _Compared(left.ids, right.ids, model, field, conflicts, keys)


def _shortlist(pairs: Pairs) -> Pairs:
    """All pairs of a small match; of a large one only those worth the dearer features."""
    if len(pairs) <= _LARGE_PAIRS:
        return pairs
    starts = np.searchsorted(pairs.source, pairs.source)
    kept = np.arange(len(pairs)) - starts < _SHORTLIST_LARGE
    return Pairs(pairs.source[kept], pairs.target[kept], pairs.score[kept])


@dataclass(frozen=True, slots=True)
class _Decided:
    """Decisions by row: pairs (source, target) in the order they were judged; unknown keys are left out."""

    source: Rows
    target: Rows
    matched: NDArray[np.bool_]
    unknown: int

    @classmethod
    def of(cls, decisions: Judged, source_ids: list[str], target_ids: list[str]) -> "_Decided":
        rows = {key: row for row, key in enumerate(source_ids)}
        columns = {key: row for row, key in enumerate(target_ids)}
        last: dict[tuple[int, int], bool] = {}
        unknown = 0
        for one, other, matched in zip(
            decisions.source_ids, decisions.target_ids, decisions.matched, strict=True
        ):
            if one in rows and other in columns:
                last.pop((rows[one], columns[other]), None)
                last[rows[one], columns[other]] = bool(matched)
            else:
                unknown += 1
        pairs = np.array(list(last), dtype=np.int64).reshape(-1, 2)
        return cls(pairs[:, 0], pairs[:, 1], np.array(list(last.values()), dtype=np.bool_), unknown)

    def labels(self, pairs: Pairs, *, targets: int) -> NDArray[np.float64]:
        """1, 0 or nan for each pair; the rivals of a matched pair count as judged not to match."""
        found = np.full(len(pairs), np.nan)
        found[np.isin(pairs.source, self.source[self.matched])] = 0.0
        keys = pairs.source * targets + pairs.target
        for matched in (False, True):
            wanted = self.matched == matched
            found[np.isin(keys, (self.source * targets + self.target)[wanted])] = float(matched)
        return found


def _suggest(
    compared: _Compared, decided: _Decided, *, top: int, one_to_one: bool, steps: _Steps
) -> Suggestions:
    field = compared.field
    labels = decided.labels(field.pairs, targets=field.targets)
    enough = len(decided.source) >= calibration.ENOUGH_PAIRS
    scale = calibration.AS_SHIPPED
    if enough:
        rounds = calibration.rounds_of(_in_order(decided.source), labels, field.pairs.source)
        early = calibration.prequential_points(compared.model, field, labels, rounds)
        scale = calibration.calibrate(early, labels)
    model = learn(compared.model, field, labels)
    steps(0.9, "choosing")
    scores = score(model, field)
    chances = scale(scores.points)
    verdict = _Verdict(scores, chances, labels, decided, enough)
    chosen, ranks = _choose(field.pairs, verdict, top=top, one_to_one=one_to_one)
    return _columns(compared, model, verdict, chosen, ranks)


@dataclass(frozen=True, slots=True)
class _Verdict:
    scores: Scores
    chances: NDArray[np.float64]
    labels: NDArray[np.float64]
    decided: _Decided
    calibrated: bool


def _in_order(rows: Rows) -> Rows:
    """Each row once, in the order of its first appearance."""
    return np.array(list(dict.fromkeys(rows.tolist())), dtype=np.int64)


def _choose(pairs: Pairs, verdict: _Verdict, *, top: int, one_to_one: bool) -> tuple[Rows, Rows]:
    """Which pairs are suggested, and their ranks. Pairs judged not to match are not suggested again."""
    points = np.where(verdict.labels == 1, np.inf, verdict.scores.points)
    open_ = ~_refused(pairs, verdict)
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


def _refused(pairs: Pairs, verdict: _Verdict) -> NDArray[np.bool_]:
    """Judged not to match, or another candidate of a source that is matched already."""
    return np.asarray(verdict.labels == 0)


def _columns(
    compared: _Compared, model: Model, verdict: _Verdict, chosen: Rows, ranks: Rows
) -> Suggestions:
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
