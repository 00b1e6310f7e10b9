"""The proof sheet: every check with its figure and verdict, open ones first, and what a person does."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from x3studio.domain.bookkeeping import Explanation
from x3studio.domain.settlements import Check, Verdict
from x3studio.gui.page import Desk
from x3studio.gui.settlements.words import (
    check_figure,
    consequence,
    in_order,
    proof_state,
    standing,
)
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.banner import Banner
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.chips import Chip
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import boxed, clear, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import Card, line
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.gui.widgets.table.view import Table
from x3studio.settlement.verdicts import found, waits

ROW_HEIGHT = 26
_MOST_LETTERS = 260


@dataclass(frozen=True, slots=True)
class ProofRow:
    """A check with what a person said of it."""

    check: Check
    explained: Explanation | None
    currency: str

    @property
    def state(self) -> State:
        """How it stands."""
        return standing(self.check, self.explained)

    @property
    def waits(self) -> bool:
        """Whether a person is needed."""
        return waits(self.check, self.explained)


COLUMNS: tuple[Column[ProofRow], ...] = (
    Column("id", "No.", lambda row: row.check.id, width=48, tone="text2"),
    Column("title", "Check", lambda row: row.check.title, width=170, stretch=True),
    Column(
        "figure",
        "Figure",
        lambda row: check_figure(row.check, row.currency),
        kind=Kind.NUMBER,
        width=98,
        tone="text2",
    ),
    Column("verdict", "Verdict", lambda row: row.state, kind=Kind.STATE, width=91),
)
_ICONS = {Tone.BAD: "octagon-alert", Tone.WARN: "clock", Tone.OK: "check", Tone.IDLE: "circle-minus"}


class ProofSheet(Card):
    """`explaining` and `assigning` carry a check, `printing` wants the sheet on paper, `looking` a line."""

    explaining = Signal(object)
    assigning = Signal(object)
    printing = Signal()
    looking = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.theme)
        theme = self._theme = desk.theme
        self._explained: Mapping[str, Explanation] = {}
        self.title = Label(theme, "Proof sheet", role=Role.PANEL)
        self.sub = Label(theme, role=Role.SECONDARY, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self.chip = Chip(theme, State("check", "Proven", Tone.OK))
        self.print = Button(theme, icon="file-text", look=Look.GHOST, name="Save the proof sheet as PDF")
        self.rows = FixedRows[ProofRow](COLUMNS, key=_key)
        self.table = Table(
            theme,
            self.rows,
            name="Proof sheet",
            tasks=desk.tasks,
            memory=desk.memory,
            row_height=ROW_HEIGHT,
        )
        self._said: QVBoxLayout = column(gap=0)
        self.explain = Button(theme, "Explain difference", look=Look.FILLED, cap="E")
        self.assign = Button(theme, "Assign", icon="user", cap="A")
        self.look = Button(theme, "Show the line", icon="list")
        self._lay_out()
        self._wire()

    def sizeHint(self) -> QSize:
        """452 wide, as it is drawn."""
        return QSize(452, 480)

    @property
    def current(self) -> ProofRow | None:
        """The check the user is on."""
        return self.table.current()

    def show_checks(
        self, checks: Sequence[Check], explained: Mapping[str, Explanation], *, about: str, currency: str
    ) -> None:
        """Another sheet; the current check stays current, on a new sheet it is the first."""
        new = about != self.sub.text()
        self._explained = explained
        self.sub.setText(about)
        self.chip.show_state(proof_state(checks, explained))
        self.rows.set_rows(
            [ProofRow(check, explained.get(check.id), currency) for check in in_order(checks, explained)]
        )
        if new or self.table.current() is None:
            self.table.setCurrentIndex(self.rows.index(0, 0))
        self.pane.show_content()
        self.foot.show()
        self._say(self.table.current())

    def show_none(self, fact: str, detail: str, *, icon: str = "circle-dashed", tone: str = "muted") -> None:
        """There is nothing to prove yet, or it could not be proven."""
        self.sub.setText("")
        self.chip.show_state(State("circle-dashed", "No sheet", Tone.IDLE))
        self.foot.hide()
        self.pane.show_state().show_empty(fact, detail, icon=icon, tone=tone)

    def choose(self, check: str) -> bool:
        """Goes to a check by its id."""
        return self.table.choose(check)

    def _lay_out(self) -> None:
        titles = column(self.title, self.sub, gap=1)
        head = row(titles, self.chip, self.print, margins=(14, 9, 10, 9))
        head.setStretch(0, 1)
        self.pane = Pane(self._theme, self.table)
        self.explain.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        actions = row(self.explain, self.look, self.assign, gap=8)
        actions.setStretch(0, 1)
        actions.addStretch(0)
        self.foot = boxed(column(self._said, actions, gap=10, margins=(12, 10, 12, 12)))
        self.add(head)
        self.add(line())
        self.add(self.pane, stretch=1)
        self.add(self.foot)

    def _wire(self) -> None:
        self.table.chosen.connect(self._say)
        self.table.opened.connect(lambda _shown: self._explain())
        self.explain.clicked.connect(self._explain)
        self.assign.clicked.connect(self._assign)
        for key, act in (("E", self._explain), ("A", self._assign)):
            bound = QShortcut(QKeySequence(key), self.table)
            bound.setContext(Qt.ShortcutContext.WidgetShortcut)
            bound.activated.connect(act)
        self.look.clicked.connect(self._look)
        self.print.clicked.connect(self.printing)

    def _explain(self) -> None:
        if self.current is not None and _explainable(self.current.check):
            self.explaining.emit(self.current.check)

    def _assign(self) -> None:
        if self.current is not None and self.current.waits:
            self.assigning.emit(self.current.check)

    def _look(self) -> None:
        if self.current is not None and self.current.check.line is not None:
            self.looking.emit(self.current.check.line)

    def _say(self, shown: ProofRow | None) -> None:
        """The words below: what the check found, what follows, who said what."""
        clear(self._said)
        if shown is None:
            return
        check, tone = shown.check, shown.state.tone
        follows = consequence(check, shown.explained)
        banner = Banner(
            self._theme,
            tone,
            f"{check.id}: {check.title}",
            " ".join(part for part in (shortened(found(check)), follows) if part),
            icon=_ICONS.get(tone, "info"),
        )
        banner.setToolTip(check.detail)
        self._said.addWidget(banner)
        self.explain.setVisible(_explainable(check))
        self.explain.setText("Explain anew" if not shown.waits else "Explain difference")
        self.assign.setVisible(shown.waits)
        owner = shown.explained.owner if shown.explained is not None else ""
        self.assign.setText(owner or "Assign")
        self.look.setVisible(check.line is not None)
        self.look.setText(f"Show line {check.line:,}" if check.line is not None else "")


def shortened(detail: str) -> str:
    """The first facts of a check that has many; the rest is in the tool tip and on paper."""
    if len(detail) <= _MOST_LETTERS:
        return detail
    cut = max(detail.rfind("; ", 0, _MOST_LETTERS), detail.rfind(". ", 0, _MOST_LETTERS))
    return f"{detail[: cut if cut > 0 else _MOST_LETTERS].rstrip('.; ')} …"


def _explainable(check: Check) -> bool:
    """Whether words of a named person can close it."""
    return check.verdict in (Verdict.OPEN, Verdict.WARN) and not check.blocks


def _key(row: ProofRow) -> Hashable:
    return row.check.id
