"""A settlement as individual documents: an invoice for each order paid, a credit note for each refund.

The journal that follows then holds what is left, and books the buyers' money against their invoices.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from x3studio.domain.documents import Document, DocumentKind
from x3studio.domain.errors import Refused, Unmapped
from x3studio.domain.settlements import Account, Group, JournalPart, Proof, Role
from x3studio.settlement.exact import SCALE, scaled
from x3studio.settlement.figures import figure, money
from x3studio.settlement.grains import channel_of
from x3studio.settlement.posting_rules import PostingRules
from x3studio.settlement.settlement import Settlement
from x3studio.settlement.vocabulary import Vocabulary

INVOICED = "invoiced"
"""The own group whose account stands for what buyers owe on invoices."""
_STEPS = ("sales", "promotions", "refunds")
_EPOCH = date(1970, 1, 1)
_PRICE = Decimal("0.0001")
_SHIPPING = "sales-shipping"
_SHIPPING_BACK = "refunds-shipping"
_TAIL = 8
"""Of the settlement's id in a reference: INVREF takes thirty characters, and an order's id has nineteen."""


@dataclass(slots=True)
class Bill:
    """What one order was paid, or given back, in one settlement; amounts as in the file, by SKU."""

    order: str
    refund: bool
    marketplace: str
    channel: str
    day: date
    goods: dict[str, Decimal]
    units: dict[str, int]
    shipping: Decimal

    @property
    def total(self) -> Decimal:
        """What the document comes to; negative for a refund."""
        return sum(self.goods.values(), Decimal(0)) + self.shipping


def invoiced(group: Group) -> bool:
    """Whether a group's amounts stand on invoices in this mode."""
    return group.step in _STEPS or group.role is Role.TAX_COLLECTED


def bills(settlement: Settlement, vocabulary: Vocabulary) -> tuple[Bill, ...]:
    """Every order of the settlement, paid and refunded apart, in the order of the file.

    Raises Refused for an amount of a sale that names no order or no SKU: no invoice could hold it.
    """
    groups = [vocabulary.group_of(triple) for triple in settlement.triples]
    chosen = np.array([group is not None and invoiced(group) for group in groups], bool)
    found: dict[tuple[str, bool], Bill] = {}
    cents, columns = scaled(settlement.amounts), {n: settlement.column(n) for n in _COLUMNS}
    orders = settlement.text["order-id"] if "order-id" in settlement.text.column_names else None
    for row in np.flatnonzero(chosen[settlement.triple_of]).tolist():
        group = groups[settlement.triple_of[row]]
        cells = {name: column.values[column.codes[row]] for name, column in columns.items()}
        order = str(orders[row].as_py()).strip() if orders is not None else ""
        if not order or not cells["sku"] or group is None:
            raise _no_order(settlement, row)
        refund = settlement.triples[settlement.triple_of[row]].transaction_type.casefold() != "order"
        bill = found.get((order, refund))
        if bill is None:
            market = cells["marketplace-name"]
            channel = channel_of(cells["fulfillment-id"], market)
            day = _EPOCH + timedelta(days=int(settlement.posted.days[row]))
            bill = found[order, refund] = Bill(
                order, refund, market, channel, day, defaultdict(Decimal), defaultdict(int), Decimal(0)
            )
        amount = Decimal(int(cents[row])) / SCALE
        if group.id in (_SHIPPING, _SHIPPING_BACK):
            bill.shipping += amount
        else:
            bill.goods[cells["sku"]] += amount
        quantity = cells["quantity-purchased"]
        if quantity.isdecimal() and group.step in ("sales", "refunds"):
            bill.units[cells["sku"]] += int(quantity)
    return tuple(found.values())


_COLUMNS = ("sku", "marketplace-name", "fulfillment-id", "quantity-purchased")


def _no_order(settlement: Settlement, row: int) -> Refused:
    line = int(settlement.numbers[row])
    return Refused(
        f"Line {line} holds a sale without order or SKU: it fits on no invoice.",
        advice="Post this settlement as a summarised journal.",
        subject=f"line {line}",
    )


def reference_of(bill: Bill, settlement_id: str) -> str:
    """What finds the document in X3; an order may be settled in parts, so the settlement is named too."""
    return f"{bill.order}{'C' if bill.refund else 'I'}{settlement_id[-_TAIL:]}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Which X3 item, and how many of its sales units, stand for a SKU; which customer for a marketplace."""

    items: Mapping[str, tuple[str, Decimal]]
    customers: Mapping[tuple[str, str], str]

    def customer(self, marketplace: str, channel: str) -> str:
        """The customer of a bill: marketplace and channel, then the marketplace alone."""
        market = marketplace.casefold()
        return self.customers.get((market, channel), "") or self.customers.get((market, ""), "")


def documents(
    made: Iterable[Bill], settlement_id: str, currency: str, rules: PostingRules, catalogue: Catalogue
) -> tuple[Document, ...]:
    """The invoices and credit notes. Raises Unmapped for a SKU without an item or a bill without customer."""
    return tuple(_document(bill, settlement_id, currency, rules, catalogue) for bill in made if bill.total)


def _document(
    bill: Bill, settlement_id: str, currency: str, rules: PostingRules, catalogue: Catalogue
) -> Document:
    settings = rules.invoices or {}
    customer = catalogue.customer(bill.marketplace, bill.channel) or settings.get("customer", "")
    if not customer:
        raise Unmapped(
            f"No X3 customer stands for {bill.marketplace}, {bill.channel}.",
            subject=f"{bill.marketplace} {bill.channel}",
            kind="customers",
        )
    sign = -1 if bill.refund else 1
    lines = [
        _line(*_item(sku, catalogue, settings), amount * sign, bill.units.get(sku, 1) or 1, currency)
        for sku, amount in bill.goods.items()
        if amount
    ]
    if bill.shipping:
        item = settings.get("shipping", "")
        if not item:
            raise Unmapped("No X3 item stands for shipping on invoices.", subject="shipping")
        lines.append(_line(item, Decimal(1), bill.shipping * sign, 1, currency))
    header = {
        "SALFCY": rules.value("site", bill.marketplace, currency),
        "SIVTYP": settings.get("credit_type" if bill.refund else "type", ""),
        "INVREF": reference_of(bill, settlement_id),
        "INVDAT": bill.day.isoformat(),
        "BPCINV": customer,
        "CUR": currency,
    }
    return Document(DocumentKind.INVOICE, header["INVREF"], header, tuple(lines))


def _item(sku: str, catalogue: Catalogue, settings: Mapping[str, str]) -> tuple[str, Decimal]:
    item, factor = catalogue.items.get(sku, ("", Decimal(1)))
    item = item or settings.get("item", "")
    if not item:
        raise Unmapped(f"No X3 item stands for {sku}.", subject=sku)
    return item, factor


def _line(item: str, factor: Decimal, amount: Decimal, units: int, currency: str) -> Mapping[str, str]:
    """Quantity and price; a price that would not multiply back to the amount goes over one piece."""
    quantity = units * factor
    price = Decimal(figure((amount / quantity).quantize(_PRICE), currency))
    if price * quantity != amount:
        price, quantity = amount, Decimal(1)
    return {"ITMREF": item, "QTY": _plain(quantity), "GROPRI": _plain(price)}


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def against_invoices(proof: Proof, made: Iterable[Bill], account: Account | None) -> tuple[JournalPart, ...]:
    """The journal of what is left: buyers' money stands against their invoices.

    Raises Refused where the invoices do not come to exactly what the journal would have held.
    """
    names = {total.group.id for total in proof.groups if invoiced(total.group)}
    booked = sum((line.net for part in proof.parts for line in part.lines if line.group in names), Decimal(0))
    billed = sum((bill.total for bill in made), Decimal(0))
    if booked != billed:
        currency = proof.header.currency
        raise Refused(
            f"The documents come to {money(billed, currency)}, the settlement's sales to "
            f"{money(booked, currency)}.",
            advice="Post this settlement as a summarised journal.",
        )
    return tuple(
        replace(
            part,
            lines=tuple(
                replace(line, account=account) if line.group in names else line for line in part.lines
            ),
        )
        for part in proof.parts
    )
