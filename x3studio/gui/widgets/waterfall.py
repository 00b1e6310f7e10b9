"""From a start to a result in steps: bars that add or take away, joined by dots; each can be opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.paint import box, ring, rings, width_of, words

_CENTRE, _BOTTOM = Qt.AlignmentFlag.AlignHCenter, 34
_FIGURE = 17
_LEAST = 2.0


@dataclass(frozen=True, slots=True)
class Step:
    """`value` is signed; `figure` stands above the bar, `word` below it, `spoken` says it in full.

    A `whole` step is drawn from zero: the start and the result.
    """

    key: str
    word: str
    value: Decimal
    figure: str
    tone: Tone
    whole: bool = False
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """From where to where a bar reaches; `end` is the level the next one starts from."""

    start: Decimal
    end: Decimal

    @property
    def top(self) -> Decimal:
        return max(self.start, self.end)

    @property
    def bottom(self) -> Decimal:
        return min(self.start, self.end)


def spans(steps: Sequence[Step]) -> tuple[Span, ...]:
    """The reach of each bar; whole ones start at zero."""
    level = Decimal(0)
    found = []
    for step in steps:
        start = Decimal(0) if step.whole else level
        level = start + step.value
        found.append(Span(start, level))
    return tuple(found)


class Waterfall(QWidget):
    """`chosen` and `opened` carry a step's key. Left and Right choose, Enter and a click open.

    `compact` is a picture for cards: nothing in it is chosen.
    """

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, theme: Theme, *, name: str, compact: bool = False) -> None:
        super().__init__()
        self._theme, self._compact = theme, compact
        self._steps: tuple[Step, ...] = ()
        self._spans: tuple[Span, ...] = ()
        self._current = self._hovered = -1
        self._ringed = False
        self.setAccessibleName(name)
        self.setMinimumSize(160 if compact else 320, 72 if compact else 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(not compact)
        if not compact:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        """Modest: it takes what room there is."""
        return QSize(240, 96) if self._compact else QSize(520, 200)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What is shown."""
        return self._steps

    @property
    def current(self) -> str:
        """The key of the chosen step, "" where none is."""
        return self._steps[self._current].key if 0 <= self._current < len(self._steps) else ""

    def show_steps(self, steps: Sequence[Step], *, spoken: str) -> None:
        """Other steps; `spoken` says the picture in one sentence. The chosen key stays chosen."""
        kept = self.current
        self._steps, self._spans = tuple(steps), spans(steps)
        self._current = next((i for i, step in enumerate(steps) if step.key == kept), -1)
        self._hovered = -1
        self.setAccessibleDescription(spoken)
        self.update()

    def choose(self, key: str) -> None:
        """Marks a step without a signal; "" marks none."""
        self._current = next((i for i, step in enumerate(self._steps) if step.key == key), -1)
        self.update()

    def bar(self, key: str) -> QRectF:
        """Where a bar is drawn."""
        place = next(i for i, step in enumerate(self._steps) if step.key == key)
        return self._bars()[place]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground line, joins, bars with their figures, words below."""
        if not self._steps:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, bars, plot = self._theme.tokens, self._bars(), self._plot()
        zero = round(self._level(Decimal(0)))
        painter.fillRect(QRectF(plot.left(), zero, plot.width(), 1), tokens.line2)
        self._joins(painter, bars)
        for place, (step, bar) in enumerate(zip(self._steps, bars, strict=True)):
            fill = tokens.tone(step.tone).fill
            radius = min(2.0, bar.height() / 2)
            box(painter, bar, radius=radius, ground=fill, edge=None)
            if place in (self._current, self._hovered) and not self._compact:
                self._mark(painter, bar, chosen=place == self._current)
            self._say(painter, step, bar)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Opens the bar in whose column the click is."""
        place = self._at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and place >= 0 and not self._compact:
            self._choose(place)
            self.opened.emit(self.current)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The bar under the pointer shows that it can be opened."""
        place = self._at(event.position())
        if place != self._hovered:
            self._hovered = place
            self.setCursor(Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """No bar is under the pointer."""
        super().leaveEvent(event)
        self._hovered = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left, Right, Home and End choose, Enter and Space open."""
        last = len(self._steps) - 1
        moves = {
            Qt.Key.Key_Left: max(self._current - 1, 0),
            Qt.Key.Key_Right: min(self._current + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in moves and last >= 0:
            self._choose(moves[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.current:
            self.opened.emit(self.current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the ring where focus came by a key."""
        super().focusInEvent(event)
        self._ringed = rings(event, before=self._ringed)
        if self._ringed and self._current < 0 and self._steps:
            self._choose(0)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hides it again."""
        super().focusOutEvent(event)
        self._ringed = rings(event, before=self._ringed)
        self.update()

    def event(self, event: QEvent) -> bool:
        """The tool tip is that of the bar."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._spoken(place) if place >= 0 else "", self)
            return True
        return super().event(event)

    def _choose(self, place: int) -> None:
        self._current = place
        self.setAccessibleDescription(self._spoken(place))
        self.chosen.emit(self.current)
        self.update()

    def _spoken(self, place: int) -> str:
        step = self._steps[place]
        return step.spoken or f"{step.word}: {step.figure}"

    def _plot(self) -> QRectF:
        return QRectF(self.rect()).adjusted(4, _FIGURE + 2, -4, -_BOTTOM)

    def _level(self, value: Decimal) -> float:
        """The y of a value; the scale holds zero and every end."""
        plot = self._plot()
        high = max([span.top for span in self._spans] + [Decimal(0)])
        low = min([span.bottom for span in self._spans] + [Decimal(0)])
        reach = float(high - low) or 1.0
        return plot.bottom() - float(value - low) / reach * plot.height()

    def _bars(self) -> list[QRectF]:
        plot = self._plot()
        step = plot.width() / max(len(self._steps), 1)
        wide = min(step * 0.76, 56.0)
        bars = []
        for place, span in enumerate(self._spans):
            top, bottom = self._level(span.top), self._level(span.bottom)
            left = plot.left() + place * step + (step - wide) / 2
            bars.append(QRectF(left, top, wide, max(bottom - top, _LEAST)))
        return bars

    def _at(self, spot: QPointF) -> int:
        plot, count = self._plot(), len(self._steps)
        if not count or not plot.left() <= spot.x() < plot.right():
            return -1
        return min(int((spot.x() - plot.left()) / (plot.width() / count)), count - 1)

    def _joins(self, painter: QPainter, bars: Sequence[QRectF]) -> None:
        pen = QPen(self._theme.tokens.control, 1)
        pen.setDashPattern([1, 2])
        painter.setPen(pen)
        for place in range(len(bars) - 1):
            y = self._level(self._spans[place].end)
            painter.drawLine(QPointF(bars[place].right(), y), QPointF(bars[place + 1].left(), y))

    def _mark(self, painter: QPainter, bar: QRectF, *, chosen: bool) -> None:
        around = bar.adjusted(-3, -3, 3, 3)
        tokens = self._theme.tokens
        if chosen and (self._ringed or self.hasFocus()):
            ring(painter, around, self._theme, radius=4)
        else:
            edge = tokens.accent_text if chosen else tokens.control
            box(painter, around, radius=4, ground=None, edge=edge, pen=1.6 if chosen else 1)

    def _say(self, painter: QPainter, step: Step, bar: QRectF) -> None:
        tokens = self._theme.tokens
        column = self._plot().width() / len(self._steps)
        role = Role.TAG if step.whole and step is self._steps[-1] else Role.CAPTION
        wide = max(column, width_of(step.figure, role) + 2)
        middle = bar.center().x()
        above = QRectF(middle - wide / 2, bar.top() - _FIGURE - 2, wide, _FIGURE)
        words(painter, above, step.figure, font_=font(role), colour=tokens.text, align=_CENTRE)
        ink = tokens.text if role is Role.TAG else tokens.text2
        lines = step.word.split("\n")
        room = column
        if self._staggered():
            # Every other word stands on the second line: each has the room of two bars.
            lines = ["", " ".join(lines)] if self._steps.index(step) % 2 else [" ".join(lines)]
            room = min(2 * column - 4, 2 * min(middle, self.width() - middle))
        for line, text in enumerate(lines[:2]):
            area = QRectF(middle - room / 2, self.height() - _BOTTOM + 4 + 14 * line, room, 14)
            words(painter, area, text, font_=font(role), colour=ink, align=_CENTRE)

    def _staggered(self) -> bool:
        """Whether some word is wider than its bar's column."""
        column = self._plot().width() / len(self._steps)
        return any(
            width_of(line, Role.CAPTION) > column - 3
            for step in self._steps
            for line in step.word.split("\n")
        )
