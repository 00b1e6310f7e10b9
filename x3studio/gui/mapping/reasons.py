"""Why a candidate stands where it stands: where the score starts, what each reason adds or takes, its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from x3studio.gui.theme import Theme, Tone
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.paint import box, width_of, words

MINUS = "\N{MINUS SIGN}"
_RIGHT = Qt.AlignmentFlag.AlignRight
_LABEL, _FIGURE, _THICK = 116, 42, 11


@dataclass(frozen=True, slots=True)
class Reason:
    """Words and points; the first reason is where the score starts."""

    word: str
    points: int


def signed(points: int) -> str:
    """ "+38", "−41" with a true minus sign, "0"."""
    return f"+{points}" if points > 0 else f"{MINUS}{-points}" if points < 0 else "0"


class Reasons(QWidget):
    """A row a reason: grey start, green gains, red losses, dotted joins, the sum in the colour of its band.

    `figure` is how the sum is said: "58 %", or the band's word while nothing is calibrated.
    """

    def __init__(self, theme: Theme, *, row_height: int = 20) -> None:
        super().__init__()
        self._theme, self._row = theme, row_height
        self._reasons: tuple[Reason, ...] = ()
        self._word, self._figure, self._tone = "", "", Tone.IDLE
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Why")

    def show_reasons(self, reasons: Sequence[Reason], *, word: str, figure: str, tone: Tone) -> None:
        """Other reasons; `word` names the sum."""
        self._reasons, self._word, self._figure, self._tone = tuple(reasons), word, figure, tone
        said = [f"{one.word} {signed(one.points) if at else one.points}" for at, one in enumerate(reasons)]
        spoken = "; ".join([*said, f"{word} {figure}"]) if reasons else ""
        self.setAccessibleDescription(spoken)
        self.setToolTip(spoken)
        self.updateGeometry()
        self.update()

    def set_row_height(self, height: int) -> None:
        """Denser rows, for small windows."""
        if height != self._row:
            self._row = height
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """A row a reason, and one for the sum below its line."""
        rows = len(self._reasons)
        return QSize(240, rows * self._row + self._row + 5 if rows else 0)

    def minimumSizeHint(self) -> QSize:
        """Never cut in height."""
        return QSize(180, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Words left, bars, points right."""
        if not self._reasons:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ends = list(accumulate(one.points for one in self._reasons))
        least, most = min(0, *ends), max(1, *ends)
        wide = max(self.width() - _LABEL - _FIGURE - 6, 20)

        def at(points: float) -> float:
            return _LABEL + (points - least) * wide / (most - least)

        for place, reason in enumerate(self._reasons):
            before, after = ends[place - 1] if place else 0, ends[place]
            self._reason(painter, place, reason, span=(at(min(before, after)), at(max(before, after))))
            self._join(painter, at(after), place)
        self._sum(painter, span=(at(min(0, ends[-1])), at(max(0, ends[-1]))))
        painter.end()

    def _reason(self, painter: QPainter, place: int, reason: Reason, *, span: tuple[float, float]) -> None:
        tokens, y = self._theme.tokens, place * self._row
        tone = Tone.IDLE if not place else Tone.OK if reason.points >= 0 else Tone.BAD
        label = QRectF(0, y, _LABEL - 6, self._row)
        words(painter, label, reason.word, font_=font(Role.SECONDARY), colour=tokens.text2)
        self._bar(painter, y, span, tone)
        said = signed(reason.points) if place else str(reason.points)
        ink = tokens.text2 if not place or not reason.points else tokens.tone(tone).text
        area = QRectF(self.width() - _FIGURE, y, _FIGURE, self._row)
        words(painter, area, said, font_=font(Role.CHIP), colour=ink, align=_RIGHT)

    def _sum(self, painter: QPainter, *, span: tuple[float, float]) -> None:
        tokens = self._theme.tokens
        y = len(self._reasons) * self._row + 4
        painter.fillRect(QRectF(0, y - 3, self.width(), 1), tokens.line2)
        wide = max(width_of(self._figure, Role.SORTED) + 2, _FIGURE)
        label = QRectF(0, y, _LABEL - 6, self._row)
        words(painter, label, self._word, font_=font(Role.SORTED), colour=tokens.text)
        self._bar(painter, y, (span[0], min(span[1], self.width() - wide - 4)), self._tone)
        area = QRectF(self.width() - wide, y, wide, self._row)
        words(painter, area, self._figure, font_=font(Role.SORTED), colour=tokens.text, align=_RIGHT)

    def _bar(self, painter: QPainter, y: float, span: tuple[float, float], tone: Tone) -> None:
        height = min(self._row - 8, _THICK)
        area = QRectF(span[0], y + (self._row - height) / 2, max(span[1] - span[0], 1.5), height)
        box(painter, area, radius=2, ground=self._theme.tokens.tone(tone).fill, edge=None)

    def _join(self, painter: QPainter, x: float, place: int) -> None:
        painter.setPen(QPen(self._theme.tokens.control, 1, Qt.PenStyle.DotLine))
        half = min(self._row - 8, _THICK) / 2
        middle = place * self._row + self._row / 2
        painter.drawLine(round(x), round(middle + half), round(x), round(middle + self._row - half))
