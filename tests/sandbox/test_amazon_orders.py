"""The demo's orders: always the same, odd where real ones are, exact to the cent, cheap at any number."""

import tracemalloc
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from x3studio.domain.orders import OrderStatus
from x3studio.sandbox.amazon_orders import DATASETS, order_json
from x3studio.sandbox.amazon_sales import Outline, Sale
from x3studio.sandbox.orders import Orders, Spot
from x3studio.sandbox.world import World

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
END = int(NOW.timestamp())


def _world(orders: int, *, seed: int = 7) -> World:
    return World.build(seed=seed, items=60, orders=orders, now=NOW)


def _every(_: Outline) -> bool:
    return True


def _sales(orders: Orders) -> list[Sale]:
    return [sale for sale, _ in orders.walk(Spot(0), updated_to=2**40, accept=_every)]


@pytest.fixture(scope="module")
def thousand() -> list[Sale]:
    return _sales(Orders(_world(1000)))


def test_the_same_seed_gives_the_same_orders() -> None:
    first, again, other = (
        [order_json(sale, DATASETS) for sale in _sales(Orders(_world(50, seed=seed)))] for seed in (7, 7, 8)
    )
    assert first == again
    assert first != other


def test_an_id_leads_back_to_its_order() -> None:
    orders = Orders(_world(500))
    ids = list(orders.ids)
    assert len(set(ids)) == len(orders) == 500
    for each in ids:
        sale = orders.get(each)
        assert sale is not None
        assert sale.order_id == each


@pytest.mark.parametrize(
    "other", ["", "302-1-2", "302-0000000-0000000", "302-abcdefg-1234567", "303-1", "x" * 99]
)
def test_other_ids_lead_nowhere(other: str) -> None:
    assert Orders(_world(500)).get(other) is None


def test_they_are_dated_within_twenty_days_and_sorted_by_their_update(thousand: list[Sale]) -> None:
    updates = [sale.updated for sale in thousand]
    assert updates == sorted(updates)
    oldest = (NOW - timedelta(days=20)).timestamp()
    assert all(oldest <= sale.created < sale.updated < END - 120 for sale in thousand)


def test_every_status_and_channel_occurs_and_most_are_due(thousand: list[Sale]) -> None:
    counts = Counter(sale.status for sale in thousand)
    assert set(counts) == {status for status in OrderStatus if status.value}
    assert counts[OrderStatus.UNSHIPPED] + counts[OrderStatus.SHIPPED] > 700
    assert 200 < sum(sale.by_amazon for sale in thousand) < 500
    small = Counter(sale.status for sale in _sales(Orders(_world(20))))
    assert set(small) == set(counts)


def test_odd_orders_are_few_and_there(thousand: list[Sale]) -> None:
    world = _world(1000)
    due = [sale for sale in thousand if sale.status is OrderStatus.UNSHIPPED]
    unmapped = [
        sale for sale in thousand if any(line.offer.sku == world.unmapped_demo_sku for line in sale.lines)
    ]
    kits = {pair.seller_sku for pair in world.item_pairs() if pair.components}
    packs = {pair.seller_sku for pair in world.item_pairs() if pair.pack_factor > 1}
    sold = {line.offer.sku for sale in thousand for line in sale.lines}
    names = "".join(sale.buyer.name for sale in thousand)
    assert 5 <= len(unmapped) <= 30
    assert len([sale for sale in due if not sale.priced]) == 5
    assert len([sale for sale in due if any(not line.quantity for line in sale.lines)]) == 5
    assert 10 < sum(sale.sparse for sale in thousand) < 60
    assert all(letter in names for letter in "&<>\"'é漢")
    assert sold & kits
    assert sold & packs
    assert max(len(sale.lines) for sale in thousand) > 5
    businesses = [sale for sale in thousand if sale.business]
    assert 60 < len(businesses) < 200
    assert 20 < sum(bool(sale.vat_number) for sale in businesses) < len(businesses)
    assert all(len({line.item_id for line in sale.lines}) == len(sale.lines) for sale in thousand)


def test_a_small_demo_has_no_bad_input() -> None:
    sales = _sales(Orders(_world(199)))
    assert all(line.quantity for sale in sales for line in sale.lines)
    assert all(sale.priced for sale in sales if sale.status is OrderStatus.UNSHIPPED)


def _amount(money: dict[str, Any]) -> Decimal:
    return Decimal(money["amount"])


def test_amounts_add_up_to_the_cent(thousand: list[Sale]) -> None:
    kinds = Counter[str]()
    for sale in thousand:
        raw = order_json(sale, DATASETS)
        total = Decimal(0)
        for item in raw["orderItems"]:
            parts = item.get("proceeds", {}).get("breakdowns", [])
            kinds.update(part["type"] for part in parts)
            line = sum((_amount(part["subtotal"]) for part in parts), Decimal(0))
            if parts:
                assert line == _amount(item["proceeds"]["proceedsTotal"])
                price = _amount(item["product"]["price"]["unitPrice"])
                assert _amount(parts[0]["subtotal"]) == price * item["quantityOrdered"]
            total += line
        if "proceeds" in raw:
            assert total == _amount(raw["proceeds"]["grandTotal"])
            shown = raw["proceeds"].get("breakdowns")
            assert shown is None or sum(_amount(part["subtotal"]) for part in shown) == total
    assert set(kinds) == {"ITEM", "SHIPPING", "TAX", "DISCOUNT"}


def test_a_window_begins_and_ends_where_it_should() -> None:
    orders = Orders(_world(300))
    updates = [sale.updated for sale in _sales(orders)]
    low, high = updates[40], updates[220]
    found = [
        sale.updated
        for sale, _ in orders.walk(orders.start(updated_from=low), updated_to=high, accept=_every)
    ]
    assert found == [each for each in updates if low <= each <= high]


def test_a_changed_order_moves_to_the_end_and_comes_once() -> None:
    orders = Orders(_world(50), now=lambda: NOW + timedelta(hours=1))
    ids = list(orders.ids)
    orders.set_status(ids[3], OrderStatus.CANCELLED)
    orders.set_status(ids[7], OrderStatus.UNSHIPPED)
    orders.set_status(ids[3], OrderStatus.SHIPPED)
    found = [sale.order_id for sale in _sales(orders)]
    assert sorted(found) == sorted(ids)
    assert found[-2:] == [ids[7], ids[3]]
    late = [
        sale.order_id
        for sale, _ in orders.walk(orders.start(updated_from=END), updated_to=2**40, accept=_every)
    ]
    assert late == [ids[7], ids[3]]
    changed = orders.get(ids[3])
    assert changed is not None
    assert changed.status is OrderStatus.SHIPPED


def test_a_hundred_thousand_orders_cost_no_memory() -> None:
    orders = Orders(_world(100_000))
    middle = Spot(50_000)
    tracemalloc.start()
    count = sum(1 for _ in zip(orders.walk(middle, updated_to=END, accept=_every), range(2000), strict=False))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 2000
    assert peak < 5_000_000
