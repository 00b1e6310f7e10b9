"""Starting a run: the panel that stands where the live card does, and the same form as a dialog."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QWidget

from x3studio.gui.host import FlowInfo
from x3studio.gui.memory import Memory
from x3studio.gui.routes import RouteChoice
from x3studio.gui.runs.data import Overview
from x3studio.gui.runs.live import HEIGHT
from x3studio.gui.runs.words import full_state, started, what, when
from x3studio.gui.states import counted
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.inputs import Choice, Field, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.surfaces import Card, line

_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Order:
    """What to start: `since` reads from that moment on instead of where the last run ended."""

    flow: str
    dry_run: bool
    since: datetime | None
    limit: int | None
    route: str | None = None


class LaunchForm(QWidget):
    """Flow, route, since, limit, and two ways to go. `wanted` carries an Order."""

    wanted = Signal(object)

    def __init__(self, theme: Theme, flows: Sequence[FlowInfo], *, memory: Memory) -> None:
        super().__init__()
        self.route = RouteChoice(theme, memory)
        self.flow = Choice(theme, name="Flow", choices=[(flow.name, flow.title) for flow in flows])
        self.since = Input(theme, name="Since", hint="where it left off")
        self.limit = Input(theme, name="At most", hint="no limit")
        self.limit.setValidator(QIntValidator(1, _MOST, self.limit))
        self.since.setFixedWidth(150)
        self.limit.setFixedWidth(84)
        self._since = Field(theme, "Since (YYYY-MM-DD)", self.since)
        self.run = Button(theme, "Run now", look=Look.FILLED, icon="play")
        self.rehearse = Button(theme, "Dry run", icon="flask-conical")
        self.rehearse.setToolTip("Reads, translates and looks up; writes nothing")
        fields = row(
            Field(theme, "Flow", self.flow), self._since, Field(theme, "At most", self.limit), gap=10
        )
        buttons = column(20, row(self.rehearse, self.run), STRETCH, gap=0)
        going = row(fields, 6, buttons, STRETCH, gap=8)
        self.setLayout(column(row(self.route, STRETCH), going, gap=8))
        self.run.clicked.connect(lambda: self._want(dry_run=False))
        self.rehearse.clicked.connect(lambda: self._want(dry_run=True))
        self.since.textEdited.connect(lambda _text: self._since.set_error(""))

    def _want(self, *, dry_run: bool) -> None:
        try:
            since = read_day(self.since.text())
        except ValueError:
            self._since.set_error("Write it like 2026-11-20")
            self.since.setFocus()
            return
        limit = int(self.limit.text()) if self.limit.hasAcceptableInput() else None
        self.wanted.emit(Order(self.flow.current_key(), dry_run, since, limit, self.route.route))


class LaunchCard(Card):
    """Nothing runs: what ran last, and the form. `connecting` asks for the connections' page."""

    connecting = Signal()

    def __init__(self, theme: Theme, flows: Sequence[FlowInfo], *, memory: Memory) -> None:
        super().__init__(theme)
        self._titles = {flow.name: flow.title for flow in flows}
        self.setFixedHeight(HEIGHT)
        self.form = LaunchForm(theme, flows, memory=memory)
        self._fact = Label(theme, "Nothing runs now", role=Role.SECTION)
        self._detail = Label(theme, tone="text2", wrap=True)
        self._connect = Button(theme, "Connect", look=Look.FILLED, icon="plug")
        self._connect.clicked.connect(self.connecting)
        icon = column(STRETCH, Picture(theme, "circle-pause", "idle", size=24), STRETCH)
        words = column(STRETCH, self._fact, self._detail, STRETCH, gap=6)
        left = row(icon, words, gap=12)
        left.setStretch(1, 1)
        right = boxed(column(STRETCH, self.form, row(self._connect, STRETCH), STRETCH))
        body = row(left, line(upright=True), right, gap=20, margins=(16, 16, 16, 16))
        body.setStretch(0, 1)
        self.add(body, stretch=1)

    def show_overview(self, seen: Overview, *, can_connect: bool) -> None:
        """What ran last; without both connections the way to them."""
        missing = [name for side, name in (("x3", "Sage X3"), ("amazon", "Amazon")) if side not in seen.sides]
        self.form.route.show_routes(seen.routes)
        self.form.setVisible(not missing and bool(self._titles))
        self._connect.setVisible(bool(missing) and can_connect)
        if missing:
            self._fact.setText("Nothing can run yet")
            self._detail.setText(f"A flow needs a connection to {' and one to '.join(missing)}.")
            return
        self._fact.setText("Nothing runs now")
        last = seen.last
        if last is None:
            self._detail.setText("No flow has run yet. A dry run shows every document before one is written.")
            return
        ended = f"{what(last, self._titles)}, run {last.id:,} at {when(started(last), seen.at)}"
        self._detail.setText(f"Last: {ended}. {full_state(last).word}.")


def read_day(text: str) -> datetime | None:
    """The start of a day (or a time in it) in the reader's own zone; None for nothing, else ValueError."""
    return datetime.fromisoformat(text.strip()).astimezone() if text.strip() else None


def said(order: Order, run: int, titles: dict[str, str]) -> str:
    """What the toast says of a queued run."""
    parts = [
        f"{'Dry run' if order.dry_run else 'Run'} {run:,} of {titles.get(order.flow, order.flow)} is queued"
    ]
    if order.limit:
        parts.append(f"at most {counted(order.limit, 'record')}")
    return ", ".join(parts)
