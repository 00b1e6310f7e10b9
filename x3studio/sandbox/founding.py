"""Builds the demo world from the readable seed: sixty items by hand, any number more from a vocabulary."""

import gc
import random
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from x3studio.domain.catalogue import Customer, Item, ItemStatus, Listing, Packing
from x3studio.domain.mappings import Component, CustomerPair, ItemPair
from x3studio.domain.money import Money
from x3studio.sandbox.dice import Chance, Chances, Dice, chances
from x3studio.sandbox.open_offers import join_families, open_offers
from x3studio.sandbox.seed import company
from x3studio.sandbox.world import Folder, Marketplace, Site, StockLevel, World, WorldItem

_CENT = Decimal("0.01")
_PACKAGING = Decimal("0.04")
_FEWEST_ITEMS = 4
_LANGUAGES = {"DE": "GER", "FR": "FRA", "GB": "BRI"}
_PACKS = (2, 3, 5, 6, 10, 12)
_SITES = ("HAM01", "STR02", "LEE03", "AMZFB")


def found_world(*, seed: int, items: int, orders: int, now: datetime) -> World:
    """The world of `seed`; `items` below four are raised to four, so that there is something to sell."""
    data = company()
    marketplaces = {row["market"]: _marketplace(row) for row in data["marketplaces"]}
    rows = _item_rows(data, max(items, _FEWEST_ITEMS), seed)
    chance = chances(seed, {row["itmref"] for row in data["items"]})
    with _uncollected():
        stocked = {
            row["itmref"]: _item(row, data, chance("", row["itmref"], row["itmref"]), now) for row in rows
        }
        listings, pairs = _offers(data, rows, stocked, marketplaces, chance)
    customers = {row["bpcnum"]: _customer(row, now) for row in data["customers"]}
    unmapped = data["unmapped_demo_sku"]
    return World(
        seed=seed,
        now=now,
        orders_wanted=orders,
        folders={row["code"]: Folder(**row) for row in data["folders"]},
        sites={row["code"]: Site(**row) for row in data["sites"]},
        marketplaces={place.id: place for place in marketplaces.values()},
        items=stocked,
        customers=customers,
        on_hold=frozenset(row["bpcnum"] for row in data["customers"] if row.get("hold")),
        listings=listings,
        open_listings=tuple(open_offers(data, rows, marketplaces)),
        unmapped_demo_sku=unmapped if unmapped in listings else next(iter(listings)),
        _item_pairs=pairs,
        _customer_pairs=tuple(_customer_pairs(data, marketplaces)),
        item_keys=sorted(stocked),
        customer_keys=sorted(customers),
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """A hundred thousand items make no cycles: nobody need look for garbage among them."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def _marketplace(row: Mapping[str, str]) -> Marketplace:
    return Marketplace(
        id=row["id"],
        market=row["market"],
        country=row["country"],
        currency=row["currency"],
        domain=row["domain"],
        language=row["language"],
        vat=Decimal(row["vat"]),
        rate=Decimal(row["rate"]),
    )


def _item_rows(data: Mapping[str, Any], wanted: int, seed: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = data["items"][:wanted]
    return rows + [_invented(data["vocabulary"], index, seed) for index in range(wanted - len(rows))]


def _invented(words: Mapping[str, Any], index: int, seed: int) -> dict[str, Any]:
    """Item number `index` beyond the curated ones; a name is unique through its line and number."""
    rng = Dice(f"{seed}:item:{index}")
    product, category, price = words["products"][index % len(words["products"])]
    colour, short = words["colours"][index // len(words["products"]) % len(words["colours"])]
    line = rng.choice(words["lines"])
    size = rng.choice(words["sizes"])
    brand = rng.choice(["Lindner", "Ottwald", "Vasseur", "Kranzler", "Hofkamp", "Mirelle", "Brandel"])
    digits = f"95201{index % 10_000_000:07d}"
    sku = f"{brand[:2].upper()}-{line[:4].upper()}-{short}-{index:05d}"
    return {
        "itmref": f"{brand[:3].upper()}-{category[:2]}-{short}{index:06d}",
        "name": f"{brand} {product} {line} {size} {colour}"[:35],
        "brand": brand,
        "category": category,
        "price": str((Decimal(price) * Decimal(rng.randint(80, 300)) / 100).quantize(_CENT)),
        "ean": "" if rng.random() < 0.08 else digits + _check_digit(digits),
        "status": rng.choice((2, 5, 6)) if rng.random() < 0.04 else 1,
        "sku": sku,
        "titles": {
            market: f"{brand} {line} {product}, {colour}, {size} ({index})"
            for market, share in (("DE", 1.0), ("FR", 0.4), ("UK", 0.35))
            if rng.random() < share
        },
        "pack": _PACKS[index % len(_PACKS)] if index % 3 == 0 else 0,
        "family": f"F{index // 10}" if index % 10 < 4 else "",
        "colour": colour,
        "size": size,
    }


def _check_digit(digits: str) -> str:
    return str(-(sum(map(int, digits[::2])) + 3 * sum(map(int, digits[1::2]))) % 10)


def _item(row: Mapping[str, Any], data: Mapping[str, Any], rng: Chance, now: datetime) -> WorldItem:
    stock_unit = row.get("unit", "UN")
    item = Item(
        itmref=row["itmref"],
        description=row["name"],
        status=ItemStatus(row.get("status", 1)),
        ean=row["ean"],
        category=row["category"],
        accounting_code=data["accounting_codes"][row["category"]],
        stock_unit=stock_unit,
        sales_unit=row.get("sales_unit", stock_unit),
        sales_to_stock=Decimal(row.get("sales_to_stock", 1)),
        tax_level=row.get("tax", "NOR"),
        price=Decimal(row["price"]),
        supplier=data["suppliers"][row["brand"]],
        weight=(Decimal(rng.randint(2, 400)) / 100).quantize(_CENT),
        is_kit="kit" in row,
        modified=now - timedelta(minutes=rng.randint(30, 500_000)),
        more=row.get("more", ""),
        search_key=row["brand"].upper(),
        successor=row.get("successor", ""),
        by_lot=row.get("lot", 1) >= 3,
        by_serial="serial" in row,
        by_expiry="expiry" in row,
        keeps_stock="service" not in row,
        ends=date.fromisoformat(row["ends"]) if "ends" in row else None,
        weight_unit="KG",
        packings=tuple(Packing(unit, Decimal(size)) for unit, size in row.get("packings", {}).items()),
    )
    sites = tuple(row.get("sites", _SITES if item.keeps_stock and not item.is_kit else _SITES[:2]))
    return WorldItem(
        item=item,
        brand=row["brand"],
        stock=_stock(item, rng, sites) if item.keeps_stock and not item.is_kit else {},
        components=_components(row.get("kit", {})),
        sites=sites,
    )


def _components(parts: Mapping[str, int]) -> tuple[Component, ...]:
    return tuple(Component(itmref, Decimal(quantity)) for itmref, quantity in parts.items())


def _stock(item: Item, rng: Chance, sites: Collection[str]) -> dict[str, StockLevel]:
    """Most articles lie in the main site; a few are sold out, so that a stock run has zeros to send."""
    empty = rng.random() < 0.08 or not item.sellable
    levels = {}
    for site, most in zip(_SITES, (900, 260, 120, 180), strict=True):
        if site not in sites:
            continue
        physical = 0 if empty else rng.randint(0, most)
        allocated = rng.randint(0, physical // 4)
        levels[site] = StockLevel(
            physical=Decimal(physical),
            allocated=Decimal(allocated),
            pending=Decimal(rng.randint(0, (physical - allocated) // 8)),
            controlled=Decimal(rng.randint(0, 12)),
        )
    return levels


def _offers(
    data: Mapping[str, Any],
    rows: list[dict[str, Any]],
    stocked: Mapping[str, WorldItem],
    marketplaces: Mapping[str, Marketplace],
    chance: Chances,
) -> tuple[dict[str, Listing], dict[str, ItemPair]]:
    """Listings by SKU and the pair of each: singles first, then packs, then kits."""
    listings: dict[str, Listing] = {}
    pairs: dict[str, ItemPair] = {}
    places = {place.id: place for place in marketplaces.values()}
    ids = {market: place.id for market, place in marketplaces.items()}
    for pair, title in (*_singles(rows, stocked, ids), *_bundles(data, rows, stocked, ids)):
        pairs[pair.seller_sku] = pair
        rng = chance("sku:", pair.seller_sku, pair.itmref)
        listings[pair.seller_sku] = _listing(pair, places[pair.marketplace], title, stocked, rng)
    join_families(rows, listings)
    return listings, pairs


def _singles(
    rows: list[dict[str, Any]], stocked: Mapping[str, WorldItem], ids: Mapping[str, str]
) -> Iterator[tuple[ItemPair, str]]:
    for row in rows:
        if stocked[row["itmref"]].item.sellable:
            for market, title in row.get("titles", {}).items():
                sku = row["sku"] if market == "DE" else f"{row['sku']}-{market}"
                yield ItemPair(sku, row["itmref"], marketplace=ids[market]), title


def _bundles(
    data: Mapping[str, Any],
    rows: list[dict[str, Any]],
    stocked: Mapping[str, WorldItem],
    ids: Mapping[str, str],
) -> Iterator[tuple[ItemPair, str]]:
    for row in data["packs"]:
        if row["itmref"] in stocked:
            factor = Decimal(row["factor"])
            pair = ItemPair(row["sku"], row["itmref"], pack_factor=factor, marketplace=ids[row["market"]])
            yield pair, row["title"]
    for row in rows:
        if row.get("pack") and stocked[row["itmref"]].item.sellable and "DE" in row["titles"]:
            factor = Decimal(row["pack"])
            pair = ItemPair(f"{row['sku']}-{factor}ER", row["itmref"], factor, marketplace=ids["DE"])
            yield pair, f"{row['titles']['DE']}, {factor} Stück"
    for row in data["kits"]:
        if all(part in stocked for part in row["components"]):
            parts = _components(row["components"])
            yield ItemPair(row["sku"], "", marketplace=ids[row["market"]], components=parts), row["title"]


def _listing(
    pair: ItemPair, place: Marketplace, title: str, stocked: Mapping[str, WorldItem], rng: Chance
) -> Listing:
    """The offer of a pair; its price is gross. Packs and kits carry no EAN of their own."""
    parts = pair.components or (Component(pair.itmref, pair.pack_factor),)
    net = sum(((stocked[part.itmref].item.price or Decimal(0)) * part.quantity for part in parts), Decimal(0))
    gross = net * Decimal("1.35") * (1 + place.vat) * place.rate
    heavy = sum((stocked[it.itmref].item.weight or Decimal(0)) * it.quantity for it in parts) + _PACKAGING
    single = stocked[pair.itmref] if pair.itmref and pair.pack_factor == 1 else None
    by_amazon = rng.random() < 0.3
    quantity = single.stock["HAM01"].available if single and single.stock else Decimal(rng.randint(0, 40))
    return Listing(
        sku=pair.seller_sku,
        asin="B0" + "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=8)),
        title=title,
        marketplace=place.id,
        fulfilled_by_amazon=by_amazon,
        status="ACTIVE",
        brand=single.brand if single else title.split()[0],
        ean=single.item.ean if single else "",
        price=Money(gross.quantize(_CENT, rounding=ROUND_HALF_UP), place.currency),
        quantity=None if by_amazon else int(quantity),
        weight=heavy,
    )


def _customer(row: Mapping[str, Any], now: datetime) -> Customer:
    rng = random.Random(row["bpcnum"])
    return Customer(
        bpcnum=row["bpcnum"],
        name=row["name"],
        active=row.get("active", True),
        country=row["country"],
        currency=row["currency"],
        vat_number=row.get("vat", ""),
        tax_rule=row["tax_rule"],
        payment_terms="SOFORT" if "channel" in row else "30NETTO",
        city=row.get("city", ""),
        postcode=row.get("postcode", ""),
        modified=now - timedelta(minutes=rng.randint(30, 300_000)),
        street=f"Musterweg {rng.randint(1, 99)}" if "city" in row else "",
        language=_LANGUAGES.get(row["country"], "ENG"),
        pays=row["bpcnum"],
        on_hold=row.get("hold", False),
    )


def _customer_pairs(data: Mapping[str, Any], marketplaces: Mapping[str, Marketplace]) -> list[CustomerPair]:
    pairs = []
    for row in data["customers"]:
        if "market" in row:
            pairs.append(
                CustomerPair(
                    bpcnum=row["bpcnum"],
                    marketplace=marketplaces[row["market"]].id,
                    channel=row.get("channel", ""),
                    vat_number=row.get("vat", ""),
                )
            )
    return pairs
