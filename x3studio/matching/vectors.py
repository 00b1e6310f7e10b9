"""Texts as sparse weighted vectors: words, and runs of three characters inside words.

Written on numpy because sklearn's vectorizers spend most of a large match in Python-level analysers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

_ALPHABET_BITS = 7
_OTHER_FROM, _OTHERS = 38, 90
_CHUNK_PAIRS = 100_000

Rows = NDArray[np.int64]
Pause = Callable[[], None]
"""Called again and again within long work; raises Cancelled when the caller asked to stop."""


def go_on() -> None:
    """The pause of work that nobody can stop."""


@dataclass(frozen=True, slots=True)
class Space:
    """Both sides in one feature space: unit rows (n, features)."""

    source: sparse.csr_matrix
    target: sparse.csr_matrix

    def cosine(self, rows: Rows, columns: Rows, *, pause: Pause = go_on) -> NDArray[np.float32]:
        """The exact cosine of each pair of a source row and a target row."""
        return pair_dots(self.source, self.target, rows, columns, pause=pause)


def pair_dots(
    left: sparse.csr_matrix, right: sparse.csr_matrix, rows: Rows, columns: Rows, *, pause: Pause = go_on
) -> NDArray[np.float32]:
    """Row-wise dot products, worked out in slices so that memory stays bounded."""
    found = np.zeros(len(rows), dtype=np.float32)
    for start in range(0, len(rows), _CHUNK_PAIRS):
        pause()
        part = slice(start, start + _CHUNK_PAIRS)
        product = left[rows[part]].multiply(right[columns[part]])
        found[part] = np.asarray(product.sum(axis=1)).ravel()
    return found


@dataclass(frozen=True, slots=True)
class Bags:
    """Several columns of token sets over one vocabulary: 0/1 matrices (n, tokens) and idf from all of
    them.
    """

    columns: tuple[sparse.csr_matrix, ...]
    idf: NDArray[np.float32]

    def weight(self, column: int) -> NDArray[np.float32]:
        """The summed idf of each row's tokens."""
        return np.asarray(self.columns[column] @ self.idf, dtype=np.float32)

    def shared(
        self, left: int, right: int, rows: Rows, columns: Rows, *, pause: Pause = go_on
    ) -> NDArray[np.float32]:
        """The summed idf of the tokens each pair shares."""
        scaled = self.columns[left].multiply(self.idf).tocsr()
        return pair_dots(scaled, self.columns[right], rows, columns, pause=pause)

    def units(self, left: int, right: int) -> Space:
        """Two of the columns as TF-IDF rows of unit length."""
        return Space(_unit(self.columns[left], self.idf), _unit(self.columns[right], self.idf))


def bags(*columns: Sequence[Sequence[str]]) -> Bags:
    """Token sets of several columns over one vocabulary; a token counts once a row.

    A column given twice (the same object) is worked out once.
    """
    distinct = list({id(column): column for column in columns}.values())
    lengths = np.fromiter((len(tokens) for column in distinct for tokens in column), dtype=np.int64)
    flat = [token for column in distinct for tokens in column for token in tokens]
    codes = pd.factorize(np.array(flat, dtype=object))[0] if flat else np.zeros(0, dtype=np.int64)
    whole = _binary(lengths, codes.astype(np.int32))
    ends = np.cumsum([0, *map(len, distinct)]).tolist()
    parts = {
        id(column): whole[start:end] for column, (start, end) in zip(distinct, pairwise(ends), strict=True)
    }
    return Bags(tuple(parts[id(column)] for column in columns), _idf(whole))


def gram_space(source: Sequence[str], target: Sequence[str]) -> Space:
    """TF-IDF over runs of three characters within the words of normalised texts, with blanks at their
    ends.
    """
    texts = [f" {text} " for side in (source, target) for text in side]
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    chars = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32)
    small = _letters()[np.minimum(chars, 127)].astype(np.int64)
    small = np.where(chars > 127, _OTHER_FROM + chars % _OTHERS, small)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    grams = (small[:-2] << (2 * _ALPHABET_BITS)) | (small[1:-1] << _ALPHABET_BITS) | small[2:]
    within = (rows[:-2] == rows[2:]) & (small[1:-1] != 0)
    counts = np.bincount(rows[:-2][within], minlength=len(lengths))
    whole = _binary(counts, _compact(grams[within]))
    idf = _idf(whole)
    return Space(_unit(whole[: len(source)], idf), _unit(whole[len(source) :], idf))


def _letters() -> NDArray[np.uint8]:
    table = np.full(128, 37, dtype=np.uint8)
    for place, char in enumerate("abcdefghijklmnopqrstuvwxyz0123456789", start=1):
        table[ord(char)] = place
    table[ord(" ")] = 0
    return table


def _compact(codes: NDArray[np.int64]) -> NDArray[np.int32]:
    """The same codes without gaps; a table is much faster here than sorting."""
    present = np.zeros(1 << (3 * _ALPHABET_BITS), dtype=np.int32)
    present[codes] = 1
    return (np.cumsum(present, dtype=np.int32) - 1)[codes]


def _binary(lengths: NDArray[np.int64], codes: NDArray[np.int32]) -> sparse.csr_matrix:
    """Rows of given lengths over codes 0..; repeated codes of a row count once."""
    width = int(codes.max()) + 1 if len(codes) else 1
    starts = np.concatenate([[0], np.cumsum(lengths)])
    matrix = sparse.csr_matrix((np.ones(len(codes), np.float32), codes, starts), shape=(len(lengths), width))
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix


def _idf(matrix: sparse.csr_matrix) -> NDArray[np.float32]:
    frequency = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return np.asarray(np.log((1.0 + matrix.shape[0]) / (1.0 + frequency)) + 1.0, dtype=np.float32)


def _unit(matrix: sparse.csr_matrix, idf: NDArray[np.float32]) -> sparse.csr_matrix:
    weights = idf[matrix.indices]
    squares = np.bincount(
        np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)), weights**2, minlength=matrix.shape[0]
    )
    norms = np.repeat(np.sqrt(np.maximum(squares, 1e-9)), np.diff(matrix.indptr))
    return sparse.csr_matrix(
        ((weights / norms).astype(np.float32), matrix.indices, matrix.indptr), shape=matrix.shape
    )
