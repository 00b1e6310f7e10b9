"""The lower card: what is unmapped first, then groups, journal and rows of a settlement, fees, comparison."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from x3studio.domain.bookkeeping import UnknownTriple
from x3studio.domain.settlements import Group, Triple
from x3studio.domain.sheets import Sheet
from x3studio.gui.page import Desk
from x3studio.gui.settlements.compare import Compare
from x3studio.gui.settlements.fees import Fees
from x3studio.gui.settlements.groups import Groups
from x3studio.gui.settlements.journal import Journal
from x3studio.gui.settlements.lines import Lines
from x3studio.gui.settlements.unmapped import Unmapped, of_settlement
from x3studio.gui.settlements.words import figure
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.chips import Chip
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import Card, line
from x3studio.gui.widgets.switch import Segmented
from x3studio.gui.widgets.table.view import Table

UNMAPPED, GROUPS, JOURNAL, ROWS, FEES, COMPARE = "unmapped", "groups", "journal", "rows", "fees", "compare"
TABS = (
    (UNMAPPED, "Unmapped"),
    (GROUPS, "Groups"),
    (JOURNAL, "Journal"),
    (ROWS, "Rows"),
    (FEES, "Fees"),
    (COMPARE, "Compare"),
)
_ZERO = Decimal(0)


class Book(Card):
    """`turned` carries the key of the tab that is shown now; its owner fills what is read on demand."""

    turned = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.theme)
        theme = desk.theme
        self.tabs = Segmented(theme, TABS, name="What is shown of the settlement")
        self.unmapped, self.groups, self.journal = Unmapped(desk), Groups(desk), Journal(desk)
        self.lines, self.fees, self.compare = Lines(desk), Fees(desk), Compare(desk)
        self.aside = Label(theme, "Debit = credit", role=Role.SECONDARY, tone="text2")
        self.chip = Chip(theme, State("check", "", Tone.OK))
        self._views: Mapping[str, QWidget] = {
            UNMAPPED: self.unmapped,
            GROUPS: self.groups,
            JOURNAL: self.journal,
            ROWS: self.lines,
            FEES: self.fees,
            COMPARE: self.compare,
        }
        # A stack that is a widget: a mere layout would show its first page as a window until it has one.
        self._stack = QStackedWidget()
        for view in self._views.values():
            self._stack.addWidget(view)
        self._entry = 0
        head = row(self.tabs, STRETCH, self.aside, self.chip, margins=(12, 8, 14, 8))
        body = column(boxed(head), line(), self._stack, gap=0)
        body.setStretch(2, 1)
        self.pane = Pane(theme, boxed(body))
        self.add(self.pane, stretch=1)
        self.tabs.chosen.connect(self.turn)
        self.tabs.offer(UNMAPPED, False)
        self.turn(GROUPS)

    @property
    def tables(self) -> tuple[Table[Any], ...]:
        """Every table, for what is true of all of them."""
        parts = (self.unmapped, self.groups, self.journal, self.lines, self.fees, self.compare)
        return tuple(part.table for part in parts)

    @property
    def current(self) -> str:
        """The key of the shown tab."""
        return self.tabs.current

    def turn(self, key: str) -> None:
        """Shows a tab."""
        self.tabs.choose(key)
        self._stack.setCurrentWidget(self._views[key])
        self.turned.emit(key)

    def show_sheet(self, sheet: Sheet, unknown: Collection[UnknownTriple], groups: Collection[Group]) -> None:
        """Another settlement, or the same after a change. What is unmapped comes first once it appears."""
        proof = sheet.proof
        if proof is None:
            return
        currency = proof.header.currency
        new = sheet.entry.id != self._entry
        self._entry = sheet.entry.id
        mine = of_settlement(list(unknown), sheet.entry.id)
        self.unmapped.show_unknown(mine, list(groups))
        self.tabs.offer(UNMAPPED, bool(mine))
        self.tabs.set_words(UNMAPPED, f"Unmapped {len(mine):,}")
        self.tabs.set_words(ROWS, f"Rows {proof.rows:,}")
        planned = sheet.posting.parts if sheet.posting is not None else ()
        self.groups.show_branches(sheet.branches, currency)
        self.journal.show_parts(proof.parts, planned, currency)
        self._balance(sheet)
        self.pane.show_content()
        if mine and new:
            self.turn(UNMAPPED)
        elif self.current == UNMAPPED and not mine:
            self.turn(GROUPS)
        elif new:
            self.turned.emit(self.current)

    def open_rows(self, triples: Collection[Triple] | None, words: str, *, text: str = "") -> None:
        """The rows behind a bar, a group or a finding; `text` is searched for as well."""
        self.lines.keep(triples, words, text=text)
        self.turn(ROWS)

    def show_none(self, fact: str, detail: str, *, icon: str, tone: str) -> None:
        """There is no settlement, or none that could be read."""
        self._entry = 0
        self.pane.show_state().show_empty(fact, detail, icon=icon, tone=tone)

    def _balance(self, sheet: Sheet) -> None:
        proof = sheet.proof
        if proof is None:
            return
        sides = [(line_.debit, line_.credit) for part in proof.parts for line_ in part.lines]
        debit = sum((pair[0] for pair in sides), _ZERO)
        credit = sum((pair[1] for pair in sides), _ZERO)
        even = debit == credit
        words = figure(debit if even else debit - credit, proof.header.currency)
        state = State("check", words, Tone.OK) if even else State("x", f"{words} off", Tone.BAD)
        self.aside.setText("Debit = credit" if even else "Debit and credit")
        self.chip.show_state(state)
