"""The replay dialog: how it goes about it, what X3 holds of each record, and what will become of each."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from x3studio.domain.errors import StudioError
from x3studio.domain.runs import Manner
from x3studio.gui.exceptions import data
from x3studio.gui.exceptions.columns import PREVIEW
from x3studio.gui.exceptions.data import CaseRow, Revisions
from x3studio.gui.exceptions.manner import MannerForm
from x3studio.gui.exceptions.preview import MOST_LOOKED_UP, Forecast, forecast, summary
from x3studio.gui.exceptions.words import worth
from x3studio.gui.page import Desk
from x3studio.gui.routes import RouteChoice
from x3studio.gui.states import counted
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Look
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import line
from x3studio.gui.widgets.table.loaded import LoadedRows
from x3studio.gui.widgets.table.view import Table
from x3studio.workspace.replays import Prospect
from x3studio.workspace.routes import Route

_PREVIEW_HEIGHT = 204
_WIDTH = 744


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was confirmed: these cases, this way."""

    ids: Sequence[int]
    manner: Manner
    route: str | None


class _Fact(QWidget):
    """A figure over what it counts."""

    def __init__(self, theme: Theme, caption: str, tone: str) -> None:
        super().__init__()
        self.figure = Label(theme, "–", role=Role.COUNT, tone=tone)
        self.caption = Label(theme, caption, role=Role.SECONDARY, tone="text2")
        self.setLayout(column(self.figure, self.caption, gap=1))


class ReplayDialog(Dialog):
    """`await choose()` gives what to replay and how, None where it was closed.

    `routes` are the ways that lead to the records' folder; there is a choice where they are several.
    """

    def __init__(
        self,
        desk: Desk,
        parent: QWidget,
        rows: Sequence[CaseRow],
        revisions: Revisions,
        routes: Sequence[Route] = (),
    ) -> None:
        super().__init__(desk.theme, parent, f"Replay {counted(len(rows), 'order')}", width=_WIDTH)
        theme = desk.theme
        self._desk, self._rows, self._then = desk, rows, revisions.then
        self._forecasts: Sequence[Forecast] = ()
        self._prospects: Sequence[Prospect] | None = None
        self._unmapped: frozenset[str] = frozenset()
        self._looking: asyncio.Task[None] | None = None
        self.form = MannerForm(theme, desk.memory, revisions)
        self.route = RouteChoice(theme, desk.memory)
        self.route.show_routes(routes)
        self.facts = [
            _Fact(theme, "will be created", "ok"),
            _Fact(theme, "exist already, link instead", "live"),
            _Fact(theme, "left out, nothing to send", "bad"),
            _Fact(theme, "created or linked", "text"),
        ]
        self._title = Label(theme, role=Role.PANEL)
        self._how = Label(theme, role=Role.SECONDARY, tone="text2")
        self.differs = Label(theme, role=Role.SECONDARY, tone="text2", wrap=True, selectable=True)
        self.table_rows: LoadedRows[Forecast] = LoadedRows(
            PREVIEW, key=lambda one: one.case.id, tasks=desk.tasks
        )
        self.table = Table(theme, self.table_rows, name="Preview of the replay", tasks=desk.tasks)
        self.pane = Pane(theme, self.table)
        self.pane.setFixedHeight(_PREVIEW_HEIGHT)
        self._lay_out()
        self.add_button("Cancel")
        self.action = self.add_button(
            f"Replay {len(rows):,}", answer="replay", look=Look.FILLED, icon="rotate-ccw"
        )
        self.table.chosen.connect(lambda one: self.differs.setText(one.explained))
        self.form.changed.connect(lambda: desk.tasks.start(self._judge(), name="show the replay"))
        self.route.choice.activated.connect(lambda _place: self._look())

    async def choose(self) -> Wanted | None:
        """Looks up, asks, and returns what was confirmed."""
        self._look()
        try:
            answer = await self.ask()
        finally:
            if self._looking is not None:
                self._looking.cancel()
        if answer != "replay":
            return None
        ids = [one.case.id for one in self._forecasts if one.goes]
        return Wanted(ids, self.form.manner, self.route.route)

    def _lay_out(self) -> None:
        facts = row(*self.facts, gap=12)
        for place in range(len(self.facts)):
            facts.setStretch(place, 1)
        self.add(self.form)
        self.add(self.route)
        self.add(line())
        self.add(facts)
        self.add(row(self._title, STRETCH, self._how))
        self.add(boxed(column(self.pane)))
        self.add(self.differs)
        self.say_safety("Each order is looked up again just before it is written")

    def _look(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        self.action.setEnabled(False)
        asked = min(len(self._rows), MOST_LOOKED_UP)
        self._title.setText(f"Preview of {len(self._rows):,}")
        self._how.setText("")
        self.pane.show_state().show_busy(f"Asking X3 for {counted(asked, 'order')}", cancel=self.reject)
        self._looking = self._desk.tasks.start(
            self._ask_x3(), name="ask X3 which orders it holds", failed=self._failed
        )

    async def _ask_x3(self) -> None:
        ids = [one.case.id for one in self._rows[:MOST_LOOKED_UP]]
        self._prospects = await self._desk.host.preview(ids, then=self._then, route=self.route.route)
        await self._show()

    def _failed(self, error: BaseException) -> bool:
        """X3 could not be asked: said as such; the replay itself looks up each order anyway."""
        if not isinstance(error, StudioError):
            return False
        self._prospects = None
        self._desk.tasks.start(self._show(error), name="show the replay")
        return True

    async def _show(self, error: StudioError | None = None) -> None:
        self._unmapped = await data.unmapped(self._desk.host.store, self._rows)
        await self._judge()
        if error is not None:
            self.pane.show_state().show_failed(error, act=self._look)
            return
        more = len(self._rows) > MOST_LOOKED_UP
        self._how.setText(
            f"the first {MOST_LOOKED_UP:,} were looked up" if more else "an arrow shows what differs"
        )
        self.pane.show_content()
        self.table.choose_first()
        self.action.setFocus()

    async def _judge(self) -> None:
        """The figures and the preview by the mapping that is chosen."""
        self._forecasts = forecast(
            self._rows, self._prospects, self._unmapped, as_it_was=self.form.as_was.isChecked()
        )
        told, asked = summary(self._forecasts), self._prospects is not None
        create, link, leave, amount = self.facts
        create.figure.setText(f"{told.create:,}" if asked else "–")
        link.figure.setText(f"{told.link:,}" if asked else "–")
        leave.figure.setText(f"{told.leave:,}")
        amount.figure.setText(worth(told.worth) or "–")
        self.action.setText(told.action)
        self.action.setEnabled(told.create + told.link > 0)
        await self.table_rows.set_rows(self._forecasts)
        current = self.table.current()
        self.differs.setText(current.explained if current is not None else "")
