"""When each flow runs by itself, and what becomes of runs that were missed."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QWidget

from x3studio.gui.home.words import next_run
from x3studio.gui.host import FlowInfo
from x3studio.gui.routes import said_name
from x3studio.gui.states import SCHEDULED, State
from x3studio.gui.theme import Theme, Tone
from x3studio.gui.widgets.checks import Check
from x3studio.gui.widgets.chips import StateLabel
from x3studio.gui.widgets.inputs import Choice, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, clear, column, row
from x3studio.gui.widgets.surfaces import Card, line
from x3studio.sync.schedule import Plan

_USUAL, _LONGEST = 15, 7 * 24 * 60
_INDENT = 18
_MISSED = (("once", "Make up for them with one run"), ("skip", "Leave them out"))
_OFF = State("circle-minus", "Runs when you start it", Tone.IDLE)


class FlowSchedule(QWidget):
    """`changed` carries flow, route, minutes (0 = off) and what becomes of missed runs."""

    changed = Signal(str, str, int, str)

    def __init__(self, theme: Theme, flow: FlowInfo, *, route: str = "") -> None:
        super().__init__()
        self._plan = Plan(flow.name)
        # One of several ways is named; the only one is not.
        title = f"{flow.title}, {said_name(route)}" if route else flow.title
        self.check = Check(theme, f"{title} runs by itself")
        self.minutes = Input(theme, name=f"Minutes between runs of {title}", text=str(_USUAL))
        self.minutes.setValidator(QIntValidator(0, 99_999, self.minutes))
        self.minutes.setFixedWidth(64)
        self.missed = Choice(theme, name=f"Missed runs of {title}", choices=_MISSED)
        self._next = StateLabel(theme, _OFF)
        self._wrong = StateLabel(theme, State("circle-x", "", Tone.BAD))
        self._wrong.hide()
        every = row(_INDENT, Label(theme, "every"), self.minutes, Label(theme, "minutes"), STRETCH, gap=8)
        missed = row(_INDENT, Label(theme, "Missed runs", tone="muted"), self.missed, STRETCH)
        self.setLayout(
            column(
                row(self.check, STRETCH, self._next),
                every,
                self._wrong,
                missed,
                gap=8,
                margins=(14, 10, 14, 12),
            )
        )
        self.check.clicked.connect(self._ask)
        self.minutes.editingFinished.connect(self._ask)
        self.missed.activated.connect(lambda _index: self._ask())

    def show_plan(self, plan: Plan, *, now: datetime) -> None:
        """The plan as it is kept; what is being typed stays."""
        self._plan = plan
        self.check.setChecked(bool(plan.every_minutes))
        if plan.every_minutes and not self.minutes.hasFocus():
            self.minutes.setText(str(plan.every_minutes))
        self.missed.choose(plan.missed)
        words = next_run(plan, now=now)
        self._next.show_state(SCHEDULED.saying(words[:1].upper() + words[1:]) if plan.due else _OFF)

    def _ask(self) -> None:
        minutes = int(self.minutes.text() or 0)
        wrong = "" if 1 <= minutes <= _LONGEST else f"Enter 1 to {_LONGEST:,} minutes, a week."
        self.minutes.set_error(bool(wrong))
        self.minutes.setAccessibleDescription(wrong)
        self._wrong.show_state(State("circle-x", wrong, Tone.BAD))
        self._wrong.setVisible(bool(wrong))
        if wrong:
            self.check.setChecked(bool(self._plan.every_minutes))
            return
        wanted = minutes if self.check.isChecked() else 0
        # Leaving the field without a change must not start the wait anew.
        if (wanted, self.missed.current_key()) != (self._plan.every_minutes, self._plan.missed):
            self.changed.emit(self._plan.flow, self._plan.route, wanted, self.missed.current_key())


class Schedules(Card):
    """All flows below each other, each once for every way it can go."""

    changed = Signal(str, str, int, str)

    def __init__(self, theme: Theme, flows: Sequence[FlowInfo]) -> None:
        super().__init__(theme, title="Schedules", aside="kept while this window is open")
        self._theme, self._known = theme, {flow.name: flow for flow in flows}
        self.ways: dict[tuple[str, str], FlowSchedule] = {}
        self._list = column(gap=0)
        self.add(boxed(self._list))

    def show_plans(self, plans: Sequence[Plan], *, now: datetime) -> None:
        """What is kept of each flow and route."""
        shown = [plan for plan in plans if plan.flow in self._known]
        if [(plan.flow, plan.route) for plan in shown] != list(self.ways):
            self._build(shown)
        for plan in shown:
            self.ways[plan.flow, plan.route].show_plan(plan, now=now)

    def _build(self, plans: Sequence[Plan]) -> None:
        """Anew, as a connection came or went."""
        clear(self._list)
        self.ways = {}
        flows = [plan.flow for plan in plans]
        for place, plan in enumerate(plans):
            if place:
                self._list.addWidget(line())
            route = plan.route if flows.count(plan.flow) > 1 else ""
            made = FlowSchedule(self._theme, self._known[plan.flow], route=route)
            made.changed.connect(self.changed)
            self.ways[plan.flow, plan.route] = made
            self._list.addWidget(made)
