"""Explains a suggestion in words with plus and minus points that add up to its total."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from x3studio.matching.model import Model
from x3studio.matching.scoring import Field, Scores
from x3studio.matching.values import Conflict

EXACT, RIVAL_TARGETS, RIVAL_SOURCES, START = "exact join", "other candidates", "other claims", "start"
POINTS_EACH = 10.0
"""Points of one unit of log odds."""
_SHOWN = 5


def contributions(
    model: Model, field: Field, scores: Scores, chosen: NDArray[np.int64]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Words, and whole points of each chosen pair by word (pairs, words); "start" takes what rounding leaves."""
    parts = model.parts(field.design[chosen]) * POINTS_EACH
    rivalry = scores.rivalry[chosen] * model.mix * POINTS_EACH
    columns = [
        *np.rint(parts).T,
        np.rint(field.bonus[chosen] * POINTS_EACH),
        np.rint(rivalry[:, 1]),
        np.rint(rivalry[:, 2] + rivalry[:, 3]),
    ]
    table = np.column_stack(columns).astype(np.int64)
    total = np.rint(scores.points[chosen] * POINTS_EACH).astype(np.int64)
    rest = total - table.sum(axis=1)
    words = (*model.features, EXACT, RIVAL_TARGETS, RIVAL_SOURCES, START)
    return words, np.column_stack([table, rest])


def texts(
    words: Sequence[str],
    points: NDArray[np.int64],
    *,
    conflicts: Mapping[Conflict, NDArray[np.bool_]],
    exact: NDArray[np.str_],
) -> list[str]:
    """One line for each suggestion: conflicts, exact joins, the weightiest points, what is left, and the total."""
    plain = points[:, :-1]
    order = np.argsort(-np.abs(plain), axis=1, kind="stable")[:, :_SHOWN]
    worth = np.take_along_axis(plain, order, axis=1)
    rest = points.sum(axis=1) - worth.sum(axis=1)
    said: dict[tuple[int, int], str] = {}
    marked = _marked(conflicts, exact, len(points))
    lines = []
    for place, (which, much, left) in enumerate(
        zip(order.tolist(), worth.tolist(), rest.tolist(), strict=True)
    ):
        line = marked[place]
        for pair in zip(which, much, strict=True):
            if pair[1]:
                text = said.get(pair)
                if text is None:
                    text = said[pair] = f"{words[pair[0]]} {pair[1]:+d}; "
                line += text
        lines.append(f"{line}rest {left:+d}; total {left + sum(much):+d}")
    return lines


def _marked(
    conflicts: Mapping[Conflict, NDArray[np.bool_]], exact: NDArray[np.str_], count: int
) -> list[str]:
    found = [f"{key}; " if key else "" for key in exact.tolist()]
    for conflict, marks in conflicts.items():
        for place in np.flatnonzero(marks).tolist():
            found[place] = f"conflict {conflict}; {found[place]}"
    return found if count else []
