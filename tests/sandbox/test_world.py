"""The demo company: the same for the same seed, complete in itself, and as large as asked."""

import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from stdnum import ean

from x3studio.domain.catalogue import ItemStatus
from x3studio.sandbox.world import World

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(now=NOW)


def test_the_same_seed_builds_the_same_world(world: World) -> None:
    again = World.build(now=NOW)
    assert again.items == world.items
    assert again.listings == world.listings
    assert again.item_pairs() == world.item_pairs()


def test_another_seed_builds_another(world: World) -> None:
    assert World.build(seed=8, now=NOW).items != world.items


def test_every_listing_has_a_pair_whose_items_x3_sells(world: World) -> None:
    assert {pair.seller_sku for pair in world.item_pairs()} == set(world.listings)
    for pair in world.item_pairs():
        parts = [part.itmref for part in pair.components] or [pair.itmref]
        assert all(world.items[part].item.sellable for part in parts), pair


def test_it_offers_singles_packs_and_kits_in_three_marketplaces(world: World) -> None:
    pairs = world.item_pairs()
    assert any(pair.pack_factor > 1 for pair in pairs)
    assert any(pair.components for pair in pairs)
    assert {listing.marketplace for listing in world.listings.values()} == set(world.marketplaces)
    assert any(listing.fulfilled_by_amazon for listing in world.listings.values())


def test_it_has_right_and_wrong_eans_and_items_nobody_may_sell(world: World) -> None:
    eans = [entry.item.ean for entry in world.items.values() if entry.item.ean]
    assert any(ean.is_valid(code) for code in eans)
    assert any(not ean.is_valid(code) for code in eans)
    assert len(set(eans)) < len(eans)
    statuses = {entry.item.status for entry in world.items.values()}
    assert {ItemStatus.ACTIVE, ItemStatus.OBSOLETE, ItemStatus.NOT_USABLE} <= statuses


def test_customers_are_generic_or_have_a_vat_number(world: World) -> None:
    generic = {(pair.marketplace, pair.channel) for pair in world.customer_pairs() if not pair.vat_number}
    assert generic == {(place, channel) for place in world.marketplaces for channel in ("FBM", "FBA")}
    buyers = [pair for pair in world.customer_pairs() if pair.vat_number]
    assert len(buyers) >= 5
    for pair in buyers:
        assert world.customers[pair.bpcnum].vat_number == pair.vat_number
        assert world.customers[pair.bpcnum].active


@pytest.mark.parametrize("wanted", [4, 10, 60, 500])
def test_as_many_items_as_asked(wanted: int) -> None:
    world = World.build(items=wanted, now=NOW)
    assert len(world.items) == wanted
    assert world.item_keys == sorted(world.items)
    assert world.unmapped_demo_sku in world.listings
    for pair in world.item_pairs():
        assert all(part.itmref in world.items for part in pair.components)


def test_field_lengths_of_x3_hold_for_invented_items() -> None:
    for entry in World.build(items=2000, now=NOW).items.values():
        assert len(entry.item.itmref) <= 20
        assert len(entry.item.description) <= 35
        assert len(entry.item.ean) <= 13


def test_a_hundred_thousand_orders_are_not_built_before_they_are_asked_for() -> None:
    tracemalloc.start()
    few = World.build(orders=10, now=NOW)
    small, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    many = World.build(orders=100_000, now=NOW)
    both, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (few.orders_wanted, many.orders_wanted) == (10, 100_000)
    assert both - small < 2 * small


def test_what_is_put_is_found_in_key_order(world: World) -> None:
    own = World.build(now=NOW)
    own.put_item(own.items["LIN-TM-GE"])
    assert own.item_keys == world.item_keys
    later = NOW + timedelta(hours=1)
    own.touch_item("LIN-TM-GE", at=later)
    assert own.items["LIN-TM-GE"].item.modified == later
