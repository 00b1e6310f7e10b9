"""The life of one record from top to bottom: each step with its outcome, its words and its time."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from x3studio.gui.states import State
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Pressable
from x3studio.gui.widgets.layout import clear, column
from x3studio.gui.widgets.paint import box, picture, ring, width_of, words


@dataclass(frozen=True, slots=True)
class Step:
    """`state` gives icon and tone (its word is spoken), `lines` stand below the title."""

    key: str
    state: State
    title: str
    time: str
    lines: tuple[str, ...] = ()


class _Entry(Pressable):
    def __init__(self, theme: Theme, step: Step, *, last: bool) -> None:
        super().__init__(theme)
        self._step, self._last = step, last
        self.setCheckable(True)
        self.setFixedHeight(24 + 16 * len(step.lines))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join((step.title, step.state.word, step.time, *step.lines)))
        self.setToolTip("\n".join(step.lines))

    def sizeHint(self) -> QSize:
        return QSize(240, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(180, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, rect = self.theme.tokens, QRectF(self.rect())
        if self.isChecked() or self.hovered:
            ground = tokens.select if self.isChecked() else tokens.hover
            box(painter, rect, radius=4, ground=ground, edge=None)
        if not self._last:
            painter.fillRect(QRectF(15, 24, 2, rect.height() - 24), tokens.line)
        colours = tokens.tone(self._step.state.tone)
        box(painter, QRectF(6, 3, 20, 20), radius=10, ground=colours.tint, edge=None)
        at = QPointF(10, 7)
        picture(painter, self.theme, self._step.state.icon, colours.text, at=at, size=12)
        time = width_of(self._step.time, Role.SECONDARY) + 2
        area = QRectF(36, 3, rect.width() - 36 - time - 12, 20)
        words(painter, area, self._step.title, font_=font(Role.PANEL), colour=tokens.text)
        area = QRectF(rect.width() - time - 6, 3, time, 20)
        right = Qt.AlignmentFlag.AlignRight
        words(painter, area, self._step.time, font_=font(Role.SECONDARY), colour=tokens.muted, align=right)
        for place, line in enumerate(self._step.lines):
            area = QRectF(36, 22 + 16 * place, rect.width() - 42, 16)
            words(painter, area, line, font_=font(Role.SECONDARY), colour=tokens.text2)
        if self.ringed:
            ring(painter, rect, self.theme, radius=4)
        painter.end()


class Timeline(QWidget):
    """Put it into a `Scrolled`. `chosen` carries the key of the pressed step."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._column = column(gap=0)
        self.setLayout(self._column)
        self._group = QButtonGroup(self)
        self._entries: dict[str, _Entry] = {}

    def show_steps(self, steps: Sequence[Step], *, current: str = "") -> None:
        """Other steps, oldest first."""
        clear(self._column)
        self._entries = {}
        for place, step in enumerate(steps):
            entry = _Entry(self._theme, step, last=place == len(steps) - 1)
            entry.setChecked(step.key == current)
            entry.clicked.connect(lambda _on=False, key=step.key: self.chosen.emit(key))
            self._group.addButton(entry)
            self._entries[step.key] = entry
            self._column.addWidget(entry)
        self._column.addStretch(1)

    def choose(self, key: str) -> None:
        """Marks a step without the signal."""
        if key in self._entries:
            self._entries[key].setChecked(True)
