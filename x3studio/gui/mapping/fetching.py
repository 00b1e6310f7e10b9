"""Reading masters into the workspace: one kind after the other, counted as they come, ended at any time."""

import asyncio
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from x3studio.gui.mapping.data import MASTERS
from x3studio.gui.mapping.strip import ALL
from x3studio.gui.mapping.words import KINDS
from x3studio.gui.page import Desk
from x3studio.gui.states import State
from x3studio.gui.theme import Tone


class Fetching(QObject):
    """`progressed` carries words such as "Items: 2,140 read", "" once it has ended."""

    progressed = Signal(str)
    ended = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether something is being fetched."""
        return self._task is not None and not self._task.done()

    def start(self, kind: str) -> None:
        """Fetches one kind, or all three; while one fetch runs no other begins."""
        if self.running:
            return
        kinds = MASTERS if kind == ALL else (kind,)
        self._task = self._desk.tasks.start(self._fetch(kinds), name=f"fetch {', '.join(kinds)}")
        self._task.add_done_callback(lambda _task: self._end())

    def stop(self) -> None:
        """Ends it; what was read so far stays."""
        if self._task is not None:
            self._task.cancel()

    async def _fetch(self, kinds: Sequence[str]) -> None:
        for kind in kinds:
            title = KINDS[kind]
            self.progressed.emit(f"Reading {title.lower()}")
            count = await self._desk.host.fetch(kind, partial(self._progress, title))
            words = f"{title}: {count:,} read" if count else f"{title}: nothing has changed"
            self._desk.notify(State("circle-check", words, Tone.OK))

    def _progress(self, title: str, read: int) -> None:
        self.progressed.emit(f"{title}: {read:,} read")

    def _end(self) -> None:
        self.progressed.emit("")
        self.ended.emit()
