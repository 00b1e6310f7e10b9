"""Decisions that need more than a key: pack factor, kit, comment, request, family."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from x3studio.domain.workbench import Kind, Mark
from x3studio.gui.mapping import data
from x3studio.gui.mapping.asking import ask_text
from x3studio.gui.mapping.changing import Changing
from x3studio.gui.mapping.family import ask_family
from x3studio.gui.mapping.kit import ask_kit
from x3studio.gui.mapping.pack import ask_pack
from x3studio.gui.mapping.words import factor_words
from x3studio.gui.states import State
from x3studio.gui.theme import Tone

if TYPE_CHECKING:
    from x3studio.gui.mapping.page import MappingPage


class Editing(QObject):
    """Every editor works on the record in hand."""

    def __init__(self, page: "MappingPage", changing: Changing) -> None:
        super().__init__(page)
        self._page, self._session, self._changing = page, page.session, changing
        self._desk = page.desk

    async def pack(self, *, start: str = "", whole: bool = False) -> None:
        """How many X3 units one Amazon unit holds, with what that does to stock and price.

        `whole` takes only factors that move whole stock units.
        """
        evidence = await self._session.current()
        if evidence is None or not (evidence.candidates or evidence.standing):
            self._say("Choose an X3 item first: a pack factor belongs to one")
            return
        place = min(self._session.chosen, len(evidence.candidates) - 1)
        target = evidence.candidates[place].target if evidence.candidates else evidence.standing
        item = await data.item(self._desk.host.store, target)
        factor = await ask_pack(self._desk, self._page, evidence, target, item=item, start=start, whole=whole)
        if factor is not None:
            await self._changing.accept(evidence.key, target, pack=factor_words(factor))

    async def kit(self) -> None:
        """What one Amazon unit is put together of."""
        evidence = await self._session.current()
        if evidence is None:
            return
        components = await ask_kit(self._desk, self._page, evidence)
        if components:
            await self._changing.accept(evidence.key, "", components=components)

    async def comment(self) -> None:
        """A word to whoever looks at this record next."""
        evidence = await self._session.current()
        if evidence is None:
            return
        known = dict(evidence.marks).get(Mark.COMMENT, "")
        text = await ask_text(
            self._desk,
            self._page,
            f"Comment on {evidence.key.code}",
            caption="Comment",
            action="Save",
            text=known,
        )
        if text and text != known:
            await self._changing.mark([evidence.key], Mark.COMMENT, text, said="Comment saved")

    async def request(self) -> None:
        """A new X3 item is asked for; the record waits for it."""
        evidence = await self._session.current()
        if evidence is None:
            return
        text = await ask_text(
            self._desk,
            self._page,
            "Request a new X3 item",
            caption="What is needed",
            action="Request",
            text=evidence.title,
            help_="The request is kept with the record and goes into the Excel file and the handover report.",
        )
        if text:
            await self._changing.mark(
                [evidence.key], Mark.NEW_ITEM, text, said="New item requested", moves=True
            )

    async def family(self) -> None:
        """Parent and children as one tree, mapped in one action."""
        key, kind = self._session.key, self._session.deck.kind
        family = await self._session.bench.family(key) if key is not None and kind is Kind.ITEMS else None
        if family is None:
            self._say("No family: no parent in Amazon, no tag, and no other SKU begins like this one")
            return
        choices = await ask_family(self._desk, self._page, family)
        if choices:
            name = f"Family {family.name}"
            await self._changing.accept_many(choices, said=f"{name} accepted", batch=name)

    def _say(self, words: str) -> None:
        self._page.showing.announce(words)
        self._desk.notify(State("info", words, Tone.IDLE))
