"""Chooses pairs so that no source and no target is used twice."""

import numpy as np
from numpy.typing import NDArray

from x3studio.matching.vectors import Rows


def one_to_one(source: Rows, target: Rows, points: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Marks the pairs of a greedy assignment: the best pair first, then the best that is still free."""
    chosen = np.zeros(len(points), dtype=np.bool_)
    used_source: set[int] = set()
    used_target: set[int] = set()
    order = np.argsort(-np.asarray(points), kind="stable")
    for place, row, column in zip(
        order.tolist(), source[order].tolist(), target[order].tolist(), strict=True
    ):
        if row not in used_source and column not in used_target:
            used_source.add(row)
            used_target.add(column)
            chosen[place] = True
    return chosen
