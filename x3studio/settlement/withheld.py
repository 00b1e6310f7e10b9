"""B14: tax a marketplace collects and withholds must vanish order line by order line."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
from numpy.typing import NDArray

from x3studio.settlement import arrow
from x3studio.domain.settlements import Check, Role, Verdict
from x3studio.settlement.figures import money
from x3studio.settlement.settlement import Settlement
from x3studio.settlement.table import coded
from x3studio.settlement.vocabulary import Vocabulary

_ROLES = (Role.TAX_COLLECTED, Role.TAX_WITHHELD)


@dataclass(frozen=True, slots=True)
class Withheld:
    """Order lines with withheld tax: how many there are, and those where collected and withheld differ.

    `off` holds (order and item, difference, first line in the file), largest difference first.
    """

    lines: int
    collected: Decimal
    withheld: Decimal
    off: tuple[tuple[str, Decimal, int], ...]


def withheld_tax(settlement: Settlement, vocabulary: Vocabulary) -> Withheld:
    """Compares, per order line that has a withheld row, the tax collected with the tax withheld."""
    roles = [group.role if (group := vocabulary.group_of(t)) else Role.NONE for t in settlement.triples]
    taxed = np.isin(settlement.triple_of, [i for i, role in enumerate(roles) if role in _ROLES])
    kept_back = np.isin(
        settlement.triple_of, [i for i, role in enumerate(roles) if role is Role.TAX_WITHHELD]
    )
    if not kept_back.any():
        return Withheld(0, Decimal(0), Decimal(0), ())
    rows = np.flatnonzero(taxed)
    chosen = arrow.column(rows)
    amounts = settlement.amounts.take(chosen)
    flags = arrow.column(kept_back[rows])
    table = pa.Table.from_arrays(
        [
            arrow.column(_order_lines(settlement, rows)),
            amounts,
            pc.if_else(flags, amounts, arrow.zero(amounts.type)),
            pc.cast(flags, pa.int8()),
            chosen,
        ],
        ["key", "amount", "withheld", "flag", "row"],
    )
    sums = table.group_by("key").aggregate(
        [("amount", "sum"), ("withheld", "sum"), ("flag", "max"), ("row", "min")]
    )
    sums = sums.filter(pc.cast(sums["flag_max"], pa.bool_()))
    off = sums.filter(pc.not_equal(sums["amount_sum"], arrow.zero(sums["amount_sum"].type)))
    kept = Decimal(pc.sum(sums["withheld_sum"]).as_py() or 0)
    return Withheld(
        lines=sums.num_rows,
        collected=Decimal(pc.sum(sums["amount_sum"]).as_py() or 0) - kept,
        withheld=kept,
        off=_worst(off, settlement),
    )


def _order_lines(settlement: Settlement, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """A number for each order line; the item is its code, or its SKU where Amazon gives no code."""
    names = [n for n in ("order-id", "order-item-code", "sku") if n in settlement.text.column_names]
    taxed = settlement.text.select(names).take(arrow.column(rows))
    orders, items, skus = (coded(taxed, name) for name in ("order-id", "order-item-code", "sku"))
    blank = items.values.index("") if "" in items.values else -1
    item = items.codes.astype(np.int64)
    item = np.where(item == blank, skus.codes + len(items.cells), item)
    key: NDArray[np.int64] = orders.codes.astype(np.int64) * (len(items.cells) + len(skus.cells)) + item
    return key


def _worst(off: pa.Table, settlement: Settlement) -> tuple[tuple[str, Decimal, int], ...]:
    found = [
        (_name(settlement, row), difference, int(settlement.numbers[row]))
        for difference, row in zip(off["amount_sum"].to_pylist(), off["row_min"].to_pylist(), strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (-abs(each[1]), each[2])))


def _name(settlement: Settlement, row: int) -> str:
    names = [n for n in ("order-id", "order-item-code") if n in settlement.text.column_names]
    return (
        " ".join(filter(None, (settlement.text[name][row].as_py() for name in names))) or "without a number"
    )


def check_withheld(found: Withheld, currency: str) -> Check:
    """B14 with the order line that is furthest off."""
    if not found.lines:
        return Check("B14", Verdict.PASS, "Amazon withheld no tax in this settlement.")
    figures = (
        f"{found.lines} order lines: collected {money(found.collected, currency)}, "
        f"withheld {money(found.withheld, currency)}."
    )
    if not found.off:
        return Check("B14", Verdict.PASS, figures)
    name, difference, line = found.off[0]
    return Check(
        "B14",
        Verdict.FAIL,
        f"{figures} {len(found.off)} do not balance; order {name} is off by {money(difference, currency)} "
        f"(line {line}).",
        line,
    )
