"""The mapping page: layout and wiring."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QStackedWidget, QWidget

from x3studio.domain.workbench import Kind
from x3studio.gui.mapping.acting import Acting
from x3studio.gui.mapping.body import Body
from x3studio.gui.mapping.candidates import CandidatesPanel
from x3studio.gui.mapping.facets import FacetPanel
from x3studio.gui.mapping.files import Files
from x3studio.gui.mapping.focus import FocusView
from x3studio.gui.mapping.freed import FreedBanner
from x3studio.gui.mapping.grid import GridView
from x3studio.gui.mapping.keymap import Keymap
from x3studio.gui.mapping.log import DecisionLog
from x3studio.gui.mapping.preview import PreviewPanel
from x3studio.gui.mapping.queue import QueuePanel
from x3studio.gui.mapping.session import Session
from x3studio.gui.mapping.showing import Showing
from x3studio.gui.mapping.strip import FOCUS, GRID, Strip
from x3studio.gui.mapping.views import Views
from x3studio.gui.mapping.work import Work
from x3studio.gui.page import Desk, Page
from x3studio.gui.states import State
from x3studio.gui.widgets.layout import column
from x3studio.gui.widgets.surfaces import line

_KEPT_MODE, _KEPT_KIND = "mapping/mode", "mapping/kind"


class MappingPage(Page):
    """Strip, facets, queue or sheet, candidates or preview, the last decisions."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        kept = desk.memory.text(_KEPT_KIND, Kind.ITEMS)
        self._first = Kind(kept) if kept in set(Kind) else Kind.ITEMS
        # First of all: the records are read while the panels are built.
        desk.host.workbench.begin(self._first)
        theme = desk.theme
        domains = {place.id: place.domain.removeprefix("www.") for place in desk.host.marketplaces()}
        self.keymap = Keymap(desk.memory, self)
        self.session = Session(desk, self)
        self.views = Views(desk.memory)
        self.strip = Strip(theme)
        self.freed = FreedBanner(desk)
        self.facets = FacetPanel(theme, self.keymap, domains)
        self.files = Files(desk, self)
        self.work = Work(desk, self.session, self.strip, self)
        self.queue = QueuePanel(desk, files=self.files.button(), work=self.work.button())
        self.focus = FocusView(desk, self.queue)
        self.grid = GridView(
            desk, self.keymap, self.views, files=self.files.button(), work=self.work.button()
        )
        self.candidates = CandidatesPanel(desk, self.keymap)
        self.preview = PreviewPanel(desk)
        self.log = DecisionLog(theme)
        self._centre, self._side = QStackedWidget(), QStackedWidget()
        for view in (self.focus, self.grid):
            self._centre.addWidget(view)
        for panel in (self.candidates, self.preview):
            self._side.addWidget(panel)
        self.body = Body(theme, left=self.facets, centre=self._centre, right=self._side)
        whole = column(self.strip, self.freed, self.body, line(), self.log, gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self.acting = Acting(self)
        self.showing = Showing(self, domains)
        self._chords: list[QShortcut] = []
        self._opened = False
        self._wire()

    async def refresh(self) -> None:
        """The deck as it is now; the first time, the kind and mode that were left."""
        if not self._opened:
            self._opened = True
            self.set_mode(self.desk.memory.text(_KEPT_MODE, FOCUS))
            await self.open_kind(self._first)
            await self.showing.read_all()
        elif await self.session.refresh():
            await self.showing.read_all()
        else:
            # Most likely this page's own writing, whose counts are on their way already.
            self.showing.read_later()

    async def open_kind(self, kind: Kind) -> None:
        """Items, customers or one of the code tables."""
        self.facets.kind.choose(kind)
        self.desk.memory.keep(_KEPT_KIND, kind)
        await self.session.open(kind)

    def show_record(self, record: str) -> None:
        """A SKU, a code, or the buyers an order waits for, whatever the filter."""
        self.desk.tasks.start(self.acting.open_record(record), name=f"open {record}")

    def panels(self) -> Sequence[QWidget]:
        """Strip, filters, table, evidence, side panel, log."""
        if self.mode == GRID:
            return (self.strip, self.facets, self.grid.table, self.grid.bulk, self._side, self.log)
        return (self.strip, self.facets, self.queue.table, self.focus.evidence, self._side, self.log)

    def reveal(self, panel: QWidget) -> bool:
        """Opens a drawer."""
        return self.body.reveal(panel)

    def status(self) -> Sequence[State]:
        """How old the masters are, and since when X3 does not answer."""
        return self.showing.status if self._opened else ()

    def keys(self) -> Sequence[tuple[str, str]]:
        """The bindings in force."""
        return self.keymap.help()

    @property
    def mode(self) -> str:
        """Focus or Grid."""
        return GRID if self._centre.currentWidget() is self.grid else FOCUS

    def set_mode(self, mode: str) -> None:
        """The other way to look at the same records."""
        mode = mode if mode in (FOCUS, GRID) else FOCUS
        self.strip.mode.choose(mode)
        self._centre.setCurrentWidget(self.grid if mode == GRID else self.focus)
        self._side.setCurrentWidget(self.preview if mode == GRID else self.candidates)
        self.body.set_mode(mode)
        self.desk.memory.keep(_KEPT_MODE, mode)
        if self.session.ready:
            self.showing.show_rows()
        editor = self.window().focusWidget()
        if editor is None or (self.isAncestorOf(editor) and not self.strip.isAncestorOf(editor)):
            self.to_records()

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard belongs to the records as soon as they are looked at."""
        super().showEvent(event)
        self.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
        self.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plain keys that no editor, list or button wanted; Enter on a button presses that button."""
        held = self.window().focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(held, QAbstractButton):
            if not event.isAutoRepeat():
                held.click()
            return
        wanted = self.keymap.action(event)
        if wanted is None or (event.isAutoRepeat() and wanted[0] not in ("next", "previous")):
            super().keyPressEvent(event)
            return
        self.acting.do(wanted[0], digit=wanted[1])

    def open_workbook_export(self) -> None:
        """Writes what is shown for the customer to answer."""
        self.files.export()

    def open_workbook_import(self) -> None:
        """Takes back what the customer answered."""
        self.files.ask_import()

    def open_handover(self) -> None:
        """The report that goes with the project."""
        self.files.hand_over()

    def take_focus(self) -> None:
        """Hands the keyboard on to the records, once there are some."""
        if self.window().focusWidget() is self:
            self.to_records()

    def to_records(self) -> None:
        """The keyboard goes to the records, where letters judge."""
        table = self.grid.table if self.mode == GRID else self.queue.table
        if table.isVisible():
            table.setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    def _wire(self) -> None:
        self.strip.mode.chosen.connect(self.set_mode)
        self.keymap.changed.connect(self._bind)
        self._bind()

    def _bind(self) -> None:
        for chord in self._chords:
            chord.setEnabled(False)
            chord.deleteLater()
        self._chords = []
        for key, name in self.keymap.chords().items():
            chord = QShortcut(QKeySequence(key), self)
            chord.setAutoRepeat(name in ("next_conflict", "previous_conflict"))
            chord.activated.connect(lambda name=name: self._chord(name))
            self._chords.append(chord)

    def _chord(self, name: str) -> None:
        editor = self.window().focusWidget()
        if name == "undo" and isinstance(editor, QLineEdit) and editor.isUndoAvailable():
            editor.undo()
        elif name == "redo" and isinstance(editor, QLineEdit) and editor.isRedoAvailable():
            editor.redo()
        else:
            self.acting.do(name)
