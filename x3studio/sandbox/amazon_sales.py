"""Invents the demo's sales: order number i of a world is always the same, and is made only when asked for."""

import random
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from x3studio.domain.catalogue import Listing
from x3studio.domain.orders import OrderStatus
from x3studio.sandbox.amazon_people import Person, person
from x3studio.sandbox.world import Marketplace, World

_S = OrderStatus
_STATUSES = (
    # Every state occurs among the first sixteen orders, so that a small demo shows all of them.
    *(_S.UNSHIPPED, _S.SHIPPED, _S.SHIPPED, _S.PENDING, _S.UNSHIPPED, _S.PARTIALLY_SHIPPED),
    *(_S.SHIPPED, _S.CANCELLED, _S.UNSHIPPED, _S.SHIPPED, _S.UNFULFILLABLE, _S.UNSHIPPED),
    *(_S.SHIPPED, _S.PENDING_AVAILABILITY, _S.UNSHIPPED, _S.SHIPPED),
    *(_S.UNSHIPPED, _S.SHIPPED) * 11,
    *(_S.PENDING, _S.CANCELLED),
)
_RARE = 200
"""Bad input occurs once in so many orders, and not at all in a smaller demo."""
_SHARES = (0.6, 0.85)
"""Up to where the first and the second marketplace's share of the orders reaches."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A listing reduced to what a sale needs; `net` is the unit price without VAT in cents."""

    sku: str
    asin: str
    title: str
    net: int


@dataclass(slots=True)
class SaleLine:
    """One line; amounts in cents, each without the others. `shipped` counts units."""

    item_id: str
    offer: Offer
    quantity: int
    item: int = 0
    shipping: int = 0
    discount: int = 0
    tax: int = 0
    shipped: int = 0

    @property
    def total(self) -> int:
        """What the line brings: article and shipping less discount, plus tax."""
        return self.item + self.shipping - self.discount + self.tax


@dataclass(slots=True)
class Sale:
    """One order. Times are seconds since 1970 (UTC). `priced` is False where Amazon shows no amounts."""

    index: int
    order_id: str
    created: int
    updated: int
    place: Marketplace
    by_amazon: bool
    status: OrderStatus
    buyer: Person
    lines: list[SaleLine] = field(default_factory=list)
    business: bool = False
    prime: bool = False
    company: str = ""
    vat_number: str = ""
    purchase_order: str = ""
    priced: bool = True
    sparse: bool = False
    """Optional parts are left out, as Amazon is free to do."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What a filter looks at, known without inventing the whole order."""

    place: Marketplace
    by_amazon: bool
    status: OrderStatus


class Inventor:
    """Makes sales out of a world's offers, marketplaces and business customers."""

    def __init__(self, world: World) -> None:
        self._seed = world.seed
        self._rare = world.orders_wanted >= _RARE
        self._places = list(world.marketplaces.values())
        self._offers = {
            (place.id, own): _offers(world, place, by_amazon=own)
            for place in self._places
            for own in (True, False)
        }
        self._unmapped = _unmapped(world)
        self._businesses = {
            place.id: [
                (world.customers[pair.bpcnum].name, pair.vat_number)
                for pair in world.customer_pairs()
                if pair.vat_number and pair.marketplace == place.id
            ]
            for place in self._places
        }

    def outline(self, index: int) -> Outline:
        """Marketplace, channel and status of an order."""
        return self._outline(index, self._dice(index))

    def sale(self, index: int, *, order_id: str, created: int, updated: int) -> Sale:
        """The whole order."""
        rng = self._dice(index)
        outline = self._outline(index, rng)
        place = outline.place
        sale = Sale(
            index=index,
            order_id=order_id,
            created=created,
            updated=updated,
            place=place,
            by_amazon=outline.by_amazon,
            status=outline.status,
            buyer=person(rng, country=place.country, number=index),
            prime=rng.random() < 0.3,
            sparse=rng.random() < 0.03,
        )
        self._business(sale, rng)
        self._lines(sale, rng)
        _price(sale, rng)
        _ship(sale)
        return sale

    def _dice(self, index: int) -> random.Random:
        return random.Random(self._seed * 1_000_003 + index)

    def _outline(self, index: int, rng: random.Random) -> Outline:
        roll = rng.random()
        which = sum(roll >= share for share in _SHARES[: len(self._places) - 1])
        status = _STATUSES[index % len(_STATUSES)]
        place, by_amazon = self._places[which], rng.random() < 0.35
        if self._has_unmapped(index) or self._bad(index):
            place, by_amazon = self._unmapped[0], False
            status = OrderStatus.UNSHIPPED
        if status is OrderStatus.UNFULFILLABLE:
            by_amazon = True
        if status is OrderStatus.PARTIALLY_SHIPPED:
            by_amazon = False
        return Outline(place, by_amazon, status)

    def _has_unmapped(self, index: int) -> bool:
        return index % 60 == 17

    def _bad(self, index: int) -> str:
        """ "quantity" or "price" for the rare orders that no X3 order can be made of as they are."""
        return {77: "quantity", 151: "price"}.get(index % _RARE, "") if self._rare else ""

    def _business(self, sale: Sale, rng: random.Random) -> None:
        roll = rng.random()
        known = self._businesses[sale.place.id]
        if roll >= 0.12 or not known:
            return
        sale.business = True
        sale.company, vat_number = known[int(rng.random() * len(known))]
        sale.purchase_order = f"PO-{sale.index:06d}" if roll < 0.06 else ""
        sale.vat_number = vat_number if roll < 0.08 else ""

    def _lines(self, sale: Sale, rng: random.Random) -> None:
        offers = self._offers[sale.place.id, sale.by_amazon]
        roll = rng.random()
        wanted = (
            1 if roll < 0.62 else 2 if roll < 0.85 else 3 + int(rng.random() * (12 if roll > 0.995 else 3))
        )
        if sale.status is OrderStatus.PARTIALLY_SHIPPED:
            wanted = max(wanted, 2)
        for place in range(wanted):
            offer = offers[int(rng.random() * len(offers))]
            quantity = 1 if rng.random() < 0.75 else 1 + int(rng.random() * 5)
            sale.lines.append(SaleLine(f"{10_000_000_000_000 + sale.index * 32 + place}", offer, quantity))
        if self._has_unmapped(sale.index):
            sale.lines[0].offer = self._unmapped[1]
        bad = self._bad(sale.index)
        if bad == "quantity":
            sale.lines.append(SaleLine(f"{10_000_000_000_000 + sale.index * 32 + 31}", offers[0], quantity=0))
        sale.priced = bad != "price" and not (
            sale.status in (OrderStatus.PENDING, OrderStatus.PENDING_AVAILABILITY, OrderStatus.CANCELLED)
            and rng.random() < 0.7
        )


def _offers(world: World, place: Marketplace, *, by_amazon: bool) -> list[Offer]:
    """What is sold there in that channel; the demo's unmapped SKU is put into orders by hand only."""
    here = [
        entry
        for entry in world.listings.values()
        if entry.marketplace == place.id and entry.sku != world.unmapped_demo_sku
    ]
    fitting = [entry for entry in here if entry.fulfilled_by_amazon is by_amazon]
    chosen = fitting or here or list(world.listings.values())
    return [_offer(entry, place) for entry in chosen]


def _unmapped(world: World) -> tuple[Marketplace, Offer]:
    listing = world.listings[world.unmapped_demo_sku]
    place = world.marketplaces[listing.marketplace]
    return place, _offer(listing, place)


def _offer(listing: Listing, place: Marketplace) -> Offer:
    gross = listing.price.amount if listing.price else Decimal("9.99")
    net = (gross / (1 + place.vat) * 100).to_integral_value(rounding=ROUND_HALF_UP)
    return Offer(listing.sku, listing.asin, listing.title, max(1, int(net)))


def _price(sale: Sale, rng: random.Random) -> None:
    """Amounts in whole cents; VAT is rounded half up on each line."""
    vat = int(sale.place.vat * 1000)
    pays_shipping = not sale.by_amazon and rng.random() < 0.3
    reduced = rng.random() < 0.08
    for position, line in enumerate(sale.lines):
        line.item = line.offer.net * line.quantity
        if position == 0:
            line.shipping = 335 if pays_shipping else 0
            line.discount = line.item // 10 if reduced else 0
        line.tax = ((line.item + line.shipping - line.discount) * vat + 500) // 1000


def _ship(sale: Sale) -> None:
    if sale.status is OrderStatus.SHIPPED:
        for line in sale.lines:
            line.shipped = line.quantity
    elif sale.status is OrderStatus.PARTIALLY_SHIPPED:
        sale.lines[0].shipped = sale.lines[0].quantity
