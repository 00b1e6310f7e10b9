"""The names by which a rule set addresses a record, with words for the people who choose among them."""

from collections.abc import Callable, Mapping
from typing import Any

Scope = Mapping[str, Any]
"""What a rule may look at: order, line, article, customer, rate, document."""

Getter = Callable[[Scope], Any]

_ADDRESS = {
    "name": "Who receives it",
    "company": "Company of the address",
    "line1": "First address line",
    "line2": "Second address line",
    "line3": "Third address line",
    "city": "City",
    "region": "State or region",
    "postcode": "Postcode",
    "country": "Country, two letters",
    "phone": "Telephone",
}

ORDER_PATHS: Mapping[str, str] = {
    "order.order_id": "Amazon's order number",
    "order.created": "When the order was placed (UTC)",
    "order.updated": "When Amazon last changed it (UTC)",
    "order.marketplace": "Marketplace id",
    "order.channel": "FBM or FBA",
    "order.status": "Amazon's fulfilment status",
    "order.total.amount": "What the order is worth",
    "order.total.currency": "Currency of the order",
    "order.vat_number": "VAT number of a business buyer",
    "order.business": "Whether it is a business order",
    "order.ship_by": "Latest shipping time (UTC)",
    "order.deliver_by": "Latest delivery time (UTC)",
    "order.line_count": "Number of lines",
    "order.buyer_name": "Name of the buyer",
    "order.company": "Company of the buyer",
    "order.purchase_order": "The buyer's own order number",
    "order.ship_to": "The whole delivery address",
    **{f"order.ship_to.{part}": f"Delivery address: {words}" for part, words in _ADDRESS.items()},
    "customer.bpcnum": "X3 customer the order goes to",
    "document.currency": "Currency of the X3 document",
    "document.total": "Total of the X3 document",
    "rate.value": "Exchange rate used, empty without conversion",
    "rate.source": "Where the rate comes from",
    "rate.date": "Day the rate is valid for",
    "rate.pair": "Currencies of the rate, such as GBP/EUR",
}

LINE_PATHS: Mapping[str, str] = {
    "line.line_id": "Amazon's line number",
    "line.sku": "Seller SKU, empty for shipping and other charges",
    "line.asin": "ASIN",
    "line.title": "Title on Amazon",
    "line.quantity": "Quantity on Amazon",
    "line.price.amount": "Price of one Amazon unit",
    "line.total.amount": "Total of the line on Amazon",
    "article.itmref": "X3 item",
    "article.unit": "Sales unit",
    "article.quantity": "Quantity in sales units",
    "article.price": "Price of one sales unit",
    "article.amount": "Total of the X3 line",
    "article.description": "Description of the X3 item",
}

PERSONAL_DATA: Mapping[str, str] = {
    "order.ship_to": "RECIPIENT",
    "order.buyer_name": "BUYER",
    "order.company": "BUYER",
    "order.purchase_order": "BUYER",
}
"""Paths to personal data and what must be asked for to get them (includedData of Orders 2026-01-01)."""


def personal(path: str) -> str:
    """The includedData name a path needs, or "" where the path holds no personal data."""
    return PERSONAL_DATA.get(".".join(path.split(".")[:2]), "")


def getter(path: str) -> Getter:
    """A function that reads the path; a missing part gives None."""
    keys = tuple(path.split("."))
    if len(keys) == 2:
        first, second = keys

        def short(scope: Scope) -> Any:
            part = scope.get(first)
            return None if part is None else part.get(second)

        return short

    def walk(scope: Scope) -> Any:
        value: Any = scope
        for key in keys:
            if value is None:
                return None
            value = value.get(key)
        return value

    return walk
