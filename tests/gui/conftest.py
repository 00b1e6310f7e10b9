"""One application for all window tests, offscreen; whatever Qt complains about fails the test."""

import asyncio
import gc
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from x3studio.gui.app import event_loop, make_application
from x3studio.gui.faults import Door
from x3studio.gui.memory import Memory
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Scheme, Theme
from x3studio.gui.widgets.dialog import Dialog
from x3studio.gui.window import Window
from x3studio.store import Store

from .scenes import KEY, FakeHost, morning

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
T = TypeVar("T")
_NOT_OURS = ("This plugin does not support", "Keyboard event not accepted by receiving widget")
"""What the offscreen platform cannot do, and what QTest says of keys that close a menu."""


@pytest.fixture(scope="session")
def app() -> QApplication:
    made = make_application()
    gc.collect()
    # What was imported stays: collecting after each test need not walk it.
    gc.freeze()
    return made


@pytest.fixture(autouse=True)
def no_silent_faults(app: QApplication) -> Iterator[None]:
    """Qt's warnings and what slots raise fail the test, as neither raises by itself."""
    heard: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            text = record.getMessage()
            if not text.startswith(_NOT_OURS):
                heard.append(text)

    listener = Listener(logging.WARNING)
    logging.getLogger("x3studio.qt").addHandler(listener)
    before = sys.excepthook
    # As in the program: Qt objects are freed on this thread only (see gui/collector.py).
    gc.disable()
    sys.excepthook = lambda kind, error, trace: heard.append(f"{kind.__name__} in a slot: {error}")
    yield
    app.processEvents()
    gc.collect()
    gc.enable()
    sys.excepthook = before
    logging.getLogger("x3studio.qt").removeHandler(listener)
    assert heard == []


@pytest.fixture
def theme(app: QApplication) -> Iterator[Theme]:
    made = Theme(app, scheme=Scheme.LIGHT)
    made.calm = True
    yield made
    made.deleteLater()


@pytest.fixture
def drive(app: QApplication) -> Iterator[Callable[[Awaitable[Any]], Any]]:
    """Runs a coroutine on the loop that asyncio and Qt share."""
    loop = event_loop(app)
    asyncio.set_event_loop(loop)

    async def wrapped(work: Awaitable[T]) -> T:
        try:
            return await work
        finally:
            left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    yield lambda work: loop.run_until_complete(wrapped(work))
    loop.close()
    asyncio.set_event_loop(None)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "window.ini")


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def opened(theme: Theme, memory: Memory, door: Door, tmp_path: Path) -> Callable[..., Any]:
    """`async with opened() as window`: a window over a filled store, read and shown."""

    @asynccontextmanager
    async def open_(*, filled: bool = True, **host: Any) -> AsyncIterator[Window]:
        path = tmp_path / "brandel.x3studio"
        store = Store.create(path, key=KEY)
        if filled:
            await morning(store)
        tasks = Tasks(door.take)
        window = Window(FakeHost(store, path, **host), theme, memory, door, tasks, who="Nele")
        window.show()
        await settled(tasks)
        try:
            yield window
        finally:
            window.close()
            await tasks.close()
            await store.close()
            window.deleteLater()

    return open_


async def settled(tasks: Tasks, *, standing: int = 1) -> None:
    """Waits until only the standing tasks (the watch) are left."""
    quiet = asyncio.Event()
    tasks.busy_changed.connect(lambda _running: quiet.set())
    async with asyncio.timeout(45):
        while tasks.running > standing:
            quiet.clear()
            await quiet.wait()
            # One turn more: what ended may start the next thing.
            await asyncio.sleep(0)


async def active(window: QWidget) -> None:
    """Waits until the window has the keyboard."""
    window.activateWindow()
    got = asyncio.Event()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.focusWindowChanged.connect(lambda _window: got.set())
    if not window.isActiveWindow():
        async with asyncio.timeout(45):
            await got.wait()


async def dialog_over(window: QWidget) -> Dialog:
    """The dialog that opens over a window; what it shows may have to be read first."""
    for _turn in range(4_000):
        for dialog in window.findChildren(Dialog):
            if dialog.isVisible():
                return dialog
        await asyncio.sleep(0.01)
    raise AssertionError("no dialog opened")
