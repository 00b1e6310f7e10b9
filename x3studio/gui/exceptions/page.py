"""The exception desk: layout and wiring."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol, cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from x3studio.domain.monitor import CaseState
from x3studio.gui.exceptions import data
from x3studio.gui.exceptions.causes import ORDERS, CauseList, key_of, ordered
from x3studio.gui.exceptions.data import CaseRow, DeskData, Filters
from x3studio.gui.exceptions.detail import SEVERAL, SOMEBODY, CauseDetail
from x3studio.gui.exceptions.dialogs import ask_name, ask_note
from x3studio.gui.exceptions.replay import ReplayDialog
from x3studio.gui.exceptions.words import CAUSES, UNSOLVED, cause
from x3studio.gui.page import Desk, Page
from x3studio.gui.states import CASE, State, clock, counted
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.facets import Facet, FacetList
from x3studio.gui.widgets.inputs import Choice
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.surfaces import Scrolled, line
from x3studio.store import CaseGroup

_STATE, _CLASS, _OWNER = "State", "Class", "Owner"
_ORDER = "exceptions/order"
_FILTERS, _CAUSES, _CAUSES_NARROW, _WIDE, _FILTERS_FROM = 200, 364, 304, 1300, 1100
LEAST = QSize(880, 460)
_FIRST = (CaseState.NEW, CaseState.OPEN)
NOBODY = "\0nobody"


class Notify(Protocol):
    """What the window's toasts can do beyond what the desk promises: one action, such as undo."""

    def __call__(
        self, state: State, *, action: str = "", act: Callable[[], object] | None = None
    ) -> object: ...


class ExceptionsPage(Page):
    """Filters, causes, and the chosen cause with its records."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        theme = desk.theme
        self._seen: DeskData | None = None
        self._sought = 0
        """The case to go to once the records of its cause are here."""
        self._shown: tuple[tuple[str, str], Filters] | None = None
        self.facets = FacetList(theme)
        self.count = Label(theme, role=Role.SECONDARY, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self.order = Choice(theme, name="Order of the causes", choices=ORDERS)
        self.order.choose(desk.memory.text(_ORDER, "money"))
        self.causes = CauseList(theme)
        self.solved = Label(theme, role=Role.SECONDARY, tone="text2", wrap=True)
        self.detail = CauseDetail(desk)
        self._room = 0
        self.drawer = Button(theme, icon="list", look=Look.GHOST, name="Filters")
        self.closing = Button(theme, icon="x", look=Look.GHOST, small=True, name="Back to the causes")
        self._fill_facets({})
        self.facets.choose({_STATE: [state.value for state in _FIRST]})
        self._lay_out()
        self._wire()

    async def refresh(self) -> None:
        """Counts, causes, and the chosen cause as they stand now."""
        filters = self.filters
        seen = await data.load(self.desk.host.store, filters, now=datetime.now(UTC))
        if filters != self.filters:
            return
        self._seen = seen
        self._fill_facets(seen.counts)
        self._show_causes(seen)
        if self.causes.current is not None:
            await self._read_group(self.causes.current)

    @property
    def filters(self) -> Filters:
        """What is checked at the left."""
        return Filters(
            frozenset(CaseState(key) for key in self.facets.chosen(_STATE)),
            self.facets.chosen(_CLASS),
            frozenset("" if key == NOBODY else key for key in self.facets.chosen(_OWNER)),
        )

    def show_record(self, record: str) -> None:
        """A cause by its fingerprint, or the cause of an order or a SKU."""
        self.desk.tasks.start(self._jump(record), name="open the exception")

    def panels(self) -> Sequence[QWidget]:
        """Filters, causes, records."""
        return (self._left, self._middle, self.detail)

    def keys(self) -> Sequence[tuple[str, str]]:
        """What the page adds to the window's keys."""
        return (
            ("Return", "Records of the cause; on a record: open it in Runs"),
            ("Space", "Check or uncheck the record"),
            ("Ctrl+R", "Replay"),
            ("Ctrl+C", "Copy the selected records"),
        )

    def minimumSizeHint(self) -> QSize:
        """Usable on a screen of 1920 x 1080 at 200 %."""
        return LEAST

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The middle gives way where the page is narrow; the filters become a drawer before it."""
        super().resizeEvent(event)
        self._room = event.size().width()
        self._place(filters=self._room >= _FILTERS_FROM)

    def _place(self, *, filters: bool) -> None:
        """Filters beside the causes; without room for both, one of them."""
        roomy = self._room >= _FILTERS_FROM
        middle = _CAUSES if self._room >= _WIDE else _CAUSES_NARROW
        self.drawer.setVisible(not roomy)
        self.closing.setVisible(not roomy)
        self._left.setVisible(filters)
        self._middle.setVisible(roomy or not filters)
        self._middle.setFixedWidth(middle)
        self.detail.set_wide(self._room - middle - (_FILTERS if roomy else 0))

    def _lay_out(self) -> None:
        theme = self.desk.theme
        title = row(Label(theme, "Filters", role=Role.PANEL), STRETCH, self.closing)
        filters = Scrolled(title, self.facets, STRETCH, margins=(14, 14, 12, 14))
        self._left = boxed(column(filters, gap=0))
        self._left.setFixedWidth(_FILTERS)
        head = row(
            Label(theme, "Exceptions", role=Role.SECTION),
            self.count,
            self.drawer,
            self.order,
            margins=(14, 12, 14, 12),
        )
        head.setStretch(1, 1)
        note = row(Picture(theme, "circle-check", "ok"), self.solved, margins=(18, 4, 18, 12))
        note.setStretch(1, 1)
        self._note = boxed(note)
        self._middle = boxed(column(head, self.causes, self._note, gap=0))
        right = row(self._middle, line(upright=True), self.detail, gap=0)
        right.setStretch(2, 1)
        self.pane = Pane(theme, boxed(right))
        whole = row(self._left, line(upright=True), self.pane, gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)

    def _wire(self) -> None:
        start = self.desk.tasks.start
        self.drawer.clicked.connect(lambda: self._place(filters=True))
        self.closing.clicked.connect(lambda: self._place(filters=False))
        self.facets.changed.connect(lambda: start(self.refresh(), name="read the exceptions"))
        self.order.currentIndexChanged.connect(self._reorder)
        self.causes.chosen.connect(lambda group: start(self._read_group(group), name="read the exceptions"))
        self.causes.opened.connect(lambda: self.detail.table.setFocus(Qt.FocusReason.TabFocusReason))
        self.detail.opened.connect(lambda reference: self.desk.go("runs", reference))
        self.detail.replaying.connect(lambda: start(self._replay(), name="replay the orders"))
        self.detail.marked.connect(lambda state: start(self._mark(state), name="change the state"))
        self.detail.owned.connect(lambda owner: start(self._assign(owner), name="change the owner"))
        self.detail.noting.connect(lambda: start(self._write_note(), name="write the note"))

    def _fill_facets(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        states, causes, owners = (counts.get(name, {}) for name in ("state", "cause", "owner"))
        self.facets.set_group(
            _STATE, [Facet(state.value, CASE[state].word, states.get(state, 0)) for state in CaseState]
        )
        keys = [*CAUSES, *sorted(set(causes) - set(CAUSES))]
        self.facets.set_group(_CLASS, [Facet(key, cause(key).word, causes.get(key, 0)) for key in keys])
        who = self.desk.who
        others = sorted(set(owners) - {"", who})
        people = [Facet(who, "Me", owners.get(who, 0))]
        people += [Facet(name, name, owners[name]) for name in others]
        people.append(Facet(NOBODY, "Nobody", owners.get("", 0)))
        self.facets.set_group(_OWNER, people)

    def _show_causes(self, seen: DeskData) -> None:
        total = sum(group.count for group in seen.groups)
        self.count.setText(f"{counted(total, 'record')}, {counted(len(seen.groups), 'cause')}")
        self.solved.setText(f"{seen.solved:,} solved today, by a later run or by hand.")
        self._note.setVisible(seen.solved > 0)
        self.causes.show_groups(ordered(seen.groups, self.order.current_key()))
        if seen.groups:
            self.pane.show_content()
            return
        self._shown = None
        unsolved = sum(seen.counts["state"].get(state, 0) for state in UNSOLVED)
        if unsolved:
            self.pane.show_state().show_empty(
                "No exception passes these filters",
                f"{counted(unsolved, 'exception')} behind them",
                icon="list",
                tone="muted",
                action="Show all unsolved",
                act=self._show_unsolved,
            )
        else:
            closed = seen.counts["state"].get(CaseState.RESOLVED, 0)
            self.pane.show_state().show_empty(
                "No exceptions",
                f"Checked {clock(seen.at)}; {closed:,} resolved so far",
                action="Show resolved" if closed else "",
                act=lambda: self.facets.choose({_STATE: [CaseState.RESOLVED.value]}),
            )

    async def _read_group(self, group: CaseGroup) -> None:
        shown, people = (key_of(group), self.filters), self._people()
        again = shown == self._shown
        self._shown = shown
        await self.detail.show_group(group, self.filters, people, again=again)
        if self._sought and self.detail.table.choose(self._sought):
            self._sought = 0

    def _people(self) -> list[str]:
        return [name for name in (self._seen.counts["owner"] if self._seen else {}) if name]

    def _reorder(self) -> None:
        self.desk.memory.keep(_ORDER, self.order.current_key())
        if self._seen is not None:
            self.causes.show_groups(ordered(self._seen.groups, self.order.current_key()))

    def _show_unsolved(self) -> None:
        self.facets.choose({_STATE: [state.value for state in UNSOLVED]})

    async def _jump(self, record: str) -> None:
        case = None
        if not self.causes.choose(record):
            case = await data.case_of(self.desk.host.store, record)
            self._sought = case.id if case else 0
            self.facets.blockSignals(True)
            self._show_unsolved()
            self.facets.blockSignals(False)
            await self.refresh()
            if not self.causes.choose(case.fingerprint if case else record):
                self.desk.notify(State("search-x", f"No exception waits for {record}", Tone.IDLE))
        if self.causes.current is not None:
            await self._read_group(self.causes.current)

    async def _chosen(self) -> list[CaseRow]:
        """The checked records, else all of the cause."""
        group, store = self.detail.group, self.desk.host.store
        if self.detail.checked:
            return await data.rows_of(store, self.detail.checked)
        return await data.all_of(store, group, self.detail.filters) if group is not None else []

    async def _replay(self) -> None:
        rows = [row for row in await self._chosen() if row.replayable]
        if not rows:
            return
        revisions, routes = await data.before_replay(self.desk.host.store, rows)
        wanted = await ReplayDialog(self.desk, self, rows, revisions, routes).choose()
        if wanted is None or not wanted.ids:
            return
        run = await self.desk.host.replay(wanted.ids, route=wanted.route, manner=wanted.manner)
        self.detail.rows.check_all(False)
        told = f"Run {run:,} replays {counted(len(wanted.ids), 'order')}"
        self._notify(State("play", told, Tone.LIVE))
        self.desk.go("runs", str(run))

    async def _mark(self, state: CaseState) -> None:
        ids = [row.case.id for row in await self._chosen()]
        before = await data.set_state(self.desk.host.store, ids, state)
        self.detail.rows.check_all(False)
        told = CASE[state].saying(f"{counted(len(ids), 'exception')} marked as {CASE[state].word.lower()}")
        self._offer_undo(told, lambda: data.put_back(self.desk.host.store, before))
        await self.refresh()

    async def _assign(self, owner: str) -> None:
        if owner == SOMEBODY:
            owner = await ask_name(self.desk.theme, self)
            if not owner:
                await self.refresh()
                return
        if owner == SEVERAL:
            return
        ids = [row.case.id for row in await self._chosen()]
        before = await data.assign(self.desk.host.store, ids, owner)
        told = State("user", f"{counted(len(ids), 'exception')} given to {owner or 'nobody'}", Tone.OK)
        self._offer_undo(told, lambda: data.give_back(self.desk.host.store, before))
        await self.refresh()

    async def _write_note(self) -> None:
        rows = await self._chosen()
        note = await ask_note(self.desk.theme, self, [row.case.note for row in rows])
        if note is not None:
            await data.annotate(self.desk.host.store, [row.case.id for row in rows], note)
            self.desk.notify(State("message-square", "The note is saved", Tone.OK))

    def _offer_undo(self, state: State, undo: Callable[[], Awaitable[None]]) -> None:
        def take_back() -> None:
            self.desk.tasks.start(self._undo(undo), name="undo")

        self._notify(state, action="Undo", act=take_back)

    async def _undo(self, undo: Callable[[], Awaitable[None]]) -> None:
        await undo()
        await self.refresh()

    @property
    def _notify(self) -> Notify:
        return cast(Notify, self.desk.notify)
