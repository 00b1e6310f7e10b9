"""What both sides sell: X3 items and customers, Amazon listings."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum

from x3studio.domain.money import Money


class ItemStatus(IntEnum):
    """ITMMASTER.ITMSTA, local menu of X3."""

    ACTIVE = 1
    IN_DEVELOPMENT = 2
    SHORTAGE = 3
    NOT_RENEWED = 4
    OBSOLETE = 5
    NOT_USABLE = 6


@dataclass(frozen=True, slots=True)
class Item:
    """An X3 item (ITMMASTER). `price` is ITMSALES.BASPRI; `modified` UPDDATTIM or None on V6."""

    itmref: str
    description: str
    status: ItemStatus = ItemStatus.ACTIVE
    ean: str = ""
    category: str = ""
    accounting_code: str = ""
    stock_unit: str = "UN"
    sales_unit: str = "UN"
    sales_to_stock: Decimal = Decimal(1)
    tax_level: str = ""
    price: Decimal | None = None
    supplier: str = ""
    weight: Decimal | None = None
    is_kit: bool = False
    modified: datetime | None = None

    @property
    def sellable(self) -> bool:
        """X3 takes sales orders for active items and for those in shortage or not renewed."""
        return self.status in (ItemStatus.ACTIVE, ItemStatus.SHORTAGE, ItemStatus.NOT_RENEWED)


@dataclass(frozen=True, slots=True)
class Customer:
    """An X3 customer (BPCUSTOMER with its BPARTNER)."""

    bpcnum: str
    name: str
    active: bool = True
    country: str = ""
    currency: str = ""
    vat_number: str = ""
    tax_rule: str = ""
    payment_terms: str = ""
    city: str = ""
    postcode: str = ""
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """An Amazon offer of this seller."""

    sku: str
    asin: str
    title: str
    marketplace: str
    fulfilled_by_amazon: bool = False
    status: str = ""
    brand: str = ""
    ean: str = ""
    price: Money | None = None
    quantity: int | None = None
