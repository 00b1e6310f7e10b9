"""Finding words inside many texts at once, whatever their case and accents."""

import os
import re
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_MOST_LATE = 4_000
_EACH = 25_000
"""So many texts at least are worth a thread."""
_FEW = 3
"""Less than one of so many texts are taken out before they are searched."""


class Haystack:
    """Texts in which parts of words are found; single texts can be changed, new ones come to the end."""

    def __init__(self, *columns: Sequence[str]) -> None:
        """Each text is the columns' texts of one row, joined."""
        joined = pc.binary_join_element_wise(*(pa.array(column, pa.string()) for column in columns), "\n")
        self._texts: pa.Array = _folded(joined)
        self._late: dict[int, str] = {}
        """Texts that changed since; few, or they are taken over."""
        self._last: tuple[pa.Array, tuple[str, ...], NDArray[np.bool_]] | None = None
        """What was searched for last, among which texts, and which of them held it."""

    def __len__(self) -> int:
        return len(self._texts)

    def put(self, row: int, *texts: str) -> None:
        """Changes a text, or adds one at the end."""
        self._late[row] = fold("\n".join(texts))
        if row == len(self._texts):
            self._texts = pa.concat_arrays([self._texts, pa.array([""], self._texts.type)])
        if len(self._late) > _MOST_LATE:
            self._take_over()

    def holding(self, *words: str) -> NDArray[np.bool_]:
        """The texts that hold each of these folded words anywhere."""
        texts = self._texts
        found, known = self._narrowed(texts, words)
        # The longest word leaves the fewest texts to search for the next one.
        for word in sorted(set(words) - known, key=len, reverse=True):
            rows = np.flatnonzero(found)
            if len(rows) * _FEW < len(found):
                found[rows] = _matching(texts.take(pa.array(rows)), word)
            else:
                found &= _matching(texts, word)
        self._last = texts, words, found
        found = found.copy()
        for row, text in self._late.items():
            found[row] = all(word in text for word in words)
        return found

    def _narrowed(self, texts: pa.Array, words: tuple[str, ...]) -> tuple[NDArray[np.bool_], frozenset[str]]:
        """Where these words can be at most, and which need no further look: a letter more finds less."""
        if self._last is not None:
            searched, before, held = self._last
            if searched is texts and all(any(old in word for word in words) for old in before):
                return held.copy(), frozenset(before)
        return np.ones(len(texts), dtype=np.bool_), frozenset()

    def _take_over(self) -> None:
        rows = np.zeros(len(self._texts), dtype=np.bool_)
        rows[list(self._late)] = True
        texts = pa.array([self._late[row] for row in sorted(self._late)], self._texts.type)
        self._texts = pc.replace_with_mask(self._texts, pa.array(rows), texts)
        self._late.clear()


def _matching(texts: pa.Array, word: str) -> NDArray[np.bool_]:
    """The texts that hold the word; many are searched by every processor at once."""

    def search(part: pa.Array) -> NDArray[np.bool_]:
        # Several times quicker than match_substring, which walks text by text.
        found: NDArray[np.bool_] = pc.match_substring_regex(part, re.escape(word)).to_numpy(
            zero_copy_only=False
        )
        return found

    parts = min(os.cpu_count() or 1, len(texts) // _EACH)
    if parts < 2:
        return search(texts)
    size = -(-len(texts) // parts)
    with ThreadPoolExecutor(parts) as pool:
        return np.concatenate(
            list(pool.map(search, (texts[at : at + size] for at in range(0, len(texts), size))))
        )


def fold(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    return "".join(
        char for char in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(char)
    )


def _folded(texts: pa.Array) -> pa.Array:
    """`fold` of every text; what is not plain ASCII is worked on apart."""
    lowered = pc.utf8_lower(texts)
    foreign = pc.invert(pc.string_is_ascii(lowered))
    if not pc.any(foreign).as_py():
        return lowered
    rest = pc.utf8_normalize(lowered.filter(foreign), form="NFD")
    rest = pc.replace_substring_regex(rest, r"\p{Mn}", "")
    return pc.replace_with_mask(lowered, foreign, rest)
