"""Finds for each source row the few target rows worth a closer look."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from x3studio.matching.vectors import Space

_FREQUENT = 0.04
_FREQUENT_AT_LEAST = 50
_HEAVIEST_SOURCE, _HEAVIEST_TARGET = 24, 40
_LARGE = 100_000_000
_BLOCK_ROWS = 2_000


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
    """Several spaces side by side; each pair's dot product is the weighted mean of their cosines."""
    total = sum(weight for _, weight in spaces)
    roots = [np.float32(np.sqrt(weight / total)) for _, weight in spaces]
    source = sparse.hstack([space.source * root for (space, _), root in zip(spaces, roots, strict=True)])
    target = sparse.hstack([space.target * root for (space, _), root in zip(spaces, roots, strict=True)])
    return source.tocsr(), target.tocsr()


def retrieve(
    source: sparse.csr_matrix,
    target: sparse.csr_matrix,
    *,
    keep: int,
    threads: int,
    step: Callable[[float], None] = lambda _share: None,
) -> Pairs:
    """The `keep` best targets of each source row; features of very many targets are left out of the
    search.
    """
    small_source, small_target = source, target
    if source.shape[0] * target.shape[0] > _LARGE:
        frequency = np.bincount(target.indices, minlength=target.shape[1])
        rare = frequency <= max(_FREQUENT_AT_LEAST, _FREQUENT * target.shape[0])
        small_source, small_target = (
            thin(source, rare, _HEAVIEST_SOURCE),
            thin(target, rare, _HEAVIEST_TARGET),
        )
    turned = small_target.T.tocsr()
    found = []
    for start in range(0, source.shape[0], _BLOCK_ROWS):
        step(start / source.shape[0])
        part = small_source[start : start + _BLOCK_ROWS]
        best = sp_matmul_topn(part, turned, top_n=keep, sort=True, n_threads=threads).tocoo()
        found.append((best.row.astype(np.int64) + start, best.col.astype(np.int64), best.data))
    rows, columns, scores = (np.concatenate(column) for column in zip(*found, strict=True))
    return Pairs(rows, columns, scores.astype(np.float32))


def thin(matrix: sparse.csr_matrix, rare: NDArray[np.bool_], heaviest: int) -> sparse.csr_matrix:
    """The same rows with only their heaviest rare features."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    wanted = rare[matrix.indices]
    rows, columns, data = rows[wanted], matrix.indices[wanted], matrix.data[wanted]
    order = np.lexsort((-data, rows))
    rows, columns, data = rows[order], columns[order], data[order]
    starts = np.searchsorted(rows, np.arange(matrix.shape[0]))
    kept = np.arange(len(rows)) - starts[rows] < heaviest
    return sparse.csr_matrix((data[kept], (rows[kept], columns[kept])), shape=matrix.shape, dtype=np.float32)
