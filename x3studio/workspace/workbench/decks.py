"""The decks of a workspace: loaded once, then kept up to date with what anybody decides."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from x3studio.domain.workbench import Key, Kind
from x3studio.store import Store, Tables
from x3studio.store.board import LARGE, Block, Board
from x3studio.workbench import Columns, Deck
from x3studio.workbench.snapshot import packed, unpacked
from x3studio.workspace.workbench import codes, customers, outcomes
from x3studio.workspace.workbench.collecting import uncollected
from x3studio.workspace.workbench.items import columns_of, main_currency

_KEPT_AFTER = 1.0
_MANY_DECISIONS, _MANY_CHANGES = 40_000, 1_000
_MASTERS = ("items", "listings", "sales", "customers", "codes", "stock")


@dataclass(frozen=True, slots=True)
class Marker:
    """How far a deck has seen: numbers of the last decision and mark, and what makes it stale as a whole.

    `currency` and `estimated` are the deck's own, kept beside a snapshot.
    """

    decision: int
    mark: int
    waiting: Mapping[str, int]
    whole: str
    currency: str = ""
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """What a deck of items is made of, as it was at `now`: its snapshot, or two halves of the tables."""

    now: Marker
    kept: tuple[Marker, bytes] | None = None
    half: tuple[Block, ...] | None = None
    """skus, pairs, sales, items, marks, standing."""
    rest: "Future[tuple[Block, Block]] | None" = None
    """listings, lookups."""


class Decks:
    """One deck a kind. All calls come from one event loop."""

    def __init__(self, store: Store, aside: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        """`aside` starts what nobody waits for."""
        self._store, self._aside = store, aside
        self._decks: dict[Kind, Deck] = {}
        self._seen: dict[Kind, Marker] = {}
        self._locks: dict[Kind, asyncio.Lock] = {}
        self._begun: Future[_Read] | None = None

    async def get(self, kind: Kind) -> Deck:
        """The deck as of now; the same object until the masters behind it change."""
        await self.catch_up(kind)
        return self._decks[kind]

    def drop(self, kind: Kind) -> None:
        """Lets go of a deck, to be loaded anew."""
        self._seen.pop(kind, None)

    def loaded(self, kind: Kind) -> Deck | None:
        """The deck if it is in memory."""
        return self._decks.get(kind)

    async def catch_up(self, kind: Kind) -> tuple[Key, ...]:
        """Takes over what this or another window decided since; returns the records that changed."""
        async with self._locks.setdefault(kind, asyncio.Lock()):
            seen = self._seen.get(kind)
            now = await self._store.read(lambda tables: marker(tables, kind))
            if seen is None or seen.whole != now.whole:
                seen = await self._opened(kind, now)
            if (seen.decision, seen.mark, seen.waiting) == (now.decision, now.mark, now.waiting):
                return ()
            keys = await self._changes(kind, seen, now)
            self._seen[kind] = now
            return keys

    async def refresh(self, kind: Kind, keys: Sequence[Key]) -> None:
        """Reads these records anew."""
        deck = self._decks.get(kind)
        if deck is not None:
            await self._refresh(deck, [key.code for key in keys])

    async def _refresh(self, deck: Deck, skus: Sequence[str]) -> list[int]:
        board = await self._store.read(lambda tables: tables.boards.items(skus))
        return deck.changed(columns_of(board, currency=deck.currency, estimate=deck.worth_is_estimated))

    def begin(self, kind: Kind) -> None:
        """Starts to read what the deck is made of; whoever builds a page for it meanwhile waits less."""
        if kind is Kind.ITEMS and kind not in self._decks and self._begun is None:
            self._begun = self._store.begin(self._read)

    async def _opened(self, kind: Kind, now: Marker) -> Marker:
        """Loads a deck whole, from its snapshot where that is not stale; returns how far it has seen."""
        if kind is not Kind.ITEMS:
            self._decks[kind], self._seen[kind] = await self._small(kind), now
            return now
        begun, self._begun = self._begun or self._store.begin(self._read), None
        read = await asyncio.wrap_future(begun)
        if read.now.whole != now.whole:
            read = await asyncio.wrap_future(self._store.begin(self._read))
        seen, deck = read.now, None
        if read.kept is not None:
            seen, data = read.kept
            deck = await asyncio.to_thread(_unpacked, data, seen)
        if deck is None:
            seen = read.now
            deck = await (self._load(kind) if read.half is None else self._put_together(read))
        self._decks[kind], self._seen[kind] = deck, seen
        return seen

    def _read(self, tables: Tables, *, anew: bool = False) -> _Read:
        """The snapshot, or a half of the tables while another reader reads the other one.

        One commit more that either sees is among the changes since `now`.
        """
        now = marker(tables, Kind.ITEMS)
        kept = None if anew else _from_snapshot(tables, now)
        if kept is not None:
            return _Read(now, kept=kept)
        rest = self._store.begin(lambda tables: tables.boards.offered())
        return _Read(now, half=(*tables.boards.whole(), tables.boards.standing()), rest=rest)

    async def _load(self, kind: Kind) -> Deck:
        if kind is not Kind.ITEMS:
            return await self._small(kind)
        anew = partial(self._read, anew=True)
        return await self._put_together(await asyncio.wrap_future(self._store.begin(anew)))

    async def keep_ready(self) -> None:
        """Puts many items together where what is kept is stale, so that the next page opens at once."""
        if not await self._store.read(lambda tables: tables.boards.is_large()):
            return
        read = await asyncio.wrap_future(self._store.begin(self._read))
        if read.kept is not None:
            return
        deck, columns = await self._built(read)
        await self._keep(read.now, deck, columns)

    async def _put_together(self, read: _Read) -> Deck:
        deck, columns = await self._built(read)
        if deck.count >= LARGE:
            # Nobody waits for it, and it waits for the first rows.
            self._aside(self._keep(read.now, deck, columns, after=_KEPT_AFTER))
        return deck

    async def _built(self, read: _Read) -> tuple[Deck, Columns]:
        if read.half is None or read.rest is None:
            raise AssertionError("tables that were read have two halves")
        with uncollected():
            skus, pairs, sales, items, marks, standing = read.half
            listings, lookups = await asyncio.wrap_future(read.rest)
            board = Board(skus, pairs, listings, sales, items, lookups, marks, standing)
            return await asyncio.to_thread(_items_deck, board)

    async def _keep(self, seen: Marker, deck: Deck, columns: Columns, *, after: float = 0.0) -> None:
        """Keeps the columns for the next start, `after` seconds from now."""
        await asyncio.sleep(after)
        kept = replace(seen, currency=deck.currency, estimated=deck.worth_is_estimated)
        data, text = await asyncio.to_thread(packed, columns), json.dumps(asdict(kept))
        await self._store.write(lambda tables: tables.boards.keep_snapshot(Kind.ITEMS, text, data))

    async def _small(self, kind: Kind) -> Deck:
        load = customers.deck if kind is Kind.CUSTOMERS else codes.deck
        return await self._store.read(lambda tables: load(tables, kind))

    async def _changes(self, kind: Kind, seen: Marker, now: Marker) -> tuple[Key, ...]:
        deck = self._decks[kind]
        if kind is not Kind.ITEMS:
            fresh = await self._small(kind)
            deck.changed([fresh.record(row) for row in range(fresh.count)])
            return tuple(deck.key(row) for row in range(deck.count))
        skus = await self._store.read(lambda tables: tables.boards.touched(seen.decision, seen.mark))
        skus |= {
            sku
            for sku in seen.waiting.keys() | now.waiting.keys()
            if seen.waiting.get(sku) != now.waiting.get(sku)
        }
        many = len(skus) > _MANY_CHANGES
        if many and seen.mark == now.mark:
            decided = await self._store.read(lambda tables: outcomes.read(tables, deck, skus, now.waiting))
            if decided is not None:
                return tuple(deck.key(row) for row in outcomes.take_over(deck, decided))
        rows = await (self._follow(deck, list(skus)) if many else self._refresh(deck, list(skus)))
        if any(deck.codes[row] in skus for row in deck.special_rows):
            # A mapping for one marketplace that was taken back leaves no record: a deck only ever grows.
            some = [deck.codes[row] for row in deck.special_rows if deck.codes[row] in skus]
            board = await self._store.read(lambda tables: tables.boards.items(some, outcome_only=True))
            known = {Key(*parts) for parts in zip(board.skus[0], board.skus[1], strict=True)}
            if any(deck.codes[row] in skus and deck.key(row) not in known for row in deck.special_rows):
                self._decks[kind] = await self._load(kind)
        return tuple(deck.key(row) for row in rows)

    async def _follow(self, deck: Deck, skus: Sequence[str]) -> list[int]:
        """Takes over the outcome alone: offers and sales do not change by decisions."""
        board = await self._store.read(lambda tables: tables.boards.items(skus, outcome_only=True))
        if any(deck.row_of(Key(*parts)) < 0 for parts in zip(board.skus[0], board.skus[1], strict=True)):
            return await self._refresh(deck, skus)
        columns = await asyncio.to_thread(columns_of, board, currency=deck.currency, estimate=False)
        return deck.outcome(columns)


def _items_deck(board: Board) -> tuple[Deck, Columns]:
    """The deck and what it was made of."""
    currency, estimate = main_currency(board), not len(board.sales[0])
    columns = columns_of(board, currency=currency, estimate=estimate)
    return Deck(Kind.ITEMS, columns, currency=currency, worth_is_estimated=estimate), columns


def _from_snapshot(tables: Tables, now: Marker) -> tuple[Marker, bytes] | None:
    found = tables.boards.snapshot(Kind.ITEMS)
    if found is None:
        return None
    seen = Marker(**json.loads(found[0]))
    if seen.whole != now.whole or now.decision - seen.decision > _MANY_DECISIONS:
        return None
    return seen, found[1]


def _unpacked(data: bytes, seen: Marker) -> Deck | None:
    columns = unpacked(data)
    if columns is None:
        return None
    return Deck(Kind.ITEMS, columns, currency=seen.currency, worth_is_estimated=seen.estimated)


def marker(tables: Tables, kind: Kind) -> Marker:
    """How far a deck that is loaded now has seen."""
    ages = tuple(tables.masters.age(each) for each in _MASTERS)
    run = tables.lookups.last_run(kind)
    return Marker(
        decision=tables.mappings.revision(),
        mark=tables.marks.revision(),
        waiting=tables.boards.waiting(),
        whole=" ".join([*map(str, ages), str(run.id if run else 0)]),
    )
