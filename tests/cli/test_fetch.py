"""fetch from files: what a file seems to be is said, then it is taken over in one step, or only looked at."""

import json
from pathlib import Path

import pytest

from x3studio.cli.main import main

CSV = "Artikel;Bezeichnung;EAN;Preis\nA-1;Größe;4006381333931;3,99\nA-2;;4006381333932;x\n"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace that the commands use by themselves."""
    path = tmp_path / "w.x3studio"
    monkeypatch.setenv("X3STUDIO_VAULT", "memory")
    monkeypatch.setenv("X3STUDIO_SECRET_WORKSPACE_KEY", "ab" * 32)
    monkeypatch.setenv("X3STUDIO_WORKSPACE", str(path))
    assert main(["init"]) == 0
    return path


@pytest.fixture
def items(tmp_path: Path) -> Path:
    """A file as a German spreadsheet writes it."""
    path = tmp_path / "artikel.csv"
    path.write_bytes(CSV.encode("cp1252"))
    return path


def test_a_file_is_looked_at_before_it_is_taken_over(
    workspace: Path, items: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["fetch", "items", "--file", str(items), "--look", "--json"]) == 0
    seen = json.loads(capsys.readouterr().out)
    assert (seen["encoding"], seen["delimiter"], seen["decimal_mark"]) == ("cp1252", ";", ",")
    assert seen["columns"] == {
        "itmref": "Artikel",
        "description": "Bezeichnung",
        "ean": "EAN",
        "price": "Preis",
    }
    assert {damage["code"] for damage in seen["damages"]} == {"title_missing", "ean_digit"}
    assert "read" not in seen
    assert main(["fetch", "items", "--file", str(items), "--json"]) == 0
    taken = json.loads(capsys.readouterr().out)
    assert (taken["read"], taken["removed"]) == (2, 0)
    assert {damage["code"] for damage in taken["damages"]} == {"title_missing", "ean_digit", "number_odd"}
    assert workspace.exists()


def test_columns_and_marks_may_be_corrected(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del workspace
    path = tmp_path / "odd.csv"
    path.write_text("Spalte A,Spalte B\nA-1,1.234\n")
    capsys.readouterr()
    named = ["--role", "itmref=Spalte A", "--role", "price=Spalte B", "--decimal-mark", ","]
    assert main(["fetch", "items", "--file", str(path), "--json", *named]) == 0
    assert json.loads(capsys.readouterr().out)["columns"] == {"itmref": "Spalte A", "price": "Spalte B"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["items", "--file", "nothing.csv"], 1),
        (["stock", "--file", "nothing.csv"], 2),
        (["items", "--look"], 2),
        (["items", "--file", "nothing.csv", "--role", "no sign"], 2),
        (["items"], 1),
    ],
)
def test_what_cannot_be_is_said(
    workspace: Path, words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    del workspace
    try:
        ended = main(["fetch", *words])
    except SystemExit as end:
        ended = int(end.code or 0)
    said = capsys.readouterr()
    assert ended == code
    assert "Traceback" not in said.err
    assert said.err.strip()
