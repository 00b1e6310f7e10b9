"""The history of runs, filtered and remembered; and in its place what a search found in the exchanges."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from x3studio.domain.monitor import Exchange
from x3studio.domain.runs import Run, RunState
from x3studio.gui.host import FlowInfo
from x3studio.gui.page import Desk
from x3studio.gui.runs import columns, data
from x3studio.gui.states import RUN, counted
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.inputs import Choice, Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import Card, line
from x3studio.gui.widgets.table.paged import PagedRows
from x3studio.gui.widgets.table.view import Table
from x3studio.store import Page

WIDE, NARROW = 1320, 1040
_MIDDLING, _NARROW = ("took",), ("took", "confirmed", "exceptions")
_FLOW, _STATE = "runs/flow", "runs/state"


class HistoryCard(Card):
    """`chosen` carries a Run, `found` an Exchange, `sought` a text; `launching` asks for a new run."""

    chosen = Signal(object)
    found = Signal(object)
    sought = Signal(str)
    launching = Signal()

    def __init__(self, desk: Desk, flows: Sequence[FlowInfo]) -> None:
        super().__init__(desk.theme)
        theme = desk.theme
        self._desk = desk
        self.text = ""
        titles = {flow.name: flow.title for flow in flows}
        self.count = Label(theme, role=Role.SECONDARY, tone="muted", elide=Qt.TextElideMode.ElideRight)
        self.flow = Choice(theme, name="Flow", choices=[("", "All flows"), *titles.items()])
        states = [(state.value, RUN[state].word) for state in RunState]
        self.state = Choice(theme, name="State", choices=[("", "All states"), *states])
        self.launch = Button(theme, icon="plus", look=Look.GHOST, name="New run")
        self.search = Input(
            theme,
            name="Find a record or words in the exchanges",
            hint="Order number, X3 number, or words in any exchange",
            icon="search",
            key="/",
        )
        self.runs: PagedRows[Run] = PagedRows(
            columns.runs(titles), key=lambda run: run.id, fetch=self._fetch, tasks=desk.tasks
        )
        self.table = Table(theme, self.runs, name="Runs", tasks=desk.tasks, memory=desk.memory)
        self.pane = Pane(theme, self.table)
        self.exchanges: PagedRows[Exchange] = PagedRows(
            columns.EXCHANGES, key=lambda step: step.id, fetch=self._fetch_exchanges, tasks=desk.tasks
        )
        self.hits = Table(theme, self.exchanges, name="Exchanges", tasks=desk.tasks, memory=desk.memory)
        self.hits_pane = Pane(theme, self.hits)
        self.flow.choose(desk.memory.text(_FLOW))
        self.state.choose(desk.memory.text(_STATE))
        self._lay_out()
        self._wire()

    async def refresh(self, *, newest: int) -> None:
        """Reads the history again; the view keeps its place."""
        if not self.text:
            self.count.setText(f"{counted(newest, 'run')} so far" if newest else "")
            await self.runs.reload()
            self._say_empty()

    async def seek(self, text: str) -> None:
        """Shows exchanges that hold all words of the text in place of the history."""
        self.text = text
        self.hits_pane.show_state().show_busy("Searching all exchanges")
        self._stack.setCurrentWidget(self.hits_pane)
        self._named()
        await self.exchanges.restart()
        if self.exchanges.rowCount():
            self.hits_pane.show_content()
        else:
            self.hits_pane.show_state().show_empty(
                f"Nothing holds “{text}”",
                "All exchanges that are kept were searched.",
                icon="search-x",
                tone="muted",
            )

    def leave_search(self) -> None:
        """The history again."""
        self.text = ""
        self.search.clear()
        self._stack.setCurrentWidget(self.pane)
        self._named()

    def set_wide(self, width: int) -> None:
        """Where the page is narrow, the rest of a run is told at the right alone."""
        left_out = _NARROW if width < NARROW else _MIDDLING if width < WIDE else ()
        for place, column_ in enumerate(self.runs.columns):
            self.table.setColumnHidden(place, column_.key in left_out)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Escape leaves the search, Down goes into the list."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape and (self.text or self.search.text()):
                self.leave_search()
                return True
            if event.key() == Qt.Key.Key_Down:
                (self.hits if self.text else self.table).setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return False

    def _lay_out(self) -> None:
        theme = self._desk.theme
        self._name = Label(theme, "History", role=Role.PANEL)
        self._back = Button(theme, "Back to the history", look=Look.LINK, small=True)
        head = row(
            self._name, self.count, self._back, self.launch, self.flow, self.state, margins=(14, 8, 12, 4)
        )
        head.setStretch(1, 1)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.pane)
        self._stack.addWidget(self.hits_pane)
        self.add(head)
        self.add(row(self.search, margins=(14, 4, 12, 8)))
        self.add(line())
        self.add(holder, stretch=1)
        self.add(row(STRETCH, margins=(0, 0, 0, 6)))
        self._named()

    def _wire(self) -> None:
        for choice, key in ((self.flow, _FLOW), (self.state, _STATE)):
            choice.currentIndexChanged.connect(
                lambda _place, choice=choice, key=key: self._filter(choice, key)
            )
        self.table.chosen.connect(self.chosen)
        self.table.opened.connect(self.chosen)
        self.hits.chosen.connect(self.found)
        self.hits.opened.connect(self.found)
        self.search.returnPressed.connect(self._seek)
        self.search.installEventFilter(self)
        self._back.clicked.connect(self.leave_search)
        self.launch.clicked.connect(self.launching)

    async def _fetch(self, cursor: int | None) -> Page[Run]:
        return await data.history(
            self._desk.host.store, cursor, flow=self.flow.current_key(), state=self.state.current_key()
        )

    async def _fetch_exchanges(self, cursor: int | None) -> Page[Exchange]:
        return await data.exchanges(self._desk.host.store, cursor, text=self.text)

    def _filter(self, choice: Choice, key: str) -> None:
        self._desk.memory.keep(key, choice.current_key())
        self._desk.tasks.start(self._restart(), name="read the history")

    async def _restart(self) -> None:
        await self.runs.restart()
        self._say_empty()

    def _say_empty(self) -> None:
        if self.runs.rowCount():
            self.pane.show_content()
        elif self.flow.current_key() or self.state.current_key():
            self.pane.show_state().show_empty(
                "No run is in this state",
                icon="list",
                tone="muted",
                action="Show all runs",
                act=self._show_all,
            )
        else:
            self.pane.show_state().show_empty(
                "No run yet", "The first one appears here once it is queued.", icon="history", tone="muted"
            )

    def _show_all(self) -> None:
        self.flow.choose("")
        self.state.choose("")

    def _seek(self) -> None:
        text = self.search.text().strip()
        if text:
            self.sought.emit(text)
        else:
            self.leave_search()

    def _named(self) -> None:
        searching = bool(self.text)
        self._name.setText("Exchanges" if searching else "History")
        self.count.setText(f"with “{self.text}”" if searching else self.count.text())
        for widget in (self.flow, self.state):
            widget.setVisible(not searching)
        self._back.setVisible(searching)
