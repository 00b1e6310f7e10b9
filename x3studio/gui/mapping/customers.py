"""The buyers: which X3 customer stands for a marketplace, a channel, or one business with its VAT number."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from x3studio.domain.mappings import CustomerPair, Judgement
from x3studio.gui.mapping import data
from x3studio.gui.mapping.columns import customer_columns
from x3studio.gui.mapping.customer_detail import CustomerDetail
from x3studio.gui.mapping.data import CustomerRow
from x3studio.gui.mapping.deciding import Deciding
from x3studio.gui.page import Desk
from x3studio.gui.states import clock, counted
from x3studio.gui.typography import Role
from x3studio.gui.widgets.buttons import Button
from x3studio.gui.widgets.label import Label
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import line
from x3studio.gui.widgets.table.loaded import LoadedRows
from x3studio.gui.widgets.table.view import Table

_SIDE = 360


class CustomersView(QWidget):
    """`importing` and `exporting` carry "customers"."""

    importing = Signal(str)
    exporting = Signal(str)

    def __init__(self, desk: Desk, deciding: Deciding, domains: Mapping[str, str]) -> None:
        super().__init__()
        theme = desk.theme
        self._desk, self._deciding = desk, deciding
        self._entering = False
        self._title = Label(theme, "Buyers", role=Role.PANEL)
        self._count = Label(theme, role=Role.SECONDARY, tone="text2")
        self.new = Button(theme, "New", icon="plus")
        self.files = Button(theme, "File", icon="file-spreadsheet", menu=self._menu())
        self.rows = LoadedRows(
            customer_columns(domains), key=lambda row: row.key, tasks=desk.tasks, parent=self
        )
        self.rows.sorted_by = "marketplace"
        self.table = Table(theme, self.rows, name="Buyers", tasks=desk.tasks, memory=desk.memory)
        self.detail = CustomerDetail(desk, domains)
        self._pane = Pane(theme, self.table)
        self._pane.show_state().show_busy("Reading the customers")
        self._lay_out()
        self._wire()

    async def reload(self) -> None:
        """Reads again; the buyers in hand stay in hand."""
        found = await data.customers(self._desk.host.store)
        await self.rows.set_rows(found)
        undecided = sum(not one.pair.bpcnum for one in found)
        more = f", {undecided:,} to map" if undecided else ""
        self._count.setText(f"{counted(len(found), 'kind')} of buyers{more}")
        if not found:
            self._pane.show_state().show_empty(
                "No customer is chosen yet",
                f"Checked {clock(data.now())}. Orders need one X3 customer per marketplace, or one for all.",
                icon="user",
                tone="muted",
                action="Choose one for all",
                act=self._begin,
            )
        else:
            self._pane.show_content()
        if self._entering:
            return
        self.table.choose_first()
        current = self.table.current()
        if current is not None:
            self._show(current)

    def show_overview(self, overview: data.Overview) -> None:
        """How many customers are here, for what is said of an unknown one."""
        self.detail.show_overview(overview)

    def _show(self, row: CustomerRow) -> None:
        self._entering = False
        self.detail.show_row(row)
        reading = data.customer_history(self._desk.host.store, row.key)
        self._desk.tasks.start(
            reading, name="read the history", done=lambda found: self.detail.show_history(row, found)
        )

    def _begin(self) -> None:
        self._entering = True
        self.table.clearSelection()
        self.detail.show_new()
        self.detail.place.setFocus(Qt.FocusReason.OtherFocusReason)

    def _decide(self, pair: CustomerPair, judgement: Judgement) -> None:
        self._desk.tasks.start(self._decided(pair, judgement), name="save the customer")

    async def _decided(self, pair: CustomerPair, judgement: Judgement) -> None:
        await self._deciding.decide(pair, judgement)
        self._entering = False
        await self.reload()
        self.table.choose((pair.marketplace, pair.channel, pair.vat_number))

    def _menu(self) -> QMenu:
        menu = QMenu()
        for words, signal in (
            ("Import customers ...", self.importing),
            ("Export customers ...", self.exporting),
        ):
            action = QAction(words, menu)
            action.triggered.connect(lambda _on=False, signal=signal: signal.emit("customers"))
            menu.addAction(action)
        return menu

    def _wire(self) -> None:
        self.new.clicked.connect(self._begin)
        self.table.chosen.connect(self._show)
        self.table.opened.connect(lambda _row: self.detail.focus_customer())
        self.detail.decided.connect(lambda pair: self._decide(pair, Judgement.ACCEPTED))
        self.detail.withdrawn.connect(lambda pair: self._decide(pair, Judgement.WITHDRAWN))

    def _lay_out(self) -> None:
        bar = row(self._title, self._count, STRETCH, self.new, self.files, gap=8, margins=(14, 8, 14, 8))
        left = boxed(column(bar, line(), self._pane, gap=0), surface="surface")
        whole = row(left, self.detail, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.detail.setFixedWidth(_SIDE)
