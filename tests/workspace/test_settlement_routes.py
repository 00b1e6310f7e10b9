"""VAT by where goods went and came from: from orders and VAT reports, and a question where neither tells."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.settlement.making import Draft, sale
from tests.workspace.settled import Desk, desk, first_of_month, give_accounts
from x3studio.domain.documents import DocumentKind
from x3studio.domain.errors import SettingFault
from x3studio.domain.settlements import Check
from x3studio.shipped import shipped_text
from x3studio.store import Capture
from x3studio.sync.settling.knowledge import RULES

START = first_of_month(1) + timedelta(days=1)
ORDERS = [f"114-{number:07d}-4410258" for number in range(4)]


def rule(code: str, rate: str, **where: Any) -> dict[str, Any]:
    return {"name": code, "tax_code": code, "rate": rate, "since": "2020-01-01", **where}


VAT = [
    rule("HOME", "0.19", destination="DE", ship_from="DE", facilitator=False),
    rule("OSS-FR", "0.20", destination="FR", facilitator=False),
    rule("AMAZON", "0", facilitator=True),
    rule("FEE", "0", fee_country="DE"),
]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as opened:
        rules = {**json.loads(shipped_text("templates/settlements.json")), "vat": VAT}
        await opened.workspace.store.write(lambda tables: tables.settings.set(RULES, json.dumps(rules)))
        await give_accounts(opened.workspace)
        yield opened


async def taken(here: Desk, folder: Path) -> int:
    """Three orders of which Amazon owes the tax of the last."""
    posted = START + timedelta(days=3)
    lines = [line for n in (1, 2) for line in sale(n, "119.00", posted=posted, marketplace="amazon.de")]
    lines += sale(3, "50.00", posted=posted, tax="9.50", marketplace="amazon.de")
    draft = Draft(tuple(lines), currency="EUR", start=START, end=START + timedelta(days=14))
    draft = replace(draft, deposit=START + timedelta(days=16))
    (folder / "settlement.txt").write_text(draft.text())
    (found,) = await here.workspace.settlements.take([folder / "settlement.txt"])
    assert found.entry is not None
    return found.entry


async def b15(here: Desk, entry: int) -> tuple[Check, dict[str, Decimal]]:
    proof = (await here.workspace.settlements.sheet(entry)).proof
    assert proof is not None
    lines = [line for part in proof.parts for line in part.lines if line.group == "sales" and line.account]
    return proof.check("B15"), {line.account.tax_code: line.net for line in lines if line.account}


def report(folder: Path, *rows: str) -> Path:
    path = folder / "vat.csv"
    head = "TRANSACTION_EVENT_ID,SALE_DEPART_COUNTRY,SALE_ARRIVAL_COUNTRY"
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


async def test_what_nobody_knows_is_asked_for_and_never_guessed(here: Desk, tmp_path: Path) -> None:
    check, codes = await b15(here, await taken(here, tmp_path))
    assert check.blocks and "where it went and where it was shipped from is not known" in check.detail
    assert codes == {"": Decimal("238.00"), "AMAZON": Decimal("50.00")}


async def test_a_vat_report_tells_and_waiting_settlements_are_proven_anew(here: Desk, tmp_path: Path) -> None:
    entry = await taken(here, tmp_path)
    one, two, three = ORDERS[1:]
    rows = (f"{one},DE,DE", f"{two},de,fr", f"{three},DE,DE")
    assert await here.workspace.settlements.add_places_file(report(tmp_path, *rows)) == 3
    check, codes = await b15(here, entry)
    assert not check.blocks and check.detail.startswith("4 lines; VAT by code: ")
    assert codes == {"HOME": 119, "OSS-FR": 119, "AMAZON": 50}
    assert "HOME 19.00 EUR, OSS-FR 19.83 EUR" in check.detail


async def test_orders_read_here_tell_where_they_went(here: Desk, tmp_path: Path) -> None:
    entry = await taken(here, tmp_path)
    address = {"recipient": {"deliveryAddress": {"countryCode": "FR"}}}
    captures = [
        Capture("orders", "X", DocumentKind.SALES_ORDER, order, json.dumps(address), "h", 1)
        for order in ORDERS[1:]
    ]
    await here.workspace.store.write(lambda tables: tables.outbox.capture(captures))
    await here.workspace.settlements.add_places_file()
    check, codes = await b15(here, entry)
    assert not check.blocks and codes == {"OSS-FR": 238, "AMAZON": 50}
    await here.workspace.store.write(lambda tables: tables.conn.execute("UPDATE outbox SET source = ''"))
    await here.workspace.settlements.add_places_file()
    assert (await b15(here, entry))[1] == codes


async def test_an_unknown_departure_matters_only_where_a_rule_asks_for_it(here: Desk, tmp_path: Path) -> None:
    entry = await taken(here, tmp_path)
    rows = (f"{ORDERS[1]},,DE", f"{ORDERS[2]},,FR", f"{ORDERS[3]},,FR")
    await here.workspace.settlements.add_places_file(report(tmp_path, *rows))
    check, codes = await b15(here, entry)
    assert check.blocks and "where it was shipped from is not known" in check.detail
    assert "where it went" not in check.detail and codes["OSS-FR"] == 119


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("order-id,country\n1,DE\n", "names no country of arrival"),
        ("a,b\n1,2\n", "no column for order"),
        ("order-id,ARRIVAL_COUNTRY\n114-1,Germany\n", "Row 2 of vat.csv has no country"),
    ],
)
async def test_other_tables_are_refused(here: Desk, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "vat.csv").write_text(text)
    with pytest.raises(SettingFault, match=words):
        await here.workspace.settlements.add_places_file(tmp_path / "vat.csv")
