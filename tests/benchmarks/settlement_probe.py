"""The real window over a large settlement, watched from inside: when what is seen, and how long it stutters.

    python -m tests.benchmarks.settlement_probe take WORKSPACE FILE   a new workspace, a file dropped on it
    python -m tests.benchmarks.settlement_probe open WORKSPACE        the page over what was archived

The dropped file's rows are opened, scrolled, filtered and sorted. Prints one line of JSON: seconds, but for
ticks and frames, which are milliseconds. A frame is what it computes, as others work on the machine too.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.benchmarks.window_probe import Beat
from tests.gui.scenes import KEY, FakeHost
from x3studio.gui.app import event_loop, make_application
from x3studio.gui.faults import Door
from x3studio.gui.memory import Memory
from x3studio.gui.settlements.adding import AddingDialog
from x3studio.gui.settlements.page import SettlementsPage
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Scheme, Theme
from x3studio.gui.window import Window
from x3studio.store import Store

_PATIENCE, _SETTLE = 300, 0.5


class Painted(QObject):
    """When a widget was painted last."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.at = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Qt's door: sees every event before it is delivered."""
        if event.type() == QEvent.Type.Paint:
            self.at = time.perf_counter()
        return False


async def until(true: Callable[[], bool]) -> float:
    """The moment something has become true, looked at between Qt's events."""
    came = asyncio.Event()
    look = QTimer(interval=1)
    look.timeout.connect(lambda: came.set() if true() else None)
    look.start()
    async with asyncio.timeout(_PATIENCE):
        await came.wait()
    look.stop()
    return time.perf_counter()


async def taken_in(window: Window, file: Path) -> dict[str, Any]:
    """From the drop to the first lines, to the end of reading, to the painted waterfall."""
    page = window.page
    assert isinstance(page, SettlementsPage)
    chart = Painted(page.face.pictures.deposit.chart)
    beat, began = Beat(), time.perf_counter()
    page.take_files([file])

    def glanced() -> bool:
        dialogs = window.findChildren(AddingDialog)
        return any(dialog.isVisible() and bool(dialog.rows.row_at(0).about) for dialog in dialogs)

    first = await until(glanced)
    read = await until(lambda: not any(dialog.isVisible() for dialog in window.findChildren(AddingDialog)))
    computed = time.process_time()
    await until(lambda: bool(page.face.pictures.deposit.chart.steps) and chart.at > read)
    return {
        "first": first - began,
        "read": read - began,
        "waterfall": chart.at - read,
        "waterfall_cpu": time.process_time() - computed,
        "ticks": beat.taken(),
    }


async def looked_at(window: Window) -> dict[str, Any]:
    """Rows opened, scrolled from end to end, filtered and sorted."""
    page = window.page
    assert isinstance(page, SettlementsPage) and page.sheet is not None
    lines, total = page.face.book.lines, page.sheet.entry.rows
    began = time.perf_counter()
    page.face.book.open_rows(None, "")
    opened = await until(lambda: lines.rows.rowCount() == total and lines.pane.content.isVisible())
    beat, frames = Beat(), []
    bar = lines.table.verticalScrollBar()
    for step in range(60):
        start = time.thread_time()
        bar.setValue(bar.maximum() * step // 59)
        lines.table.viewport().repaint()
        frames.append((time.thread_time() - start) * 1000)
        await asyncio.sleep(0)
    chosen = page.sheet.bars[0]
    start = time.perf_counter()
    lines.keep(chosen.triples, chosen.title)
    filtered = await until(lambda: 0 < lines.rows.rowCount() < total) - start
    start = time.perf_counter()
    lines.rows.ask_sort(next(column for column in lines.rows.columns if column.key == "amount"))
    resets: list[bool] = []
    lines.rows.modelReset.connect(lambda: resets.append(True))
    sorted_ = await until(lambda: bool(resets)) - start
    return {
        "rows": opened - began,
        "frames": frames,
        "filter": filtered,
        "sort": sorted_,
        "scroll_ticks": beat.taken(),
    }


async def archived(window: Window) -> dict[str, Any]:
    """A page built anew over the archive: chain, ladder and waterfall from the store alone."""
    began = time.perf_counter()
    window.go("settlements")
    page = window.page
    assert isinstance(page, SettlementsPage)
    chart = Painted(page.face.pictures.deposit.chart)
    await until(lambda: bool(page.face.pictures.deposit.chart.steps) and chart.at > began)
    return {"archived": chart.at - began}


@asynccontextmanager
async def window_over(store: Store, workspace: Path, theme: Theme) -> AsyncIterator[Window]:
    """The window, quiet after its start."""
    door = Door()
    door.crashed.connect(lambda report: print(report, file=sys.stderr))
    tasks = Tasks(door.take)
    window = Window(
        FakeHost(store, workspace), theme, Memory(workspace.with_suffix(".ini")), door, tasks, who="Nele"
    )
    window.resize(1440, 900)
    window.show()
    await asyncio.sleep(_SETTLE)
    try:
        yield window
    finally:
        window.close()
        await tasks.close()
        window.deleteLater()


async def watch(application: QApplication, what: str, workspace: Path, *files: Path) -> dict[str, Any]:
    """One of the two, over the real window."""
    theme = Theme(application, scheme=Scheme.LIGHT)
    theme.calm = True
    opened = Store.create if what == "take" else Store.open
    async with opened(workspace, key=KEY) as store, window_over(store, workspace, theme) as window:
        if what == "open":
            return await archived(window)
        window.go("settlements")
        await asyncio.sleep(_SETTLE)
        return {**await taken_in(window, *files), **await looked_at(window)}


def main(arguments: list[str]) -> None:
    """Measures and prints."""
    application = make_application()
    what, *paths = arguments
    with closing(event_loop(application)) as loop:
        seen = loop.run_until_complete(watch(application, what, *map(Path, paths)))
    print(json.dumps(seen))


if __name__ == "__main__":
    main(sys.argv[1:])
