"""Settlements by command: collected, given accounts, posted once, explained, and copied out again."""

from collections import Counter
from pathlib import Path

import pytest

from tests.cli.story import Program, connected, documents
from tests.crash.served import Served
from tests.settlement.making import PLAIN, Draft
from x3studio.sandbox.x3_ledgers import demo_mapping

UNKNOWN = ("ServiceFee", "other-transaction", "Parcel Locker Surcharge")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, systems: Served) -> Program:
    made = connected(tmp_path_factory.mktemp("settled"), systems, mapped=False)
    made("settlement", "archive", "--collect", "--json")
    accounts = made.home / "accounts.csv"
    rows = [f"{group},{code}" for group, code in demo_mapping().items()]
    accounts.write_text("group,account\n" + "\n".join(rows) + "\n")
    made("settlement", "accounts", accounts, "--who", "Ada").happened()
    return made


def states(program: Program) -> Counter[str]:
    listed = program("settlement", "archive", "--json").happened().document
    return Counter(row["state"] for row in listed["settlements"])


def test_what_amazon_holds_is_archived_and_waits_for_one_decision(program: Program) -> None:
    assert states(program) == {"ready": 14, "blocked": 1}
    assert "Parcel Locker Surcharge" in program("settlement", "archive").happened().out


def test_the_accounts_that_stand_are_listed(program: Program) -> None:
    listed = program("settlement", "accounts", "--json").happened().document
    assert {row["group"]: row["account"] for row in listed}["sales"] == "8410"


def test_posting_writes_what_the_checks_allow_and_names_the_rest(program: Program, systems: Served) -> None:
    first = program("settlement", "post", "--json").happened().document
    assert len(first) == 14 and all(row["numbers"] and not row["why"] for row in first)
    written = documents(systems.ledger, kind="GAS")
    assert len(written) == len(set(written)) >= 14
    again = program("settlement", "post", first[0]["settlement_id"], "--json")
    assert again.code == 3 and first[0]["numbers"][0] in again.document[0]["why"]
    blocked = next(
        row
        for row in program("settlement", "archive", "--json").happened().document["settlements"]
        if row["state"] == "blocked"
    )
    refused = program("settlement", "post", blocked["settlement_id"], "--json")
    assert refused.code == 3 and "B3" in refused.document[0]["why"]
    program("settlement", "place", *UNKNOWN, "--group", "service-fees", "--who", "Ada").happened()
    program("settlement", "post", blocked["settlement_id"]).happened()
    assert states(program) == {"posted": 15}


def test_a_sheet_is_shown_and_printed_and_an_open_check_explained(program: Program, tmp_path: Path) -> None:
    listed = program("settlement", "archive", "--json").happened().document["settlements"]
    number = listed[0]["settlement_id"]
    page = tmp_path / "sheet.html"
    shown = program("settlement", "sheet", number, "--html", page, "--json").happened().document
    assert {check["id"]: check["verdict"] for check in shown["checks"]}["B12"] == "open"
    assert "Proof sheet" in page.read_text(encoding="utf-8")
    program("settlement", "explain", number, "b12", "the first of its chain", "--who", "Ada").happened()
    shown = program("settlement", "sheet", number, "--json").happened().document
    assert {check["id"]: check["verdict"] for check in shown["checks"]}["B12"] == "warn"


def test_a_downloaded_file_is_archived_once_and_copied_out_whole(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "settlement.txt"
    path.write_text(PLAIN.text())
    (first,) = program("settlement", "archive", path, "--json").happened().document
    assert first["became"] == "archived"
    (again,) = program("settlement", "archive", path, "--json").happened().document
    assert again["became"] == "known"
    copy = tmp_path / "copy.txt"
    program("settlement", "archive", "--copy", PLAIN.settlement_id, "--to", copy).happened()
    assert copy.read_bytes() == path.read_bytes()


def test_a_damaged_file_is_told_with_its_line(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "short.txt"
    path.write_text(Draft(PLAIN.lines[1:], settlement_id="777", total=PLAIN.sum).text())
    told = program("settlement", "archive", path, "--json")
    assert told.code == 3
    assert (told.document[0]["became"], bool(told.document[0]["line"])) == ("quarantined", True)


def test_what_does_not_exist_is_said_so(program: Program) -> None:
    assert program("settlement", "post", "999").code == 1
    assert program("settlement", "sheet", "999").code == 1
    assert program("settlement", "place", *UNKNOWN, "--group", "nonsense").code == 1
    assert program("settlement", "archive", "--copy", "1").code == 1


def test_the_bank_and_amazons_summary_are_compared(program: Program) -> None:
    bank = program.home / "bank.csv"
    bank.write_text("Date,Amount,Currency\n2020-01-05,1.00,EUR\n")
    assert "1 movement from 2020-01-05" in program("settlement", "bank", bank).happened().err
    listed = program("settlement", "archive", "--json").happened().document
    name = listed["settlements"][0]["settlement_id"]
    said = program("settlement", "summary", name, "--figure", "Nothing", "Known", "1.00", "--json")
    assert (said.code, said.document["verdict"]) == (3, "open")
    assert "Nothing / Known: Amazon says 1.00" in said.document["detail"]
    odd = program("settlement", "summary", name, "--figure", "Order", "Principal", "much")
    assert odd.code == 1 and "'much' is no amount" in odd.err


def test_a_damaged_file_is_repaired_by_command_until_it_is_posted(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "comma.txt"
    text = Draft(PLAIN.lines, settlement_id="4711").text()
    path.write_text(text.replace("129.99", "129,99"))
    seen = program("settlement", "repair", path, "--json").happened().document
    (line,) = seen["suggestions"][0]["lines"]
    assert line["cells"] == [{"column": "amount", "before": "129,99", "after": "129.99"}]
    assert "mixes two ways" in seen["wrong"] and seen["accepted"] is None
    accepted = program("settlement", "repair", path, "--accept", "--who", "Ada", "--json").happened().document
    assert (accepted["accepted"]["who"], accepted["suggestions"], accepted["wrong"]) == ("Ada", [], "")
    again = program("settlement", "repair", "4711", "--accept", "--who", "Bob")
    assert again.code == 1 and "repaired by Ada" in again.err
    assert "129,99" in program("settlement", "repair", "4711").happened().out
    program("settlement", "repair", "4711", "--undo", "--who", "Bob").happened()
    assert program("settlement", "repair", "4711", "--undo").code == 1
    assert program("settlement", "repair", path, "--accept", "2").code == 1
    assert program("settlement", "repair", path, "--accept", "none").code == 2


def test_what_needs_no_repair_or_has_none_is_told_apart(program: Program, tmp_path: Path) -> None:
    whole, short = tmp_path / "whole.txt", tmp_path / "short.txt"
    whole.write_text(PLAIN.text())
    short.write_text(Draft(PLAIN.lines[1:], settlement_id="778", total=PLAIN.sum).text())
    assert "proves itself" in program("settlement", "repair", whole).happened().err
    told = program("settlement", "repair", short)
    assert told.code == 3 and "nothing is suggested" in told.err and "B2" in told.err
    assert program("settlement", "repair", short, "--accept").code == 1
    assert program("settlement", "repair", tmp_path / "none.txt").code == 1


def test_what_amazon_holds_back_is_accrued_by_command(program: Program) -> None:
    read = program("settlement", "deferred", "--read", "--json")
    assert read.code in (0, 3) and "transactions read" in read.err
    for end in read.document:
        assert {"accrual", "reversal", "accepted_by"} <= set(end)
    booked = program("settlement", "deferred", "--keep", "--who", "Ada", "--json").happened().document
    assert all(end["accepted_by"] == "Ada" for end in booked if end["accrual"]["lines"])
    assert program("settlement", "deferred", "--month", "2999-01", "--keep").code == 1
    assert program("settlement", "deferred", "--month", "June").code == 2


def test_where_orders_went_is_taken_over_from_a_vat_report(program: Program) -> None:
    report = program.home / "vat.csv"
    report.write_text("TRANSACTION_EVENT_ID,SALE_DEPART_COUNTRY,SALE_ARRIVAL_COUNTRY\n305-1,DE,FR\n")
    assert "1 order told" in program("settlement", "places", report).happened().err
    assert "read here" in program("settlement", "places").happened().err
    report.write_text("a,b\n1,2\n")
    assert program("settlement", "places", report).code == 1
