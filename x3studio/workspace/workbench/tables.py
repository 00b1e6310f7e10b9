"""Listings and items as the tables that matching compares."""

from collections.abc import Sequence

from x3studio import matching
from x3studio.domain.catalogue import Item
from x3studio.domain.workbench import Key
from x3studio.matching import Role
from x3studio.store.pairs import key_text
from x3studio.workspace.workbench.facts import Masters

OFFER_ROLES = {
    "title": Role.TITLE,
    "brand": Role.BRAND,
    "ean": Role.EAN,
    "sku": Role.CODE,
    "model": Role.CODE,
    "price": Role.PRICE,
    "colour": Role.OTHER,
    "size": Role.OTHER,
}
ITEM_ROLES = {
    "title": Role.TITLE,
    "brand": Role.BRAND,
    "ean": Role.EAN,
    "code": Role.CODE,
    "search_key": Role.CODE,
    "price": Role.PRICE,
    "more": Role.DESCRIPTION,
}


def offers(masters: Masters, keys: Sequence[Key]) -> matching.Table:
    """One row for each record; what its first listing says."""
    columns: dict[str, list[str]] = {name: [] for name in ("key", *OFFER_ROLES)}
    for key in keys:
        offer = masters.offer(key)
        first = next(iter(masters.listings.get(key.code, ())), None)
        values = {
            "key": key_text(key),
            "title": offer.title,
            "brand": offer.brand,
            "ean": offer.ean,
            "sku": key.code,
            "model": first.model if first else "",
            "price": str(offer.price.amount) if offer.price else "",
            "colour": offer.colour,
            "size": offer.size,
        }
        for name, value in values.items():
            columns[name].append(value)
    return matching.Table.of("listings", columns, id_column="key")


def items(known: Sequence[Item]) -> matching.Table:
    """One row for each item of X3."""
    columns = {
        "itmref": [item.itmref for item in known],
        "title": [item.description for item in known],
        "brand": [item.search_key for item in known],
        "ean": [item.ean for item in known],
        "code": [item.itmref for item in known],
        "search_key": [item.search_key for item in known],
        "price": ["" if item.price is None else f"{item.price:f}" for item in known],
        "more": [item.more for item in known],
    }
    return matching.Table.of("items", columns, id_column="itmref")
