"""Grid mode: a sheet with saved views above and what can be done to many records below."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from x3studio.domain.workbench import Kind
from x3studio.gui.mapping.keymap import Keymap
from x3studio.gui.mapping.queue import GRID, ColumnsButton
from x3studio.gui.mapping.rows import DeckRows
from x3studio.gui.mapping.tables import PageTable
from x3studio.gui.mapping.views import Views
from x3studio.gui.page import Desk
from x3studio.gui.theme import Theme
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button, Look
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, clear, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import line
from x3studio.gui.widgets.switch import Segmented
from x3studio.workbench import Filter

_BAR = 44


class GridView(QWidget):
    """`view_wanted` carries a saved view's name, `ordered` a Sort, `bulk_wanted` a bulk action."""

    view_wanted = Signal(str)
    ordered = Signal(str, bool)
    bulk_wanted = Signal(str)
    saving = Signal()
    dropping = Signal()

    def __init__(self, desk: Desk, keymap: Keymap, views: Views, *, files: Button, work: Button) -> None:
        super().__init__()
        theme = desk.theme
        self._theme, self._views = theme, views
        self.rows = DeckRows([str(name) for name in GRID], parent=self)
        self.table = PageTable[int](
            theme, self.rows, name="Sheet", tasks=desk.tasks, memory=desk.memory, several=True
        )
        self.pane = Pane(theme, self.table)
        self.columns = ColumnsButton(desk, self.table, mode="grid")
        self._switch = row(gap=0)
        self._counts: Mapping[str, int] = {}
        self._shown: tuple[str, ...] = ()
        self.segments: Segmented | None = None
        self.save_view = Button(theme, icon="plus", look=Look.GHOST, name="Save this filter as a view")
        self.drop_view = Button(theme, icon="trash-2", look=Look.GHOST, name="Forget this view")
        self.save_view.clicked.connect(self.saving)
        self.drop_view.clicked.connect(self.dropping)
        self.bulk = BulkBar(theme, keymap)
        bar = row(
            self._switch,
            self.save_view,
            self.drop_view,
            STRETCH,
            work,
            self.columns,
            files,
            gap=6,
            margins=(12, 0, 10, 0),
        )
        top = boxed(bar, surface="surface")
        top.setFixedHeight(_BAR)
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        whole = column(top, line(), self.pane, self.bulk, gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self.rows.sort_requested.connect(self.ordered)
        self.rows.checked_changed.connect(self._checked)
        self.bulk.cleared.connect(lambda: self.rows.check_all(False))
        self.bulk.wanted.connect(self.bulk_wanted)
        self.show_views(Filter(), {})

    def show_views(self, wanted: Filter, counts: Mapping[str, int]) -> None:
        """The saved views with their counts; the one in force is pressed."""
        self._counts = counts or self._counts
        names = tuple(one.name for one in self._views.all())
        current = self._views.matching(wanted)
        if names != self._shown or self.segments is None:
            self._shown = names
            clear(self._switch)
            self.segments = Segmented(self._theme, [(name, name) for name in names], name="Saved views")
            self.segments.chosen.connect(self.view_wanted)
            self._switch.addWidget(self.segments)
        for name in names:
            count = self._counts.get(name)
            self.segments.set_words(name, name if count is None else f"{name} {count:,}")
        self.segments.mark(current.name if current is not None else "")
        self.drop_view.setVisible(current is not None and current.own)
        self.save_view.setVisible(current is None)

    def show_order(self, sort: str, descending: bool) -> None:
        """The order in force, in the table's head."""
        self.rows.sorted_by, self.rows.descending = sort, descending
        self.table.horizontalHeader().viewport().update()

    def show_shown(self, count: int, kind: Kind) -> None:
        """How many records actions take while none is checked."""
        self.bulk.show_counts(len(self.rows.checked), count, kind)

    def _checked(self) -> None:
        self.bulk.show_counts(len(self.rows.checked), self.rows.rowCount(), self.rows.deck.kind)


class BulkBar(QFrame):
    """44 px: what is checked, else what is shown, and what can be done to it; always with a preview."""

    wanted = Signal(str)
    cleared = Signal()

    def __init__(self, theme: Theme, keymap: Keymap) -> None:
        super().__init__()
        self.setFixedHeight(_BAR)
        self.setProperty("kind", "bulk")
        self.setAccessibleName("Apply to many")
        self._count = Label(theme, role=Role.PANEL, tone="accent_text")
        self._what = Label(theme, role=Role.SECONDARY, tone="text2", elide=Qt.TextElideMode.ElideRight)
        self.accept = Button(theme, "Accept all", look=Look.FILLED, icon="check", cap=keymap.cap("bulk"))
        self.pack = Button(theme, "Pack factor")
        self.more = Button(theme, "More", menu=self._menu())
        self._clear = Button(theme, icon="x", look=Look.GHOST, name="Check none")
        self.accept.clicked.connect(lambda: self.wanted.emit("accept"))
        self.pack.clicked.connect(lambda: self.wanted.emit("pack"))
        self._clear.clicked.connect(self.cleared)
        keymap.changed.connect(lambda: self.accept.set_cap(keymap.cap("bulk")))
        parts = row(
            self._count,
            self._what,
            self.accept,
            self.pack,
            self.more,
            self._clear,
            gap=8,
            margins=(12, 0, 10, 0),
        )
        parts.setStretch(1, 1)
        self.setLayout(column(line(), parts, gap=0))

    def show_counts(self, checked: int, shown: int, kind: Kind) -> None:
        """What the actions would take."""
        self._count.setText(f"{checked:,} selected" if checked else f"{shown:,} shown")
        self._what.setText("" if checked else "None is checked: actions take all that are shown")
        self._clear.setVisible(bool(checked))
        self.pack.setVisible(kind is Kind.ITEMS)
        self.setEnabled(bool(checked or shown))

    def _menu(self) -> QMenu:
        menu = QMenu()
        for key, text in (
            ("target", "Set one X3 record for all ..."),
            ("owner", "Assign an owner ..."),
            ("channel", "Set the channel ..."),
            ("tie", "Tie together as a family ..."),
            ("untie", "Untie from their family"),
            ("none", "No X3 counterpart"),
            ("exclude", "Exclude from the mapping"),
            ("push", "Mark: quantities may be sent to Amazon"),
        ):
            action = QAction(text, menu)
            action.triggered.connect(lambda _on=False, key=key: self.wanted.emit(key))
            menu.addAction(action)
        return menu
