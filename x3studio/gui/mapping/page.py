"""The mapping page: layout and wiring."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from x3studio.gui.mapping import data, importing
from x3studio.gui.mapping.customers import CustomersView
from x3studio.gui.mapping.deciding import Deciding
from x3studio.gui.mapping.fetching import Fetching
from x3studio.gui.mapping.history import DecisionLog
from x3studio.gui.mapping.items import ItemsView
from x3studio.gui.mapping.strip import Strip
from x3studio.gui.page import Desk, Page
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.banner import Banner
from x3studio.gui.widgets.inputs import Choice
from x3studio.gui.widgets.layout import clear, column
from x3studio.gui.widgets.surfaces import line


class MappingPage(Page):
    """Strip, SKUs or buyers, the last decisions."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._domains = {place.id: place.domain.removeprefix("www.") for place in desk.host.marketplaces()}
        self.deciding = Deciding(desk, self, self._domains)
        self.fetching = Fetching(desk, self)
        self.strip = Strip(desk.theme)
        self.items = ItemsView(desk, self.deciding, self._domains)
        self._customers: CustomersView | None = None
        self.log = DecisionLog(desk.theme, self._domains)
        self._banner = column(gap=0, margins=(0, 0, 0, 0))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.items)
        self._freed: dict[str, int] = {}
        whole = column(self.strip, self._banner, self._stack, line(), self.log, gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self._wire()

    @property
    def customers(self) -> CustomersView:
        """The buyers; made when they are first looked at."""
        if self._customers is None:
            self._customers = CustomersView(self.desk, self.deciding, self._domains)
            self._stack.addWidget(self._customers)
            self._wire_view(self._customers)
        return self._customers

    async def refresh(self) -> None:
        """Counts and ages, then whichever table is shown."""
        overview = await data.overview(self.desk.host.store)
        self.strip.show_overview(overview)
        self.log.show_decisions(overview.log)
        view = self._view
        view.show_overview(overview)
        await view.reload()

    def show_record(self, record: str) -> None:
        """A SKU, whatever the filter; buyers, where an order waits for their customer."""
        if data.buyers_of(record) is not None:
            self._turn("customers")
        else:
            self._turn("items")
            self.items.show_sku(record)

    def panels(self) -> Sequence[QWidget]:
        """Strip, table, detail, log."""
        return (self.strip, self._view.table, self._view.detail, self.log)

    def keys(self) -> Sequence[tuple[str, str]]:
        """What this page binds; letters rest while something is typed."""
        return (
            ("/", "Search the SKUs"),
            ("Return", "In the table: type the X3 item; in an editor: save and go on"),
            ("X", "No X3 item for this SKU"),
            ("P", "Pack factor"),
            ("Ctrl+Z", "Take the last decision back"),
            ("Down", "Next SKU, or next candidate while one types"),
        )

    @property
    def _view(self) -> ItemsView | CustomersView:
        shown = self._stack.currentWidget()
        return shown if isinstance(shown, CustomersView) else self.items

    def _turn(self, side: str) -> None:
        self.strip.side.choose(side)
        self._stack.setCurrentWidget(self.customers if side == "customers" else self.items)
        self.desk.tasks.start(self.refresh(), name="read the mapping")

    def _wire(self) -> None:
        self.strip.side.chosen.connect(self._turn)
        self.strip.fetching.connect(self.fetching.start)
        self.strip.cancelled.connect(self.fetching.stop)
        self.fetching.progressed.connect(self.strip.show_progress)
        self.items.fetching.connect(self.fetching.start)
        self.deciding.changed.connect(self._show_freed)
        self.log.reverted.connect(self._revert)
        self._wire_view(self.items)
        self._bind("Ctrl+Z", self._undo)
        self._bind("P", self._pack)

    def _wire_view(self, view: ItemsView | CustomersView) -> None:
        view.detail.reverted.connect(self._revert)
        view.importing.connect(self._choose_import)
        view.exporting.connect(self._choose_export)

    def _bind(self, key: str, act: Callable[[], object]) -> None:
        QShortcut(QKeySequence(key), self).activated.connect(act)

    def _undo(self) -> None:
        self.desk.tasks.start(self.deciding.undo(), name="take the decision back", done=self._again)

    def _revert(self, decision_id: int) -> None:
        reverting = self.deciding.revert(decision_id)
        self.desk.tasks.start(reverting, name="take the decision back", done=self._again)

    def _again(self, _done: object) -> None:
        self.desk.tasks.start(self.refresh(), name="read the mapping")

    def _pack(self) -> None:
        # The letter rests while a list has the keyboard: there letters search.
        if self._view is self.items and not isinstance(self.window().focusWidget(), Choice):
            self.items.detail.focus_pack()

    def _show_freed(self) -> None:
        """Orders that waited for what was decided here can be sent now."""
        freed = dict(self.deciding.freed)
        if freed == self._freed:
            return
        self._freed = freed
        clear(self._banner)
        if not freed:
            self._banner.setContentsMargins(0, 0, 0, 0)
            return
        orders = sum(freed.values())
        subject = next(iter(freed)) if len(freed) == 1 else counted(len(freed), "key")
        banner = Banner(
            self.desk.theme,
            Tone.LIVE,
            f"{counted(orders, 'order')} waited for {subject}",
            "Each is looked up in X3 again just before it is written.",
            icon="rotate-ccw",
            action=f"Replay {orders:,}",
            later=True,
        )
        banner.acted.connect(lambda: self.desk.tasks.start(self.deciding.replay(), name="replay the orders"))
        banner.dismissed.connect(self.deciding.forget)
        self._banner.addWidget(banner)
        self._banner.setContentsMargins(14, 10, 14, 10)
        banner.show()

    def _choose_import(self, kind: str) -> None:
        dialog = self._file_dialog(f"Import {kind}", QFileDialog.AcceptMode.AcceptOpen)
        dialog.fileSelected.connect(lambda path: self.import_file(Path(path), kind))
        dialog.open()

    def _choose_export(self, kind: str) -> None:
        dialog = self._file_dialog(f"Export {kind}", QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile("mapping.csv" if kind == "items" else "customers.csv")
        dialog.fileSelected.connect(lambda path: self.export_file(Path(path), kind))
        dialog.open()

    def _file_dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        dialog = QFileDialog(self.window(), title, "", importing.FILES)
        dialog.setAcceptMode(mode)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def import_file(self, path: Path, kind: str) -> None:
        """Shows what a file would change, and takes it over where that is confirmed."""
        self.desk.tasks.start(self._import(path, kind), name=f"import {path.name}")

    def export_file(self, path: Path, kind: str) -> None:
        """Writes the decisions that stand."""
        self.desk.tasks.start(
            self.desk.host.export_mappings(path, kind),
            name=f"export {path.name}",
            done=lambda count: self._say(f"{counted(count, 'mapping')} written to {path.name}"),
        )

    async def _import(self, path: Path, kind: str) -> None:
        preview = await importing.preview(self.desk, path, kind)
        if not await importing.ask(self.desk, self, path, preview, self._domains):
            return
        imported = await self.desk.host.import_mappings(path, kind)
        self._say(f"{counted(imported.imported, 'decision')} imported from {path.name}")
        await self.refresh()

    def _say(self, words: str) -> None:
        self.desk.notify(State("circle-check", words, Tone.OK))
