"""What both sides say of one pair, gathered for the rules; nothing here is judged yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from x3studio.domain.catalogue import Item, Listing
from x3studio.domain.mappings import Component
from x3studio.domain.money import Money


@dataclass(frozen=True, slots=True)
class Offer:
    """A SKU as Amazon knows it, over the marketplaces that one record covers."""

    sku: str
    asin: str = ""
    title: str = ""
    brand: str = ""
    ean: str = ""
    price: Money | None = None
    quantity: int | None = None
    channel: str = ""
    active: bool = True
    pack: int | None = None
    size: str = ""
    colour: str = ""
    parent: str = ""
    children: int = 0
    theme: str = ""
    image: str = ""
    weight: Decimal | None = None
    """Of the packed offer, in kilograms."""
    marketplaces: tuple[str, ...] = ()
    same_ean: tuple[str, ...] = ()
    """Other ASINs with this EAN."""
    pushed: bool = False
    """Whether its quantity is sent to Amazon."""

    @classmethod
    def of(cls, sku: str, listings: Sequence[Listing], *, channel: str = "", pushed: bool = False) -> "Offer":
        """The listings of a SKU as one; the first one that says something is believed."""
        if not listings:
            return cls(sku, channel=channel, pushed=pushed)
        first = listings[0]
        channels = sorted({"FBA" if each.fulfilled_by_amazon else "FBM" for each in listings})
        return cls(
            sku=sku,
            asin=first.asin,
            title=first.title,
            brand=_said(each.brand for each in listings),
            ean=_said(each.ean for each in listings),
            price=next((each.price for each in listings if each.price is not None), None),
            quantity=sum(each.quantity or 0 for each in listings),
            channel=channel or "/".join(channels),
            active=any(each.active for each in listings),
            pack=next((each.pack for each in listings if each.pack), None),
            size=_said(each.size for each in listings),
            colour=_said(each.colour for each in listings),
            parent=_said(each.parent for each in listings),
            children=max(each.children for each in listings),
            theme=_said(each.theme for each in listings),
            image=_said(each.image for each in listings),
            weight=next((each.weight for each in listings if each.weight), None),
            marketplaces=tuple(each.marketplace for each in listings),
            pushed=pushed,
        )

    @property
    def stocked_by_amazon(self) -> bool:
        """Whether Amazon sends it somewhere."""
        return "FBA" in self.channel


@dataclass(frozen=True, slots=True)
class Article:
    """An X3 item with where it may be sold and what lies of it."""

    item: Item
    sites: tuple[str, ...] = ()
    available: Decimal | None = None
    components: tuple[Component, ...] = ()
    """X3's own kit, if it is one."""
    same_ean: tuple[str, ...] = ()
    """Other items with this EAN."""


@dataclass(frozen=True, slots=True)
class PairFacts:
    """An offer beside an item, and what is chosen about the two.

    `article` None: the key `target` is not in the masters. `pack` is the mapped factor. `needed_sites` are
    those the site's settings ship from. `gross` says whether Amazon's price holds tax and X3's does not.
    `others` are further SKUs that stand for the same item, `elsewhere` what this SKU stands for in other
    marketplaces; both without a declared reason.
    """

    offer: Offer
    target: str
    article: Article | None
    pack: Decimal = Decimal(1)
    decided: bool = False
    components: tuple[Component, ...] = ()
    needed_sites: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    sharing: str = ""
    elsewhere: tuple[tuple[str, str], ...] = ()
    children: tuple[str, ...] = ()
    """SKUs of the family that this offer heads."""
    age: timedelta | None = None
    """How old the item master is."""
    gives_lots: bool = False
    """Whether the site's rules say how lots and serials are chosen."""


def _said(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")
