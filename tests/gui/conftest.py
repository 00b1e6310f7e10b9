"""One application for all window tests, offscreen; whatever Qt complains about fails the test."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import QApplication

from x3studio.gui.app import event_loop, make_application
from x3studio.gui.faults import Door
from x3studio.gui.memory import Memory
from x3studio.gui.page import Desk
from x3studio.gui.states import State
from x3studio.gui.tasks import Tasks
from x3studio.gui.theme import Scheme, Theme
from x3studio.gui.window import Window
from x3studio.store import Store

from .scenes import KEY, FakeHost, morning

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
T = TypeVar("T")
_OF_THE_PLATFORM = ("This plugin does not support", "propagateSizeHints")
"""What the offscreen platform itself cannot do; no fault of the window."""


@pytest.fixture(scope="session")
def app() -> QApplication:
    return make_application()


@pytest.fixture(autouse=True)
def no_silent_faults(app: QApplication) -> Iterator[None]:
    """Qt's warnings and what slots raise fail the test, as neither raises by itself."""
    heard: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            text = record.getMessage()
            if not text.startswith(_OF_THE_PLATFORM):
                heard.append(text)

    listener = Listener(logging.WARNING)
    logging.getLogger("x3studio.qt").addHandler(listener)
    before = sys.excepthook
    sys.excepthook = lambda kind, error, trace: heard.append(f"{kind.__name__} in a slot: {error}")
    yield
    app.processEvents()
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
        return await work

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
        path = tmp_path / "hartmann.x3studio"
        store = Store.create(path, key=KEY)
        if filled:
            await morning(store)
        tasks = Tasks(door.take)
        window = Window(FakeHost(store, path, **host), theme, memory, door, tasks, who="Ines")
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

    def heard(running: int) -> None:
        if running <= standing:
            quiet.set()

    tasks.busy_changed.connect(heard)
    heard(tasks.running)
    async with asyncio.timeout(10):
        await quiet.wait()
    tasks.busy_changed.disconnect(heard)


def make_desk(theme: Theme, memory: Memory, door: Door, host: Any) -> Desk:
    """A desk for a page without a window."""
    said: list[State] = []
    tasks = Tasks(door.take)
    return Desk(host, theme, tasks, door, memory, "Ines", lambda *_: False, lambda _key: False, said.append)
