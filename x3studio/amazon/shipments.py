"""Tells Amazon that a merchant-fulfilled order was shipped; there is one outcome whatever happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from x3studio.amazon.calls import Calls
from x3studio.amazon.decoding import encode_time
from x3studio.amazon.jsontext import Json
from x3studio.amazon.operations import CONFIRM_SHIPMENT
from x3studio.amazon.orders import read_order
from x3studio.domain.documents import Rejected, Taken, Unknown, Unsent, Verdict
from x3studio.domain.errors import ConnectionFault, Refused, Throttled

_ALREADY = "PackageToUpdateNotFound"
"""Amazon's answer to a repeated confirmation (amzn selling-partner-api-models issue 5037)."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel of an order. `number` is a positive whole number, unique within the order.

    `items` are pairs of Amazon's order item id and units. `carrier_name` is needed for carrier "Other".
    """

    order_id: str
    marketplace: str
    number: int
    carrier: str
    tracking: str
    shipped_at: datetime
    items: Sequence[tuple[str, int]]
    carrier_name: str = ""
    method: str = ""


async def confirm_shipment(calls: Calls, parcel: Parcel) -> Verdict:
    """Confirms one parcel. Never raises for what may happen to a write: the verdict says it.

    Where Amazon no longer finds a parcel to update, the order is read again: shown as shipped, the
    confirmation has arrived before and counts as taken. CredentialFault and SettingFault are raised.
    """
    try:
        await calls.call(
            CONFIRM_SHIPMENT,
            path={"orderId": parcel.order_id},
            body=_request(parcel),
            record=parcel.order_id,
        )
    except Throttled as fault:
        return Unsent(fault.title, retry_after=fault.retry_after)
    except ConnectionFault as fault:
        return Unsent(fault.title) if fault.unsent else Unknown(fault.title)
    except Refused as fault:
        if fault.subject != _ALREADY:
            return Rejected((fault.said or fault.title,))
        return await _after_all(calls, parcel, said=fault.said)
    return Taken(str(parcel.number))


async def _after_all(calls: Calls, parcel: Parcel, *, said: str) -> Verdict:
    try:
        order = await read_order(calls, parcel.order_id, packages=True)
    except (ConnectionFault, Refused) as fault:
        return Unknown(fault.title)
    if _shows(order, parcel):
        return Taken(str(parcel.number), notes=("Amazon had this confirmation already.",))
    return Rejected((said,))


def _shows(order: Json, parcel: Parcel) -> bool:
    """Whether the order has a package with this tracking number, or all units of the parcel as shipped."""
    if any(package.get("trackingNumber") == parcel.tracking for package in order.get("packages") or ()):
        return True
    shipped = {
        item.get("orderItemId"): (item.get("fulfillment") or {}).get("quantityFulfilled") or 0
        for item in order.get("orderItems") or ()
    }
    return all(shipped.get(item, 0) >= units for item, units in parcel.items)


def _request(parcel: Parcel) -> Json:
    """ConfirmShipmentRequest of Amazon's model ordersV0."""
    detail: dict[str, Json] = {
        "packageReferenceId": str(parcel.number),
        "carrierCode": parcel.carrier,
        "trackingNumber": parcel.tracking,
        "shipDate": encode_time(parcel.shipped_at),
        "orderItems": [{"orderItemId": item, "quantity": units} for item, units in parcel.items],
    }
    if parcel.carrier_name:
        detail["carrierName"] = parcel.carrier_name
    if parcel.method:
        detail["shippingMethod"] = parcel.method
    return {"marketplaceId": parcel.marketplace, "packageDetail": detail}
