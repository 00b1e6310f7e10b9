"""Reports that the demo Amazon makes when asked: in progress, then done, or cancelled where empty."""

import itertools
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from x3studio.sandbox.amazon_answers import Refusal, bad
from x3studio.sandbox.amazon_flat_files import listings_body, orders_body
from x3studio.sandbox.amazon_reports import HeldReport, ReportDesk
from x3studio.sandbox.orders import Orders
from x3studio.sandbox.world import World

_LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
_ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
_STEPS = {"IN_PROGRESS": "DONE"}
_LONGEST = timedelta(days=30, hours=1)
_KNOWN = frozenset({"reportType", "marketplaceIds", "dataStartTime", "dataEndTime", "reportOptions"})


class RequestedReports:
    """createReport and getReport. A report is one step further each time it is asked after."""

    def __init__(
        self, world: World, orders: Orders, desk: ReportDesk, *, now: Callable[[], datetime]
    ) -> None:
        self._world = world
        self._orders = orders
        self._desk = desk
        self._now = now
        self._numbers = itertools.count(50_001)

    def create(self, body: Any) -> dict[str, Any]:
        """The answer to createReport. Raises Refusal."""
        if not isinstance(body, dict) or set(body) - _KNOWN:
            raise bad("The body holds something else than the model describes.")
        kind, places = body.get("reportType"), body.get("marketplaceIds")
        if kind not in (_LISTINGS, _ORDERS):
            raise bad(f"The report type {kind} cannot be requested here.")
        if not isinstance(places, list) or not places or set(places) - set(self._world.marketplaces):
            raise bad("marketplaceIds names no marketplace of this seller.")
        end = _time(body, "dataEndTime") or self._now()
        start = _time(body, "dataStartTime") or end
        if start > end or end > self._now() + timedelta(minutes=1) or end - start > _LONGEST:
            raise bad("The span of time must end before now and be 30 days at most.")
        report = HeldReport(
            report_id=str(next(self._numbers)),
            kind=kind,
            created=self._now(),
            status="IN_PROGRESS",
            marketplaces=tuple(places),
            start=start,
            end=end,
        )
        self._desk.add(report)
        return {"reportId": report.report_id}

    def get(self, report_id: str) -> dict[str, Any]:
        """The answer to getReport. Raises Refusal (404)."""
        report = self._desk.get(report_id)
        if report is None:
            raise Refusal(404, "NotFound", "The report was not found.")
        shown = report.as_json()
        report.status = _STEPS.get(report.status, report.status)
        if report.status == "DONE" and not report.body:
            report.body = self._body(report)
            if report.body.count(b"\n") == 0:
                report.body, report.status = b"", "CANCELLED"
        return shown

    def _body(self, report: HeldReport) -> bytes:
        if report.kind == _LISTINGS:
            return listings_body(self._world, report.marketplaces)
        start, end = report.start or report.created, report.end or report.created
        return orders_body(self._world, self._orders, report.marketplaces, start=start, end=end)


def _time(body: Mapping[str, Any], name: str) -> datetime | None:
    text = body.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise bad(f"{name} is no ISO 8601 time.") from None
    if moment.tzinfo is None:
        raise bad(f"{name} names no time zone.")
    return moment
