"""Columns of words that few records share: small numbers for the records, each word kept once."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

BETWEEN = "\x1f"
"""Between the words of a set that is written as one text."""
_MOST_IN_A_SET = 63
_MOST_COUNTED = 500

Rows = NDArray[np.int64]
Array = TypeVar("Array", bound=NDArray[Any])


def grown(values: Array, rows: Rows) -> Array:
    """The column, long enough to hold these rows."""
    missing = int(rows.max(initial=-1)) + 1 - len(values)
    if missing <= 0:
        return values
    longer: Array = np.concatenate([values, np.zeros(missing, dtype=values.dtype)])  # type: ignore[assignment]
    return longer


class Words:
    """One word for each record: `codes[row]` is a place in `words`; "" always has the place 0."""

    def __init__(self, texts: Sequence[str] | pa.Array = ()) -> None:
        self._known: dict[str, int] = {}
        self.words: list[str] = [""]
        self.codes: NDArray[np.int32] = np.zeros(len(texts), dtype=np.int32)
        if not len(texts):
            # A window builds empty decks first; Arrow's first conversion would have it wait for pandas.
            return
        array = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string())
        encoded = array if isinstance(array, pa.DictionaryArray) else array.dictionary_encode()
        # The empty word leads, so that it has the place 0 whoever has it.
        words: list[str] = encoded.dictionary.to_numpy(zero_copy_only=False).tolist()
        places = np.arange(1, len(words) + 1, dtype=np.int32)
        empty = pc.index(encoded.dictionary, "").as_py()
        if empty >= 0:
            del words[empty]
            places[empty:] -= 1
            places[empty] = 0
        self.words += words
        self.codes = places[encoded.indices.to_numpy()]

    def __getitem__(self, row: int) -> str:
        return self.words[int(self.codes[row])]

    def __len__(self) -> int:
        return len(self.codes)

    def texts(self) -> list[str]:
        """The word of each record."""
        found: list[str] = np.array(self.words, dtype=object)[self.codes].tolist()
        return found

    def put(self, rows: Rows, texts: Sequence[str]) -> None:
        """Gives records other words; rows behind the last one are new records."""
        for text in dict.fromkeys(texts):
            self.code_of(text)
        codes = np.fromiter(map(self._places().__getitem__, texts), dtype=np.int32, count=len(texts))
        self.codes = grown(self.codes, rows)
        self.codes[rows] = codes

    def code_of(self, text: str) -> int:
        """The place of a word, new or known."""
        places = self._places()
        place = places.get(text)
        if place is None:
            place = places[text] = len(self.words)
            self.words.append(text)
        return place

    def among(self, wanted: Iterable[int | str]) -> NDArray[np.bool_]:
        """The records with one of these words."""
        known = self._places()
        marked = np.zeros(len(self.words), dtype=np.bool_)
        marked[[known[text] for text in map(str, wanted) if text in known]] = True
        found: NDArray[np.bool_] = marked[self.codes]
        return found

    def counts(self, inside: NDArray[np.intp]) -> dict[int | str, int]:
        """How many of the records `inside` have each word, the most frequent first; at most so many words
        as a person could look at."""
        counted = np.bincount(self.codes[inside], minlength=len(self.words))
        places = np.flatnonzero(counted)
        if len(places) > _MOST_COUNTED:
            places = places[np.argpartition(-counted[places], _MOST_COUNTED)[:_MOST_COUNTED]]
        places = places[np.argsort(-counted[places], kind="stable")]
        return {self.words[place]: int(counted[place]) for place in places.tolist()}

    def ranks(self) -> NDArray[np.int32]:
        """For each record its word's place in alphabetical order."""
        order = sorted(range(len(self.words)), key=self.words.__getitem__)
        rank = np.empty(len(order), dtype=np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        found: NDArray[np.int32] = rank[self.codes]
        return found

    def _places(self) -> dict[str, int]:
        if not self._known:
            self._known = {text: place for place, text in enumerate(self.words)}
        return self._known


class Sets:
    """Any of a few words for each record, such as the marketplaces that list it: one bit a word."""

    def __init__(self, sets: Sequence[tuple[str, ...]] | pa.DictionaryArray = ()) -> None:
        """Each a tuple, or all of them an Arrow dictionary of joined words."""
        self.words: list[str] = []
        self._bits: dict[str, int] = {}
        self.bits: NDArray[np.int64] = self._read(sets)

    def __getitem__(self, row: int) -> tuple[str, ...]:
        bits = int(self.bits[row])
        return tuple(word for word in self.words if bits & self._bits[word])

    def put(self, rows: Rows, sets: Sequence[tuple[str, ...]] | pa.DictionaryArray) -> None:
        """Gives records other words; rows behind the last one are new records."""
        bits = self._read(sets)
        self.bits = grown(self.bits, rows)
        self.bits[rows] = bits

    def among(self, wanted: Iterable[int | str]) -> NDArray[np.bool_]:
        """The records that have one of these words."""
        bits = sum({self._bits.get(str(word), 0) for word in wanted})
        found: NDArray[np.bool_] = (self.bits & bits) != 0
        return found

    def counts(self, inside: NDArray[np.intp]) -> dict[int | str, int]:
        """How many of the records `inside` have each word."""
        chosen = self.bits[inside]
        counted = {word: int(np.count_nonzero(chosen & bit)) for word, bit in self._bits.items()}
        return {word: count for word, count in counted.items() if count}

    def _read(self, sets: Sequence[tuple[str, ...]] | pa.DictionaryArray) -> NDArray[np.int64]:
        if isinstance(sets, pa.DictionaryArray):
            known = [tuple(text.split(BETWEEN)) if text else () for text in sets.dictionary.to_pylist()]
            bits = np.array([self._bits_of(each) for each in known], dtype=np.int64)
            found: NDArray[np.int64] = bits[sets.indices.to_numpy()]
            return found
        by_set = {each: self._bits_of(each) for each in dict.fromkeys(sets)}
        return np.fromiter(map(by_set.__getitem__, sets), dtype=np.int64, count=len(sets))

    def _bits_of(self, words: tuple[str, ...]) -> int:
        for word in words:
            if word not in self._bits:
                # What no longer has a bit of its own shares the last one; no company sells in so many places.
                self._bits[word] = 1 << min(len(self.words), _MOST_IN_A_SET - 1)
                self.words.append(word)
        return sum({self._bits[word] for word in words})
