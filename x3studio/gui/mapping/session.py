"""A mapping session: the deck, the view of it, the record in hand, and what is done to it, in turn."""

import asyncio
from collections.abc import Awaitable, Sequence

from PySide6.QtCore import QObject, Signal

from x3studio.domain.workbench import Key, Kind, RecordState
from x3studio.gui.collector import spare_what_stays
from x3studio.gui.mapping.turns import Turns, later
from x3studio.gui.page import Desk
from x3studio.workbench import Columns, Deck, Evidence, Facet, Filter, Sort, View

_AHEAD = 20
_COUNT_AFTER_MS = 150
_SETTLE_AFTER_MS = 900
_SPARE_AFTER_MS = 3_000
_INLINE = 20_000
"""Up to so many records are filtered at once; more of them in a thread."""
_VISITED = 200
TO_JUDGE = Filter().choosing(
    Facet.STATUS,
    *(RecordState.SUGGESTED, RecordState.CANDIDATES, RecordState.BLOCKED, RecordState.REOPENED),
    *(RecordState.UNSURE, RecordState.NO_CANDIDATE, RecordState.NOT_LOOKED_UP),
)


class Session(QObject):
    """The state behind the page. What is decided keeps its place in the list until the user moves on."""

    opened = Signal()
    """Another deck is here."""
    viewed = Signal()
    """Other rows, or another order."""
    counted = Signal()
    """The counts are others; the rows stand where they stood."""
    picked = Signal()
    """Another record is in hand; its evidence follows."""
    evidenced = Signal(object)
    touched = Signal(object)
    """These rows of the deck look different now."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk = desk
        self.bench = desk.host.workbench
        self.deck = Deck(Kind.ITEMS, Columns())
        self.view: View = self.deck.view()
        self.wanted = TO_JUDGE
        self.sort, self.descending = Sort.WORTH, True
        self.key: Key | None = None
        self.chosen = 0
        self.evidence: Evidence | None = None
        self.ready = False
        self._decided_here: set[Key] = set()
        self._visited: list[Key] = []
        self._turn = 0
        self._view_turn = 0
        self._turns = Turns(desk.tasks)
        self.act = self._turns.add
        """Does something after everything that was asked for before it."""
        self._lock = asyncio.Lock()
        self._recount = later(self, _COUNT_AFTER_MS, lambda: self._start(self._count(), "count the records"))
        self._sparing = later(self, _SPARE_AFTER_MS, spare_what_stays)
        self._settling = later(
            self, _SETTLE_AFTER_MS, lambda: self._start(self._settle(), "sort the records")
        )

    # -- the deck and its view ----------------------------------------------------------------------

    async def open(self, kind: Kind) -> None:
        """Another kind, with its records that wait for a judgement."""
        # The page was just built: no look for garbage need walk over it while the records are read.
        spare_what_stays()
        deck = await self.bench.deck(kind)
        if deck is not self.deck and deck.count > _INLINE:
            # A second later, once what is read ahead for its search is there too.
            self._sparing.start()
        self.deck, self.ready = deck, True
        self.key, self.evidence, self.wanted = None, None, TO_JUDGE
        self._decided_here.clear()
        self._visited.clear()
        self.opened.emit()
        await self.refilter(self.wanted)

    async def refresh(self) -> bool:
        """Somebody wrote to the workspace: what others decided is shown. False where nobody else did."""
        deck = await self.bench.deck(self.deck.kind)
        count, changed = self.deck.count, await self.bench.changes(deck.kind)
        another = deck is not self.deck or deck.count != count
        if another:
            self.deck = deck
            await self.refilter(self.wanted)
        elif changed:
            self.touched.emit([deck.row_of(key) for key in changed])
            await self._count()
        if self.key is not None and not self._turns.acting and (changed or self.evidence is None):
            await self._read(self.key, chosen=self.chosen)
        return another or bool(changed)

    async def reopen(self) -> None:
        """Everything may be different now: after a search over all records."""
        self.deck = await self.bench.deck(self.deck.kind)
        await self.refilter(self.wanted)
        await self.reread()

    async def refilter(self, wanted: Filter) -> None:
        """Another filter; the record in hand stays in hand while it passes, else the first one is taken."""
        self.wanted = wanted
        await self._arrange()
        row = self.deck.row_of(self.key) if self.key is not None else -1
        if row < 0 or self.view.place_of(row) < 0:
            self.pick_place(0)

    async def order(self, sort: Sort, *, descending: bool) -> None:
        """Another order; the record in hand stays where the eye is."""
        self.sort, self.descending = sort, descending
        await self._arrange()

    def place(self) -> int:
        """Where the record in hand stands in the view, -1 where it is not in it."""
        row = self.deck.row_of(self.key) if self.key is not None else -1
        return self.view.place_of(row) if row >= 0 else -1

    # -- the record in hand -------------------------------------------------------------------------

    def pick_place(self, place: int) -> None:
        """Takes the record at a place of the view in hand."""
        if 0 <= place < len(self.view):
            self.pick(self.deck.key(int(self.view.rows[place])))
        elif not len(self.view):
            self.key = self.evidence = None
            self.picked.emit()

    def pick(self, key: Key, *, remember: bool = True) -> None:
        """Takes a record in hand; what is known is shown at once, the evidence as soon as it is read."""
        if key == self.key:
            return
        if remember and self.key is not None:
            self._visited = [*self._visited[-_VISITED:], self.key]
        self.key, self.chosen, self.evidence = key, 0, None
        self.picked.emit()
        self._start(self._read(key, chosen=None), f"read {key.code}")

    def step(self, by: int, *, moving: bool = True) -> bool:
        """Goes on by records; False at the end. `moving` tells that the user does so."""
        place = self.place()
        wanted = place + by if place >= 0 else 0
        if moving:
            self.moved()
        if not 0 <= wanted < len(self.view):
            return False
        self.pick_place(wanted)
        return True

    def step_conflict(self, by: int) -> bool:
        """The next record (or the one before) that something speaks against."""
        place = self.place() + by
        while 0 <= place < len(self.view):
            if self.deck.conflicts[self.view.rows[place]]:
                self.moved()
                self.pick_place(place)
                return True
            place += by
        return False

    def back(self) -> bool:
        """The record that was in hand before; False where there was none."""
        while self._visited:
            key = self._visited.pop()
            if key != self.key and self.deck.row_of(key) >= 0:
                self.pick(key, remember=False)
                return True
        return False

    def choose(self, place: int) -> bool:
        """Compares with another candidate."""
        if self.evidence is None or not 0 <= place < len(self.evidence.candidates) or self.key is None:
            return False
        if place != self.chosen:
            self.chosen = place
            self._start(self._read(self.key, chosen=place), f"read {self.key.code}")
        return True

    # -- what is done -------------------------------------------------------------------------------

    async def written(self, keys: Sequence[Key]) -> None:
        """These records were decided: they stay where they are, counts follow."""
        rows = [row for row in map(self.deck.row_of, keys) if row >= 0]
        self._decided_here.update(keys)
        self.touched.emit(rows)
        self._recount.start()

    def ranked(self, keys: Sequence[Key]) -> None:
        """Other candidates come first for these records now; they stay where they are."""
        self.touched.emit([row for row in map(self.deck.row_of, keys) if row >= 0])
        self._recount.start()
        if self.key in set(keys):
            self._start(self.reread(), "read the record")

    async def current(self) -> Evidence | None:
        """The evidence of the record in hand, read if it is not here yet."""
        if self.key is None:
            return None
        if self.evidence is None:
            await self._read(self.key, chosen=self.chosen or None)
        return self.evidence

    async def reread(self) -> None:
        """The record in hand as it is now."""
        if self.key is not None:
            await self._read(self.key, chosen=self.chosen)

    async def compare_with(self, target: str) -> None:
        """Compares the record in hand with an X3 record that was searched for."""
        if self.key is None:
            return
        self._turn += 1
        turn, key = self._turn, self.key
        evidence = await self.bench.compare_with(self.deck.kind, key, target)
        if turn == self._turn and key == self.key:
            self.evidence, self.chosen = evidence, max(evidence.chosen, 0)
            self.evidenced.emit(evidence)

    async def choose_now(self, place: int) -> Evidence:
        """Compares with another candidate and waits for what it says."""
        if self.key is None:
            raise AssertionError("a candidate is chosen for a record in hand")
        await self._read(self.key, chosen=place)
        if self.evidence is None:
            raise AssertionError("evidence that was read is here")
        return self.evidence

    async def _read(self, key: Key, *, chosen: int | None) -> None:
        self._turn += 1
        turn = self._turn
        evidence = await self.bench.evidence(self.deck.kind, key, chosen=chosen)
        if turn != self._turn or key != self.key:
            return
        self.evidence, self.chosen = evidence, max(evidence.chosen, 0)
        self.evidenced.emit(evidence)
        self._start(self._look_ahead(turn), "read ahead")

    async def _look_ahead(self, turn: int) -> None:
        """The evidence of the next twenty, one by one: whatever the user does goes first."""
        place = self.place()
        rows = self.view.rows[place + 1 : place + 1 + _AHEAD].tolist() if place >= 0 else []
        for row in rows:
            if turn != self._turn or self._turns.acting:
                return
            await self.bench.evidence(self.deck.kind, self.deck.key(row))

    async def _arrange(self, *, keep: bool = False) -> None:
        self._view_turn += 1
        turn = self._view_turn
        view = await self._made()
        if view is not None and turn == self._view_turn:
            row = self.deck.row_of(self.key) if self.key is not None else -1
            self.view = view.keeping(row, of=self.view) if keep else view
            self._decided_here.clear()
            self.viewed.emit()

    async def _count(self) -> None:
        """Counts anew without moving a row."""
        turn = self._view_turn
        view = await self._made()
        if view is not None and turn == self._view_turn:
            self.view = View(self.view.rows, view.facets, view.revision)
            self.counted.emit()

    async def _made(self) -> View | None:
        """The view that is wanted; None where another one has come to be wanted meanwhile."""
        deck, wanted, sort, descending = self.deck, self.wanted, self.sort, self.descending

        def view() -> View:
            return deck.view(wanted, sort=sort, descending=descending)

        if deck.count <= _INLINE:
            return view()
        async with self._lock:
            if wanted is not self.wanted:
                return None
            return await self.desk.tasks.offload(view)

    def moved(self) -> None:
        """The user goes elsewhere: what no longer passes the filter leaves a moment later."""
        if self._decided_here - {self.key}:
            self._settling.start()

    async def _settle(self) -> None:
        """The user has moved on: what no longer passes leaves, the record in hand stays under the eye."""
        if self._turns.acting:
            self._settling.start()
            return
        await self._arrange(keep=True)

    def _start(self, work: Awaitable[None], name: str) -> None:
        self.desk.tasks.start(work, name=name)  # type: ignore[arg-type]
