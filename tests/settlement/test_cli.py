"""The command line's machine format, as other programs rely on it."""

import argparse
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.settlement.making import PLAIN, Draft, at, other, sale
from x3studio.cli import settlement

AMOUNT = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
QUADRUPLE = {
    "type": "array",
    "prefixItems": [{"type": "string"}, {"type": "string"}, {"type": "string"}, AMOUNT],
    "minItems": 4,
    "maxItems": 4,
}
MAYBE = {"type": ["string", "null"]}


def exactly(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


SHOWN = exactly(
    settlement_id={"type": "string"},
    currency={"type": "string"},
    start=MAYBE,
    end=MAYBE,
    deposit_date=MAYBE,
    total=AMOUNT,
    rows={"type": "integer"},
    sum=AMOUNT,
    groups={
        "type": "array",
        "items": exactly(
            group={"type": "string"},
            triples={"type": "array", "items": QUADRUPLE, "minItems": 1},
            account=MAYBE,
            amount=AMOUNT,
        ),
    },
    unmapped={"type": "array", "items": QUADRUPLE},
    parts={
        "type": "array",
        "minItems": 1,
        "items": exactly(
            month={"type": "string", "pattern": r"^\d{4}-\d\d$"},
            lines={
                "type": "array",
                "items": exactly(account=MAYBE, debit=AMOUNT, credit=AMOUNT, text={"type": "string"}),
            },
        ),
    },
    checks={
        "type": "array",
        "minItems": 23,
        "maxItems": 23,
        "items": exactly(
            id={"type": "string"},
            verdict={"enum": ["pass", "fail", "warn", "open", "n/a"]},
            detail={"type": "string", "minLength": 5},
        ),
    },
)
ERROR = exactly(
    error=exactly(
        title={"type": "string", "minLength": 5},
        advice={"type": "string", "minLength": 5},
        line={"type": ["integer", "null"]},
    )
)


def shown(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    parser = argparse.ArgumentParser()
    settlement.add_parser(parser.add_subparsers())
    parsed = parser.parse_args(["settlement", "show", *map(str, arguments)])
    code = parsed.verb(parsed)
    captured = capsys.readouterr()
    return int(code), captured.out, captured.err


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "settlement.txt"
    path.write_text(PLAIN.text())
    return path


def test_json_follows_the_contract(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = shown(capsys, plain, "--json")
    document = json.loads(out)
    jsonschema.validate(document, SHOWN)
    assert (code, err) == (0, "")
    assert document["total"] == document["sum"] == str(PLAIN.sum)
    assert (document["settlement_id"], document["currency"], document["rows"]) == ("28471003921", "USD", 11)
    assert document["start"] == "2026-06-16T00:00:00Z"
    assert document["deposit_date"] == "2026-07-02"
    triples = [tuple(t[:3]) for g in document["groups"] for t in g["triples"]]
    assert len(triples) == len(set(triples))
    for group in document["groups"]:
        assert sum(Decimal(t[3]) for t in group["triples"]) == Decimal(group["amount"])
        assert group["account"] is None
    for part in document["parts"]:
        assert sum(Decimal(x["debit"]) for x in part["lines"]) == sum(
            Decimal(x["credit"]) for x in part["lines"]
        )


def test_accounts_by_group_or_title_in_either_separator(
    plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts = tmp_path / "accounts.csv"
    for text in (
        "group,account,tax code\nsales,701000,V20\nProduct sales shipping,x\n".replace(
            "Product sales shipping,x\n", ""
        )
        + "reserve,409800,\nclearing,512900\n",
        "Product sales;701000;V20\nreserve;409800\nclearing;512900\n",
    ):
        accounts.write_text(text)
        code, out, _ = shown(capsys, plain, "--json", "--accounts", accounts)
        document = json.loads(out)
        assert code == 0
        found = {g["group"]: g["account"] for g in document["groups"] if g["account"]}
        assert found == {"sales": "701000", "reserve": "409800"}
        assert {x["account"] for x in document["parts"][0]["lines"]} == {None, "701000", "409800", "512900"}


@pytest.mark.parametrize(
    ("text", "words"),
    [("saless,1\n", "does not exist"), ("sales,1\nsales,2\n", "again"), (None, "cannot be read")],
)
def test_a_wrong_accounts_file_is_wrong_usage(
    plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, words: str
) -> None:
    accounts = tmp_path / "accounts.csv"
    if text is not None:
        accounts.write_text(text)
    code, out, _ = shown(capsys, plain, "--json", "--accounts", accounts)
    assert code == 2
    assert words in json.loads(out)["error"]["title"]


def test_an_unknown_kind_needs_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "settlement.txt"
    path.write_text(
        Draft((*sale(1, "10.00", posted=at(20)), other("Brand new fee", "-1.00", posted=at(20)))).text()
    )
    code, out, _ = shown(capsys, path, "--json")
    document = json.loads(out)
    jsonschema.validate(document, SHOWN)
    assert code == 3
    assert document["unmapped"] == [["other-transaction", "other-transaction", "Brand new fee", "-1.00"]]
    assert [c["verdict"] for c in document["checks"] if c["id"] == "B3"] == ["fail"]
    unmapped = [x for x in document["parts"][0]["lines"] if x["text"] == "Not yet in any group"]
    assert unmapped == [{"account": None, "debit": "1.00", "credit": "0.00", "text": "Not yet in any group"}]


def test_a_refused_file_says_where_and_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "settlement.txt"
    path.write_text(PLAIN.text().replace("129.99", "n/a"))
    code, out, err = shown(capsys, path, "--json")
    document = json.loads(out)
    jsonschema.validate(document, ERROR)
    assert (code, document["error"]["line"], err) == (1, 3, "")
    code, out, err = shown(capsys, path)
    assert (code, out) == (1, "")
    assert "line 3 cannot be read" in err


def test_a_missing_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = shown(capsys, tmp_path / "none.txt", "--json")
    assert code == 1
    jsonschema.validate(json.loads(out), ERROR)


def test_the_zone_decides_months(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "settlement.txt"
    path.write_text(Draft(sale(1, "10.00", posted=at(1, 2, month=7))).text())
    for zone, month in (("America/Los_Angeles", "2026-06"), ("Asia/Tokyo", "2026-07")):
        code, out, _ = shown(capsys, path, "--json", "--zone", zone)
        assert (code, [p["month"] for p in json.loads(out)["parts"]]) == (0, [month])
    code, out, _ = shown(capsys, path, "--json", "--zone", "Moon/Crater")
    assert code == 2
    assert "Moon/Crater is unknown" in json.loads(out)["error"]["title"]


def test_yen_are_whole_in_the_machine_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "settlement.txt"
    path.write_text(Draft(sale(1, "1000", posted=at(20), marketplace="amazon.co.jp"), currency="JPY").text())
    document = json.loads(shown(capsys, path, "--json")[1])
    assert (document["total"], document["sum"]) == ("850", "850")


def test_people_read_the_same_figures(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = shown(capsys, plain)
    assert (code, err) == (0, "")
    for words in ("Settlement 28471003921", "Product sales", "Journal 2026-06", "exactly Amazon's total"):
        assert words in out


def test_the_rollover_has_an_account_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, accounts = tmp_path / "settlement.txt", tmp_path / "accounts.csv"
    path.write_text(Draft((*sale(1, "10.00", posted=at(29)), *sale(2, "5.00", posted=at(3, month=7)))).text())
    for group, sales, expected in (
        ("sales", "2", (0, "pass")),
        ("sales", "1", (3, "fail")),
        ("reserve", "1", (3, "fail")),
    ):
        accounts.write_text(f"{group},{sales}\nrollover,1\n")
        code, out, _ = shown(capsys, path, "--json", "--accounts", accounts)
        found = next(c for c in json.loads(out)["checks"] if c["id"] == "B7")
        assert (code, found["verdict"]) == expected
        assert ("account 1 takes" in found["detail"]) is (sales == "1")


def test_a_month_alone_is_only_warned_of_a_shared_rollover_account(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, accounts = tmp_path / "settlement.txt", tmp_path / "accounts.csv"
    path.write_text(Draft(sale(1, "10.00", posted=at(29))).text())
    accounts.write_text("reserve,1\nrollover,1\n")
    code, out, _ = shown(capsys, path, "--json", "--accounts", accounts)
    found = next(c for c in json.loads(out)["checks"] if c["id"] == "B7")
    assert (code, found["verdict"]) == (0, "warn")


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_console_without_the_characters_ends_no_command(tmp_path: Path, form: tuple[str, ...]) -> None:
    path = tmp_path / "settlement.txt"
    path.write_text(Draft((other("\u65e5\u672c", "-3.00", posted=at(17)),)).text())
    command = (sys.executable, "-m", "x3studio", "settlement", "show", str(path), *form)
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (3, b"")
    assert b"\\u65e5\\u672c" in done.stdout
    if form:
        assert json.loads(done.stdout)["unmapped"][0][2] == "\u65e5\u672c"
