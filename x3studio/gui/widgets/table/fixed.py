"""Short lists that are simply there: previews in dialogs, the steps of a test, the lines of a document."""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic

from PySide6.QtCore import QModelIndex, QObject

from x3studio.gui.theme import Tone
from x3studio.gui.widgets.table.columns import Column, R
from x3studio.gui.widgets.table.loaded import arranged
from x3studio.gui.widgets.table.model import Index, RowsModel

_NOWHERE = QModelIndex()


class FixedRows(RowsModel[R], Generic[R]):
    """Up to some 2,000 rows, sorted at once on the window's thread."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        key: Callable[[R], Hashable],
        rows: Sequence[R] = (),
        tint: Callable[[R], Tone | None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, key=key, tint=tint, parent=parent)
        self._rows: Sequence[R] = rows
        self.sort_requested.connect(lambda _key, _descending: self.set_rows(self._rows))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """All rows."""
        return 0 if parent.isValid() else len(self._rows)

    def row_at(self, row: int) -> R:
        """The row shown at a position."""
        return self._rows[row]

    def set_rows(self, rows: Sequence[R]) -> None:
        """Other rows, in the order asked for."""
        column = next((column for column in self.columns if column.key == self.sorted_by), None)
        order = arranged(rows, None, column.sort if column else None, descending=self.descending)
        self.beginResetModel()
        self._rows = [rows[place] for place in order]
        self.endResetModel()
