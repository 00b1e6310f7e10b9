"""One step of a connection test as a row: verdict, title, what was found, milliseconds."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from x3studio.domain.connections import ProbeStep, Verdict
from x3studio.gui.states import VERDICT, State
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.chips import StateLabel
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import boxed, column, row
from x3studio.gui.widgets.surfaces import line

ROW, VERDICT_WIDTH, TITLE_WIDTH, TIME_WIDTH = 40, 96, 184, 60
MARGIN = 17


class StepRow(QWidget):
    """40 px high; a step that needs words opens below."""

    def __init__(self, theme: Theme, step: ProbeStep, *, purpose: str = "") -> None:
        super().__init__()
        self.step, self._purpose = step, purpose
        self._state = StateLabel(theme, VERDICT[step.verdict])
        self._state.setFixedWidth(VERDICT_WIDTH)
        self._title = Label(theme, step.title, role=Role.STRONG, elide=Qt.TextElideMode.ElideRight)
        self._title.setFixedWidth(TITLE_WIDTH)
        # An eliding label asks for no width of its own, and a layout would give it none.
        self._title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._found = Label(theme, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self._time = Label(theme, role=Role.SECONDARY, tone="text2", align=Qt.AlignmentFlag.AlignRight)
        self._time.setFixedWidth(TIME_WIDTH)
        words = row(self._state, self._title, self._found, self._time, gap=8, margins=(MARGIN, 0, MARGIN, 0))
        words.setStretch(2, 1)
        head = boxed(words)
        head.setFixedHeight(ROW - 1)
        self._below = column(gap=0)
        self.setLayout(column(head, self._below, line(), gap=0))
        self._opened: QWidget | None = None
        self.setProperty("surface", "surface")
        self.show_step(step)

    @property
    def done(self) -> bool:
        """Whether it has its verdict."""
        return self.step.verdict not in (Verdict.WAITING, Verdict.TESTING)

    def show_step(self, step: ProbeStep, *, state: State | None = None, words: str = "") -> None:
        """The step as it stands; a step that waits says what it is for. `words` stand in place of both."""
        self.step = step
        self._state.show_state(state or VERDICT[step.verdict])
        self._title.setText(step.title)
        self._found.setText(words or step.found or self._purpose)
        self._found.set_tone("muted" if step.verdict in (Verdict.WAITING, Verdict.SKIPPED) else "text2")
        self._time.setText(took(step.milliseconds) if self.done and step.milliseconds else "")
        self.setAccessibleName(", ".join(filter(None, (step.title, self._state.text(), self._found.text()))))

    def open_with(self, part: QWidget | None) -> None:
        """Shows a part below the row; None closes it. Opened rows lie on the ground of heads."""
        if self._opened is not None:
            self._opened.hide()
            self._opened.deleteLater()
        self._opened = part
        if part is not None:
            self._below.addWidget(part)
        self.setProperty("surface", "zebra" if part is not None else "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.style().unpolish(self)
        self.style().polish(self)


def took(milliseconds: int) -> str:
    """ "38 ms", "10.0 s"."""
    return f"{milliseconds:,} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"
