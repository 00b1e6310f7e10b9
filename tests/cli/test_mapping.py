"""Decisions by command: listed, made, taken back, and carried from file to file without harm."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.story import Program

FORMULA = '=HYPERLINK("http://127.0.0.1/x";"a")'


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("mapping"))
    program("init").happened()
    yield program


def _listed(program: Program, *more: object) -> dict[str, dict[str, object]]:
    return {row["seller_sku"]: row for row in program("map", "list", "--json", *more).happened().document}


def test_a_decision_stands_until_it_is_taken_back(program: Program) -> None:
    program("map", "accept", "SKU-1", "ITEM-1", "--pack-factor", "6", "--note", "box of six").happened()
    assert _listed(program)["SKU-1"]["itmref"] == "ITEM-1"
    assert _listed(program, "--only", "mapped", "--search", "sku-1")["SKU-1"]["pack_factor"] == "6"
    rejected = program("map", "reject", "SKU-1", "--json").happened().document
    assert rejected["judgement"] == "rejected"
    assert _listed(program, "--only", "rejected").keys() == {"SKU-1"}
    program("map", "undo").happened()
    assert _listed(program)["SKU-1"]["itmref"] == "ITEM-1"
    assert program("map", "undo", "999").code == 1


def test_a_file_carries_decisions_from_one_workspace_to_another(tmp_path: Path) -> None:
    one, other = Program(tmp_path / "one"), Program(tmp_path / "other")
    for program in (one, other):
        program.home.mkdir()
        program("init").happened()
    for sku, item in ((FORMULA, "ITEM-9"), ('+49 é漢&<>"', "-1")):
        one("map", "accept", "--note", "=1+1", "--", sku, item).happened()
    for file in (tmp_path / "out.csv", tmp_path / "out.xlsx"):
        assert one("map", "export", file, "--json").happened().document["exported"] == 2
    assert other("map", "import", tmp_path / "out.xlsx", "--json").happened().document["imported"] == 2
    again = other("map", "import", tmp_path / "out.csv", "--json").happened().document
    assert again == {"imported": 0, "unchanged": 2, "problems": [], "conflicts": []}
    assert _listed(one) == _listed(other)


def test_rows_that_make_no_sense_are_named_and_the_others_taken(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text(
        "kind;seller_sku;itmref;pack_factor;bpcnum;marketplace;channel\n"
        "items;GOOD;ITEM-3;2;;;\nitems;;ITEM-4;1;;;\nitems;BAD;ITEM-5;zero;;;\nthings;A;B;1;;;\n"
        "customers;;;;BPC1;A1PA6795UKMFR9;FBM\n",
        encoding="utf-8",
    )
    said = program("map", "import", file, "--json")
    assert said.code == 3
    assert said.document["imported"] == 2
    assert [problem.split(":")[0] for problem in said.document["problems"]] == ["Row 3", "Row 4", "Row 5"]
    exported = tmp_path / "customers.csv"
    assert program("map", "export", exported, "--kind", "customers", "--json").document["exported"] == 1
    assert "BPC1" in exported.read_text(encoding="utf-8")


def test_a_file_that_is_not_there(program: Program, tmp_path: Path) -> None:
    said = program("map", "import", tmp_path / "none.csv")
    assert (said.code, said.out) == (1, "")
    assert "none.csv cannot be read" in said.err
    said = program("map", "export", tmp_path / "no" / "such" / "folder.csv")
    assert said.code == 1
    assert "cannot be written" in said.err


def test_a_workbook_comes_back_and_what_both_sides_changed_waits_for_a_person(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program("init").happened()
    for sku in ("HB-1", "HB-2", "HB-3"):
        program("map", "accept", sku, "ITM1").happened()
    file = tmp_path / "out.xlsx"
    assert program("map", "export", file, "--json").happened().document["exported"] == 3
    book = load_workbook(file)
    sheet = book["mapping"]
    place = [cell.value for cell in sheet[1]].index("itmref") + 1
    for row, item in ((2, "ITM7"), (3, "ITM8")):
        sheet.cell(row=row, column=place).value = item
    book.save(file)
    program("map", "accept", "HB-2", "ITM9").happened()
    said = program("map", "import", file, "--json")
    assert said.code == 4
    assert (said.document["imported"], said.document["unchanged"]) == (1, 1)
    (conflict,) = said.document["conflicts"]
    assert conflict["key"] == {"seller_sku": "HB-2", "marketplace": ""}
    versions = [conflict[side]["itmref"] for side in ("handed_out", "here", "file")]
    assert versions == ["ITM1", "ITM9", "ITM8"]
    assert _listed(program)["HB-2"]["itmref"] == "ITM9"
    assert program("map", "import", file, "--conflicts", "theirs").code == 0
    assert {row["itmref"] for row in _listed(program).values()} == {"ITM7", "ITM8", "ITM1"}
    program("map", "undo").happened()
    assert _listed(program)["HB-2"]["itmref"] == "ITM9"
