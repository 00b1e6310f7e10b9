"""The demo's general ledger: what a journal must fulfil, and imports of which some fail."""

import json
from datetime import date

import httpx
import pytest

from tests.sandbox.demo import soap
from x3studio.sandbox.serve import Sandbox
from x3studio.sandbox.x3_ledgers import accounts, demo_mapping, is_open

GOOD = [
    {"ACC": "1361", "SNS": "1", "AMTCUR": "10.00"},
    {"ACC": "8410", "SNS": "-1", "AMTCUR": "10.00", "CCE1": "AMZDE"},
]
HEADER = {"TYP": "AMZ", "FCY": "HAM01", "CUR": "EUR", "REFINT": "1-1"}


def day(sandbox: Sandbox) -> str:
    return sandbox.world.now.date().isoformat()


def written(sandbox: Sandbox, lines: list[dict[str, str]], **header: str) -> list[str]:
    """What X3 says of a journal; nothing where it takes it."""
    full = {**HEADER, "ACCDAT": day(sandbox), **header}
    outcome = sandbox.x3.desk.create("GAS", full, lines, folder="BRKTST")
    assert (outcome.document is None) == any(f.severity == "error" for f in outcome.findings)
    return [finding.message for finding in outcome.findings]


def test_a_journal_that_fulfils_everything_is_taken(sandbox: Sandbox) -> None:
    assert written(sandbox, GOOD) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ACC": "77777"}, "77777: Record does not exist"),
        ({"ACC": "8999"}, "8999: Inactive account"),
        ({"ACC": "1202"}, "1202 GBP: Currency not allowed"),
        ({"CCE1": ""}, "8410 CCE1: Mandatory analytical dimension"),
        ({"AMTCUR": "9.99"}, "not balanced: 0.01"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(sandbox: Sandbox, change: dict[str, str], words: str) -> None:
    (said,) = written(sandbox, [GOOD[0], {**GOOD[1], **change}])
    assert words in said


def test_a_closed_period_is_refused(sandbox: Sandbox) -> None:
    sandbox.x3.desk.switches.closed_before = sandbox.world.now.date()
    (said,) = written(sandbox, GOOD, ACCDAT=date(sandbox.world.now.year - 1, 12, 31).isoformat())
    assert "Period closed" in said


def test_more_lines_than_x3_takes_are_refused(sandbox: Sandbox) -> None:
    (said,) = written(sandbox, GOOD * 5_000)
    assert "Number of lines exceeded" in said


def test_old_periods_are_closed_and_next_years_are_open() -> None:
    today = date(2026, 11, 20)
    assert is_open(today, today=today, closed_before=None)
    assert not is_open(date(2026, 1, 31), today=today, closed_before=None)
    assert not is_open(date(2029, 1, 1), today=today, closed_before=None)


def test_the_demo_companys_mapping_names_accounts_that_exist() -> None:
    assert set(demo_mapping().values()) <= accounts().keys()


async def test_rest_shows_accounts_and_periods(x3: httpx.AsyncClient) -> None:
    for name, key in (("GACCOUNT", "ACC"), ("PERIOD", "PERKEY")):
        address = f"/api1/x3/erp/BRKTST/{name}?representation={name}.$query&count=1000"
        rows = (await x3.get(address)).json()["$resources"]
        assert len(rows) > 20 and all(row[key] for row in rows)


async def imported(x3: httpx.AsyncClient, *records: str, template: str = "YAMZGAS") -> object:
    group = {"I_MODIMP": template, "I_RECORDSEP": "|", "I_FILE": "|".join([*records, "END"])}
    given = json.dumps({"GRP1": group})
    return await soap(x3, "run", f"<inputXml><![CDATA[{given}]]></inputXml>", name="AOWSIMPORT")


async def test_of_several_imported_journals_the_good_ones_are_written(
    sandbox: Sandbox, x3: httpx.AsyncClient
) -> None:
    head = f"G;AMZ;;AMZ;HAM01;{day(sandbox).replace('-', '')};EUR;1;1;{{}};;;"
    lines = ("D;1;HAM01;1361;1;10.00;In;;;;", "D;2;HAM01;{};-1;10.00;Out;;AMZDE;;")
    good = (head.format("7-1"), lines[0], lines[1].format("8410"))
    bad = (head.format("7-2"), lines[0], lines[1].format("77777"))
    result = await imported(x3, *good, *bad)
    assert result.status == 1  # type: ignore[attr-defined]
    assert [kind for kind, _ in result.messages] == [3]  # type: ignore[attr-defined]
    kept = sandbox.world.documents.of("GAS", folder="BRKTST")
    assert [document.reference for document in kept] == ["7-1"]


async def test_an_import_in_which_nothing_is_good_has_failed(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    result = await imported(x3, "G;AMZ;;AMZ;HAM01;20261131;EUR;1;1;7-3;;;", "D;1;HAM01;1361;1;10.00;In")
    assert result.status == 0  # type: ignore[attr-defined]
    assert sandbox.world.documents.of("GAS", folder="BRKTST") == []
