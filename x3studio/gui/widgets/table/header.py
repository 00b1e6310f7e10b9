"""The table's head: the sort arrow stands beside the word, numbers right, a box that checks all."""

from typing import Any

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.checks import draw_check
from x3studio.gui.widgets.paint import picture, width_of, words
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.delegate import PADDING
from x3studio.gui.widgets.table.model import RowsModel

HEIGHT = 28


class Header(QHeaderView):
    """A click sorts, a drag on an edge changes the width."""

    def __init__(self, theme: Theme, model: RowsModel[Any], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme, self._rows = theme, model
        self.setFixedHeight(HEIGHT)
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setMinimumSectionSize(32)
        self.sectionClicked.connect(self._clicked)

    def sizeHint(self) -> QSize:
        """28 px high."""
        return QSize(super().sizeHint().width(), HEIGHT)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Ground, word, arrow."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, area = self._theme.tokens, QRectF(rect)
        painter.fillRect(area, tokens.zebra)
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), tokens.line2)
        column = self._rows.columns[section]
        inner = area.adjusted(PADDING, 0, -PADDING, -1)
        if column.kind is Kind.CHECK:
            box = QRectF(inner.left(), inner.center().y() - 8, 16, 16)
            draw_check(painter, box, self._theme, self._rows.all_checked())
        else:
            self._title(painter, inner, column)
        painter.restore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Shows a hand where a click sorts."""
        super().mouseMoveEvent(event)
        section = self.logicalIndexAt(event.position().toPoint())
        if self.cursor().shape() is not Qt.CursorShape.SplitHCursor and section >= 0:
            able = self._rows.columns[section].can_sort
            self.setCursor(Qt.CursorShape.PointingHandCursor if able else Qt.CursorShape.ArrowCursor)

    def _title(self, painter: QPainter, area: QRectF, column: Column[Any]) -> None:
        tokens, is_sorted = self._theme.tokens, self._rows.sorted_by == column.key
        role = Role.SORTED if is_sorted else Role.CHIP
        ink = tokens.text if is_sorted else tokens.muted
        arrow = 16 if is_sorted else 0
        width = min(width_of(column.title, role), area.width() - arrow)
        left = area.right() - width - arrow if column.right else area.left()
        spot = QRectF(left, area.top(), width + 1, area.height())
        words(painter, spot, column.title, font_=font(role), colour=ink)
        if is_sorted:
            name = "arrow-down" if self._rows.descending else "arrow-up"
            at = QPointF(left + width + 3, area.center().y() - 6)
            picture(painter, self._theme, name, tokens.text, at=at, size=12)

    def _clicked(self, section: int) -> None:
        column = self._rows.columns[section]
        if column.kind is Kind.CHECK:
            self._rows.check_all(self._rows.all_checked() is not Qt.CheckState.Checked)
        elif column.can_sort:
            self._rows.ask_sort(column)
