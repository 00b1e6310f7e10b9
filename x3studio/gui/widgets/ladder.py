"""A balance that climbs and falls in steps and must come back to zero, with further balances dashed below."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.charts import ceiling, draw_area
from x3studio.gui.widgets.paint import width_of, words

_RIGHT, _CENTRE = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
_DUE = "due to zero"


@dataclass(frozen=True, slots=True)
class Rise:
    """`balance` holds from this step to the next; `word` stands below where it begins."""

    word: str
    balance: Decimal


class Ladder(QWidget):
    """The first balance filled, others dashed. The last step is followed by the fall that is due."""

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._rises: tuple[Rise, ...] = ()
        self._others: tuple[tuple[Tone, tuple[Decimal, ...]], ...] = ()
        self._due = ""
        self.setAccessibleName(name)
        self.setMinimumSize(180, 110)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Modest: it takes what room there is."""
        return QSize(276, 200)

    def show_rises(
        self,
        rises: Sequence[Rise],
        *,
        due: str,
        others: Sequence[tuple[Tone, Sequence[Decimal]]] = (),
        spoken: str,
    ) -> None:
        """Other steps, oldest first. `due` is the word where the balance has to be zero again.

        `others` are balances over the same steps; `spoken` says the picture in one sentence.
        """
        self._rises, self._due = tuple(rises), due
        self._others = tuple((tone, tuple(values)) for tone, values in others)
        self.setAccessibleDescription(spoken)
        self.setToolTip(spoken)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Lines and figures, the other balances, the ladder, the fall that is due."""
        if not self._rises:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._frame(painter)
        for tone, values in self._others:
            pen = QPen(self._theme.tokens.tone(tone).fill, 1.4)
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(self._stairs(values)))
        balances = [rise.balance for rise in self._rises]
        points = self._stairs(balances)
        floor = self._y(Decimal(0))
        draw_area(painter, points, self._theme.tokens.live.fill, floor)
        self._fall(painter, points[-1], floor)
        self._figures(painter, balances)
        painter.end()

    def _reach(self) -> tuple[Decimal, Decimal]:
        values = [rise.balance for rise in self._rises]
        values += [value for _, others in self._others for value in others]
        return min([*values, Decimal(0)]), max([*values, Decimal(0)])

    def _scale(self) -> tuple[float, float]:
        low, high = self._reach()
        return -float(ceiling(float(-low))) if low < 0 else 0.0, float(ceiling(float(high) * 1.06))

    def _plot(self) -> QRectF:
        low, high = self._scale()
        left = max(width_of(f"{value:,.0f}", Role.CAPTION) for value in (low, high)) + 10
        return QRectF(self.rect()).adjusted(left, 10, -4, -22)

    def _y(self, value: Decimal) -> float:
        plot, (low, high) = self._plot(), self._scale()
        return plot.bottom() - (float(value) - low) / (high - low) * plot.height()

    def _x(self, place: int) -> float:
        """Where step `place` begins; before the first there is a flat start, after the last the fall."""
        plot = self._plot()
        step = plot.width() / (len(self._rises) + 2)
        return plot.left() + step * (place + 1)

    def _stairs(self, values: Sequence[Decimal]) -> list[QPointF]:
        level = self._y(Decimal(0))
        points = [QPointF(self._plot().left(), level)]
        for place, value in enumerate(values):
            points.append(QPointF(self._x(place), level))
            level = self._y(value)
            points.append(QPointF(self._x(place), level))
        points.append(QPointF(self._x(len(values)), level))
        return points

    def _frame(self, painter: QPainter) -> None:
        tokens, plot, (low, high) = self._theme.tokens, self._plot(), self._scale()
        for value in sorted({low, 0.0, high / 2, high}):
            y = round(self._y(Decimal(value)))
            ink = tokens.line2 if value == 0 else tokens.line
            painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), ink)
            area = QRectF(0, y - 8, plot.left() - 6, 16)
            words(painter, area, f"{value:,.0f}", font_=font(Role.CAPTION), colour=tokens.muted, align=_RIGHT)
        places = [(place, rise.word) for place, rise in enumerate(self._rises)]
        wide = max(width_of(word, Role.CAPTION) for _, word in [*places, (0, self._due)]) + 8
        every = max(round(wide / max(self._x(1) - self._x(0), 1) + 0.49), 1)
        shown = [(place, word) for place, word in places if (len(places) - place) % every == 0]
        for place, word in [*shown, (len(places), self._due)]:
            x = min(max(self._x(place) - wide / 2, 0), self.width() - wide)
            area = QRectF(x, plot.bottom() + 5, wide, 16)
            words(painter, area, word, font_=font(Role.CAPTION), colour=tokens.muted, align=_CENTRE)

    def _fall(self, painter: QPainter, last: QPointF, floor: float) -> None:
        if abs(last.y() - floor) < 1:
            return
        pen = QPen(self._theme.tokens.control, 1.6)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(last, QPointF(last.x(), floor))
        wide = width_of(_DUE, Role.CAPTION) + 6
        area = QRectF(last.x() - wide - 4, max(floor - 44, (last.y() + floor) / 2 - 8), wide, 16)
        words(painter, area, _DUE, font_=font(Role.CAPTION), colour=self._theme.tokens.text2, align=_RIGHT)

    def _figures(self, painter: QPainter, balances: Sequence[Decimal]) -> None:
        step = self._x(1) - self._x(0)
        for place, value in enumerate(balances):
            text = f"{value:,.0f}"
            # Many narrow steps: only the last one is worth its figure.
            if width_of(text, Role.CAPTION) > step + 8 and place + 1 < len(balances):
                continue
            area = QRectF(self._x(place) + step / 2 - 40, self._y(value) - 17, 80, 15)
            words(
                painter,
                area,
                text,
                font_=font(Role.CAPTION),
                colour=self._theme.tokens.text,
                align=_CENTRE,
            )
