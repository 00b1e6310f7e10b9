"""What happened to one record: decisions and reopenings, newest first; each can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from x3studio.gui.mapping.words import when
from x3studio.gui.states import State
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import boxed, clear, column, row
from x3studio.gui.widgets.picture import Picture

_AT = 46


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened; `decision` 0 where nothing can be taken back."""

    at: datetime
    state: State
    words: str
    who: str = ""
    decision: int = 0


class HappenedList(QWidget):
    """`reverted` carries a decision's number."""

    reverted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Line, ...] = ()
        self._lines = column(gap=1)
        self.setLayout(self._lines)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Other lines."""
        if tuple(lines) != self._shown:
            self._shown = tuple(lines)
            clear(self._lines)
            for one in lines:
                self._lines.addWidget(self._line(one))

    def _line(self, one: Line) -> QWidget:
        theme = self._theme
        elide = Qt.TextElideMode.ElideRight
        said = ", ".join(filter(None, (one.words, one.who)))
        text = Label(theme, said, role=Role.SECONDARY, elide=elide)
        at = Label(theme, when(one.at, datetime.now(UTC)), role=Role.SECONDARY, tone="text2")
        at.setFixedWidth(_AT)
        line = row(Picture(theme, one.state.icon, one.state.tone.value, size=14), at, text, gap=7)
        line.setStretch(2, 1)
        if one.decision:
            back = Button(theme, icon="undo-2", look=Look.GHOST, small=True, name=f"Revert: {one.words}")
            back.clicked.connect(lambda: self.reverted.emit(one.decision))
            line.addWidget(back)
        holder = boxed(line)
        holder.setFixedHeight(24)
        holder.setAccessibleName(f"{one.state.word}: {said}")
        return holder
