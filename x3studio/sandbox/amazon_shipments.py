"""The demo's confirmShipment: checks a parcel as Amazon does, then marks the order and writes the ledger."""

from datetime import datetime
from typing import Any

from x3studio.domain.orders import OrderStatus
from x3studio.sandbox.amazon_answers import Refusal, bad
from x3studio.sandbox.amazon_sales import Sale
from x3studio.sandbox.ledger import Ledger
from x3studio.sandbox.orders import Orders

_OPEN = (OrderStatus.UNSHIPPED, OrderStatus.PARTIALLY_SHIPPED)
_MUST = ("packageReferenceId", "carrierCode", "trackingNumber", "shipDate", "orderItems")


def confirm(orders: Orders, ledger: Ledger, order_id: str, body: Any) -> None:
    """Takes one parcel into an order. Raises Refusal; a parcel that was confirmed before is refused too."""
    detail = _detail(body)
    sale = orders.get(order_id)
    if sale is None:
        raise Refusal(404, "NotFound", f"The order {order_id} was not found.")
    if body.get("marketplaceId") != sale.place.id:
        raise bad("The order belongs to another marketplace.")
    if sale.by_amazon:
        raise bad("Amazon fulfils this order.")
    reference = str(detail["packageReferenceId"])
    known = {package["packageReferenceId"] for package in orders.packages(order_id)}
    if sale.status not in _OPEN or reference in known:
        raise bad("There is no package to update for this order.", code="PackageToUpdateNotFound")
    units = _units(sale, detail["orderItems"])
    package = {
        "packageReferenceId": reference,
        "carrier": str(detail.get("carrierName") or detail["carrierCode"]),
        "shipTime": detail["shipDate"],
        "trackingNumber": detail["trackingNumber"],
        "packageStatus": {"status": "SHIPPED"},
        "packageItems": [{"orderItemId": item, "quantity": count} for item, count in units.items()],
    }
    orders.ship(order_id, units, package=package)
    ledger.add("amazon", "SHIPMENT", f"{order_id}/{reference}", order_id)


def _detail(body: Any) -> dict[str, Any]:
    detail = body.get("packageDetail") if isinstance(body, dict) else None
    if not isinstance(detail, dict):
        raise bad("packageDetail is missing.")
    for name in _MUST:
        if not detail.get(name):
            raise bad(f"{name} is missing.")
    reference = str(detail["packageReferenceId"])
    if not (reference.isascii() and reference.isdigit() and reference.strip("0")):
        raise bad("packageReferenceId must be a positive number.")
    if detail["carrierCode"] == "Other" and not detail.get("carrierName"):
        raise bad("carrierName is missing.")
    try:
        datetime.fromisoformat(str(detail["shipDate"]))
    except ValueError:
        raise bad("shipDate is not an ISO 8601 date.") from None
    return detail


def _units(sale: Sale, rows: Any) -> dict[str, int]:
    open_units = {line.item_id: line.quantity - line.shipped for line in sale.lines}
    units: dict[str, int] = {}
    for row in rows if isinstance(rows, list) else ():
        item, count = (row.get("orderItemId"), row.get("quantity")) if isinstance(row, dict) else ("", 0)
        if item not in open_units:
            raise bad("An order item is not part of this order.")
        if type(count) is not int or not 0 < count + units.get(item, 0) <= open_units[item]:
            raise bad("A quantity is more than what is left to ship.")
        units[item] = count + units.get(item, 0)
    if not units:
        raise bad("orderItems is empty.")
    return units
