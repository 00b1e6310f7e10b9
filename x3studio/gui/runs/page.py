"""The run monitor: layout and wiring."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QStackedWidget, QWidget

from x3studio.domain.monitor import Exchange
from x3studio.domain.runs import Run
from x3studio.gui.page import Desk, Page
from x3studio.gui.runs import data
from x3studio.gui.runs.history import NARROW, HistoryCard
from x3studio.gui.runs.launch import LaunchCard, LaunchForm, Order, said
from x3studio.gui.runs.live import LiveCard
from x3studio.gui.runs.pausing import ask_reason
from x3studio.gui.runs.record import RecordView
from x3studio.gui.runs.run import RunView
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.layout import STRETCH, column, row
from x3studio.gui.widgets.surfaces import Card

_RIGHT_LEAST = 320
LEAST = QSize(880, 460)
_QUEUED = State("play", "", Tone.LIVE)


class RunsPage(Page):
    """Above what runs now, at the left the history, at the right the chosen run or one of its records."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        flows = desk.host.flows()
        self._titles = {flow.name: flow.title for flow in flows}
        self._run: int | None = None
        self._record = ""
        self._room = 0
        self._rehearsal: int | None = None
        self.live = LiveCard(desk.theme, self._titles)
        self.launch = LaunchCard(desk.theme, flows, memory=desk.memory)
        self.history = HistoryCard(desk, flows)
        self.run = RunView(desk, self._titles)
        self.record = RecordView(desk)
        self._lay_out()
        self._wire()

    async def refresh(self) -> None:
        """What runs, the history, and whatever is open at the right."""
        seen = await data.overview(self.desk.host.store, now=datetime.now(UTC))
        going = self.live.show_overview(seen, chosen=self._run)
        self.launch.show_overview(seen, can_connect=self.desk.has_page("connections"))
        self._top.setCurrentWidget(self.live if going else self.launch)
        self.history.launch.setVisible(going)
        await self.history.refresh(newest=seen.newest)
        if self._run is None and not self._record and self.history.runs.rowCount():
            self.history.table.choose_first()
        if self._run is not None:
            await self._read_run(self._run)
        if self._record:
            await self._read_record(self._record)

    def show_record(self, record: str) -> None:
        """An order number, an X3 number, or a run's number."""
        self.desk.tasks.start(self._jump(record), name=f"open {record}")

    def panels(self) -> Sequence[QWidget]:
        """What runs, the history, what is open."""
        return (self._above, self.history, self._right)

    def keys(self) -> Sequence[tuple[str, str]]:
        """What the page adds to the window's keys."""
        return (
            ("/", "Find a record or words in the exchanges"),
            ("Return", "Open the record"),
            ("Alt+Left", "Back to the run"),
            ("Alt+Up, Alt+Down", "Record above, record below"),
            ("Ctrl+F", "Search within the payload"),
            ("F11", "Payload over the whole page"),
        )

    def minimumSizeHint(self) -> QSize:
        """Usable on a screen of 1920 x 1080 at 200 %."""
        return LEAST

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The throughput needs room."""
        super().resizeEvent(event)
        self.live.set_wide(event.size().width())
        self.history.set_wide(event.size().width())
        self.run.set_wide(event.size().width())
        self._room = event.size().width()
        self._place()

    def _place(self) -> None:
        """Without room for both, an open record stands in place of the history."""
        widened = self.record.payload.widen.isChecked()
        reading = self._views.currentWidget() is self.record
        self._above.setVisible(not widened)
        self.record.side.setVisible(not widened)
        self.history.setVisible(not widened and not (reading and self._room < NARROW))

    def _lay_out(self) -> None:
        self._above = QWidget()
        self._top = QStackedLayout(self._above)
        self._top.addWidget(self.live)
        self._top.addWidget(self.launch)
        self._above.setFixedHeight(self.live.height())
        self._right = Card(self.desk.theme)
        self._right.setMinimumWidth(_RIGHT_LEAST)
        self._views = QStackedWidget()
        self._views.addWidget(self.run)
        self._views.addWidget(self.record)
        self._right.add(self._views, stretch=1)
        self._right.add(row(STRETCH, margins=(0, 0, 0, 6)))
        self._below = row(self.history, self._right, gap=12)
        self._below.setStretch(0, 606)
        self._below.setStretch(1, 714)
        whole = column(self._above, self._below, gap=12, margins=(16, 14, 16, 14))
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def _wire(self) -> None:
        start = self.desk.tasks.start
        self.history.chosen.connect(self._choose_run)
        self.history.found.connect(self._choose_exchange)
        self.history.sought.connect(lambda text: start(self._seek(text), name="search the exchanges"))
        self.history.launching.connect(lambda: start(self._ask_launch(), name="start a run"))
        self.launch.form.wanted.connect(self._launch)
        self.launch.connecting.connect(lambda: self.desk.go("connections", ""))
        self._views.currentChanged.connect(lambda _place: self._place())
        self.live.paused.connect(lambda run: start(self._pause(run), name=f"pause run {run}"))
        self.live.resumed.connect(self._resume)
        self.live.stopped.connect(self._stop)
        self.live.cancelled.connect(self._cancel)
        self.run.opened.connect(self._open_record)
        self.record.left.connect(self._leave_record)
        self.record.stepped.connect(lambda by: start(self._step(by), name="open a record"))
        self.record.replayed.connect(lambda case: start(self._replay(case), name="replay the order"))
        self.record.payload.widened.connect(lambda _on: self._place())

    def _choose_run(self, run: Run) -> None:
        self._run, self._record, self._rehearsal = run.id, "", None
        self._views.setCurrentWidget(self.run)
        self.desk.tasks.start(self._read_run(run.id), name=f"read run {run.id}")

    def _choose_exchange(self, found: Exchange) -> None:
        if found.record:
            self._record, self._rehearsal = found.record, None
            self.desk.tasks.start(self._read_record(found.record, at=found.id), name=f"read {found.record}")
        else:
            self.desk.tasks.start(self._read_exchange(found.id), name="read the exchange")

    def _open_record(self, reference: str) -> None:
        run = self.run.run
        self._record = reference
        self._rehearsal = run.id if run is not None and run.dry_run else None
        self.desk.tasks.start(self._read_record(reference), name=f"read {reference}")

    def _leave_record(self) -> None:
        self.record.payload.widen.setChecked(False)
        self._record, self._rehearsal = "", None
        self._views.setCurrentWidget(self.run)
        self.run.table.setFocus()

    async def _read_run(self, run: int) -> None:
        shown = await data.run_shown(self.desk.host.store, run)
        if shown is not None and run == self._run:
            await self.run.show_run(shown, now=datetime.now(UTC))

    async def _read_record(self, reference: str, *, at: int = 0) -> None:
        shown = await data.life(self.desk.host.store, reference, rehearsal=self._rehearsal)
        if reference != self._record:
            return
        run = self._rehearsal or self._run
        origin = (
            f"in {'dry run' if self._rehearsal else 'run'} {run:,}" if run and not self.history.text else ""
        )
        self.record.show_life(
            shown, now=datetime.now(UTC), origin=origin, rehearsal=self._rehearsal is not None
        )
        if at:
            self.record.choose_exchange(at)
        self._views.setCurrentWidget(self.record)

    async def _read_exchange(self, exchange_id: int) -> None:
        """One exchange that belongs to no record, such as a page of a search."""
        found = await data.exchange(self.desk.host.store, exchange_id)
        if found is None:
            self.desk.notify(State("history", "This exchange has been removed by retention", Tone.IDLE))
            return
        self._record = ""
        shown = data.Life(found.operation.capitalize(), None, [found], None)
        self.record.show_life(
            shown, now=datetime.now(UTC), origin=f"in run {found.run:,}" if found.run else ""
        )
        self._views.setCurrentWidget(self.record)

    async def _jump(self, text: str) -> None:
        store = self.desk.host.store
        reference = await data.known_as(store, text)
        number = text.replace(",", "")
        if reference:
            self._record, self._rehearsal = reference, None
            await self._read_record(reference)
        elif number.isdecimal() and await data.run_shown(store, int(number)) is not None:
            self._run, self._record = int(number), ""
            self._views.setCurrentWidget(self.run)
            self.history.table.choose(self._run)
            await self._read_run(self._run)
        else:
            self.history.search.setText(text)
            await self.history.seek(text)

    async def _seek(self, text: str) -> None:
        """A number that is known opens its record; anything else is looked for in the exchanges."""
        reference = await data.known_as(self.desk.host.store, text)
        if reference:
            self._record, self._rehearsal = reference, None
            await self._read_record(reference)
        else:
            await self.history.seek(text)

    async def _step(self, by: int) -> None:
        reference = await self.run.step(self._record, by)
        if reference:
            self._record = reference
            await self._read_record(reference)

    def _launch(self, order: Order) -> None:
        name = "start a dry run" if order.dry_run else "start a run"
        button = self.launch.form.rehearse if order.dry_run else self.launch.form.run
        # Or the keyboard would go to the next button: from "Dry run" to "Run now", for a second Enter.
        self.history.table.setFocus()
        self.desk.tasks.start(self._start(order), name=name, busy=button)

    async def _start(self, order: Order) -> None:
        run = await self.desk.host.launch(
            order.flow, route=order.route, dry_run=order.dry_run, since=order.since, limit=order.limit
        )
        self.desk.notify(_QUEUED.saying(said(order, run, self._titles)))
        self._run, self._record = run, ""
        self._views.setCurrentWidget(self.run)
        await self.refresh()
        self.history.table.choose(run)

    async def _ask_launch(self) -> None:
        dialog = Dialog(self.desk.theme, self, "Start a run", width=640)
        form = LaunchForm(self.desk.theme, self.desk.host.flows(), memory=self.desk.memory)
        seen = await data.overview(self.desk.host.store, now=datetime.now(UTC))
        form.route.show_routes(seen.routes)
        wanted: list[Order] = []
        form.wanted.connect(wanted.append)
        form.wanted.connect(lambda _order: dialog.close_with("start"))
        dialog.add(form)
        dialog.say_safety("It waits until the run before it has ended")
        dialog.add_button("Close")
        if await dialog.ask() == "start":
            await self._start(wanted[0])

    async def _pause(self, run: int) -> None:
        reason = await ask_reason(self.desk.theme, self, run)
        if reason is not None:
            await self.desk.host.pause_run(run, reason=reason, by=self.desk.who)

    def _resume(self, run: int) -> None:
        name = f"resume run {run}"
        self.desk.tasks.start(self.desk.host.resume_run(run), name=name, busy=self.live.resume)

    def _stop(self, run: int) -> None:
        name = f"stop run {run}"
        self.desk.tasks.start(self.desk.host.stop_after_current(run), name=name, busy=self.live.stop)

    def _cancel(self, run: int) -> None:
        # No question first: what was sent stays sent, and the next run takes up the rest.
        name = f"cancel run {run}"
        self.desk.tasks.start(self.desk.host.cancel(run), name=name, busy=self.live.cancel)

    async def _replay(self, case: int) -> None:
        run = await self.desk.host.replay([case])
        self.desk.notify(_QUEUED.saying(f"Run {run:,} replays {self._record}"))
