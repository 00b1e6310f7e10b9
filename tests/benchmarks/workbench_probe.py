"""The mapping workbench in a process of its own, driven by keys: what one waits for, in milliseconds.

    python -m tests.benchmarks.workbench_probe FILE KEY N      N decisions, filters and frames

Prints one line of JSON.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from x3studio.domain.workbench import RecordState
from x3studio.gui.app import event_loop, make_application
from x3studio.gui.collector import Collector
from x3studio.gui.faults import Door
from x3studio.gui.mapping.page import MappingPage
from x3studio.gui.mapping.telling import hard_findings
from x3studio.gui.memory import Memory
from x3studio.gui.opening import OpenWorkspace
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Scheme, Theme
from x3studio.gui.widgets.buttons import Pressable
from x3studio.gui.window import Window
from x3studio.store import Store
from x3studio.vault import MemoryVault
from x3studio.workspace import Workspace

_WORDS = ("stahl", "pack 12", "lampe rot", "HB-0001", "oak board", "kabel")
_JUDGEMENTS = (Qt.Key.Key_Return, Qt.Key.Key_X, Qt.Key.Key_Space, Qt.Key.Key_Return)
_FRAMES, _LONG, _SETTLES = 300, 30.0, 4.0


class Painted(QObject):
    """Tells when one of these widgets was painted next."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__(widgets[0])
        self._waiting: asyncio.Future[float] | None = None
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Heard before the paint; told once control is back after it."""
        if event.type() is QEvent.Type.Paint and self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            QTimer.singleShot(0, self, lambda: waiting.set_result(time.perf_counter()))
        return False

    def after(self, signal: Any) -> "asyncio.Future[float]":
        """The moment after the first paint that follows a signal."""
        waiting: asyncio.Future[float] = asyncio.get_running_loop().create_future()

        def armed() -> None:
            signal.disconnect(armed)
            self._waiting = waiting

        signal.connect(armed)
        return waiting


class Probe:
    """One window over one file."""

    def __init__(self, window: Window, page: MappingPage) -> None:
        self.window, self.page = window, page
        self.header = Painted(page.focus.header)
        # Where no row is left, words take the table's place.
        self.rows = Painted(page.queue.table.viewport(), page.queue)

    async def quiet(self) -> None:
        """Until nothing but the watch is under way."""
        async with asyncio.timeout(_LONG):
            while self.window.tasks.running > 1:  # noqa: ASYNC110 - looked at from outside, as a person does
                await asyncio.sleep(0.01)

    async def decides(self, count: int) -> list[float]:
        """From the key to the paint of the next record, whose predecessor is saved by then."""
        took: list[float] = []
        deck = self.page.session.deck
        for place in range(count):
            row = deck.row_of(self.page.session.key) if self.page.session.key is not None else -1
            picked = self.page.session.key
            evidence = await self.page.session.current()
            # What blocks is asked for twice: such a record gets another judgement.
            blocked = evidence is not None and hard_findings(evidence)
            key = Qt.Key.Key_X if blocked else _JUDGEMENTS[place % len(_JUDGEMENTS)]
            painted = self.header.after(self.page.session.picked)
            before = time.perf_counter()
            QTest.keyClick(self.page.queue.table, key)
            took.append((await asyncio.wait_for(painted, _LONG) - before) * 1000)
            if deck.state(row) in (RecordState.SUGGESTED, RecordState.CANDIDATES):
                raise AssertionError(f"{picked} was left undecided")
        return took

    async def timed(self, act: Callable[[], object]) -> float:
        """From a wish to the moment its rows are painted, and its counts with them."""
        painted = self.rows.after(self.page.session.viewed)
        before = time.perf_counter()
        act()
        at = await asyncio.wait_for(painted, _LONG)
        await self.quiet()
        return (at - before) * 1000

    async def recounts(self) -> list[float]:
        """A facet is chosen, and chosen off again."""
        rows = [row for row in self.page.facets.list.findChildren(Pressable) if hasattr(row, "facet")][1:9]
        return [await self.timed(row.click) for row in rows for _twice in range(2)]

    async def types(self, phrases: int) -> list[float]:
        """A letter in the filter, to the rows it leaves."""
        took = []
        editor = self.page.facets.text
        editor.setFocus()
        for words in _WORDS[:phrases]:
            editor.clear()
            await self.timed(self.page.facets.filtered.emit)
            for letter in words:
                took.append(await self.timed(partial(QTest.keyClicks, editor, letter)))
        editor.clear()
        await self.timed(self.page.facets.filtered.emit)
        return took

    def scrolls(self) -> list[float]:
        """Frames of the queue, a screen apart and a row apart."""
        table = self.page.queue.table
        bar = table.verticalScrollBar()
        took = []
        for frame in range(_FRAMES):
            bar.setValue((bar.value() + (28 if frame % 3 else 224)) % max(bar.maximum(), 1))
            before = time.perf_counter()
            table.viewport().repaint()
            took.append((time.perf_counter() - before) * 1000)
        return took


async def probe(application: QApplication, file: Path, key: bytes, count: int) -> dict[str, object]:
    """Everything, in the order of a session."""
    theme = Theme(application, scheme=Scheme.LIGHT)
    theme.calm = True
    with tempfile.TemporaryDirectory() as place:
        store = Store.open(file, key=key)
        door = Door()
        door.crashed.connect(lambda report: print(report, file=sys.stderr))
        tasks = Tasks(door.take)
        host = OpenWorkspace(Workspace(store, MemoryVault({}), title="Many"), tasks)
        window = Window(host, theme, Memory(Path(place) / "w.ini"), door, tasks, who="Probe")
        window.resize(1440, 900)
        window.show()
        while tasks.running > 1:  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.01)
        before = time.perf_counter()
        window.go("mapping")
        page = window.page
        assert isinstance(page, MappingPage)
        while not page.queue.rows.rowCount():  # noqa: ASYNC110 - the same
            # Not a busy loop: it would take the interpreter from whoever reads the records.
            await asyncio.sleep(0.002)
        page.queue.table.viewport().repaint()
        opened = (time.perf_counter() - before) * 1000
        look = Probe(window, page)
        await look.quiet()
        # What is read ahead for the search is ready some seconds after the page is.
        await asyncio.to_thread(page.session.deck.warm)
        await asyncio.sleep(_SETTLES)
        window.activateWindow()
        page.queue.table.setFocus()
        await look.decides(4)
        await look.quiet()
        seen: dict[str, object] = {
            "records": page.session.deck.count,
            "opened": opened,
            "scrolls": look.scrolls(),
            "decisions": await look.decides(count),
        }
        await look.quiet()
        seen["recounts"], seen["types"] = await look.recounts(), await look.types(max(count // 20, 1))
        seen["memory"] = psutil.Process().memory_info().rss / 1e6
        window.close()
        await tasks.close()
        await store.close()
        return seen


def main() -> None:
    """Reads the arguments, prints what was seen."""
    file, key, count = Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), int(sys.argv[3])
    application = make_application()
    Collector(application)
    with closing(event_loop(application)) as loop:
        asyncio.set_event_loop(loop)
        print(json.dumps(loop.run_until_complete(probe(application, file, key, count))))


if __name__ == "__main__":
    main()
