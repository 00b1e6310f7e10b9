"""Files of decisions: what is forgiven, what is refused, and what never becomes a formula."""

import csv
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from x3studio.domain.errors import SettingFault
from x3studio.domain.mappings import CodePair, Component, CustomerPair, ItemPair, Judgement
from x3studio.domain.workbench import Kind
from x3studio.workbench import sheets
from x3studio.workspace import mapping_files, tables

FORMULAS = ("=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "'=1", "''=1", "'plain", '<&>"é漢', "00042")


def test_text_comes_back_as_it_went_and_never_as_a_formula(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    assert tables.write(file, ("sku", "text"), [(f"S{i}", text) for i, text in enumerate(FORMULAS)])
    assert [row["text"] for row in tables.read(file, needed=("sku",))] == list(FORMULAS)
    values = [value for row in csv.reader(file.read_text(encoding="utf-8").splitlines()) for value in row]
    assert not [value for value in values if value.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_list_from_an_old_spreadsheet_is_read_in_its_code_page(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_bytes("seller_sku;itmref;note\nHB-1;ITM1;Größe 6\n".encode("cp1252"))
    assert [row["note"] for row in tables.read(file, needed=("seller_sku",))] == ["Größe 6"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_separator_and_a_mark_of_utf8(tmp_path: Path, separator: str) -> None:
    file = tmp_path / "in.csv"
    rows = [["Seller_SKU ", "itmref", "pack_factor"], ["a,b;c", "X", "1,5"], ["short"], []]
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out, delimiter=separator).writerows(rows)
    assert mapping_files.decisions_in(file, kind=Kind.ITEMS) == [
        (ItemPair("a,b;c", "X", pack_factor=Decimal("1.5")), Judgement.ACCEPTED)
    ]
    assert mapping_files.read(file, kind=Kind.ITEMS)[Kind.ITEMS][1].fault == "Row 3: itmref is missing"


def test_a_spreadsheet_with_numbers(tmp_path: Path) -> None:
    file, book = tmp_path / "in.xlsx", Workbook()
    sheet = book.worksheets[0]
    for row in (["seller_sku", "itmref", "pack_factor", "note"], [4711, 12.0, 6, None], [None] * 4):
        sheet.append(row)
    book.save(file)
    found = [pair for pair, _ in mapping_files.decisions_in(file, kind=Kind.ITEMS)]
    assert found == [ItemPair("4711", "12", pack_factor=Decimal(6))]


def test_pairs_of_both_kinds_come_back_as_they_went(tmp_path: Path) -> None:
    kit = ItemPair("=KIT", "", components=(Component("A", Decimal(2)), Component("B", Decimal("0.5"))))
    buyer = CustomerPair(bpcnum="-BPC", marketplace="@M", channel="FBM", vat_number="+DE1", note="=1")
    code = CodePair(Kind.CARRIERS, "DHL", "=DHL", details=(("service", "24h"),), note="-")
    none = ItemPair("HB-9", "", note="discontinued")
    for pair, kind, judgement in (
        (kit, Kind.ITEMS, Judgement.ACCEPTED),
        (none, Kind.ITEMS, Judgement.REJECTED),
        (buyer, Kind.CUSTOMERS, Judgement.ACCEPTED),
        (code, Kind.CARRIERS, Judgement.ACCEPTED),
    ):
        file = tmp_path / f"{kind.value}.csv"
        mapping_files.write(file, [(pair, judgement)], kind=kind)
        assert mapping_files.decisions_in(file, kind=Kind.ITEMS) == [(pair, judgement)]


@pytest.mark.parametrize("text", ["0", "-1", "six", "nan", "inf", "1e999999", ""])
def test_a_pack_factor_is_a_number_above_zero(text: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        sheets.pack_factor(text)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00\x01", b"PK\x03\x04broken", b"some words\nmore\n", b'seller_sku,itmref\n"open,X\n'],
    ids=["empty", "utf-16", "cut zip", "words", "open quote"],
)
@pytest.mark.parametrize("name", ["in.csv", "in.xlsx"])
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(SettingFault, match=r"in\.\w+ cannot be read as a table") as caught:
        mapping_files.read(file, kind=Kind.ITEMS)
    assert "column names in the first row" in caught.value.advice


def test_a_spreadsheet_that_unfolds_beyond_measure_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/s.xml", "w") as member:
        for _ in range(501):
            member.write(b" " * 1_000_000)
    with pytest.raises(SettingFault, match="cannot be read") as caught:
        tables.read(file, needed=("seller_sku",))
    assert "larger than 500 MB" in caught.value.said


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    tables.write(file, ("sku",), [("old",)])
    with pytest.raises(UnicodeEncodeError):
        tables.write(file, ("sku",), [("new",), ("\ud800",)])
    assert file.read_text(encoding="utf-8").split() == ["sku", "old"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.csv"]
