"""One cause: whose it is, X3's words, where it comes from, what to do, and its records."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from x3studio.domain.monitor import CaseState
from x3studio.gui.exceptions import data
from x3studio.gui.exceptions.columns import OPTIONAL, RECORDS
from x3studio.gui.exceptions.data import CaseRow, Filters, GroupFacts
from x3studio.gui.exceptions.words import cause, heading, primary, speaker
from x3studio.gui.page import Desk
from x3studio.gui.states import CASE, counted
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.inputs import Choice
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.picture import Picture
from x3studio.gui.widgets.quote import Quote
from x3studio.gui.widgets.surfaces import line
from x3studio.gui.widgets.table.paged import PagedRows
from x3studio.gui.widgets.table.view import Table
from x3studio.store import CaseGroup, Page

SOMEBODY, SEVERAL = "\0somebody", "\0several"
_ROOM, _TOOLS = 740, 660
_TOP = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft


class CauseDetail(QWidget):
    """Signals act on the checked records, or on the whole cause where none is checked."""

    replaying = Signal()
    marked = Signal(object)
    owned = Signal(str)
    noting = Signal()
    opened = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.group: CaseGroup | None = None
        self.filters = Filters()
        self.known = GroupFacts()
        self.setProperty("surface", "surface")
        self._build()
        self._lay_out()
        self._wire()

    @property
    def checked(self) -> Collection[int]:
        """The ids of the checked records."""
        return [id for id in self.rows.checked if isinstance(id, int)]

    @property
    def target(self) -> int:
        """On how many records an action works."""
        return len(self.rows.checked) or (self.group.count if self.group else 0)

    async def show_group(
        self, group: CaseGroup, filters: Filters, people: Sequence[str], *, again: bool
    ) -> None:
        """Another cause, or (`again`) the same one as it stands now."""
        self.group, self.filters = group, filters
        self.known = known = await data.facts(self._desk.host.store, group, filters)
        if self.group is not group:
            return
        self._say(group, known)
        self._show_owner(known, people)
        if again:
            await self.rows.reload()
            shown = {self.rows.key(row) for row in self.rows.snapshot()}
            self.rows.checked &= shown
        else:
            self.rows.checked = set()
            await self.rows.restart()
        self._offer()

    def set_wide(self, width: int) -> None:
        """Owner, note and one of the ways to export (the table's own menu has the other) need room."""
        self.export.setVisible(width >= _TOOLS)
        for place, shown in enumerate(RECORDS):
            if shown.key in OPTIONAL:
                self.table.setColumnHidden(place, width < _ROOM)

    def _build(self) -> None:
        theme, tasks = self._desk.theme, self._desk.tasks
        elide = Qt.TextElideMode.ElideRight
        self._icon = Picture(theme, "triangle-alert", "bad", size=20)
        self.title = Label(theme, role=Role.SECTION, elide=elide)
        self.sub = Label(theme, role=Role.SECONDARY, tone="text2", elide=elide)
        self.owner = Choice(theme, name="Owner")
        self.note = Button(theme, icon="message-square", name="Write a note")
        self.quote = Quote(theme)
        self.likely = Label(theme, wrap=True, selectable=True, tone="text2")
        self.advice = Label(theme, wrap=True, selectable=True, tone="text2")
        for label in (self.likely, self.advice):
            label.setAlignment(_TOP)
        self.primary = Button(theme, "Open mapping", look=Look.FILLED, icon="tag")
        self.replay = Button(theme, "Replay", icon="rotate-ccw", key="Ctrl+R")
        self._menu = QMenu()
        self.mark = Button(theme, "Mark as", menu=self._menu)
        self.export = Button(theme, "Export", look=Look.GHOST, icon="list")
        self.chosen = Label(theme, role=Role.SECONDARY, tone="muted")
        self.rows: PagedRows[CaseRow] = PagedRows(
            RECORDS, key=lambda row: row.case.id, fetch=self._fetch, tasks=tasks
        )
        self.table = Table(
            theme, self.rows, name="Exceptions", tasks=tasks, memory=self._desk.memory, several=True
        )
        for state in (CaseState.RESOLVED, CaseState.WAITING, CaseState.OPEN, CaseState.NEW):
            shown = CASE[state]
            action = QAction(theme.icon(shown.icon, shown.tone.value), shown.word, self._menu)
            action.triggered.connect(lambda _on=False, state=state: self.marked.emit(state))
            self._menu.addAction(action)

    def _lay_out(self) -> None:
        theme = self._desk.theme
        head = row(self._icon, column(self.title, self.sub, gap=1), self.owner, self.note, gap=10)
        head.setContentsMargins(16, 10, 14, 10)
        head.setStretch(1, 1)
        cause_ = column(Label(theme, "Likely cause", role=Role.SORTED), self.likely, STRETCH, gap=3)
        advice = column(Label(theme, "What to do", role=Role.SORTED), self.advice, STRETCH, gap=3)
        both = row(cause_, advice, gap=20)
        both.setStretch(0, 1)
        both.setStretch(1, 1)
        actions = row(self.primary, self.replay, self.mark, self.export, STRETCH, self.chosen)
        told = column(self.quote, both, actions, gap=12, margins=(16, 12, 16, 12))
        whole = column(head, line(), boxed(told), line(), gap=0)
        whole.addWidget(self.table, 1)
        self.setLayout(whole)

    def _wire(self) -> None:
        self.replay.clicked.connect(self.replaying)
        self.note.clicked.connect(self.noting)
        self.primary.clicked.connect(self._act)
        self.export.clicked.connect(self.table.ask_export)
        self.owner.activated.connect(lambda _place: self.owned.emit(self.owner.current_key()))
        self.table.opened.connect(lambda row: self.opened.emit(row.case.reference))
        self.table.chosen.connect(self._quote_row)
        self.rows.checked_changed.connect(self._offer)

    async def _fetch(self, cursor: int | None) -> Page[CaseRow]:
        if self.group is None:
            return Page(())
        return await data.cases(self._desk.host.store, cursor, group=self.group, filters=self.filters)

    def _act(self) -> None:
        """The way to the source of the trouble."""
        if self.group is None:
            return
        page = primary(self.group.cause)[2]
        if not page:
            self.marked.emit(CaseState.RESOLVED)
        elif page == "mapping":
            self._desk.go(page, next(iter(self.known.subjects), ""))
        elif page == "runs":
            current = self.table.current()
            case = current.case if current else self.known.newest
            self._desk.go(page, case.reference if case else "")
        else:
            self._desk.go(page, "")

    def _say(self, group: CaseGroup, known: GroupFacts) -> None:
        told = cause(group.cause)
        self._icon.show_icon(told.icon, told.tone.value)
        self.title.setText(group.title)
        self.sub.setText(
            heading(
                group.count,
                len(known.subjects),
                known.runs,
                cause_key=group.cause,
                more=known.more,
                kind=group.kind,
            )
        )
        case = known.newest
        self.likely.setText(told.likely)
        self.advice.setText(case.advice if case and case.advice else told.advice)
        if case is not None:
            where = f"about {case.subject}" if case.subject and group.cause != "mapping" else ""
            self.quote.show_words(case.said, where=where, speaker=speaker(case))
        else:
            self.quote.show_words("")

    def _quote_row(self, row: CaseRow) -> None:
        """The words of the record the user is on, where it has its own."""
        if row.case.said and not self.quote.isHidden():
            self.quote.show_words(
                row.case.said,
                where=f"about {row.case.subject}" if row.case.subject else "",
                speaker=speaker(row.case),
            )

    def _show_owner(self, known: GroupFacts, people: Sequence[str]) -> None:
        who = self._desk.who
        others = sorted({*people, *known.owners} - {"", who})
        choices = [("", "Owner: nobody"), (who, f"Owner: {who} (me)")]
        choices += [(name, f"Owner: {name}") for name in others]
        if len(known.owners) > 1:
            choices.insert(0, (SEVERAL, "Owner: several"))
        choices.append((SOMEBODY, "Somebody else …"))
        self.owner.set_choices(choices)
        self.owner.choose(SEVERAL if len(known.owners) > 1 else next(iter(known.owners), ""))

    def _offer(self) -> None:
        """Which actions are legal, and on how many records they work."""
        group, checked = self.group, len(self.rows.checked)
        if group is None:
            return
        plus = "+" if self.known.more else ""
        text, icon, page = primary(group.cause, subjects=len(self.known.subjects), plus=plus, kind=group.kind)
        self.primary.setVisible(not page or self._desk.has_page(page))
        self.primary.setText(text)
        self.primary.set_icon(icon)
        rows = self.rows.snapshot()
        legal = sum(row.replayable for row in rows if row.case.id in self.rows.checked)
        number = legal if checked else min(self.known.replayable, group.count)
        self.replay.setVisible(number > 0)
        more = plus if not checked else ""
        self.replay.setText(f"Replay {number:,}{more}")
        self.chosen.setText(f"{counted(checked, 'record')} chosen" if checked else "")
