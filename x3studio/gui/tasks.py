"""The one runner of what the window starts: keeps tasks alive, shows them busy, and lets none fail unseen."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, ParamSpec, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

P = ParamSpec("P")
T = TypeVar("T")
Fault = Callable[[BaseException, str], None]


class Tasks(QObject):
    """`fault(error, name)` is the door every failure leaves by. `busy_changed` carries how many run."""

    busy_changed = Signal(int)

    def __init__(self, fault: Fault, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fault = fault
        self._running: set[asyncio.Task[Any]] = set()

    @property
    def running(self) -> int:
        """How many tasks run now."""
        return len(self._running)

    def start(
        self,
        work: Coroutine[Any, Any, T],
        *,
        name: str,
        done: Callable[[T], object] | None = None,
        failed: Callable[[BaseException], bool] | None = None,
        busy: QWidget | None = None,
    ) -> asyncio.Task[T]:
        """Starts work at once. `done` gets its result; `failed` may take a failure by returning True.

        The `busy` widget is switched off until the work ends. Cancel with the returned task's cancel().
        `name` completes the sentence "Could not ...".
        """
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        if busy is not None:
            busy.setEnabled(False)
        self.busy_changed.emit(len(self._running))
        task.add_done_callback(partial(self._end, done=done, failed=failed, busy=busy))
        return task

    async def offload(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs plain Python that takes time off the window's thread."""
        return await asyncio.to_thread(work, *args, **kwargs)

    async def close(self) -> None:
        """Cancels what still runs and waits until it has ended."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _end(
        self,
        task: asyncio.Task[T],
        *,
        done: Callable[[T], object] | None,
        failed: Callable[[BaseException], bool] | None,
        busy: QWidget | None,
    ) -> None:
        self._running.discard(task)
        if busy is not None and alive(busy):
            busy.setEnabled(True)
        self.busy_changed.emit(len(self._running))
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            if done is not None:
                done(task.result())
        elif failed is None or not failed(error):
            self._fault(error, task.get_name())


def alive(thing: QObject) -> bool:
    """Whether Qt still holds the object behind a Python name."""

    return shiboken6.isValid(thing)
