"""What each kind of amount came to for each SKU: the memory that anomalies are measured against."""

import numpy as np
from numpy.typing import NDArray

from x3studio.domain.bookkeeping import FeeSum
from x3studio.settlement.exact import scaled, sums_by
from x3studio.settlement.grains import first_rows, together
from x3studio.settlement.settlement import Settlement

_DIGITS = 9


def fee_sums(settlement: Settlement) -> tuple[FeeSum, ...]:
    """Sums and line counts by SKU, marketplace and triple, over the lines that name a SKU.

    `units` are the quantities of its lines, where the file says any.
    """
    skus, markets = settlement.column("sku"), settlement.column("marketplace-name")
    named = np.flatnonzero(~skus.rows_of({""}))
    if not named.size:
        return ()
    count, group = together(
        [
            (skus.codes[named], len(skus.values)),
            (markets.codes[named], len(markets.values)),
            (settlement.triple_of[named], len(settlement.triples)),
        ]
    )
    sums = sums_by(group, scaled(settlement.amounts)[named], count=count)
    lines = np.bincount(group, minlength=count)
    units = np.bincount(group, weights=_quantities(settlement)[named], minlength=count)
    found = []
    for place, first in enumerate(first_rows(group, count)):
        row = named[first]
        found.append(
            FeeSum(
                sku=skus.values[skus.codes[row]],
                marketplace=markets.values[markets.codes[row]],
                triple=settlement.triples[settlement.triple_of[row]],
                lines=int(lines[place]),
                units=int(units[place]),
                amount=sums[place],
            )
        )
    return tuple(found)


QUANTITIES = ("quantity-purchased",)
"""What to read beside the columns of the proof."""


def _quantities(settlement: Settlement) -> NDArray[np.float64]:
    column = settlement.column("quantity-purchased")
    values = [float(text) if text.isdecimal() and len(text) < _DIGITS else 0.0 for text in column.values]
    return np.array(values)[column.codes]
