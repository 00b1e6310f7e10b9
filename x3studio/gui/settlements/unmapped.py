"""Kinds of amounts no rule knows: each with an explained suggestion, accepted or placed by a named person."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from x3studio.domain.bookkeeping import UnknownTriple
from x3studio.domain.settlements import Group
from x3studio.gui.page import Desk
from x3studio.gui.settlements.words import money, spaced, triple
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.inputs import Choice
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.surfaces import line
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table

_NONE = State("circle-slash", "No suggestion", Tone.IDLE)


def _suggested(row: UnknownTriple) -> State:
    return State("sparkles", row.suggestion.title, Tone.LIVE) if row.suggestion else _NONE


def _amounts(row: UnknownTriple) -> str:
    return ", ".join(money(amount, currency) for currency, amount in row.amounts)


def _worth(row: UnknownTriple) -> Decimal:
    return sum((abs(amount) for _, amount in row.amounts), Decimal(0))


COLUMNS: tuple[Column[UnknownTriple], ...] = (
    Column(
        "kind",
        "Amount Amazon reports",
        lambda row: (spaced(triple(row.triple)), f"{row.triple.transaction_type} / {row.triple.amount_type}"),
        kind=Kind.TWO_LINE,
        width=250,
        stretch=True,
        sort=lambda row: triple(row.triple),
    ),
    Column("rows", "Rows", lambda row: row.rows, kind=Kind.NUMBER, width=64, sort=lambda row: row.rows),
    Column("amount", "Amount", _amounts, kind=Kind.NUMBER, width=118, sort=_worth),
    Column("group", "Suggested group", _suggested, kind=Kind.STATE, width=220),
)


class Unmapped(QWidget):
    """`decided` carries a triple, a group's id and why. Return accepts, G goes to the list of groups."""

    decided = Signal(object, str, str)
    opened = Signal(object, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        theme = desk.theme
        self._groups: Sequence[Group] = ()
        self.rows = FixedRows[UnknownTriple](COLUMNS, key=lambda row: row.triple)
        self.table = Table(
            theme, self.rows, name="Unmapped amounts", tasks=desk.tasks, memory=desk.memory, row_height=42
        )
        self.reason = Label(theme, role=Role.SECONDARY, tone="text2", wrap=True)
        self.accept = Button(theme, "Accept", look=Look.FILLED, icon="check", cap="Return")
        self.other = Choice(theme, name="Another group")
        self.place = Button(theme, "Put into group")
        self.lines = Button(theme, "Show rows", look=Look.GHOST, icon="list")
        self.other.setMaximumWidth(240)
        actions = row(self.accept, self.other, self.place, STRETCH, self.lines)
        foot = column(self.reason, actions, gap=8, margins=(14, 9, 14, 10))
        whole = column(self.table, line(), boxed(foot), gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.table.chosen.connect(self._show_choice)
        self.table.opened.connect(lambda _row: self._accept())
        self.accept.clicked.connect(self._accept)
        self.place.clicked.connect(self._place)
        self.lines.clicked.connect(self._open)
        jump = QShortcut(QKeySequence("G"), self.table)
        jump.setContext(Qt.ShortcutContext.WidgetShortcut)
        jump.activated.connect(lambda: self.other.setFocus(Qt.FocusReason.ShortcutFocusReason))

    def show_unknown(self, unknown: Sequence[UnknownTriple], groups: Sequence[Group]) -> None:
        """Other kinds; the current one stays where it still is there, else the next is current."""
        place = max(self.table.currentIndex().row(), 0)
        self._groups = groups
        self.other.set_choices([(group.id, group.title) for group in groups])
        self.rows.set_rows(unknown)
        if unknown and self.table.current() is None:
            self.table.setCurrentIndex(self.rows.index(min(place, len(unknown) - 1), 0))
        self._show_choice(self.table.current())

    @property
    def words(self) -> str:
        """ "3 kinds of amounts wait for a person"."""
        return f"{counted(self.rows.rowCount(), 'kind')} of amounts wait for a person"

    def _show_choice(self, shown: UnknownTriple | None) -> None:
        known = shown.suggestion if shown is not None else None
        self.accept.setEnabled(known is not None)
        for part in (self.place, self.other, self.lines):
            part.setEnabled(shown is not None)
        if shown is None:
            self.reason.setText("")
            return
        if known is not None:
            self.other.choose(known.id)
            self.reason.setText(f"{known.title}: {shown.reason}.")
        else:
            self.reason.setText("Nothing known is like it. Choose the group it belongs to.")

    def _accept(self) -> None:
        shown = self.table.current()
        if shown is not None and shown.suggestion is not None:
            self.decided.emit(shown.triple, shown.suggestion.id, shown.reason)

    def _place(self) -> None:
        shown = self.table.current()
        if shown is not None and self.other.current_key():
            self.decided.emit(shown.triple, self.other.current_key(), "")

    def _open(self) -> None:
        shown = self.table.current()
        if shown is not None:
            self.opened.emit(frozenset({shown.triple}), spaced(triple(shown.triple)))


def of_settlement(unknown: Sequence[UnknownTriple], entry: int) -> list[UnknownTriple]:
    """Those that keep this settlement from being posted, the most money first."""
    return sorted((each for each in unknown if entry in each.entries), key=_worth, reverse=True)
