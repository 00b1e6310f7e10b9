"""Each way a file can be wrong has a message of its own that names the line and what to do."""

import gzip
import os
import re
from pathlib import Path

import pytest

from tests.settlement.making import GERMAN, PLAIN, Draft, at, check, failing, proven, sale
from x3studio.domain.settlements import SettlementRefused, Verdict
from x3studio.settlement import faults
from x3studio.settlement.reading import read_settlement

TEXT = PLAIN.text()
ROWS = TEXT.splitlines(keepends=True)
LAST = len(ROWS)


def changed(line: int, old: str, new: str) -> str:
    """The plain settlement with one replacement in one line, counted from 1."""
    rows = list(ROWS)
    assert old in rows[line - 1]
    rows[line - 1] = rows[line - 1].replace(old, new, 1)
    return "".join(rows)


REFUSED: list[tuple[str, str | bytes, type[SettlementRefused], int | None, str]] = [
    ("nothing", "", faults.NothingInside, 1, "empty"),
    ("header only", ROWS[0], faults.NothingInside, 1, "nothing else"),
    ("header without line end", ROWS[0].strip(), faults.NothingInside, 1, "nothing else"),
    ("summary only", "".join(ROWS[:2]), faults.NothingInside, 2, "the lines that make it up are missing"),
    ("stops in its header", TEXT[:60], faults.Truncated, 1, "inside its header, at 'depo' of 'deposit-date'"),
    (
        "bytes of no encoding",
        TEXT.replace("Principal", "\N{EURO SIGN}\x81", 1).encode("utf-8").replace(b"\xc2\x81", b"\xa0\x81"),
        faults.Unreadable,
        3,
        "in line 3",
    ),
    ("compressed twice", gzip.compress(gzip.compress(TEXT.encode())), faults.OtherReport, 1, "twice"),
    (
        "no summary",
        "".join([ROWS[0], *ROWS[2:]]),
        faults.NoSummary,
        2,
        "No line of this settlement holds a total",
    ),
    ("two settlements", TEXT + TEXT, faults.SeveralSettlements, LAST + 1, f"begins in line {LAST + 1}"),
    (
        "two settlements, columns named once",
        TEXT + "".join(Draft(PLAIN.lines, settlement_id="9").text().splitlines(keepends=True)[1:]),
        faults.SeveralSettlements,
        LAST + 1,
        "another total",
    ),
    (
        "returns report",
        "return-date\torder-id\tsku\tdetailed-disposition\n",
        faults.OtherReport,
        1,
        "customer returns",
    ),
    ("orders report", "amazon-order-id\tpurchase-date\n1\t2\n", faults.OtherReport, 1, "an orders report"),
    ("some text", "Dear accountant,\nhello\n", faults.OtherReport, 1, "names no column settlement-id"),
    ("saved as CSV", TEXT.replace("\t", ","), faults.OtherReport, 1, "separated by commas"),
    ("saved as CSV in Germany", TEXT.replace("\t", ";"), faults.OtherReport, 1, "separated by semicolons"),
    ("workbook", b"PK\x03\x04rest of an archive", faults.OtherReport, 1, "Excel workbook"),
    ("XML settlement", b"<?xml version='1.0'?><a/>", faults.OtherReport, 1, "XML"),
    (
        "binary",
        b"settlement-id\ttotal-amount\n\x00\x01\x02\xff" * 3,
        faults.OtherReport,
        1,
        "not a text file",
    ),
    (
        "no amount column",
        TEXT.replace("\tamount\t", "\tsum\t", 1),
        faults.ColumnsMissing,
        1,
        "lacks the column amount",
    ),
    ("a column twice", TEXT.replace("\tsku\t", "\tamount\t", 1), faults.ColumnsMissing, 1, "stands twice"),
    (
        "rounded settlement id",
        TEXT.replace("28471003921", "2.85E+10"),
        faults.SpreadsheetDamage,
        2,
        "settlement-id in line 2 to 2.85E+10",
    ),
    (
        "settlement id with a decimal point",
        TEXT.replace("28471003921", "28471003921.0"),
        faults.SpreadsheetDamage,
        2,
        "took the settlement-id in line 2 for a number: 28471003921.0",
    ),
    (
        "settlement id in powers without a plus",
        TEXT.replace("28471003921", "2.8E10"),
        faults.SpreadsheetDamage,
        2,
        "for a number: 2.8E10",
    ),
    (
        "rounded order item",
        changed(4, "55182930000001", "5.51829E+13"),
        faults.SpreadsheetDamage,
        4,
        "order-item-code",
    ),
    (
        "rounded order item in Germany",
        changed(4, "55182930000001", "5,52E+13"),
        faults.SpreadsheetDamage,
        4,
        "5,52E+13",
    ),
    ("rounded amount", changed(3, "129.99", "1.23E+14"), faults.SpreadsheetDamage, 3, "1.23E+14"),
    (
        "date as number",
        changed(5, "2026-06-17 12:00:00 UTC", "46190.5"),
        faults.SpreadsheetDamage,
        5,
        "the number 46190.5",
    ),
    (
        "one date rewritten",
        changed(5, "2026-06-17 12:00:00 UTC", "17/06/2026 12:00"),
        faults.SpreadsheetDamage,
        5,
        "another order",
    ),
    (
        "no date",
        changed(5, "2026-06-17 12:00:00 UTC", "Wednesday"),
        faults.BadDate,
        5,
        "no date that can be read",
    ),
    (
        "no such day",
        changed(5, "2026-06-17 12:00:00 UTC", "2026-06-31 12:00:00 UTC"),
        faults.BadDate,
        5,
        "2026-06-31",
    ),
    ("no such end", changed(2, "2026-06-30 23:59:59 UTC", "soon"), faults.BadDate, 2, "soon"),
    ("a word as amount", changed(3, "129.99", "n/a"), faults.BadAmount, 3, "'n/a'"),
    (
        "a word as total",
        changed(2, "596.19" if "596.19" in ROWS[1] else str(PLAIN.sum), "none"),
        faults.BadAmount,
        2,
        "total in line 2",
    ),
    (
        "a tab too many",
        changed(3, "\tItemPrice", "\tItem\tPrice"),
        faults.ColumnsShifted,
        3,
        "under fulfillment-id",
    ),
    (
        "a tab too few",
        changed(3, "amazon.com\tItemPrice", "amazon.com ItemPrice"),
        faults.ColumnsShifted,
        3,
        "under amount-description",
    ),
    ("one comma among points", changed(3, "129.99", "129,99"), faults.MixedMarks, 3, "adds up to its total"),
    (
        "the total with a comma",
        changed(2, str(PLAIN.sum), str(PLAIN.sum).replace(".", ",")),
        faults.MixedMarks,
        2,
        "decimal comma",
    ),
    ("half of a gzip file", gzip.compress(TEXT.encode())[:-30], faults.Truncated, None, "ends in the middle"),
    (
        "a damaged gzip file",
        gzip.compress(TEXT.encode())[:60] + b"\xff" * 60,
        faults.Truncated,
        None,
        "damaged",
    ),
    ("cut in the summary", ROWS[0] + ROWS[1][:30], faults.Truncated, 2, "middle of its summary"),
]


@pytest.mark.parametrize(
    ("content", "kind", "line", "words"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED]
)
def test_refused_with_its_own_words(
    tmp_path: Path, content: str | bytes, kind: type[SettlementRefused], line: int | None, words: str
) -> None:
    with pytest.raises(SettlementRefused) as caught:
        proven(tmp_path, content)
    fault = caught.value
    assert (type(fault), fault.line) == (kind, line)
    assert words in f"{fault.title} {fault.advice}"
    assert fault.title.endswith(".") and fault.advice.endswith(".")


def test_every_message_is_its_own() -> None:
    assert len({case[4] for case in REFUSED}) >= len(REFUSED) - 3


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(faults.Unreadable, match="cannot be read"):
        read_settlement(tmp_path / "none.txt")


FAILED = [
    ("cut in the middle of a line", TEXT[:-60], {"B1", "B2"}, LAST, "cut off"),
    ("without its last line end", TEXT[:-1], {"B1"}, LAST, "no line end"),
    (
        "another settlement's line",
        changed(4, "28471003921", "28471003999"),
        {"B1"},
        4,
        "carries settlement 28471003999",
    ),
    ("another currency's line", changed(4, "USD", "CAD"), {"B1"}, 4, "in CAD instead of USD"),
    ("a line without amount", changed(3, "129.99", ""), {"B1", "B2"}, 3, "no amount"),
    ("cells beyond the last column", changed(3, "\n", "\tmore\n"), {"B1"}, 3, "more cells"),
    ("a line without dates", re.sub("2026-06-19[^\t]*", "", TEXT, count=2), {"B8"}, 7, "no posted date"),
]


@pytest.mark.parametrize(
    ("content", "checks", "line", "words"), [case[1:] for case in FAILED], ids=[case[0] for case in FAILED]
)
def test_read_but_failed(tmp_path: Path, content: str, checks: set[str], line: int, words: str) -> None:
    proof = proven(tmp_path, content)
    assert checks <= failing(proof) <= checks | {"B4", "B6", "B14"}
    first = check(proof, min(checks))
    assert words in first.detail
    assert first.line == line
    assert not proof.postable


REPAIRS = [
    ("a mark that slipped", changed(3, "129.99", "12999"), 3, "were it 129.99, the file would add up"),
    (
        "a sign that was lost",
        changed(4, "-19.49", "19.49") if "-19.49" in ROWS[3] else changed(4, "-19", "19"),
        4,
        "would add up",
    ),
    ("a doubled line", "".join([*ROWS[:4], ROWS[3], *ROWS[4:]]), 5, "repeats the line before it"),
    ("a total in cents", changed(2, str(PLAIN.sum), str(PLAIN.sum).replace(".", "")), 2, "100 times off"),
    ("a total of the other sign", changed(2, str(PLAIN.sum), f"-{PLAIN.sum}"), 2, "opposite sign"),
    ("a lost tail", "".join(ROWS[:-1]), LAST - 1, "no single line explains it"),
]


@pytest.mark.parametrize(
    ("content", "line", "words"), [case[1:] for case in REPAIRS], ids=[case[0] for case in REPAIRS]
)
def test_a_repair_is_suggested_never_made(tmp_path: Path, content: str, line: int, words: str) -> None:
    proof = proven(tmp_path, content)
    found = check(proof, "B2")
    assert found.verdict is Verdict.FAIL
    assert (found.line, proof.sum == proof.header.total) == (line, False)
    assert words in found.detail


HARMLESS = [
    ("UTF-8 with its mark", "﻿".encode() + TEXT.encode()),
    ("UTF-16", TEXT.encode("utf-16")),
    ("UTF-16 big-endian without a mark", TEXT.encode("utf-16-be")),
    ("UTF-16 little-endian without a mark", TEXT.encode("utf-16-le")),
    ("Windows line ends", TEXT.replace("\n", "\r\n").encode()),
    ("old Mac line ends", TEXT.replace("\n", "\r").encode()),
    (
        "line ends mixed",
        "".join(r.replace("\n", "\r\n") if i % 2 else r for i, r in enumerate(ROWS)).encode(),
    ),
    ("empty lines between", TEXT.replace("\n", "\n\n").encode()),
    ("lines of tabs at the end", (TEXT + "\t" * 23 + "\n").encode()),
    ("compressed", gzip.compress(TEXT.encode())),
    ("compressed in two pieces", gzip.compress(TEXT[:700].encode()) + gzip.compress(TEXT[700:].encode())),
    ("cp1252", changed(3, "INX-1", "Größe-1").encode("cp1252")),
    ("a quote in a SKU", changed(3, "INX-1", 'INX 5" cable').encode()),
    ("a quote opening a cell", changed(3, "INX-1", '"INX').encode()),
]


@pytest.mark.parametrize("content", [case[1] for case in HARMLESS], ids=[case[0] for case in HARMLESS])
def test_what_looks_odd_and_is_harmless(tmp_path: Path, content: bytes) -> None:
    proof = proven(tmp_path, content)
    assert failing(proof) == set()
    assert proof.sum == PLAIN.sum
    assert proof.rows == len(PLAIN.lines)


def test_line_numbers_count_empty_lines(tmp_path: Path) -> None:
    with pytest.raises(faults.BadAmount) as caught:
        proven(tmp_path, changed(3, "129.99", "n/a").replace("\n", "\n\n"))
    assert caught.value.line == 5


def test_japanese_text_in_shift_jis(tmp_path: Path) -> None:
    draft = Draft((*sale(1, "1000", posted=at(20), marketplace="amazon.co.jp"),), currency="JPY")
    text = draft.text().replace("INX-1", "変換ケーブル")
    for encoding in ("cp932", "utf-8", "utf-16"):
        path = tmp_path / f"{encoding}.txt"
        path.write_bytes(text.encode(encoding))
        settlement = read_settlement(path)
        assert set(settlement.column("sku").in_use()) == {"変換ケーブル"}
        assert settlement.sum == draft.sum


def test_amounts_without_any_mark_follow_the_total(tmp_path: Path) -> None:
    draft = Draft((*sale(1, "1234.00", posted=at(20), marketplace="amazon.de"),), currency="EUR")
    text = draft.text(GERMAN).replace(",00", "").replace("1234", "1.234")
    assert "1.234" in text
    proof = proven(tmp_path, text)
    assert failing(proof) == set()
    assert proof.sum == draft.sum


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(faults.Unreadable, match="pipe is no file"):
        read_settlement(tmp_path / "pipe")


@pytest.mark.parametrize(("written", "words"), [("", "No line names a currency"), ("euro", "is no currency")])
def test_a_currency_is_named(tmp_path: Path, written: str, words: str) -> None:
    proof = proven(tmp_path, TEXT.replace("\tUSD", f"\t{written}"))
    assert failing(proof) == {"B1"}
    assert words in check(proof, "B1").detail


def test_a_line_posted_years_after_the_end_fails(tmp_path: Path) -> None:
    draft = Draft((*PLAIN.lines, *sale(9, "1.00", posted=at(20).replace(year=2062))))
    found = check(proven(tmp_path, draft.text()), "B8")
    assert found.verdict is Verdict.FAIL and "lines were posted after the settlement's end" in found.detail


def test_dates_that_a_spreadsheet_shortened_are_damage(tmp_path: Path) -> None:
    old, new = r"2026-06-(\d\d)\t2026-06-\d\d (\d\d:\d\d):\d\d UTC", r"6/\1/26\t6/\1/26 \2"
    path = tmp_path / "settlement.txt"
    path.write_text("".join([*ROWS[:2], *(re.sub(old, new, row) for row in ROWS[2:])]))
    with pytest.raises(faults.SpreadsheetDamage, match="shortened the date in line 3 to 6/") as caught:
        read_settlement(path)
    assert caught.value.line == 3


def test_an_amount_finer_than_its_currency_is_named_with_its_line(tmp_path: Path) -> None:
    text = Draft((*sale(1, "1.23", posted=at(17)), *sale(2, "0.77", posted=at(17)))).text()
    text = text.replace("\t1.23\t", "\t1.234\t").replace("\t0.77\t", "\t0.766\t")
    found = check(proven(tmp_path, text), "B1")
    assert (found.verdict, found.line) == (Verdict.WARN, 3)
    assert "The amount in line 3, 1.234, is finer than 0.01 USD." in found.detail


def test_a_folder_and_an_empty_name_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(faults.Unreadable, match="stands for a folder"):
        read_settlement(tmp_path)
    with pytest.raises(faults.Unreadable, match="An empty file name"):
        read_settlement(Path())
