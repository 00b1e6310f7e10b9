"""Rows by pages: the next page is fetched before the user gets there, so that no cell says "loading"."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QModelIndex, QObject

from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.table.columns import Column, R
from x3studio.gui.widgets.table.model import Index, RowsModel

_NOWHERE = QModelIndex()
_AHEAD = 150
"""Rows below the last visible one that should be there already: four screens."""
S_co = TypeVar("S_co", covariant=True)


class PageOf(Protocol[S_co]):
    """The store's Page: rows and the key to go on from, None at the end."""

    @property
    def rows(self) -> Sequence[S_co]: ...

    @property
    def next(self) -> Any: ...


class PagedRows(RowsModel[R], Generic[R]):
    """`fetch(cursor)` reads one page off this thread; None asks for the first."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        key: Callable[[R], Hashable],
        fetch: Callable[[Any], Awaitable[PageOf[R]]],
        tasks: Tasks,
        tint: Callable[[R], Tone | None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, key=key, tint=tint, parent=parent)
        self._fetch, self._tasks = fetch, tasks
        self._rows: list[R] = []
        self._cursor: Any = None
        self._fetching = False
        self._turn = 0

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """The rows that are here so far."""
        return 0 if parent.isValid() else len(self._rows)

    def row_at(self, row: int) -> R:
        """The row shown at a position."""
        return self._rows[row]

    @property
    def complete(self) -> bool:
        """Whether the last page is here."""
        return self._cursor is None

    async def reload(self) -> None:
        """Reads again what is shown, at least the first page; the view keeps its place."""
        self._turn += 1
        turn, wanted, rows = self._turn, len(self._rows), list[R]()
        cursor: Any = None
        while True:
            page = await self._fetch(cursor)
            rows.extend(page.rows)
            cursor = page.next
            if cursor is None or len(rows) >= wanted:
                break
        if turn == self._turn:
            self._replace(rows, cursor)

    async def restart(self) -> None:
        """Starts again at the first page: after another filter or order."""
        self._turn += 1
        turn = self._turn
        page = await self._fetch(None)
        if turn == self._turn:
            self._replace(list(page.rows), page.next)

    def want(self, row: int) -> None:
        """Fetches the next page once the user is within four screens of the end."""
        if self._cursor is not None and not self._fetching and row + _AHEAD >= len(self._rows):
            self._fetching = True
            self._tasks.start(self._more(), name="read further rows")

    async def complete_rows(self) -> None:
        """Reads to the last page."""
        while self._cursor is not None:
            await self._more()

    async def _more(self) -> None:
        turn = self._turn
        try:
            page = await self._fetch(self._cursor)
        finally:
            self._fetching = False
        if turn != self._turn:
            return
        # The cursor first: inserted rows make the view ask for the page after this one.
        self._cursor = page.next
        first = len(self._rows)
        if page.rows:
            self.beginInsertRows(_NOWHERE, first, first + len(page.rows) - 1)
            self._rows.extend(page.rows)
            self.endInsertRows()

    def _replace(self, rows: list[R], cursor: Any) -> None:
        self._cursor = cursor
        if [self.key(row) for row in rows] == [self.key(row) for row in self._rows]:
            changed = rows != self._rows
            self._rows = rows
            if rows and changed:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
