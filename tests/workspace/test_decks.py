"""Decks of many records: read whole in columns or SKU by SKU, kept for the next start."""

import asyncio
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from tests.benchmarks.mapping_rows import fill
from x3studio.domain.mappings import ItemPair, Judgement
from x3studio.domain.workbench import Key, Kind, Mark
from x3studio.store import Store, Tables
from x3studio.store.board import Board
from x3studio.vault import MemoryVault
from x3studio.workbench import Deck
from x3studio.workspace import Workspace
from x3studio.workspace.workbench.items import columns_of, main_currency
from x3studio.workspace.workbench.service import Workbench

_KEY = bytes(range(32))
_MANY = 20_000
_SOON = 20.0


def _whole(tables: Tables) -> Board:
    (skus, pairs, sales, items, marks), (listings, lookups) = tables.boards.whole(), tables.boards.offered()
    return Board(skus, pairs, listings, sales, items, lookups, marks, tables.boards.standing())


def _some(tables: Tables, *, skus: list[str]) -> Board:
    return tables.boards.items(skus)


def _deck(board: Board, *, sold: bool) -> Deck:
    columns = columns_of(board, currency=main_currency(board), estimate=not sold)
    return Deck(Kind.ITEMS, columns)


def _shown(deck: Deck) -> list[str]:
    """Every record in words, for a nan is not itself."""
    return [repr(deck.record(row)) for row in range(deck.count)]


def _said(tables: Tables) -> None:
    """Decisions, and marks of every kind."""
    tables.mappings.record_step(
        [
            (ItemPair("HB-000001", "ITM000001"), Judgement.ACCEPTED),
            (ItemPair("HB-000002", "ITM000009", pack_factor=Decimal(12)), Judgement.ACCEPTED),
            (ItemPair("HB-000003", ""), Judgement.REJECTED),
        ],
        who="ada",
    )
    for place, mark in enumerate(Mark):
        tables.marks.put(Kind.ITEMS, [(Key(f"HB-{20 + place:06d}"), "word")], mark, who="ada", step=1)


def _odd(tables: Tables) -> None:
    """A SKU of one marketplace alone, and a very odd title."""
    tables.conn.execute(
        "INSERT INTO skus (sku, marketplace, title, asin, channel, marketplaces, itmref, state, waiting, at)"
        " VALUES ('HB-000007', 'APJ6JRA9NG5V4', 'elsewhere', '', 'FBM', '[]', '', 'unmapped', 2, NULL)"
    )
    tables.conn.execute("UPDATE skus SET title = 'Odd ' || char(30) || ' title' WHERE sku = 'HB-000005'")


async def test_a_deck_read_whole_is_the_deck_read_by_sku(tmp_path: Path) -> None:
    async with Store.create(tmp_path / "few.x3studio", key=_KEY) as store:
        await fill(store, listings=60, items=30)
        await store.write(_said)
        await store.write(_odd)
        for sold in (True, False):
            if not sold:
                await store.write(lambda tables: tables.conn.execute("DELETE FROM sales_sums"))
            whole = await store.read(_whole)
            skus = sorted(set(whole.skus[0].to_pylist()))
            by_sku = await store.read(partial(_some, skus=skus))
            deck = _deck(whole, sold=sold)
            assert deck.count == 61
            assert _shown(deck) == _shown(_deck(by_sku, sold=sold))
            assert "Odd \x1e title" in deck.titles


async def test_an_empty_file_has_an_empty_deck(tmp_path: Path) -> None:
    async with Store.create(tmp_path / "none.x3studio", key=_KEY) as store:
        assert (await Workbench(store).deck(Kind.ITEMS)).count == 0


async def test_a_large_deck_is_kept_for_the_next_start_with_what_is_decided_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "many.x3studio"
    async with Store.create(path, key=_KEY) as store:
        await fill(store, listings=_MANY, items=200)
        deck = await Workbench(store).deck(Kind.ITEMS)
        async with asyncio.timeout(_SOON):
            while await store.read(lambda tables: tables.boards.snapshot(Kind.ITEMS)) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await store.write(_said)
    async with Store.open(path, key=_KEY) as store:
        again = await Workbench(store).deck(Kind.ITEMS)
        fresh = _deck(await store.read(_whole), sold=True)
    assert again.count == deck.count == _MANY
    assert deck.record(1) != again.record(1)
    touched = range(40)
    assert [again.record(row) for row in touched] == [fresh.record(row) for row in touched]


async def test_many_records_are_put_together_before_anybody_opens_them(tmp_path: Path) -> None:
    path = tmp_path / "many.x3studio"
    async with Store.create(path, key=_KEY) as store:
        await fill(store, listings=_MANY, items=200)
        await Workbench(store).keep_ready()
        first = await store.read(lambda tables: tables.boards.snapshot(Kind.ITEMS))
        await Workbench(store).keep_ready()
        again = await store.read(lambda tables: tables.boards.snapshot(Kind.ITEMS))
        await store.write(_odd)
        await store.write(lambda tables: tables.masters.touch("listings"))
        await Workbench(store).keep_ready()
        anew = await store.read(lambda tables: tables.boards.snapshot(Kind.ITEMS))
        deck = await Workbench(store).deck(Kind.ITEMS)
        fresh = _deck(await store.read(_whole), sold=True)
    assert first is not None and first == again and anew is not None and anew[0] != first[0]
    assert _shown(deck) == _shown(fresh) and "Odd \x1e title" in deck.titles


@pytest.mark.parametrize(("listings", "kept"), [(_MANY, True), (60, False)])
async def test_only_many_records_are_kept_once_masters_came(
    tmp_path: Path, listings: int, kept: bool
) -> None:
    async with Store.create(tmp_path / "some.x3studio", key=_KEY) as store:
        await fill(store, listings=listings, items=30)
        await Workspace(store, MemoryVault({}), title="Some").masters_came()
        assert (await store.read(lambda tables: tables.boards.snapshot(Kind.ITEMS)) is not None) is kept


async def test_what_was_begun_for_a_page_is_taken_unless_the_masters_changed_meanwhile(
    tmp_path: Path,
) -> None:
    async with Store.create(tmp_path / "begun.x3studio", key=_KEY) as store:
        await fill(store, listings=60, items=30)
        first, second = Workbench(store), Workbench(store)
        for bench in (first, second):
            bench.begin(Kind.ITEMS)
        await store.write(_said)
        deck = await first.deck(Kind.ITEMS)
        assert deck.targets[deck.row_of(Key("HB-000002"))] == "ITM000009"
        await store.write(_odd)
        await store.write(lambda tables: tables.masters.touch("listings"))
        assert (await second.deck(Kind.ITEMS)).count == 61
