"""The test of a connection as it goes: rows that wait, pass or fail, and the way on where one failed."""

from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from x3studio.domain.connections import ProbeStep, Verdict
from x3studio.gui.connections.failure import Failure, opened_part, tried
from x3studio.gui.connections.fields import Side
from x3studio.gui.connections.rows import StepRow
from x3studio.gui.connections.words import CANCELLED, PLAN
from x3studio.gui.theme import Theme
from x3studio.gui.widgets.layout import column
from x3studio.gui.widgets.surfaces import Scrolled

if TYPE_CHECKING:
    from x3studio.workspace import Probe


class TestPage(QWidget):
    """`moved` tells that a step changed, `corrected` carries new values by setting after a failure."""

    moved = Signal()
    corrected = Signal(dict)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._side = Side.X3
        self._rows: dict[str, StepRow] = {}
        self._values: Mapping[str, str] = {}
        self._column = column(gap=0)
        self._scrolled = Scrolled(self._column, gap=0)
        self._scrolled.layout_.addStretch(1)
        self.setLayout(column(self._scrolled, gap=0))

    @property
    def steps(self) -> list[ProbeStep]:
        """The steps as they stand."""
        return [shown.step for shown in self._rows.values()]

    @property
    def done(self) -> int:
        """How many steps have their verdict."""
        return sum(shown.done for shown in self._rows.values())

    def show_plan(self, side: Side, values: Mapping[str, str]) -> None:
        """Every step of a coming test, waiting. `values` are the settings under test, without secrets."""
        self._side, self._values = side, values
        for shown in self._rows.values():
            shown.hide()
            shown.deleteLater()
        self._rows = {}
        for key, title, purpose in PLAN[side]:
            self._add(ProbeStep(key, title, Verdict.WAITING), purpose=purpose)
        self.moved.emit()

    async def follow(self, opening: Awaitable["Probe"]) -> "Probe":
        """Shows a test to its end and returns it."""
        probe = await opening
        async for step in probe.steps():
            self.show_step(step)
        return probe

    def show_step(self, step: ProbeStep) -> None:
        """One step's news."""
        if step.key not in self._rows:
            self._add(step)
        shown = self._rows[step.key]
        step = replace(step, title=shown.step.title)
        shown.show_step(step, words=tried(step, self._side, self._values))
        part = opened_part(self._theme, step, self._side, self._values)
        shown.open_with(part)
        if step.verdict is Verdict.TESTING:
            self._scrolled.ensureWidgetVisible(shown, 0, 0)
        if isinstance(part, Failure):
            part.corrected.connect(self.corrected)
        self.moved.emit()

    def show_cancelled(self) -> None:
        """The test was ended by hand: the step under way has no verdict."""
        for shown in self._rows.values():
            if shown.step.verdict is Verdict.TESTING:
                waiting = replace(shown.step, verdict=Verdict.WAITING)
                shown.show_step(waiting, state=CANCELLED)
        self.moved.emit()

    def focus_failure(self) -> bool:
        """Goes to the first failed step; False where none failed."""
        for shown in self._rows.values():
            failure = shown.findChild(Failure)
            if failure is not None:
                failure.focus_first()
                self._scrolled.ensureWidgetVisible(shown, 0, 0)
                return True
        return False

    def _add(self, step: ProbeStep, *, purpose: str = "") -> None:
        made = StepRow(self._theme, step, purpose=purpose)
        self._rows[step.key] = made
        self._column.addWidget(made)
