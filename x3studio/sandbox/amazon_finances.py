"""The demo's listTransactions: sales of the last weeks, held back until seven days after they were posted."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from x3studio.domain.orders import OrderStatus
from x3studio.sandbox.amazon_answers import bad
from x3studio.sandbox.amazon_sales import Sale
from x3studio.sandbox.orders import Orders

_HELD_FOR = timedelta(days=7)
_WIDEST = timedelta(days=180)
_NOT_AFTER = timedelta(minutes=2)
_PAGE = 50
_KNOWN = frozenset(
    {
        "postedAfter",
        "postedBefore",
        "marketplaceId",
        "transactionStatus",
        "relatedIdentifierName",
        "relatedIdentifierValue",
        "nextToken",
    }
)
_STATUSES = ("DEFERRED", "RELEASED", "DEFERRED_RELEASED")


def transactions(orders: Orders, query: dict[str, str], *, now: datetime, seller: str) -> dict[str, Any]:
    """A page; the first one of a longer list is empty, as Amazon's may be. Raises Refusal."""
    if unknown := sorted(set(query) - _KNOWN):
        raise bad(f"listTransactions does not take {unknown[0]}.")
    asked = {name: value for name, value in query.items() if name != "nextToken"}
    place = _place(query.get("nextToken", ""), asked)
    start, end = _window(query, now)
    status = query.get("transactionStatus", "")
    if status and status not in _STATUSES:
        raise bad("transactionStatus is none of the known ones.")
    if end - start > _WIDEST:
        return {"payload": {"transactions": []}}
    found = [row for row in _all(orders, now, seller) if _fits(row, asked, start, end)]
    if place < 0 and len(found) > _PAGE:
        return {"payload": {"transactions": [], "nextToken": _token(0, asked)}}
    place = max(place, 0)
    payload: dict[str, Any] = {"transactions": found[place : place + _PAGE]}
    if place + _PAGE < len(found):
        payload["nextToken"] = _token(place + _PAGE, asked)
    return {"payload": payload}


def _window(query: dict[str, str], now: datetime) -> tuple[datetime, datetime]:
    latest = now - _NOT_AFTER
    if "postedAfter" not in query:
        raise bad("postedAfter is missing.")
    start = _time(query["postedAfter"])
    end = _time(query["postedBefore"]) if "postedBefore" in query else latest
    if start > latest or end > latest or end < start:
        raise bad("The dates must be in order, and more than two minutes ago.")
    return start, end


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad("A date is not in ISO 8601.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _fits(row: dict[str, Any], asked: dict[str, str], start: datetime, end: datetime) -> bool:
    return (
        start <= datetime.fromisoformat(row["postedDate"]) < end
        and row["transactionStatus"] == asked.get("transactionStatus", row["transactionStatus"])
        and row["marketplaceDetails"]["marketplaceId"]
        == asked.get("marketplaceId", row["marketplaceDetails"]["marketplaceId"])
    )


def _all(orders: Orders, now: datetime, seller: str) -> Iterator[dict[str, Any]]:
    for sale in orders.everything():
        if sale.status is OrderStatus.SHIPPED and sale.priced:
            yield _transaction(sale, now, seller)


def _transaction(sale: Sale, now: datetime, seller: str) -> dict[str, Any]:
    posted = datetime.fromtimestamp(sale.updated, UTC)
    matures = posted + _HELD_FOR
    sold = sum(line.total for line in sale.lines)
    fees = -(sum(line.item for line in sale.lines) * 15 // 100)

    def money(cents: int) -> dict[str, Any]:
        return {"currencyAmount": cents / 100, "currencyCode": sale.place.currency}

    return {
        "sellingPartnerMetadata": {"sellingPartnerId": seller, "marketplaceId": sale.place.id},
        "relatedIdentifiers": [
            {"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": sale.order_id}
        ],
        "transactionType": "Shipment",
        "transactionId": f"T{sale.index:012d}",
        "transactionStatus": "DEFERRED" if matures > now else "DEFERRED_RELEASED",
        "description": "Order Payment",
        "postedDate": posted.isoformat(),
        "totalAmount": money(sold + fees),
        "marketplaceDetails": {"marketplaceId": sale.place.id, "marketplaceName": sale.place.domain},
        "contexts": [
            {
                "contextType": "DeferredContext",
                "deferralReason": "DD7",
                "maturityDate": matures.isoformat(),
            }
        ],
        "breakdowns": [
            {"breakdownType": "Sales", "breakdownAmount": money(sold), "breakdowns": []},
            {"breakdownType": "Expenses", "breakdownAmount": money(fees), "breakdowns": []},
        ],
    }


def _token(place: int, asked: dict[str, str]) -> str:
    return urlsafe_b64encode(json.dumps([place, asked]).encode()).decode()


def _place(token: str, asked: dict[str, str]) -> int:
    """Where a page begins; -1 without a token. A token goes with the arguments it was made for."""
    if not token:
        return -1
    try:
        place, made_for = json.loads(urlsafe_b64decode(token))
    except ValueError:
        raise bad("nextToken is not one of ours.") from None
    if made_for != asked or not isinstance(place, int):
        raise bad("nextToken goes with the arguments it was given for.")
    return place
