"""Tells the window that somebody wrote to the store: this program, the command line or another window."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from x3studio.store import Store

SEEN_SECONDS = 0.3
UNSEEN_SECONDS = 2.0
CALM_SECONDS = 0.7
"""More after a change: a run commits all the time, and reading it oftener would make the window stutter."""


class Watch(QObject):
    """Run `follow()` as a task. `seen` says whether anybody looks: then it asks more often."""

    changed = Signal()

    def __init__(self, store: Store, *, seen: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._seen = store, seen

    async def follow(self) -> None:
        """Asks for the store's version until it is cancelled."""
        known = await self._store.version()
        while True:
            await asyncio.sleep(SEEN_SECONDS if self._seen() else UNSEEN_SECONDS)
            version = await self._store.version()
            if version != known:
                known = version
                self.changed.emit()
                await asyncio.sleep(CALM_SECONDS)
