"""What each order brought and gave back: held against X3's orders, and refunds against their sales."""

import numpy as np
from numpy.typing import NDArray

from x3studio.domain.bookkeeping import OrderSum
from x3studio.domain.settlements import Role, Triple
from x3studio.settlement.coded import coded
from x3studio.settlement.exact import Sums, scaled, sums_by
from x3studio.settlement.grains import distinct, first_rows
from x3studio.settlement.settlement import Settlement
from x3studio.settlement.vocabulary import Vocabulary

_SOLD = ("sales", "promotions")


def order_sums(settlement: Settlement, vocabulary: Vocabulary) -> tuple[OrderSum, ...]:
    """Goods, shipping and rebates of each order, the tax beside them, and what was refunded of both."""
    if "order-id" not in settlement.text.column_names:
        return ()
    groups = [vocabulary.group_of(triple) for triple in settlement.triples]
    sold = _rows(settlement, [group is not None and group.step in _SOLD for group in groups])
    taxed = _rows(settlement, [group is not None and group.role is Role.TAX_COLLECTED for group in groups])
    back = _rows(settlement, [group is not None and group.step == "refunds" for group in groups])
    of_refund = _rows(settlement, [not _is_sale(triple) for triple in settlement.triples])
    wanted = np.flatnonzero(sold | taxed | back)
    orders = coded(settlement.text.select(["order-id"]), "order-id")
    codes = orders.codes[wanted]
    named = np.array([bool(value) for value in orders.values])[codes]
    wanted, codes = wanted[named], codes[named]
    if not wanted.size:
        return ()
    keys, dense = distinct(codes.astype(np.int64))
    count = len(keys)
    amounts = scaled(settlement.amounts)[wanted]

    def together(rows: NDArray[np.bool_]) -> Sums:
        return sums_by(dense, np.where(rows[wanted], amounts, 0), count=count)

    goods, tax = together(sold), together(taxed & ~of_refund)
    returned, tax_back = together(back), together(taxed & of_refund)
    return tuple(
        OrderSum(orders.values[codes[row]], goods[place], tax[place], returned[place], tax_back[place])
        for place, row in enumerate(first_rows(dense, count))
    )


def _is_sale(triple: Triple) -> bool:
    return triple.transaction_type.casefold() == "order"


def _rows(settlement: Settlement, of_triple: list[bool]) -> NDArray[np.bool_]:
    """Which rows belong to the chosen triples."""
    return np.array(of_triple, np.bool_)[settlement.triple_of]
