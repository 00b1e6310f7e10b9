"""Listings and sales: by the API and by reports, whole, resumable, and without anything of the buyers."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from tests.amazon.conftest import NOW, Stage, make_stage
from x3studio.amazon.attributes import pack, weight, whole
from x3studio.amazon.listing_report import NEEDED as LISTING_COLUMNS
from x3studio.amazon.listing_report import decimal_of, listing_of
from x3studio.amazon.report_rows import Row, report_rows
from x3studio.amazon.requested import LISTINGS, ORDERS, Made, Outcome
from x3studio.amazon.sales_report import NEEDED as ORDER_COLUMNS
from x3studio.amazon.sales_report import SalesSum
from x3studio.domain.catalogue import Listing, Sales
from x3studio.domain.errors import ConnectionFault, Refused
from x3studio.domain.money import Money

DE = "A1PA6795UKMFR9"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A demo with every kind of offer."""
    made = make_stage(items=80)
    yield made
    for client in made.clients:
        await client.aclose()


async def _listed(stage: Stage) -> dict[str, Listing]:
    pages = stage.client().listings(marketplace=DE)
    return {entry.sku: entry async for page in pages for entry in page.values}


async def test_families_packs_sizes_and_colours_come_with_the_listings(stage: Stage) -> None:
    found = await _listed(stage)
    head, child = found["BR-KITTEL"], found["BR-KITTEL-BL-M"]
    assert (head.children, head.active, head.theme) == (7, False, "COLOR/SIZE")
    assert (child.parent_sku, child.size, child.colour, child.active) == ("BR-KITTEL", "M", "Blau", True)
    assert found["BR-BATT-AA-24"].pack == 24
    assert found["BR-KITTEL-WS-M-FBA"].fulfilled_by_amazon
    assert child.looked_up is not None
    six, one = found["LT-GELB-6ER"].weight, found["LT-GELB"].weight
    assert six is not None
    assert one is not None
    assert 4 < six / one < 6


async def test_the_catalogue_names_the_family_by_its_asin(stage: Stage) -> None:
    found = await _listed(stage)
    asins = [found["BR-KITTEL"].asin, found["BR-KITTEL-BL-M"].asin]
    head, child = sorted(
        await stage.client().catalogue_items(asins, kind="ASIN", marketplace=DE),
        key=lambda item: -item.children,
    )
    assert (child.parent, child.size, child.colour) == (head.asin, "M", "Blau")
    assert child.image.startswith("https://")
    assert child.ean == found["BR-KITTEL-BL-M"].ean


async def test_a_listing_fetch_goes_on_behind_any_page(stage: Stage) -> None:
    whole_list = set(await _listed(stage))
    for stop in range(1, 4):
        seen, cursor = set[str](), ""
        pages = stage.client().listings(marketplace=DE)
        for _ in range(stop):
            page = await anext(pages)
            seen |= {entry.sku for entry in page.values}
            cursor = page.cursor
        await pages.aclose()
        rest = stage.client().listings(marketplace=DE, cursor=cursor)
        seen |= {entry.sku async for page in rest for entry in page.values}
        assert seen == whole_list


async def _rows(stage: Stage, made: Made, needed: Sequence[str]) -> list[Row]:
    blocks = stage.client().document(made.document_id)
    return [row async for row in report_rows(blocks, needed=needed, marketplace=DE)]


async def test_the_listings_report_knows_the_same_offers(stage: Stage) -> None:
    asked: list[str] = []

    async def heard(report_id: str) -> None:
        asked.append(report_id)

    made = await stage.client().asked_report(LISTINGS, marketplaces=[DE], asked=heard)
    assert (made.outcome, asked) == (Outcome.DONE, [made.report_id])
    found = [listing_of(row, marketplace=DE) for row in await _rows(stage, made, LISTING_COLUMNS)]
    by_api = await _listed(stage)
    assert {entry.sku for entry in found if entry} == set(by_api)
    for entry in filter(None, found):
        known = by_api[entry.sku]
        assert (entry.asin, entry.title, entry.price) == (known.asin, known.title, known.price)
        assert entry.active == known.active or known.title == ""
        assert entry.fulfilled_by_amazon == known.fulfilled_by_amazon


async def test_a_report_that_was_asked_for_is_awaited_after_a_restart(stage: Stage) -> None:
    first = await stage.client().asked_report(LISTINGS, marketplaces=[DE])
    again = await stage.client().asked_report(LISTINGS, marketplaces=[DE], report_id=first.report_id)
    assert again == first
    requests = [exchange.operation for exchange in stage.exchanges]
    assert requests.count("createReport") == 1


async def test_sales_are_what_the_orders_say_and_name_no_buyer(stage: Stage) -> None:
    made = await stage.client().asked_report(
        ORDERS, marketplaces=[DE], start=NOW - timedelta(days=29), end=NOW
    )
    sums = SalesSum([DE], date(2020, 1, 1), date(2030, 1, 1))
    for row in await _rows(stage, made, ORDER_COLUMNS):
        sums.add(row)
    sales = sums.result()
    expected = dict[str, int]()
    for sale in stage.shop.orders.everything():
        if sale.place.id == DE and sale.status.value != "CANCELLED":
            for line in sale.lines:
                expected[line.offer.sku] = expected.get(line.offer.sku, 0) + line.quantity
    recent = dict[str, int]()
    for entry in sales:
        if entry.day >= (NOW - timedelta(days=20)).date():
            recent[entry.sku] = recent.get(entry.sku, 0) + entry.units
    assert {sku: units for sku, units in recent.items() if units} == {k: v for k, v in expected.items() if v}
    assert all(entry.currency == "EUR" and entry.revenue >= 0 for entry in sales)
    assert not any("Musterstadt" in exchange.answer for exchange in stage.exchanges)


@pytest.mark.parametrize(("status", "ends"), [("CANCELLED", None), ("FATAL", ConnectionFault)])
async def test_a_report_that_is_not_made_says_why(
    stage: Stage, status: str, ends: type[Exception] | None
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(202, json={"reportId": "7"})
        report = {"reportId": "7", "reportType": LISTINGS, "createdTime": "2026-11-20T00:00:00Z"}
        return httpx.Response(200, json={**report, "processingStatus": status})

    client = stage.answering(answer)
    if ends is None:
        assert (await client.asked_report(LISTINGS, marketplaces=[DE])).outcome is Outcome.EMPTY
    else:
        with pytest.raises(ends):
            await client.asked_report(LISTINGS, marketplaces=[DE])


async def _read(*blocks: bytes, **options: str) -> list[Row]:
    async def stream() -> AsyncIterator[bytes]:
        for block in blocks:
            yield block

    return [row async for row in report_rows(stream(), needed=("sku",), **options)]


async def test_rows_are_read_whatever_their_encoding_and_however_they_are_cut() -> None:
    text = 'sku\ttitle\r\nA\t6" Zöller\r\n\r\nB\r\n'
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        raw = text.encode(encoding)
        for cut in (1, 2, 3, 7, len(raw)):
            rows = await _read(*[raw[at : at + cut] for at in range(0, len(raw), cut)])
            assert rows == [{"sku": "A", "title": '6" Zöller'}, {"sku": "B", "title": ""}]
    mixed = "sku\ttitle\nA\tZöller\n".encode() + "B\tMüller\n".encode("cp1252")
    assert [row["title"] for row in await _read(mixed)] == ["Zöller", "Müller"]
    japanese = "sku\ttitle\nA\t鉛筆\n".encode("cp932")
    assert (await _read(japanese, marketplace="A1VC38T7YXB528"))[0]["title"] == "鉛筆"


async def test_a_report_without_the_columns_or_without_end_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        await _read(b"artikelnummer\ttitel\nA\tB\n")
    assert "sku" in caught.value.title
    with pytest.raises(Refused):
        await _read(b"sku\n", b"x" * (2 << 20))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1141,18", "1141.18"),
        ("1.141,18", "1141.18"),
        ("1,141.18", "1141.18"),
        ("1,141", "1141"),
        ("1.141", "1141"),
        ("19.9", "19.9"),
        ("1 141,18", "1141.18"),
        ("7", "7"),
        ("", None),
        ("EUR", None),
    ],
)
def test_amounts_in_local_form(text: str, number: str | None) -> None:
    assert decimal_of(text) == (None if number is None else Decimal(number))


def test_a_row_of_the_report_may_lack_everything_but_its_sku() -> None:
    assert listing_of({"item-name": "without a SKU"}, marketplace=DE) is None
    assert listing_of({"seller-sku": "A"}, marketplace=DE) == Listing("A", "", "", DE)
    full = listing_of(
        {
            "seller-sku": "A",
            "product-id": "4006381333931",
            "product-id-type": "4",
            "price": "1.234,50",
            "open-date": "2025-03-14 09:26:53 MET",
            "status": "Inactive",
        },
        marketplace=DE,
    )
    assert full is not None
    assert (full.ean, full.price, full.active) == ("4006381333931", Money(Decimal("1234.50"), "EUR"), False)
    assert full.opened == datetime(2025, 3, 14, tzinfo=UTC)


def test_cancelled_lines_and_other_shops_sell_nothing() -> None:
    sums = SalesSum([DE], date(2026, 11, 1), date(2026, 11, 30))
    row = {"sku": "A", "quantity": "2", "purchase-date": "2026-11-10T23:30:00+00:00", "currency": "EUR"}
    sums.add({**row, "item-price": "20.00", "item-promotion-discount": "1.00"})
    sums.add({**row, "item-price": "10.00", "quantity": "1"})
    sums.add({**row, "item-price": "99.00", "item-status": "Cancelled"})
    sums.add({**row, "item-price": "99.00", "sales-channel": "Non-Amazon DE"})
    sums.add({**row, "item-price": "99.00", "purchase-date": "2026-12-10T00:00:00+00:00"})
    sums.add({**row, "purchase-date": "yesterday"})
    # Half past eleven in London is the next day in Berlin.
    assert sums.result() == (Sales("A", DE, date(2026, 11, 11), "EUR", 3, 2, Decimal("29.00")),)
    assert sums.unread == 1


def test_weights_are_kilograms_whatever_they_are_written_in() -> None:
    place = {"marketplace_id": DE}
    assert weight({"item_weight": [{"unit": "pounds", "value": 2, **place}]}, DE) == Decimal("0.90718474")
    packed = {"item_package_weight": [{"unit": "grams", "value": Decimal("1500.0"), **place}]}
    assert weight({**packed, "item_weight": [{"unit": "grams", "value": 1, **place}]}, DE) == Decimal("1.5")
    assert weight({"item_weight": [{"unit": "stone", "value": 1, **place}]}, DE) is None


def test_a_pack_is_a_count_of_pieces() -> None:
    place = {"marketplace_id": DE}
    assert pack({"item_package_quantity": [{"value": 6.0, **place}]}, DE) == 6
    assert pack({"unit_count": [{"value": 500, "type": {"value": "Milliliter"}, **place}]}, DE) is None
    assert pack({"unit_count": [{"value": 12, "type": {"value": "Count"}, **place}]}, DE) == 12
    assert [whole(value) for value in ("6", 6.5, "NaN", -1, None, 10**9)] == [6, None, None, None, None, None]
