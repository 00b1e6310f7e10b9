"""An Amazon order as far as X3 needs it; every optional part may really be missing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from x3studio.domain.money import Money


class OrderStatus(StrEnum):
    """Fulfilment status of Orders 2026-01-01 (Amazon's model, FulfillmentStatus)."""

    PENDING_AVAILABILITY = "PENDING_AVAILABILITY"
    PENDING = "PENDING"
    UNSHIPPED = "UNSHIPPED"
    PARTIALLY_SHIPPED = "PARTIALLY_SHIPPED"
    SHIPPED = "SHIPPED"
    CANCELLED = "CANCELLED"
    UNFULFILLABLE = "UNFULFILLABLE"
    UNKNOWN = ""
    """Amazon sent no fulfilment block."""


POSTABLE = frozenset({OrderStatus.UNSHIPPED, OrderStatus.PARTIALLY_SHIPPED, OrderStatus.SHIPPED})
"""Only these become X3 sales orders; PENDING has no guaranteed price and may still be cancelled."""

WAITING = frozenset({OrderStatus.PENDING, OrderStatus.PENDING_AVAILABILITY})


class Channel(StrEnum):
    """Who ships: the merchant (FBM) or Amazon (FBA)."""

    FBM = "FBM"
    FBA = "FBA"


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address in Amazon's parts; `country` is ISO 3166-1 alpha-2."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    line3: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One ordered article. `price` is for one unit, `total` for the line; None where Amazon sent none."""

    line_id: str
    sku: str
    asin: str
    title: str
    quantity: int
    price: Money | None
    total: Money | None
    shipping: Money | None = None
    discount: Money | None = None
    tax: Money | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One Amazon order, as read by searchOrders or getOrder of Orders 2026-01-01."""

    order_id: str
    created: datetime
    updated: datetime
    marketplace: str
    channel: Channel
    status: OrderStatus
    lines: tuple[OrderLine, ...]
    total: Money | None = None
    ship_to: Address | None = None
    buyer_name: str = ""
    company: str = ""
    vat_number: str = ""
    purchase_order: str = ""
    business: bool = False
    ship_by: datetime | None = None
    deliver_by: datetime | None = None
