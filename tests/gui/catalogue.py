"""The demo company's masters, sales, decisions and what a search found, as the engine would leave them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

from x3studio.domain.catalogue import Bill, Item, ItemSite, Listing, Sales, StockTotal
from x3studio.domain.mappings import ItemPair, Judgement
from x3studio.domain.workbench import Confidence, ConflictCode, Key, Kind
from x3studio.sandbox.world import World
from x3studio.store import Store, Tables
from x3studio.store.lookups import Lookup, Shown, shown_text

from .scenes import WHO

_ITEMS = 100
OPEN = 14
"""So many further SKUs are not decided yet; no order waits for them."""
_NONE = ("KR-KARTE", "BR-PACK", "HF-LOCH")
_START = 12
_NOT_LOOKED_UP = "X0009-NEU"
_NOTHING_FOUND = "BR-ECO-SET"


async def catalogue(store: Store, *, decided: bool = True, searched: bool = True) -> World:
    """Fills a store over the morning's; returns the demo company."""
    world = World.build(seed=7, items=_ITEMS, orders=0, now=datetime.now(UTC))

    def work(tables: Tables) -> None:
        _masters(tables, world)
        if decided:
            _decide(tables, world)
        _sell(tables, world, datetime.now(UTC).date())
        if searched:
            _search(tables, world)

    await store.write(work)
    return world


def skus_that_wait(tables: Tables) -> list[str]:
    """The SKUs orders wait for, the most wanted first."""
    rows = tables.mappings.page(only="unmapped", sort="waiting").rows
    return [row.sku for row in rows if row.waiting]


def _masters(tables: Tables, world: World) -> None:
    entries = list(world.items.values())
    tables.masters.put_items([entry.item for entry in entries])
    tables.masters.put_customers(list(world.customers.values()))
    tables.masters.put_listings(list(world.offers()))
    tables.masters.put_sites([ItemSite(one.item.itmref, site) for one in entries for site in one.sites])
    tables.masters.put_stock(
        [
            StockTotal(one.item.itmref, site, level.physical, level.controlled, allocated=level.allocated)
            for one in entries
            for site, level in one.stock.items()
        ]
    )
    tables.masters.put_bills([Bill(one.item.itmref, one.components) for one in entries if one.components])


def _decide(tables: Tables, world: World) -> None:
    waiting = set(skus_that_wait(tables))
    pairs = [pair for pair in world.item_pairs() if pair.seller_sku not in waiting]
    for pair in sorted(pairs, key=lambda pair: not pair.components)[: len(pairs) - OPEN]:
        rejected = pair.seller_sku.startswith(_NONE)
        judgement = Judgement.REJECTED if rejected else Judgement.ACCEPTED
        shown = ItemPair(pair.seller_sku, "", marketplace=pair.marketplace) if rejected else pair
        tables.mappings.decide(shown, judgement, who=WHO)
    for customer in world.customer_pairs()[:9]:
        tables.mappings.decide(customer, Judgement.ACCEPTED, who=WHO)


def _search(tables: Tables, world: World) -> None:
    """One search, its candidates scored by the words that titles and descriptions share."""
    run = tables.lookups.next_run()
    items = [entry.item for entry in world.items.values()]
    known = {
        key: Key(key[0], key[1]) if key[1] else Key(key[0])
        for key in {(row.sku, row.marketplace) for row in tables.mappings.page(limit=10_000).rows}
    }
    offers = {offer.sku: offer for offer in world.offers()}
    found = [
        _lookup(key, offers[key.code], items)
        for key in known.values()
        if key.code in offers and key.code != _NOT_LOOKED_UP
    ]
    tables.lookups.put(Kind.ITEMS, run, found)
    tables.lookups.finish(
        Kind.ITEMS,
        run,
        who=WHO,
        model="scene",
        judged=312,
        calibrated=True,
        records=len(found),
        seconds=1.4,
    )


def _lookup(key: Key, offer: Listing, items: Sequence[Item]) -> Lookup:
    sums = {item.itmref: _sum(_reasons(offer, item)) for item in items}
    ranked = sorted(items, key=lambda item: sums[item.itmref], reverse=True)[:5]
    candidates = [_shown(offer, item) for item in ranked if sums[item.itmref] > 20]
    if not candidates or key.code == _NOTHING_FOUND:
        return Lookup(key)
    first = candidates[0]
    bits = ConflictCode.PACK.bit if (offer.pack or 1) > 1 else 0
    return Lookup(
        key,
        target=first.target,
        band=Confidence.WEAK if bits else first.band,
        confidence=first.confidence,
        margin=first.margin,
        conflicts=bits,
        pack="1",
        shown=shown_text(candidates),
    )


def _shown(offer: Listing, item: Item) -> Shown:
    reasons = list(_reasons(offer, item))
    points = _sum(reasons)
    share = min(max(points, 1), 99) / 100
    band = Confidence.CERTAIN if share >= 0.98 else Confidence.LIKELY if share >= 0.7 else Confidence.WEAK
    return Shown(item.itmref, band, share, None, "", tuple(reasons))


def _reasons(offer: Listing, item: Item) -> Iterator[tuple[str, int]]:
    yield "start", _START
    if offer.ean and offer.ean == item.ean:
        yield "article number", 48
    title, words = _words(offer.title), _words(item.description)
    shared = len(title & words)
    yield "title words", min(shared * 11, 44) if shared else -9
    if _words(offer.brand) & words:
        yield "brand", 6
    if (offer.pack or 1) > 1:
        yield "pack", -21


def _sum(reasons: Iterable[tuple[str, int]]) -> int:
    return sum(points for _word, points in reasons)


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip(",.()-").casefold() for word in text.split()) - {""}


def _sell(tables: Tables, world: World, today: date) -> None:
    """Ninety days of sales, the first offers the most; the last few have sold nothing."""
    offers = sorted(world.offers(), key=lambda offer: (len(offer.title), offer.sku))[:-9]
    sales = []
    for place, offer in enumerate(offers):
        units = max(1_900 // (place + 2) - 7, 3)
        price = offer.price.amount if offer.price is not None else Decimal("9.90")
        currency = offer.price.currency if offer.price is not None else "EUR"
        day = today - timedelta(days=place % 80)
        sales.append(
            Sales(offer.sku, offer.marketplace, day, currency, units, max(units * 2 // 3, 1), price * units)
        )
    for marketplace in {offer.marketplace for offer in offers}:
        here = [one for one in sales if one.marketplace == marketplace]
        tables.sales.replace(marketplace, today - timedelta(days=89), today, here)
    tables.sales.sum_up(since=today - timedelta(days=89))
