"""Takes an Amazon line apart into goods, shipping, other charges and discount, and proves it adds up.

Amazon's figures come in two ways (tax inside the prices or on top of them) and the line's total may hold
everything or the goods alone; where price, total, shipping, discount and tax are all given, the figures
themselves tell which it is, and the site's settings decide only where they cannot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from x3studio.domain.errors import Refused
from x3studio.domain.money import minor_unit, split
from x3studio.rules.values import plain

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read amounts, from the site's settings. `inclusive` says that X3's prices include tax."""

    currency: str
    inclusive: bool
    whole: bool
    tax_added: bool
    discount_line: bool

    @property
    def unit(self) -> Decimal:
        """The currency's smallest amount."""
        return minor_unit(self.currency)


class Charges(NamedTuple):
    """One line in the terms X3 is to see. `discount` is zero or below; `tax` is what Amazon reports."""

    goods: Decimal
    shipping: Decimal
    other: Decimal
    discount: Decimal
    tax: Decimal
    words: str

    @property
    def total(self) -> Decimal:
        """What the line is worth in X3's terms."""
        return self.goods + self.shipping + self.other + self.discount


class _Figures(NamedTuple):
    price: Decimal | None
    total: Decimal | None
    shipping: Decimal
    discount: Decimal
    tax: Decimal


def charges(line: Mapping[str, Any], reading: Reading) -> Charges:
    """The line taken apart; raises Refused where its figures are missing or make no sense."""
    sku = str(line["sku"])
    figures = _Figures(
        _amount(line, "price", reading),
        _amount(line, "total", reading),
        _amount(line, "shipping", reading) or ZERO,
        abs(_amount(line, "discount", reading) or ZERO),
        _amount(line, "tax", reading) or ZERO,
    )
    goods, other, on_top, words = _goods(figures, int(line["quantity"]), reading, sku)
    if goods < 0:
        raise Refused(
            f"The goods of {sku} come to {goods} {reading.currency}: less than nothing.",
            advice="Look at the order in Seller Central and at the settings line_total and tax.",
            subject=sku,
        )
    parts = [goods, figures.shipping, other, -figures.discount]
    if figures.tax and on_top is reading.inclusive:
        sign, said = (1, "added to") if reading.inclusive else (-1, "taken out of")
        shares = _tax_shares(figures.tax, parts, reading.unit)
        parts = [part + sign * share for part, share in zip(parts, shares, strict=True)]
        words += f" Tax of {figures.tax} {said} it in proportion."
    if not reading.discount_line and parts[3]:
        words += f" Discount of {-parts[3]} taken off the price."
        parts = _discounted(parts)
    return Charges(parts[0], parts[1], parts[2], parts[3], figures.tax, words)


def _amount(line: Mapping[str, Any], key: str, reading: Reading) -> Decimal | None:
    """An amount of the line in the order's currency, in whole minor units (a unit price may be finer)."""
    money = line[key]
    if money is None:
        return None
    amount = money["amount"]
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise Refused(f"The {key} of {line['sku']} is not a number.", subject=line["sku"])
    if money["currency"] != reading.currency:
        raise Refused(
            f"The {key} of {line['sku']} is in {money['currency']}, the order in {reading.currency}.",
            advice="X3 takes one currency per order: enter this order by hand.",
            subject=line["sku"],
        )
    if key != "price" and amount % reading.unit:
        raise Refused(
            f"The {key} of {line['sku']}, {amount}, is finer than {reading.currency} allows.",
            advice="Look at the order in Seller Central; enter it by hand.",
            subject=line["sku"],
        )
    return amount


def _goods(
    figures: _Figures, quantity: int, reading: Reading, sku: str
) -> tuple[Decimal, Decimal, bool, str]:
    """Goods, other charges, whether tax is on top, and the words for how that was found."""
    price, total, shipping, discount, tax = figures
    extra = shipping - discount
    added = tax if reading.tax_added else ZERO
    if price is None and total is None:
        raise Refused(
            f"Amazon sent no price for {sku}.",
            advice="Read the order again with its amounts (PROCEEDS); a pending order has none.",
            cause="missing",
            subject=sku,
        )
    if total is not None and not reading.whole:
        return total, ZERO, reading.tax_added, "Amazon's line total holds the goods."
    if price is None:
        assert total is not None
        return total - extra - added, ZERO, reading.tax_added, "Line total less shipping and the like."
    goods = (price * quantity).quantize(reading.unit, rounding=ROUND_HALF_UP)
    words = f"{quantity} x {plain(price)} = {goods}."
    if total is None:
        return goods, ZERO, reading.tax_added, words
    rest = total - goods - extra
    if rest == 0:
        return goods, ZERO, False, words
    if rest == tax:
        return goods, ZERO, True, words
    rest -= added
    if rest > 0:
        return goods, rest, reading.tax_added, f"{words} The line holds {rest} of other charges."
    cut = f"{words} Amazon's total makes it {goods + rest}: a price by quantity."
    return goods + rest, ZERO, reading.tax_added, cut


def _tax_shares(tax: Decimal, parts: Sequence[Decimal], unit: Decimal) -> Sequence[Decimal]:
    if sum(parts) <= 0:
        return (tax, ZERO, ZERO, ZERO)
    return split(tax, parts, unit=unit)


def _discounted(parts: Sequence[Decimal]) -> list[Decimal]:
    """The discount taken off the goods, then off shipping and the rest where it is larger."""
    left = -parts[3]
    reduced = []
    for part in parts[:3]:
        taken = min(part, left)
        reduced.append(part - taken)
        left -= taken
    return [*reduced, -left]
