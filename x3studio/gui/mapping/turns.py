"""One thing after the other, so that no key is lost or overtaken; and what is done a moment later."""

from collections import deque
from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, QTimer

from x3studio.gui.tasks import Tasks


class Turns:
    """Acts in the order in which they were asked for; one that fails ends those behind it."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._waiting: deque[Callable[[], Awaitable[None]]] = deque()
        self.acting = False

    def add(self, act: Callable[[], Awaitable[None]], *, name: str) -> None:
        """Carries it out after everything that was asked for before it."""
        self._waiting.append(act)
        if not self.acting:
            self.acting = True
            self._tasks.start(self._work(), name=name)

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._waiting.popleft()()
        finally:
            self.acting = False
            self._waiting.clear()


def later(parent: QObject, pause: int, act: Callable[[], object]) -> QTimer:
    """Does something so many milliseconds after it was last started."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(pause)
    timer.timeout.connect(act)
    return timer
