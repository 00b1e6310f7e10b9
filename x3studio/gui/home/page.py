"""The morning page: layout and wiring."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from x3studio.gui.home import data
from x3studio.gui.home.charts import ConfirmedChart, ExceptionsChart
from x3studio.gui.home.documents import LatestDocuments
from x3studio.gui.home.flows import FlowCards
from x3studio.gui.home.guide import FirstStep, FirstSteps, first_steps
from x3studio.gui.home.handover import Handover, ask_note, earlier_dialog
from x3studio.gui.home.steps import NextSteps
from x3studio.gui.home.words import figures, greeting, next_steps
from x3studio.gui.page import Desk, Page
from x3studio.gui.routes import ask_route
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.fold import Fold, Wrap
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.numbers import Figure, NumberCard
from x3studio.gui.widgets.surfaces import Scrolled
from x3studio.workspace.routes import Route

_OPENS = ("runs", "exceptions", "stock", "settlements", "connections")
_CAPTIONS = (
    ("shopping-cart", "Orders waiting over 30 min"),
    ("triangle-alert", "Exceptions"),
    ("scale", "Stock differences"),
    ("landmark", "Next settlement"),
    ("key-round", "Credentials"),
)
_SIDE, _CARD = 396, 190
_HERE = frozenset({"fetch", "rehearse", "run"})
"""First steps that need no other page."""


class HomePage(Page):
    """Five numbers, next steps, flows, charts, the shift's note."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        theme = desk.theme
        self._flows = desk.host.flows()
        self._notes: Sequence[data.Note] = ()
        self._routes: Sequence[Route] = ()
        self._greeting = Label(theme, greeting(datetime.now(UTC), desk.who), role=Role.PAGE_TITLE)
        self._date = Label(theme, role=Role.SECONDARY, tone="text2")
        self.run_now = Button(theme, "Run now", look=Look.FILLED, icon="play", menu=self._run_menu())
        self._cards = [NumberCard(theme, Figure(icon, caption, "–")) for icon, caption in _CAPTIONS]
        self._guide = FirstSteps(theme)
        self._guide.hide()
        self._steps = NextSteps(theme)
        self._flow_count = Label(theme, role=Role.SECONDARY, tone="text2")
        self._flow_cards = FlowCards(theme, self._flows)
        self._documents = LatestDocuments(desk)
        self._fetching = False
        self._confirmed = ConfirmedChart(theme)
        self._exceptions = ExceptionsChart(theme)
        self._handover = Handover(theme)
        self._lay_out()
        self._wire()

    async def refresh(self) -> None:
        """One look at the store, then every part anew."""
        now = datetime.now(UTC)
        names = [flow.name for flow in self._flows]
        shown = await data.load(self.desk.host.store, flows=names, now=now)
        self._show(shown)
        documents = await self._documents.reload()
        # In a new workspace the first steps stand in its place.
        self._documents.setVisible(bool(documents) or shown.start.delivered)

    def panels(self) -> Sequence[QWidget]:
        """Numbers, first and next steps, flows, documents, note."""
        return (
            self._numbers,
            self._guide,
            self._steps,
            self._flow_cards,
            self._documents,
            self._handover,
        )

    def keys(self) -> Sequence[tuple[str, str]]:
        """Only the keys of every page."""
        return ()

    def _lay_out(self) -> None:
        theme = self.desk.theme
        title = column(self._greeting, self._date, gap=2)
        head = row(title, STRETCH, self.run_now, margins=(0, 0, 0, 4))
        self._numbers = Wrap(self._cards, least=_CARD, most=len(self._cards))
        flows = row(Label(theme, "Flows", role=Role.SECTION), self._flow_count, STRETCH)
        left = column(self._guide, self._steps, 2, flows, self._flow_cards, 4, self._documents, gap=8)
        left.setStretch(left.count() - 1, 1)
        left.addStretch(0)
        right = column(self._confirmed, self._exceptions, self._handover, gap=12)
        for place, share in enumerate((5, 5, 3)):
            right.setStretch(place, share)
        below = Fold(boxed(left), boxed(right), second=_SIDE)
        page = Scrolled(head, self._numbers, below, gap=12, margins=(20, 14, 20, 14))
        page.layout_.setStretch(2, 1)
        self.setLayout(column(page, gap=0))

    def _wire(self) -> None:
        desk = self.desk
        for card, page in zip(self._cards, _OPENS, strict=True):
            card.setEnabled(desk.has_page(page))
            card.clicked.connect(lambda _on=False, page=page: desk.go(page, ""))
        self._steps.opened.connect(lambda page, record: desk.go(page, record))
        self._guide.pressed.connect(self._take_step)
        self._flow_cards.started.connect(lambda flow: self._launch(flow, dry_run=False))
        self._flow_cards.stopped.connect(self._stop)
        self._handover.writing.connect(lambda: desk.tasks.start(self._write_note(), name="keep the note"))
        self._handover.reading.connect(self._read_notes)

    def _run_menu(self) -> QMenu:
        menu = QMenu()
        for flow in self._flows:
            for dry_run, words in (
                (False, f"Run {flow.title}"),
                (True, f"Dry run of {flow.title}, writes nothing"),
            ):
                action = QAction(words, menu)
                action.triggered.connect(
                    lambda _on=False, name=flow.name, dry=dry_run: self._launch(name, dry_run=dry)
                )
                menu.addAction(action)
        return menu

    def _show(self, shown: data.HomeData) -> None:
        here = shown.at.astimezone()
        self._greeting.setText(greeting(shown.at, self.desk.who))
        self._date.setText(
            f"{here:%A} {here.day} {here:%B, %H:%M}. Checked by itself every minute and after every change."
        )
        for card, figure in zip(self._cards, figures(shown), strict=True):
            card.show_figure(figure)
        # Without both sides a run can only fail.
        connected = shown.start.x3 and shown.start.amazon
        self.run_now.setVisible(bool(self._flows) and connected)
        self._flow_cards.set_startable(connected)
        first, waiting = first_steps(shown.start), next_steps(shown)
        pages = frozenset(step.key for step in first if self.desk.has_page(step.key))
        if not self._fetching:
            self._guide.show_steps(first, reachable=pages | _HERE)
        self._steps.setVisible(bool(waiting) or not first)
        self._steps.show_steps(waiting, at=shown.at, desk=self.desk)
        live = sum(run.ended_at is None for run in shown.runs.values())
        self._flow_count.setText(f"{counted(len(self._flows), 'flow')}, {live} running")
        for flow in self._flows:
            run, plan = shown.runs.get(flow.name), shown.plans.get(flow.name)
            self._flow_cards.show_run(flow.name, run, now=shown.at, plan=plan)
        self._confirmed.show_hours(shown.confirmed, marked=shown.hours_with_cases)
        self._exceptions.show_days(shown.daily)
        self._notes, self._routes = shown.notes, shown.routes
        self._handover.show_notes(shown.notes, now=shown.at)

    def _launch(self, flow: str, *, dry_run: bool) -> None:
        title = next(known.title for known in self._flows if known.name == flow)
        started = self._started(flow, title, dry_run=dry_run)
        self.desk.tasks.start(started, name=f"start {title}", busy=self.run_now)

    async def _started(self, flow: str, title: str, *, dry_run: bool) -> None:
        desk, what = self.desk, f"{'Dry run' if dry_run else 'Run'} of {title}"
        goes, route = await ask_route(
            desk.theme,
            desk.memory,
            self,
            self._routes,
            title=what,
            action="Dry run" if dry_run else "Run now",
        )
        if goes:
            run = await desk.host.launch(flow, route=route, dry_run=dry_run)
            desk.notify(State("play", f"{title}: run {run:,} is queued", Tone.LIVE))

    def _take_step(self, step: FirstStep) -> None:
        match step.key:
            case "fetch" if not self._fetching:
                self._fetching = True
                task = self.desk.tasks.start(self._fetch(), name="read items, customers and listings")
                task.add_done_callback(lambda _task: self._fetched())
            case "rehearse" | "run":
                self._launch(self._flows[0].name, dry_run=step.key == "rehearse")
            case page:
                self.desk.go(page, step.record)

    async def _fetch(self) -> None:
        for kind in data.MASTERS:
            self._guide.say(f"Reading {kind}")
            await self.desk.host.fetch(kind, partial(self._say_read, kind))
        await self.desk.host.masters_came()

    def _say_read(self, kind: str, rows: int) -> None:
        self._guide.say(f"Reading {kind}, {rows:,} so far")

    def _fetched(self) -> None:
        self._fetching = False
        self.desk.tasks.start(self.refresh(), name="read Home")

    def _stop(self, run: int) -> None:
        self.desk.tasks.start(
            self.desk.host.stop_after_current(run),
            name=f"stop run {run}",
            done=lambda _none: self.desk.notify(
                State("circle-stop", f"Run {run:,} stops after its current record", Tone.IDLE)
            ),
        )

    async def _write_note(self) -> None:
        text = await ask_note(self.desk.theme, self)
        if text:
            store = self.desk.host.store
            await data.write_note(store, text, who=self.desk.who, now=datetime.now(UTC))

    def _read_notes(self) -> None:
        dialog = earlier_dialog(self.desk.theme, self, self._notes, now=datetime.now(UTC))
        self.desk.tasks.start(dialog.ask(), name="show the notes")
