"""Which X3 customer an order goes to: a business buyer's own, else the generic one of its marketplace."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stdnum.eu import vat as eu_vat

from x3studio.domain.catalogue import Customer
from x3studio.domain.errors import Refused, Unmapped
from x3studio.domain.mappings import CustomerPair
from x3studio.rules.trace import Origin
from x3studio.rules.transforms import vat_number


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen customer and how it was found."""

    bpcnum: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class CustomerBook:
    """Customer pairs, indexed by what they hold for. Build with `CustomerBook.of(pairs)`."""

    by_vat: Mapping[str, tuple[CustomerPair, ...]]
    generic: Mapping[tuple[str, str], CustomerPair]

    @classmethod
    def of(cls, pairs: Iterable[CustomerPair]) -> "CustomerBook":
        """The book of these pairs; of two for the same thing the later one holds."""
        by_vat: dict[str, dict[tuple[str, str], CustomerPair]] = {}
        generic: dict[tuple[str, str], CustomerPair] = {}
        for pair in pairs:
            kept = by_vat.setdefault(vat_number(pair.vat_number), {}) if pair.vat_number else generic
            kept[pair.marketplace, pair.channel] = pair
        return cls({vat: tuple(kept.values()) for vat, kept in by_vat.items()}, generic)

    def own(self, vat: str, marketplace: str, channel: str) -> CustomerPair | None:
        """The pair of one business buyer that fits the order; the most particular one first."""
        fitting = [
            pair
            for pair in self.by_vat.get(vat, ())
            if pair.marketplace in ("", marketplace) and pair.channel in ("", channel)
        ]
        return max(fitting, key=lambda pair: (pair.marketplace != "", pair.channel != ""), default=None)

    def choose(self, order: Mapping[str, Any], *, own_business: bool) -> Choice:
        """The customer of an order record; raises Unmapped(kind="customers") where nothing fits."""
        marketplace, channel = order["marketplace"], order["channel"]
        vat = vat_number(order["vat_number"]) if order["vat_number"] else ""
        if vat:
            pair = self.own(vat, marketplace, channel)
            if pair is not None:
                words = f"The business buyer with this VAT number has the customer {pair.bpcnum}."
                return Choice(pair.bpcnum, Origin("order.vat_number", vat, "customer mapping", words))
            if order["business"] and own_business:
                raise _no_own_customer(vat)
        for place, where, words in (
            ((marketplace, channel), f"{marketplace}/{channel}", "this marketplace and channel"),
            ((marketplace, ""), marketplace, "this marketplace"),
            (("", channel), channel, "this channel"),
            (("", ""), "", "everything else"),
        ):
            generic = self.generic.get(place)
            if generic is not None:
                told = f"{generic.bpcnum} is the customer for {words}."
                source = "order.marketplace" if place[0] else "order.channel"
                return Choice(generic.bpcnum, Origin(source, where, "customer mapping", told))
        raise Unmapped(
            f"No X3 customer stands for the buyers of {marketplace} ({channel}).",
            subject=f"{marketplace}/{channel}",
            kind="customers",
            advice="Choose a customer for this marketplace and channel in the mapping.",
        )


def _no_own_customer(vat: str) -> Unmapped:
    advice = "Choose its X3 customer in the mapping, or create one from the template."
    if not eu_vat.is_valid(vat):
        advice += " It is no valid EU VAT number: check it first, unless it is from outside the EU."
    return Unmapped(
        f"The business buyer with VAT number {vat} has no X3 customer yet.",
        subject=vat,
        kind="customers",
        advice=advice,
    )


def check_customer(bpcnum: str, master: Customer | None, *, currency: str) -> Refused | None:
    """The refusal for a customer X3 would not take, as far as its master is known."""
    if master is None or (master.active and master.currency in ("", currency)):
        return None
    if not master.active:
        return Refused(
            f"The customer {bpcnum} is inactive in X3.",
            advice="Activate it in X3 or choose another customer in the mapping.",
            subject=bpcnum,
        )
    return Refused(
        f"The customer {bpcnum} is kept in {master.currency}, the order is in {currency}.",
        advice="Choose a customer in that currency, or convert the order by the site's settings.",
        subject=bpcnum,
    )
