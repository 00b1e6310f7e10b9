"""The order of a view: by any column, ties in the order of the deck."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from x3studio.domain.workbench import HARD
from x3studio.workbench.filters import Sort

if TYPE_CHECKING:
    from x3studio.workbench.deck import Deck

_HARD = np.uint32(sum(code.bit for code in HARD))
_NUMBERS: Mapping[Sort, Callable[["Deck"], NDArray[Any]]] = {
    Sort.STATE: lambda deck: deck.states,
    Sort.CONFIDENCE: lambda deck: deck.bands + np.nan_to_num(deck.confidences, nan=0.0),
    Sort.WORTH: lambda deck: deck.worths,
    Sort.LINES: lambda deck: deck.lines,
    Sort.UNITS: lambda deck: deck.units,
    Sort.WAITING: lambda deck: deck.waiting,
    Sort.AT: lambda deck: deck.at,
    Sort.PACK: lambda deck: deck.packs.ranks(),
    Sort.CONFLICTS: lambda deck: ((deck.conflicts & _HARD) != 0) * 2 + (deck.conflicts != 0),
}


SOLD = frozenset({Sort.WORTH, Sort.LINES, Sort.UNITS})
"""Orders that no decision changes."""
SOLD_COLUMNS = frozenset({"worths", "lines", "units"})


def ordered(deck: "Deck", *, sort: Sort, descending: bool) -> NDArray[np.int32]:
    """All rows in the wanted order; equal ones stay as they stand in the deck."""
    values = _NUMBERS[sort](deck) if sort in _NUMBERS else deck.rank(sort)
    order = np.argsort(-values.astype(np.float64) if descending else values, kind="stable")
    found: NDArray[np.int32] = order.astype(np.int32)
    return found


def text_ranks(deck: "Deck", sort: Sort) -> NDArray[np.int32]:
    """For each row its place in alphabetical order."""
    if sort is Sort.TARGET:
        return deck.targets.ranks()
    texts = deck.titles
    if sort is Sort.KEY:
        # A SKU is told apart from itself by the marketplace, a customer by all that names it.
        texts = ["\0".join(part) for part in zip(*deck.key_columns, strict=True)]
    order = pc.sort_indices(pa.array(texts)).to_numpy()
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank
