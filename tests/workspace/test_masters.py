"""Fetching masters: whole, once, resumed after any cut, honest about gaps, ended when asked to."""

import os
import resource
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.workspace.served import Served, serving
from x3studio.domain.catalogue import CodeTable
from x3studio.domain.errors import ConnectionFault
from x3studio.store import Tables
from x3studio.store.fetches import FETCHED, NOT_PUBLISHED
from x3studio.workspace.fetching import Watch
from x3studio.workspace.masters import kind_states

LONG = os.environ.get("X3STUDIO_LONG") == "1"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """A demo of 80 items in pages of 25."""
    async with serving(tmp_path) as made:
        yield made


async def _keys(served: Served, kind: str, *names: str) -> set[tuple[Any, ...]]:
    return set(await served.store.read(lambda tables: tables.masters.columns(kind, names)))


async def test_everything_of_x3_is_there_after_one_fetch_of_each_kind(served: Served) -> None:
    world = served.sandbox.world
    for kind in ("items", "stock", "customers", "codes"):
        fetched = await served.fetch(kind)
        assert (fetched.hidden, fetched.cancelled, fetched.removed) == ((), False, 0)
    assert await _keys(served, "items", "itmref") == {(key,) for key in world.items}
    places = await _keys(served, "item_places", "itmref", "sites", "available")
    assert {(key, sites, Decimal(available)) for key, sites, available in places} == {
        (
            key,
            " ".join(sorted(entry.sites)),
            sum((level.available for level in entry.stock.values()), Decimal(0)),
        )
        for key, entry in world.items.items()
    }
    kits = [key for key, entry in world.items.items() if entry.components]
    bills = await served.store.read(lambda tables: tables.masters.bills_of(kits))
    assert {key: bill.components for key, bill in bills.items()} == {
        key: world.items[key].components for key in kits
    }
    carriers = await served.store.read(lambda tables: tables.masters.codes(CodeTable.CARRIERS))
    assert ("DHL", "DHL Paket") in {(code.code, code.title) for code in carriers}
    customer = await served.store.read(lambda tables: tables.masters.customer("KD10007"))
    assert customer is not None
    assert (customer.on_hold, customer.takes_orders, customer.city) == (True, False, "Tübingen")


async def test_what_the_conflict_rules_need_arrives(served: Served) -> None:
    await served.fetch("items")
    await served.fetch("listings")

    def ask(tables: Tables) -> tuple[Any, ...]:
        items = tables.masters.items_by_ref(
            ["LIN-TM-AL", "BRA-DES-05", "HOF-LA-40", "OTW-RO-60", "BRA-BA-AA"]
        )
        return items, tables.masters.listings_by_sku(["BR-KITTEL-BL-M", "BR-BAND-50", "VA-INTERCAL-12"])

    items, listings = await served.store.read(ask)
    assert items["LIN-TM-AL"].successor == "LIN-TM-GE"
    assert (items["BRA-DES-05"].by_lot, items["BRA-DES-05"].by_expiry) == (True, True)
    assert items["HOF-LA-40"].by_serial
    assert items["OTW-RO-60"].sales_to_stock == Decimal("62.5")
    assert [packing.to_stock for packing in items["BRA-BA-AA"].packings] == [4, 48]
    (child,) = listings["BR-KITTEL-BL-M"]
    heads = await served.store.read(lambda tables: tables.masters.listings_by_sku(["BR-KITTEL"]))
    assert child.parent == heads["BR-KITTEL"][0].asin
    assert len(listings["BR-BAND-50"]) == 2
    assert listings["VA-INTERCAL-12"][0].ean == "9.52E+12"


@pytest.mark.parametrize("kind", ["items", "stock", "customers", "listings"])
async def test_a_fetch_that_was_cut_at_any_request_goes_on(served: Served, kind: str) -> None:
    """The line dies at one request after the other; each fetch must come further than the one before."""
    done, cuts = False, 0
    while not done:
        count = 0

        def cut(request: httpx.Request, most: int = 7) -> bool:
            nonlocal count
            count += "token" not in request.url.path
            return count > most

        served.cut = cut
        try:
            await served.fetch(kind)
            done = True
        except ConnectionFault:
            cuts += 1
        assert cuts < 40
    served.cut = lambda _: False
    table = "item_sites" if kind == "items" else kind
    names = {"items": ("itmref",), "customers": ("bpcnum",), "listings": ("sku", "marketplace")}
    got = await _keys(served, table, *names.get(kind, ("itmref", "site"))) if kind != "items" else None
    await served.fetch(kind, full=True)
    again = await _keys(served, table, *names.get(kind, ("itmref", "site"))) if kind != "items" else None
    assert got == again
    assert await served.store.read(lambda tables: tables.fetches.unfinished(table, "X3")) is None


async def test_the_second_request_after_a_cut_is_behind_the_first_page(served: Served) -> None:
    seen = 0

    def cut(request: httpx.Request) -> bool:
        nonlocal seen
        seen += "ITMMASTER" in request.url.path
        return seen > 2

    served.cut = cut
    with pytest.raises(ConnectionFault):
        await served.fetch("items")
    assert await served.store.read(lambda tables: tables.masters.count("items")) == 50
    served.cut = lambda _: False
    fetched = await served.fetch("items")
    first = next(path for path in served.paths if "ITMMASTER" in path)
    assert "key=gt." in first
    assert await served.store.read(lambda tables: tables.masters.count("items")) == 80
    assert fetched.rows == 30


async def test_a_later_fetch_brings_only_what_changed_and_each_key_once(served: Served) -> None:
    await served.fetch("items")
    await _look_back(served, "items")
    world = served.sandbox.world
    world.touch_item("LIN-TM-GE", at=datetime.now(UTC))
    fetched = await served.fetch("items")
    kits = sum(1 for entry in world.items.values() if entry.components)
    assert (fetched.rows, fetched.beside) == (1, 4 + kits)
    assert (await served.fetch("items")).rows == 0
    assert await served.store.read(lambda tables: tables.masters.count("items")) == 80


async def _look_back(served: Served, *kinds: str) -> None:
    """As if the last fetch had been an hour ago: the demo's items changed before that."""
    past = datetime.now(UTC) - timedelta(minutes=5)

    def move(tables: Tables) -> None:
        for kind in kinds:
            tables.masters.set_watermark(kind, "X3", past)

    await served.store.write(move)


async def test_what_x3_no_longer_has_goes_with_the_next_whole_fetch(served: Served) -> None:
    await served.fetch("items")
    world = served.sandbox.world
    gone = world.item_keys.pop(3)
    del world.items[gone]
    assert (await served.fetch("items")).removed == 0
    fetched = await served.fetch("items", full=True)
    assert fetched.removed == 1 + 4
    assert await served.store.read(lambda tables: tables.masters.items_by_ref([gone])) == {}


async def test_a_table_that_is_not_published_is_a_state(served: Served) -> None:
    served.sandbox.x3.desk.switches.hidden.update({"BOMD", "TABVAT"})
    assert (await served.fetch("items")).hidden == ("BOMD",)
    assert (await served.fetch("codes")).hidden == ("TABVAT",)
    states = {
        state.kind: state.state for state in await served.store.read(lambda tables: tables.fetches.states())
    }
    assert (states["bills"], states["items"]) == (NOT_PUBLISHED, FETCHED)
    assert (states["codes/tax_rates"], states["codes/units"]) == (NOT_PUBLISHED, FETCHED)


async def test_a_fetch_ends_when_it_is_asked_to_and_goes_on_later(served: Served) -> None:
    told: list[int] = []
    watch = Watch(progress=told.append, cancelled=lambda: bool(told) and told[-1] >= 50)
    assert (await served.fetch("items", watch=watch)).cancelled
    assert told == [25, 50]
    assert await served.store.read(lambda tables: tables.masters.count("items")) == 50
    assert not (await served.fetch("items")).cancelled
    assert await served.store.read(lambda tables: tables.masters.count("items")) == 80


async def test_the_report_brings_all_listings_and_the_catalogue_the_rest(served: Served) -> None:
    fetched = await served.fetch("report")
    offers = list(served.sandbox.world.offers())
    assert fetched.rows == len(offers)
    looked_up = await served.fetch("catalogue")
    assert looked_up.rows == len(offers)
    assert (await served.fetch("catalogue")).rows == 0
    rows = await _keys(served, "listings", "sku", "marketplace", "asin", "title", "brand", "size", "colour")
    assert rows == {
        (it.sku, it.marketplace, it.asin, it.title, it.brand, it.size, it.colour) for it in offers
    }
    before = await served.store.read(lambda tables: tables.masters.count("listings"))
    await served.fetch("report")
    assert await served.store.read(lambda tables: tables.masters.count("listings")) == before
    kept = await _keys(served, "listings", "sku", "brand")
    assert ("BR-KITTEL-BL-M", "Brandel") in kept


async def test_sales_of_ninety_days_count_once_however_often_they_are_read(served: Served) -> None:
    await served.fetch("sales")
    sums = await served.store.read(lambda tables: tables.sales.columns())
    assert sums
    assert {currency for _, _, currency, *_ in sums} == {"EUR", "GBP"}
    assert all(units >= 1 and lines >= 1 for *_, units, lines, _ in sums)
    requested = sum("/reports" in path and "documents" not in path for path in served.paths)
    await served.fetch("sales")
    assert await served.store.read(lambda tables: tables.sales.columns()) == sums
    assert sum("/reports" in path and "documents" not in path for path in served.paths) < requested
    await served.fetch("sales", full=True)
    assert await served.store.read(lambda tables: tables.sales.columns()) == sums


@pytest.mark.timeout(3600 if LONG else 120)
async def test_a_hundred_thousand_items_are_fetched_with_progress_and_bounded_memory(tmp_path: Path) -> None:
    """100,000 in the long form, 3,000 in the ordinary one; cut once in the middle, and taken up again."""
    wanted = 100_000 if LONG else 3_000
    async with serving(tmp_path, items=wanted, page=1_000) as served:
        told: list[int] = []
        half = Watch(progress=told.append, cancelled=lambda: told[-1] >= wanted // 2)
        assert (await served.fetch("items", watch=half)).cancelled
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert not (await served.fetch("items", watch=Watch(progress=told.append))).cancelled
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 120 * 1024
        assert await served.store.read(lambda tables: tables.masters.count("items")) == wanted
        assert told[:2] == [250, 500]


async def test_kinds_tell_their_age_and_are_read_again_where_they_are_old(served: Served) -> None:
    await served.fetch("items")
    states = {state.kind: state for state in await served.store.read(kind_states)}
    assert states["items"].rows == 80
    assert states["items"].at is not None
    assert states["listings"].at is None
    assert not states["bills"].hidden
