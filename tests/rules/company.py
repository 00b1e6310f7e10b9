"""A small company written out in code: its rule set, site, items, mappings, and orders to translate."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from x3studio.domain.catalogue import Item, ItemStatus
from x3studio.domain.mappings import Component, CustomerPair, ItemPair
from x3studio.domain.money import Money
from x3studio.domain.orders import Address, Channel, Order, OrderLine, OrderStatus
from x3studio.rules.context import Context
from x3studio.rules.customers import CustomerBook
from x3studio.rules.orders import order_record
from x3studio.rules.ruleset import RuleSet, parse_ruleset
from x3studio.rules.site import Site, parse_site
from x3studio.rules.trace import Outcome, Translation
from x3studio.rules.translate import translate

TEMPLATES = Path(__file__).resolve().parents[2] / "resources" / "templates"
ORDERS_TEXT = (TEMPLATES / "orders.json").read_text(encoding="utf-8")
SITE_TEXT = (TEMPLATES / "site.json").read_text(encoding="utf-8")
DE, FR, UK = "A1PA6795UKMFR9", "A13V1IB3VIYZZH", "A1F83G8C2ARO7P"
BUSINESS_VAT = "DE136695976"

ITEMS = {
    item.itmref: item
    for item in (
        Item("PEN", "Pen", price=Decimal("1.00")),
        Item("INK", "Ink", price=Decimal("3.00"), sales_unit="BOX"),
        Item("PAD", "Pad"),
        Item("OLD", "Old pen", status=ItemStatus.OBSOLETE),
        Item("PORTO", "Shipping"),
        Item("CUT", "Discount"),
    )
}
PAIRS = {
    (pair.seller_sku, pair.marketplace): pair
    for pair in (
        ItemPair("SKU-PEN", "PEN"),
        ItemPair("SKU-PEN", "PAD", marketplace=FR),
        ItemPair("SKU-INK", "INK"),
        ItemPair("SKU-PEN-6", "PEN", pack_factor=Decimal(6)),
        ItemPair("SKU-PEN-1500", "PEN", pack_factor=Decimal(1500)),
        ItemPair("SKU-HALF", "PAD", pack_factor=Decimal("0.5")),
        ItemPair("SKU-OLD", "OLD"),
        ItemPair("SKU-SET", "", components=(Component("PEN", Decimal(2)), Component("INK", Decimal(1)))),
        ItemPair(
            "SKU-BOX",
            "",
            components=(
                Component("PEN", Decimal(1), weight=Decimal(1)),
                Component("PAD", Decimal(3), weight=Decimal(2)),
            ),
        ),
        ItemPair("SKU-MIX", "", components=(Component("PEN", Decimal(1)), Component("PAD", Decimal(1)))),
        ItemPair("SKU-ZERO", "PEN", pack_factor=Decimal(0)),
    )
}
CUSTOMERS = (
    CustomerPair("AMZ-DE-FBM", marketplace=DE, channel="FBM"),
    CustomerPair("AMZ-DE", marketplace=DE),
    CustomerPair("AMZ-FBA", channel="FBA"),
    CustomerPair("AMZ-REST"),
    CustomerPair("KD10001", marketplace=DE, vat_number="DE 136 695 976"),
)


def euros(amount: str | None, currency: str = "EUR") -> Money | None:
    """An amount, or None."""
    return None if amount is None else Money(Decimal(amount), currency)


def line(
    sku: str = "SKU-PEN",
    quantity: int = 1,
    price: str | None = "9.99",
    total: str | None = None,
    *,
    shipping: str | None = None,
    discount: str | None = None,
    tax: str | None = None,
    currency: str = "EUR",
) -> OrderLine:
    """An Amazon line without tax on top; its total is worked out unless it is given ("" for none)."""
    if total is None and price is not None:
        whole = Decimal(price) * quantity + Decimal(shipping or 0) - Decimal(discount or 0)
        total = str(whole)
    return OrderLine(
        line_id=f"1-{sku}",
        sku=sku,
        asin="B000000001",
        title="A pen & <ink> 漢字",
        quantity=quantity,
        price=euros(price, currency),
        total=euros(total or None, currency),
        shipping=euros(shipping, currency),
        discount=euros(discount, currency),
        tax=euros(tax, currency),
    )


def order(*lines: OrderLine, total: str | None = None, **changes: Any) -> Order:
    """An order over the sum of its lines, unless another total is given ("" for none)."""
    lines = lines or (line(),)
    currency = next((part.total.currency for part in lines if part.total), "EUR")
    summed = sum((part.total.amount for part in lines if part.total), Decimal(0))
    made = Order(
        order_id="302-1234567-7654321",
        created=datetime(2026, 11, 19, 22, 30, tzinfo=UTC),
        updated=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
        marketplace=DE,
        channel=Channel.FBM,
        status=OrderStatus.UNSHIPPED,
        lines=lines,
        total=euros(None if total == "" else total or str(summed), currency),
    )
    return replace(made, **changes)


def an_address(**changes: str) -> Address:
    """A delivery address that needs cleansing."""
    address = Address(
        name="  Kern & Söhne\t<Versand>  ",
        company="Kern & Söhne",
        line1="Am Alten Markt 12",
        line2="Hinterhaus, 2. OG",
        city="Hamburg",
        postcode="D-20095",
        country="DE",
        phone="+49 (0)30 555-0001",
    )
    return replace(address, **changes)


def changed(text: str, change: Callable[[dict[str, Any]], None]) -> str:
    """A JSON document after a change to it."""
    document = json.loads(text)
    change(document)
    return json.dumps(document, ensure_ascii=False)


def ruleset(change: Callable[[dict[str, Any]], None] = lambda document: None) -> RuleSet:
    """The shipped rule set, perhaps with a consultant's change."""
    return parse_ruleset(changed(ORDERS_TEXT, change))


def with_header(*fields: Mapping[str, Any]) -> RuleSet:
    """The shipped rule set with further header fields."""
    return ruleset(lambda document: document["header"].extend(fields))


def site(**settings: Any) -> Site:
    """The shipped settings with some replaced."""
    return parse_site(changed(SITE_TEXT, lambda document: document.update(settings)))


SHIPPED = ruleset()
SITE = site()


def context(**changes: Any) -> Context:
    """The company's context with some parts replaced."""
    made = Context(site=SITE, items=PAIRS, customers=CustomerBook.of(CUSTOMERS), masters=ITEMS, as_of=17)
    return replace(made, **changes)


def outcome(of: Order, rules: RuleSet = SHIPPED, **changes: Any) -> Outcome:
    """What becomes of an order."""
    return translate(order_record(of, rules), rules, context(**changes))


def translated(of: Order, rules: RuleSet = SHIPPED, **changes: Any) -> Translation:
    """The translation of an order that is due."""
    made = outcome(of, rules, **changes)
    assert isinstance(made, Translation)
    return made


def lines_of(made: Translation) -> list[tuple[str, str, str]]:
    """Item, quantity and price of each line."""
    return [(part["ITMREF"], part["QTY"], part["GROPRI"]) for part in made.document.lines]
