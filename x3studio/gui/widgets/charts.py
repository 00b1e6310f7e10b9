"""Small charts: bars by the hour, lines by the day, a row of bars in a card; each says itself in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.paint import box, width_of, words

_RIGHT, _CENTRE = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True, slots=True)
class Line:
    """A series: the first one drawn filled, a `dashed` one as a thin grey line."""

    word: str
    values: Sequence[float]
    tone: Tone = Tone.LIVE
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """A series of bars; `marked` places carry a small amber cap."""

    values: Sequence[float]
    marked: frozenset[int] = field(default_factory=frozenset)


def ceiling(value: float) -> int:
    """The least round number above a value that has a whole half: 2, 4, 8, 10, 20, 40, 80, 100 ..."""
    step = 1
    while True:
        for factor in (2, 4, 8):
            if value <= factor * step:
                return factor * step
        step *= 10
        if value <= step:
            return step


class Chart(QWidget):
    """The frame of both: three lines at most, figures left of them, words below. `labels`: (place, word)."""

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__()
        self.theme = theme
        self.labels: Sequence[tuple[int, str]] = ()
        self.top = 2
        self.setAccessibleName(name)
        self.setMinimumSize(160, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Modest: it takes what room there is, and a page must not scroll for it."""
        return QSize(360, 120)

    def plot(self) -> QRectF:
        """Where values are drawn."""
        left = max(width_of(f"{self.top:,}", Role.CAPTION) + 8, 28)
        return QRectF(self.rect()).adjusted(left, 8, -2, -20)

    def draw_frame(self, painter: QPainter, places: int, *, spread: bool = False) -> None:
        """Lines, figures and the words below; `spread` as the points of a line, from edge to edge."""
        tokens, plot = self.theme.tokens, self.plot()
        for share in (0.0, 0.5, 1.0):
            y = round(plot.bottom() - share * plot.height())
            painter.fillRect(
                QRectF(plot.left(), y, plot.width(), 1), tokens.line2 if share == 0 else tokens.line
            )
            area = QRectF(0, y - 8, plot.left() - 6, 16)
            figure = f"{round(self.top * share):,}"
            words(painter, area, figure, font_=font(Role.CAPTION), colour=tokens.muted, align=_RIGHT)
        for place, text in self.labels:
            width = width_of(text, Role.CAPTION) + 2
            share = place / max(places - 1, 1) if spread else (place + 0.5) / max(places, 1)
            middle = plot.left() + share * plot.width()
            x = min(max(middle - width / 2, plot.left()), plot.right() - width)
            area = QRectF(x, plot.bottom() + 4, width, 16)
            words(painter, area, text, font_=font(Role.CAPTION), colour=tokens.muted, align=_CENTRE)


class BarChart(Chart):
    """Counts by hour or day."""

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__(theme, name=name)
        self._bars = Bars(())

    def show_bars(self, bars: Bars, *, labels: Sequence[tuple[int, str]], spoken: str) -> None:
        """Other values; `spoken` says the chart in one sentence."""
        self._bars, self.labels = bars, labels
        self.top = ceiling(max(bars.values, default=0))
        self.setAccessibleDescription(spoken)
        self.setToolTip(spoken)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Frame, bars, caps."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        values, plot, tokens = self._bars.values, self.plot(), self.theme.tokens
        self.draw_frame(painter, len(values))
        step = plot.width() / max(len(values), 1)
        for place, value in enumerate(values):
            height = plot.height() * value / self.top
            bar = QRectF(
                plot.left() + place * step + step * 0.12, plot.bottom() - height, step * 0.76, height
            )
            if value > 0:
                box(painter, bar, radius=1.5, ground=tokens.live.fill, edge=None)
            if place in self._bars.marked:
                cap = QRectF(bar.left(), max(bar.top() - 6, 0), bar.width(), 4)
                box(painter, cap, radius=1.5, ground=tokens.warn.fill, edge=None)
        painter.end()


class LineChart(Chart):
    """Counts over days: the first line filled, others dashed."""

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__(theme, name=name)
        self._lines: Sequence[Line] = ()

    def show_lines(self, lines: Sequence[Line], *, labels: Sequence[tuple[int, str]], spoken: str) -> None:
        """Other values; `spoken` says the chart in one sentence."""
        self._lines, self.labels = lines, labels
        self.top = ceiling(max((max(line.values, default=0) for line in lines), default=0))
        self.setAccessibleDescription(spoken)
        self.setToolTip(spoken)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Frame, area, lines, the last point."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = max((len(line.values) for line in self._lines), default=0)
        self.draw_frame(painter, places, spread=True)
        for line in self._lines:
            points = _points(line.values, self.plot().adjusted(0, 0, -4, 0), self.top, spread=True)
            if line.dashed:
                pen = QPen(self.theme.tokens.idle.fill, 1.4)
                pen.setDashPattern([4, 3])
                painter.setPen(pen)
                painter.drawPolyline(QPolygonF(points))
            else:
                draw_area(
                    painter, points, self.theme.tokens.tone(line.tone).fill, self.plot().bottom(), dot=True
                )
        painter.end()


class Sparkline(QWidget):
    """A line without axes, for a card: the last figure stands beside it as words."""

    def __init__(self, theme: Theme, *, name: str, tone: Tone = Tone.LIVE) -> None:
        super().__init__()
        self._theme, self._tone = theme, tone
        self._values: Sequence[float] = ()
        self.setAccessibleName(name)
        self.setMinimumSize(80, 28)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """40 px high."""
        return QSize(160, 40)

    def show_values(self, values: Sequence[float], *, spoken: str) -> None:
        """Other values."""
        self._values = values
        self.setAccessibleDescription(spoken)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The line and its ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(1, 3, -1, -1)
        points = _points(self._values, rect, max(self._values, default=0) or 1, spread=True)
        draw_area(painter, points, self._theme.tokens.tone(self._tone).fill, rect.bottom())
        painter.end()


class Legend(QWidget):
    """The series of a chart as words: a square for bars, a stroke for lines."""

    def __init__(self, theme: Theme, entries: Sequence[tuple[str, Tone, str]]) -> None:
        super().__init__()
        self._theme, self._entries = theme, entries
        self.setFixedHeight(18)
        self.setAccessibleName("Legend: " + ", ".join(word for word, _tone, _mark in entries))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Mark and word, one after the other; marks: bar, line, dashed."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, tokens = 0.0, self._theme.tokens
        for word, tone, mark in self._entries:
            colour = tokens.tone(tone).fill
            if mark == "bar":
                box(painter, QRectF(x, 5, 8, 8), radius=2, ground=colour, edge=None)
                x += 14
            else:
                pen = QPen(colour, 1.8)
                if mark == "dashed":
                    pen.setDashPattern([3, 2])
                painter.setPen(pen)
                painter.drawLine(QPointF(x, 9), QPointF(x + 14, 9))
                x += 19
            width = width_of(word, Role.CAPTION) + 2
            area = QRectF(x, 0, width, 18)
            words(painter, area, word, font_=font(Role.CAPTION), colour=tokens.text2)
            x += width + 14
        painter.end()


def draw_area(
    painter: QPainter, points: list[QPointF], colour: QColor, floor: float, *, dot: bool = False
) -> None:
    """A line of 1.8 px over a faint ground of the same colour; a dot on the last point."""
    if len(points) < 2:
        return
    ground = QColor(colour)
    ground.setAlpha(28)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    ends = [QPointF(points[-1].x(), floor), QPointF(points[0].x(), floor)]
    painter.drawPolygon(QPolygonF(points + ends))
    painter.setPen(QPen(colour, 1.8))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))
    if dot:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(points[-1], 3.5, 3.5)


def _points(values: Sequence[float], plot: QRectF, top: float, *, spread: bool = False) -> list[QPointF]:
    """Places of the values: in the middle of their step, or `spread` from edge to edge."""
    count = len(values)
    if not count:
        return []
    step = plot.width() / max(count - 1 if spread else count, 1)
    first = plot.left() + (0 if spread else step / 2)
    return [
        QPointF(first + place * step, plot.bottom() - plot.height() * value / top)
        for place, value in enumerate(values)
    ]
