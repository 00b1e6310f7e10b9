"""Reports that Amazon made by itself, found and not asked for: getReports of Reports 2021-06-30."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from x3studio.amazon.calls import Calls, Query
from x3studio.amazon.decoding import decode_time, encode_time
from x3studio.amazon.faults import unreadable
from x3studio.amazon.jsontext import Json
from x3studio.amazon.operations import GET_REPORTS
from x3studio.domain.errors import ConnectionFault

SETTLEMENT = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
FURTHEST = timedelta(days=90)
"""How far back getReports looks (createdSince: default and maximum)."""
_PAGE = 100
_SHY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Report:
    """One report as Amazon lists it; times are UTC, `document_id` is "" until it is done."""

    report_id: str
    kind: str
    status: str
    created: datetime
    document_id: str = ""
    start: datetime | None = None
    end: datetime | None = None
    marketplaces: tuple[str, ...] = ()


async def reports(
    calls: Calls, kinds: Sequence[str], *, since: datetime | None = None
) -> AsyncGenerator[tuple[Report, ...], None]:
    """Pages of finished reports of these kinds, made since then; at most 90 days back, which is the default.

    From the second page on the token is the only parameter (Amazon's model of getReports).
    """
    now = await calls.settled_now()
    earliest = now - FURTHEST + _SHY
    start = max(since, earliest) if since else earliest
    query: Query = {
        "reportTypes": tuple(kinds),
        "processingStatuses": ("DONE",),
        "pageSize": _PAGE,
        "createdSince": encode_time(start),
    }
    seen: set[str] = set()
    while True:
        answer = await calls.call(GET_REPORTS, query=query)
        rows = answer.content.get("reports") if isinstance(answer.content, dict) else None
        if not isinstance(rows, list):
            raise _garbled("no list of reports")
        found = tuple(_report(row) for row in rows if isinstance(row, dict))
        fresh = tuple(report for report in found if report.report_id not in seen)
        seen.update(report.report_id for report in fresh)
        if fresh:
            yield fresh
        token = answer.content.get("nextToken")
        if not token or not fresh:
            return
        query = {"nextToken": str(token)}


def _report(row: dict[str, Json]) -> Report:
    if not row.get("reportId") or not row.get("createdTime"):
        raise _garbled("a report without id or time")
    return Report(
        report_id=str(row["reportId"]),
        kind=str(row.get("reportType") or ""),
        status=str(row.get("processingStatus") or ""),
        created=decode_time(row["createdTime"]),
        document_id=str(row.get("reportDocumentId") or ""),
        start=_time(row, "dataStartTime"),
        end=_time(row, "dataEndTime"),
        marketplaces=tuple(str(place) for place in row.get("marketplaceIds") or ()),
    )


def _time(row: dict[str, Json], name: str) -> datetime | None:
    return decode_time(row[name]) if row.get(name) else None


def _garbled(found: str) -> ConnectionFault:
    return unreadable(GET_REPORTS, httpx.Headers(), found=found)
