"""The gateway dialect of the demo X3, as the project's page on the wire describes it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.sandbox.demo import ORDERS, order, signed_in
from x3studio.sandbox.serve import Sandbox


async def test_an_order_is_completed_numbered_and_read_back(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    answer = await x3.post(ORDERS, json=order("305-9"))
    assert answer.status_code == 201
    document = answer.json()
    assert document["ORDNOT"] == "23.94"
    assert document["lines"][0]["ITMDES1"] == "Lindner Textmarker gelb 2-5mm"
    assert (await x3.get(f"{ORDERS}/{document['SOHNUM']}")).json() == document
    found = (await x3.get(ORDERS, params={"CUSORDREF": "nothing,305-9"})).json()["items"]
    assert found == [document]
    assert sandbox.ledger.written == 1


async def test_nothing_is_unique_unless_the_site_says_so(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    first = (await x3.post(ORDERS, json=order("twice"))).json()["SOHNUM"]
    assert (await x3.post(ORDERS, json=order("twice"))).status_code == 201
    assert sandbox.world.documents.duplicated() == {"twice": 2}
    sandbox.x3.desk.switches.unique_reference = True
    refused = await x3.post(ORDERS, json=order("twice"))
    assert refused.status_code == 422
    assert first in refused.json()["$diagnoses"][0]["$message"]


LINE = {"ITMREF": "LIN-TM-GE", "QTY": "1"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"SALFCY": ""}, "SALFCY"),
        ({"SALFCY": "NOPE"}, "SALFCY"),
        ({"SALFCY": "LEE03"}, "SALFCY"),
        ({"CUSORDREF": "x" * 21}, "CUSORDREF"),
        ({"ORDDAT": "20.11.2026"}, "ORDDAT"),
        ({"CUR": "XXX"}, "CUR"),
        ({"VACBPR": "XX"}, "VACBPR"),
        ({"FOO": "1"}, "FOO"),
        ({"lines": [{**LINE, "ITMREF": "NOPE"}]}, "ITMREF"),
        ({"lines": [{**LINE, "ITMREF": "LIN-TM-AL"}]}, "ITMREF"),
        ({"lines": [{**LINE, "QTY": "0"}]}, "QTY"),
        ({"lines": [{**LINE, "QTY": "-1"}]}, "QTY"),
        ({"lines": [{**LINE, "QTY": "many"}]}, "QTY"),
        ({"lines": [{**LINE, "QTY": "1e400000"}]}, "QTY"),
        ({"lines": [{**LINE, "SAU": "PAL"}]}, "SAU"),
        ({"lines": [{**LINE, "VACITM1": "XX"}]}, "VACITM1"),
        ({"lines": []}, ""),
        ({"lines": [LINE] * 1001}, ""),
    ],
)
async def test_what_x3_refuses(
    sandbox: Sandbox, x3: httpx.AsyncClient, changes: dict[str, Any], field: str
) -> None:
    answer = await x3.post(ORDERS, json=order(**changes))
    assert answer.status_code == 422
    said = answer.json()["$diagnoses"][0]
    assert said["$severity"] == "error"
    assert said["$message"]
    assert said.get("$field", "") == field
    assert sandbox.ledger.written == 0


@pytest.mark.parametrize("customer", ["NOPE", "KD10006", "KD10007"])
async def test_customers_are_refused_with_a_status_of_success(x3: httpx.AsyncClient, customer: str) -> None:
    answer = await x3.post(ORDERS, json=order(BPCORD=customer))
    assert answer.status_code == 200
    assert "SOHNUM" not in answer.json()
    assert answer.json()["$diagnoses"][0]["$severity"] == "error"


async def test_a_warning_does_not_refuse(x3: httpx.AsyncClient) -> None:
    answer = await x3.post(ORDERS, json=order(lines=[{"ITMREF": "LIN-TM-GE", "QTY": "99999"}]))
    assert answer.status_code == 201
    assert answer.json()["SOHNUM"]
    assert answer.json()["$diagnoses"][0]["$severity"] == "warning"


@pytest.mark.parametrize(
    ("language", "words"), [("de", "existiert nicht"), ("fr-FR,fr", "inexistante"), ("pt", "does not exist")]
)
async def test_it_speaks_the_callers_language(sandbox: Sandbox, language: str, words: str) -> None:
    async with signed_in(sandbox, **{"Accept-Language": language}) as x3:
        answer = await x3.post(ORDERS, json=order(lines=[{"ITMREF": "NOPE", "QTY": "1"}]))
        assert words in answer.text


async def test_folders_and_documents_are_kept_apart(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    listed = (await x3.get("/api/v1/folders")).json()["items"]
    assert [row["folder"] for row in listed if row["test"]] == ["BRKTST", "BRKSCH"]
    number = (await x3.post(ORDERS, json=order("apart"))).json()["SOHNUM"]
    other = {"X-Sage-Folder": "BRKPRD"}
    assert (await x3.get(f"{ORDERS}/{number}", headers=other)).status_code == 404
    assert (await x3.get(ORDERS, params={"CUSORDREF": "apart"}, headers=other)).json() == {"items": []}
    unknown = await x3.get(f"{ORDERS}/{number}", headers={"X-Sage-Folder": "HARTSD"})
    assert unknown.status_code == 404
    assert unknown.json()["$diagnoses"][0]["$message"] == "Folder HARTSD: unknown"


async def test_the_older_folder_header_works_too(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    del x3.headers["X-Sage-Folder"]
    assert (await x3.get("/api/v1/products/products")).status_code == 404
    x3.headers["Sage-Folder"] = sandbox.world.test_folder
    assert (await x3.get("/api/v1/products/products")).status_code == 200


async def test_pages_of_items_cover_all_and_follow_changes(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = (await x3.get("/api/v1/products/products", params={"count": "7", "after": after})).json()
        seen += [row["ITMREF"] for row in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == sandbox.world.item_keys
    later = datetime(2030, 1, 1, tzinfo=UTC)
    sandbox.world.touch_item("LIN-GS-05", at=later)
    since = (later - timedelta(seconds=1)).isoformat()
    changed = await x3.get("/api/v1/products/products", params={"modifiedSince": since})
    assert [row["ITMREF"] for row in changed.json()["items"]] == ["LIN-GS-05"]


async def test_items_and_customers_can_be_named(x3: httpx.AsyncClient) -> None:
    found = (await x3.get("/api/v1/products/products", params={"ITMREF": "LIN-TM-GE,NOPE"})).json()["items"]
    assert [row["ITMREF"] for row in found] == ["LIN-TM-GE"]
    assert found[0]["EANCOD"] == "9520000000011"
    customer = (await x3.get("/api/v1/customers/businessPartners/KD10001")).json()
    assert customer["EECNUM"] == "DE200001016"
    assert (await x3.get("/api/v1/customers/businessPartners/NOPE")).status_code == 404
    assert (await x3.get("/api/v1/products/products", params={"ITMREF": "A," * 101})).status_code == 400


async def test_stock_is_by_site(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    rows = (await x3.get("/api/v1/products/products/LIN-TM-GE/stock")).json()["items"]
    assert {row["STOFCY"] for row in rows} == {"HAM01", "STR02", "LEE03", "AMZFB"}
    level = sandbox.world.items["LIN-TM-GE"].stock["HAM01"]
    assert rows[0]["PHYSTO"] == str(level.physical)


async def test_masters_can_be_written(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    new = {"ITMREF": "NEU-1", "TCLCOD": "PAPER", "ITMDES1": "Neuheit", "STU": "UN", "BASPRI": "2.50"}
    assert (await x3.post("/api/v1/products/products", json=new)).status_code == 201
    assert (await x3.post("/api/v1/products/products", json=new)).status_code == 422
    changed = await x3.put("/api/v1/products/products/NEU-1", json={"BASPRI": "2.70"})
    assert changed.status_code == 200
    assert str(sandbox.world.items["NEU-1"].item.price) == "2.70"
    assert sandbox.world.items["NEU-1"].item.description == "Neuheit"
    person = {"BPCNUM": "KD90001", "BPCNAM": "Neukunde", "CRY": "DE", "CUR": "EUR", "BPCSTA": "2"}
    assert (await x3.post("/api/v1/customers/businessPartners", json=person)).json()["BPCNUM"] == "KD90001"
    assert (await x3.post(ORDERS, json=order(BPCORD="KD90001"))).status_code == 201


async def test_journals_balance_and_periods_close(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    head = {"TYP": "ODSET", "FCY": "HAM01", "ACCDAT": "2026-10-31", "CUR": "EUR", "REFINT": "S-1"}
    lines = [{"ACC": "1361", "SNS": "1", "AMTCUR": "10.00"}, {"ACC": "8400", "SNS": "-1", "AMTCUR": "10.00"}]
    taken = await x3.post("/api/v1/financials/journalEntries", json={**head, "lines": lines})
    assert taken.status_code == 201
    assert taken.json()["NUM"]
    crooked = [*lines, {"ACC": "4970", "DEB": "0.01"}]
    assert (
        await x3.post("/api/v1/financials/journalEntries", json={**head, "lines": crooked})
    ).status_code == 422
    sandbox.x3.desk.switches.closed_before = datetime(2026, 11, 1, tzinfo=UTC).date()
    closed = await x3.post("/api/v1/financials/journalEntries", json={**head, "lines": lines})
    assert closed.json()["$diagnoses"][0]["$field"] == "ACCDAT"


async def test_invoices_are_taken(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    invoice = {
        "SALFCY": "HAM01",
        "SIVTYP": "INV",
        "INVDAT": "2026-11-01",
        "BPCINV": "AMZ-DE-FBM",
        "CUR": "EUR",
        "INVREF": "S-1",
        "lines": [{"ITMREF": "PORTO", "QTY": "1", "GROPRI": "4.90"}],
    }
    assert (await x3.post("/api/v1/financials/invoices", json=invoice)).json()["NUM"]
    assert sandbox.ledger.written == 1


async def test_the_prototype_tells_lengths_and_duties(x3: httpx.AsyncClient) -> None:
    prototype = (await x3.get("/api/v1/objects/SOH")).json()
    assert prototype["mostLines"] == 1000
    reference = prototype["fields"]["CUSORDREF"]
    assert (reference["maxLength"], reference["mandatory"], reference["inLines"]) == (20, False, False)
    assert prototype["fields"]["QTY"]["inLines"] is True
    assert (await x3.get("/api/v1/objects/XYZ")).status_code == 404


async def test_shipping_an_order_makes_a_validated_delivery(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    number = (await x3.post(ORDERS, json=order("ship-1"))).json()["SOHNUM"]
    sandbox.x3.desk.ship(number, folder="BRKTST", carrier="DHL", tracking="JJD000")
    listed = (await x3.get("/api/v1/sales/deliveries", params={"count": "5"})).json()["items"]
    assert [(row["YAMZREF"], row["XTRACK"], row["CFMFLG"]) for row in listed] == [("ship-1", "JJD000", "2")]
    assert (await x3.get(f"{ORDERS}/{number}")).json()["DLVSTA"] == "3"


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"SALFCY": ["HAM01"]}', b'{"lines": 1}'])
async def test_garbage_is_answered_not_crashed_on(x3: httpx.AsyncClient, content: bytes) -> None:
    answer = await x3.post(ORDERS, content=content)
    assert answer.status_code == 400
    assert answer.json()["$diagnoses"][0]["$severity"] == "error"


async def test_an_unknown_path_says_so(x3: httpx.AsyncClient) -> None:
    assert (await x3.get("/api/v1/nothing")).status_code == 404
