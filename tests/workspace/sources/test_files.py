"""Files as sources: sniffed in any form, damage named, taken over once, bounded, and never a traceback."""

import os
import random
import resource
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from x3studio.domain.catalogue import Item, ItemStatus, Listing
from x3studio.domain.errors import SettingFault
from x3studio.domain.money import Money
from x3studio.store import Store
from x3studio.workspace.fetching import Watch
from x3studio.workspace.sources import KINDS, sniff, take_over

KEY, DE = bytes(range(32)), "A1PA6795UKMFR9"
LONG = os.environ.get("X3STUDIO_LONG") == "1"
ROWS = [
    ["Artikel", "Bezeichnung", "EAN", "Preis", "Gewicht"],
    ["A-1", "Größe 6; klein", "4006381333931", "3,99", "0,5"],
    ["A-2", 'Zöller 3" Rolle', "4006381333931", "1.299,00", "12,25"],
]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """An empty workspace file."""
    async with Store.create(tmp_path / "w.x3studio", key=KEY) as made:
        yield made


def _csv(path: Path, rows: list[list[str]], *, delimiter: str, encoding: str) -> Path:
    cells = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    path.write_bytes("\r\n".join(delimiter.join(row) for row in cells).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_encoding_and_delimiter_is_recognised(tmp_path: Path, encoding: str, delimiter: str) -> None:
    found = sniff(_csv(tmp_path / "a.csv", ROWS, delimiter=delimiter, encoding=encoding), "items")
    assert found.header == tuple(ROWS[0])
    assert found.sample == tuple(map(tuple, ROWS[1:]))
    assert (found.delimiter, found.decimal_mark) == (delimiter, ",")
    assert found.encoding == encoding
    assert found.columns == {"itmref": 0, "description": 1, "ean": 2, "price": 3, "weight": 4}
    assert found.damages == ()


async def test_a_file_of_items_becomes_items(tmp_path: Path, store: Store) -> None:
    found = sniff(_csv(tmp_path / "a.csv", ROWS, delimiter=";", encoding="cp1252"), "items")
    taken = await take_over(store, found)
    assert (taken.rows, taken.removed, taken.damages) == (2, 0, ())
    items = await store.read(lambda tables: tables.masters.items_by_ref(["A-1", "A-2"]))
    assert items["A-2"] == Item(
        "A-2", 'Zöller 3" Rolle', ean="4006381333931", price=Decimal("1299.00"), weight=Decimal("12.25")
    )


async def test_a_workbook_is_read_like_a_file(tmp_path: Path, store: Store) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["ITMREF", "ITMDES1", "EANCOD", "BASPRI"], ["A-1", "Größe", 4006381333931, 3.99]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    found = sniff(tmp_path / "a.xlsx", "items")
    assert (found.encoding, found.delimiter, found.damages) == ("", "", ())
    await take_over(store, found)
    items = await store.read(lambda tables: tables.masters.items_by_ref(["A-1"]))
    assert items == {"A-1": Item("A-1", "Größe", ean="4006381333931", price=Decimal("3.99"))}


BAD = {
    "ean_scientific": ["A-1", "Title", "4.00638E+12"],
    "ean_zero": ["A-1", "Title", "12345678905"],
    "ean_digit": ["A-1", "Title", "4006381333932"],
    "ean_other": ["A-1", "Title", "n/a"],
    "key_missing": ["", "Title", ""],
    "title_missing": ["A-1", "", ""],
    "cells_more": ["A-1", "Title", "", "one, too many"],
}


@pytest.mark.parametrize("code", BAD)
async def test_each_damage_is_named_with_its_row(tmp_path: Path, store: Store, code: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("itmref;description;ean\nGOOD;Fine;4006381333931\n" + ";".join(BAD[code]) + "\n")
    found = sniff(path, "items")
    (damage,) = found.damages
    assert (damage.code, damage.count) == (code, 1)
    assert damage.examples[0].startswith("row 3")
    taken = await take_over(store, found)
    assert [entry.code for entry in taken.damages] == [code]
    assert taken.rows == (1 if code == "key_missing" else 2)


async def test_duplicates_odd_numbers_and_mixed_encodings_are_counted(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "bad.csv"
    head = b"sku;title;price\n"
    path.write_bytes(head + "A;Größe;1,50\nA;Grösse;about 2\n".encode() + "B;Köln;3,00\n".encode("cp1252"))
    found = sniff(path, "listings")
    assert {damage.code: damage.count for damage in found.damages} == {"key_twice": 1, "mixed": 1}
    taken = await take_over(store, found, marketplace=DE)
    codes = {damage.code: damage.count for damage in taken.damages}
    assert codes == {"key_twice": 1, "mixed": 1, "number_odd": 1}
    listings = await store.read(lambda tables: tables.masters.listings_by_sku(["A", "B"]))
    assert listings["A"] == [Listing("A", "", "Grösse", DE)]
    assert listings["B"] == [Listing("B", "", "Köln", DE, price=Money(Decimal("3.00"), "EUR"))]


async def test_only_the_columns_of_the_file_change_what_is_known(tmp_path: Path, store: Store) -> None:
    known = Item("A-1", "From X3", ean="4006381333931", status=ItemStatus.SHORTAGE, price=Decimal("9.00"))
    await store.write(lambda tables: tables.masters.put_items([known], source="X3"))
    path = tmp_path / "prices.csv"
    path.write_text("ITMREF,BASPRI\nA-1,7.50\n")
    await take_over(store, sniff(path, "items"))
    items = await store.read(lambda tables: tables.masters.items_by_ref(["A-1"]))
    assert items == {"A-1": replace(known, price=Decimal("7.50"))}


async def test_sales_are_summed_and_count_once(tmp_path: Path, store: Store) -> None:
    day = (datetime.now(UTC) - timedelta(days=5)).date()
    path = tmp_path / "sales.txt"
    lines = [
        "purchase-date\tsku\tquantity\tcurrency\titem-price\titem-status\tsales-channel",
        f"{day}T10:00:00+00:00\tA\t2\tEUR\t20.00\tShipped\tAmazon.de",
        f"{day}T11:00:00+00:00\tA\t1\tEUR\t10.00\tShipped\tAmazon.de",
        f"{day}T11:00:00+00:00\tA\t1\tEUR\t10.00\tCancelled\tAmazon.de",
    ]
    path.write_text("\n".join(lines))
    for _ in range(2):
        await take_over(store, sniff(path, "sales"), marketplace="A13V1IB3VIYZZH")
    assert await store.read(lambda tables: tables.sales.columns()) == [("A", DE, "EUR", 3, 2, 30_000_000)]
    assert day > date(2020, 1, 1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02binary", "no text"),
        (b"PK\x03\x04 no archive", ""),
        (b"only one column\nvalue\n", "itmref"),
        (b"a,b\n" + b"x" * (5 << 20), "longer"),
        (b'itmref,description\nA,"never closed\n' + b"x,y\n" * 600_000, "limit"),
    ],
)
async def test_what_is_no_table_is_a_clear_error(
    tmp_path: Path, store: Store, content: bytes, words: str
) -> None:
    path = tmp_path / ("bad.xlsx" if content.startswith(b"PK") else "bad.csv")
    path.write_bytes(content)
    with pytest.raises(SettingFault) as caught:
        await take_over(store, sniff(path, "items"))
    fault = caught.value
    assert fault.advice
    assert words in f"{fault.title} {fault.said}"


async def test_a_file_that_is_missing_or_names_no_marketplace_is_a_clear_error(
    tmp_path: Path, store: Store
) -> None:
    with pytest.raises(SettingFault):
        sniff(tmp_path / "nothing.csv", "items")
    path = tmp_path / "l.csv"
    path.write_text("sku,title\nA,B\n")
    with pytest.raises(SettingFault) as caught:
        await take_over(store, sniff(path, "listings"))
    assert caught.value.field == "marketplace"
    with pytest.raises(SettingFault):
        sniff(path, "listings").with_columns({"sku": "no such column"})
    with pytest.raises(SettingFault):
        sniff(path, "listings").with_columns({"no such field": "sku"})


async def test_columns_can_be_named_by_hand(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Spalte 1,Spalte 2\nA-1,Hammer\n")
    found = sniff(path, "items").with_columns({"itmref": "Spalte 1", "description": "Spalte 2"})
    await take_over(store, found)
    assert await store.read(lambda tables: tables.masters.items_by_ref(["A-1"])) == {
        "A-1": Item("A-1", "Hammer")
    }


async def test_an_ended_file_goes_on_where_it_stopped_and_a_changed_one_anew(
    tmp_path: Path, store: Store
) -> None:
    path = tmp_path / "many.csv"
    path.write_text("itmref,description\n" + "".join(f"I{n:05d},Item {n}\n" for n in range(3_500)))
    told: list[int] = []
    watch = Watch(progress=told.append, cancelled=lambda: bool(told) and told[-1] >= 2_000)
    assert (await take_over(store, sniff(path, "items"), watch=watch)).cancelled
    assert told == [1_000, 2_000]
    assert (await take_over(store, sniff(path, "items"))).rows == 1_500
    assert await store.read(lambda tables: tables.masters.count("items")) == 3_500
    path.write_text("itmref,description\nI00001,Renamed\n")
    taken = await take_over(store, sniff(path, "items"))
    assert (taken.rows, taken.removed) == (1, 3_499)


@pytest.mark.timeout(3600 if LONG else 120)
async def test_a_large_file_streams_within_bounded_memory(tmp_path: Path, store: Store) -> None:
    """500 MB in the long form, 16 MB in the ordinary one: what is held at once is less than that."""
    path, line = tmp_path / "large.csv", "x" * (160 if LONG else 2_000)
    rows = 2_900_000 if LONG else 8_000
    with path.open("w") as file:
        file.write("sku,title,price\n")
        for number in range(rows):
            # The long form repeats its keys: it is the file that is large, not the shop.
            file.write(f"SKU-{number % 40_000},{line},1.50\n")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sniffed, told = sniff(path, "listings"), list[int]()
    if not LONG:
        tracemalloc.start()
    taken = await take_over(store, sniffed, marketplace=DE, watch=Watch(progress=told.append))
    if not LONG:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 10 << 20
    assert taken.rows == rows == told[-1]
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < 200 * 1024


@pytest.mark.timeout(3600 if LONG else 120)
def test_the_importers_survive_what_no_table_looks_like(tmp_path: Path) -> None:
    """Files of random bytes and of mangled tables: a table, or one clear error."""
    rng = random.Random(20)
    good = "sku;title;price;ean\nA;Größe;1,50;4006381333931\n".encode()
    endings, refused = (".csv", ".txt", ".xlsx"), 0
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["sku", "title"])
    sheet.append(["A", "B"])
    book.save(tmp_path / "good.xlsx")
    workbook = (tmp_path / "good.xlsx").read_bytes()
    for trial in range(10_000 if LONG else 600):
        path = tmp_path / f"f{endings[trial % 3]}"
        path.write_bytes(_mangled(rng, workbook if trial % 3 == 2 else good * rng.randint(1, 4)))
        try:
            found = sniff(path, KINDS[trial % 4])
        except SettingFault as fault:
            refused += 1
            assert fault.advice
        else:
            assert found.header
            assert all(len(row) >= len(found.header) for row in found.sample)
    assert refused > 20


def _mangled(rng: random.Random, content: bytes) -> bytes:
    mangled = bytearray(content)
    for _ in range(rng.randint(1, 12)):
        place = rng.randrange(len(mangled) + 1)
        what = rng.randrange(5)
        if what == 0:
            mangled[place:place] = rng.randbytes(rng.randint(1, 40))
        elif what == 1:
            del mangled[place : place + rng.randint(1, 60)]
        elif what == 2:
            mangled[place:place] = rng.choice(
                [b'"', b"\t", b"\r", b";", b"\0", b"\xff\xfe", b"=1+1", b"1e99"]
            )
        elif what == 3 and mangled:
            mangled[place % len(mangled)] ^= 1 << rng.randrange(8)
        else:
            mangled[place:place] = mangled[: rng.randint(0, 80)]
    return bytes(mangled)
