"""The queue: how many records pass the filter, in which order, and the table of them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from x3studio.domain.workbench import Kind
from x3studio.gui.mapping.rows import DeckRows
from x3studio.gui.mapping.tables import PageTable
from x3studio.gui.page import Desk
from x3studio.gui.states import counted
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import boxed, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import line
from x3studio.gui.widgets.table.columns import Kind as CellKind
from x3studio.workbench import Sort

FOCUS = (
    Sort.KEY,
    Sort.TITLE,
    "asin",
    Sort.UNITS,
    Sort.WORTH,
    Sort.TARGET,
    Sort.PACK,
    "standing",
    "channel",
    "brand",
    "owner",
    Sort.WAITING,
    Sort.CONFLICTS,
)
GRID = (
    "check",
    "state",
    Sort.KEY,
    Sort.TITLE,
    "asin",
    Sort.UNITS,
    Sort.LINES,
    Sort.WORTH,
    Sort.TARGET,
    "target_title",
    Sort.PACK,
    Sort.CONFIDENCE,
    "channel",
    "brand",
    "family",
    "owner",
    Sort.WAITING,
    "who",
    Sort.CONFLICTS,
)
_SHOWN = {
    "focus": (Sort.KEY, Sort.TITLE, Sort.UNITS, Sort.WORTH, Sort.TARGET, "standing", Sort.CONFLICTS),
    "grid": (
        "check",
        "state",
        Sort.KEY,
        Sort.TITLE,
        Sort.WORTH,
        Sort.TARGET,
        Sort.PACK,
        Sort.CONFIDENCE,
        Sort.CONFLICTS,
    ),
}
_OF_SALES = frozenset({Sort.UNITS, Sort.LINES, Sort.WORTH, Sort.PACK, "asin", "brand", "family", "channel"})
_FIRST_TO_GO = {
    "focus": frozenset({Sort.UNITS, Sort.CONFLICTS}),
    "grid": frozenset({Sort.UNITS, Sort.PACK, Sort.CONFLICTS}),
}
"""What a small window leaves out of the queue: the evidence below says it."""
ORDERS = (
    (Sort.WORTH, "revenue", True),
    (Sort.CONFIDENCE, "confidence", True),
    (Sort.LINES, "order lines", True),
    (Sort.WAITING, "orders that wait", True),
    (Sort.CONFLICTS, "conflicts", True),
    (Sort.STATE, "status", False),
    (Sort.KEY, "key", False),
    (Sort.TITLE, "title", False),
    (Sort.TARGET, "X3 item", False),
    (Sort.AT, "last decided", True),
)


_SCORES = frozenset({"standing", Sort.CONFIDENCE})


class ColumnsButton(Button):
    """Which columns a table shows, remembered by mode."""

    def __init__(self, desk: Desk, table: PageTable[int], *, mode: str) -> None:
        self._menu = QMenu()
        super().__init__(desk.theme, look=Look.GHOST, icon="columns-3", menu=self._menu, name="Columns")
        self._mode = mode
        self._desk, self._table, self._kept = desk, table, f"mapping/columns/{mode}"
        kept = desk.memory.text(self._kept)
        self._wanted = set(kept.split(" ")) if kept else {str(name) for name in _SHOWN[mode]}
        self._narrow = self._codes = self._blind = False
        self._fill()
        self.apply()

    def set_narrow(self, narrow: bool) -> None:
        """A small window leaves some columns out, whatever was chosen."""
        self._narrow = narrow
        self.apply()

    def show_kind(self, kind: Kind) -> None:
        """Codes are not sold: what counts sales is left out for them."""
        self._codes = kind.is_code_table
        self.apply()

    def hide_scores(self, blind: bool) -> None:
        """Whoever judges without the scores sees none, here neither."""
        self._blind = blind
        self.apply()

    def apply(self) -> None:
        """Shows what is wanted, makes sense and finds room."""
        out = {
            *(_FIRST_TO_GO[self._mode] if self._narrow else ()),
            *(_OF_SALES if self._codes else ()),
            *(_SCORES if self._blind else ()),
        }
        for place, shown in enumerate(self._table.rows.columns):
            self._table.setColumnHidden(place, shown.key not in self._wanted or shown.key in out)

    def _fill(self) -> None:
        for shown in self._table.rows.columns:
            if shown.kind is CellKind.CHECK:
                continue
            action = QAction(shown.title, self._menu)
            action.setCheckable(True)
            action.setChecked(shown.key in self._wanted)
            action.setEnabled(shown.key != Sort.KEY)
            action.toggled.connect(lambda on, key=str(shown.key): self._choose(key, on))
            self._menu.addAction(action)

    def _choose(self, key: str, on: bool) -> None:
        self._wanted = self._wanted | {key} if on else self._wanted - {key}
        self._desk.memory.keep(self._kept, " ".join(sorted(self._wanted)))
        self.apply()


class QueuePanel(QWidget):
    """Header of 36 px and the table. `ordered` carries a Sort and whether it descends."""

    ordered = Signal(str, bool)

    def __init__(self, desk: Desk, *, files: Button, work: Button) -> None:
        super().__init__()
        theme = desk.theme
        self.rows = DeckRows([str(name) for name in FOCUS], parent=self)
        self.table = PageTable[int](theme, self.rows, name="Queue", tasks=desk.tasks, memory=desk.memory)
        self.pane = Pane(theme, self.table)
        self._count = Label(theme, role=Role.SECONDARY, tone="muted", elide=Qt.TextElideMode.ElideRight)
        self.order = Button(theme, "Order", look=Look.GHOST, icon="arrow-down", menu=self._orders())
        self.columns = ColumnsButton(desk, self.table, mode="focus")
        head = row(
            Label(theme, "Queue", role=Role.PANEL),
            self._count,
            work,
            self.order,
            self.columns,
            files,
            gap=6,
            margins=(14, 0, 8, 0),
        )
        head.setStretch(1, 1)
        bar = boxed(head, surface="surface")
        bar.setFixedHeight(36)
        self.setLayout(column(bar, line(), self.pane, gap=0))
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.rows.sort_requested.connect(self.ordered)

    def show_count(self, words: str) -> None:
        """Such as "846 records, 4 filters"."""
        self._count.setText(words)

    def show_order(self, sort: str, descending: bool) -> None:
        """The order in force, on its button and in the table's head."""
        self.rows.sorted_by = "standing" if sort == Sort.CONFIDENCE else sort
        self.rows.descending = descending
        self.order.setText(f"Order: {next((words for key, words, _down in ORDERS if key == sort), sort)}")
        self.order.set_icon("arrow-down" if descending else "arrow-up")
        self.table.horizontalHeader().viewport().update()

    def set_narrow(self, narrow: bool) -> None:
        """1280 px and less: fewer columns and buttons."""
        self.columns.set_narrow(narrow)
        self.order.setVisible(not narrow)
        self.columns.setVisible(not narrow)

    def _orders(self) -> QMenu:
        menu = QMenu()
        for key, words, down in ORDERS:
            action = QAction(words[0].upper() + words[1:], menu)
            action.triggered.connect(lambda _on=False, key=key, down=down: self.ordered.emit(str(key), down))
            menu.addAction(action)
        return menu


def count_words(shown: int, filters: int) -> str:
    """What stands beside the queue's title."""
    parts = [counted(shown, "record")]
    if filters:
        parts.append(counted(filters, "filter"))
    return ", ".join(parts)
