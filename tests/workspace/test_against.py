"""The flags of the list and the findings beside a record are one judgement, over the whole demo company."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.gui.catalogue import catalogue
from x3studio.domain.mappings import Component, ItemPair, Judgement
from x3studio.domain.workbench import ConflictCode, Key, Kind, RecordState, conflicts_in
from x3studio.sandbox.world import World
from x3studio.store import Store
from x3studio.workbench import Deck
from x3studio.workspace.workbench.service import Workbench
from x3studio.workspace.workbench.values import Choice

ITEMS = Kind.ITEMS
_SILENT = {RecordState.REJECTED, RecordState.EXCLUDED}
"""What stands for nothing has nothing against it; beside it the first candidate is still compared."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.create(tmp_path / "one.x3studio", key=bytes(range(32))) as opened:
        await catalogue(opened, decided=False, searched=False)
        yield opened


@pytest.fixture
async def bench(store: Store) -> Workbench:
    made = Workbench(store)
    await made.match(ITEMS)
    return made


def _choice(pair: ItemPair) -> Choice:
    key = Key(pair.seller_sku, pair.marketplace)
    judgement = Judgement.ACCEPTED if pair.itmref or pair.components else Judgement.REJECTED
    return Choice(ITEMS, key, pair.itmref, pair.pack_factor, pair.components, judgement=judgement)


async def differing(bench: Workbench) -> list[str]:
    """Records whose flags are not what the evidence finds."""
    deck, found = await bench.deck(ITEMS), []
    for row in range(deck.count):
        evidence = await bench.evidence(ITEMS, deck.key(row))
        shown, said = _flags(deck, row), {finding.code for finding in evidence.conflicts}
        if shown != (set() if deck.state(row) in _SILENT else said):
            found.append(f"{deck.key(row)} {deck.state(row).name}: {sorted(shown)} beside {sorted(said)}")
    return found


def _flags(deck: Deck, row: int) -> set[ConflictCode]:
    return set(conflicts_in(int(deck.conflicts[row])))


async def test_before_anything_is_decided(bench: Workbench) -> None:
    deck = await bench.deck(ITEMS)
    assert deck.count > 140
    assert len({code for row in range(deck.count) for code in _flags(deck, row)}) > 6
    assert await differing(bench) == []


async def test_after_everything_is_decided_as_it_should_be(bench: Workbench) -> None:
    world = World.build(seed=7, items=100, orders=0, now=datetime.now(UTC))
    for pair in world.item_pairs():
        await bench.decide([_choice(pair)])
    deck = await bench.deck(ITEMS)
    assert any(deck.state(row) is RecordState.KIT for row in range(deck.count))
    assert await differing(bench) == []
    # As whoever opens the file now sees it.
    assert await differing(Workbench(bench._store)) == []


async def test_after_decisions_for_other_items_and_other_factors(bench: Workbench) -> None:
    deck = await bench.deck(ITEMS)
    choices = []
    for row in range(0, deck.count, 2):
        evidence = await bench.evidence(ITEMS, deck.key(row))
        if not evidence.candidates:
            continue
        one = evidence.candidates[-1 if row % 4 else 0]
        factor = (Decimal(1), one.pack, Decimal(6), Decimal("0.5"))[row // 2 % 4]
        choice = Choice(ITEMS, deck.key(row), one.target, factor)
        if row % 14 == 0:
            kit = (Component(one.target, Decimal(2)), Component("LIN-TM-GE", Decimal(1)))
            choice = replace(choice, target="", pack=Decimal(1), components=kit)
        choices.append(choice)
    assert len(choices) > 60
    await bench.decide(choices)
    assert await differing(bench) == []
    await bench.undo()
    assert await differing(bench) == []


async def test_a_new_search_and_a_re_check_leave_them_one(bench: Workbench, store: Store) -> None:
    pairs = World.build(seed=7, items=100, orders=0, now=datetime.now(UTC)).item_pairs()
    await store.write(
        # As another program would write them: nothing is worked out meanwhile.
        lambda tables: tables.mappings.record(
            [(pair, Judgement.ACCEPTED) for pair in pairs if pair.itmref or pair.components], who="Ada"
        )
    )
    await bench.match(ITEMS)
    assert await differing(bench)
    await bench.recheck(ITEMS)
    assert await differing(bench) == []
