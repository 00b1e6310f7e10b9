"""The demo's listings that nobody has mapped yet: families, packs, twins, kits, and every kind of trouble."""

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from x3studio.domain.catalogue import Listing
from x3studio.domain.money import Money
from x3studio.sandbox.world import Marketplace


def open_offers(data: Mapping[str, Any], marketplaces: Mapping[str, Marketplace]) -> Iterator[Listing]:
    """Listings by the seed file; offers of one product carry one ASIN."""
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


def asin(product: str) -> str:
    """An invented ASIN, the same for the same product."""
    return "B0" + hashlib.blake2b(product.encode(), digest_size=5).hexdigest()[:8].upper()
