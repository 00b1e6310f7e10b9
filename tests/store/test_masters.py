"""Local copies of items, customers and listings: upserted by key, found by key and by words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.store.conftest import HandClock
from x3studio.domain.catalogue import Customer, Item, ItemStatus, Listing
from x3studio.domain.money import Money
from x3studio.store import Store, Tables

ITEM = Item(
    "BMS001",
    "Wellen-Spachtel Größe 6",
    status=ItemStatus.SHORTAGE,
    ean="4006381333931",
    sales_to_stock=Decimal("0.5"),
    price=Decimal("3.990"),
    weight=Decimal("0.125"),
    is_kit=True,
    modified=datetime(2026, 11, 1, 12, 30, 15, 250_000, tzinfo=UTC),
)
CUSTOMER = Customer(
    "AMZDE", "Käufer & Söhne GmbH", active=False, country="DE", vat_number="DE123", city="Köln"
)
LISTING = Listing(
    "SKU-1", "B001", "Spachtel", "DE", True, "BUYABLE", price=Money(Decimal("7.90"), "EUR"), quantity=4
)


async def test_everything_reads_back_whole(store: Store) -> None:
    def put(tables: Tables) -> None:
        tables.masters.put_items([ITEM, Item("A", "plain")])
        tables.masters.put_customers([CUSTOMER])
        tables.masters.put_listings([LISTING, Listing("SKU-2", "", "", "FR")])

    await store.write(put)
    assert await store.read(lambda t: t.masters.items_by_ref(["BMS001", "nothing"])) == {"BMS001": ITEM}
    assert await store.read(lambda t: t.masters.customer("AMZDE")) == CUSTOMER
    assert await store.read(lambda t: t.masters.customer("nobody")) is None
    listings = await store.read(lambda t: t.masters.listings_page())
    assert listings.rows == (LISTING, Listing("SKU-2", "", "", "FR"))


async def test_a_second_put_replaces(store: Store, clock: HandClock) -> None:
    await store.write(lambda t: t.masters.put_items([ITEM]))
    clock.forward(timedelta(hours=1))
    await store.write(lambda t: t.masters.put_items([Item("BMS001", "Renamed")]))
    assert await store.read(lambda t: (t.masters.count("items"), t.masters.age("items"))) == (1, clock.at)
    assert await store.read(lambda t: t.masters.search_items("renamed")) == [Item("BMS001", "Renamed")]
    assert await store.read(lambda t: t.masters.search_items("spachtel")) == []
    assert await store.read(lambda t: t.masters.age("customers")) is None


@pytest.mark.parametrize(
    "text", ["bms", "BMS001", "spach", "wellen größe", "40063813", "grosse 6".replace("ss", "ß")]
)
async def test_items_are_found(store: Store, text: str) -> None:
    await store.write(lambda t: t.masters.put_items([ITEM, Item("ZZZ", "other")]))
    assert await store.read(lambda t: t.masters.search_items(text)) == [ITEM]


@pytest.mark.parametrize("text", ["amz", "kaufer söhne", "de123", "koln"])
async def test_customers_are_found(store: Store, text: str) -> None:
    await store.write(lambda t: t.masters.put_customers([CUSTOMER, Customer("ZZZ", "other")]))
    assert await store.read(lambda t: t.masters.search_customers(text)) == [CUSTOMER]


async def test_keys_come_before_words_and_the_limit_holds(store: Store) -> None:
    items = [Item(f"X{i}", "bolt") for i in range(5)] + [Item("BOLT1", "a bolt")]
    await store.write(lambda t: t.masters.put_items(items))
    found = await store.read(lambda t: t.masters.search_items("bolt", limit=3))
    assert len(found) == 3
    assert found[0].itmref == "BOLT1"


@pytest.mark.parametrize("text", ['"', "*", "a OR b", "", "\0"])
async def test_hostile_text_is_only_text(store: Store, text: str) -> None:
    await store.write(lambda t: t.masters.put_items([Item("ITM", "plain")]))
    assert all(it.itmref == "ITM" for it in await store.read(lambda t: t.masters.search_items(text)))


async def test_pages_by_key(store: Store) -> None:
    await store.write(lambda t: t.masters.put_items([Item(f"I{i}", "") for i in range(7)]))
    await store.write(lambda t: t.masters.put_customers([Customer(f"C{i}", "") for i in range(3)]))
    first = await store.read(lambda t: t.masters.items_page(limit=4))
    second = await store.read(lambda t: t.masters.items_page(after=first.next, limit=4))
    assert [it.itmref for it in (*first.rows, *second.rows)] == [f"I{i}" for i in range(7)]
    assert second.next is None
    customers = await store.read(lambda t: t.masters.customers_page(after="C0"))
    assert [it.bpcnum for it in customers.rows] == ["C1", "C2"]
    await store.write(lambda t: t.masters.put_listings([Listing("S", "", "", m) for m in ("DE", "FR", "IT")]))
    listings = await store.read(lambda t: t.masters.listings_page(after=("S", "DE"), limit=1))
    assert (listings.rows[0].marketplace, listings.next) == ("FR", ("S", "FR"))


async def test_watermarks(store: Store, clock: HandClock) -> None:
    assert await store.read(lambda t: t.masters.watermark("items", "x3")) is None
    await store.write(lambda t: t.masters.set_watermark("items", "x3", clock.at))
    assert await store.read(lambda t: t.masters.watermark("items", "x3")) == clock.at
    assert await store.read(lambda t: t.masters.watermark("customers", "x3")) is None


async def test_an_unknown_kind_is_a_bug(store: Store) -> None:
    with pytest.raises(ValueError, match="no kind of master data"):
        await store.read(lambda t: t.masters.count("items; DROP TABLE items"))
