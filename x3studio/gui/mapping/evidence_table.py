"""Amazon and X3 side by side, one field a row: what each says, what follows, and the points it is worth."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QResizeEvent

from x3studio.gui.mapping.reasons import signed
from x3studio.gui.mapping.tables import PageTable
from x3studio.gui.page import Desk
from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.paint import words
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.delegate import CellDelegate
from x3studio.gui.widgets.table.fixed import FixedRows
from x3studio.workbench import EvidenceRow, Verdict

ROW, TALL = 28, 42
_PADDING = 20
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
    """Long titles on two lines, codes in the mono face, what is in doubt in bold."""

    def _text(self, painter: QPainter, area: QRectF, column: Column[Any], row: Any, text: str) -> None:
        if column.key not in ("foreign", "ours"):
            super()._text(painter, area, column, row, text)
            return
        role = role_of(row)
        ink = self._theme.tokens.word("muted" if text == "–" else "text")
        if QFontMetricsF(font(role)).horizontalAdvance(text) <= area.width() or area.height() < TALL - 1:
            words(painter, area, text, font_=font(role), colour=ink)
            return
        painter.setFont(font(role))
        painter.setPen(ink)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, flags, text)


def role_of(row: EvidenceRow) -> Role:
    """The face of both sides' words."""
    if row.verdict in _TINTS:
        return Role.STRONG
    return Role.CODE if row.field in _MONO else Role.BODY


class EvidenceTable(PageTable[EvidenceRow]):
    """Read like a sheet; letters belong to the page."""

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
        """Field and points keep their width; two lines where a title needs them."""
        room = self.viewport().width() - 84 - 64
        sides = round(room * 0.32)
        for place, width in enumerate((84, sides, sides, room - 2 * sides, 64)):
            self.setColumnWidth(place, max(width, 40))
        for place in range(self._fixed.rowCount()):
            row = self._fixed.row_at(place)
            metrics = QFontMetricsF(font(role_of(row)))
            widest = max(metrics.horizontalAdvance(text) for text in (row.amazon, row.x3))
            self.setRowHeight(place, TALL if widest > sides - _PADDING else ROW)

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
