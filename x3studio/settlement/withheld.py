"""B14: tax a marketplace collects and withholds must vanish order line by order line."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from x3studio.domain.settlements import Check, Role, Verdict
from x3studio.settlement import arrow
from x3studio.settlement.coded import coded
from x3studio.settlement.exact import scaled, sums_by
from x3studio.settlement.figures import counted, figure, money
from x3studio.settlement.grains import distinct, first_rows
from x3studio.settlement.settlement import Settlement
from x3studio.settlement.vocabulary import Vocabulary

_TOLD = 100
_ROLES = (Role.TAX_COLLECTED, Role.TAX_WITHHELD)


@dataclass(frozen=True, slots=True)
class Withheld:
    """Order lines with withheld tax: how many there are, and in how many collected and withheld differ.

    `worst` holds some as (order and item, difference, first line in the file), largest difference first.
    """

    lines: int
    collected: Decimal
    withheld: Decimal
    off: int
    worst: tuple[tuple[str, Decimal, int], ...]


def withheld_tax(settlement: Settlement, vocabulary: Vocabulary) -> Withheld:
    """Compares, per order line that has a withheld row, the tax collected with the tax withheld."""
    roles = [group.role if (group := vocabulary.group_of(t)) else Role.NONE for t in settlement.triples]
    taxed = np.isin(settlement.triple_of, [i for i, role in enumerate(roles) if role in _ROLES])
    kept_back = np.isin(
        settlement.triple_of, [i for i, role in enumerate(roles) if role is Role.TAX_WITHHELD]
    )
    if not kept_back.any():
        return Withheld(0, Decimal(0), Decimal(0), 0, ())
    rows = np.flatnonzero(taxed)
    keys, line = distinct(_order_lines(settlement, rows))
    amounts, withheld = scaled(settlement.amounts)[rows], kept_back[rows]
    sums = sums_by(line, amounts, count=len(keys))
    kept = sums_by(line, np.where(withheld, amounts, 0), count=len(keys))
    has_withheld = np.zeros(len(keys), bool)
    has_withheld[line[withheld]] = True
    first = rows[first_rows(line, len(keys))]
    off = sorted(
        ((sums[place], int(first[place])) for place in sums.not_zero() if has_withheld[place]),
        key=lambda each: (-abs(each[0]), each[1]),
    )
    kept_sum = kept.together(has_withheld)
    return Withheld(
        lines=int(np.count_nonzero(has_withheld)),
        collected=sums.together(has_withheld) - kept_sum,
        withheld=kept_sum,
        off=len(off),
        worst=tuple(
            (_name(settlement, row), amount, int(settlement.numbers[row])) for amount, row in off[:_TOLD]
        ),
    )


def _order_lines(settlement: Settlement, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """A number for each order line; the item is its code, or its SKU where Amazon gives no code."""
    names = [n for n in ("order-id", "order-item-code", "sku") if n in settlement.text.column_names]
    taxed = settlement.text.select(names).take(arrow.column(rows))
    orders, items, skus = (coded(taxed, name) for name in ("order-id", "order-item-code", "sku"))
    blank = arrow.flags(pc.equal(items.cells, arrow.text("")))[items.codes]
    item = np.where(blank, skus.codes + len(items.cells), items.codes.astype(np.int64))
    key: NDArray[np.int64] = orders.codes.astype(np.int64) * (len(items.cells) + len(skus.cells)) + item
    return key


def _name(settlement: Settlement, row: int) -> str:
    names = [n for n in ("order-id", "order-item-code") if n in settlement.text.column_names]
    return (
        " ".join(filter(None, (settlement.text[name][row].as_py() for name in names))) or "without a number"
    )


def check_withheld(found: Withheld, currency: str) -> Check:
    """B14 with the order line that is furthest off."""
    if not found.lines:
        return Check(
            "B14",
            Verdict.PASS,
            "Amazon withheld no tax in this settlement.",
            figure=figure(Decimal(0), currency),
        )
    figures = (
        f"{counted(found.lines, 'order line')}: collected {money(found.collected, currency)}, "
        f"withheld {money(found.withheld, currency)}."
    )
    if not found.off:
        return Check("B14", Verdict.PASS, figures, figure=figure(Decimal(0), currency))
    name, difference, line = found.worst[0]
    return Check(
        "B14",
        Verdict.FAIL,
        f"{figures} {found.off} do not balance; order {name} is off by {money(difference, currency)} "
        f"(line {line}).",
        line,
        f"{found.off} off",
    )
