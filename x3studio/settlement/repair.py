"""Where a file that does not add up may be wrong, and what would mend it; nothing is ever mended silently."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from x3studio.settlement.exact import SCALE, scaled
from x3studio.settlement.figures import figure
from x3studio.settlement.settlement import Settlement

_SLIPS = (100, 10, 1000)
_MOST = 3


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing to look at: the line, the words for it, and the cell that would have to hold `value`.

    `column` "" with `drop` takes the line out; without, nothing is known that would mend it.
    """

    line: int
    text: str
    column: str = ""
    value: Decimal = Decimal(0)
    drop: bool = False


def hints(settlement: Settlement) -> tuple[Hint, ...]:
    """What would make the lines add up to the total, the likeliest first; () where nothing would."""
    missing = int((settlement.header.total - settlement.sum) * SCALE)
    if not missing:
        return ()
    found = [*_tail(settlement), *_total(settlement)]
    cents = scaled(settlement.amounts)
    found += _slipped(settlement, cents, missing)
    found += _doubled(settlement, cents, missing)
    found += _signs(settlement, cents, missing)
    return tuple(found[:_MOST])


def _tail(settlement: Settlement) -> list[Hint]:
    shape = settlement.shape
    if shape.ended and shape.last not in shape.short:
        return []
    return [Hint(shape.last, f"the file stops in line {shape.last}: its tail is lost, download it again")]


def _total(settlement: Settlement) -> list[Hint]:
    total, added = settlement.header.total, settlement.sum
    line = settlement.oddities.summary_line
    for factor in _SLIPS:
        if added and total in (added * factor, added / factor):
            words = f"the total is {factor} times off: look at its decimal mark"
            return [Hint(line, words, "total-amount", added)]
    if total == -added:
        return [Hint(line, "the total has the opposite sign of the lines", "total-amount", added)]
    return []


def _slipped(settlement: Settlement, cents: NDArray[np.int64], missing: int) -> list[Hint]:
    found = []
    for factor in _SLIPS:
        steps = factor - 1
        wanted = ((missing, steps, 1, factor), (-missing * factor, steps, factor, 1))
        for over, under, divide, times in wanted:
            if over % under or abs(over // under) >= 1 << 62:
                continue
            for row in np.flatnonzero(cents == over // under)[:_MOST].tolist():
                if (int(cents[row]) * times) % divide == 0:
                    found.append(_read_as(settlement, row, Decimal(int(cents[row])) * times / divide))
    return found


def _doubled(settlement: Settlement, cents: NDArray[np.int64], missing: int) -> list[Hint]:
    if abs(missing) >= 1 << 62:
        return []
    for row in np.flatnonzero(cents[1:] == -missing)[:1000] + 1:
        if cents[row] == cents[row - 1] and _same(settlement, int(row)):
            line = int(settlement.numbers[row])
            words = f"line {line} repeats the line before it; without it the file would add up"
            return [Hint(line, words, drop=True)]
    return []


def _same(settlement: Settlement, row: int) -> bool:
    first, second = settlement.text.slice(row - 1, 2).to_pylist()
    return bool(first == second)


def _signs(settlement: Settlement, cents: NDArray[np.int64], missing: int) -> list[Hint]:
    if missing % 2 or abs(missing) >= 1 << 62:
        return []
    rows = np.flatnonzero(cents == -missing // 2)[:_MOST].tolist()
    return [_read_as(settlement, row, Decimal(-int(cents[row]))) for row in rows]


def _read_as(settlement: Settlement, row: int, cents: Decimal) -> Hint:
    currency = settlement.header.currency
    line = int(settlement.numbers[row])
    now, then = figure(settlement.amounts[row].as_py(), currency), cents / SCALE
    words = f"line {line} holds {now}; were it {figure(then, currency)}, the file would add up"
    return Hint(line, words, "amount", then)
