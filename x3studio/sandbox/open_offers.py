"""The demo's listings that nobody has mapped yet: families, packs, twins, kits, and every kind of trouble."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from x3studio.domain.catalogue import Listing
from x3studio.domain.money import Money
from x3studio.sandbox.world import Marketplace

_THEME = "COLOR/SIZE"


def open_offers(
    data: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], marketplaces: Mapping[str, Marketplace]
) -> Iterator[Listing]:
    """Listings by the seed file, where all its items are there, and the heads of invented families.

    Offers of one product carry one ASIN.
    """
    yield from _heads(rows, marketplaces["DE"])
    if len(rows) < len(data["items"]):
        return
    for row in data["open_listings"]:
        place = marketplaces[row["market"]]
        price = row.get("price")
        yield Listing(
            sku=row["sku"],
            asin=asin(row["asin"]),
            title=row["title"],
            marketplace=place.id,
            fulfilled_by_amazon=row.get("fba", False),
            status=row.get("status", "BUYABLE DISCOVERABLE"),
            brand=row.get("brand", ""),
            ean=row.get("ean", ""),
            price=Money(Decimal(price), place.currency) if price else None,
            quantity=row.get("quantity"),
            parent=asin(row["parent"]) if "parent" in row else "",
            children=row.get("children", 0),
            theme=row.get("theme", ""),
            size=row.get("size", ""),
            colour=row.get("colour", ""),
            pack=row.get("pack"),
        )


def join_families(rows: Sequence[Mapping[str, Any]], listings: dict[str, Listing]) -> None:
    """Makes the German listings of invented families members of them."""
    for row in rows:
        listing = listings.get(row["sku"]) if row.get("family") else None
        if listing is not None:
            facts = {"size": row["size"], "colour": row["colour"], "theme": _THEME}
            listings[row["sku"]] = replace(listing, parent=asin(row["family"]), **facts)


def _heads(rows: Sequence[Mapping[str, Any]], place: Marketplace) -> Iterator[Listing]:
    members: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row.get("family"):
            members.setdefault(row["family"], []).append(row)
    for family, known in members.items():
        yield Listing(
            sku=f"{known[0]['sku']}-P",
            asin=asin(family),
            title=known[0]["name"],
            marketplace=place.id,
            status="DISCOVERABLE",
            brand=known[0]["brand"],
            children=len(known),
            theme=_THEME,
        )


def asin(product: str) -> str:
    """An invented ASIN, the same for the same product."""
    return "B0" + hashlib.blake2b(product.encode(), digest_size=5).hexdigest()[:8].upper()
