"""Words for how far to trust a suggestion, and the conflicts that hold it back."""

import numpy as np
from numpy.typing import NDArray

from x3studio.domain.workbench import Confidence
from x3studio.matching import addresses
from x3studio.matching.features import Columns
from x3studio.matching.values import Conflict
from x3studio.matching.vectors import Rows

CERTAIN_AT, LIKELY_AT, WEAK_AT = 0.98, 0.70, 0.05
HARD = frozenset(
    {
        Conflict.PACK,
        Conflict.SIZE,
        Conflict.COLOUR,
        Conflict.EAN_CHECK,
        Conflict.VAT_DISAGREE,
        Conflict.COUNTRY,
    }
)
_CONTRADICTIONS = {
    Conflict.EAN_DISAGREE: "article number",
    Conflict.VAT_DISAGREE: "VAT number",
    Conflict.COUNTRY: "country",
}
"""Conflict: the feature that is 0 where both sides say something and it differs."""

_DIFFERENCES = {
    Conflict.PACK: "count differs",
    Conflict.SIZE: "size differs",
    Conflict.COLOUR: "colour differs",
}
"""Conflict: the feature that is above 0 where the facts differ."""

Marks = dict[Conflict, NDArray[np.bool_]]


def find_conflicts(
    columns: Columns, source: Rows, *, ean_faults: NDArray[np.bool_], ean_shared: NDArray[np.bool_]
) -> Marks:
    """The conflicts of each pair, `source` its source rows; a pack said on one side alone counts against a
    single piece on the other.
    """
    found = {conflict: columns[name] == 0 for conflict, name in _CONTRADICTIONS.items() if name in columns}
    # Of several sizes in one dimension, one that agrees is enough.
    found |= {conflict: columns[name] > 0 for conflict, name in _DIFFERENCES.items() if name in columns}
    if columns.keys() >= addresses.ADDRESS:
        found[Conflict.ADDRESS] = addresses.contradict(columns)
        found[Conflict.ADDRESS_RIVAL] = addresses.better_elsewhere(columns, source)
    found[Conflict.EAN_CHECK] = ean_faults
    found[Conflict.EAN_SHARED] = ean_shared
    return found


def choose_bands(
    probability: NDArray[np.floating], *, exact: NDArray[np.bool_], conflicts: Marks, calibrated: bool
) -> NDArray[np.int64]:
    """The band of each pair. Certain needs the calibrated probability, or an exact join while there is none;
    any conflict caps at likely, a hard one at weak.
    """
    any_conflict = np.zeros(len(probability), dtype=np.bool_)
    hard = np.zeros(len(probability), dtype=np.bool_)
    for conflict, marked in conflicts.items():
        any_conflict |= marked
        if conflict in HARD:
            hard |= marked
    bands = np.full(len(probability), int(Confidence.NONE), dtype=np.int64)
    bands[(probability >= WEAK_AT) | exact] = Confidence.WEAK
    bands[probability >= LIKELY_AT] = Confidence.LIKELY
    bands[probability >= CERTAIN_AT if calibrated else exact] = Confidence.CERTAIN
    for capped, highest in ((any_conflict, Confidence.LIKELY), (hard, Confidence.WEAK)):
        bands[capped & (bands > highest)] = highest
    return bands
