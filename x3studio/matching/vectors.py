"""Texts as sparse weighted vectors: words, and runs of three characters inside words.

Written on numpy because sklearn's vectorizers spend most of a large match in Python-level analysers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

_ALPHABET_BITS = 7
_OTHER_FROM, _OTHERS = 38, 90
_CHUNK_PAIRS = 100_000


@dataclass(frozen=True, slots=True)
class Space:
    """Both sides in one feature space: unit rows (n, features) and the inverse document frequencies."""

    source: sparse.csr_matrix
    target: sparse.csr_matrix
    idf: NDArray[np.float32]

    def cosine(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float32]:
        """The exact cosine of each pair of a source row and a target row."""
        return pair_dots(self.source, self.target, rows, columns)


def pair_dots(
    left: sparse.csr_matrix, right: sparse.csr_matrix, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Row-wise dot products, worked out in slices so that memory stays bounded."""
    found = np.zeros(len(rows), dtype=np.float32)
    for start in range(0, len(rows), _CHUNK_PAIRS):
        part = slice(start, start + _CHUNK_PAIRS)
        product = left[rows[part]].multiply(right[columns[part]])
        found[part] = np.asarray(product.sum(axis=1)).ravel()
    return found


def word_space(source: Sequence[Sequence[str]], target: Sequence[Sequence[str]]) -> Space:
    """TF-IDF over tokens; a token counts once a row."""
    lengths = np.fromiter((len(tokens) for side in (source, target) for tokens in side), dtype=np.int64)
    flat = [token for side in (source, target) for tokens in side for token in tokens]
    codes, _ = pd.factorize(np.array(flat, dtype=object)) if flat else (np.zeros(0, dtype=np.int64), None)
    return _space(np.repeat(np.arange(len(lengths)), lengths), codes.astype(np.int64), len(source), len(lengths))


def gram_space(source: Sequence[str], target: Sequence[str]) -> Space:
    """TF-IDF over runs of three characters within the words of normalised texts, blanks at their ends."""
    texts = [f" {text} " for side in (source, target) for text in side]
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    chars = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32)
    small = _letters()[np.minimum(chars, 127)].astype(np.int64)
    small = np.where(chars > 127, _OTHER_FROM + chars % _OTHERS, small)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    if len(small) < 3:
        return _space(np.zeros(0, np.int64), np.zeros(0, np.int64), len(source), len(lengths))
    grams = (small[:-2] << (2 * _ALPHABET_BITS)) | (small[1:-1] << _ALPHABET_BITS) | small[2:]
    within = (rows[:-2] == rows[2:]) & (small[1:-1] != 0)
    return _space(rows[:-2][within], grams[within], len(source), len(lengths))


def _letters() -> NDArray[np.uint8]:
    table = np.full(128, 37, dtype=np.uint8)
    for place, char in enumerate("abcdefghijklmnopqrstuvwxyz0123456789", start=1):
        table[ord(char)] = place
    table[ord(" ")] = 0
    return table


def _space(rows: NDArray[np.int64], codes: NDArray[np.int64], sources: int, total: int) -> Space:
    present, columns = np.unique(codes, return_inverse=True)
    width = max(1, len(present))
    counts = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(total, width))
    counts.data[:] = 1.0
    frequency = np.bincount(counts.indices, minlength=width)
    idf = (np.log((1.0 + total) / (1.0 + frequency)) + 1.0).astype(np.float32)
    counts.data = idf[counts.indices]
    squares = counts.multiply(counts).sum(axis=1)
    norms = np.sqrt(np.asarray(squares).ravel())
    counts.data /= np.repeat(np.maximum(norms, 1e-9), np.diff(counts.indptr)).astype(np.float32)
    return Space(counts[:sources], counts[sources:], idf)


def set_space(source: Sequence[Sequence[str]], target: Sequence[Sequence[str]]) -> Space:
    """Like `word_space` with the bare idf as weight (rows not of unit length), for sums over shared tokens."""
    space = word_space(source, target)
    for side in (space.source, space.target):
        side.data = np.sqrt(space.idf[side.indices])
    return space
