"""The replay dialog: what X3 holds of each record, looked up now, and what the replay will make of it."""

import asyncio
from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from x3studio.domain.errors import StudioError
from x3studio.gui.exceptions import data
from x3studio.gui.exceptions.columns import PREVIEW
from x3studio.gui.exceptions.data import CaseRow
from x3studio.gui.exceptions.preview import MOST_LOOKED_UP, Forecast, forecast, summary
from x3studio.gui.exceptions.words import worth
from x3studio.gui.page import Desk
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

_PREVIEW_HEIGHT = 232
_WIDTH = 744


class _Fact(QWidget):
    """A figure over what it counts."""

    def __init__(self, theme: Theme, caption: str, tone: str) -> None:
        super().__init__()
        self.figure = Label(theme, "–", role=Role.COUNT, tone=tone)
        self.caption = Label(theme, caption, role=Role.SECONDARY, tone="text2")
        self.setLayout(column(self.figure, self.caption, gap=1))


class ReplayDialog(Dialog):
    """`await choose()` gives the ids of the cases to replay, none where it was closed."""

    def __init__(self, desk: Desk, parent: QWidget, rows: Sequence[CaseRow]) -> None:
        super().__init__(desk.theme, parent, f"Replay {counted(len(rows), 'order')}", width=_WIDTH)
        theme = desk.theme
        self._desk, self._rows = desk, rows
        self._forecasts: Sequence[Forecast] = ()
        self._looking: asyncio.Task[None] | None = None
        self._facts = [
            _Fact(theme, "will be created", "ok"),
            _Fact(theme, "exist already, link instead", "live"),
            _Fact(theme, "left out, still nothing to use", "bad"),
            _Fact(theme, "created or linked", "text"),
        ]
        facts = row(*self._facts, gap=12)
        for place in range(len(self._facts)):
            facts.setStretch(place, 1)
        self._title = Label(theme, role=Role.PANEL)
        self._how = Label(theme, role=Role.SECONDARY, tone="text2")
        self.table_rows: LoadedRows[Forecast] = LoadedRows(
            PREVIEW, key=lambda one: one.case.id, tasks=desk.tasks
        )
        self.table = Table(theme, self.table_rows, name="Preview of the replay", tasks=desk.tasks)
        self.pane = Pane(theme, self.table)
        self.pane.setFixedHeight(_PREVIEW_HEIGHT)
        self.add(facts)
        self.add(line())
        self.add(row(self._title, STRETCH, self._how))
        self.add(boxed(column(self.pane)))
        self.say_safety("Each order is looked up again just before it is written")
        self.add_button("Cancel")
        self.action = self.add_button(
            f"Replay {len(rows):,}", answer="replay", look=Look.FILLED, icon="rotate-ccw"
        )

    async def choose(self) -> list[int]:
        """Looks up, asks, and returns what was confirmed."""
        self._look()
        try:
            answer = await self.ask()
        finally:
            if self._looking is not None:
                self._looking.cancel()
        return [one.case.id for one in self._forecasts if one.goes] if answer == "replay" else []

    def _look(self) -> None:
        self.action.setEnabled(False)
        asked = min(len(self._rows), MOST_LOOKED_UP)
        self._title.setText(f"Preview of {len(self._rows):,}")
        self._how.setText("")
        self.pane.show_state().show_busy(f"Asking X3 for {counted(asked, 'order')}", cancel=self.reject)
        self._looking = self._desk.tasks.start(
            self._ask_x3(), name="ask X3 which orders it holds", failed=self._failed
        )

    async def _ask_x3(self) -> None:
        references = [one.case.reference for one in self._rows[:MOST_LOOKED_UP]]
        held = await self._desk.host.in_x3(references)
        await self._show(held)

    def _failed(self, error: BaseException) -> bool:
        """X3 could not be asked: said as such; the replay itself looks up each order anyway."""
        if not isinstance(error, StudioError):
            return False
        self._desk.tasks.start(self._show(None, error), name="show the replay")
        return True

    async def _show(self, held: Mapping[str, Sequence[str]] | None, error: StudioError | None = None) -> None:
        unmapped = await data.unmapped(self._desk.host.store, self._rows)
        self._forecasts = forecast(self._rows, held, unmapped)
        told = summary(self._forecasts)
        create, link, leave, amount = self._facts
        create.figure.setText(f"{told.create:,}" if held is not None else "–")
        link.figure.setText(f"{told.link:,}" if held is not None else "–")
        leave.figure.setText(f"{told.leave:,}")
        amount.figure.setText(worth(told.worth) or "–")
        self.action.setText(told.action)
        self.action.setEnabled(told.create + told.link > 0)
        if error is not None:
            self.pane.show_state().show_failed(error, act=self._look)
            return
        if len(self._rows) > MOST_LOOKED_UP:
            self._how.setText(f"the first {MOST_LOOKED_UP:,} were looked up")
        await self.table_rows.set_rows(self._forecasts)
        self.pane.show_content()
        self.action.setFocus()
