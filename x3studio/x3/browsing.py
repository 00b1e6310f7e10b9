"""Looking into an X3: the rows of any object as X3 shows them, for people and not for flows."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from x3studio.domain.connections import Dialect, X3Connection
from x3studio.domain.documents import NUMBER_FIELD, DocumentKind
from x3studio.domain.errors import ConnectionFault, SettingFault
from x3studio.x3.auto import gateway_answers
from x3studio.x3.dialect import Recorder
from x3studio.x3.gateway import PATHS, GatewayClient
from x3studio.x3.line import Line
from x3studio.x3.syracuse import SyracuseClient

CLASSES: Mapping[str, str] = {
    "items": "ITMMASTER",
    "customers": "BPCUSTOMER",
    "stock": "ITMMVT",
    "prices": "ITMSALES",
    "orders": "SORDER",
    "deliveries": "SDELIVERY",
    "purchase orders": "PORDER",
    "supplier invoices": "PINVOICE",
    "journals": "GACCENTRY",
    "balances": "BALANCE",
    "accounts": "GACCOUNT",
    "periods": "PERIOD",
}
"""The class of X3's REST that shows each object (Sage online help: Syracuse, data classes)."""
_BEHIND_GATEWAY: Mapping[str, DocumentKind] = {
    "items": DocumentKind.ITEM,
    "customers": DocumentKind.CUSTOMER,
    "orders": DocumentKind.SALES_ORDER,
    "deliveries": DocumentKind.DELIVERY,
    "journals": DocumentKind.JOURNAL,
}
_EXPRESSION = re.compile(r"\w\s+(eq|ne|lt|le|gt|ge|like)\s+\S")
_PAGE = "100"

Shown = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: an object, and which of its rows.

    `where` is an expression of X3's REST (ITMREF eq 'A1'), else a text that must stand in the row, or "".
    """

    what: str
    where: str = ""

    @property
    def expression(self) -> str:
        """`where` where it is one, else ""."""
        return self.where if _EXPRESSION.search(self.where) else ""

    def wants(self, row: Shown) -> bool:
        """Whether a row is asked for; what an expression asks, X3 has answered."""
        words = "" if self.expression else self.where.lower()
        return words in " ".join(str(value) for value in row.values()).lower()


async def browse(
    connection: X3Connection, secrets: Mapping[str, str], question: Question, *, record: Recorder
) -> AsyncGenerator[Shown, None]:
    """The rows that are asked for, as they come; lines and other lists are counted, not shown.

    Raises SettingFault where this X3 does not show the object, or cannot read the expression.
    """
    line = Line(connection, secrets, record=record)
    try:
        rows = _gateway(line, question) if await _by_gateway(line, question) else _syracuse(line, question)
        async for row in rows:
            shown = _shown(row, first=_number_field(question.what))
            if question.wants(shown):
                yield shown
    finally:
        await line.aclose()


async def _by_gateway(line: Line, question: Question) -> bool:
    """Whether the gateway is asked; it knows fewer objects than X3's own REST, and no expressions."""
    dialect = line.connection.dialect
    if question.what not in _BEHIND_GATEWAY or question.expression:
        return False
    return dialect is Dialect.GATEWAY or (dialect is Dialect.AUTO and await gateway_answers(line))


async def _gateway(line: Line, question: Question) -> AsyncIterator[Mapping[str, Any]]:
    client = GatewayClient(line)
    with line.call(f"read {question.what}") as call:
        async for row in client.rows(call, PATHS[_BEHIND_GATEWAY[question.what]], [("count", _PAGE)]):
            yield row
        call.outcome = "read"


async def _syracuse(line: Line, question: Question) -> AsyncIterator[Mapping[str, Any]]:
    client = SyracuseClient(line)
    path = f"api1/x3/erp/{quote(line.connection.folder, safe='')}/{CLASSES[question.what]}"
    try:
        with line.call(f"read {question.what}") as call:
            async for row in client.rows(call, path, question.expression):
                yield row
            call.outcome = "read"
    except (SettingFault, ConnectionFault) as fault:
        # An expression that names no property of the class is answered with HTTP 500.
        bad = fault.context.get("http") == "500" and question.expression
        if not bad and getattr(fault, "field", "") != "public_name":
            raise
        raise SettingFault(
            f"This X3 does not show {question.what} that way.",
            field="where" if question.expression else "object",
            advice="Check the expression and the rights of this user; X3's own REST must be reachable there.",
            said=fault.said,
        ) from fault


def _number_field(what: str) -> str:
    kind = _BEHIND_GATEWAY.get(what)
    return NUMBER_FIELD[kind] if kind else ""


def _shown(row: Mapping[str, Any], *, first: str) -> Shown:
    """A row's plain fields, what identifies it first."""
    plain = {
        name: len(value) if isinstance(value, list) else value
        for name, value in row.items()
        if not name.startswith("$") and not isinstance(value, dict)
    }
    return {first: plain[first], **plain} if first in plain else plain
