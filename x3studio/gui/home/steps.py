"""What to do next: at most five things, each with the one button that leads there."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from x3studio.gui.home.words import NextStep
from x3studio.gui.page import Desk
from x3studio.gui.states import clock
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, clear, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.surfaces import Card, line

SHOWN, LEAST, _ROW = 5, 3, 52


class NextSteps(Card):
    """`opened` carries page and record."""

    opened = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, title="What to do next")
        self._theme = theme
        self._shown: tuple[NextStep, ...] | None = None
        self._list = column(gap=0)
        self._pane = Pane(theme, boxed(self._list))
        self._pane.setMinimumHeight(LEAST * _ROW)
        self.add(self._pane)
        self._pane.show_state().show_busy("Reading the workspace")

    def show_steps(self, steps: Sequence[NextStep], *, at: datetime, desk: Desk) -> None:
        """The first five; an empty list is good news with its time."""
        if not steps:
            self._shown = ()
            clear(self._list)
            self._pane.setMinimumHeight(LEAST * _ROW)
            self.set_aside("")
            self._pane.show_state().show_empty("Nothing waits for you", f"Checked {clock(at)}")
            return
        self._pane.show_content()
        self.set_aside(f"{min(len(steps), SHOWN)} of {len(steps)}")
        if self._shown == tuple(steps):
            return
        self._shown = tuple(steps)
        self._pane.setMinimumHeight(max(min(len(steps), SHOWN), LEAST) * _ROW)
        clear(self._list)
        for place, step in enumerate(steps[:SHOWN]):
            if place:
                self._list.addWidget(line())
            self._list.addWidget(self._row(step, first=place == 0, reachable=desk.has_page(step.page)))
        self._list.addStretch(1)

    def _row(self, step: NextStep, *, first: bool, reachable: bool) -> QWidget:
        elide = Qt.TextElideMode.ElideRight
        title = Label(self._theme, step.title, role=Role.STRONG, elide=elide)
        detail = Label(self._theme, step.detail, role=Role.SECONDARY, tone="text2", elide=elide)
        text = column(STRETCH, title, detail, STRETCH, gap=1)
        parts: list[QWidget] = []
        if reachable:
            look = Look.FILLED if first else Look.OUTLINED
            button = Button(self._theme, step.action, look=look, small=True)
            button.clicked.connect(lambda: self.opened.emit(step.page, step.record))
            parts.append(button)
        icon = Picture(self._theme, step.state.icon, step.state.tone.value)
        layout = row(icon, text, *parts, gap=12, margins=(14, 6, 12, 6))
        layout.setStretch(1, 1)
        holder = boxed(layout)
        holder.setMinimumHeight(51)
        return holder
