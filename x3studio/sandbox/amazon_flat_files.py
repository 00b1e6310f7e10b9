"""The bodies of the demo's flat files: all listings of a marketplace, and all orders of a time span."""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from x3studio.domain.catalogue import Listing
from x3studio.domain.orders import OrderStatus
from x3studio.sandbox.amazon_sales import Sale
from x3studio.sandbox.orders import Orders
from x3studio.sandbox.world import World

LISTING_COLUMNS = (
    *("item-name", "item-description", "listing-id", "seller-sku", "price", "quantity", "open-date"),
    *("image-url", "item-is-marketplace", "product-id-type", "zshop-shipping-fee", "item-note"),
    *("item-condition", "zshop-category1", "zshop-browse-path", "zshop-storefront-feature", "asin1", "asin2"),
    *("asin3", "will-ship-internationally", "expedited-shipping", "zshop-boldface", "product-id"),
    *("bid-for-featured-placement", "add-delete", "pending-quantity", "fulfillment-channel"),
    *("merchant-shipping-group", "status"),
)
ORDER_COLUMNS = (
    *("amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status"),
    *("fulfillment-channel", "sales-channel", "order-channel", "ship-service-level", "product-name", "sku"),
    *("asin", "item-status", "quantity", "currency", "item-price", "item-tax", "shipping-price"),
    *("shipping-tax", "gift-wrap-price", "gift-wrap-tax", "item-promotion-discount"),
    *("ship-promotion-discount", "ship-city", "ship-state", "ship-postal-code", "ship-country"),
    *("promotion-ids", "is-business-order", "purchase-order-number", "price-designation"),
)
_STATUS = {
    OrderStatus.SHIPPED: "Shipped",
    OrderStatus.PARTIALLY_SHIPPED: "Shipping",
    OrderStatus.CANCELLED: "Cancelled",
    OrderStatus.PENDING: "Pending",
    OrderStatus.PENDING_AVAILABILITY: "Pending",
}
_YOUNGEST = timedelta(days=21)
"""Orders proper are younger; what sold before is history that only the report knows."""
_HISTORY = 90


def listings_body(world: World, marketplaces: Iterable[str]) -> bytes:
    """GET_MERCHANT_LISTINGS_ALL_DATA: a price in local form, no quantity for what Amazon keeps."""
    wanted = frozenset(marketplaces)
    lines = ["\t".join(LISTING_COLUMNS)]
    for entry in world.offers():
        if entry.marketplace in wanted:
            shown = _listing(entry)
            lines.append("\t".join(shown.get(name, "") for name in LISTING_COLUMNS))
    return "\r\n".join(lines).encode()


def _listing(entry: Listing) -> dict[str, str]:
    buyable = entry.active or (entry.status == "" and bool(entry.price))
    price = str(entry.price.amount) if entry.price else ""
    return {
        "item-name": entry.title,
        "seller-sku": entry.sku,
        "price": price.replace(".", ",") if entry.price and entry.price.currency == "EUR" else price,
        "quantity": "" if entry.fulfilled_by_amazon else str(entry.quantity or 0),
        "open-date": "2025-03-14 09:26:53 MET",
        "item-is-marketplace": "y",
        "product-id-type": "4" if entry.ean else "1",
        "item-condition": "11",
        "asin1": entry.asin,
        "product-id": entry.ean or entry.asin,
        "fulfillment-channel": "AMAZON_EU" if entry.fulfilled_by_amazon else "DEFAULT",
        "status": "Active" if buyable else "Inactive" if entry.title else "Incomplete",
    }


def orders_body(
    world: World, orders: Orders, marketplaces: Iterable[str], *, start: datetime, end: datetime
) -> bytes:
    """GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL: a line for each order line, with buyers' towns."""
    wanted = frozenset(marketplaces)
    lines = ["\t".join(ORDER_COLUMNS)]
    rows = (*_recent(orders, wanted, start, end), *_history(world, wanted, start, end))
    lines += ["\t".join(row.get(name, "") for name in ORDER_COLUMNS) for row in rows]
    return "\r\n".join(lines).encode()


def _recent(
    orders: Orders, wanted: frozenset[str], start: datetime, end: datetime
) -> Iterator[dict[str, str]]:
    for sale in orders.everything():
        if sale.place.id in wanted and start.timestamp() <= sale.created <= end.timestamp():
            yield from _order_lines(sale)


def _order_lines(sale: Sale) -> Iterator[dict[str, str]]:
    made = datetime.fromtimestamp(sale.created, UTC).isoformat()
    for line in sale.lines:
        yield {
            "amazon-order-id": sale.order_id,
            "purchase-date": made,
            "last-updated-date": datetime.fromtimestamp(sale.updated, UTC).isoformat(),
            "order-status": _STATUS.get(sale.status, "Pending"),
            "fulfillment-channel": "Amazon" if sale.by_amazon else "Merchant",
            "sales-channel": sale.place.domain,
            "product-name": line.offer.title,
            "sku": line.offer.sku,
            "asin": line.offer.asin,
            "item-status": _STATUS.get(sale.status, "Unshipped"),
            "quantity": str(line.quantity),
            "currency": sale.place.currency,
            "item-price": f"{(line.item + line.tax) / 100:.2f}" if sale.priced else "",
            "item-tax": f"{line.tax / 100:.2f}" if sale.priced else "",
            "item-promotion-discount": f"{line.discount / 100:.2f}" if line.discount else "",
            "ship-city": sale.buyer.city,
            "ship-postal-code": sale.buyer.postcode,
            "ship-country": sale.place.country,
            "is-business-order": "true" if sale.business else "false",
        }


def _history(
    world: World, wanted: frozenset[str], start: datetime, end: datetime
) -> Iterator[dict[str, str]]:
    """What sold before the orders that the demo still has: few SKUs make most of it, as in any shop."""
    rng = random.Random(f"{world.seed}:history")
    newest = world.now - _YOUNGEST
    places = world.marketplaces
    for entry in world.offers():
        often = min(int(rng.paretovariate(1.1)), 60) if entry.price else 0
        for number in range(often):
            at = newest - timedelta(seconds=rng.randrange(0, (_HISTORY - _YOUNGEST.days) * 86_400))
            units = 1 if rng.random() < 0.8 else rng.randint(2, 5)
            if entry.marketplace not in wanted or not start <= at <= end or not entry.price:
                continue
            yield {
                "amazon-order-id": f"{300 + number:03d}-{rng.randrange(10**7):07d}-0000000",
                "purchase-date": at.replace(microsecond=0).isoformat(),
                "order-status": "Shipped",
                "fulfillment-channel": "Amazon" if entry.fulfilled_by_amazon else "Merchant",
                "sales-channel": places[entry.marketplace].domain,
                "product-name": entry.title,
                "sku": entry.sku,
                "asin": entry.asin,
                "item-status": "Shipped",
                "quantity": str(units),
                "currency": entry.price.currency,
                "item-price": f"{entry.price.amount * units:.2f}",
                "ship-city": "Musterstadt",
                "ship-postal-code": "00000",
                "ship-country": places[entry.marketplace].country,
                "is-business-order": "false",
            }
