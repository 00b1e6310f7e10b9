"""Flow cards: the state word, what came of the last run, a button that starts or stops it."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from x3studio.domain.runs import FINAL, Run
from x3studio.gui.home.words import flow_lines
from x3studio.gui.host import FlowInfo
from x3studio.gui.states import NEVER_RUN, run_state
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.chips import Chip
from x3studio.gui.widgets.fold import Wrap
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, column, row
from x3studio.gui.widgets.progress import Bar
from x3studio.gui.widgets.surfaces import Card
from x3studio.sync.schedule import Plan

COLUMNS, _LEAST = 3, 230


class FlowCard(Card):
    """`started` carries the flow's name, `stopped` the live run's id."""

    started = Signal(str)
    stopped = Signal(int)

    def __init__(self, theme: Theme, flow: FlowInfo) -> None:
        super().__init__(theme)
        self._flow, self._run = flow, None
        self._live: int | None = None
        elide = Qt.TextElideMode.ElideRight
        self._chip = Chip(theme, NEVER_RUN)
        self._first = Label(theme, role=Role.SECONDARY, elide=elide)
        self._second = Label(theme, role=Role.SECONDARY, tone="muted", elide=elide)
        self._bar = Bar(theme, height=4)
        self.button = Button(theme, icon="play", look=Look.GHOST, small=True, name=f"Run {flow.title} now")
        self.button.clicked.connect(self._press)
        head = row(Label(theme, flow.title, role=Role.PANEL), STRETCH, self.button)
        chip = row(self._chip, STRETCH)
        inside = column(
            head, chip, 4, self._first, self._second, STRETCH, self._bar, gap=2, margins=(14, 8, 10, 12)
        )
        self.add(inside)
        self.setMinimumHeight(116)

    def show_run(self, run: Run | None, *, now: datetime, plan: Plan | None) -> None:
        """The latest run, or None where there was none, and when it runs by itself."""
        self._chip.show_state(run_state(run) if run else NEVER_RUN)
        first, second = flow_lines(run, subtitle=self._flow.subtitle, now=now, plan=plan)
        self._first.setText(first)
        self._second.setText(second)
        live = run is not None and run.state not in FINAL
        self._live = run.id if run is not None and live else None
        self.button.set_icon("circle-stop" if live else "play")
        verb = "Stop after the current record:" if live else "Run now:"
        self.button.setAccessibleName(f"{verb} {self._flow.title}")
        self.button.setToolTip(f"{verb} {self._flow.title}")
        self._bar.setVisible(live)
        if run is not None and live and run.total:
            counts = run.counts
            done = counts.confirmed + counts.refused + counts.known + counts.waiting
            self._bar.set_value(min(done, run.total), run.total)
        elif live:
            self._bar.set_unknown()
        else:
            self._bar.set_parts(())

    def _press(self) -> None:
        if self._live is not None:
            self.stopped.emit(self._live)
        else:
            self.started.emit(self._flow.name)


class FlowCards(QWidget):
    """Up to three cards a row; only flows that exist."""

    started = Signal(str)
    stopped = Signal(int)

    def __init__(self, theme: Theme, flows: Sequence[FlowInfo]) -> None:
        super().__init__()
        self._cards = {flow.name: FlowCard(theme, flow) for flow in flows}
        for card in self._cards.values():
            card.started.connect(self.started)
            card.stopped.connect(self.stopped)
        cells = Wrap(list(self._cards.values()), least=_LEAST, most=COLUMNS)
        self.setLayout(column(cells, gap=0))

    def set_startable(self, startable: bool) -> None:
        """Whether runs can be started and stopped from the cards."""
        for card in self._cards.values():
            card.button.setVisible(startable)

    def show_run(self, flow: str, run: Run | None, *, now: datetime, plan: Plan | None) -> None:
        """The latest run of one flow."""
        self._cards[flow].show_run(run, now=now, plan=plan)
