"""The SKUs: filter, search and table on the left, the SKU in hand on the right."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from x3studio.domain.catalogue import Item
from x3studio.domain.mappings import ItemPair, Judgement
from x3studio.gui.mapping import data
from x3studio.gui.mapping.columns import DESCENDS, IDLE, NARROW, item_candidates, sku_columns
from x3studio.gui.mapping.deciding import Deciding
from x3studio.gui.mapping.detail import ItemDetail
from x3studio.gui.mapping.editor import Source
from x3studio.gui.mapping.words import ITEM_STATUS, Doubt, age_words, item_doubt
from x3studio.gui.page import Desk
from x3studio.gui.states import clock
from x3studio.gui.widgets.buttons import Button
from x3studio.gui.widgets.inputs import Input
from x3studio.gui.widgets.layout import STRETCH, boxed, column, row
from x3studio.gui.widgets.panels import Pane
from x3studio.gui.widgets.surfaces import line
from x3studio.gui.widgets.switch import Segmented
from x3studio.gui.widgets.table.paged import PagedRows
from x3studio.gui.widgets.table.view import Table
from x3studio.store import MappingRow, Page

_PAUSE_MS = 150
_WIDE, _SLIM, _LEAST = 360, 324, 272
_ROOM, _LITTLE_ROOM = 1_290, 1_000
"""From which width of the page the detail is wide, and slim."""
_KEPT = "mapping/only"
_SEGMENTS = (("unmapped", "To map"), ("mapped", "Mapped"), ("rejected", "No X3 item"), ("all", "All"))


class ItemsView(QWidget):
    """`importing` and `exporting` carry items or customers; `fetching` a kind of master data."""

    importing = Signal(str)
    exporting = Signal(str)
    fetching = Signal(str)

    def __init__(self, desk: Desk, deciding: Deciding, domains: Mapping[str, str]) -> None:
        super().__init__()
        theme = desk.theme
        self._desk, self._deciding = desk, deciding
        self._overview: data.Overview | None = None
        self._sort, self._wanted, self._turn = "waiting", "", 0
        self.only = Segmented(theme, _SEGMENTS, name="Which SKUs")
        remembered = desk.memory.text(_KEPT, "unmapped")
        self.only.choose(remembered if remembered in dict(_SEGMENTS) else "unmapped")
        self.search = Input(
            theme, name="Search SKUs", hint="SKU, title, ASIN, X3 item", icon="search", key="/"
        )
        self.search.setMinimumWidth(116)
        self.search.setMaximumWidth(280)
        self.files = Button(theme, "File", icon="file-spreadsheet", menu=self._menu())
        self.rows = PagedRows(
            sku_columns(domains),
            key=lambda row: (row.sku, row.marketplace),
            fetch=self._fetch,
            tasks=desk.tasks,
            parent=self,
        )
        self.rows.sorted_by, self.rows.descending = self._sort, True
        self.table = Table(theme, self.rows, name="SKUs", tasks=desk.tasks, memory=desk.memory)
        self.detail = ItemDetail(theme, desk.tasks, self._source(), domains)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._lay_out()
        self._wire()

    async def reload(self) -> None:
        """Reads again what is shown; the SKU in hand stays in hand while it passes the filter."""
        await self._read(self.rows.reload)

    def show_overview(self, overview: data.Overview) -> None:
        """Counts on the segments."""
        self._overview = overview
        counts = {**overview.counts, "all": overview.total}
        for key, words in _SEGMENTS:
            self.only.set_words(key, f"{words} {counts.get(key, 0):,}")

    def show_sku(self, sku: str) -> None:
        """Looks for a SKU among all of them and puts it in hand."""
        self._wanted = sku
        self.only.choose("all")
        self.search.setText(sku)
        self._restart()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The detail and the columns that repeat what it says give way first."""
        super().resizeEvent(event)
        room = self.width()
        self.detail.setFixedWidth(_WIDE if room >= _ROOM else _SLIM if room >= _LITTLE_ROOM else _LEAST)
        self._fit_columns()

    def minimumSizeHint(self) -> QSize:
        """With the detail at its least width."""
        return QSize(super().minimumSizeHint().width() - self.detail.width() + _LEAST, 240)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Z is an editor's own only while it has something to undo; Up and Down walk the SKUs."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            item = self.detail.item
            if step and watched is item.input and not item.candidates.isVisible():
                self.table.step(step)
                return True
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.ShortcutOverride
            and event.matches(QKeySequence.StandardKey.Undo)
            and isinstance(watched, QLineEdit)
            and not watched.isUndoAvailable()
        ):
            event.ignore()
            return True
        return False

    async def _fetch(self, cursor: Any) -> Page[MappingRow]:
        only = self.only.current
        return await data.page(
            self._desk.host.store,
            after=cursor,
            text=self.search.text().strip(),
            only=None if only == "all" else only,
            sort=self._sort,
        )

    def _restart(self) -> None:
        self._desk.memory.keep(_KEPT, self.only.current)
        self._fit_columns()
        self._desk.tasks.start(self._read(self.rows.restart), name="read the SKUs")

    async def _read(self, read: Callable[[], Awaitable[None]]) -> None:
        self._turn += 1
        turn = self._turn
        await read()
        # A later reading took over: what is here now is not yet what was asked for.
        if turn == self._turn:
            self._after_reading()

    def _fit_columns(self) -> None:
        hidden = IDLE.get(self.only.current, frozenset())
        if self.width() < _ROOM:
            hidden |= NARROW
        for place, shown in enumerate(self.rows.columns):
            self.table.setColumnHidden(place, shown.key in hidden)

    def _after_reading(self) -> None:
        """Puts the wanted SKU in hand, else keeps the one there, else takes the first."""
        if not self.rows.rowCount():
            self._say_empty()
            self.detail.show_nothing()
            return
        self._pane.show_content()
        if self._wanted:
            keys = [self.rows.key(self.rows.row_at(place)) for place in range(self.rows.rowCount())]
            exact = [key for key in keys if isinstance(key, tuple) and key[0] == self._wanted]
            self._wanted = ""
            if exact:
                self.table.choose(exact[0])
        if self.table.current() is None:
            self.table.choose_first()
        current = self.table.current()
        if current is not None:
            self._show(current)

    def _show(self, row: MappingRow) -> None:
        self.detail.show_row(row)
        reading = data.evidence(self._desk.host.store, row)
        self._desk.tasks.start(
            reading, name="read the SKU", done=lambda found: self.detail.show_evidence(row, found)
        )

    def _decide(self, pair: ItemPair, judgement: Judgement) -> None:
        self._desk.tasks.start(self._decided(pair, judgement), name=f"save {pair.seller_sku}")

    async def _decided(self, pair: ItemPair, judgement: Judgement) -> None:
        """Records it and goes on to the next SKU where this one leaves the list."""
        key = self.table.rows.key(self.detail.row) if self.detail.row is not None else None
        await self._deciding.decide(pair, judgement)
        current = self.table.current()
        kept = {"all", "mapped" if judgement is Judgement.ACCEPTED else "rejected"}
        if current is not None and self.rows.key(current) == key and self.only.current not in kept:
            self.table.step(1)
        await self.reload()
        if self.detail.isVisible() and self.detail.item.input.hasFocus():
            self.detail.item.input.selectAll()

    def _say_empty(self) -> None:
        state = self._pane.show_state()
        overview, text = self._overview, self.search.text().strip()
        at = clock(data.now())
        if text:
            state.show_empty(
                f"No SKU holds “{text}”",
                f"Searched {at} in SKUs, titles, ASINs and X3 items: {dict(_SEGMENTS)[self.only.current]}",
                icon="search-x",
                tone="muted",
                action="Clear the search",
                act=self._clear,
            )
        elif overview is not None and not overview.total:
            state.show_empty(
                "No SKU is known yet",
                "Fetch your listings from Amazon, or import a file of mappings.",
                icon="tag",
                tone="muted",
                action="Fetch listings",
                act=lambda: self.fetching.emit("listings"),
            )
        else:
            total = overview.total if overview is not None else 0
            words = {
                "unmapped": "Every known SKU is decided",
                "mapped": "No SKU is mapped yet",
                "rejected": "No SKU is without X3 item",
            }
            state.show_empty(
                words.get(self.only.current, "No SKU is known yet"),
                f"Checked {at}, all {total:,} SKUs",
                action="Show all",
                act=lambda: self._choose("all"),
            )

    def _clear(self) -> None:
        self.search.clear()
        self._restart()

    def _choose(self, key: str) -> None:
        self.only.choose(key)
        self._restart()

    def _sort_by(self, key: str) -> None:
        self._sort = key
        self.rows.descending = key in DESCENDS
        self.table.horizontalHeader().viewport().update()
        self._restart()

    def _source(self) -> Source[Item]:
        store = self._desk.host.store
        return Source(
            columns=item_candidates(),
            key=lambda item: item.itmref,
            find=lambda ref: data.item(store, ref),
            search=lambda text: data.find_items(store, text),
            state=lambda item: ITEM_STATUS[item.status],
            tell=lambda item: ", ".join(
                filter(None, (item.description, item.sales_unit, f"EAN {item.ean}" if item.ean else ""))
            ),
            doubt=self._doubt,
        )

    def _doubt(self, ref: str, item: Item | None) -> Doubt | None:
        overview = self._overview
        known = overview.known["items"] if overview is not None else 0
        age = age_words(overview.ages["items"], data.now()) if overview is not None else ""
        return item_doubt(ref, item, known=known, age=age)

    def _menu(self) -> QMenu:
        menu = QMenu()
        for words, signal in (
            ("Import mappings ...", self.importing),
            ("Export mappings ...", self.exporting),
        ):
            action = QAction(words, menu)
            action.triggered.connect(lambda _on=False, signal=signal: signal.emit("items"))
            menu.addAction(action)
        return menu

    def _wire(self) -> None:
        self.only.chosen.connect(lambda _key: self._restart())
        self.search.textEdited.connect(lambda _text: self._pause.start())
        self.search.returnPressed.connect(self.table.setFocus)
        self._pause.timeout.connect(self._restart)
        self.rows.sort_requested.connect(lambda key, _down: self._sort_by(key))
        self.table.chosen.connect(self._show)
        self.table.opened.connect(lambda _row: self.detail.focus_item())
        self.detail.decided.connect(lambda pair: self._decide(pair, Judgement.ACCEPTED))
        self.detail.refused.connect(lambda pair: self._decide(pair, Judgement.REJECTED))
        for editor in (self.detail.item.input, self.detail.pack, self.detail.note, self.search):
            editor.installEventFilter(self)

    def _lay_out(self) -> None:
        theme = self._desk.theme
        bar = row(self.only, STRETCH, self.search, self.files, gap=8, margins=(14, 8, 14, 8))
        bar.setStretch(2, 1)
        self._pane = Pane(theme, self.table)
        self._pane.show_state().show_busy("Reading the SKUs")
        left = boxed(column(bar, line(), self._pane, gap=0), surface="surface")
        whole = row(left, self.detail, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.detail.setFixedWidth(_WIDE)
        self.detail.show_nothing()
