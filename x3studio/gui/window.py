"""The window: rail, top bar, the pages (built when first opened), status bar, and who moves between them."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QPaintEvent,
    QShortcut,
)
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from x3studio.domain.runs import Run
from x3studio.gui.faults import Door
from x3studio.gui.host import Host
from x3studio.gui.memory import Memory
from x3studio.gui.page import Desk, Page
from x3studio.gui.pages import PAGES, Entry
from x3studio.gui.shell import data
from x3studio.gui.shell.ends import Ends
from x3studio.gui.shell.keys import help_dialog
from x3studio.gui.shell.news import News
from x3studio.gui.shell.rail import Rail
from x3studio.gui.shell.search import Search
from x3studio.gui.shell.statusbar import StatusBar
from x3studio.gui.shell.topbar import TopBar
from x3studio.gui.splash import GEOMETRY, place
from x3studio.gui.states import State
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Theme
from x3studio.gui.watch import Watch
from x3studio.gui.widgets.dropping import DropShade
from x3studio.gui.widgets.layout import boxed, column, row

_MINUTE_MS = 60_000
_UNPAINTED = 1.0
"""Seconds until a window that nobody can see is filled all the same."""
_DROPPED = "settlements"


class Window(QMainWindow):
    """Made inside a running event loop. `closed` tells that the user wants to leave.

    `filled` tells that the shown page has been read, the first time and every time.
    """

    closed = Signal()
    filled = Signal()

    def __init__(
        self,
        host: Host,
        theme: Theme,
        memory: Memory,
        door: Door,
        tasks: Tasks,
        *,
        who: str,
        entries: tuple[Entry, ...] = PAGES,
    ) -> None:
        super().__init__()
        self.setWindowTitle(f"{host.title} · X3 Studio")
        self.setAcceptDrops(True)
        self._entries = {entry.key: entry for entry in entries}
        self._pages: dict[str, Page] = {}
        self._stale: set[str] = set()
        self._refreshing: set[str] = set()
        self._painted = asyncio.Event()
        self._reads = False
        """Reading begins behind the first paint: both want the same processor."""
        self.tasks = tasks
        self.rail = Rail(theme, entries)
        self.top = TopBar(theme, title=host.title)
        self.status = StatusBar(theme, note=host.vault_note)
        self.stack = QStackedWidget()
        right = boxed(column(self.top, self.stack, self.status, gap=0))
        self.setCentralWidget(boxed(row(self.rail, right, gap=0), surface="window"))
        self._drop = DropShade(theme, self.stack, "Let go to add these files")
        self.news = News(theme, right, door, self.tasks)
        self.desk = Desk(
            host=host,
            theme=theme,
            tasks=self.tasks,
            door=door,
            memory=memory,
            who=who,
            go=self.go,
            has_page=self._entries.__contains__,
            notify=self.news.notify,
        )
        self._ends = Ends({flow.name: flow.title for flow in host.flows()}, self._tell_end)
        Search(self.desk, self.top.search)
        self._watch = Watch(host.store, seen=self._seen, parent=self)
        self._wire()
        self._restore()

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self._pages[self._key]

    @property
    def _key(self) -> str:
        current = self.stack.currentWidget()
        return next(key for key, page in self._pages.items() if page is current)

    def go(self, key: str, record: str = "") -> bool:
        """Opens a page, and a record on it; False where there is no such page."""
        entry = self._entries.get(key)
        if entry is None:
            return False
        if key not in self._pages:
            self._pages[key] = entry.build(self.desk)
            self._stale.add(key)
            self._pages[key].status_changed.connect(self._show_status)
            self.stack.addWidget(self._pages[key])
        self.stack.setCurrentWidget(self._pages[key])
        self.rail.show_page(key)
        self.top.show_page(entry.title)
        self._show_status()
        self.desk.memory.keep("page", key)
        self.refresh()
        if record:
            self._pages[key].show_record(record)
        return True

    def refresh(self) -> None:
        """Has the shown page read again, where it is stale and not reading already."""
        key = self._key
        if self._reads and key in self._stale and key not in self._refreshing and not self.isMinimized():
            self._stale.discard(key)
            self._refreshing.add(key)
            task = self.tasks.start(self._pages[key].refresh(), name=f"read {self._entries[key].title}")
            task.add_done_callback(lambda task: self._refreshed(key, ended=not task.cancelled()))

    def refresh_all(self) -> None:
        """What is shown may have changed: pages read again once they are seen, the frame at once."""
        self._stale.update(self._pages)
        self.refresh()
        work = data.load(self.desk.host.store, ended_after=self._ends.since)
        self.tasks.start(work, name="read the connections", done=self._show_frame)

    def next_panel(self, step: int = 1) -> None:
        """Moves the focus to the next panel: the rail, the page's panels, the search field."""
        page = self.page
        panels: list[QWidget] = [self.rail, *page.panels(), self.top]
        here = self.focusWidget()
        holding = [
            place
            for place, panel in enumerate(panels)
            if here and (panel is here or panel.isAncestorOf(here))
        ]
        start = holding[0] if holding else 0
        for offset in range(1, len(panels) + 1):
            panel = panels[(start + step * offset) % len(panels)]
            target = _focusable(panel) if page.reveal(panel) else None
            if target is not None:
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def changeEvent(self, event: QEvent) -> None:
        """Reads again when it comes back from the dock."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange and not self.isMinimized() and self._pages:
            self.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere."""
        if _files(event.mimeData()):
            event.acceptProposedAction()
            self._drop.show_here()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """They were carried away again."""
        self._drop.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """The shown page takes the files, else the settlements, which are what people download."""
        self._drop.hide()
        paths = _files(event.mimeData())
        if paths and (self.page.take_files(paths) or (self.go(_DROPPED) and self.page.take_files(paths))):
            event.acceptProposedAction()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The first one lets reading begin."""
        super().paintEvent(event)
        self._painted.set()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remembers its place."""
        self.desk.memory.keep(GEOMETRY, self.saveGeometry())
        self.desk.memory.flush()
        super().closeEvent(event)
        self.closed.emit()

    def _wire(self) -> None:
        self.rail.chosen.connect(lambda key: self.go(key))
        self.top.news.connect(lambda: self.news.show_list(self.top.bell))
        self.top.help_.connect(self._help)
        self._watch.changed.connect(self._changed)
        for number, key in enumerate(list(self._entries)[:9], start=1):
            self._bind(f"Alt+{number}", partial(self.go, key))
        self._bind("F6", self.next_panel)
        self._bind("Shift+F6", lambda: self.next_panel(-1))
        self._bind("F5", self.refresh_all)
        minute = QTimer(self)
        minute.setInterval(_MINUTE_MS)
        minute.timeout.connect(self.refresh_all)
        minute.start()
        self.tasks.start(self._watch.follow(), name="watch the workspace")

    def _bind(self, key: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.activated.connect(act)

    def _restore(self) -> None:
        place(self, self.desk.memory)
        wanted = self.desk.memory.text("page", "home")
        self.go(wanted if wanted in self._entries else next(iter(self._entries)))
        self.rail.setFocus(Qt.FocusReason.NoFocusReason)
        self.tasks.start(self._fill(), name="read the page")

    async def _fill(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_UNPAINTED):
                await self._painted.wait()
        self._reads = True
        self.refresh_all()

    def _seen(self) -> bool:
        return self.isVisible() and not self.isMinimized()

    def _changed(self) -> None:
        self.status.show_saved(datetime.now(UTC))
        self.refresh_all()

    def _refreshed(self, key: str, *, ended: bool) -> None:
        self._refreshing.discard(key)
        if ended:
            self.filled.emit()
        # What changed meanwhile is read once more; only the shown page, the others wait to be seen.
        if self._pages and key == self._key:
            self.refresh()

    def _show_frame(self, shown: data.ShellData) -> None:
        self.rail.show_badges(shown.badges)
        self.top.show_x3(shown.x3)
        self.status.show_state(shown.connections, next_run=shown.next_run)
        self._ends.take(shown.ended)

    def _tell_end(self, state: State, run: Run | None) -> None:
        """Beside the run itself nobody needs to be told; the bell remembers it all the same."""
        if self._key == "runs":
            self.news.remember(state)
            return
        record = str(run.id) if run is not None else ""
        self.news.notify(state, action="Open", act=lambda: self.go("runs", record))

    def _show_status(self) -> None:
        self.status.show_page(self.page.status())

    def _help(self) -> None:
        entry = self._entries[self._key]
        dialog = help_dialog(self.desk.theme, self, entry.title, self.page.keys())
        self.tasks.start(dialog.ask(), name="show the keys")


def _files(dropped: QMimeData) -> list[Path]:
    """The files of this machine among what is dragged."""
    paths = [Path(url.toLocalFile()) for url in dropped.urls() if url.isLocalFile()]
    return [path for path in paths if path.is_file()]


def _focusable(panel: QWidget) -> QWidget | None:
    """The first widget in tab order inside a panel that takes the keyboard."""
    candidates = [panel, *panel.findChildren(QWidget)]
    return next(
        (
            widget
            for widget in candidates
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled()
        ),
        None,
    )
