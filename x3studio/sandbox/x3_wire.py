"""What the JSON dialects of the demo X3 share: the caller's folder, diagnoses, and documents as JSON."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from x3studio.sandbox.documents import StoredDocument
from x3studio.sandbox.x3_masters import stamp
from x3studio.sandbox.x3_rules import Finding
from x3studio.sandbox.x3_words import language_of

MOST_BYTES = 8 * 1024 * 1024
"""No request body is longer."""


class BadRequest(Exception):
    """The request cannot be understood; answered with `status` and one diagnosis."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def answer(
    content: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON answer."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, status, headers, "application/json")


def diagnosis(finding: Finding) -> dict[str, Any]:
    """A finding as Syracuse writes it."""
    said: dict[str, Any] = {"$severity": finding.severity, "$message": finding.message}
    if finding.field:
        said["$field"] = finding.field
    if finding.line:
        said["$line"] = finding.line
    return said


def refusal(findings: Iterable[Finding], *, status: int) -> Response:
    """An answer that holds nothing but diagnoses."""
    return answer({"$diagnoses": [diagnosis(finding) for finding in findings]}, status=status)


def language(request: Request) -> str:
    """The language the caller wishes to read."""
    return language_of(request.headers.get("accept-language", ""))


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of the request; BadRequest for anything else."""
    raw = await request.body()
    if len(raw) > MOST_BYTES:
        raise BadRequest("The request is too large.", status=413)
    try:
        content = json.loads(raw)
    except ValueError as fault:
        raise BadRequest("The request is not JSON.") from fault
    if not isinstance(content, dict):
        raise BadRequest("The request is not a JSON object.")
    return content


def flat(raw: Mapping[str, Any], *, lines: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Header and lines of a document in JSON; numbers and texts become text, `$` keys are dropped."""
    rows = raw.get(lines, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadRequest(f'"{lines}" is not a list of objects.')
    return _texts({key: value for key, value in raw.items() if key != lines}), [_texts(row) for row in rows]


def _texts(raw: Mapping[str, Any]) -> dict[str, str]:
    kept = {}
    for name, value in raw.items():
        if name.startswith("$"):
            continue
        if isinstance(value, bool) or not isinstance(value, str | int | float | None):
            raise BadRequest(f'The value of "{name}" is neither text nor number.')
        kept[name] = "" if value is None else str(value)
    return kept


def document_json(document: StoredDocument, *, lines: str) -> dict[str, Any]:
    """A stored document with its lines and its time of change."""
    return {**document.header, "UPDDATTIM": stamp(document.modified), lines: document.lines}
