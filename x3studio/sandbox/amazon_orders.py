"""Writes a sale the way Amazon's Orders API 2026-01-01 does: only the datasets that were asked for."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from x3studio.domain.orders import OrderStatus
from x3studio.sandbox.amazon_sales import Sale, SaleLine

DATASETS = frozenset(
    {
        "BUYER",
        "RECIPIENT",
        "PROCEEDS",
        "EXPENSE",
        "PROMOTION",
        "CANCELLATION",
        "FULFILLMENT",
        "PACKAGES",
        "TAX",
        "PAYMENT",
        "FULFILLMENT_ORDERS",
    }
)
_DAY = 86_400
_KINDS = (("ITEM", "item"), ("SHIPPING", "shipping"), ("TAX", "tax"))

Json = dict[str, Any]


def order_json(sale: Sale, datasets: Collection[str], *, packages: Collection[Json] = ()) -> Json:
    """One order. `datasets` are those asked for and allowed; required parts always come."""
    order: Json = {
        "orderId": sale.order_id,
        "createdTime": iso(sale.created),
        "lastUpdatedTime": iso(sale.updated),
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": sale.place.id},
        "orderItems": [_item(sale, line, datasets) for line in sale.lines],
    }
    if not sale.sparse:
        order["salesChannel"]["marketplaceName"] = sale.place.domain
        order["orderAliases"] = [{"aliasId": sale.order_id, "aliasType": "SELLER_ORDER_ID"}]
    programs = ["AMAZON_BUSINESS"] * sale.business + ["PRIME"] * (sale.prime and sale.by_amazon)
    if programs or not sale.sparse:
        order["programs"] = programs
    for name, part in _PARTS.items():
        if name in datasets:
            part(order, sale)
    if "PACKAGES" in datasets and packages:
        order["packages"] = list(packages)
    return order


def iso(seconds: int) -> str:
    """A time as Amazon writes it: UTC, whole seconds."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _item(sale: Sale, line: SaleLine, datasets: Collection[str]) -> Json:
    product: Json = {"asin": line.offer.asin, "sellerSku": line.offer.sku}
    if not sale.sparse:
        product["title"] = line.offer.title
        product["condition"] = {"conditionType": "NEW", "conditionSubtype": "NEW"}
    item: Json = {"orderItemId": line.item_id, "quantityOrdered": line.quantity, "product": product}
    if sale.priced and line.quantity:
        product["price"] = {"unitPrice": _money(line.offer.net, sale)}
        if sale.business:
            product["price"]["priceDesignation"] = "BUSINESS_PRICE"
        if "PROCEEDS" in datasets:
            item["proceeds"] = _proceeds(sale, line)
    if "FULFILLMENT" in datasets:
        item["fulfillment"] = {
            "quantityFulfilled": line.shipped,
            "quantityUnfulfilled": line.quantity - line.shipped,
        }
    if "CANCELLATION" in datasets and sale.status is OrderStatus.CANCELLED:
        item["cancellation"] = {"cancellationExecution": {"cancelledBy": "BUYER"}}
    return item


def _proceeds(sale: Sale, line: SaleLine) -> Json:
    parts: list[Json] = [
        {"type": kind, "subtotal": _money(amount, sale)}
        for kind, name in _KINDS
        if (amount := getattr(line, name)) or kind == "ITEM"
    ]
    if line.discount:
        parts.append({"type": "DISCOUNT", "subtotal": _money(-line.discount, sale)})
    return {"proceedsTotal": _money(line.total, sale), "breakdowns": parts}


def _order_proceeds(order: Json, sale: Sale) -> None:
    if not sale.priced:
        return
    total = sum(line.total for line in sale.lines)
    order["proceeds"] = {"grandTotal": _money(total, sale)}
    if sale.sparse:
        return
    sums = [(kind, sum(getattr(line, name) for line in sale.lines)) for kind, name in _KINDS]
    sums.append(("DISCOUNT", -sum(line.discount for line in sale.lines)))
    order["proceeds"]["breakdowns"] = [
        {"type": kind, "subtotal": _money(amount, sale)} for kind, amount in sums if amount
    ]


def _fulfillment(order: Json, sale: Sale) -> None:
    block: Json = {
        "fulfillmentStatus": sale.status.value,
        "fulfilledBy": "AMAZON" if sale.by_amazon else "MERCHANT",
        "fulfillmentServiceLevel": "STANDARD",
    }
    order["fulfillment"] = block
    if not sale.sparse:
        start = sale.created - sale.created % _DAY + _DAY
        block["shipByWindow"] = _window(start, start + 2 * _DAY - 1)
        block["deliverByWindow"] = _window(start + 2 * _DAY, start + 6 * _DAY - 1)


def _buyer(order: Json, sale: Sale) -> None:
    buyer = {"buyerName": sale.buyer.name}
    if not sale.by_amazon:
        buyer["buyerEmail"] = sale.buyer.email
    if sale.company:
        buyer["buyerCompanyName"] = sale.company
    if sale.purchase_order:
        buyer["buyerPurchaseOrderNumber"] = sale.purchase_order
    order["buyer"] = buyer


def _recipient(order: Json, sale: Sale) -> None:
    """Of an order that Amazon ships, no more than the country and the city are shown."""
    who = sale.buyer
    address = {"city": who.city, "postalCode": who.postcode, "countryCode": who.country}
    if not sale.by_amazon:
        address = {"name": who.name, **address, "phone": who.phone, "addressType": "RESIDENTIAL"}
        address |= {f"addressLine{number}": text for number, text in enumerate(who.lines, start=1)}
        if sale.company:
            address |= {"companyName": sale.company, "addressType": "COMMERCIAL"}
    order["recipient"] = {"deliveryAddress": address}


def _tax(order: Json, sale: Sale) -> None:
    if sale.vat_number:
        registration = {
            "entityType": "BUYER",
            "legalName": sale.company,
            "taxRegistrationType": "VAT",
            "taxRegistrationNumber": sale.vat_number,
        }
        order["tax"] = {"taxRegistrations": [registration]}


_PARTS = {
    "PROCEEDS": _order_proceeds,
    "FULFILLMENT": _fulfillment,
    "BUYER": _buyer,
    "RECIPIENT": _recipient,
    "TAX": _tax,
}


def _money(cents: int, sale: Sale) -> Json:
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return {"amount": f"{sign}{whole}.{rest:02d}", "currencyCode": sale.place.currency}


def _window(start: int, end: int) -> Json:
    return {"earliestDateTime": iso(start), "latestDateTime": iso(end)}
