"""The real window in a process of its own, watched from inside: when it paints, idles and ticks.

    python -m tests.benchmarks.window_probe bare            a window of PySide6 with one label
    python -m tests.benchmarks.window_probe paint FILE      how long until something, the workspace's window,
                                                            and all that its page has to show is seen
    python -m tests.benchmarks.window_probe idle FILE W S   the computing of S seconds without a hand on it
    python -m tests.benchmarks.window_probe ticks FILE W N  a run over N orders with its page in view

Before idle and ticks it waits W seconds for the start's last reading to end.

Prints one line of JSON. BEGAN in the environment says when the process was asked for.
"""

import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QWidget

_INTERVAL_MS = 16


def bare() -> None:
    """The least that PySide6 can show."""
    application = QApplication([])
    paints = Paints(application)
    paints.first.connect(application.quit)
    window = QMainWindow()
    window.resize(1440, 900)
    window.setCentralWidget(QLabel("Hello"))
    window.show()
    application.exec()
    print(json.dumps({"first": paints.seen["first"]}))


class Paints(QObject):
    """Notes when any window, the product's own, and what its page has read, was first painted."""

    first = Signal()
    opened = Signal(QWidget)
    filled = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        self.seen: dict[str, float] = {}
        self._application = application
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's door: sees every event before it is delivered."""
        if event.type() == QEvent.Type.Show and _is_product(watched):
            watched.filled.connect(self._filled)  # type: ignore[attr-defined]
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget) and watched.isWindow():
            self._painted(watched)
        return False

    def _painted(self, window: QWidget) -> None:
        # Told once control is back: by then the whole window is on the screen.
        if "first" not in self.seen:
            self.seen["first"] = 0.0
            QTimer.singleShot(0, self._told_first)
        if "opened" not in self.seen and _is_product(window):
            self._application.removeEventFilter(self)
            self.seen["opened"] = 0.0
            QTimer.singleShot(0, lambda: self._told_opened(window))

    def _filled(self) -> None:
        # What was read has asked for paint, which comes before a timer.
        if "filled" not in self.seen:
            QTimer.singleShot(0, self._told_filled)

    def _told_filled(self) -> None:
        self.seen.setdefault("filled", _since_asked())
        self.filled.emit()

    def _told_first(self) -> None:
        self.seen["first"] = _since_asked()
        self.first.emit()

    def _told_opened(self, window: QWidget) -> None:
        self.seen["opened"] = _since_asked()
        self.opened.emit(window)


def _is_product(window: QObject) -> bool:
    return type(window).__module__ == "x3studio.gui.window"


def _since_asked() -> float:
    return time.time() - float(os.environ["BEGAN"])


Scene = Callable[[Any, Paints], Awaitable[dict[str, Any]]]
"""What is measured once the product's window stands."""


def product(file: str, scene: Scene) -> None:
    """The product's own start on a workspace, the scene, and a closed window."""
    from x3studio.__main__ import load_window

    app = load_window()
    application = app.make_application()
    app.Collector(application)
    paints = Paints(application)
    with closing(app.event_loop(application)) as loop:
        loop.run_until_complete(_watched(app._run(application, [file]), paints, scene))


async def _watched(life: Coroutine[Any, Any, int], paints: Paints, scene: Scene) -> None:
    import asyncio

    stands: asyncio.Future[QWidget] = asyncio.get_running_loop().create_future()
    paints.opened.connect(stands.set_result)
    living = asyncio.ensure_future(life)
    either: set[asyncio.Future[Any]] = {stands, living}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if not stands.done():
        raise SystemExit("The window never came.")
    window = stands.result()
    print(json.dumps(await scene(window, paints)), flush=True)
    window.close()
    await living


async def paint(_window: Any, paints: Paints) -> dict[str, Any]:
    """When the first window was seen, when the workspace was, and when its page had been read and painted."""
    import asyncio

    filled = asyncio.Event()
    paints.filled.connect(filled.set)
    if "filled" not in paints.seen:
        await filled.wait()
    return dict(paints.seen)


def idle(settle: float, seconds: float) -> Scene:
    """The share of one core that the window takes while nobody touches it."""
    import asyncio

    async def scene(_window: Any, _paints: Paints) -> dict[str, Any]:
        await asyncio.sleep(settle)
        cpu, began = time.process_time(), time.perf_counter()
        await asyncio.sleep(seconds)
        return {"share": (time.process_time() - cpu) / (time.perf_counter() - began)}

    return scene


def ticks(settle: float, orders: int) -> Scene:
    """Milliseconds between ticks of a 16 ms timer: at rest, then during a run that the window started."""
    import asyncio

    async def scene(window: Any, _paints: Paints) -> dict[str, Any]:
        window.go("runs")
        await asyncio.sleep(settle)
        beat = Beat()
        await asyncio.sleep(settle)
        rest = beat.taken()
        began = time.perf_counter()
        workspace = window.desk.host.workspace
        run_id = await workspace.running.queue("orders", limit=orders, started_by="benchmark")
        run = await workspace.apart.carry_out(run_id)
        took = time.perf_counter() - began
        return {"rest": rest, "busy": beat.taken(), "orders": run.counts.sent, "seconds": took}

    return scene


class Beat:
    """A timer in the window's own thread, how far apart its ticks are, and how far by its own doing."""

    def __init__(self) -> None:
        self._gaps: list[tuple[float, float]] = []
        self._last, self._waited = time.perf_counter(), _waited()
        self._timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def taken(self) -> list[tuple[float, float]]:
        """The gaps since the last call, in milliseconds, whole and without the waits for a free processor."""
        gaps, self._gaps = self._gaps, []
        return gaps

    def _tick(self) -> None:
        now, waited = time.perf_counter(), _waited()
        gap = now - self._last
        self._gaps.append((gap * 1000, (gap - (waited - self._waited)) * 1000))
        self._last, self._waited = now, waited


def _waited() -> float:
    """Seconds that this thread was ready and others had the processors; 0 where the system does not say."""
    kept = Path("/proc/thread-self/schedstat")
    return int(kept.read_text().split()[1]) / 1e9 if kept.exists() else 0.0


def main(arguments: list[str]) -> None:
    """Measures what the first word asks for."""
    what, rest = arguments[0], arguments[1:]
    if what == "bare":
        bare()
    elif what == "paint":
        product(rest[0], paint)
    elif what == "idle":
        product(rest[0], idle(float(rest[1]), float(rest[2])))
    else:
        product(rest[0], ticks(float(rest[1]), int(rest[2])))


if __name__ == "__main__":
    main(sys.argv[1:])
