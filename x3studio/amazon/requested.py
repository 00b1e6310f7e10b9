"""Reports that Amazon makes when asked: asked for once, awaited, and taken up again after a restart."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import httpx

from x3studio.amazon.calls import Calls
from x3studio.amazon.decoding import encode_time
from x3studio.amazon.faults import unreadable
from x3studio.amazon.jsontext import Json
from x3studio.amazon.operations import CREATE_REPORT, GET_REPORT
from x3studio.domain.errors import ConnectionFault

LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
_PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
_MOST_POLLS = 240
"""Two hours; Amazon rarely needs more than some minutes."""


class Outcome(StrEnum):
    """How a report ended."""

    DONE = "DONE"
    EMPTY = "CANCELLED"
    """Cancelled means: nothing to report, or asked for too often (Amazon's model)."""


@dataclass(frozen=True, slots=True)
class Made:
    """A report that has ended; `document_id` is "" where there is nothing in it."""

    report_id: str
    outcome: Outcome
    document_id: str = ""


async def asked_report(
    calls: Calls,
    kind: str,
    *,
    marketplaces: Sequence[str],
    start: datetime | None = None,
    end: datetime | None = None,
    report_id: str = "",
    asked: Callable[[str], Awaitable[None]] | None = None,
) -> Made:
    """Has Amazon make a report of a time span, or waits on for one that was asked for before (`report_id`).

    `asked` hears the id as soon as there is one, so that a restart need not ask again. Raises ConnectionFault
    where Amazon cannot make it, or is still at it after two hours.
    """
    if not report_id:
        report_id = await _ask(calls, kind, marketplaces=marketplaces, start=start, end=end)
        if asked is not None:
            await asked(report_id)
    for poll in range(_MOST_POLLS):
        report = (await calls.call(GET_REPORT, path={"reportId": report_id})).content
        status = report.get("processingStatus")
        if status == "DONE":
            return Made(report_id, Outcome.DONE, str(report.get("reportDocumentId") or ""))
        if status == "CANCELLED":
            return Made(report_id, Outcome.EMPTY)
        if status == "FATAL":
            raise ConnectionFault(
                f"Amazon could not make the report {kind}.",
                advice="Try again later; Amazon limits how often a report is made.",
                said=f"report {report_id}: FATAL",
            )
        await calls.clock.sleep(_PAUSES[min(poll, len(_PAUSES) - 1)] if poll < 10 else 30.0)
    raise ConnectionFault(
        f"Amazon is still making the report {kind}.", advice="The next fetch asks for it again."
    )


async def _ask(
    calls: Calls, kind: str, *, marketplaces: Sequence[str], start: datetime | None, end: datetime | None
) -> str:
    body: dict[str, Json] = {"reportType": kind, "marketplaceIds": list(marketplaces)}
    if start is not None and end is not None:
        # Amazon refuses an end that its own clock has not reached.
        body["dataStartTime"] = encode_time(start)
        body["dataEndTime"] = encode_time(min(end, await calls.settled_now()))
    answer = (await calls.call(CREATE_REPORT, body=body)).content
    if not answer.get("reportId"):
        raise unreadable(CREATE_REPORT, httpx.Headers(), found="no id of the report")
    return str(answer["reportId"])
