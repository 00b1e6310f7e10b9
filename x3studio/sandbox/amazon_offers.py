"""The demo's listings and catalogue: the seller's offers, searched and paged as Amazon lets one do."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from x3studio.domain.catalogue import Listing
from x3studio.sandbox.amazon_answers import bad
from x3studio.sandbox.amazon_offer_shapes import (
    attributes,
    availability,
    catalogue_item,
    families,
    statuses,
    theme,
)
from x3studio.sandbox.amazon_orders import iso
from x3studio.sandbox.world import World

Json = dict[str, Any]
Query = Mapping[str, str]

_LISTING_DATA = frozenset(
    {
        "summaries",
        "attributes",
        "issues",
        "offers",
        "fulfillmentAvailability",
        "procurement",
        "relationships",
        "productTypes",
    }
)
_CATALOGUE_DATA = frozenset(
    {
        "attributes",
        "classifications",
        "dimensions",
        "identifiers",
        "images",
        "productTypes",
        "relationships",
        "salesRanks",
        "summaries",
        "vendorDetails",
    }
)
_LISTING_PARAMETERS = frozenset(
    {
        "marketplaceIds",
        "issueLocale",
        "includedData",
        "identifiers",
        "identifiersType",
        "createdAfter",
        "createdBefore",
        "lastUpdatedAfter",
        "lastUpdatedBefore",
        "sortBy",
        "sortOrder",
        "pageSize",
        "pageToken",
    }
)
_CATALOGUE_PARAMETERS = frozenset(
    {
        "identifiers",
        "identifiersType",
        "marketplaceIds",
        "includedData",
        "locale",
        "sellerId",
        "pageSize",
        "pageToken",
    }
)
_KEYS: Mapping[str, Callable[[Listing], str]] = {
    "SKU": lambda entry: entry.sku,
    "ASIN": lambda entry: entry.asin,
    "EAN": lambda entry: entry.ean,
    "GTIN": lambda entry: entry.ean,
}
_MOST_SHOWN = 1000
_FREE = frozenset({"pageToken", "pageSize", "includedData"})


class OfferDesk:
    """Offers by marketplace, with the dates Amazon would show; built once per marketplace."""

    def __init__(self, world: World, *, seller_id: str) -> None:
        self._world = world
        self._seller_id = seller_id
        self._dates: dict[tuple[str, str], tuple[int, int]] = {}
        self._last: tuple[object, list[Listing]] | None = None
        self._known: dict[tuple[str, str], dict[str, list[Listing]]] = {}
        self._skus = {entry.asin: entry.sku for entry in world.offers() if entry.children}
        self._families = families(world)

    def listings(self, query: Query) -> Json:
        """The answer to searchListingsItems. Raises Refusal."""
        _known(query, _LISTING_PARAMETERS)
        marketplace = _one(query, "marketplaceIds")
        data = _datasets(query, _LISTING_DATA)
        found = self._found(marketplace, query)
        shown, paging = _page(found[:_MOST_SHOWN], query)
        answer: Json = {
            "numberOfResults": len(found),
            "items": [self._listing(entry, data) for entry in shown],
        }
        return {**answer, "pagination": paging} if paging else answer

    def catalogue(self, query: Query) -> Json:
        """The answer to searchCatalogItems by identifiers. Raises Refusal."""
        _known(query, _CATALOGUE_PARAMETERS)
        marketplace = _one(query, "marketplaceIds")
        data = _datasets(query, _CATALOGUE_DATA)
        if "identifiers" not in query:
            raise bad("The demo searches by identifiers only.")
        if query.get("identifiersType") == "SKU" and query.get("sellerId") != self._seller_id:
            raise bad("sellerId is required for SKU.")
        unique = {entry.asin: entry for entry in self._here(marketplace, query)}
        shown, paging = _page(list(unique.values()), query)
        answer: Json = {
            "numberOfResults": len(unique),
            "items": [catalogue_item(entry, self._families.get(entry.asin, []), data) for entry in shown],
        }
        return {**answer, "pagination": paging} if paging else answer

    def _found(self, marketplace: str, query: Query) -> list[Listing]:
        """Pages of one search follow each other, so the last result is kept for the next page."""
        fixed = tuple(sorted((name, text) for name, text in query.items() if name not in _FREE))
        question = (fixed, len(self._world.listings))
        if self._last is None or self._last[0] != question:
            self._last = (question, self._filtered(self._here(marketplace, query), query))
        return self._last[1]

    def _here(self, marketplace: str, query: Query) -> list[Listing]:
        if "identifiers" not in query:
            return [entry for entry in self._world.offers() if entry.marketplace == marketplace]
        kind = query.get("identifiersType", "")
        wanted = frozenset(query["identifiers"].split(","))
        if kind not in _KEYS or len(wanted) > 20:
            raise bad("identifiers need a known identifiersType, and there may be 20 at most.")
        index = self._index(marketplace, kind)
        return [entry for identifier in sorted(wanted) for entry in index.get(identifier, [])]

    def _index(self, marketplace: str, kind: str) -> dict[str, list[Listing]]:
        """Offers by one kind of identifier; the demo's offers do not change while it runs."""
        if (marketplace, kind) not in self._known:
            index = self._known[marketplace, kind] = {}
            for entry in self._world.offers():
                if entry.marketplace == marketplace:
                    index.setdefault(_KEYS[kind](entry), []).append(entry)
        return self._known[marketplace, kind]

    def _filtered(self, found: list[Listing], query: Query) -> list[Listing]:
        for name, which, sign in (
            ("createdAfter", 0, 1),
            ("createdBefore", 0, -1),
            ("lastUpdatedAfter", 1, 1),
            ("lastUpdatedBefore", 1, -1),
        ):
            if name in query:
                bound = _seconds(name, query[name])
                found = [entry for entry in found if (self._dated(entry)[which] - bound) * sign >= 0]
        by = query.get("sortBy", "lastUpdatedDate")
        keys: Mapping[str, Callable[[Listing], Any]] = {
            "sku": lambda entry: entry.sku,
            "createdDate": lambda entry: (self._dated(entry)[0], entry.sku),
            "lastUpdatedDate": lambda entry: (self._dated(entry)[1], entry.sku),
        }
        if by not in keys or query.get("sortOrder", "DESC") not in ("ASC", "DESC"):
            raise bad("sortBy or sortOrder is unknown.")
        return sorted(found, key=keys[by], reverse=query.get("sortOrder", "DESC") == "DESC")

    def _dated(self, entry: Listing) -> tuple[int, int]:
        """When an offer was made and last changed, in seconds: offers follow each other by minutes."""
        key = (entry.sku, entry.marketplace)
        if key not in self._dates:
            number = len(self._dates)
            made = self._world.now - timedelta(days=400) + timedelta(minutes=5 * number)
            changed = self._world.now - timedelta(minutes=30 + number * 17 % 80_000)
            self._dates[key] = (int(made.timestamp()), int(changed.timestamp()))
        return self._dates[key]

    def _listing(self, entry: Listing, data: frozenset[str]) -> Json:
        created, updated = self._dated(entry)
        parts: Json = {
            "summaries": [
                {
                    "marketplaceId": entry.marketplace,
                    "asin": entry.asin,
                    "productType": "OFFICE_PRODUCTS",
                    "conditionType": "new_new",
                    "status": statuses(entry),
                    "itemName": entry.title,
                    "createdDate": iso(created),
                    "lastUpdatedDate": iso(updated),
                }
            ],
            "attributes": attributes(entry),
            "fulfillmentAvailability": [availability(entry)],
        }
        family = self._relations(entry)
        if family:
            parts["relationships"] = [{"marketplaceId": entry.marketplace, "relationships": [family]}]
        if entry.price:
            price = {"currencyCode": entry.price.currency, "amount": str(entry.price.amount)}
            parts["offers"] = [{"marketplaceId": entry.marketplace, "offerType": "B2C", "price": price}]
        return {"sku": entry.sku, **{name: part for name, part in parts.items() if name in data}}

    def _relations(self, entry: Listing) -> Json:
        """The family by SKUs, as the Listings API names it."""
        head = self._skus.get(entry.parent or "", "")
        if not head and not entry.children:
            return {}
        children = [child.sku for child in self._families.get(entry.asin, [])]
        names: Json = {"childSkus": children} if entry.children else {"parentSkus": [head]}
        return {"type": "VARIATION", **names, "variationTheme": theme(entry)}


def _page(found: Sequence[Listing], query: Query) -> tuple[Sequence[Listing], Json]:
    text = query.get("pageSize", "10")
    if not (text.isascii() and text.isdigit() and len(text) < 4) or not 1 <= int(text) <= 20:
        raise bad("pageSize must be between 1 and 20.")
    start, size = _start(query.get("pageToken", "")), int(text)
    paging: Json = {}
    if start + size < len(found):
        paging["nextToken"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
    return found[start : start + size], paging


def _start(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token)) if token else 0
    except (binascii.Error, ValueError):
        raise bad("The page token is invalid.") from None


def _one(query: Query, name: str) -> str:
    found = query.get(name, "")
    if not found or "," in found:
        raise bad(f"{name} must name one marketplace.")
    return found


def _datasets(query: Query, known: frozenset[str]) -> frozenset[str]:
    found = frozenset(query.get("includedData", "summaries").split(","))
    if not found <= known:
        raise bad("includedData holds an unknown value.")
    return found


def _known(query: Query, parameters: frozenset[str]) -> None:
    for name in query:
        if name not in parameters:
            raise bad(f"The parameter {name} is not supported.")


def _seconds(name: str, text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise bad(f"{name} is not an ISO 8601 date.") from None
