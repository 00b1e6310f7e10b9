"""Turns the lines of an order into articles for X3 through the item mapping: packs, kits and charges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from x3studio.domain.catalogue import Item
from x3studio.domain.errors import Refused, Unmapped
from x3studio.domain.mappings import ItemPair
from x3studio.domain.money import minor_unit, split
from x3studio.rules.charges import ZERO, Charges, Reading, charges
from x3studio.rules.context import Context
from x3studio.rules.pricing import Priced, unit_prices, weights
from x3studio.rules.rates import Conversion
from x3studio.rules.trace import Origin, Origins
from x3studio.rules.values import plain

Record = Mapping[str, Any]


class Article(NamedTuple):
    """One X3 line: what rules address as `article.*`, the Amazon line behind it, and the origins."""

    fields: Mapping[str, Any]
    line: Record
    origins: Origins


@dataclass(frozen=True, slots=True)
class Parcel:
    """An amount that becomes one or more X3 lines: an Amazon line's goods, or a charge of the order."""

    amount: Decimal
    line: Record
    pair: ItemPair
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class Basket:
    """All parcels of an order in its own currency.

    `total` is what all its lines are worth, those without a mapping included; `tax` what Amazon reports
    on them; `complete` is False where a line's figures could not be read.
    """

    parcels: tuple[Parcel, ...]
    total: Decimal
    tax: Decimal
    complete: bool


_CHARGES = (
    ("shipping", "shipping", "Shipping"),
    ("gift_wrap", "other", "Gift wrap and other charges"),
    ("discount", "discount", "Discount"),
)


def fill_basket(order: Record, reading: Reading, context: Context, problems: list[Refused]) -> Basket:
    """The order's parcels; whatever is wrong with a line is appended to `problems`."""
    marketplace = order["marketplace"]
    live = [line for line in order["lines"] if line["quantity"] > 0]
    if not live:
        problems.append(_nothing_left(order))
    for line in order["lines"]:
        if line["quantity"] < 0:
            problems.append(Refused(f"The quantity of {line['sku']} is below zero.", subject=line["sku"]))
    parcels, taken = [], []
    for line in live:
        pair = _pair(line, marketplace, context, problems)
        try:
            part = charges(line, reading)
        except Refused as problem:
            problems.append(problem)
            continue
        taken.append(part)
        if pair is not None:
            parcels.append(Parcel(part.goods, line, pair, part.words, "line.total"))
    parcels += _charge_parcels(order, taken, reading, context, problems)
    return Basket(
        parcels=tuple(parcels),
        total=sum((part.total for part in taken), ZERO),
        tax=sum((part.tax for part in taken), ZERO),
        complete=len(taken) == len(live) > 0,
    )


def _nothing_left(order: Record) -> Refused:
    return Refused(
        f"Nothing is left to order in {order['order_id']}: every quantity is zero.",
        advice="The buyer probably cancelled all of it; check in Seller Central and close the exception.",
        cause="missing",
        subject=order["order_id"],
    )


def _pair(line: Record, marketplace: str, context: Context, problems: list[Refused]) -> ItemPair | None:
    """What stands for the line's SKU, checked against the item masters; None after noting a problem."""
    sku = line["sku"]
    if not sku:
        problems.append(
            Refused(
                f"Amazon sent no seller SKU for {line['asin'] or line['line_id']}.",
                advice="Look the article up in Seller Central and enter the order by hand.",
                cause="missing",
                subject=line["asin"],
            )
        )
        return None
    pair = context.pair(sku, marketplace)
    if pair is None or not (pair.itmref or pair.components):
        problems.append(
            Unmapped(
                f"No X3 item stands for the SKU {sku}.",
                subject=sku,
                advice="Choose the X3 item in the mapping; the order then goes on by itself.",
            )
        )
        return None
    wrong = [_unfit(itmref, sku, context) for itmref in _itmrefs(pair)]
    if pair.pack_factor <= 0 or any(part.quantity <= 0 or (part.weight or 0) < 0 for part in pair.components):
        wrong.append(
            Refused(
                f"The mapping of {sku} has a quantity that is not above zero, or a weight below it.",
                advice="Correct the pack factor or the kit in the mapping.",
                subject=sku,
            )
        )
    problems += [problem for problem in wrong if problem is not None]
    return pair


def _itmrefs(pair: ItemPair) -> list[str]:
    return [part.itmref for part in pair.components] or [pair.itmref]


def _unfit(itmref: str, sku: str, context: Context) -> Refused | None:
    master = context.masters.get(itmref)
    if master is None or master.sellable:
        return None
    state = master.status.name.replace("_", " ").lower()
    successor = context.successors.get(itmref, "")
    named = f" Its successor is {successor}." if successor else ""
    return Refused(
        f"The X3 item {itmref} of {sku} cannot be sold: its status is {state}.{named}",
        advice=f"Map {sku} to {successor or 'another item'}, or activate {itmref} in X3.",
        subject=itmref,
    )


def _charge_parcels(
    order: Record, taken: Sequence[Charges], reading: Reading, context: Context, problems: list[Refused]
) -> list[Parcel]:
    parcels = []
    for setting, part, title in _CHARGES:
        amount = sum((getattr(line, part) for line in taken), ZERO)
        if not amount:
            continue
        itmref = context.site.value(f"items.{setting}", order["marketplace"], order["channel"])
        if not itmref:
            problems.append(_no_charge_item(setting, title, amount, reading.currency))
            continue
        wrong = _unfit(itmref, title, context)
        problems += [wrong] if wrong else []
        line = {"sku": "", "line_id": "", "asin": "", "title": title, "quantity": 1}
        words = f"{title} of all lines on the item of setting items.{setting}."
        parcels.append(Parcel(amount, line, ItemPair("", itmref), words, f"setting items.{setting}"))
    return parcels


def _no_charge_item(setting: str, title: str, amount: Decimal, currency: str) -> Refused:
    return Refused(
        f"{title}: the order has {amount} {currency}, but no X3 item is set for it.",
        advice=f"Enter the X3 item in the site's setting items.{setting}.",
        cause="missing",
        subject=f"items.{setting}",
    )


def converted(basket: Basket, rate: Conversion, currency: str) -> list[Decimal]:
    """The parcels' amounts in the document's currency; their sum is the rounded total, no cent lost."""
    if not rate.pair:
        return [parcel.amount for parcel in basket.parcels]
    unit = minor_unit(currency)
    total = (basket.total * rate.value).quantize(unit, rounding=ROUND_HALF_UP)
    return list(split(total, [parcel.amount for parcel in basket.parcels], unit=unit))


def articles(
    parcel: Parcel, amount: Decimal, *, currency: str, context: Context, default_unit: str
) -> list[Article]:
    """The X3 lines of a parcel that is worth `amount` in the document's currency."""
    unit = minor_unit(currency)
    pair, count = parcel.pair, Decimal(parcel.line["quantity"])
    if not pair.components:
        told = _item_words(parcel)
        quantity = count * pair.pack_factor
        return _priced(parcel, pair.itmref, quantity, amount, told, unit, context, default_unit)
    shares, how = weights(pair.components, context.masters)
    made: list[Article] = []
    for part, share in zip(pair.components, split(amount, shares, unit=unit), strict=True):
        quantity = count * pair.pack_factor * part.quantity
        told = f"Part of the kit {pair.seller_sku}; its price is shared {how}: {share} of {amount}."
        made += _priced(parcel, part.itmref, quantity, share, told, unit, context, default_unit)
    return made


def _item_words(parcel: Parcel) -> str:
    if not parcel.pair.seller_sku:
        return parcel.words
    return f"{parcel.pair.seller_sku} stands for {parcel.pair.itmref}."


def _priced(
    parcel: Parcel,
    itmref: str,
    quantity: Decimal,
    amount: Decimal,
    told: str,
    unit: Decimal,
    context: Context,
    default_unit: str,
) -> list[Article]:
    master = context.masters.get(itmref)
    parts, how = unit_prices(amount, quantity, unit)
    return [_article(parcel, itmref, part, told, how, master, default_unit) for part in parts]


def _article(
    parcel: Parcel, itmref: str, part: Priced, told: str, how: str, master: Item | None, default_unit: str
) -> Article:
    fields = {
        "itmref": itmref,
        "unit": master.sales_unit if master else default_unit,
        "quantity": part.quantity,
        "price": part.price,
        "amount": part.amount,
        "description": master.description if master else "",
    }
    count = str(parcel.line["quantity"])
    sku = parcel.line["sku"]
    packed = f"{count} on Amazon make {plain(part.quantity)} in sales units of {itmref}." if sku else "Once."
    known = f"The sales unit of {itmref}." if master else "The item is not known here yet: the default unit."
    origins = {
        "article.itmref": Origin("line.sku" if sku else parcel.source, sku or itmref, "item mapping", told),
        "article.unit": Origin("article.itmref", itmref, "item master", known),
        "article.quantity": Origin("line.quantity", count, "pack", packed),
        "article.price": Origin(parcel.source, plain(part.amount), "price", f"{parcel.words} {how}"),
        "article.amount": Origin(parcel.source, plain(part.amount), "price", parcel.words),
        "article.description": Origin("article.itmref", itmref, "item master", "As X3 describes it."),
    }
    return Article(fields, parcel.line, origins)
