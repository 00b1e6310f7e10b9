"""How the demo's Amazon shows one offer: its attributes, its family, its page in the catalogue."""

from collections.abc import Sequence
from typing import Any

from x3studio.domain.catalogue import Listing
from x3studio.sandbox.world import World

Json = dict[str, Any]


def families(world: World) -> dict[str, list[Listing]]:
    """The members of each variation family by the ASIN of its head."""
    found: dict[str, list[Listing]] = {}
    for entry in world.offers():
        if entry.parent:
            found.setdefault(entry.parent, []).append(entry)
    return found


def theme(entry: Listing) -> Json:
    """What the members of a family differ in."""
    return {"attributes": [part.lower() for part in entry.theme.split("/")], "theme": entry.theme}


def statuses(entry: Listing) -> list[str]:
    """What buyers may do with it."""
    return entry.status.split() if "ABLE" in entry.status else ["BUYABLE", "DISCOVERABLE"]


def availability(entry: Listing) -> Json:
    """Where it lies; Amazon does not tell how much of it in its own network."""
    if entry.fulfilled_by_amazon:
        return {"fulfillmentChannelCode": "AMAZON_EU"}
    return {"fulfillmentChannelCode": "DEFAULT", "quantity": entry.quantity or 0}


def attributes(entry: Listing) -> Json:
    """The structured attributes that the demo's seller gave."""
    place = {"marketplace_id": entry.marketplace}
    found: Json = {"item_name": [{"value": entry.title, **place}]}
    if entry.brand:
        found["brand"] = [{"value": entry.brand, **place}]
    if entry.ean:
        found["externally_assigned_product_identifier"] = [{"type": "ean", "value": entry.ean, **place}]
    for name, value in (("size", entry.size), ("color", entry.colour), ("item_package_quantity", entry.pack)):
        if value:
            found[name] = [{"value": value, **place}]
    if entry.weight:
        grams = float(entry.weight * 1000)
        found["item_package_weight"] = [{"unit": "grams", "value": grams, **place}]
    return found


def catalogue_item(entry: Listing, members: Sequence[Listing], data: frozenset[str]) -> Json:
    """A product as searchCatalogItems shows it; `members` are those it heads."""
    place = {"marketplaceId": entry.marketplace}
    codes = [{"identifierType": "EAN", "identifier": entry.ean}] if entry.ean else []
    summary: Json = {**place, "brand": entry.brand, "itemName": entry.title}
    summary |= {name: value for name, value in (("size", entry.size), ("color", entry.colour)) if value}
    summary |= {"packageQuantity": entry.pack} if entry.pack else {}
    summary["itemClassification"] = "VARIATION_PARENT" if entry.children else "BASE_PRODUCT"
    picture = {"variant": "MAIN", "link": f"https://images.example/{entry.asin}.jpg"}
    parts: Json = {
        "summaries": [summary],
        "identifiers": [{**place, "identifiers": codes}],
        "attributes": attributes(entry),
        "images": [{**place, "images": [{**picture, "height": 500, "width": 500}]}],
        "productTypes": [{**place, "productType": "OFFICE_PRODUCTS"}],
    }
    if entry.parent or entry.children:
        names = {"childAsins": sorted({child.asin for child in members})} if entry.children else {}
        names |= {"parentAsins": [entry.parent]} if entry.parent else {}
        family = {"type": "VARIATION", **names, "variationTheme": theme(entry)}
        parts["relationships"] = [{**place, "relationships": [family]}]
    return {"asin": entry.asin, **{name: part for name, part in parts.items() if name in data}}
