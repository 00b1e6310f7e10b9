"""Which records pass a filter, and how many have each value of each facet."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from x3studio.domain.workbench import Confidence, ConflictCode, RecordState
from x3studio.workbench.filters import Facet, FacetValue, Filter
from x3studio.workbench.words import Sets, Words

if TYPE_CHECKING:
    from x3studio.workbench.deck import Deck

LAST_DECILE = 10
Mask = NDArray[np.bool_]
Counts = dict[FacetValue, int]
_PLAIN: Mapping[Facet, Callable[["Deck"], NDArray[np.uint8]]] = {
    Facet.STATUS: lambda deck: deck.states,
    Facet.BAND: lambda deck: deck.bands,
    Facet.DECILE: lambda deck: deck.deciles,
    Facet.FLAG: lambda deck: deck.flagged,
    Facet.WAITING: lambda deck: (deck.waiting > 0).view(np.uint8),
}
"""Facets whose values are small numbers."""
_KNOWN: Mapping[Facet, int] = {Facet.STATUS: len(RecordState), Facet.BAND: len(Confidence)}


def deciles(order: NDArray[np.int32]) -> NDArray[np.uint8]:
    """1 for the tenth of the records that is worth most, to 10, out of their order by worth.

    Equal worth, equal decile is not promised.
    """
    found = np.empty(len(order), dtype=np.uint8)
    found[order] = np.arange(len(order)) * LAST_DECILE // max(len(order), 1) + 1
    return found


def passing(deck: "Deck", wanted: Filter) -> Mask:
    """The records that pass every part of the filter."""
    passes = deck.holding(wanted.text) if wanted.text.strip() else np.ones(deck.count, dtype=np.bool_)
    for facet, values in wanted.chosen.items():
        passes &= _chosen(deck, facet, values)
    return passes


def counted(deck: "Deck", wanted: Filter) -> tuple[Mask, dict[Facet, Counts]]:
    """The records that pass, and for each facet the counts of its values under all other filters."""
    found = deck.holding(wanted.text) if wanted.text.strip() else np.ones(deck.count, dtype=np.bool_)
    masks = {facet: _chosen(deck, facet, values) for facet, values in wanted.chosen.items()}
    everything = found.copy()
    for mask in masks.values():
        everything &= mask
    rows = np.flatnonzero(everything)
    counts = {}
    for facet in Facet:
        inside = rows
        if facet in masks:
            others = found.copy()
            for other, mask in masks.items():
                if other is not facet:
                    others &= mask
            inside = np.flatnonzero(others)
        counts[facet] = _counts(deck, facet, inside)
    return everything, counts


def _chosen(deck: "Deck", facet: Facet, values: frozenset[FacetValue]) -> Mask:
    if facet in _PLAIN:
        return np.isin(_PLAIN[facet](deck), [int(value) for value in values])
    if facet is Facet.CONFLICT:
        bits = sum(ConflictCode(str(value)).bit for value in values)
        found: Mask = (deck.conflicts & np.uint32(bits)) != 0
        return found
    return _grouped(deck, facet).among(values)


def _counts(deck: "Deck", facet: Facet, inside: NDArray[np.intp]) -> Counts:
    if facet in _PLAIN:
        counted = np.bincount(_PLAIN[facet](deck)[inside], minlength=_KNOWN.get(facet, 0))
        return {value: int(counted[value]) for value in np.flatnonzero(counted).tolist()}
    if facet is Facet.CONFLICT:
        marked = deck.conflicts[inside]
        marked = marked[marked != 0]
        by_code = {code.value: int(np.count_nonzero(marked & np.uint32(code.bit))) for code in ConflictCode}
        return {code: count for code, count in by_code.items() if count}
    return _grouped(deck, facet).counts(inside)


def _grouped(deck: "Deck", facet: Facet) -> Words | Sets:
    if facet is Facet.MARKETPLACE:
        return deck.marketplaces
    return {
        Facet.BRAND: deck.brands,
        Facet.FAMILY: deck.families,
        Facet.CHANNEL: deck.channels,
        Facet.OWNER: deck.owners,
    }[facet]
