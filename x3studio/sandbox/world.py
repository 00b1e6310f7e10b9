"""The demo company that both sandboxes show: an invented office-supplies trader, the same for the same seed.

`World.build(seed=, items=, orders=, now=)` is deterministic: equal arguments give equal worlds. Masters are
built at once; orders are never kept here, only how many are wanted (the demo Amazon makes them on demand).
"""

import bisect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from x3studio.domain.catalogue import Customer, Item, Listing
from x3studio.domain.mappings import Component, CustomerPair, ItemPair
from x3studio.sandbox import seed as demo
from x3studio.sandbox.documents import Documents


@dataclass(frozen=True, slots=True)
class Folder:
    """An X3 folder (the endpoint of REST); `test` marks those whose documents do not count."""

    code: str
    description: str
    test: bool


@dataclass(frozen=True, slots=True)
class Site:
    """An X3 site (FCY); only one that sells may be SALFCY, only one that stores may be STOFCY."""

    code: str
    name: str
    country: str
    sells: bool
    stores: bool


@dataclass(frozen=True, slots=True)
class StockLevel:
    """Totals of one item at one site, in stock units, as in ITMMVT: PHYSTO, PHYALL, GLOALL, CTLSTO."""

    physical: Decimal
    allocated: Decimal = Decimal(0)
    pending: Decimal = Decimal(0)
    controlled: Decimal = Decimal(0)

    @property
    def available(self) -> Decimal:
        """What can still be sold: physical less detailed and global allocations."""
        return self.physical - self.allocated - self.pending


@dataclass(frozen=True, slots=True)
class WorldItem:
    """An X3 item with what surrounds it. `components` is its bill of material where it is a kit.

    `stock` is by site code, `sites` are those where it may be used. Its pack is in the item itself:
    sales_unit and sales_to_stock.
    """

    item: Item
    brand: str
    stock: Mapping[str, StockLevel] = field(default_factory=dict)
    components: tuple[Component, ...] = ()
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Marketplace:
    """An Amazon marketplace the demo sells on; `rate` turns EUR into its currency, `vat` is 0.19 for 19 %."""

    id: str
    market: str
    country: str
    currency: str
    domain: str
    language: str
    vat: Decimal
    rate: Decimal


@dataclass(slots=True)
class World:
    """Everything both sandboxes know. `now` is the seeded present; documents carry the real time.

    `listings` is by seller SKU; a SKU belongs to one marketplace, and has a pair. `open_listings` have none
    yet: they are what a consultant has to decide, and nothing is ordered of them. `company` is the seed
    file as read.
    """

    seed: int
    now: datetime
    orders_wanted: int
    folders: dict[str, Folder]
    sites: dict[str, Site]
    marketplaces: dict[str, Marketplace]
    items: dict[str, WorldItem]
    customers: dict[str, Customer]
    on_hold: frozenset[str]
    """Customers whose credit is on hold (OSTCTL 3): X3 refuses their orders."""
    listings: dict[str, Listing]
    unmapped_demo_sku: str
    documents: Documents = field(default_factory=Documents)
    _item_pairs: dict[str, ItemPair] = field(default_factory=dict)
    _customer_pairs: tuple[CustomerPair, ...] = ()
    open_listings: tuple[Listing, ...] = ()
    item_keys: list[str] = field(default_factory=list)
    """Item references in key order, for paging without walking."""
    customer_keys: list[str] = field(default_factory=list)

    @classmethod
    def build(cls, *, seed: int = 7, items: int = 60, orders: int = 240, now: datetime) -> "World":
        """The world of `seed` with `items` X3 items, its present at `now` (timezone-aware)."""
        from x3studio.sandbox.founding import found_world  # the builder needs the values above

        return found_world(seed=seed, items=items, orders=orders, now=now)

    @property
    def test_folder(self) -> str:
        """The folder the demo connects to."""
        return next(code for code, folder in self.folders.items() if folder.test)

    @property
    def company(self) -> Mapping[str, Any]:
        """The seed file's content, for what only one dialect shows."""
        return demo.company()

    def offers(self) -> Iterator[Listing]:
        """Everything on offer at Amazon."""
        yield from self.listings.values()
        yield from self.open_listings

    def item_pairs(self) -> list[ItemPair]:
        """The complete mapping of this world's SKUs, the one the demo leaves out included."""
        return list(self._item_pairs.values())

    def customer_pairs(self) -> list[CustomerPair]:
        """One generic customer per marketplace and channel, and each business buyer with a VAT number."""
        return list(self._customer_pairs)

    def put_item(self, entry: WorldItem) -> None:
        """Creates or replaces an item."""
        if entry.item.itmref not in self.items:
            bisect.insort(self.item_keys, entry.item.itmref)
        self.items[entry.item.itmref] = entry

    def put_customer(self, customer: Customer) -> None:
        """Creates or replaces a customer."""
        if customer.bpcnum not in self.customers:
            bisect.insort(self.customer_keys, customer.bpcnum)
        self.customers[customer.bpcnum] = customer

    def touch_item(self, itmref: str, *, at: datetime) -> None:
        """Marks an item as changed at `at`, so that incremental reads see it."""
        entry = self.items[itmref]
        self.items[itmref] = replace(entry, item=replace(entry.item, modified=at))

    def set_stock(self, itmref: str, site: str, level: StockLevel) -> None:
        """Changes the stock of one item at one site (a receipt, a count)."""
        entry = self.items[itmref]
        self.items[itmref] = replace(entry, stock={**entry.stock, site: level})
