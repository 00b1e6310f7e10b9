"""The workbook's way to the customer and back, and what people do to it in between."""

import os
import random
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from x3studio.domain.errors import SettingFault
from x3studio.domain.mappings import CodePair, Component, CustomerPair, ItemPair, Judgement, Pair
from x3studio.domain.workbench import Kind
from x3studio.workbench.merge import Difference, Fate, Values, merge
from x3studio.workbench.sheets import decision_of, form_of, tidy, value_cells
from x3studio.workspace import workbook
from x3studio.workspace.workbook import OutRow

AT = datetime(2026, 5, 4, 8, tzinfo=UTC)
LONG = bool(os.environ.get("X3STUDIO_LONG"))
NOTHING: Values = ("", "", "", "", "")
ROWS = [
    OutRow(("HB-1", ""), ("Stift", "12.50"), ("accepted", "ITM1", "1", "", "")),
    OutRow(("HB-2", ""), ("=1+1", "0"), NOTHING),
    OutRow(("00123", "A1PA6795UKMFR9"), ("", ""), ("accepted", "", "1", "ITM1*2+ITM2*1", "a kit")),
]


def handed_out(path: Path) -> Path:
    workbook.write(path, ROWS, kind=Kind.ITEMS, told=("title", "price"), at=AT, workspace="a")
    return path


def fates(path: Path, standing: dict[tuple[str, ...], Values] | None = None) -> dict[str, Difference]:
    home = workbook.read(path, kind=Kind.ITEMS)
    assert home is not None
    stands = {row.key: row.values for row in ROWS if any(row.values)} if standing is None else standing
    found = merge(home.rows, stands, handed_out=home.handed_out, atoms=form_of(Kind.ITEMS).atoms)
    return {one.key[0]: one for one in found}


def edited(path: Path, edit: Callable[[Worksheet], object]) -> Path:
    """What somebody does with another program: opens it, changes it, saves it."""
    book = load_workbook(path)
    edit(book["mapping"])
    book.save(path)
    return path


def place(sheet: Worksheet, column: str) -> int:
    return [cell.value for cell in sheet[1]].index(column) + 1


def answer(sheet: Worksheet, row: int, **cells: object) -> None:
    for column, value in cells.items():
        sheet.cell(row=row, column=place(sheet, column)).value = value  # type: ignore[assignment]


def test_what_comes_back_unchanged_changes_nothing(tmp_path: Path) -> None:
    found = fates(edited(handed_out(tmp_path / "out.xlsx"), lambda sheet: None))
    assert {one.fate for one in found.values()} == {Fate.UNTOUCHED}
    assert len(found) == 3


def test_an_answer_comes_back_as_it_was_meant(tmp_path: Path) -> None:
    path = edited(
        handed_out(tmp_path / "out.xlsx"), lambda sheet: answer(sheet, 3, itmref=" 00042 ", pack_factor=6.0)
    )
    found = fates(path)["HB-2"]
    assert (found.fate, found.merged) == (Fate.CHANGED, ("accepted", "00042", "6", "", ""))
    pair, judgement = decision_of(found.key, found.merged or (), kind=Kind.ITEMS)
    assert judgement is Judgement.ACCEPTED
    assert isinstance(pair, ItemPair)
    assert (pair.itmref, str(pair.pack_factor)) == ("00042", "6")


def test_ids_keep_their_zeros_and_texts_that_look_like_formulas_stay_texts(tmp_path: Path) -> None:
    path = handed_out(tmp_path / "out.xlsx")
    sheet = load_workbook(path)["mapping"]
    assert sheet.cell(row=4, column=1).value == "00123"
    title = sheet.cell(row=3, column=place(sheet, "title"))
    assert (title.value, title.data_type) == ("=1+1", "s")


def test_ids_are_locked_and_answers_are_not(tmp_path: Path) -> None:
    sheet = load_workbook(handed_out(tmp_path / "out.xlsx"))["mapping"]
    assert sheet.protection.sheet
    assert sheet.cell(row=2, column=1).protection.locked
    assert not sheet.cell(row=2, column=place(sheet, "itmref")).protection.locked


def test_deleted_rows_are_missed_and_nothing_happens_to_them(tmp_path: Path) -> None:
    found = fates(edited(handed_out(tmp_path / "out.xlsx"), lambda sheet: sheet.delete_rows(2)))
    assert (found["HB-1"].fate, found["HB-1"].merged) == (Fate.MISSING, None)


def test_a_changed_id_is_refused(tmp_path: Path) -> None:
    found = fates(edited(handed_out(tmp_path / "out.xlsx"), lambda sheet: answer(sheet, 2, seller_sku="X")))
    assert found["X"].fate is Fate.DAMAGED
    assert found["HB-1"].fate is Fate.MISSING


def test_added_rows_and_columns(tmp_path: Path) -> None:
    def add(sheet: Worksheet) -> None:
        answer(sheet, 5, seller_sku="HB-4", itmref="ITM4")
        sheet.cell(row=1, column=sheet.max_column + 1).value = "our remark"
        sheet.cell(row=2, column=sheet.max_column).value = "ask Ms Albrecht"

    path = edited(handed_out(tmp_path / "out.xlsx"), add)
    found = fates(path)["HB-4"]
    assert (found.fate, found.merged) == (Fate.ADDED, ("accepted", "ITM4", "1", "", ""))
    home = workbook.read(path, kind=Kind.ITEMS)
    assert home is not None
    assert home.strange == ("our remark",)


def test_a_formula_is_no_answer(tmp_path: Path) -> None:
    path = edited(handed_out(tmp_path / "out.xlsx"), lambda sheet: answer(sheet, 3, itmref='=HYPERLINK("x")'))
    found = fates(path)["HB-2"]
    assert found.fate is Fate.DAMAGED
    assert "formula" in found.why


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"itmref": "ITM1", "pack_factor": "six"}, "no number"),
        ({"itmref": "ITM1", "pack_factor": "0"}, "above zero"),
        ({"decision": "perhaps"}, "neither"),
        ({"decision": "accepted"}, "itmref is missing"),
    ],
)
def test_what_is_no_answer_is_said_with_its_row(tmp_path: Path, cells: dict[str, str], words: str) -> None:
    found = fates(edited(handed_out(tmp_path / "out.xlsx"), lambda sheet: answer(sheet, 3, **cells)))["HB-2"]
    assert found.fate is Fate.DAMAGED
    assert "Row 3" in found.why
    assert words in found.why


def test_sorting_the_sheet_changes_nothing(tmp_path: Path) -> None:
    def turn(sheet: Worksheet) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=4)]
        for number, row in enumerate(reversed(rows), start=2):
            for column, value in enumerate(row, start=1):
                sheet.cell(row=number, column=column).value = value

    found = fates(edited(handed_out(tmp_path / "out.xlsx"), turn))
    assert {one.fate for one in found.values()} == {Fate.UNTOUCHED}


def test_another_kind_and_lost_columns_are_refused(tmp_path: Path) -> None:
    path = handed_out(tmp_path / "out.xlsx")
    with pytest.raises(SettingFault, match="holds items, not customers"):
        workbook.read(path, kind=Kind.CUSTOMERS)
    edited(path, lambda sheet: sheet.delete_cols(place(sheet, "itmref")))
    with pytest.raises(SettingFault, match="lost its column itmref"):
        workbook.read(path, kind=Kind.ITEMS)
    edited(handed_out(path), lambda sheet: sheet.delete_cols(place(sheet, "studio_seal")))
    with pytest.raises(SettingFault, match="lost the columns"):
        workbook.read(path, kind=Kind.ITEMS)


def test_a_file_that_never_was_a_workbook_of_ours_is_left_to_the_plain_import(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.save(tmp_path / "own.xlsx")
    assert workbook.read(tmp_path / "own.xlsx", kind=Kind.ITEMS) is None


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(6):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as member:
                for _ in range(100):
                    member.write(b" " * 1_000_000)
    with pytest.raises(SettingFault, match="cannot be read") as fault:
        workbook.read(path, kind=Kind.ITEMS)
    assert "500 MB" in fault.value.said


def test_a_full_or_forbidden_place_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(SettingFault, match="cannot be written"):
        handed_out(tmp_path / "no such folder" / "out.xlsx")
    assert list(tmp_path.iterdir()) == []


text = st.text(st.characters(codec="utf-8"), max_size=12)
plain = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="+*@;=")
name = st.text(plain, min_size=1, max_size=12)
factor = st.decimals("0.001", 1000, places=3)
parts = st.builds(Component, name, factor, st.none() | factor)
items = st.builds(ItemPair, name, name, factor, st.sampled_from(["", "A1PA6795UKMFR9"]), note=text)
kits = st.builds(
    ItemPair, name, st.just(""), st.just(1), components=st.lists(parts, min_size=1, max_size=3).map(tuple)
)
customers = st.builds(CustomerPair, name, name, name, name, text)
codes = st.builds(
    CodePair,
    st.just(Kind.CARRIERS),
    name,
    name,
    text,
    text,
    st.lists(st.tuples(name, name), max_size=2).map(tuple),
)
judged = st.sampled_from([Judgement.ACCEPTED, Judgement.REJECTED])


def _cells_of(pair: Pair) -> tuple[str, ...]:
    if isinstance(pair, ItemPair):
        return pair.seller_sku, pair.marketplace
    if isinstance(pair, CustomerPair):
        return pair.marketplace, pair.channel, pair.vat_number
    return pair.code, pair.marketplace, pair.channel


@given(items | kits | customers | codes, judged)
def test_what_is_decided_survives_the_way_through_its_cells(pair: Pair, judgement: Judgement) -> None:
    kinds: dict[type, Kind] = {ItemPair: Kind.ITEMS, CustomerPair: Kind.CUSTOMERS}
    kind = kinds.get(type(pair), Kind.CARRIERS)
    cells = tidy(dict(zip(form_of(kind).values, value_cells(pair, judgement), strict=True)), kind=kind)
    assert tidy(dict(zip(form_of(kind).values, cells, strict=True)), kind=kind) == cells
    back, said = decision_of(_cells_of(pair), cells, kind=kind)
    assert said is judgement
    if judgement is Judgement.ACCEPTED:
        assert replace(back, note=pair.note.strip()) == replace(pair, note=pair.note.strip())


rows = st.lists(
    st.builds(
        OutRow,
        st.tuples(name, st.just("")),
        st.tuples(text, text),
        st.tuples(st.sampled_from(["", "accepted"]), name, factor.map(str), st.just(""), text),
    ),
    max_size=8,
    unique_by=lambda row: row.key,
)


@settings(max_examples=10_000 if LONG else 60, deadline=None)
@given(rows)
def test_whatever_is_handed_out_comes_back_untouched(
    tmp_path_factory: pytest.TempPathFactory, out: list[OutRow]
) -> None:
    path = tmp_path_factory.mktemp("books") / "out.xlsx"
    workbook.write(path, out, kind=Kind.ITEMS, told=("title", "price"), at=AT, workspace="a")
    home = workbook.read(path, kind=Kind.ITEMS)
    assert home is not None
    found = merge(home.rows, {}, handed_out=home.handed_out, atoms=form_of(Kind.ITEMS).atoms)
    assert [(one.key, one.fate) for one in found] == [(row.key, Fate.UNTOUCHED) for row in out]
    shutil.rmtree(path.parent)


def test_damaged_files_are_refused_in_words(tmp_path: Path) -> None:
    whole = handed_out(tmp_path / "out.xlsx").read_bytes()
    path = tmp_path / "damaged.xlsx"
    chance = random.Random(4)
    for _ in range(10_000 if LONG else 200):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data[: chance.randrange(len(data))] if chance.random() < 0.3 else data)
        try:
            workbook.read(path, kind=Kind.ITEMS)
        except SettingFault as fault:
            assert fault.advice
