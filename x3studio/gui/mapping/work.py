"""What the page has running: fetching masters, matching, the re-check; one at a time, stoppable."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from x3studio.domain.workbench import Kind
from x3studio.gui.mapping.session import Session
from x3studio.gui.mapping.strip import Strip
from x3studio.gui.mapping.words import KINDS
from x3studio.gui.page import Desk
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.buttons import Button, Look


def tell(loop: asyncio.AbstractEventLoop, act: Callable[..., object], *values: object) -> None:
    """Calls on the window's thread what a worker has to say; after the window's end nobody hears it."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(act, *values)


ALL = "all"
MASTERS = ("items", "customers", "listings")
_DECIDED = {"items": Kind.ITEMS, "customers": Kind.CUSTOMERS, "listings": Kind.ITEMS}
"""Which decisions rest on which masters."""
_OLD = timedelta(hours=1)
"""What is older is read again once X3 answers."""


class Work(QObject):
    """The strip shows what is going on instead of the pace."""

    ended = Signal()

    def __init__(self, desk: Desk, session: Session, strip: Strip, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._session, self._strip = desk, session, strip
        self._task: asyncio.Task[None] | None = None
        self._cancelled = False
        self.matched = False
        """Whether a search was made since the start: only then is there something to refine."""
        self._asked = False
        """Whether the work asks by itself if it is to end; it cannot be cut off from outside."""
        self.more: list[tuple[str, Callable[[], object]]] = []
        """Further entries of the menu: words and what they do."""
        strip.cancel.clicked.connect(self.stop)

    @property
    def running(self) -> bool:
        """Whether something is going on."""
        return self._task is not None and not self._task.done()

    def button(self) -> Button:
        """Opens the menu; each view has one of its own."""
        menu = QMenu()
        menu.aboutToShow.connect(lambda: self._fill(menu))
        return Button(self._desk.theme, "Match", look=Look.GHOST, icon="sparkles", menu=menu)

    def fetch(self, kind: str) -> None:
        """Reads one kind of masters, or all three."""
        kinds = MASTERS if kind == ALL else (kind,)
        self._start(self._fetch(kinds), f"fetch {', '.join(kinds)}")

    def renew(self) -> None:
        """X3 answers again: reads what has grown old meanwhile, and checks what was decided offline."""
        if not self.running:
            self._start(self._renew(), "read again what is old")

    def match(self) -> None:
        """Looks for candidates of everything that is not decided."""
        self._start(self._match(), "match the records", asks=True)

    def recheck(self) -> None:
        """Looks whether what was decided still holds against the masters."""
        self._start(self._recheck(), "check the decisions again")

    def stop(self) -> None:
        """Ends it; what was done so far stays."""
        self._cancelled = True
        if self._task is not None and not self._asked:
            self._task.cancel()

    def _start(self, work: Coroutine[Any, Any, None], name: str, *, asks: bool = False) -> None:
        if self.running:
            work.close()
            self._desk.notify(State("hourglass", "Something is still going on; wait or cancel it", Tone.IDLE))
            return
        self._cancelled = False
        self._asked = asks
        self._task = self._desk.tasks.start(work, name=name)
        self._task.add_done_callback(lambda _task: self._end())

    async def _fetch(self, kinds: tuple[str, ...]) -> None:
        for kind in kinds:
            title = KINDS[kind]
            self._strip.show_busy(f"Reading {title.lower()}")
            count = await self._desk.host.fetch(kind, partial(self._read, title))
            words = f"{title}: {count:,} read" if count else f"{title}: nothing has changed"
            self._desk.notify(State("circle-check", words, Tone.OK))
        await self._session.refresh()
        await self._check([_DECIDED[kind] for kind in kinds])

    async def _renew(self) -> None:
        self._strip.show_busy("X3 answers again: reading what is old")
        rows = await self._desk.host.revalidate(_OLD)
        words = f"X3 answers again: {counted(rows, 'row')} brought up to date"
        self._desk.notify(State("plug", words, Tone.OK))
        await self._check([Kind.ITEMS, Kind.CUSTOMERS])
        await self._session.refresh()

    async def _check(self, kinds: Sequence[Kind]) -> None:
        """What stands is held against the fresh masters; says what came of it where anything stands."""
        checked, reopened = 0, 0
        self._strip.show_busy("Checking what was decided")
        for kind in dict.fromkeys(kinds):
            drift = await self._session.bench.recheck(kind, progress=self._relay())
            checked, reopened = checked + drift.checked, reopened + len(drift.reopened)
        if checked:
            self._tell_drift(checked, reopened)
        await self._session.refresh()

    def _tell_drift(self, checked: int, reopened: int) -> None:
        words = f"{counted(checked, 'decision')} checked, {reopened:,} reopened"
        tone = Tone.WARN if reopened else Tone.OK
        self._desk.notify(State("rotate-ccw" if reopened else "circle-check", words, tone))

    def _read(self, title: str, rows: int) -> None:
        self._strip.show_busy(f"{title}: {rows:,} read")

    async def _match(self) -> None:
        self._strip.show_busy("Matching")
        kind = self._session.deck.kind
        # Many modules: read in a thread, and only by those who match.
        matching = await asyncio.to_thread(import_module, "x3studio.matching")
        try:
            found = await self._session.bench.match(
                kind, progress=self._relay(), cancelled=lambda: self._cancelled
            )
        except matching.Cancelled:
            self._desk.notify(State("circle-slash", "Matching was cancelled; nothing has changed", Tone.IDLE))
            return
        self.matched = True
        self._desk.notify(State("sparkles", f"{counted(found, 'record')} looked up in X3", Tone.OK))
        await self._session.reopen()

    async def _recheck(self) -> None:
        self._strip.show_busy("Checking what was decided")
        drift = await self._session.bench.recheck(self._session.deck.kind, progress=self._relay())
        self._tell_drift(drift.checked, len(drift.reopened))
        await self._session.refresh()

    def _relay(self) -> Callable[[int, int, str], None]:
        """Progress that may be told from any thread."""
        loop = asyncio.get_running_loop()
        return lambda done, total, words: tell(loop, self._progress, done, total, words)

    def _progress(self, done: int, total: int, words: str) -> None:
        if self.running:
            figures = f"{done:,} of {total:,}" if total else ""
            said = ": ".join(filter(None, (words or "Matching", figures)))
            self._strip.show_busy(said, share=done / total if total else None)

    def _end(self) -> None:
        self._strip.show_busy("")
        self.ended.emit()

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        entries: list[tuple[str, Callable[[], object]]] = [
            ("Match now", self.match),
            ("Check the decisions again", self.recheck),
            ("", lambda: None),
            ("Fetch items from X3", lambda: self.fetch("items")),
            ("Fetch customers from X3", lambda: self.fetch("customers")),
            ("Fetch listings from Amazon", lambda: self.fetch("listings")),
            ("Fetch all three", lambda: self.fetch(ALL)),
            ("", lambda: None),
            *self.more,
        ]
        for words, act in entries:
            if not words:
                menu.addSeparator()
                continue
            action = QAction(words, menu)
            action.triggered.connect(lambda _on=False, act=act: act())
            menu.addAction(action)
