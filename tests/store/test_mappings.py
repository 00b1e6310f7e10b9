"""Mappings: what stands follows from the decisions, any of which can be taken back and brought back."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from x3studio.domain.catalogue import Item, Listing
from x3studio.domain.mappings import Component, CustomerPair, ItemPair, Judgement
from x3studio.domain.monitor import ExceptionCase
from x3studio.store import MappingRow, Store, Tables

ACCEPTED, REJECTED, WITHDRAWN = Judgement.ACCEPTED, Judgement.REJECTED, Judgement.WITHDRAWN


async def _decide(store: Store, pair: ItemPair | CustomerPair, judgement: Judgement = ACCEPTED) -> int:
    decision = await store.write(lambda t: t.mappings.decide(pair, judgement, who="ann"))
    return decision.id


async def _revert(store: Store, id: int) -> Judgement:
    decision = await store.write(lambda t: t.mappings.revert(id, who="ann"))
    return decision.judgement


async def _stands(store: Store, sku: str) -> str | None:
    pairs = await store.read(lambda t: t.mappings.items_for([sku]))
    return pairs[sku, ""].itmref if (sku, "") in pairs else None


async def _rows(store: Store, **wanted: Any) -> tuple[MappingRow, ...]:
    page = await store.read(lambda t: t.mappings.page(**wanted))
    return page.rows


async def test_a_kit_reads_back_whole(store: Store) -> None:
    kit = ItemPair(
        "KIT-1",
        "",
        pack_factor=Decimal("2.5"),
        marketplace="DE",
        components=(Component("A", Decimal("0.5"), Decimal(3)), Component("B", Decimal(4))),
        note="Größe L",
    )
    await _decide(store, kit)
    assert await store.read(lambda t: t.mappings.items_for(["KIT-1", "KIT-2"])) == {("KIT-1", "DE"): kit}
    history = await store.read(lambda t: t.mappings.history())
    assert history.rows[0].pair == kit
    assert (await store.read(lambda t: t.mappings.item_pairs())).rows == (kit,)


async def test_customers(store: Store) -> None:
    pairs = [CustomerPair("C1", "DE", "FBM"), CustomerPair("C2", "DE", "FBM", vat_number="DE123")]
    for pair in pairs:
        await _decide(store, pair)
    assert await store.read(lambda t: t.mappings.customers()) == pairs
    wrong = await _decide(store, CustomerPair("C9", "DE", "FBM"))
    assert (await store.read(lambda t: t.mappings.customers()))[0].bpcnum == "C9"
    await _revert(store, wrong)
    assert await store.read(lambda t: t.mappings.customers()) == pairs
    await _decide(store, pairs[0], WITHDRAWN)
    assert await store.read(lambda t: t.mappings.customers()) == pairs[1:]
    await _decide(store, pairs[1], REJECTED)
    assert await store.read(lambda t: t.mappings.customers()) == []


class TestRevert:
    async def test_the_latest_gives_way_to_what_stood_before(self, store: Store) -> None:
        first = await _decide(store, ItemPair("S", "A"))
        second = await _decide(store, ItemPair("S", "B"))
        assert await _stands(store, "S") == "B"
        assert await _revert(store, second) is ACCEPTED
        assert await _stands(store, "S") == "A"
        assert await _revert(store, first) is WITHDRAWN
        assert await _stands(store, "S") is None

    async def test_an_older_one_leaves_later_ones_standing(self, store: Store) -> None:
        first = await _decide(store, ItemPair("S", "A"))
        second = await _decide(store, ItemPair("S", "B"))
        await _revert(store, first)
        assert await _stands(store, "S") == "B"
        await _revert(store, second)
        assert await _stands(store, "S") is None

    async def test_a_revert_can_be_reverted(self, store: Store) -> None:
        id = await _decide(store, ItemPair("S", "A"))
        undo = await store.write(lambda t: t.mappings.revert(id, who="ann"))
        redo = await store.write(lambda t: t.mappings.revert(undo.id, who="ann"))
        assert await _stands(store, "S") == "A"
        await _revert(store, redo.id)
        assert await _stands(store, "S") is None

    async def test_a_second_click_changes_nothing(self, store: Store) -> None:
        id = await _decide(store, ItemPair("S", "A"))
        once = await store.write(lambda t: t.mappings.revert(id, who="ann"))
        twice = await store.write(lambda t: t.mappings.revert(id, who="bob"))
        assert once == twice
        assert await store.read(lambda t: t.mappings.revision()) == once.id

    async def test_a_rejection_comes_back(self, store: Store) -> None:
        await _decide(store, ItemPair("S", ""), REJECTED)
        id = await _decide(store, ItemPair("S", "A"))
        assert await _revert(store, id) is REJECTED
        assert [row.state for row in await _rows(store)] == ["rejected"]

    async def test_one_step_is_taken_back_as_one(self, store: Store) -> None:
        await _decide(store, ItemPair("S1", "OLD"))
        pairs = [ItemPair(f"S{i}", f"I{i}") for i in range(5)]
        await store.write(lambda t: t.mappings.decide_many(pairs, ACCEPTED, who="ann", batch="b1"))
        assert await _stands(store, "S1") == "I1"
        reverted = await store.write(lambda t: t.mappings.revert_batch("b1", who="ann"))
        assert len(reverted) == 5
        assert [await _stands(store, f"S{i}") for i in range(3)] == [None, "OLD", None]

    async def test_an_unknown_decision_is_a_bug(self, store: Store) -> None:
        with pytest.raises(LookupError):
            await _revert(store, 99)


async def test_history_pages_by_key(store: Store) -> None:
    ids = [await _decide(store, ItemPair(f"S{i % 2}", "A")) for i in range(6)]
    first = await store.read(lambda t: t.mappings.history(limit=4))
    second = await store.read(lambda t: t.mappings.history(limit=4, before=first.next))
    assert [it.id for it in (*first.rows, *second.rows)] == ids[::-1]
    of_one = await store.read(lambda t: t.mappings.history(sku="S1"))
    assert [it.id for it in of_one.rows] == ids[1::2][::-1]
    assert await store.read(lambda t: t.mappings.revision()) == ids[-1]


def _world(tables: Tables) -> None:
    tables.masters.put_items([Item("ITM1", "Steel bolt M8")])
    tables.masters.put_listings(
        [
            Listing("SKU-1", "B001", "Bolt steel, pack of 6", "DE", fulfilled_by_amazon=True),
            Listing("SKU-1", "B001", "Boulon acier", "FR"),
            Listing("SKU-2", "B002", "Nut 100% brass_x", "DE"),
        ]
    )
    waiting = [("r1", "SKU-2"), ("r2", "SKU-2"), ("r3", "SKU-9")]
    for reference, sku in waiting:
        tables.exceptions.open(ExceptionCase("orders", reference, "mapping", "t", "a", "f", subject=sku))


class TestWorkbench:
    async def test_every_known_sku_has_a_row(self, store: Store) -> None:
        await store.write(_world)
        await _decide(store, ItemPair("SKU-5", "ITM5"))
        await _decide(store, ItemPair("SKU-1", "ITM1", pack_factor=Decimal(6), note="six"))
        rows = {row.sku: row for row in await _rows(store)}
        assert list(rows) == ["SKU-1", "SKU-2", "SKU-5", "SKU-9"]
        one = rows["SKU-1"]
        assert (one.title, one.channel, one.marketplaces) == (
            "Bolt steel, pack of 6",
            "FBA/FBM",
            ("DE", "FR"),
        )
        assert (one.itmref, one.description, one.pack_factor) == ("ITM1", "Steel bolt M8", Decimal(6))
        assert (one.who, one.note, one.state) == ("ann", "six", "mapped")
        assert one.at is not None
        assert (rows["SKU-2"].waiting, rows["SKU-2"].state, rows["SKU-2"].at) == (2, "unmapped", None)
        assert (rows["SKU-9"].waiting, rows["SKU-9"].title) == (1, "")
        counts = await store.read(lambda t: t.mappings.counts())
        assert counts == {"mapped": 2, "unmapped": 2, "rejected": 0, "waiting": 2}

    async def test_rows_come_and_go_with_what_they_are_made_of(self, store: Store) -> None:
        await store.write(_world)
        await store.write(lambda t: t.exceptions.resolve(flow="orders", references=["r1", "r3"]))
        rows = {row.sku: row.waiting for row in await _rows(store)}
        assert rows == {"SKU-1": 0, "SKU-2": 1}
        other = ExceptionCase("orders", "r2", "mapping", "t", "a", "f", subject="SKU-1")
        await store.write(lambda t: t.exceptions.open(other))
        rows = {row.sku: row.waiting for row in await _rows(store)}
        assert rows == {"SKU-1": 1, "SKU-2": 0}

    async def test_a_mapping_for_one_marketplace_has_a_row_of_its_own(self, store: Store) -> None:
        await store.write(_world)
        german = await _decide(store, ItemPair("SKU-1", "ITM1", marketplace="DE"))
        rows = await _rows(store, text="SKU-1")
        assert [(row.marketplace, row.state) for row in rows] == [("", "unmapped"), ("DE", "mapped")]
        await _decide(store, ItemPair("SKU-1", "ITM1", marketplace="FR"))
        rows = await _rows(store, text="SKU-1")
        assert [(row.marketplace, row.title) for row in rows] == [
            ("DE", "Bolt steel, pack of 6"),
            ("FR", "Boulon acier"),
        ]
        await _revert(store, german)
        rows = await _rows(store, text="SKU-1")
        assert [(row.marketplace, row.state) for row in rows] == [("", "unmapped"), ("FR", "mapped")]

    @pytest.mark.parametrize(
        ("text", "skus"),
        [
            ("bolt", ["SKU-1"]),
            ("OLT STE", ["SKU-1"]),
            ("sku-2", ["SKU-2"]),
            ("B00", ["SKU-1", "SKU-2"]),
            ("100%", ["SKU-2"]),
            ("0%", ["SKU-2"]),
            ("_x", ["SKU-2"]),
            ("x_", []),
            ("6 bolt", ["SKU-1"]),
            ("itm", ["SKU-1"]),
            ('"', []),
            ('bolt" OR "nut', []),
            ("zzz", []),
            ("", ["SKU-1", "SKU-2", "SKU-9"]),
        ],
    )
    async def test_text(self, store: Store, text: str, skus: list[str]) -> None:
        await store.write(_world)
        await _decide(store, ItemPair("SKU-1", "ITM1"))
        assert [row.sku for row in await _rows(store, text=text)] == skus

    async def test_a_changed_title_is_found_by_its_new_words_only(self, store: Store) -> None:
        await store.write(_world)
        await store.write(lambda t: t.masters.put_listings([Listing("SKU-2", "B002", "Washer", "DE")]))
        assert [row.sku for row in await _rows(store, text="washer")] == ["SKU-2"]
        assert await _rows(store, text="brass") == ()

    @pytest.mark.parametrize("sort", ["sku", "title", "itmref", "waiting", "at"])
    @pytest.mark.parametrize("text", ["", "sku", "s"])
    async def test_every_order_pages_to_the_same_rows(self, store: Store, sort: str, text: str) -> None:
        await store.write(_world)
        for i in range(7):
            await _decide(store, ItemPair(f"SKU-X{i}", f"I{i % 2}"), ACCEPTED if i % 2 else REJECTED)
        whole = await _rows(store, sort=sort, text=text)
        assert len(whole) == 10
        walked: list[MappingRow] = []
        page = await store.read(lambda t: t.mappings.page(sort=sort, text=text, limit=3))
        while True:
            walked += page.rows
            if (after := page.next) is None:
                break
            page = await store.read(lambda t: t.mappings.page(sort=sort, text=text, limit=3, after=after))
        assert tuple(walked) == whole
        keys: dict[str, Callable[[MappingRow], Any]] = {
            "sku": lambda row: row.sku,
            "title": lambda row: row.title,
            "itmref": lambda row: row.itmref,
            "waiting": lambda row: -row.waiting,
            "at": lambda row: -(row.at.timestamp() if row.at else 0),
        }
        assert list(whole) == sorted(whole, key=lambda row: (keys[sort](row), row.sku, row.marketplace))
        for only in ("mapped", "unmapped", "rejected"):
            chosen = await _rows(store, sort=sort, text=text, only=only)
            assert chosen == tuple(row for row in whole if row.state == only)

    async def test_an_unknown_order_or_state_is_a_bug(self, store: Store) -> None:
        with pytest.raises(ValueError, match="cannot be sorted"):
            await _rows(store, sort="title; DROP TABLE skus")
        with pytest.raises(ValueError, match="limited"):
            await _rows(store, only="perhaps")
