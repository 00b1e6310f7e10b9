"""The tables of the exception desk as columns: the records of a cause, the preview of a replay."""

from datetime import UTC, datetime

from x3studio.domain.monitor import ExceptionCase
from x3studio.gui.exceptions.data import CaseRow
from x3studio.gui.exceptions.preview import Forecast
from x3studio.gui.runs.words import day_or_clock
from x3studio.gui.states import CASE
from x3studio.gui.typography import Role
from x3studio.gui.widgets.table.columns import Column, Kind

RECORDS: tuple[Column[CaseRow], ...] = (
    Column("chosen", "", lambda _row: "", kind=Kind.CHECK, width=38),
    Column("record", "Record", lambda row: row.case.reference, role=Role.STRONG, stretch=True, middle=True),
    Column("subject", "About", lambda row: row.case.subject, width=122, middle=True),
    Column("worth", "Worth", lambda row: _worth(row.case), kind=Kind.NUMBER, width=94),
    Column("since", "Since", lambda row: _since(row.case), kind=Kind.NUMBER, width=66, tone="text2"),
    Column("state", "State", lambda row: CASE[row.case.state], kind=Kind.STATE, width=90),
    Column("owner", "Owner", lambda row: row.case.owner, width=84, tone="text2"),
    Column("note", "Note", lambda row: " ".join(row.case.note.split()), width=92, tone="text2"),
)
OPTIONAL = ("owner", "note")
"""Left out where the page is narrow."""

PREVIEW: tuple[Column[Forecast], ...] = (
    Column("record", "Record", lambda one: one.case.reference, role=Role.STRONG, width=192),
    Column("looked", "Looked up", lambda one: one.looked_up, width=104, tone="text2"),
    Column("fate", "What will happen", lambda one: one.state, kind=Kind.STATE, stretch=True),
    Column("quantity", "QTY", lambda one: one.quantity or None, kind=Kind.NUMBER, width=76),
    Column("price", "Price", lambda one: one.price or None, kind=Kind.NUMBER, width=124),
)


def _worth(case: ExceptionCase) -> str | None:
    return f"{case.worth.amount:,.2f} {case.worth.currency}" if case.worth else None


def _since(case: ExceptionCase) -> str | None:
    return day_or_clock(case.first_at, datetime.now(UTC)) if case.first_at else None
