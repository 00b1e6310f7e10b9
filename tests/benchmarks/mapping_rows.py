"""A workspace with as many listings and items as wanted: made by SQL, because no fetch is measured here."""

import json
import random
from collections.abc import Iterator
from typing import Any

from x3studio.domain.workbench import Confidence, Key, Kind
from x3studio.store import Store, Tables
from x3studio.store.lookups import Lookup

_WORDS = [
    "stahl",
    "schraube",
    "größe",
    "bolt",
    "steel",
    "pack",
    "rot",
    "blau",
    "grün",
    "papier",
    "ordner",
    "textmarker",
    "premium",
    "box",
    "set",
    "holz",
    "eiche",
    "linen",
    "towel",
    "oak",
    "board",
    "kaffee",
    "tasse",
    "porzellan",
    "lampe",
    "led",
    "strom",
    "kabel",
    "halter",
    "wand",
    "tisch",
    "stuhl",
    "leder",
]
_PLACES = ("A1PA6795UKMFR9", "A13V1IB3VIYZZH", "APJ6JRA9NG5V4")


async def fill(store: Store, *, listings: int, items: int, found: bool = True) -> None:
    """Fills a fresh store; with `found`, every listing has been looked up."""
    await store.write(lambda tables: _masters(tables, listings, items))
    if found:
        await store.write(lambda tables: _lookups(tables, listings, items))


def _masters(tables: Tables, listings: int, items: int) -> None:
    dice = random.Random(4)
    conn = tables.conn
    conn.executemany(
        "INSERT INTO items (itmref, description, status, ean, category, accounting_code, stock_unit,"
        " sales_unit, sales_to_stock, tax_level, price, supplier, weight, is_kit, modified)"
        " VALUES (?, ?, 1, ?, '', '', 'UN', 'UN', '1', '', '9.90', '', NULL, 0, NULL)",
        ((f"ITM{n:06d}", _title(dice, n), f"40{n:011d}") for n in range(items)),
    )
    conn.executemany(
        "INSERT INTO listings (sku, marketplace, asin, title, fulfilled_by_amazon, status, brand, ean, price,"
        " currency, quantity, parent) VALUES (?, ?, ?, ?, ?, 'BUYABLE', ?, ?, ?, 'EUR', ?, ?)",
        _listings(dice, listings),
    )
    conn.execute(
        "INSERT INTO skus (sku, marketplace, title, asin, channel, marketplaces, itmref, state, waiting, at)"
        " SELECT sku, '', title, asin, CASE fulfilled_by_amazon WHEN 1 THEN 'FBA' ELSE 'FBM' END,"
        " json_array(marketplace), '', 'unmapped', 0, NULL FROM listings"
    )
    conn.execute(
        "INSERT INTO sku_parts (rowid, parts) SELECT id, sku || ' ' || asin || ' ' || title FROM skus"
    )
    conn.executemany(
        "INSERT INTO sales_sums (sku, marketplace, currency, units, lines, revenue)"
        " VALUES (?, ?, 'EUR', ?, ?, ?)",
        (
            (
                f"HB-{n:06d}",
                _PLACES[n % 3],
                dice.randrange(1, 99),
                dice.randrange(1, 60),
                dice.randrange(10**9),
            )
            for n in range(0, listings, 2)
        ),
    )
    for kind in ("items", "listings", "sales"):
        tables.masters.touch(kind)


def _listings(dice: random.Random, count: int) -> Iterator[tuple[Any, ...]]:
    for n in range(count):
        yield (
            *(f"HB-{n:06d}", _PLACES[n % 3], f"B0{n:08d}", _title(dice, n), n % 4 == 0),
            *(f"Brand {n % 800}", f"40{n:011d}", f"{dice.randrange(100, 9_999) / 100:.2f}"),
            *(dice.randrange(500), f"BP{n // 5:08d}" if n % 10 == 0 else ""),
        )


def _lookups(tables: Tables, listings: int, items: int) -> None:
    shown = json.dumps([["ITM000001", 3, None, None, "same article number", [["title words", 31]], []]])
    tables.lookups.put(
        Kind.ITEMS,
        1,
        (
            Lookup(
                Key(f"HB-{n:06d}"),
                target=f"ITM{n % items:06d}",
                band=Confidence(n % 4),
                conflicts=8 if n % 9 == 0 else 0,
                pack="1",
                shown=shown,
            )
            for n in range(listings)
        ),
    )
    tables.lookups.finish(
        Kind.ITEMS, 1, who="bench", model="bench", judged=0, calibrated=False, records=listings, seconds=0.0
    )


def _title(dice: random.Random, number: int) -> str:
    return f"{' '.join(dice.choices(_WORDS, k=8))} {number}"
