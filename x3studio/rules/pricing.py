"""Finds unit prices that X3 multiplies back to the very amount Amazon charged."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from typing import NamedTuple

from x3studio.domain.catalogue import Item
from x3studio.domain.mappings import Component
from x3studio.rules.values import plain

PLACES = Decimal("0.00001")
"""The finest unit price we send; X3 keeps amounts as numeric(27,13), screens show fewer decimals."""

_PRECISION = 40


class Priced(NamedTuple):
    """A quantity at a unit price; together the parts of a line come to its amount."""

    quantity: Decimal
    price: Decimal
    amount: Decimal


def worth(quantity: Decimal, price: Decimal, unit: Decimal) -> Decimal:
    """Quantity times price as X3 rounds it: half up to the currency's minor unit."""
    return (quantity * price).quantize(unit, rounding=ROUND_HALF_UP)


def unit_prices(amount: Decimal, quantity: Decimal, unit: Decimal) -> tuple[tuple[Priced, ...], str]:
    """One part where a price of five decimals multiplies back to the amount, otherwise two, and why.

    With two, the last unit carries what rounding the others down has left. A quantity of one sales unit
    or less never needs two.
    """
    with localcontext() as exact:
        exact.prec = _PRECISION
        price = (amount / quantity).quantize(PLACES, rounding=ROUND_HALF_UP)
        if worth(quantity, price, unit) == amount:
            sign = "=" if price * quantity == amount else "rounds to"
            words = (
                f"{plain(amount)} / {plain(quantity)}: {plain(quantity)} x {plain(price)} {sign} {amount}."
            )
            return (Priced(quantity, price, amount),), words
        low = (amount / quantity).quantize(PLACES, rounding=ROUND_DOWN)
        most = quantity - 1
        first = Priced(most, low, worth(most, low, unit))
        last = Priced(Decimal(1), amount - first.amount, amount - first.amount)
    words = (
        f"No price of five decimals gives {amount} for {plain(quantity)}, so the line is split: "
        f"{plain(most)} x {plain(low)} and 1 x {plain(last.price)}."
    )
    return (first, last), words


def weights(components: Sequence[Component], masters: Mapping[str, Item]) -> tuple[list[Decimal], str]:
    """How the parts of a kit share its price: their weights, else their X3 prices, else equally."""
    given = [part.weight for part in components]
    stated = [weight for weight in given if weight is not None]
    if len(stated) == len(given):
        return stated, "by the kit's weights"
    prices = [masters[part.itmref].price if part.itmref in masters else None for part in components]
    known = [price for price in prices if price is not None]
    if len(known) == len(prices) and any(known):
        shares = [price * part.quantity for price, part in zip(known, components, strict=True)]
        return shares, "by the X3 prices of its parts"
    return [Decimal(1)] * len(components), "equally, for no weights and prices are known"
