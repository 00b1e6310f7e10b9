"""Explains a suggestion by what sets it apart from the usual one, in points that add up to its total."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from x3studio.matching.model import Model, Vector
from x3studio.matching.scoring import Field, Scores
from x3studio.matching.values import Conflict

EXACT, RIVAL_TARGETS, RIVAL_SOURCES, START = "exact join", "other candidates", "other claims", "start"
POINTS_EACH = 10.0
"""Points of one unit of log odds, where there is no percentage."""
_SHOWN = 5
_NO_WAY = 0.05
_GROUPS = {
    "title": (
        "spelling",
        "all words",
        "source title covered",
        "target title covered",
        "word set",
        "word order",
        "title length",
        "first word",
    ),
    "name": ("name beginning", "name letters", "name equal"),
    "part number": ("part numbers shared", "part numbers covered", "part number near", "code columns"),
    "numbers": ("numbers", "source numbers missing", "target numbers missing"),
    "pack": ("count differs", "count agrees"),
    "size": ("size differs", "size agrees"),
    "colour": ("colour differs", "colour agrees"),
    "address": ("street", "house number", "city", "postcode"),
}
_GROUP_OF = {feature: group for group, features in _GROUPS.items() for feature in features}


def contributions(
    model: Model,
    field: Field,
    scores: Scores,
    chosen: NDArray[np.int64],
    *,
    chances: Callable[[Vector], Vector] | None,
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Words, and whole points of each chosen pair by word (pairs, words), the start last.

    Points are measured from the average of all chosen pairs. `chances` turns the log odds of the chosen
    pairs into what is shown; then the points add up to that percentage, else to tenths of log odds.
    """
    words, steps, level = _steps(model, field, scores, chosen)
    start = np.full(len(chosen), level)
    total = scores.points[chosen]
    if chances is None:
        return (*words, START), _whole(steps * POINTS_EACH, start * POINTS_EACH, total * POINTS_EACH)
    start, way, total = chances(start), total - start, chances(total)
    # One scale for all steps of a pair keeps their proportions.
    scale = np.clip(np.where(np.abs(way) > _NO_WAY, (total - start) / _apart(way), 0.0), 0.0, None)
    return (*words, START), _whole(steps * (100.0 * scale[:, None]), 100.0 * start, 100.0 * total)


def _steps(
    model: Model, field: Field, scores: Scores, chosen: NDArray[np.int64]
) -> tuple[tuple[str, ...], NDArray[np.float64], float]:
    """What sets each pair apart from the average, in log odds by group; and the log odds of the average."""
    names = [_GROUP_OF.get(feature, feature) for feature in model.features]
    words = tuple(dict.fromkeys(names))
    parts = np.zeros((len(chosen), len(words) + 1))
    for place, column in enumerate(model.parts(field.design[chosen]).T):
        parts[:, words.index(names[place])] += column
    parts[:, -1] = field.bonus[chosen]
    rivalry = scores.rivalry[chosen] * model.mix
    if not len(chosen):
        return (*words, EXACT, RIVAL_TARGETS, RIVAL_SOURCES), np.zeros((0, len(words) + 3)), 0.0
    apart = parts - parts.mean(axis=0)
    evidence = scores.evidence[chosen]
    # The curve of evidence bends: its steps are stretched so that together they go the way the curve goes.
    usual = float(model.curves[0](np.array([evidence.mean()]))[0] * model.mix[0])
    gone = apart.sum(axis=1)
    stretch = np.where(np.abs(gone) > _NO_WAY, (rivalry[:, 0] - usual) / _apart(gone), 1.0)
    rivals = np.column_stack([rivalry[:, 1], rivalry[:, 2] + rivalry[:, 3]])
    level = usual + float(rivals.mean(axis=0).sum() + rivalry[0, -1])
    steps = np.column_stack([apart * stretch[:, None], rivals - rivals.mean(axis=0)])
    return (*words, EXACT, RIVAL_TARGETS, RIVAL_SOURCES), steps, level


def _apart(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.abs(values) > _NO_WAY, values, 1.0)


def _whole(
    parts: NDArray[np.float64], start: NDArray[np.float64], total: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Whole numbers whose rows add up to the rounded total; what rounding leaves over goes to the weightiest
    step.
    """
    table = np.rint(parts).astype(np.int64)
    begun = np.rint(start).astype(np.int64)
    left = np.rint(total).astype(np.int64) - begun - table.sum(axis=1)
    if len(table):
        table[np.arange(len(table)), np.argmax(np.abs(parts), axis=1)] += left
    return np.column_stack([table, begun])


def texts(
    words: Sequence[str],
    points: NDArray[np.int64],
    *,
    conflicts: Mapping[Conflict, NDArray[np.bool_]],
    exact: NDArray[np.str_],
    percent: bool,
) -> list[str]:
    """One line for each suggestion: conflicts, exact joins, start, the weightiest points, the rest, the
    total.
    """
    plain = points[:, :-1]
    order = np.argsort(-np.abs(plain), axis=1, kind="stable")[:, :_SHOWN]
    worth = np.take_along_axis(plain, order, axis=1)
    rest = plain.sum(axis=1) - worth.sum(axis=1)
    said: dict[tuple[int, int], str] = {}
    lines = _marked(conflicts, exact, len(points))
    mark = "%" if percent else ""
    rows = zip(order.tolist(), worth.tolist(), rest.tolist(), points[:, -1].tolist(), strict=True)
    for place, (which, much, left, start) in enumerate(rows):
        line = f"{lines[place]}start {start}; "
        for pair in zip(which, much, strict=True):
            if pair[1]:
                text = said.get(pair)
                if text is None:
                    text = said[pair] = f"{words[pair[0]]} {pair[1]:+d}; "
                line += text
        other = f"rest {left:+d}; " if left else ""
        lines[place] = f"{line}{other}total {start + left + sum(much)}{mark}"
    return lines


def _marked(
    conflicts: Mapping[Conflict, NDArray[np.bool_]], exact: NDArray[np.str_], count: int
) -> list[str]:
    found = [f"{key}; " if key else "" for key in exact.tolist()]
    for conflict, marks in conflicts.items():
        for place in np.flatnonzero(marks).tolist():
            found[place] = f"conflict {conflict}; {found[place]}"
    return found if count else []
