"""What X3 says of its objects, asked once, and the check of a document against it before anything is sent."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from x3studio.domain.documents import NUMBER_FIELD, Document, DocumentKind, Rejected
from x3studio.domain.errors import Refused
from x3studio.x3.dialect import Field, ObjectDescription

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Descriptions:
    """Descriptions by kind, each fetched once however many ask at the same time."""

    def __init__(self, fetch: Callable[[DocumentKind], Awaitable[ObjectDescription]]) -> None:
        self._fetch = fetch
        self._known: dict[DocumentKind, ObjectDescription] = {}
        self._fetching = asyncio.Lock()

    async def get(self, kind: DocumentKind) -> ObjectDescription:
        """The description in hand, or X3's answer."""
        async with self._fetching:
            if kind not in self._known:
                self._known[kind] = await self._fetch(kind)
            return self._known[kind]

    @property
    def any_known(self) -> bool:
        """Whether X3 has described anything yet: then the way there is right."""
        return bool(self._known)

    def forget(self) -> None:
        """After a republication in X3: the next call asks again."""
        self._known.clear()


def check(document: Document, description: ObjectDescription) -> None:
    """Raises Refused (subject: the field, context["line"]: 1-based) where X3 would refuse or cut a value."""
    headers = {name: field for name, field in description.fields.items() if not field.in_lines}
    _check_row(document.header, headers, kind=document.kind, line=0)
    for number, line in enumerate(document.lines, start=1):
        _check_row(line, description.line_fields, kind=document.kind, line=number)
    if description.most_lines and len(document.lines) > description.most_lines:
        raise Refused(
            f"The document has {len(document.lines)} lines; this X3 takes {description.most_lines}.",
            advice="Split it in the source, or publish the object with more lines.",
            subject="lines",
        )


def refusal(fault: Refused) -> Rejected:
    """Our own refusal in the shape of X3's, for a create that was stopped before anything was sent."""
    return Rejected((str(fault),), field=fault.subject, line=int(fault.context.get("line", "0")))


def _check_row(row: Mapping[str, str], fields: Mapping[str, Field], *, kind: DocumentKind, line: int) -> None:
    where = f" in line {line}" if line else ""
    place = {"line": str(line)} if line else {}
    for name, value in row.items():
        field = fields.get(name)
        if field is None:
            raise Refused(
                f"This X3's {kind.value} has no field {name}{where}.",
                advice="Take the field out of the mapping, or publish the object again with it.",
                subject=name,
                context=place,
            )
        trouble = _trouble(value, field)
        if trouble:
            raise Refused(
                f"{name}{where} {trouble}.",
                advice="Correct it by a rule or at its source.",
                subject=name,
                context=place,
            )
    for name, field in fields.items():
        # X3 numbers a document itself, whatever its description calls the number.
        if field.mandatory and name != NUMBER_FIELD.get(kind) and not row.get(name, "").strip():
            raise Refused(
                f"{name}{where} is missing and this X3 insists on it.",
                advice="Set it by a rule, or give it a default in the mapping.",
                cause="missing",
                subject=name,
                context=place,
            )


def _trouble(value: str, field: Field) -> str:
    if _FORBIDDEN.search(value):
        return "holds a control character that X3 cannot take"
    if not value:
        return ""
    if field.kind in ("decimal", "integer", "menu"):
        return _number_trouble(value, whole=field.kind != "decimal")
    if field.kind == "date":
        try:
            date.fromisoformat(value)
        except ValueError:
            return "is no date of the form YYYY-MM-DD"
        return ""
    if field.length and len(value) > field.length:
        return f"has {len(value)} characters; this X3 takes {field.length}"
    return ""


def _number_trouble(value: str, *, whole: bool) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "is no number with a decimal point"
    if not number.is_finite() or (whole and number != number.to_integral_value()):
        return "is no whole number" if whole else "is no number"
    return ""
