"""A settlement file as it was read: header, lines in columns, and all that was odd about its shape."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from x3studio.domain.settlements import SettlementHeader, Triple
from x3studio.settlement.amounts import total_of
from x3studio.settlement.coded import Coded, coded
from x3studio.settlement.columns import Columns
from x3studio.settlement.posted import Posted
from x3studio.settlement.table import Shape


@dataclass(frozen=True, slots=True)
class Oddities:
    """What B1 tells about: each as (text, line in the file) of the first place, and how many there are."""

    other_ids: tuple[tuple[str, int], ...] = ()
    other_currencies: tuple[tuple[str, int], ...] = ()
    without_amount: tuple[int, ...] = ()
    summary_line: int = 2
    summary_first: bool = True
    currency_named: bool = True


@dataclass(frozen=True)
class Settlement:
    """One file. Row i of `text` is line `numbers[i]` of the file; `amounts` are exact.

    `text` keeps the columns the proof needs and those of unknown meaning; table.read_table(everything=True)
    reads the others again. `rows` counts lines, which in the older layout are fewer than the amounts.
    """

    header: SettlementHeader
    columns: Columns
    shape: Shape
    encoding: str
    mark: str
    zone: str
    text: pa.Table
    numbers: NDArray[np.int32]
    amounts: pa.ChunkedArray
    posted: Posted
    triples: tuple[Triple, ...]
    triple_of: NDArray[np.int32]
    oddities: Oddities
    rows: int

    @cached_property
    def sum(self) -> Decimal:
        """What the lines add up to, exactly."""
        return total_of(self.amounts)

    def column(self, name: str) -> Coded:
        """A column of texts as codes and values."""
        return coded(self.text, name)
