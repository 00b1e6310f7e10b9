"""Rows that are all here (200,000 and more), filtered and sorted in a worker thread, shown in an order."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from heapq import merge
from typing import Any, Generic

from PySide6.QtCore import QModelIndex, QObject

from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.table.columns import Column, R
from x3studio.gui.widgets.table.model import Index, RowsModel

_NOWHERE = QModelIndex()
_CHUNK = 8_000
"""list.sort holds the interpreter until it ends: 8,000 rows take about 4 ms, less than a frame."""


class LoadedRows(RowsModel[R], Generic[R]):
    """Filters with a predicate over rows, sorts by the columns' `sort` keys; missing keys come last."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        key: Callable[[R], Hashable],
        tasks: Tasks,
        tint: Callable[[R], Tone | None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, key=key, tint=tint, parent=parent)
        self._tasks = tasks
        self._rows: Sequence[R] = ()
        self._order: Sequence[int] = ()
        self._places: dict[Hashable, int] = {}
        self._keep: Callable[[R], bool] | None = None
        self._turn = 0
        self.sort_requested.connect(lambda _key, _down: self._tasks.start(self.arrange(), name="sort"))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """The rows that pass the filter."""
        return 0 if parent.isValid() else len(self._order)

    def row_at(self, row: int) -> R:
        """The row shown at a position."""
        return self._rows[self._order[row]]

    def position(self, key: Hashable) -> int | None:
        """Where a row is shown, None where it is filtered out or gone."""
        place = self._places.get(key)
        return self._order.index(place) if place is not None and place in self._order else None

    @property
    def total(self) -> int:
        """All rows, filtered out or not."""
        return len(self._rows)

    async def set_rows(self, rows: Sequence[R]) -> None:
        """Other rows, in the filter and order in force."""
        await self._arrange(rows)

    async def keep(self, predicate: Callable[[R], bool] | None) -> None:
        """Shows only rows that pass; None shows all."""
        self._keep = predicate
        await self._arrange(self._rows)

    async def arrange(self) -> None:
        """Applies filter and order again."""
        await self._arrange(self._rows)

    async def _arrange(self, rows: Sequence[R]) -> None:
        self._turn += 1
        turn = self._turn
        column = next((column for column in self.columns if column.key == self.sorted_by), None)
        compare = column.sort if column else None
        order = await self._tasks.offload(arranged, rows, self._keep, compare, descending=self.descending)
        places = self._places
        if rows is not self._rows:
            places = await self._tasks.offload(_places, rows, self.key)
        if turn != self._turn:
            return  # another filter or order was asked for meanwhile
        self.beginResetModel()
        self._rows, self._order, self._places = rows, order, places
        self.endResetModel()


def _places(rows: Sequence[R], key: Callable[[R], Hashable]) -> dict[Hashable, int]:
    return {key(row): place for place, row in enumerate(rows)}


def arranged(
    rows: Sequence[R],
    keep: Callable[[R], bool] | None,
    compare: Callable[[R], Any] | None,
    *,
    descending: bool = False,
) -> list[int]:
    """The places of the rows that pass, in order; stable, rows without a key last either way."""
    places = [place for place, row in enumerate(rows) if keep is None or keep(row)]
    if compare is None:
        return places
    keyed, bare = list[tuple[Any, int]](), list[int]()
    for place in places:
        value = compare(rows[place])
        if value is None or value == "":
            bare.append(place)
        else:
            keyed.append((value, place))
    return [place for _value, place in _sorted(keyed, descending=descending)] + bare


def _sorted(keyed: list[tuple[Any, int]], *, descending: bool) -> Iterable[tuple[Any, int]]:
    # Sorted in pieces and merged by Python code, so that the window can paint in between.
    def first(pair: tuple[Any, int]) -> Any:
        return pair[0]

    pieces = [
        sorted(keyed[start : start + _CHUNK], key=first, reverse=descending)
        for start in range(0, len(keyed), _CHUNK)
    ]
    return merge(*pieces, key=first, reverse=descending)
