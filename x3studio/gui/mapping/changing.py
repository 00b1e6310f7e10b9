"""Writes what was decided, shows it, says it, and goes on: nothing is painted as saved before it is."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from x3studio.domain.mappings import Component, Judgement
from x3studio.domain.workbench import Key, Mark
from x3studio.gui.mapping import data, telling
from x3studio.gui.mapping.turns import later
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.dialog import confirm
from x3studio.workspace.workbench.values import Choice, Done

if TYPE_CHECKING:
    from x3studio.gui.mapping.page import MappingPage

_LEARNS_AFTER_MS = 1_500


class Changing(QObject):
    """Every way to change what stands."""

    def __init__(self, page: "MappingPage") -> None:
        super().__init__(page)
        self._page, self._session, self._desk = page, page.session, page.desk
        self._bench = page.session.bench
        # Off the path of the keys: the ranking learns once a burst of decisions has ended.
        self._learning = later(self, _LEARNS_AFTER_MS, self._learn)

    async def accept(
        self,
        key: Key,
        target: str,
        *,
        pack: str = "1",
        components: tuple[Component, ...] = (),
        note: str = "",
    ) -> None:
        """This X3 record stands for it; then the next one is taken in hand."""
        kind = self._session.deck.kind
        choice = Choice(kind, key, target, Decimal(pack or 1), components, note)
        said = f"kit of {len(components)}" if components else target
        await self._decided(choice, said=f"Accepted {said}")

    async def decide(self, key: Key, *, judgement: Judgement, note: str = "") -> None:
        """No X3 record stands for it."""
        await self._decided(
            Choice(self._session.deck.kind, key, judgement=judgement, note=note), said="No X3 counterpart"
        )

    async def accept_many(self, choices: Sequence[Choice], *, said: str, batch: str = "") -> None:
        """Several at once, as one step."""
        await self.show(await self._bench.decide(choices, batch=batch), said=said)
        await self._session.reread()

    async def mark(
        self, keys: Sequence[Key], mark: Mark, value: str, *, said: str, moves: bool = False
    ) -> None:
        """Says something about records without deciding them."""
        done = await self._bench.mark(self._session.deck.kind, keys, mark, value)
        await self.show(done, said=said)
        if moves:
            self._go_on()
        else:
            await self._session.reread()

    async def undo(self) -> None:
        """Takes this person's last step back, whatever its size."""
        await self._turned(await self._bench.undo(), nothing="Nothing to undo", word="Undone")

    async def redo(self) -> None:
        """Brings back what was undone last."""
        await self._turned(await self._bench.redo(), nothing="Nothing to redo", word="Done again")

    async def revert(self, decision: int) -> None:
        """Takes one decision back; those after it keep standing. What depends on it is said first."""
        if self._session.key is not None and not await self._sure(self._session.key):
            return
        done = await self._bench.revert_decision(decision)
        await self._turned(done if done.keys else None, nothing="Taken back already", word="Taken back")

    async def revert_step(self, step: int) -> None:
        """Takes one step of the log back, all of its records."""
        done = await self._bench.revert(step)
        await self._turned(done if done.keys else None, nothing="Taken back already", word="Taken back")

    async def show(self, done: Done, *, said: str) -> None:
        """Rows, counts, log, and words for the screen reader."""
        place = self._page.showing.place_words()
        await self._session.written(done.keys)
        self._page.showing.announce(", ".join(filter(None, (said, place))))
        self._page.showing.read_soon()
        self._learning.start()
        if done.freed:
            cases = await data.freed(self._desk.host.store, done.freed)
            self._page.freed.add(done.title or telling.short(done.keys[0]), cases)

    async def _decided(self, choice: Choice, *, said: str) -> None:
        done = await self._bench.decide([choice])
        await self.show(done, said=said)
        if self._session.key == choice.key:
            self._go_on()
        else:
            await self._session.reread()

    def _learn(self) -> None:
        # Before the first search of this start there is nothing to rank anew.
        work = self._page.work
        if work.matched and not work.running:
            self._desk.tasks.start(self._refine(), name="rank again with what was decided")

    async def _refine(self) -> None:
        keys = await self._bench.refine(self._session.deck.kind)
        if keys:
            self._session.ranked(keys)

    async def _sure(self, key: Key) -> bool:
        """Says what hangs on a decision before it is taken back; asks only where something does."""
        impact = await self._bench.impact(self._session.deck.kind, key)
        if not impact.open_orders and not impact.settlement_lines:
            return True
        return await confirm(
            self._desk.theme,
            self._page,
            f"Take back what stands for {telling.short(key)}?",
            fact=f"Depends on it: {impact.words}.",
            action="Take it back",
            keep="Keep it",
            safety="One step; it can be done again",
        )

    def _go_on(self) -> None:
        if not self._session.step(1, moving=False):
            words = telling.nothing_left(self._session.deck.kind)
            self._desk.notify(State("circle-check", words, Tone.OK))

    async def _turned(self, done: Done | None, *, nothing: str, word: str) -> None:
        if done is None:
            self._desk.notify(State("undo-2", nothing, Tone.IDLE))
            return
        self._page.freed.drop(done.keys)
        await self.show(done, said=word)
        subject = telling.short(done.keys[0]) if len(done.keys) == 1 else counted(len(done.keys), "record")
        self._desk.notify(State("undo-2", f"{word}: {subject}", Tone.IDLE))
        first = next((key for key in done.keys if self._session.deck.row_of(key) >= 0), None)
        if first is not None and first != self._session.key:
            self._session.pick(first)
        else:
            await self._session.reread()
