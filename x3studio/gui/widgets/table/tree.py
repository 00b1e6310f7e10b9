"""A table with a tree in a column: the chevron and the arrow keys open and close, rows stay flat values."""

from typing import Generic

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from x3studio.gui.widgets.table.columns import Kind, R, TreeCell
from x3studio.gui.widgets.table.delegate import INDENT, PADDING
from x3studio.gui.widgets.table.view import Table


class TreeTable(Table[R], Generic[R]):
    """`folded` carries a row and whether it is to be open; whoever listens shows the other rows."""

    folded = Signal(object, bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Right opens, Left closes; everything else as in every table."""
        row = self.current()
        wanted = {Qt.Key.Key_Right: True, Qt.Key.Key_Left: False}.get(Qt.Key(event.key()))
        if row is not None and wanted is not None and self._open(row) is not None:
            if self._open(row) is not wanted:
                self.folded.emit(row, wanted)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the chevron opens or closes and moves nothing else."""
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index.isValid():
            row, column = self.rows.row_at(index.row()), self.rows.columns[index.column()]
            cell = column.value(row) if column.kind is Kind.TREE else None
            left = self.visualRect(index).left() + PADDING
            if isinstance(cell, TreeCell) and cell.open is not None:
                start = left + INDENT * cell.level
                if start - 4 <= event.position().x() < start + INDENT:
                    self.folded.emit(row, not cell.open)
                    return
        super().mousePressEvent(event)

    def _open(self, row: R) -> bool | None:
        for column in self.rows.columns:
            if column.kind is Kind.TREE and isinstance(cell := column.value(row), TreeCell):
                return cell.open
        return None
