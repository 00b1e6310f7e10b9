"""Transactions Amazon holds back, and those let go since: listTransactions of Finances 2024-06-19."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

import httpx

from x3studio.amazon.calls import Calls
from x3studio.amazon.decoding import decode_time, encode_time
from x3studio.amazon.faults import unreadable
from x3studio.amazon.jsontext import Json
from x3studio.amazon.operations import LIST_TRANSACTIONS
from x3studio.domain.deferrals import Deferral
from x3studio.domain.errors import ConnectionFault

WIDEST = timedelta(days=180)
"""A window that is wider gives an empty answer (Amazon's model of listTransactions)."""
_SHY = timedelta(minutes=3)
"""The window must end more than two minutes ago."""
_HELD = ("DEFERRED", "DEFERRED_RELEASED")
_MOST_PAGES = 10_000
_MUST = ("transactionId", "transactionStatus", "postedDate", "totalAmount")


async def deferrals(calls: Calls, *, since: datetime) -> AsyncGenerator[tuple[Deferral, ...], None]:
    """Pages of transactions posted since then that are held back, or were.

    Each page repeats all arguments beside its token; an empty page is not the last (Amazon's model).
    """
    last = (await calls.settled_now()).astimezone(UTC) - _SHY
    for status in _HELD:
        start = since.astimezone(UTC)
        while start < last:
            end = min(start + WIDEST, last)
            async for page in _window(calls, status, start, end):
                yield page
            start = end


async def _window(
    calls: Calls, status: str, start: datetime, end: datetime
) -> AsyncGenerator[tuple[Deferral, ...], None]:
    query = {"postedAfter": encode_time(start), "postedBefore": encode_time(end), "transactionStatus": status}
    seen: set[str] = set()
    token = ""
    for _ in range(_MOST_PAGES):
        answer = await calls.call(LIST_TRANSACTIONS, query={**query, "nextToken": token} if token else query)
        payload = answer.content.get("payload") if isinstance(answer.content, dict) else None
        if not isinstance(payload, dict):
            raise _garbled("no payload")
        rows = payload.get("transactions") or ()
        if found := tuple(_deferral(row) for row in rows if isinstance(row, dict)):
            yield found
        token = str(payload.get("nextToken") or "")
        if not token or token in seen:
            return
        seen.add(token)


def _deferral(row: dict[str, Json]) -> Deferral:
    try:
        if not all(row.get(name) for name in _MUST):
            raise KeyError
        amount = row["totalAmount"]
        deferred = _context(row, "DeferredContext")
        place = row.get("marketplaceDetails") or {}
        return Deferral(
            transaction=str(row["transactionId"]),
            kind=str(row.get("description") or row.get("transactionType") or ""),
            status=str(row["transactionStatus"]).upper().replace(" ", "_"),
            earned=decode_time(row["postedDate"]),
            amount=Decimal(str(amount["currencyAmount"])),
            currency=str(amount["currencyCode"]),
            marketplace=str(place.get("marketplaceName") or "").casefold().removeprefix("www."),
            order=_related(row, "ORDER_ID"),
            reason=str(deferred.get("deferralReason") or ""),
            matures=_day(deferred.get("maturityDate")),
            parts=_parts(row),
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as fault:
        raise _garbled("a transaction without id, status, date or amount") from fault


def _context(row: dict[str, Json], kind: str) -> dict[str, Json]:
    """The context of that type; Amazon puts it on the transaction or on its items."""
    contexts = list(row.get("contexts") or ())
    for item in row.get("items") or ():
        contexts += item.get("contexts") or ()
    return next((each for each in contexts if each.get("contextType") == kind), {})


def _related(row: dict[str, Json], name: str) -> str:
    known = {
        each.get("relatedIdentifierName"): each.get("relatedIdentifierValue")
        for each in row.get("relatedIdentifiers") or ()
    }
    return str(known.get(name) or "")


def _day(text: Json) -> date | None:
    return decode_time(text).date() if text else None


def _parts(row: dict[str, Json]) -> tuple[tuple[str, Decimal], ...]:
    """The first level of what the amount is made of, such as Sales and Expenses.

    Amazon's model defines a list, its example shows an object around it.
    """
    found = row.get("breakdowns") or ()
    parts = found.get("breakdowns") or () if isinstance(found, dict) else found
    return tuple(
        (str(part.get("breakdownType") or ""), Decimal(str(part["breakdownAmount"]["currencyAmount"])))
        for part in parts
    )


def _garbled(found: str) -> ConnectionFault:
    return unreadable(LIST_TRANSACTIONS, httpx.Headers(), found=found)
