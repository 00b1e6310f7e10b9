"""An operator at the mapping workbench: the page over the demo company, with the keyboard and the hands."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from x3studio.domain.mappings import ItemPair, Judgement
from x3studio.domain.workbench import Key, RecordState
from x3studio.gui.mapping.page import MappingPage
from x3studio.gui.window import Window
from x3studio.sandbox.world import World

from .catalogue import catalogue
from .conftest import active, settled
from .hands import Operator
from .scenes import FakeHost

Drive = Callable[[Any], Any]
Opened = Callable[..., AbstractAsyncContextManager[Window]]


class Consultant(Operator):
    """Sees what the page shows and presses what is printed on it."""

    def __init__(self, window: Window, world: World | None) -> None:
        super().__init__(window)
        page = window.page
        assert isinstance(page, MappingPage)
        self.page = page
        self.world = world

    @property
    def code(self) -> str:
        """The record in hand."""
        return self.page.session.key.code if self.page.session.key is not None else ""

    @property
    def host(self) -> FakeHost:
        """The open workspace."""
        host = self.window.desk.host
        assert isinstance(host, FakeHost)
        return host

    def codes(self) -> list[str]:
        """The queue from top to bottom."""
        session = self.page.session
        return [session.deck.codes[row] for row in session.view.rows.tolist()]

    def state(self, code: str) -> RecordState:
        """Where a record stands, as the deck shows it."""
        deck = self.page.session.deck
        return deck.state(deck.codes.index(code))

    async def at_rest(self) -> None:
        """Until everything that was asked for is done and shown."""
        await settled(self.window.tasks)

    async def presses(self, *keys: str) -> None:
        """Keys, one after the other, each carried out before the next."""
        for key in keys:
            await self.keys(key)
            await self.at_rest()

    async def goes_to(self, code: str) -> None:
        """Takes a record in hand, whatever the filter."""
        self.page.show_record(code)
        await self.at_rest()
        assert self.code == code

    async def stands(self, code: str) -> ItemPair | None:
        """What is decided in the file."""
        pairs = await self.host.store.read(lambda tables: tables.mappings.items_for([code]))
        return next(iter(pairs.values()), None)

    async def judged(self, code: str) -> list[Judgement]:
        """The decisions about a record, newest first."""
        key = next(
            key
            for key in map(self.page.session.deck.key, range(self.page.session.deck.count))
            if key.code == code
        )
        found = await self.host.workbench.history(self.page.session.deck.kind, key)
        return [decision.judgement for decision in found]

    def key_of(self, code: str) -> Key:
        """A record's whole key."""
        deck = self.page.session.deck
        return deck.key(deck.codes.index(code))


@asynccontextmanager
async def at_work(
    opened: Opened, *, catalogued: bool = True, decided: bool = True, **more: Any
) -> AsyncIterator[Consultant]:
    """The page over the demo company, read, with the keyboard on its records."""
    async with opened(**more) as window:
        world = await catalogue(window.desk.host.store, decided=decided) if catalogued else None
        window.go("mapping")
        await settled(window.tasks)
        await active(window)
        consultant = Consultant(window, world)
        consultant.page.take_focus()
        await settled(window.tasks)
        yield consultant
