"""The demo's searchOrders: Amazon's rules about parameters and pagination tokens, enforced to the letter."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from x3studio.domain.orders import OrderStatus
from x3studio.sandbox.amazon_answers import bad
from x3studio.sandbox.amazon_orders import DATASETS, iso, order_json
from x3studio.sandbox.amazon_sales import Outline, Sale
from x3studio.sandbox.orders import Orders, Spot

_KNOWN = frozenset(
    {
        "createdAfter",
        "createdBefore",
        "lastUpdatedAfter",
        "lastUpdatedBefore",
        "fulfillmentStatuses",
        "marketplaceIds",
        "fulfilledBy",
        "maxResultsPerPage",
        "paginationToken",
        "includedData",
    }
)
_FREE = frozenset({"paginationToken", "maxResultsPerPage"})
"""What may differ from page to page."""
_LIFE = 24 * 3600
_SETTLED = timedelta(minutes=2)
_STATUSES = frozenset(status.value for status in OrderStatus if status.value)

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A valid question: bounds in seconds since 1970, filters as sets (empty: no filter)."""

    created: bool
    after: int
    before: int
    statuses: frozenset[str]
    marketplaces: frozenset[str]
    channels: frozenset[str]
    datasets: frozenset[str]
    size: int

    def accepts(self, outline: Outline) -> bool:
        channel = "AMAZON" if outline.by_amazon else "MERCHANT"
        return (
            (not self.marketplaces or outline.place.id in self.marketplaces)
            and (not self.statuses or outline.status.value in self.statuses)
            and (not self.channels or channel in self.channels)
        )


class Search:
    """Answers searchOrders over the time line; `key` signs its pagination tokens."""

    def __init__(self, orders: Orders, *, key: bytes) -> None:
        self._orders = orders
        self._key = key

    def page(self, query: Query, *, now: datetime, visible: Collection[str]) -> dict[str, Any]:
        """One page. `visible` are the datasets that the application's roles show. Raises Refusal."""
        asked = _asked(query, now=now)
        spot = self._orders.start(updated_from=asked.after)
        if token := query.get("paginationToken"):
            spot, before = self._opened(token, query, now=now)
            asked = replace(asked, before=before)
        datasets = asked.datasets & frozenset(visible)
        found: list[dict[str, Any]] = []
        following = ""
        for sale, after in self._matching(asked, spot):
            if len(found) == asked.size:
                following = self._sealed(spot, asked.before, query, now=now)
                break
            packages = self._orders.packages(sale.order_id) if "PACKAGES" in datasets else ()
            found.append(order_json(sale, datasets, packages=packages))
            spot = after
        bound = "createdBefore" if asked.created else "lastUpdatedBefore"
        answer: dict[str, Any] = {"orders": found, bound: iso(asked.before)}
        if following:
            answer["pagination"] = {"nextToken": following}
        return answer

    def _matching(self, asked: _Asked, spot: Spot) -> Iterator[tuple[Sale, Spot]]:
        """An order changes after it was created, so those created in a window change from its start on."""
        until = 2**62 if asked.created else asked.before
        walk = self._orders.walk(spot, updated_to=until, accept=asked.accepts)
        if not asked.created:
            return islice(walk, asked.size + 1)
        inside = (pair for pair in walk if asked.after <= pair[0].created <= asked.before)
        return islice(inside, asked.size + 1)

    def _sealed(self, spot: Spot, before: int, query: Query, *, now: datetime) -> str:
        inner = [spot.base, spot.change, before, int(now.timestamp()), _digest(query)]
        text = json.dumps(inner, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._seal(text) + text).decode()

    def _opened(self, token: str, query: Query, *, now: datetime) -> tuple[Spot, int]:
        try:
            whole = base64.b64decode(token, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise bad("The pagination token is invalid.") from None
        seal, text = whole[:16], whole[16:]
        if not hmac.compare_digest(seal, self._seal(text)):
            raise bad("The pagination token is invalid.")
        base, change, before, made, digest = json.loads(text)
        if now.timestamp() - made > _LIFE:
            raise bad("The pagination token has expired.")
        if digest != _digest(query):
            raise bad("The pagination token does not belong to these parameters.")
        return Spot(base, change), before

    def _seal(self, text: bytes) -> bytes:
        return hmac.new(self._key, text, hashlib.sha256).digest()[:16]


def datasets_of(query: Query) -> frozenset[str]:
    """The includedData of a request. Raises Refusal for an unknown one."""
    return _among("includedData", query, DATASETS)


def _asked(query: Query, *, now: datetime) -> _Asked:
    for name in query:
        if name not in _KNOWN:
            raise bad(f"The parameter {name} is not supported.")
    created = "createdAfter" in query
    if created == ("lastUpdatedAfter" in query):
        raise bad("Exactly one of createdAfter and lastUpdatedAfter must be provided.")
    other = ("lastUpdatedAfter", "lastUpdatedBefore") if created else ("createdAfter", "createdBefore")
    if any(name in query for name in other):
        raise bad(f"{other[1]} cannot be combined with these parameters.")
    prefix = "created" if created else "lastUpdated"
    after = _time(f"{prefix}After", query[f"{prefix}After"])
    before = now - _SETTLED
    if text := query.get(f"{prefix}Before"):
        before = _time(f"{prefix}Before", text)
        if before > now - _SETTLED:
            raise bad(f"{prefix}Before must be at least two minutes before the request.")
        if before < after:
            raise bad(f"{prefix}Before must not be before {prefix}After.")
    return _Asked(
        created=created,
        after=-int(-after.timestamp() // 1),
        before=int(before.timestamp()),
        statuses=_among("fulfillmentStatuses", query, _STATUSES),
        marketplaces=_marketplaces(query),
        channels=_among("fulfilledBy", query, frozenset({"MERCHANT", "AMAZON"})),
        datasets=datasets_of(query),
        size=_size(query.get("maxResultsPerPage", "100")),
    )


def _time(name: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad(f"{name} is not an ISO 8601 date.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5) or not 1 <= int(text) <= 100:
        raise bad("maxResultsPerPage must be between 1 and 100.")
    return int(text)


def _marketplaces(query: Query) -> frozenset[str]:
    found = frozenset(filter(None, query.get("marketplaceIds", "").split(",")))
    if len(found) > 50:
        raise bad("marketplaceIds holds more than 50 values.")
    return found


def _among(name: str, query: Query, known: Collection[str]) -> frozenset[str]:
    found = frozenset(filter(None, query.get(name, "").split(",")))
    if not found <= frozenset(known):
        raise bad(f"{name} holds an unknown value.")
    return found


def _digest(query: Query) -> str:
    """What must stay the same from page to page, the order of list values included."""
    fixed = sorted((name, value) for name, value in query.items() if name not in _FREE)
    return hashlib.sha256(json.dumps(fixed).encode()).hexdigest()[:24]
