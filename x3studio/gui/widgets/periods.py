"""Stretches of time on one line: what follows without a gap, what is missing, what is there twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.paint import box, width_of, words

_BAND = 8.0
HEIGHT = 30


@dataclass(frozen=True, slots=True)
class Piece:
    """`hollow` pieces are dashed: nothing is there yet. `spoken` is the tool tip."""

    key: str
    start: datetime
    end: datetime
    tone: Tone
    spoken: str
    hollow: bool = False


class Periods(QWidget):
    """Months below a band of pieces; `chosen` carries the key of the clicked one."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._pieces: tuple[Piece, ...] = ()
        self._current = ""
        self.setAccessibleName(name)
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(400, HEIGHT)

    def show_pieces(self, pieces: Sequence[Piece], *, current: str, spoken: str) -> None:
        """Other stretches; `spoken` says the line in one sentence."""
        self._pieces, self._current = tuple(pieces), current
        self.setAccessibleDescription(spoken)
        self.update()

    def choose(self, key: str) -> None:
        """Marks a piece without the signal."""
        self._current = key
        self.update()

    def place(self, key: str) -> QRectF:
        """Where a piece is drawn."""
        return self._rect(next(piece for piece in self._pieces if piece.key == key))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Months, then the pieces."""
        if not self._pieces:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._months(painter)
        tokens = self._theme.tokens
        for piece in self._pieces:
            rect, tone = self._rect(piece), tokens.tone(piece.tone)
            if piece.hollow:
                pen = QPen(tone.fill, 1.2)
                pen.setDashPattern([3, 2])
                painter.setPen(pen)
                painter.setBrush(tone.tint)
                painter.drawRoundedRect(rect.adjusted(0.6, 0.6, -0.6, -0.6), 2, 2)
            else:
                box(painter, rect, radius=2, ground=tone.fill, edge=None)
            if piece.key == self._current:
                around = rect.adjusted(-2.5, -2.5, 2.5, 2.5)
                box(painter, around, radius=4, ground=None, edge=tokens.accent_text, pen=1.6)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chooses the piece below the click."""
        piece = self._at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and piece is not None:
            self.chosen.emit(piece.key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand where a click leads somewhere."""
        over = self._at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        """The tool tip is that of the piece."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            piece = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), piece.spoken if piece else "", self)
            return True
        return super().event(event)

    def _reach(self) -> tuple[datetime, datetime]:
        return min(piece.start for piece in self._pieces), max(piece.end for piece in self._pieces)

    def _x(self, moment: datetime) -> float:
        first, last = self._reach()
        whole = max((last - first).total_seconds(), 1.0)
        return 3 + (moment - first).total_seconds() / whole * (self.width() - 6)

    def _rect(self, piece: Piece) -> QRectF:
        left, right = self._x(piece.start), self._x(piece.end)
        return QRectF(left + 0.5, 4, max(right - left - 1, 3), _BAND)

    def _at(self, spot: QPointF) -> Piece | None:
        hits = [piece for piece in self._pieces if self._rect(piece).adjusted(-1, -4, 1, 18).contains(spot)]
        return hits[-1] if hits else None

    def _months(self, painter: QPainter) -> None:
        tokens, (first, last) = self._theme.tokens, self._reach()
        months = _month_starts(first, last)
        room = self.width() / max(len(months), 1)
        every = next((n for n in (1, 2, 3, 6, 12) if room * n > 52), 12)
        for place, moment in enumerate(months):
            x = self._x(moment)
            painter.fillRect(QRectF(round(x), 4, 1, _BAND + 6), tokens.line2)
            if place % every == 0:
                text = f"{moment:%b %Y}" if moment.month == 1 or place == 0 else f"{moment:%b}"
                wide = width_of(text, Role.CAPTION) + 4
                area = QRectF(min(x + 3, self.width() - wide), _BAND + 6, wide, 15)
                words(painter, area, text, font_=font(Role.CAPTION), colour=tokens.muted)


def _month_starts(first: datetime, last: datetime) -> list[datetime]:
    """The first of each month between two moments."""
    months = []
    moment = datetime(first.year, first.month, 1, tzinfo=UTC)
    while moment <= last:
        if moment >= first - timedelta(days=1):
            months.append(moment)
        moment = datetime(moment.year + moment.month // 12, moment.month % 12 + 1, 1, tzinfo=UTC)
    return months
