"""The table people see: keeps the current row under the eye, copies, exports, remembers its widths."""

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QHeaderView, QMenu, QTableView

from x3studio.gui.memory import Memory
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role, font
from x3studio.gui.widgets.paint import rings
from x3studio.gui.widgets.table.columns import Kind, R
from x3studio.gui.widgets.table.delegate import CellDelegate
from x3studio.gui.widgets.table.export import tsv, write_csv
from x3studio.gui.widgets.table.header import Header
from x3studio.gui.widgets.table.model import RowsModel


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the user is: the current row, and the row the eye rests on, `offset` px below the top."""

    current: Hashable
    column: int
    anchor: Hashable
    offset: int
    scrolled: bool


class Table(QTableView, Generic[R]):
    """`chosen` tells that the current row changed, `opened` that it was double-clicked or Enter was pressed.

    `name` is spoken, and column widths are remembered under it. `exported` carries path and rows.
    """

    chosen = Signal(object)
    opened = Signal(object)
    exported = Signal(str, int)

    def __init__(
        self,
        theme: Theme,
        model: RowsModel[R],
        *,
        name: str,
        tasks: Tasks,
        memory: Memory | None = None,
        row_height: int = 28,
        several: bool = False,
    ) -> None:
        super().__init__()
        self.rows, self._tasks, self._memory, self._name = model, tasks, memory, name
        self._place: _Place | None = None
        self._restoring = False
        self._delegate = CellDelegate(theme, model, row_height=row_height)
        self.setAccessibleName(name)
        self.setFont(font(Role.BODY))
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self._set_behaviour(several=several)
        self._set_sizes(theme, row_height)
        model.modelAboutToBeReset.connect(self._remember_place)
        model.modelReset.connect(self._restore_place)
        model.rowsInserted.connect(lambda *_: self._look_ahead())
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._look_ahead())

    def current(self) -> R | None:
        """The row the user is on."""
        index = self.currentIndex()
        return self.rows.row_at(index.row()) if index.isValid() else None

    def selected(self) -> list[R]:
        """The selected rows, from top to bottom."""
        return [self.rows.row_at(place) for place in self._selected_places()]

    def choose(self, key: Hashable) -> bool:
        """Makes the row with that key current and visible; False where it is not here."""
        place = self.rows.position(key)
        if place is None:
            return False
        self.setCurrentIndex(self.rows.index(place, max(self.currentIndex().column(), 0)))
        self.scrollTo(self.currentIndex())
        return True

    def choose_first(self) -> None:
        """Makes the first row current, where there is one and none is."""
        if self.rows.rowCount() and not self.currentIndex().isValid():
            self.setCurrentIndex(self.rows.index(0, 0))

    def step(self, by: int) -> None:
        """Goes up (negative) or down by rows."""
        place = min(max(self.currentIndex().row() + by, 0), self.rows.rowCount() - 1)
        if place >= 0:
            self.setCurrentIndex(self.rows.index(place, max(self.currentIndex().column(), 0)))

    def copy(self) -> None:
        """Puts titles and selected rows on the clipboard, tab between cells."""
        QGuiApplication.clipboard().setText(tsv(self.rows.columns, self.selected()))

    def ask_export(self) -> None:
        """Asks for a file, then writes every shown row as CSV."""
        dialog = QFileDialog(self.window(), "Export rows", f"{self._name}.csv", "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.export(Path(path)))
        dialog.open()

    def export(self, path: Path) -> None:
        """Writes every row that passes the filter, off this thread; `exported` tells the end."""
        self._tasks.start(self._export(path), name="export rows")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies, Enter opens, Space checks."""
        index = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.opened.emit(self.rows.row_at(index.row()))
        elif event.key() == Qt.Key.Key_Space and index.isValid() and self._check_column() is not None:
            self.rows.toggle(index.row())
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click into a check cell toggles it."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        left = event.button() is Qt.MouseButton.LeftButton
        if left and index.isValid() and index.column() == self._check_column():
            self.rows.toggle(index.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The whole row answers to the pointer."""
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        """No row is hovered."""
        super().leaveEvent(event)
        self._hover(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The cell shows its ring only where focus came by a key."""
        self._delegate.ringed = rings(event, before=self._delegate.ringed)
        super().focusInEvent(event)
        if self._delegate.ringed:
            self.choose_first()

    def currentChanged(self, current: Any, previous: Any) -> None:
        """Tells which row is current now."""
        super().currentChanged(current, previous)
        if current.isValid() and current.row() != previous.row() and not self._restoring:
            self.chosen.emit(self.rows.row_at(current.row()))

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Repaints whole rows: the edge at the left belongs to them."""
        super().selectionChanged(selected, deselected)
        self.viewport().update()

    def _set_behaviour(self, *, several: bool) -> None:
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if several else mode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._offer)
        self.doubleClicked.connect(lambda index: self.opened.emit(self.rows.row_at(index.row())))

    def _set_sizes(self, theme: Theme, row_height: int) -> None:
        upright = self.verticalHeader()
        upright.setVisible(False)
        upright.setMinimumSectionSize(row_height)
        upright.setDefaultSectionSize(row_height)
        upright.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = Header(theme, self.rows, self)
        self.setHorizontalHeader(header)
        for place, column in enumerate(self.rows.columns):
            stored = self._memory.number(self._width_key(place)) if self._memory else None
            self.setColumnWidth(place, stored or column.width)
            if column.stretch:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        header.sectionResized.connect(self._remember_width)

    def _width_key(self, place: int) -> str:
        return f"columns/{self._name}/{self.rows.columns[place].key}"

    def _remember_width(self, place: int, _old: int, new: int) -> None:
        # A stretch column's width follows the window: only what the user dragged is kept.
        if self._memory is not None and not self.rows.columns[place].stretch and self.isVisible():
            self._memory.keep(self._width_key(place), new)

    def _check_column(self) -> int | None:
        kinds = [column.kind for column in self.rows.columns]
        return kinds.index(Kind.CHECK) if Kind.CHECK in kinds else None

    def _selected_places(self) -> list[int]:
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered:
            self._delegate.hovered = row
            self.viewport().update()

    def _look_ahead(self) -> None:
        last = self.rowAt(self.viewport().height() - 1)
        self.rows.want(last if last >= 0 else self.rows.rowCount() - 1)

    def _remember_place(self) -> None:
        index = self.currentIndex()
        seen = index.isValid() and self.visualRect(index).intersects(self.viewport().rect())
        anchor = index if seen else self.indexAt(QPoint(4, 4))
        self._place = _Place(
            current=self._key_at(index),
            column=max(index.column(), 0),
            anchor=self._key_at(anchor),
            offset=self.rowViewportPosition(anchor.row()) if anchor.isValid() else 0,
            # At the very top and with nothing chosen, what is new comes into sight instead.
            scrolled=seen or self.verticalScrollBar().value() > 0,
        )

    def _restore_place(self) -> None:
        place, self._restoring = self._place, True
        self.updateGeometries()
        if place is not None:
            row = self._position(place.current)
            if row is not None:
                flags = QItemSelectionModel.SelectionFlag
                index = self.rows.index(row, place.column)
                self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            anchor = self._position(place.anchor)
            if anchor is not None and place.scrolled:
                height = self.verticalHeader().defaultSectionSize()
                self.verticalScrollBar().setValue(anchor * height - place.offset)
        self._place, self._restoring = None, False
        self._look_ahead()

    def _key_at(self, index: QModelIndex) -> Hashable:
        return self.rows.key(self.rows.row_at(index.row())) if index.isValid() else None

    def _position(self, key: Hashable) -> int | None:
        return self.rows.position(key) if key is not None else None

    def _offer(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        cell = self.indexAt(at)
        if cell.isValid():
            text = self.rows.columns[cell.column()].text(self.rows.row_at(cell.row()))
            menu.addAction("Copy cell", lambda: QGuiApplication.clipboard().setText(text))
            menu.addAction("Copy rows\tCtrl+C", self.copy)
        menu.addAction("Export as CSV …", self.ask_export)
        menu.popup(self.viewport().mapToGlobal(at))

    async def _export(self, path: Path) -> None:
        await self.rows.complete_rows()
        count = await self._tasks.offload(write_csv, path, self.rows.columns, self.rows.whole())
        self.exported.emit(str(path), count)
