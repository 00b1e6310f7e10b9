"""Local copies of items, customers and listings: upserted by key, found by key and by words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.store.conftest import HandClock
from x3studio.domain.catalogue import (
    Bill,
    Code,
    CodeTable,
    Customer,
    CustomerAddress,
    Item,
    ItemSite,
    ItemStatus,
    Listing,
    Sales,
    StockTotal,
)
from x3studio.domain.mappings import Component
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


async def test_whole_columns_come_as_stored(store: Store) -> None:
    await store.write(lambda t: t.masters.put_items([ITEM]))
    await store.write(lambda t: t.masters.put_listings([LISTING]))
    columns = ("itmref", "price", "is_kit", "successor", "starts")
    assert await store.read(lambda t: t.masters.columns("items", columns)) == [
        ("BMS001", "3.990", 1, "", None)
    ]
    assert await store.read(lambda t: t.masters.columns("listings", ("price", "currency", "pack"))) == [
        ("7.90", "EUR", None)
    ]
    with pytest.raises(ValueError, match="no no_such"):
        await store.read(lambda t: t.masters.columns("items", ("itmref", "no_such")))


async def test_a_put_of_some_columns_leaves_the_others(store: Store) -> None:
    await store.write(lambda t: t.masters.put_items([ITEM]))
    news = Item("BMS001", "Renamed", price=Decimal("9.00"))
    changed = await store.write(lambda t: t.masters.put("items", [news], columns=("price",)))
    again = await store.write(lambda t: t.masters.put("items", [news], columns=("price",)))
    assert (changed, again) == (1, 0)
    found = await store.read(lambda t: t.masters.items_by_ref(["BMS001"]))
    assert found["BMS001"] == replace(ITEM, price=Decimal("9.00"))


async def test_each_item_has_one_row_of_its_sites_and_stock(store: Store) -> None:
    def put(tables: Tables) -> None:
        tables.masters.put_sites([ItemSite("A", "HAM01"), ItemSite("A", "LEE03"), ItemSite("B", "LEE03")])
        tables.masters.put_stock(
            [
                StockTotal("A", "HAM01", physical=Decimal("10.5"), allocated=Decimal("0.1")),
                StockTotal("A", "LEE03", physical=Decimal("0.2"), globally_allocated=Decimal(1)),
            ]
        )

    await store.write(put)
    names = ("itmref", "sites", "physical", "available")
    assert sorted(await store.read(lambda t: t.masters.columns("item_places", names))) == [
        ("A", "HAM01 LEE03", "10.7", "9.6"),
        ("B", "LEE03", "0", "0"),
    ]
    await store.write(lambda t: t.masters.remove("stock", "site = ?", ("HAM01",)))
    places = await store.read(lambda t: t.masters.columns("item_places", ("itmref", "available")))
    assert ("A", "-0.8") in places


async def test_bills_addresses_and_codes_read_back_whole(store: Store) -> None:
    bill = Bill("KIT", (Component("A", Decimal("2.5")), Component("B", Decimal(1), Decimal("0.3"))))
    address = CustomerAddress("C1", "001", "Main", "Street 1", "12345", "Köln", "NW", "DE", is_main=True)
    codes = [Code(CodeTable.UNITS, "UN", "Stück", {"UOMDEC": "0"}), Code(CodeTable.UNITS, "KG")]

    def put(tables: Tables) -> int:
        tables.masters.put_bills([bill])
        tables.masters.put_addresses([address])
        return tables.masters.replace_codes(CodeTable.UNITS, codes)

    assert await store.write(put) == 0
    assert await store.read(lambda t: t.masters.bills_of(["KIT", "A"])) == {"KIT": bill}
    assert await store.read(lambda t: t.masters.addresses_of("C1")) == [address]
    assert await store.read(lambda t: t.masters.codes(CodeTable.UNITS)) == [codes[1], codes[0]]
    assert await store.write(lambda t: t.masters.replace_codes(CodeTable.UNITS, codes[:1])) == 1
    assert await store.read(lambda t: t.masters.codes(CodeTable.CARRIERS)) == []


async def test_families_are_joined_by_the_asin_of_their_head(store: Store) -> None:
    head = Listing("HEAD", "B000", "Shirt", "DE", children=1, theme="SIZE")
    child = Listing("CHILD", "B001", "Shirt M", "DE", parent_sku="HEAD", size="M")
    stranger = Listing("OTHER", "B002", "Shirt", "FR", parent_sku="HEAD")
    await store.write(lambda t: t.masters.put_listings([child, head, stranger]))
    assert await store.write(lambda t: t.offers.join_families()) == 1
    found = await store.read(lambda t: t.masters.listings_by_sku(["CHILD", "HEAD", "OTHER"]))
    assert found["CHILD"][0].family == found["HEAD"][0].family == "B000"
    assert found["OTHER"][0].family == ""


async def test_sales_are_replaced_by_days_and_summed_over_a_window(store: Store) -> None:
    first, last = date(2026, 11, 1), date(2026, 11, 3)
    sold = [Sales("A", "DE", date(2026, 11, n), "EUR", n, 1, Decimal("1.10")) for n in (1, 2, 3)]

    def put(tables: Tables) -> None:
        for _ in range(2):
            tables.sales.replace("DE", first, last, sold)
        tables.sales.replace("FR", first, last, [Sales("A", "FR", first, "EUR", 7, 1, Decimal(0))])
        tables.sales.sum_up(since=date(2026, 11, 2))

    await store.write(put)
    assert await store.read(lambda t: t.sales.columns()) == [("A", "DE", "EUR", 5, 2, 2_200_000)]
    (total,) = await store.read(lambda t: t.sales.of(["A", "B"]))
    assert total.revenue == Decimal("2.20")
    assert await store.read(lambda t: t.sales.last_days(["A", "B"])) == {("A", "DE"): date(2026, 11, 3)}
