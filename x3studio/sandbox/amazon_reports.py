"""The demo's Reports API 2021-06-30: what is listed, the signed addresses of documents, and the documents."""

import gzip
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from x3studio.sandbox.amazon_answers import Refusal, bad
from x3studio.sandbox.amazon_orders import iso

_FURTHEST = timedelta(days=90)
_LIFE = 300.0
_STATUSES = frozenset({"CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE"})
_KNOWN = frozenset(
    {"reportTypes", "processingStatuses", "marketplaceIds", "pageSize", "createdSince", "createdUntil"}
)
_DEFAULT_PAGE, _MOST_PAGE = 10, 100


@dataclass(slots=True)
class HeldReport:
    """One report of the demo; `body` is its document, "" bytes while there is none."""

    report_id: str
    kind: str
    created: datetime
    body: bytes = b""
    status: str = "DONE"
    marketplaces: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None

    @property
    def document_id(self) -> str:
        """The document's id, "" where it has none."""
        return f"amzn1.spdoc.1.4.eu.{self.report_id}" if self.body else ""

    def as_json(self) -> dict[str, Any]:
        """The report as getReports and getReport show it."""
        shown: dict[str, Any] = {
            "reportId": self.report_id,
            "reportType": self.kind,
            "createdTime": iso(int(self.created.timestamp())),
            "processingStatus": self.status,
        }
        if self.marketplaces:
            shown["marketplaceIds"] = list(self.marketplaces)
        if self.start and self.end:
            shown["dataStartTime"] = iso(int(self.start.timestamp()))
            shown["dataEndTime"] = iso(int(self.end.timestamp()))
        if self.document_id:
            shown["reportDocumentId"] = self.document_id
        return shown


@dataclass(slots=True)
class ReportDesk:
    """All reports by id. `made` is asked once for those that Amazon makes by itself."""

    made: Callable[[], list[HeldReport]]
    now: Callable[[], datetime]
    tick: Callable[[], float] = time.monotonic
    plain: bool = False
    """Documents travel uncompressed."""
    _reports: dict[str, HeldReport] = field(default_factory=dict)
    _addresses: dict[str, tuple[str, float]] = field(default_factory=dict)
    _tokens: dict[str, tuple[Mapping[str, str], int]] = field(default_factory=dict)
    _asked: bool = False

    def add(self, report: HeldReport) -> None:
        """A report more, such as one that was asked for."""
        self._reports[report.report_id] = report

    def get(self, report_id: str) -> HeldReport | None:
        """One report by its id."""
        return self._all().get(report_id)

    def _all(self) -> dict[str, HeldReport]:
        if not self._asked:
            self._asked = True
            for report in self.made():
                self._reports.setdefault(report.report_id, report)
        return self._reports

    def page(self, query: Mapping[str, str]) -> dict[str, Any]:
        """One page of getReports; a token is the only parameter of its request. Raises Refusal."""
        start = 0
        if token := query.get("nextToken"):
            if len(query) > 1 or token not in self._tokens:
                raise bad("nextToken must be the only parameter, and one that was given.")
            query, start = self._tokens.pop(token)
        found = self._found(query)
        size = _size(query)
        answer: dict[str, Any] = {"reports": [each.as_json() for each in found[start : start + size]]}
        if start + size < len(found):
            token = secrets.token_urlsafe(24)
            self._tokens[token] = (query, start + size)
            answer["nextToken"] = token
        return answer

    def _found(self, query: Mapping[str, str]) -> list[HeldReport]:
        for name in query:
            if name not in _KNOWN:
                raise bad(f"The parameter {name} is not supported.")
        kinds = _listed(query, "reportTypes")
        if not kinds:
            raise bad("reportTypes is required unless nextToken is given.")
        statuses = _listed(query, "processingStatuses") or _STATUSES
        if statuses - _STATUSES:
            raise bad("A processing status is unknown.")
        since = _time(query, "createdSince") or self.now() - _FURTHEST
        if since < self.now() - _FURTHEST - timedelta(minutes=1):
            raise bad("createdSince is more than 90 days ago.")
        until = _time(query, "createdUntil") or self.now()
        places = _listed(query, "marketplaceIds")
        fitting = (
            report
            for report in self._all().values()
            if report.kind in kinds
            and report.status in statuses
            and since <= report.created <= until
            and (not places or places & set(report.marketplaces))
        )
        return sorted(fitting, key=lambda report: report.created, reverse=True)

    def address(self, document_id: str, *, base: str) -> dict[str, Any]:
        """What getReportDocument answers: an address for five minutes. Raises Refusal (404)."""
        report = next((each for each in self._all().values() if each.document_id == document_id), None)
        if report is None or not document_id:
            raise Refusal(404, "NotFound", "The document was not found.")
        key = secrets.token_urlsafe(16)
        self._addresses[key] = (report.report_id, self.tick() + _LIFE)
        shown = {
            "reportDocumentId": document_id,
            "url": f"{base}/documents/{key}?X-Amz-Signature={key[::-1]}",
        }
        return shown if self.plain else {**shown, "compressionAlgorithm": "GZIP"}

    def document(self, request: Request) -> Response:
        """The document behind an address; no sign-in, but only while the address lives."""
        report_id, until = self._addresses.get(request.path_params["key"], ("", 0.0))
        if not report_id or self.tick() > until or "X-Amz-Signature" not in request.query_params:
            words = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
            return Response(words, 403, media_type="application/xml")
        body = self._all()[report_id].body
        return Response(body if self.plain else gzip.compress(body, 6), media_type="application/octet-stream")


def _listed(query: Mapping[str, str], name: str) -> set[str]:
    return {value for value in query.get(name, "").split(",") if value}


def _size(query: Mapping[str, str]) -> int:
    text = query.get("pageSize", str(_DEFAULT_PAGE))
    if not text.isdigit() or not 1 <= int(text) <= _MOST_PAGE:
        raise bad("pageSize must be between 1 and 100.")
    return int(text)


def _time(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name, "")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise bad(f"{name} is no ISO 8601 time.") from None
    if moment.tzinfo is None:
        raise bad(f"{name} names no time zone.")
    return moment
