"""A journal in the ledger's currency: each line converted, the residue on the largest, bounded and shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from x3studio.domain.money import minor_unit
from x3studio.domain.settlements import Check, JournalLine, Verdict
from x3studio.settlement.figures import money

_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Converted:
    """Net amounts by line in the ledger's currency, summing to zero; `residue` went to line `on`.

    `bound` is half a minor unit a line: a larger residue is no rounding.
    """

    amounts: tuple[Decimal, ...]
    residue: Decimal
    bound: Decimal
    on: int


def convert(lines: Sequence[JournalLine], *, rate: Decimal, currency: str) -> Converted:
    """Converts a part that balances. `rate` is ledger units for one unit of the journal's currency."""
    unit = minor_unit(currency)
    amounts = [(line.net * rate).quantize(unit, rounding=ROUND_HALF_UP) for line in lines]
    residue = -sum(amounts, Decimal(0))
    largest = max(range(len(amounts)), key=lambda i: abs(amounts[i]), default=0)
    if amounts:
        amounts[largest] += residue
    return Converted(tuple(amounts), residue, unit * _HALF * len(lines), largest)


def check_converted(converted: Converted, currency: str) -> Check:
    """B4 in the ledger's currency: balanced, and the residue is rounding only."""
    figures = f"residue {money(converted.residue, currency)}, bound {money(converted.bound, currency)}"
    balanced = sum(converted.amounts, Decimal(0)) == 0
    if balanced and abs(converted.residue) <= converted.bound:
        return Check("B4", Verdict.PASS, f"Balanced in the ledger's currency: {figures}.")
    return Check("B4", Verdict.FAIL, f"Conversion leaves more than rounding: {figures}.")
