"""`x3studio match`: the columns other programs read, and suggestions a person would make."""

import csv
from pathlib import Path

import pytest

from x3studio.cli import main

SOURCE = """id,title,ean
S1,Lindner Textmarker gelb Neon,4006381333931
S2,Kranzler Ordner A4 8 cm schwarz,
S3,Something nobody sells,
"""
TARGET = """id,title,ean
T1,Lindner Textmarker gelb,4006381333931
T2,Kranzler Ordner A4 schwarz 80 mm,
T3,Kranzler Ordner A4 rot 80 mm,
"""


def _match(tmp_path: Path, *options: str) -> list[dict[str, str]]:
    (tmp_path / "a.csv").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "b.csv").write_text(TARGET, encoding="utf-8")
    files = ["--source", str(tmp_path / "a.csv"), "--target", str(tmp_path / "b.csv")]
    assert main(["match", *files, "--out", str(tmp_path / "s.csv"), *options]) == 0
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_file_has_the_columns_of_the_contract(tmp_path: Path) -> None:
    rows = _match(tmp_path)
    assert set(rows[0]) == {"source_id", "rank", "target_id", "confidence", "band", "reasons"}
    assert {row["band"] for row in rows} <= {"certain", "likely", "weak", "none"}
    assert all(row["confidence"] == "" for row in rows), "uncalibrated: a band, never a percentage"
    for source in ("S1", "S2"):
        ranks = [int(row["rank"]) for row in rows if row["source_id"] == source]
        assert ranks == list(range(1, len(ranks) + 1))


def test_a_proven_ean_and_the_right_colour_come_first(tmp_path: Path) -> None:
    first = {row["source_id"]: row for row in _match(tmp_path) if row["rank"] == "1"}
    assert (first["S1"]["target_id"], first["S1"]["band"]) == ("T1", "certain")
    assert first["S2"]["target_id"] == "T2"


def test_one_to_one_uses_each_target_once(tmp_path: Path) -> None:
    targets = [row["target_id"] for row in _match(tmp_path, "--one-to-one") if row["rank"] == "1"]
    assert len(targets) == len(set(targets))


def test_a_missing_file_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--source", str(tmp_path / "no.csv"), "--target", str(tmp_path / "no.csv")]
    assert main(["match", *options, "--out", str(tmp_path / "s.csv")]) in (1, 2)
    assert "no.csv" in capsys.readouterr().err


def test_without_any_text_the_way_to_name_a_title_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "n.csv").write_text("id,a,b\n1,22,33\n2,44,55\n", encoding="utf-8")
    files = ["--source", str(tmp_path / "n.csv"), "--target", str(tmp_path / "n.csv")]
    assert main(["match", *files, "--out", str(tmp_path / "s.csv")]) == 0
    assert "--role title=COLUMN" in capsys.readouterr().err


def test_decisions_that_contradict_each_other_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judged = ["S1,T1,matched", "S1,T1,no_match", "S2,T2,matched", "S2,T3,matched"]
    decisions = tmp_path / "d.csv"
    decisions.write_text("\n".join(["source_id,target_id,judgement", *judged]), encoding="utf-8")
    rows = _match(tmp_path, "--decisions", str(decisions))
    said = capsys.readouterr().err
    assert "Judged both ways (1), the later judgement counts: S1 with T1." in said
    assert "Matched with several (1), all of them count: S2." in said
    assert {row["target_id"] for row in rows if row["source_id"] == "S2"} == {"T2", "T3"}
    assert not [row for row in rows if (row["source_id"], row["target_id"]) == ("S1", "T1")]


def test_keys_come_back_byte_for_byte_and_no_reason_is_a_formula(tmp_path: Path) -> None:
    key = "=HYPERLINK(1)"
    (tmp_path / "a.csv").write_text(f"id,title\n{key},+red pen\n@2, =ink blue\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("id,title\n-1,+red pen\n+2, =ink blue\n", encoding="utf-8")
    files = ["--source", str(tmp_path / "a.csv"), "--target", str(tmp_path / "b.csv")]
    assert main(["match", *files, "--out", str(tmp_path / "s.csv")]) == 0
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["source_id"] for row in rows} == {key, "@2"}
    assert {row["target_id"] for row in rows} == {"-1", "+2"}
    assert all(row["reasons"][0].isalpha() for row in rows)


@pytest.mark.parametrize(
    ("name", "delimiter", "least"), [("abt-buy", "|", 0.9), ("amazon-google", "#", 0.75)]
)
def test_public_sets_are_matched(
    foreign_data: Path, tmp_path: Path, name: str, delimiter: str, least: float
) -> None:
    """The shipped prior has seen these sets: this guards against breakage and proves nothing about others."""
    folder, out = foreign_data / "matching" / name, tmp_path / "s.csv"
    files = ["--source", str(folder / "A.csv"), "--target", str(folder / "B.csv"), "--out", str(out)]
    assert main(["match", *files]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        top = {row["source_id"]: row["target_id"] for row in csv.DictReader(file) if row["rank"] == "1"}
    with (folder / "gt.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.reader(file, delimiter=delimiter))[1:]
    hits = sum(top.get(source) == target for source, target, *_ in truth)
    assert hits / len(truth) >= least
