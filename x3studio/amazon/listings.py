"""Reading this seller's offers with Listings Items 2021-08-01, beyond the thousand that one search shows."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from x3studio.amazon.attributes import attribute, described, ean, here, pack, theme, variation, weight
from x3studio.amazon.calls import Calls, Query
from x3studio.amazon.decoding import decode_money, decode_time, encode_time
from x3studio.amazon.jsontext import Json
from x3studio.amazon.operations import SEARCH_LISTINGS
from x3studio.domain.catalogue import Listing
from x3studio.domain.errors import ConnectionFault, Refused

_PAGE = 20
_DATASETS = ("summaries", "attributes", "offers", "fulfillmentAvailability", "relationships")
_OWN_STOCK = "DEFAULT"
"""The fulfilment channel of the merchant; every other code is one of Amazon's networks."""
_MOST = 1000


@dataclass(frozen=True, slots=True)
class ListingPage:
    """Some offers. `cursor` given to a later read goes on with them; some may come again."""

    values: tuple[Listing, ...]
    cursor: str


async def listings(
    calls: Calls, *, marketplace: str, since: datetime | None = None, cursor: str = ""
) -> AsyncGenerator[ListingPage, None]:
    """Pages of offers in one marketplace, oldest first; with `since` (UTC) only those changed from then on.

    Amazon lets at most 1,000 be paged through (its model listingsItems_2021-08-01), so a new search
    starts at the last date seen whenever one ends with more to come. Raises Refused where more
    offers carry one and the same instant than Amazon can show.
    """
    order = "lastUpdatedDate" if since else "createdDate"
    start, seen = decode_time(cursor) if cursor else since, set[str]()
    looked_up = calls.clock.now()
    while True:
        total, reached = 0, start
        async for content in _search(calls, marketplace=marketplace, order=order, start=start):
            items = content["items"]
            total = int(content.get("numberOfResults") or 0)
            reached = max((moment for item in items if (moment := _date(item, order))), default=reached)
            new = [item for item in items if item.get("sku") not in seen]
            seen.update(str(item.get("sku")) for item in new)
            if new:
                found = (decode_listing(item, marketplace=marketplace, at=looked_up) for item in new)
                yield ListingPage(tuple(found), reached.isoformat() if reached else "")
        if total < _MOST:
            return
        if reached == start:
            raise _crowded(reached)
        start = reached


async def listing_count(calls: Calls, *, marketplace: str) -> int:
    """How many offers a marketplace has."""
    query: Query = {"marketplaceIds": (marketplace,), "includedData": ("summaries",), "pageSize": 1}
    return int((await _ask(calls, query)).get("numberOfResults") or 0)


async def _search(
    calls: Calls, *, marketplace: str, order: str, start: datetime | None
) -> AsyncIterator[Json]:
    query: dict[str, str | int | tuple[str, ...]] = {
        "marketplaceIds": (marketplace,),
        "includedData": _DATASETS,
        "pageSize": _PAGE,
        "sortBy": order,
        "sortOrder": "ASC",
    }
    if start:
        bound = "lastUpdatedAfter" if order == "lastUpdatedDate" else "createdAfter"
        query[bound] = encode_time(start, to="milliseconds")
    tokens = {""}
    while True:
        content = await _ask(calls, query)
        yield content
        token = str((content.get("pagination") or {}).get("nextToken") or "")
        if token in tokens:
            return
        tokens.add(token)
        query["pageToken"] = token


async def _ask(calls: Calls, query: Query) -> Json:
    answer = await calls.call(SEARCH_LISTINGS, path={"sellerId": calls.connection.seller_id}, query=query)
    if not isinstance(answer.content.get("items"), list):
        raise ConnectionFault(
            "Amazon answered searchListingsItems without the part that matters.",
            advice="Check the address of the connection; it is tried again.",
        )
    return answer.content


def decode_listing(raw: Json, *, marketplace: str, at: datetime | None = None) -> Listing:
    """One offer as Amazon's JSON has it, asked for at `at`; everything but the SKU may be missing."""
    summary = here(raw.get("summaries"), marketplace)
    attributes = raw.get("attributes") or {}
    offers = [offer for offer in raw.get("offers") or () if offer.get("offerType", "B2C") == "B2C"]
    offer = here(offers, marketplace)
    family = variation(raw.get("relationships"), marketplace)
    stock = raw.get("fulfillmentAvailability") or []
    own: dict[str, Json] = next(
        (entry for entry in stock if entry.get("fulfillmentChannelCode") == _OWN_STOCK), {}
    )
    sku = str(raw.get("sku") or "")
    return Listing(
        sku=sku,
        asin=str(summary.get("asin") or ""),
        title=str(summary.get("itemName") or ""),
        marketplace=str(summary.get("marketplaceId") or marketplace),
        fulfilled_by_amazon=bool(stock) and not own,
        status=" ".join(summary.get("status") or ()),
        brand=attribute(attributes, "brand", marketplace),
        ean=ean(attributes, marketplace),
        price=decode_money(offer.get("price"), owner=sku, field="price"),
        quantity=own.get("quantity"),
        parent_sku=str(next(iter(family.get("parentSkus") or ()), "")),
        children=len(family.get("childSkus") or ()),
        theme=theme(family),
        pack=pack(attributes, marketplace),
        weight=weight(attributes, marketplace),
        image=str((summary.get("mainImage") or {}).get("link") or ""),
        product_type=str(summary.get("productType") or ""),
        condition=str(summary.get("conditionType") or ""),
        opened=_moment(summary.get("createdDate")),
        looked_up=at,
        **described(attributes, marketplace),
    )


def _moment(text: Json) -> datetime | None:
    try:
        return decode_time(text) if text else None
    except ValueError:
        return None


def _date(item: Json, order: str) -> datetime | None:
    """When the offer was made or changed (`order` is the date's name), as the search sorts it."""
    dates = [entry.get(order) for entry in item.get("summaries") or ()]
    try:
        return min((decode_time(text) for text in dates if text), default=None)
    except ValueError:
        return None


def _crowded(moment: datetime | None) -> Refused:
    return Refused(
        f"More than {_MOST} offers carry the same date {moment}: Amazon does not show them all.",
        advice="Export the listings report in Seller Central and import it.",
    )
