"""The journal as it will stand, or stands, in X3: one part a month with its lines, debits and credits."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from PySide6.QtWidgets import QWidget

from x3studio.domain.bookkeeping import PlannedPart
from x3studio.domain.settlements import Account, JournalPart
from x3studio.gui.page import Desk
from x3studio.gui.settlements.groups import NO_ACCOUNT
from x3studio.gui.settlements.words import dimensions, side
from x3studio.gui.states import counted
from x3studio.gui.typography import Role
from x3studio.gui.widgets.layout import column
from x3studio.gui.widgets.table.columns import Column, Kind, TreeCell
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.tree import TreeTable

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A part (`level` 0) with its sums, or a line of it."""

    key: str
    month: str
    words: str
    level: int
    open: bool | None
    account: Account | None
    debit: Decimal
    credit: Decimal
    currency: str


COLUMNS: tuple[Column[JournalRow], ...] = (
    Column(
        "text",
        "Line",
        lambda row: TreeCell(row.words, row.level, row.open),
        kind=Kind.TREE,
        width=300,
        stretch=True,
        role=lambda row: Role.BODY if row.level else Role.PANEL,
    ),
    Column(
        "account",
        "Account",
        lambda row: row.account.code if row.account else NO_ACCOUNT if row.level else " ",
        width=92,
        tone=lambda row: "text" if row.account else "bad",
    ),
    Column("tax", "Tax", lambda row: (row.account.tax_code if row.account else "") or " ", width=56),
    Column("dimensions", "Dimensions", lambda row: dimensions(row.account) or " ", width=112, tone="muted"),
    Column(
        "debit",
        "Debit",
        lambda row: side(row.debit, row.currency) or " ",
        kind=Kind.NUMBER,
        width=110,
        role=lambda row: Role.BODY if row.level else Role.PANEL,
    ),
    Column(
        "credit",
        "Credit",
        lambda row: side(row.credit, row.currency) or " ",
        kind=Kind.NUMBER,
        width=110,
        role=lambda row: Role.BODY if row.level else Role.PANEL,
    ),
)


def journal_rows(
    parts: Sequence[JournalPart],
    planned: Mapping[str, PlannedPart],
    *,
    closed: Collection[str],
    currency: str,
) -> list[JournalRow]:
    """Every part, oldest first, and the lines of those that are not `closed`."""
    rows: list[JournalRow] = []
    for part in parts:
        shown = part.month not in closed
        debit = sum((line.debit for line in part.lines), _ZERO)
        credit = sum((line.credit for line in part.lines), _ZERO)
        words = (
            f"{month_words(part.month)}, {counted(len(part.lines), 'line')}{_where(planned.get(part.month))}"
        )
        rows.append(JournalRow(part.month, part.month, words, 0, shown, None, debit, credit, currency))
        if shown:
            rows += [
                JournalRow(
                    f"{part.month}/{place}",
                    part.month,
                    line.text,
                    1,
                    None,
                    line.account,
                    line.debit,
                    line.credit,
                    currency,
                )
                for place, line in enumerate(part.lines)
            ]
    return rows


def month_words(month: str) -> str:
    """ "2026-11" as "November 2026"."""
    year, _, number = month.partition("-")
    return f"{date(int(year), int(number), 1):%B %Y}"


def _where(part: PlannedPart | None) -> str:
    if part is None:
        return ""
    return f", in X3 as {part.number}" if part.number else f", {part.reference}"


class Journal(QWidget):
    """A table of parts and lines."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._parts: Sequence[JournalPart] = ()
        self._planned: Mapping[str, PlannedPart] = {}
        self._currency = ""
        self._closed: set[str] = set()
        self.rows = FixedRows[JournalRow](COLUMNS, key=_key)
        self.table = TreeTable(
            desk.theme, self.rows, name="Journal", tasks=desk.tasks, memory=desk.memory, several=True
        )
        self.table.folded.connect(self._fold)
        self.setLayout(column(self.table, gap=0))

    def show_parts(self, parts: Sequence[JournalPart], planned: Sequence[PlannedPart], currency: str) -> None:
        """Another settlement."""
        self._parts, self._currency = parts, currency
        self._planned = {part.month: part for part in planned}
        self._show()

    def _fold(self, row: JournalRow, open_: bool) -> None:
        (self._closed.discard if open_ else self._closed.add)(row.month)
        self._show()

    def _show(self) -> None:
        rows = journal_rows(self._parts, self._planned, closed=self._closed, currency=self._currency)
        self.rows.set_rows(rows)


def _key(row: JournalRow) -> Hashable:
    return row.key
