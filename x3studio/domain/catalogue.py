"""What both sides sell: X3 items and customers, Amazon listings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum

from x3studio.domain.mappings import Component
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
class Packing:
    """A further unit of an item: one `unit` holds `to_stock` stock units (ITMMASTER PCU, PCUSTUCOE)."""

    unit: str
    to_stock: Decimal


@dataclass(frozen=True, slots=True)
class Item:
    """An X3 item (ITMMASTER). `price` is ITMSALES.BASPRI; `modified` UPDDATTIM or None on V6.

    `more` is what ITMDES2 and ITMDES3 add, `search_key` SEAKEY, `successor` RPLITM. `by_lot`, `by_serial`
    and `by_expiry` say that a movement must name these. `starts` and `ends` are LIFSTRDAT and LIFENDDAT,
    None where X3 sets no limit. `weight` is per stock unit, in `weight_unit`.
    """

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
    more: str = ""
    search_key: str = ""
    successor: str = ""
    by_lot: bool = False
    by_serial: bool = False
    by_expiry: bool = False
    keeps_stock: bool = True
    starts: date | None = None
    ends: date | None = None
    weight_unit: str = ""
    packings: tuple[Packing, ...] = ()

    @property
    def sellable(self) -> bool:
        """X3 takes sales orders for active items and for those in shortage or not renewed."""
        return self.status in (ItemStatus.ACTIVE, ItemStatus.SHORTAGE, ItemStatus.NOT_RENEWED)


@dataclass(frozen=True, slots=True)
class ItemSite:
    """That an item may be used at a site (ITMFACILIT)."""

    itmref: str
    site: str
    safety_stock: Decimal = Decimal(0)
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class StockTotal:
    """What lies of an item at a site, in stock units (ITMMVT).

    `allocated` is in detail (PHYALL), `globally_allocated` without saying which (GLOALL); `ordered` is
    on its way in (ORDSTO), `promised` on its way out (SALSTO).
    """

    itmref: str
    site: str
    physical: Decimal = Decimal(0)
    controlled: Decimal = Decimal(0)
    rejected: Decimal = Decimal(0)
    allocated: Decimal = Decimal(0)
    globally_allocated: Decimal = Decimal(0)
    ordered: Decimal = Decimal(0)
    promised: Decimal = Decimal(0)
    average_cost: Decimal | None = None
    modified: datetime | None = None

    @property
    def available(self) -> Decimal:
        """What can still be sold; may be below zero where X3 allows it."""
        return self.physical - self.allocated - self.globally_allocated


@dataclass(frozen=True, slots=True)
class Bill:
    """What a kit is made of in X3: its commercial bill of material."""

    itmref: str
    components: tuple[Component, ...]
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """An X3 customer (BPCUSTOMER with its BPARTNER and its main address).

    `on_hold` is a credit hold (OSTCTL 3): X3 takes no orders. `prices_with_tax` is PRITYP 2.
    """

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
    street: str = ""
    category: str = ""
    language: str = ""
    registration: str = ""
    pays: str = ""
    on_hold: bool = False
    prices_with_tax: bool = False

    @property
    def takes_orders(self) -> bool:
        """X3 takes orders of active customers without a hold."""
        return self.active and not self.on_hold


@dataclass(frozen=True, slots=True)
class CustomerAddress:
    """One of a customer's addresses (BPADDRESS); `street` joins its lines."""

    bpcnum: str
    code: str
    name: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    is_main: bool = False
    modified: datetime | None = None


class CodeTable(StrEnum):
    """The X3 tables whose codes a sync writes."""

    SITES = "sites"
    CARRIERS = "carriers"
    DELIVERY_MODES = "delivery_modes"
    TAX_RATES = "tax_rates"
    TAX_RULES = "tax_rules"
    TAX_LEVELS = "tax_levels"
    UNITS = "units"
    CURRENCIES = "currencies"
    ACCOUNTS = "accounts"
    PAYMENT_TERMS = "payment_terms"
    ORDER_TYPES = "order_types"


@dataclass(frozen=True, slots=True)
class Code:
    """One code of an X3 table; `facts` are further columns under X3's own names."""

    kind: CodeTable
    code: str
    title: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """An Amazon offer of this seller.

    `pack` is Amazon's package quantity, `parent` the ASIN of the variation family it belongs to,
    `children` how many offers it heads itself, `theme` what they differ in ("COLOR/SIZE"); `image` an
    address as text. `parent_sku` is the parent as the Listings API names it, `weight` a packed offer's in
    kilograms. `looked_up` tells when its catalogue attributes were asked for, None = not yet.
    """

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
    parent: str = ""
    children: int = 0
    theme: str = ""
    size: str = ""
    colour: str = ""
    pack: int | None = None
    image: str = ""
    manufacturer: str = ""
    model: str = ""
    product_type: str = ""
    condition: str = ""
    opened: datetime | None = None
    looked_up: datetime | None = None
    parent_sku: str = ""
    weight: Decimal | None = None

    @property
    def active(self) -> bool:
        """Whether buyers can order it: BUYABLE in the Listings API, Active in the report."""
        return bool({"BUYABLE", "ACTIVE"} & set(self.status.upper().split()))

    @property
    def family(self) -> str:
        """The ASIN that heads its variation family, "" outside of one."""
        return self.parent or (self.asin if self.children else "")


@dataclass(frozen=True, slots=True)
class Sales:
    """What one SKU sold on one day in one currency. `lines` are order lines; `revenue` includes tax."""

    sku: str
    marketplace: str
    day: date
    currency: str
    units: int
    lines: int
    revenue: Decimal
