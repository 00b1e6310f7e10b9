"""Amounts in a currency: decimal, never float, split so that no cent is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# ISO 4217: currencies whose minor unit is not two digits, among those Amazon and X3 customers use.
_MINOR_DIGITS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "KWD": 3, "BHD": 3, "TND": 3}


def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency: 0.01 for EUR, 1 for JPY."""
    return Decimal(1).scaleb(-_MINOR_DIGITS.get(currency, 2))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount and its ISO 4217 currency code."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def rounded(self) -> "Money":
        """The amount rounded half up to the currency's minor unit."""
        return Money(self.amount.quantize(minor_unit(self.currency), rounding=ROUND_HALF_UP), self.currency)


def split(total: Decimal, weights: Sequence[Decimal], *, unit: Decimal) -> tuple[Decimal, ...]:
    """Shares of `total` in proportion to `weights`, whole multiples of `unit`, that sum to `total`.

    Largest remainder: every share is rounded towards zero, and what is left goes unit by unit to
    the largest remainders. Without any weight the shares are as equal as possible.
    `total` must itself be a multiple of `unit`.
    """
    if not weights:
        raise ValueError("a split needs at least one weight")
    whole = sum(weights)
    if whole == 0:
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    sign = -1 if total < 0 else 1
    units = abs(total) / unit
    if units != units.to_integral_value():
        raise ValueError(f"{total} is not a multiple of {unit}")
    exact = [units * weight / whole for weight in weights]
    floors = [share.to_integral_value(rounding="ROUND_FLOOR") for share in exact]
    left = int(units - sum(floors))
    order = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    for index in order[:left]:
        floors[index] += 1
    return tuple(sign * share * unit for share in floors)
