"""Layouts that give way to narrow windows: two columns that stack, and equal cells that wrap."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QSizePolicy, QWidget

from x3studio.gui.widgets.layout import row


class Fold(QWidget):
    """Two columns beside each other; below each other where they do not fit.

    `second` gives the right column a width of its own, None halves the room.
    """

    def __init__(self, left: QWidget, right: QWidget, *, second: int | None = None, gap: int = 12) -> None:
        super().__init__()
        self._left, self._right, self._second = left, right, second
        self._layout = row(left, right, gap=gap)
        self._layout.setStretch(0, 1)
        self._layout.setStretch(1, 0 if second else 1)
        self.setLayout(self._layout)
        self._place(folded=False)

    @property
    def folded(self) -> bool:
        """Whether the columns are below each other."""
        return self._layout.direction() is QBoxLayout.Direction.TopToBottom

    def minimumSizeHint(self) -> QSize:
        """As wide as the wider column, as high as they need now."""
        width = max(self._left.minimumSizeHint().width(), self._right.minimumSizeHint().width())
        return QSize(width, self._layout.totalMinimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Folds and unfolds."""
        super().resizeEvent(event)
        # By what the columns need, not by a fixed width: their contents change.
        left, right = self._left.minimumSizeHint().width(), self._right.minimumSizeHint().width()
        needed = left + (self._second or right) + self._layout.spacing()
        if self._second is None:
            needed = 2 * max(left, right) + self._layout.spacing()
        self._place(folded=event.size().width() < needed)

    def _place(self, *, folded: bool) -> None:
        direction = QBoxLayout.Direction
        self._layout.setDirection(direction.TopToBottom if folded else direction.LeftToRight)
        if self._second:
            self._right.setMinimumWidth(0 if folded else self._second)
            self._right.setMaximumWidth(16_777_215 if folded else self._second)
        self.updateGeometry()


class Wrap(QWidget):
    """Cells of one width, as many a row as have room at `least` pixels, evenly spread over the rows."""

    def __init__(self, cells: Sequence[QWidget], *, least: int, most: int, gap: int = 12) -> None:
        super().__init__()
        self._cells, self._least, self._most = list(cells), least, most
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(gap)
        self.setLayout(self._grid)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._columns = 0
        self._arrange(most)

    def minimumSizeHint(self) -> QSize:
        """One cell wide, as high as the rows that are needed now."""
        return QSize(self._least, self._grid.totalMinimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Takes as many columns as fit."""
        super().resizeEvent(event)
        gap = self._grid.horizontalSpacing()
        self._arrange((event.size().width() + gap) // (self._least + gap))

    def _arrange(self, columns: int) -> None:
        columns = max(min(columns, self._most, len(self._cells)), 1)
        rows = -(-len(self._cells) // columns)
        columns = max(-(-len(self._cells) // max(rows, 1)), 1)
        if columns == self._columns:
            return
        for place in range(self._columns):
            self._grid.setColumnStretch(place, 0)
        self._columns = columns
        for place, cell in enumerate(self._cells):
            self._grid.addWidget(cell, place // columns, place % columns)
        for place in range(columns):
            self._grid.setColumnStretch(place, 1)
        self.updateGeometry()
