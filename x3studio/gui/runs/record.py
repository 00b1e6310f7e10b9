"""One record's page: where it stands, its timeline, and the payloads of the chosen step."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from x3studio.domain.outbox import OutboxRecord, Stage
from x3studio.gui.page import Desk
from x3studio.gui.runs.data import Life
from x3studio.gui.runs.payload import PayloadView
from x3studio.gui.runs.steps import LifeStep, arrived, life, order_of
from x3studio.gui.runs.words import REHEARSED, span, when
from x3studio.gui.states import STAGE, State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.chips import Chip
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.surfaces import Scrolled, line
from x3studio.gui.widgets.timeline import Timeline

_TIMELINE = 312
CONFIRMED = State("circle-check", "Confirmed", Tone.OK)
READING_BACK = State("loader-circle", "To be read back", Tone.LIVE)


class RecordView(QWidget):
    """`left` goes back to the run, `stepped` to a neighbouring record, `replayed` carries a case's id."""

    left = Signal()
    stepped = Signal(int)
    replayed = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        theme = desk.theme
        self._desk = desk
        self._life: Life | None = None
        self._steps: Sequence[LifeStep] = ()
        self._current = ""
        self.back = Button(theme, icon="arrow-left", look=Look.GHOST, name="Back to the run", key="Alt+Left")
        self.before = Button(theme, icon="arrow-up", look=Look.GHOST, name="Record above", key="Alt+Up")
        self.after = Button(theme, icon="arrow-down", look=Look.GHOST, name="Record below", key="Alt+Down")
        self.title = Label(theme, role=Role.SECTION, selectable=True)
        self.facts = Label(theme, role=Role.SECONDARY, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self.chip = Chip(theme, STAGE[Stage.NEW])
        self.timeline = Timeline(theme)
        self.exception = Button(theme, "Open its exception", look=Look.OUTLINED, icon="triangle-alert")
        self.replay = Button(theme, "Replay", icon="rotate-ccw")
        self.payload = PayloadView(desk)
        self._lay_out()
        self._wire()

    @property
    def reference(self) -> str:
        """The record that is shown."""
        return self._life.reference if self._life else ""

    def show_life(self, shown: Life, *, now: datetime, origin: str, rehearsal: bool = False) -> None:
        """One record; `origin` says from where, such as "in run 4,812"."""
        same_record = self._life is not None and self._life.reference == shown.reference
        self._life = shown
        steps = life(shown.exchanges, shown.record)
        self.title.setText(shown.reference)
        self.facts.setText(
            " · ".join(part for part in (self._arrival(shown, now), origin, _buyer(shown)) if part)
        )
        self.chip.show_state(REHEARSED if rehearsal else _stage(shown.record))
        self._offer(shown)
        if same_record and [one.step for one in steps] == [one.step for one in self._steps]:
            return
        kept = self._current if same_record else ""
        keys = [one.step.key for one in steps if one.exchange is not None]
        self._steps, self._current = steps, kept if kept in keys else (keys[-1] if keys else "")
        self.timeline.show_steps([one.step for one in steps], current=self._current)
        if not (same_record and kept == self._current):
            self._show_step()

    def choose_exchange(self, exchange_id: int) -> None:
        """Goes to the step that one exchange has become."""
        key = next((s.step.key for s in self._steps if s.exchange and s.exchange.id == exchange_id), "")
        if key:
            self._choose(key)
            self.timeline.choose(key)

    def _lay_out(self) -> None:
        theme = self._desk.theme
        titles = column(self.title, self.facts, gap=1)
        head = row(self.back, titles, self.before, self.after, 4, self.chip, gap=4, margins=(8, 8, 14, 8))
        head.setStretch(1, 1)
        scrolled = Scrolled(self.timeline, margins=(8, 8, 8, 8))
        actions = boxed(row(self.replay, self.exception, STRETCH, margins=(12, 8, 12, 12)))
        self._actions = actions
        side = boxed(column(scrolled, actions, gap=0))
        side.setFixedWidth(_TIMELINE)
        self.side = side
        body = row(side, line(upright=True), self.payload, gap=0)
        body.setStretch(2, 1)
        whole = column(head, line(), gap=0)
        whole.addLayout(body, 1)
        self.setLayout(whole)
        self.title.setCursor(Qt.CursorShape.IBeamCursor)
        self.setProperty("surface", "")
        theme.changed.connect(self.update)

    def _wire(self) -> None:
        self.back.clicked.connect(self.left)
        self.before.clicked.connect(lambda: self.stepped.emit(-1))
        self.after.clicked.connect(lambda: self.stepped.emit(1))
        self.timeline.chosen.connect(self._choose)
        self.replay.clicked.connect(self._replay)
        self.exception.clicked.connect(lambda: self._desk.go("exceptions", self.reference))

    def _offer(self, shown: Life) -> None:
        stage = shown.record.stage if shown.record else None
        self.replay.setVisible(shown.case is not None and stage in (Stage.REJECTED, Stage.CONFLICT))
        self.exception.setVisible(shown.case is not None and self._desk.has_page("exceptions"))
        self._actions.setVisible(shown.case is not None)

    def _replay(self) -> None:
        if self._life is not None and self._life.case is not None:
            self.replayed.emit(self._life.case.id)

    def _choose(self, key: str) -> None:
        if key != self._current:
            self._current = key
            self._show_step()

    def _show_step(self) -> None:
        step = next((one for one in self._steps if one.step.key == self._current), None)
        if step is None or step.exchange is None or self._life is None:
            self.payload.show_nothing("Nothing has been exchanged yet")
            return
        exchanges = self._life.exchanges
        whole = next((one for one in exchanges if one.id == step.exchange.id), step.exchange)
        shown = step.exchange if step.exchange.answer or step.exchange.sent else whole
        self.payload.show_step(shown, exchanges, reference=self.reference, shows=step.shows)

    def _arrival(self, shown: Life, now: datetime) -> str:
        """ "Amazon 07:02, X3 07:41: 39 min · SOH2611-008214"."""
        order, landed = order_of(shown.exchanges), arrived(shown.exchanges)
        bought = f"Amazon {when(order.created, now)}" if order else ""
        number = shown.record.number if shown.record else ""
        if landed is None:
            return " · ".join(part for part in (bought, number) if part)
        taken = f"in X3 {when(landed, now)}"
        told = f"{bought}, {taken}: {span(landed - order.created)}" if order else taken.capitalize()
        return f"{told} · {number}" if number else told


def _buyer(shown: Life) -> str:
    """How long the buyer's data is still here."""
    if shown.erased_in is None:
        return ""
    days = counted(shown.erased_in, "day")
    return f"buyer's data goes in {days}" if shown.erased_in else "buyer's data erased"


def _stage(record: OutboxRecord | None) -> State:
    if record is None:
        return State("circle-dashed", "Not captured", Tone.IDLE)
    if record.stage is Stage.DONE:
        return CONFIRMED if record.confirmed else READING_BACK
    return STAGE[record.stage]
