"""Columns as codes: each row a number, each text once; a million cells are compared as numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from x3studio.settlement import arrow


@dataclass(frozen=True)
class Coded:
    """A column as codes: row i holds the text cells[codes[i]]."""

    codes: NDArray[np.int32]
    cells: pa.Array

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The texts by code, without spaces around them."""
        return tuple(cell.strip() for cell in self.cells.to_pylist())

    @cached_property
    def counts(self) -> NDArray[np.intp]:
        """How many rows hold each text; zero for texts that only a dropped line held."""
        return np.bincount(self.codes, minlength=len(self.cells))

    def rows_of(self, wanted: Iterable[str]) -> NDArray[np.bool_]:
        """Which rows hold one of these texts."""
        chosen = set(wanted)
        return np.isin(self.codes, [i for i, value in enumerate(self.values) if value in chosen])

    def in_use(self) -> dict[str, int]:
        """Each text that occurs, and how often."""
        used: dict[str, int] = {}
        for value, count in zip(self.values, self.counts.tolist(), strict=True):
            if count:
                used[value] = used.get(value, 0) + count
        return used

    def first(self, value: str) -> int:
        """The first row that holds this text."""
        return int(np.argmax(self.rows_of({value})))


def coded(table: pa.Table, name: str) -> Coded:
    """A column of `table` as codes; all empty where there is no such column.

    All chunks of a column share one dictionary: they are unified once, when the last block is read.
    """
    if name not in table.column_names or not table.num_rows:
        return Coded(np.zeros(table.num_rows, np.int32), arrow.texts([""]))
    column = table[name]
    chunks = (column if pa.types.is_dictionary(column.type) else column.dictionary_encode()).chunks
    return Coded(arrow.codes(pa.chunked_array(chunks)), chunks[0].dictionary)
