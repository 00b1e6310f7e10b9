"""Two windows on one workspace file: what is done in one is seen in the other, and nothing is done twice."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from x3studio.domain.runs import RunState
from x3studio.gui.faults import Door
from x3studio.gui.memory import Memory
from x3studio.gui.runs.page import RunsPage
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Theme
from x3studio.gui.window import Window
from x3studio.store import Store

from .conftest import dialog_over, settled
from .scenes import KEY, FakeHost
from .scenes_runs import monitor

Drive = Callable[[Any], Any]
Opened = Callable[..., AbstractAsyncContextManager[Window]]


async def _comes(seen: Callable[[], bool]) -> None:
    """The other window asks the file three times a second."""
    async with asyncio.timeout(45):
        while not seen():  # noqa: ASYNC110 - what is waited for is painted, and tells nobody
            await asyncio.sleep(0.05)


def test_a_pause_in_one_window_is_seen_and_ended_in_the_other(
    drive: Drive, opened: Opened, theme: Theme, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with opened() as one:
            await monitor(one.desk.host.store, live=RunState.RUNNING)
            store = Store.open(one.desk.host.store.path, key=KEY)
            door = Door()
            tasks = Tasks(door.take)
            memory = Memory(tmp_path / "other.ini")
            other = Window(FakeHost(store, store.path), theme, memory, door, tasks, who="Jonas")
            other.show()
            for window in (one, other):
                window.go("runs")
                window.refresh_all()
                await settled(window.tasks)
            here, there = one.page, other.page
            assert isinstance(here, RunsPage) and isinstance(there, RunsPage)
            QTest.mouseClick(here.live.pause, Qt.MouseButton.LeftButton)
            QTest.keyClick(await dialog_over(one), Qt.Key.Key_Return)
            await _comes(lambda: there.live.pause.words() == "Pausing …")
            await store.write(lambda t: t.runs.move(4812, RunState.PAUSED))
            await _comes(lambda: here.live.resume.isVisible() and there.live.resume.isVisible())
            assert there.live.chip.text() == "Paused by Nele"
            QTest.mouseClick(there.live.resume, Qt.MouseButton.LeftButton)
            await _comes(lambda: not here.live.resume.isVisible())
            run = await one.desk.host.store.read(lambda t: t.runs.get(4812))
            assert run is not None and run.paused_by == ""
            other.close()
            await tasks.close()
            await store.close()
            other.deleteLater()

    drive(scene())
