"""What the rules need to know of pairs, read from the store for a few records or for all of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from x3studio.domain.catalogue import Bill, Item, Listing
from x3studio.domain.mappings import Component
from x3studio.domain.workbench import Key, Kind, Mark
from x3studio.rules.site import Site, parse_site
from x3studio.store import Tables
from x3studio.store.marks import Marked
from x3studio.workbench.facts import Article, Offer, PairFacts

_SITE = "site"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A target beside a record: what is asked about, or what stands."""

    target: str
    pack: Decimal = Decimal(1)
    components: tuple[Component, ...] = ()
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Masters:
    """Both sides of some pairs, by SKU and by ITMREF.

    `same_ean` are the items that share an EAN, `asins` the ASINs that do; `sharers` the SKUs that stand
    for each item, `targets` what each SKU stands for by marketplace.
    """

    listings: Mapping[str, Sequence[Listing]]
    items: Mapping[str, Item]
    places: Mapping[str, tuple[tuple[str, ...], Decimal | None]]
    bills: Mapping[str, Bill]
    same_ean: Mapping[str, tuple[str, ...]]
    asins: Mapping[str, tuple[str, ...]]
    sharers: Mapping[str, tuple[str, ...]]
    targets: Mapping[str, tuple[tuple[str, str], ...]]
    families: Mapping[str, tuple[str, ...]]
    marks: Mapping[Key, Mapping[Mark, str]]
    site: Site | None
    age: timedelta | None

    def facts(self, key: Key, chosen: Chosen) -> PairFacts:
        """The facts of one pair; a kit shares its components by what it is, so that needs no reason."""
        offer, alone = self.offer(key), chosen.decided and not chosen.components
        return PairFacts(
            offer=offer,
            target=chosen.target,
            article=self.article(chosen.target),
            pack=chosen.pack,
            decided=chosen.decided,
            components=chosen.components,
            needed_sites=self._sites(offer),
            others=tuple(sku for sku in self.sharers.get(chosen.target, ()) if sku != key.code)
            if alone
            else (),
            sharing=self.marks.get(key, {}).get(Mark.SHARE, ""),
            elsewhere=tuple(it for it in self.targets.get(key.code, ()) if it[0] != key.marketplace)
            if alone and Mark.APART not in self.marks.get(key, {})
            else (),
            children=self.families.get(offer.asin, ()) if offer.children else (),
            age=self.age,
            gives_lots=bool(self.site and self.site.value("lots")),
        )

    def offer(self, key: Key) -> Offer:
        """The SKU as Amazon knows it, in the marketplaces of this record."""
        listed = [
            each for each in self.listings.get(key.code, ()) if key.marketplace in ("", each.marketplace)
        ]
        said = self.marks.get(key, {})
        offer = Offer.of(
            key.code, listed, channel=said.get(Mark.CHANNEL, ""), pushed=bool(said.get(Mark.PUSH, ""))
        )
        others = tuple(asin for asin in self.asins.get(offer.ean, ()) if asin != offer.asin)
        return offer if not others else replace(offer, same_ean=others)

    def article(self, ref: str) -> Article | None:
        """The item with its places, None where the masters do not have it."""
        item = self.items.get(ref)
        if item is None:
            return None
        sites, available = self.places.get(ref, ((), None))
        bill = self.bills.get(ref)
        others = tuple(other for other in self.same_ean.get(item.ean, ()) if other != ref) if item.ean else ()
        return Article(item, sites, available, bill.components if bill else (), others)

    def _sites(self, offer: Offer) -> tuple[str, ...]:
        if self.site is None:
            return ()
        channels = offer.channel.split("/") if offer.channel else ["FBM"]
        named = {
            self.site.value("stock_site", place, channel)
            for place in offer.marketplaces
            for channel in channels
        }
        return tuple(sorted(named - {""}))


def read_masters(tables: Tables, keys: Sequence[Key] | None, refs: Collection[str] | None) -> Masters:
    """Both sides of these records and items; None reads all of them."""
    skus = None if keys is None else [key.code for key in keys]
    items = _items(tables, refs)
    listings = _listings(tables, skus)
    fetched = tables.masters.age("items")
    everything = None if refs is None else list(items)
    return Masters(
        listings=listings,
        items=items,
        places=_places(tables, everything),
        bills=tables.masters.bills_of(everything if everything is not None else list(items)),
        same_ean=_grouped(tables.boards.eans_of_items(_eans(items.values(), refs))),
        asins=_grouped(tables.boards.eans_of_offers(_offer_eans(listings, skus))),
        sharers=_grouped(tables.boards.sharers(everything)),
        targets=_targets(tables, skus),
        families=_grouped(tables.boards.families(_heads(listings, skus))),
        marks=_marks(tables, keys),
        site=site_of(tables),
        age=None if fetched is None else datetime.now(UTC) - fetched,
    )


def site_of(tables: Tables) -> Site | None:
    """The site's choices, None where there are none yet."""
    text = tables.settings.get(_SITE)
    return _site(text) if text else None


@lru_cache(maxsize=4)
def _site(text: str) -> Site:
    return parse_site(text)


def _items(tables: Tables, refs: Collection[str] | None) -> dict[str, Item]:
    if refs is not None:
        return tables.masters.items_by_ref(refs)
    return {item.itmref: item for item in tables.masters.items_page(limit=2**31).rows}


def _listings(tables: Tables, skus: Sequence[str] | None) -> Mapping[str, Sequence[Listing]]:
    if skus is not None:
        return tables.masters.listings_by_sku(skus)
    found: dict[str, list[Listing]] = {}
    for listing in tables.masters.listings_page(limit=2**31).rows:
        found.setdefault(listing.sku, []).append(listing)
    return found


def _places(tables: Tables, refs: Sequence[str] | None) -> dict[str, tuple[tuple[str, ...], Decimal | None]]:
    return {
        ref: (tuple(sites.split()), Decimal(available) if available else None)
        for ref, sites, available in tables.boards.places(refs)
    }


def _eans(items: Iterable[Item], refs: Collection[str] | None) -> list[str] | None:
    return None if refs is None else [item.ean for item in items if item.ean]


def _offer_eans(listings: Mapping[str, Sequence[Listing]], skus: Sequence[str] | None) -> list[str] | None:
    if skus is None:
        return None
    return [each.ean for offers in listings.values() for each in offers if each.ean]


def _heads(listings: Mapping[str, Sequence[Listing]], skus: Sequence[str] | None) -> list[str] | None:
    if skus is None:
        return None
    return [each.asin for offers in listings.values() for each in offers if each.children]


def _targets(tables: Tables, skus: Sequence[str] | None) -> dict[str, tuple[tuple[str, str], ...]]:
    """What SKUs with a mapping for single marketplaces stand for, by marketplace."""
    found: dict[str, list[tuple[str, str]]] = {}
    for sku, marketplace, target in tables.boards.special_targets(skus):
        found.setdefault(sku, []).append((marketplace, target))
    return {sku: tuple(targets) for sku, targets in found.items()}


def _marks(tables: Tables, keys: Sequence[Key] | None) -> dict[Key, dict[Mark, str]]:
    found: dict[Key, dict[Mark, str]] = {}
    known: Iterable[Marked] = (
        tables.marks.of(Kind.ITEMS, keys) if keys is not None else tables.marks.all(Kind.ITEMS)
    )
    for marked in known:
        found.setdefault(marked.key, {})[marked.mark] = marked.value
    return found


def _grouped(rows: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Groups of more than one: key and members."""
    found: dict[str, list[str]] = {}
    for key, member in rows:
        found.setdefault(key, []).append(member)
    return {key: tuple(members) for key, members in found.items()}
