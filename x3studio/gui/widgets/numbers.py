"""Number cards: one figure of the morning, its state, and a way to the list behind it."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from x3studio.gui.states import State
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.buttons import Pressable
from x3studio.gui.widgets.paint import box, picture, ring, width_of, words


@dataclass(frozen=True, slots=True)
class Figure:
    """What a number card says. `state` None shows a plain number."""

    icon: str
    caption: str
    figure: str
    state: State | None = None
    note: str = ""


class NumberCard(Pressable):
    """96 px high; pressed, it opens its list (connect `clicked`)."""

    def __init__(self, theme: Theme, figure: Figure) -> None:
        super().__init__(theme)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(96)
        self.figure = figure
        self.show_figure(figure)

    def show_figure(self, figure: Figure) -> None:
        """Another figure in the same place."""
        self.figure = figure
        state = figure.state.word if figure.state else ""
        spoken = [part for part in (figure.figure, state, figure.note) if part]
        self.setAccessibleName(f"{figure.caption}: {', '.join(spoken)}")
        self.setToolTip(figure.note)
        self.update()

    def sizeHint(self) -> QSize:
        """Grows with its grid."""
        return QSize(230, 96)

    def minimumSizeHint(self) -> QSize:
        """Five stand beside each other at 1280 px."""
        return QSize(190, 96)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Caption with icon, figure with chip, note."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, rect = self.theme.tokens, QRectF(self.rect())
        edge = tokens.line2 if self.hovered else tokens.line
        box(painter, rect, radius=8, ground=tokens.surface, edge=edge)
        inner = rect.adjusted(14, 0, -14, 0)
        picture(painter, self.theme, self.figure.icon, tokens.text2, at=QPointF(inner.left(), 12))
        caption = QRectF(inner.left() + 22, 10, inner.width() - 38, 20)
        words(painter, caption, self.figure.caption, font_=font(Role.CHIP), colour=tokens.text2)
        if self.isEnabled():
            at = QPointF(inner.right() - 13, 13)
            picture(painter, self.theme, "chevron-right", tokens.muted, at=at, size=14)
        chip = self._chip(painter, inner)
        area = QRectF(inner.left(), 33, inner.width() - chip, 36)
        words(painter, area, self.figure.figure, font_=font(Role.NUMBER), colour=tokens.text)
        note = QRectF(inner.left(), 69, inner.width(), 20)
        words(painter, note, self.figure.note, font_=font(Role.SECONDARY), colour=tokens.text2)
        if self.ringed:
            ring(painter, rect, self.theme, radius=8)
        painter.end()

    def _chip(self, painter: QPainter, inner: QRectF) -> float:
        state = self.figure.state
        if state is None:
            return 0.0
        colours = self.theme.tokens.tone(state.tone)
        width = width_of(state.word, Role.CHIP) + (19 if state.icon else 0) + 15
        area = QRectF(inner.right() - width, 41, width, 20)
        box(painter, area, radius=4, ground=colours.tint, edge=None)
        x = area.left() + 7
        if state.icon:
            picture(painter, self.theme, state.icon, colours.text, at=QPointF(x, 44), size=14)
            x += 19
        text = QRectF(x, 41, area.right() - x, 20)
        left = Qt.AlignmentFlag.AlignLeft
        words(painter, text, state.word, font_=font(Role.CHIP), colour=colours.text, align=left)
        return width + 8
