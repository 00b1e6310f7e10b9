"""Amazon and X3 side by side, one field a row: what each says, what follows, and the points it is worth."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QResizeEvent, QTextLayout, QTextOption

from x3studio.gui.mapping.reasons import signed
from x3studio.gui.mapping.tables import PageTable
from x3studio.gui.page import Desk
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.paint import picture, words
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.delegate import CellDelegate
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.workbench import EvidenceRow, Verdict

ROW, TALL = 28, 42
_PADDING, _ICON = 20, 19
_MONO = frozenset({"EAN", "ASIN", "VAT number"})
VERDICTS = {
    Verdict.EQUAL: ("equal", Tone.OK),
    Verdict.GOOD: ("check", Tone.OK),
    Verdict.DIFFERS: ("equal-not", Tone.IDLE),
    Verdict.WARN: ("triangle-alert", Tone.WARN),
    Verdict.BLOCK: ("octagon-alert", Tone.BAD),
    Verdict.INFO: ("info", Tone.IDLE),
}
_TINTS = {Verdict.WARN: Tone.WARN, Verdict.BLOCK: Tone.BAD}


class _Cells(CellDelegate):
    """Long words on several lines, codes in the mono face, what is in doubt in bold."""

    def _text(self, painter: QPainter, area: QRectF, column: Column[Any], row: Any, text: str) -> None:
        if column.key not in ("foreign", "ours"):
            super()._text(painter, area, column, row, text)
            return
        role = role_of(row)
        ink = self._theme.tokens.word("muted" if text == "–" else "text")
        self._lines(painter, area, text, role, ink)

    def _state(self, painter: QPainter, area: QRectF, state: State) -> None:
        if QFontMetricsF(font(Role.CHIP)).horizontalAdvance(state.word) <= area.width() - _ICON:
            super()._state(painter, area, state)
            return
        ink = self._theme.tokens.tone(state.tone).text
        at = QPointF(area.left(), area.center().y() - 7)
        picture(painter, self._theme, state.icon, ink, at=at, size=14)
        self._lines(painter, area.adjusted(_ICON, 0, 0, 0), state.word, Role.CHIP, ink)

    def _lines(self, painter: QPainter, area: QRectF, text: str, role: Role, ink: QColor) -> None:
        """As many lines as there is room for; the last one ends in dots where words are left."""
        lines = broken(text, role, area.width())
        metrics = QFontMetricsF(font(role))
        room = max(int(area.height() // metrics.height()), 1)
        shown = lines[:room]
        if len(lines) > room:
            rest = "".join(lines[room - 1 :])
            shown[-1] = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, area.width())
        top = area.center().y() - len(shown) * metrics.height() / 2
        for place, line in enumerate(shown):
            spot = QRectF(area.left(), top + place * metrics.height(), area.width() + 1, metrics.height())
            words(painter, spot, line.strip(), font_=font(role), colour=ink)


def broken(text: str, role: Role, width: float) -> list[str]:
    """A text in lines of this width."""
    if QFontMetricsF(font(role)).horizontalAdvance(text) <= width:
        return [text]
    layout = QTextLayout(text, font(role))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    found = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, 20))
        found.append(text[line.textStart() : line.textStart() + line.textLength()])
    layout.endLayout()
    return found or [""]


def role_of(row: EvidenceRow) -> Role:
    """The face of both sides' words."""
    if row.verdict in _TINTS:
        return Role.STRONG
    return Role.CODE if row.field in _MONO else Role.BODY


class EvidenceTable(PageTable[EvidenceRow]):
    """Read like a sheet; letters belong to the page. The marked row is shown whole."""

    def __init__(self, desk: Desk) -> None:
        self._foreign, self._ours = "Amazon", "X3"
        rows = FixedRows[EvidenceRow](
            self._made(), key=lambda row: row.field, tint=lambda row: _TINTS.get(row.verdict)
        )
        super().__init__(desk.theme, rows, name="Evidence", tasks=desk.tasks)
        self._fixed = rows
        rows.setParent(self)
        cells = _Cells(desk.theme, rows, row_height=ROW)
        self._delegate = cells
        self.setItemDelegate(cells)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.chosen.connect(lambda _row: self._fit())

    def show_rows(self, evidence: Sequence[EvidenceRow], *, foreign: str, ours: str) -> None:
        """Other evidence; the head names both sides."""
        self._foreign, self._ours = foreign, ours
        self._fixed.columns = self._made()
        top = self.verticalScrollBar().value()
        self._fixed.set_rows(evidence)
        self._fit()
        self.verticalScrollBar().setValue(top)
        self.horizontalHeader().viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shares the width anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Field and points keep their width; two lines where words need them, all of them for one row."""
        room = self.viewport().width() - 84 - 64
        sides = round(room * 0.32)
        for place, width in enumerate((84, sides, sides, room - 2 * sides, 64)):
            self.setColumnWidth(place, max(width, 40))
        marked = self.currentIndex().row()
        for place in range(self._fixed.rowCount()):
            row = self._fixed.row_at(place)
            role, verdict_room = role_of(row), room - 2 * sides - _PADDING - _ICON
            texts = ((row.amazon, role, sides - _PADDING), (row.x3, role, sides - _PADDING))
            lines = max(
                len(broken(text, face, width))
                for text, face, width in (*texts, (row.words, Role.CHIP, verdict_room))
            )
            whole = ROW + round((lines - 1) * QFontMetricsF(font(role)).height())
            self.setRowHeight(place, ROW if lines == 1 else max(whole, TALL) if place == marked else TALL)

    def _made(self) -> tuple[Column[EvidenceRow], ...]:
        return (
            Column("field", "Field", lambda row: row.field, tone="text2", width=84),
            Column("foreign", self._foreign, lambda row: row.amazon, middle=True),
            Column("ours", self._ours, lambda row: row.x3, middle=True),
            Column("verdict", "Verdict", verdict, kind=Kind.STATE),
            Column("points", "Points", points, kind=Kind.NUMBER, role=Role.PANEL, tone=points_tone, width=64),
        )


def verdict(row: EvidenceRow) -> State:
    """What follows from a field, as icon and words."""
    icon, tone = VERDICTS[row.verdict] if row.words else ("", Tone.IDLE)
    return State(icon, row.words, tone)


def points(row: EvidenceRow) -> str | None:
    """Signed points, None where the field is worth none by itself."""
    return None if row.points is None else signed(row.points)


def points_tone(row: EvidenceRow) -> str:
    """Green, red, or grey for nothing."""
    if not row.points:
        return "muted"
    return "ok" if row.points > 0 else "bad"
