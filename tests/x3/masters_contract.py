"""What every dialect obeys when it reads masters: whole, once, behind a cursor, and honest about gaps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.x3.demo import Bend, Demo
from x3studio.domain.catalogue import Bill, CodeTable, ItemSite, StockTotal
from x3studio.domain.errors import ConnectionFault
from x3studio.x3 import X3Client
from x3studio.x3.master_tables import (
    ADDRESSES,
    BILLS,
    CODES,
    CUSTOMERS,
    ITEMS,
    SITES,
    STOCK,
    MasterTable,
    NotPublished,
)
from x3studio.x3.reading import read_masters

TABLES: tuple[MasterTable[Any], ...] = (ITEMS, SITES, STOCK, BILLS, CUSTOMERS, ADDRESSES, *CODES.values())
KEYS: dict[str, Callable[[Any], Any]] = {
    "items": lambda item: item.itmref,
    "customers": lambda customer: customer.bpcnum,
    "item_sites": lambda site: (site.itmref, site.site),
    "stock": lambda total: (total.itmref, total.site),
    "bills": lambda bill: bill.itmref,
    "addresses": lambda address: (address.bpcnum, address.code),
}


async def everything(
    client: X3Client, table: MasterTable[Any], *, since: datetime | None = None, cursor: str = ""
) -> list[Any]:
    """All values in all pages."""
    pages = read_masters(client, table, since=since, cursor=cursor)
    return [value async for page in pages for value in page.values]


async def shown(client: X3Client, table: MasterTable[Any]) -> list[Any] | None:
    """All values, None where the table is not published."""
    try:
        return await everything(client, table)
    except NotPublished:
        return None


def cut_after(answers: int) -> Bend:
    """Breaks the connection for good once so many answers of lists have come."""
    count = 0

    def bend(request: httpx.Request, status: int, body: bytes) -> tuple[int, bytes]:
        nonlocal count
        if not any(word in request.url.path for word in ("api1", "api/v1", "xtrem", "soap")):
            return status, body
        count += 1
        if count > answers:
            raise httpx.ReadError("cut")
        return status, body

    return bend


class MastersContract:
    """Mixed into each dialect's reading contract; `shows` are the kinds this dialect has a way to."""

    shows: frozenset[str] = frozenset({"items", "customers"})

    async def test_what_is_not_published_is_said_and_nothing_else_fails(self, demo: Demo) -> None:
        client = demo.client()
        seen = {table.kind for table in TABLES if await shown(client, table) is not None}
        assert seen == self.shows

    async def test_sites_stock_and_addresses_are_those_of_the_world(self, demo: Demo) -> None:
        client, world = demo.client(), demo.world
        sites: list[ItemSite] | None = await shown(client, SITES)
        assert sites is None or {(it.itmref, it.site) for it in sites} == {
            (key, site) for key, entry in world.items.items() for site in entry.sites
        }
        stock: list[StockTotal] | None = await shown(client, STOCK)
        assert stock is None or {(it.itmref, it.site, it.available) for it in stock} == {
            (key, site, level.available)
            for key, entry in world.items.items()
            for site, level in entry.stock.items()
        }
        addresses = await shown(client, ADDRESSES)
        assert addresses is None or {it.bpcnum for it in addresses if it.is_main} == set(world.customers)

    async def test_kits_come_with_all_their_components(self, demo: Demo) -> None:
        # Pages of 25 rows cut bills in two.
        bills: list[Bill] | None = await shown(demo.client(), BILLS)
        assert bills is None or {bill.itmref: bill.components for bill in bills} == {
            key: entry.components for key, entry in demo.world.items.items() if entry.components
        }

    async def test_codes_have_titles(self, demo: Demo) -> None:
        sites = await shown(demo.client(), CODES[CodeTable.SITES])
        assert sites is None or {code.code: code.title for code in sites} == {
            site.code: site.name for site in demo.world.sites.values()
        }

    @pytest.mark.parametrize("pages", range(1, 7))
    async def test_a_read_that_was_cut_goes_on_behind_its_cursor(self, demo: Demo, pages: int) -> None:
        for table in TABLES[:5]:
            whole = await shown(demo.client(), table)
            if whole is None:
                continue
            key, got, cursor = KEYS[table.kind], list[Any](), ""
            try:
                async for page in read_masters(demo.client(bend=cut_after(pages)), table):
                    got += page.values
                    cursor = page.cursor
            except ConnectionFault:
                got += await everything(demo.client(), table, cursor=cursor)
            assert {key(value): value for value in got} == {key(value): value for value in whole}

    async def test_a_change_beside_the_item_is_a_change_of_the_item(self, demo: Demo) -> None:
        """X3 keeps the sales price and the partner's name in tables of their own, with dates of their own."""
        since = datetime.now(UTC) - timedelta(minutes=1)
        demo.world.touch_item("LIN-TM-GE", at=datetime.now(UTC))
        items = await everything(demo.client(), ITEMS, since=since)
        assert [item.itmref for item in items] == ["LIN-TM-GE"]
        assert items[0].description == demo.world.items["LIN-TM-GE"].item.description
