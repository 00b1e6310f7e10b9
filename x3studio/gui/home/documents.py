"""The latest documents: which order became which X3 number, how fast, and what is proven of it."""

from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from x3studio.domain.outbox import OutboxRecord
from x3studio.gui.home import data
from x3studio.gui.home.words import document_state, minutes_to_x3
from x3studio.gui.page import Desk
from x3studio.gui.states import clock
from x3studio.gui.typography import Role
from x3studio.gui.widgets.layout import boxed, column
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import Card
from x3studio.gui.widgets.table.columns import Column, Kind
from x3studio.gui.widgets.table.paged import PagedRows
from x3studio.store import Page

_LEAST_ROWS, _LEAST_WIDTH = 4, 640
_HEADER = _ROW = 28
COLUMNS: tuple[Column[OutboxRecord], ...] = (
    Column("order", "Order", lambda record: record.reference, role=Role.STRONG, stretch=True, middle=True),
    Column("number", "X3 number", lambda record: record.number, width=168),
    Column("seen", "Read", lambda record: clock(record.seen_at), kind=Kind.NUMBER, width=66, tone="text2"),
    Column("took", "Min to X3", minutes_to_x3, kind=Kind.NUMBER, width=86),
    Column("state", "State", document_state, kind=Kind.STATE, width=190),
)


class LatestDocuments(Card):
    """A click or Enter opens the record's story on the page of runs, where there is one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.theme, title="Latest documents")
        self._desk = desk
        store = desk.host.store

        async def fetch(cursor: Any) -> Page[OutboxRecord]:
            return await data.load_documents(store, cursor)

        self.rows = PagedRows(COLUMNS, key=lambda record: record.id, fetch=fetch, tasks=desk.tasks)
        # The table comes with its rows: this page is the first thing that is painted after a start.
        self._place = column(gap=0)
        self._pane = Pane(desk.theme, boxed(self._place))
        # It takes what the page has left, however many rows there are.
        self._pane.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._pane.setMinimumHeight(_HEADER + _LEAST_ROWS * _ROW + 2)
        self._pane.show_state().show_busy("Reading the workspace")
        self.add(column(self._pane, gap=0, margins=(0, 0, 0, 6)), stretch=1)
        self.setMinimumWidth(_LEAST_WIDTH)

    async def reload(self) -> int:
        """Reads what is shown again; returns how many rows are here."""
        await self.rows.reload()
        if self.rows.rowCount():
            if not self._place.count():
                self._place.addWidget(self._table())
            self._pane.show_content()
        else:
            detail = "Orders appear here as soon as a run has taken them in hand."
            self._pane.show_state().show_empty("No documents yet", detail, icon="shopping-cart", tone="muted")
        return self.rows.rowCount()

    def _table(self) -> QWidget:
        from x3studio.gui.widgets.table.view import Table

        desk = self._desk
        table = Table(desk.theme, self.rows, name="Latest documents", tasks=desk.tasks, memory=desk.memory)
        if desk.has_page("runs"):
            table.opened.connect(self._open)
            table.clicked.connect(self._clicked)
            table.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        return table

    def _clicked(self, index: QModelIndex) -> None:
        self._open(self.rows.row_at(index.row()))

    def _open(self, record: OutboxRecord) -> None:
        self._desk.go("runs", record.reference)
