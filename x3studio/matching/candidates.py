"""Finds for each source row the few target rows worth a closer look."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from x3studio.matching.vectors import Space

_FREQUENT = 0.02
_FREQUENT_AT_LEAST = 400
_HEAVIEST_SOURCE, _HEAVIEST_TARGET = 6, 12
"""Features kept of each row for each space that is searched."""
_LOOKED_AT, _LOOKED_AT_LEAST = 0.03, 3_000
"""How many targets, as a share and at least, a record's features may name before the lighter ones are left
out."""
_LARGE = 60_000_000
_BLOCK_ROWS, _THINNED_ROWS = 2_000, 20_000
_WEIGHT_BITS = 24


@dataclass(frozen=True, slots=True)
class Pairs:
    """n candidate pairs, ordered by source row and falling score; `score` is of retrieval only."""

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    score: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.source)

    def of_source(self, sources: int) -> NDArray[np.int64]:
        """Where the pairs of each source row begin, and the end: sources + 1 places."""
        return np.searchsorted(self.source, np.arange(sources + 1))


def blend(spaces: list[tuple[Space, float]]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Several spaces side by side; each pair's dot product is the weighted mean of their cosines.

    A space given twice (the same object) stands there once, with both weights.
    """
    total = sum(weight for _, weight in spaces)
    shares: dict[int, tuple[Space, float]] = {}
    for space, weight in spaces:
        shares[id(space)] = (space, shares.get(id(space), (space, 0.0))[1] + weight / total)
    roots = [(space, np.float32(np.sqrt(share))) for space, share in shares.values()]
    source = sparse.hstack([space.source * root for space, root in roots], format="csr")
    target = sparse.hstack([space.target * root for space, root in roots], format="csr")
    return source, target


def retrieve(
    spaces: list[tuple[Space, float]],
    *,
    keep: int,
    threads: int,
    step: Callable[[float], None] = lambda _share: None,
) -> Pairs:
    """The `keep` best targets of each source row in weighted `spaces`.

    A large search leaves out features of very many targets, and of each row all but the heaviest.
    """
    source, target = blend(spaces)
    small_source, small_target = source, target
    if source.shape[0] * target.shape[0] > _LARGE:
        frequency = np.bincount(target.indices, minlength=target.shape[1])
        rare = frequency <= max(_FREQUENT_AT_LEAST, _FREQUENT * target.shape[0])
        several = len({id(space) for space, _ in spaces})
        small_target = thin(target, rare, _HEAVIEST_TARGET * several)
        small_source = thin(source, rare, _HEAVIEST_SOURCE * several, named=small_target)
    turned = small_target.T.tocsr()
    found = []
    for start in range(0, source.shape[0], _BLOCK_ROWS):
        step(start / source.shape[0])
        part = small_source[start : start + _BLOCK_ROWS]
        best = sp_matmul_topn(part, turned, top_n=keep, sort=True, n_threads=threads).tocoo()
        found.append((best.row.astype(np.int64) + start, best.col.astype(np.int64), best.data))
    rows, columns, scores = (np.concatenate(column) for column in zip(*found, strict=True))
    return Pairs(rows, columns, scores.astype(np.float32))


def thin(
    matrix: sparse.csr_matrix,
    rare: NDArray[np.bool_],
    heaviest: int,
    *,
    named: sparse.csr_matrix | None = None,
) -> sparse.csr_matrix:
    """The same rows, each at most of unit length, with only their heaviest rare features.

    Where `named` gives the rows to be looked at, the lighter half goes once the heavier name many of them.
    """
    costs = np.zeros(matrix.shape[1], dtype=np.int64)
    most = 0
    if named is not None:
        costs = np.bincount(named.indices, minlength=matrix.shape[1])
        most = max(_LOOKED_AT_LEAST, int(_LOOKED_AT * named.shape[0]))
    parts = [
        _heaviest(matrix[start : start + _THINNED_ROWS], rare, heaviest, costs=costs, most=most)
        for start in range(0, matrix.shape[0], _THINNED_ROWS)
    ]
    return sparse.vstack(parts, format="csr", dtype=np.float32)


def _heaviest(
    matrix: sparse.csr_matrix, rare: NDArray[np.bool_], count: int, *, costs: NDArray[np.int64], most: int
) -> sparse.csr_matrix:
    wanted = rare[matrix.indices]
    columns, data = matrix.indices[wanted], matrix.data[wanted]
    starts = np.concatenate([[0], np.cumsum(wanted)])[matrix.indptr]
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(starts))
    # One sort of whole numbers (row, then falling weight) is many times quicker than one of two columns.
    least = ((1.0 - data) * ((1 << _WEIGHT_BITS) - 1)).astype(np.int64)
    order = np.argsort((rows << _WEIGHT_BITS) | least, kind="stable")
    place = np.arange(len(order)) - starts[rows]
    spent = np.concatenate([[0], np.cumsum(costs[columns[order]])])
    cheap = spent[1:] - spent[starts[rows]] <= most
    kept = (place < count) & (cheap | (place < count // 2))
    ends = np.concatenate([[0], np.cumsum(np.bincount(rows[kept], minlength=matrix.shape[0]))])
    return sparse.csr_matrix((data[order[kept]], columns[order[kept]], ends), shape=matrix.shape)
