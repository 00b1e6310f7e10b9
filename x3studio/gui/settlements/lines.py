"""The rows of a settlement, a million and more: read from its columns as they come into sight."""

from collections.abc import Collection, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from x3studio.domain.settlements import Triple
from x3studio.gui.page import Desk
from x3studio.gui.settlements.words import figure
from x3studio.gui.tasks import Tasks
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.inputs import Input
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import boxed, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.model import Index, RowsModel
from x3studio.gui.widgets.table.view import Table

if TYPE_CHECKING:
    from x3studio.settlement.settlement import Settlement
    from x3studio.settlement.viewing import LineRow

_NOWHERE = QModelIndex()
_TYPING_MS = 180
_ALL_KEYS = 20_000
"""More rows than this are never selected at once: Qt would hold an object for each."""
_NEAR = 500
_NO_ROWS: NDArray[np.int64] = np.zeros(0, np.int64)


def _kind(triple: Triple) -> str:
    """ "Order / ItemFees"; one of the two where Amazon writes it twice."""
    first, second = triple.transaction_type, triple.amount_type
    return first if first == second or not second else f"{first} / {second}"


COLUMNS: tuple[Column["LineRow"], ...] = (
    Column("line", "Line", lambda row: row.line, kind=Kind.NUMBER, width=62, tone="muted", sortable=True),
    Column("day", "Posted", lambda row: row.day, width=98, tone="text2", sortable=True),
    Column("kind", "Type", lambda row: _kind(row.triple), width=120, tone="text2", sortable=True),
    Column("description", "Description", lambda row: row.triple.amount_description, width=150, stretch=True),
    Column("order", "Order", lambda row: row.order, width=180, middle=True, sortable=True),
    Column("sku", "SKU", lambda row: row.sku, width=106, middle=True, sortable=True),
    Column("channel", "By", lambda row: row.channel, width=46, tone="text2"),
    Column("amount", "Amount", lambda row: figure(row.amount, ""), kind=Kind.NUMBER, width=96, sortable=True),
)


class _Whole(Sequence["LineRow"]):
    """All shown rows for an export: each is made when it is written."""

    def __init__(self, settlement: "Settlement", order: NDArray[np.int64]) -> None:
        self._settlement, self._order = settlement, order

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> "LineRow": ...
    @overload
    def __getitem__(self, place: slice) -> Sequence["LineRow"]: ...
    def __getitem__(self, place: int | slice) -> "LineRow | Sequence[LineRow]":
        if isinstance(place, slice):
            return _Whole(self._settlement, self._order[place])
        return _line(self._settlement, int(self._order[place]))

    def __iter__(self) -> Iterator["LineRow"]:
        return (_line(self._settlement, place) for place in self._order.tolist())


def _line(settlement: "Settlement", place: int) -> "LineRow":
    from x3studio.settlement.viewing import line_at

    return line_at(settlement, place)


class LineRows(RowsModel["LineRow"]):
    """Rows of one settlement in an order; nothing is kept but their numbers."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__(COLUMNS, key=lambda row: row.place)
        self._tasks = tasks
        self._settlement: Settlement | None = None
        self._order = _NO_ROWS
        self._triples: frozenset[Triple] | None = None
        self._text = ""
        self._turn = 0
        self._near: dict[int, LineRow] = {}
        """Rows that were just painted: each cell asks for its row again."""
        self.sort_requested.connect(lambda _key, _down: self._tasks.start(self._arrange(), name="sort"))

    @property
    def settlement(self) -> "Settlement | None":
        """Whose rows are shown."""
        return self._settlement

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """The rows that pass."""
        return 0 if parent.isValid() else len(self._order)

    def row_at(self, row: int) -> "LineRow":
        """A row, made from the columns now."""
        if self._settlement is None:
            raise IndexError(row)
        place = int(self._order[row])
        found = self._near.get(place)
        if found is None:
            if len(self._near) >= _NEAR:
                self._near.clear()
            found = self._near[place] = _line(self._settlement, place)
        return found

    def position(self, key: Hashable) -> int | None:
        """Where a row is shown."""
        found = np.flatnonzero(self._order == key)
        return int(found[0]) if found.size else None

    def whole(self) -> Sequence["LineRow"]:
        """Every row that passes, made while it is written."""
        return _Whole(self._settlement, self._order) if self._settlement is not None else ()

    def clear(self) -> None:
        """No settlement."""
        self._turn += 1
        self.beginResetModel()
        self._near.clear()
        self._settlement, self._order = None, _NO_ROWS
        self.endResetModel()

    async def show(self, settlement: "Settlement", *, triples: Collection[Triple] | None, text: str) -> None:
        """Rows of these kinds (None: all) that hold the text; () are none."""
        self._triples = None if triples is None else frozenset(triples)
        self._text = text
        await self._arrange(settlement)

    async def _arrange(self, settlement: "Settlement | None" = None) -> None:
        shown = settlement or self._settlement
        if shown is None:
            return
        self._turn += 1
        turn = self._turn
        order = await self._tasks.offload(
            _arranged, shown, self._triples, self._text, self.sorted_by, descending=self.descending
        )
        if turn != self._turn:
            return  # something else was asked for meanwhile
        self.beginResetModel()
        self._near.clear()
        self._settlement, self._order = shown, order
        self.endResetModel()


def _arranged(
    settlement: "Settlement", triples: frozenset[Triple] | None, text: str, by: str, *, descending: bool
) -> NDArray[np.int64]:
    from x3studio.settlement.viewing import in_order, select

    rows = select(settlement, triples=triples, text=text)
    return in_order(settlement, rows, by=by, descending=descending) if by else rows


class LinesTable(Table["LineRow"]):
    """Never selects a million rows at once."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+A only where it is few; the export takes them all."""
        if event.matches(QKeySequence.StandardKey.SelectAll) and self.rows.rowCount() > _ALL_KEYS:
            return
        super().keyPressEvent(event)


class Lines(QWidget):
    """Search and filter above the rows."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        theme = desk.theme
        self._desk = desk
        self._triples: frozenset[Triple] | None = None
        self.entry = 0
        """The settlement whose rows are shown."""
        self._sought = 0
        self.search = Input(
            theme, name="Search the rows", hint="Order, SKU or description", icon="search", key="Ctrl+F"
        )
        self.filter = Button(theme, "", icon="x", small=True, name="")
        self.filter.hide()
        self.count = Label(theme, role=Role.SECONDARY, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self.export = Button(theme, "Export", icon="file-spreadsheet", look=Look.GHOST, small=True)
        self.rows = LineRows(desk.tasks)
        self.table = LinesTable(
            theme, self.rows, name="Rows", tasks=desk.tasks, memory=desk.memory, several=True
        )
        head = row(self.search, self.filter, self.count, self.export, margins=(12, 8, 12, 8))
        head.setStretch(2, 1)
        self.search.setMinimumWidth(220)
        self.pane = Pane(theme, boxed(column(self.table, gap=0)))
        whole = column(boxed(head, surface="surface"), self.pane, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_MS)
        self._pause.timeout.connect(self._again)
        self.search.textChanged.connect(lambda _text: self._pause.start())
        self.filter.clicked.connect(lambda: self.keep(None, ""))
        self.export.clicked.connect(self.table.ask_export)

    def keep(self, triples: Collection[Triple] | None, words: str, *, text: str | None = None) -> None:
        """Only rows of these kinds, called by these words; None shows all. `text` is searched for."""
        if text is not None:
            blocked = self.search.blockSignals(True)
            self.search.setText(text)
            self.search.blockSignals(blocked)
        self._triples = None if triples is None else frozenset(triples)
        self.filter.setText(words)
        self.filter.setAccessibleName(f"Show all rows, not only {words}" if words else "")
        self.filter.setVisible(bool(words))
        self._again()

    def show_busy(self) -> None:
        """The file is being read."""
        self.rows.clear()
        self.pane.show_state().show_busy("Reading the rows", "Every line of the archived file")

    async def show_settlement(self, settlement: "Settlement") -> None:
        """Its rows, in the filter and order in force."""
        await self.rows.show(settlement, triples=self._triples, text=self.search.text().strip())
        self._say()
        self._go(settlement)

    def seek(self, line: int) -> None:
        """Goes to a line of the file as soon as the rows are shown."""
        self._sought = line

    def _go(self, settlement: "Settlement") -> None:
        found = np.flatnonzero(settlement.numbers == self._sought)
        if self._sought and found.size and self.table.choose(int(found[0])):
            self._sought = 0
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _again(self) -> None:
        # While the file is being read there is nothing to filter; what was typed holds once it is here.
        if self.rows.settlement is not None:
            self._desk.tasks.start(self.show_settlement(self.rows.settlement), name="filter the rows")

    def _say(self) -> None:
        settlement, shown = self.rows.settlement, self.rows.rowCount()
        total = settlement.rows if settlement is not None else 0
        self.count.setText(f"{shown:,} of {total:,} rows")
        if shown:
            self.pane.show_content()
            return
        self.pane.show_state().show_empty(
            "No row passes",
            f"Looked through {total:,} rows",
            icon="search-x",
            tone="muted",
            action="Show all rows",
            act=self._show_all,
        )

    def _show_all(self) -> None:
        self.search.clear()
        self.keep(None, "")
