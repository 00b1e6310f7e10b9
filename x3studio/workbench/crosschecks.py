"""Conflicts between records: several that stand for one target, one SKU that stands for several."""

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from x3studio.domain.workbench import MAPPED_STATES, ConflictCode, Key, Kind, RecordState

if TYPE_CHECKING:
    from x3studio.workbench.deck import Deck

CROSS = ConflictCode.N_TO_1.bit | ConflictCode.CROSS_MKT.bit
DECIDED = np.array(sorted({*MAPPED_STATES, RecordState.REOPENED}), dtype=np.uint8)


def with_cross_conflicts(deck: "Deck") -> NDArray[np.uint32]:
    """The records' own conflicts and those between them; quick enough to be asked after every decision."""
    found = deck.own_conflicts.copy()
    if deck.kind is not Kind.ITEMS:
        return found
    codes = deck.targets.codes
    mapped = np.isin(deck.states, DECIDED) & (codes > 0)
    counted = mapped.copy()
    counted[_repeating(deck, mapped)] = False
    several = np.bincount(codes[counted], minlength=len(deck.targets.words)) > 1
    found[mapped & several[codes] & (deck.shared == 0)] |= np.uint32(ConflictCode.N_TO_1.bit)
    found[_differing(deck, mapped)] |= np.uint32(ConflictCode.CROSS_MKT.bit)
    return found


def _repeating(deck: "Deck", mapped: NDArray[np.bool_]) -> list[int]:
    """Rows that say of a marketplace what the same SKU says elsewhere: one offer, which shares nothing."""
    found, seen = [], set()
    for row in deck.special_rows:
        pair = deck.codes[row], int(deck.targets.codes[row])
        base = deck.row_of(Key(pair[0]))
        if not mapped[row]:
            continue
        if pair in seen or (base >= 0 and mapped[base] and int(deck.targets.codes[base]) == pair[1]):
            found.append(row)
        seen.add(pair)
    return found


def _differing(deck: "Deck", mapped: NDArray[np.bool_]) -> list[int]:
    """Rows of SKUs that stand for different targets in different marketplaces."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row in deck.special_rows:
        if mapped[row] and not deck.apart[row]:
            rows[deck.codes[row]].append(row)
    for sku, known in rows.items():
        base = deck.row_of(Key(sku))
        if base >= 0 and mapped[base] and not deck.apart[base]:
            known.append(base)
    targets = deck.targets.codes
    return [row for known in rows.values() if len({int(targets[row]) for row in known}) > 1 for row in known]
