"""A project leaves as one file and arrives in another workspace: whole, without secrets, without buyers."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.story import Program


@pytest.fixture
def two(tmp_path: Path) -> tuple[Program, Program]:
    """A workspace with a mapping and one without."""
    found = []
    for name in ("one", "other"):
        program = Program(tmp_path / name)
        program.home.mkdir()
        program("init").happened()
        found.append(program)
    one, other = found
    one("map", "accept", "HB-1", "ITM1", "--pack-factor", "6", "--note", "asked Ms Kanarie").happened()
    one("map", "reject", "HB-2").happened()
    listed = tmp_path / "customers.csv"
    listed.write_text(
        "kind,marketplace,channel,vat_number,bpcnum,code,target\n"
        "customers,A1PA6795UKMFR9,FBM,,BPC1,,\ncustomers,,,DE123456789,BPC2,,\ncarriers,,,,,DHL,YDHL\n",
        encoding="utf-8",
    )
    one("map", "import", listed).happened()
    return one, other


def test_a_project_arrives_whole_and_arriving_twice_changes_nothing(
    two: tuple[Program, Program], tmp_path: Path
) -> None:
    one, other = two
    file = tmp_path / "hartmann.x3bundle"
    handed = one("export", file, "--json").happened().document
    assert (handed["decisions"], handed["kept_back"]) == (4, 1)
    seen = other("import", file, "--dry-run", "--json").happened().document
    assert (seen["imported"], seen["conflicts"], seen["project"]) == (0, 0, handed["project"])
    assert other("map", "list", "--json").document == []
    assert other("import", file, "--json").happened().document["imported"] == 4
    again = other("import", file, "--json").happened().document
    assert (again["imported"], again["unchanged"]) == (0, 4)
    assert other("export", tmp_path / "back", "--json").happened().document["project"] == handed["project"]
    rows = {row["seller_sku"]: row for row in other("map", "list", "--json").document}
    assert (rows["HB-1"]["itmref"], rows["HB-1"]["pack_factor"]) == ("ITM1", "6")
    assert rows["HB-2"]["state"] == "rejected"


def test_nothing_personal_travels(two: tuple[Program, Program], tmp_path: Path) -> None:
    one, _ = two
    file = tmp_path / "a.x3bundle"
    said = one("export", file)
    assert "1 decisions about single buyers stay here" in said.err
    with zipfile.ZipFile(file) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist())
    for word in (b"DE123456789", b"Kanarie", b"BPC2", b"secret"):
        assert word not in text


def test_what_stands_otherwise_is_replaced_only_on_demand(
    two: tuple[Program, Program], tmp_path: Path
) -> None:
    one, other = two
    file = tmp_path / "a.x3bundle"
    one("export", file).happened()
    other("map", "accept", "HB-1", "ITM9", "--note", "mine").happened()
    said = other("import", file, "--json")
    assert (said.code, said.document["conflicts"]) == (4, 1)
    assert [row["itmref"] for row in other("map", "list", "--search", "HB-1", "--json").document] == ["ITM9"]
    assert other("import", file, "--replace").code == 0
    assert [row["itmref"] for row in other("map", "list", "--search", "HB-1", "--json").document] == ["ITM1"]


def test_a_file_that_is_no_project_is_refused_in_words(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program("init").happened()
    odd = tmp_path / "odd.x3bundle"
    odd.write_text("no archive")
    said = program("import", odd)
    assert (said.code, said.out) == (1, "")
    assert "cannot be read as a project bundle" in said.err
    good = tmp_path / "good"
    program("export", good).happened()
    members = {}
    with zipfile.ZipFile(good) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["rules.json"] = json.dumps([["no such kind", 1]]).encode()
    with zipfile.ZipFile(odd, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    assert program("import", odd).code == 1
