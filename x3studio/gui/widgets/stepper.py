"""The steps of a wizard in one line: done, current, to come."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.paint import box, picture, width_of, words


class Stepper(QWidget):
    """44 px high. `show_step` takes the current place, counted from 0."""

    def __init__(self, theme: Theme, steps: Sequence[str]) -> None:
        super().__init__()
        self._theme, self._steps, self._now = theme, tuple(steps), 0
        self.setFixedHeight(44)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_step(0)

    def show_step(self, now: int) -> None:
        """Steps before `now` are done."""
        self._now = now
        self.setAccessibleName(f"Step {now + 1} of {len(self._steps)}: {self._steps[now]}")
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Words are never cut; the joins shrink."""
        return QSize(round(sum(self._width(step) for step in self._steps) + 16 * len(self._steps)), 44)

    def sizeHint(self) -> QSize:
        """Joins of some 50 px."""
        return QSize(self.minimumSizeHint().width() + 40 * len(self._steps), 44)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Circles, words, joins."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._theme.tokens
        taken = sum(self._width(step) for step in self._steps)
        join = max((self.width() - 32 - taken) / max(len(self._steps) - 1, 1), 8)
        join, x, middle = min(join, 72), 16.0, self.height() / 2
        for place, step in enumerate(self._steps):
            self._circle(painter, QRectF(x, middle - 11, 22, 22), place)
            later = place > self._now
            role = Role.PANEL if place == self._now else Role.STRONG
            ink = tokens.muted if later else tokens.text
            area = QRectF(x + 30, 0, self._width(step), self.height())
            words(painter, area, step, font_=font(role), colour=ink)
            x += self._width(step)
            if place < len(self._steps) - 1:
                colour = tokens.line if later or place == self._now else tokens.live.fill
                painter.fillRect(QRectF(x, middle - 1, join - 8, 2), colour)
                x += join
        painter.end()

    def _circle(self, painter: QPainter, rect: QRectF, place: int) -> None:
        tokens = self._theme.tokens
        if place < self._now:
            box(painter, rect, radius=11, ground=tokens.accent, edge=None)
            at = QPointF(rect.left() + 4, rect.top() + 4)
            picture(painter, self._theme, "check", tokens.on_accent, at=at, size=14)
            return
        here = place == self._now
        edge = tokens.accent_text if here else tokens.control
        box(painter, rect, radius=11, ground=tokens.select if here else None, edge=edge, pen=1.5)
        ink = tokens.accent_text if here else tokens.muted
        centre = Qt.AlignmentFlag.AlignHCenter
        words(painter, rect, str(place + 1), font_=font(Role.SORTED), colour=ink, align=centre)

    def _width(self, step: str) -> float:
        return 30 + width_of(step, Role.PANEL) + 10
