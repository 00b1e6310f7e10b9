"""Rows for Qt: translates values to roles and knows the checked ones; no queries, no business."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from x3studio.gui.theme import Tone
from x3studio.gui.widgets.table.columns import Column, Kind, R

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_ROLE = Qt.ItemDataRole
_PLAIN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_CHECKED = {
    Qt.CheckState.Checked: "chosen",
    Qt.CheckState.PartiallyChecked: "partly chosen",
    Qt.CheckState.Unchecked: "not chosen",
}
_CHECKABLE = _PLAIN | Qt.ItemFlag.ItemIsUserCheckable


class RowsModel(QAbstractTableModel, Generic[R]):
    """The base of both sources. `key` tells rows apart across reloads; `tint` marks a whole row."""

    checked_changed = Signal()
    sort_requested = Signal(str, bool)
    """Column key and whether descending; heard where a source sorts."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        key: Callable[[R], Hashable],
        tint: Callable[[R], Tone | None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.key, self.tint = key, tint
        self.checked: set[Hashable] = set()
        self.sorted_by = ""
        self.descending = False

    def row_at(self, row: int) -> R:
        """The row shown at a position."""
        raise NotImplementedError

    def position(self, key: Hashable) -> int | None:
        """Where a row is shown, None where it is not."""
        return next((row for row in range(self.rowCount()) if self.key(self.row_at(row)) == key), None)

    def want(self, row: int) -> None:
        """Tells that the user is about to see this row; paged sources fetch ahead."""

    async def complete_rows(self) -> None:
        """Makes every row available; paged sources read what is missing."""

    def snapshot(self) -> list[R]:
        """The shown rows as they are now, to be used by another thread."""
        return [self.row_at(row) for row in range(self.rowCount())]

    def whole(self) -> Sequence[R]:
        """What an export writes; sources of millions of rows make each row when it is asked for."""
        return self.snapshot()

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """The number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        """Words for people and screen readers; the delegate reads the row itself."""
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        row = self.row_at(index.row())
        if column.kind is Kind.CHECK:
            return self._check_data(row, role)
        match role:
            case _ROLE.DisplayRole:
                return column.text(row)
            case _ROLE.ToolTipRole:
                return column.text(row)
            case _ROLE.AccessibleTextRole:
                return f"{column.title}: {column.text(row)}"
            case _ROLE.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
            case _:
                return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        """Column titles."""
        if orientation is Qt.Orientation.Horizontal and role in (_ROLE.DisplayRole, _ROLE.AccessibleTextRole):
            column = self.columns[section]
            return column.title or ("Chosen" if column.kind is Kind.CHECK else column.key)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be chosen; check cells can be checked."""
        # Asked twice for each cell of a frame.
        checked = index.isValid() and self.columns[index.column()].kind is Kind.CHECK
        return _CHECKABLE if checked else _PLAIN

    def check_state(self, row: R) -> Qt.CheckState:
        """Whether a row is checked; of one that stands for several, whether all of them are, or some."""
        return Qt.CheckState.Checked if self.key(row) in self.checked else Qt.CheckState.Unchecked

    def all_checked(self) -> Qt.CheckState:
        """Whether all rows are checked, some or none."""
        if not self.checked:
            return Qt.CheckState.Unchecked
        every = len(self.checked) >= self.rowCount()
        return Qt.CheckState.Checked if every else Qt.CheckState.PartiallyChecked

    def toggle(self, row: int) -> None:
        """Checks or unchecks a row."""
        self.checked ^= {self.key(self.row_at(row))}
        self._checks_changed(row, row)

    def check_all(self, on: bool) -> None:
        """Checks every shown row, or none."""
        self.checked = {self.key(self.row_at(row)) for row in range(self.rowCount())} if on else set()
        self._checks_changed(0, self.rowCount() - 1)

    def ask_sort(self, column: Column[R]) -> None:
        """A click on a header: numbers start with the largest, a second click turns round."""
        if self.sorted_by == column.key:
            self.descending = not self.descending
        else:
            self.sorted_by, self.descending = column.key, column.right
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        self.sort_requested.emit(self.sorted_by, self.descending)

    def _check_data(self, row: R, role: int) -> Any:
        state = self.check_state(row)
        match role:
            case _ROLE.CheckStateRole:
                return state
            case _ROLE.AccessibleTextRole:
                return _CHECKED[state]
            case _:
                return None

    def _checks_changed(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        self.checked_changed.emit()
