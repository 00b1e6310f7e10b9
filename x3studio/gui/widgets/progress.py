"""How far something is: a bar of known length, a moving piece where it is unknown, a spinner."""

from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import row
from x3studio.gui.widgets.paint import box, picture

_TICK_MS = 40
_PIECE = 0.28


class _Moving(QWidget):
    """Ticks only while it is seen and there is something that moves."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._moving = False
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def seconds(self) -> float:
        """How long it has been moving."""
        return self._clock.elapsed() / 1000 if self._clock.isValid() else 0.0

    def set_moving(self, moving: bool) -> None:
        """Starts or stops the motion."""
        if moving and not self._moving:
            self._clock.start()
        self._moving = moving
        self._tick_if_seen()

    def tick(self) -> None:
        """One step of the motion."""
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        """Goes on moving."""
        super().showEvent(event)
        self._tick_if_seen()

    def hideEvent(self, event: QHideEvent) -> None:
        """Costs nothing while nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    def _tick_if_seen(self) -> None:
        if self._moving and self.isVisible() and not self.theme.calm:
            self._timer.start()
        else:
            self._timer.stop()
        self.update()


class Spinner(_Moving):
    """One turn a second; an hourglass with reduced motion."""

    def __init__(self, theme: Theme, *, size: int = 16) -> None:
        super().__init__(theme)
        self._side = size
        self.setFixedSize(size, size)
        self.set_moving(True)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The open circle at its angle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ink = self.theme.tokens.live.text
        if self.theme.calm:
            picture(painter, self.theme, "hourglass", ink, at=QPointF(0, 0), size=self._side)
        else:
            half = self._side / 2
            painter.translate(half, half)
            painter.rotate(360 * (self.seconds % 1.0))
            picture(painter, self.theme, "loader-circle", ink, at=QPointF(-half, -half), size=self._side)
        painter.end()


class Bar(_Moving):
    """4 to 6 px high: parts of a whole, each in its tone, or a moving piece where the whole is unknown."""

    def __init__(self, theme: Theme, *, height: int = 6) -> None:
        super().__init__(theme)
        self._parts: tuple[tuple[float, Tone], ...] = ()
        self._height = height
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Takes what width there is."""
        return QSize(120, self._height)

    def set_value(self, value: float, total: float, *, tone: Tone = Tone.LIVE) -> None:
        """A part of a known whole."""
        self.set_parts([(value / total if total else 0.0, tone)])

    def set_parts(self, parts: Sequence[tuple[float, Tone]]) -> None:
        """Several parts of the whole (0 to 1 each), drawn one after the other."""
        self._parts = tuple(parts)
        self.set_moving(False)

    def set_unknown(self) -> None:
        """Something moves, nobody knows how long."""
        if not self._moving:
            self._parts = ()
            self.set_moving(True)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Trough, then parts."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, tokens = QRectF(self.rect()), self.theme.tokens
        radius = self._height / 2
        box(painter, rect, radius=radius, ground=tokens.line, edge=None)
        if self._moving:
            at = 0.36 if self.theme.calm else (self.seconds / 1.6) % (1 + _PIECE) - _PIECE
            piece = QRectF(rect.width() * at, 0, rect.width() * _PIECE, rect.height()).intersected(rect)
            box(painter, piece, radius=radius, ground=tokens.live.fill, edge=None)
        x = 0.0
        for part, tone in self._parts:
            width = min(part, 1.0) * rect.width()
            if width > 0:
                piece = QRectF(x, 0, max(width, 2.0), rect.height()).intersected(rect)
                box(painter, piece, radius=radius, ground=tokens.tone(tone).fill, edge=None)
            x += width
        painter.end()


class Progress(QWidget):
    """Caption, bar and figure on one line: "214 of 612", or the seconds where the whole is unknown."""

    def __init__(self, theme: Theme, caption: str) -> None:
        super().__init__()
        self._caption = Label(theme, caption, tone="text2")
        self.bar = Bar(theme)
        self._figure = Label(theme, "", role=Role.PANEL, align=Qt.AlignmentFlag.AlignRight)
        self.setLayout(row(self._caption, self.bar, self._figure, gap=12))
        self._seconds = QTimer(self)
        self._seconds.setInterval(1000)
        self._seconds.timeout.connect(self._count)

    def set_value(self, value: int, total: int, *, tone: Tone = Tone.LIVE) -> None:
        """A known part of a known whole."""
        self._seconds.stop()
        self.bar.set_value(value, total, tone=tone)
        self._figure.setText(f"{value:,} of {total:,}")

    def set_unknown(self) -> None:
        """Counts the seconds instead."""
        self.bar.set_unknown()
        self._seconds.start()
        self._count()

    def _count(self) -> None:
        self._figure.setText(f"{self.bar.seconds:.0f} s")
