"""Syracuse's REST as the demo X3 speaks it, with its pages, its where clauses and its lying status codes."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.sandbox.demo import order
from x3studio.sandbox.serve import Sandbox
from x3studio.sandbox.x3_where import BadWhere, UnknownProperty, parse_where

ROOT = "/api1/x3/erp/BRKTST"


async def rows(x3: httpx.AsyncClient, name: str, **params: Any) -> list[dict[str, Any]]:
    """Every row of a query, page by page."""
    answer = await x3.get(f"{ROOT}/{name}", params={"representation": f"{name}.$query", **params})
    found = []
    while True:
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["$resources"]
        if "$next" not in page["$links"]:
            return found
        answer = await x3.get(page["$links"]["$next"]["$url"])


def syracuse_order(reference: str, **changes: Any) -> dict[str, Any]:
    body = order(reference, **changes)
    body["SOHSOP"] = body.pop("lines")
    return body


async def create(x3: httpx.AsyncClient, body: dict[str, Any]) -> httpx.Response:
    return await x3.post(f"{ROOT}/SORDER", params={"representation": "YSOH.$create"}, json=body)


async def test_pages_follow_their_links_to_the_end(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    found = await rows(x3, "ITMMASTER", count=7)
    assert [row["ITMREF"] for row in found] == sandbox.world.item_keys
    sandbox.x3.desk.switches.page = 5
    capped = await x3.get(f"{ROOT}/ITMMASTER", params={"representation": "ITMMASTER.$query", "count": "9999"})
    assert capped.json()["$itemsPerPage"] == 5
    assert len(capped.json()["$resources"]) == 5
    assert len(await rows(x3, "ITMMASTER", count=9999)) == len(found)


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("ITMREF eq 'LIN-TM-GE'", 1),
        ("ITMREF eq 'NOPE'", 0),
        ("ITMREF eq 'LIN-TM-GE' or ITMREF eq 'LIN-TM-GN'", 2),
        ("(ITMREF eq 'LIN-TM-GE') and (ITMSTA ne 1)", 0),
        ("left(ITMREF,3) eq 'LIN' and not (ITMSTA eq 1)", 1),
        ("ITMREF gt 'VAS-CLA-BL' and ITMREF le 'VAS-INT-12'", 2),
        ("SAUSTUCOE gt 1", 3),
        ("UPDDATTIM ge @2026-11-20T07:59:00Z@", 1),
        ("UPDDATTIM ge '2030-01-01T00:00:00.000Z'", 0),
    ],
)
async def test_where(sandbox: Sandbox, x3: httpx.AsyncClient, where: str, count: int) -> None:
    sandbox.world.touch_item("LIN-KS-BL", at=datetime(2026, 11, 20, 8, tzinfo=UTC))
    assert len(await rows(x3, "ITMMASTER", where=where, count=1)) == count


async def test_an_apostrophe_is_doubled(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    assert await rows(x3, "BPCUSTOMER", where="BPCNAM eq 'L''Atelier'") == []
    assert len(await rows(x3, "BPCUSTOMER", where="left(BPCNAM,6) eq 'Amazon'")) == 6


async def test_order_by(x3: httpx.AsyncClient) -> None:
    found = await rows(x3, "ITMMASTER", orderBy="ITMREF desc", count=9)
    assert [row["ITMREF"] for row in found] == sorted((row["ITMREF"] for row in found), reverse=True)
    assert len(found) == 72


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("ITMMASTER", {}, 400),
        ("ITMMASTER", {"representation": "BPCUSTOMER.$query"}, 400),
        ("NOPE", {"representation": "NOPE.$query"}, 404),
        ("ITMMASTER", {"representation": "ITMMASTER.$query", "where": "NOPE eq 1"}, 500),
        ("ITMMASTER", {"representation": "ITMMASTER.$query", "where": "ITMREF eq"}, 400),
        ("ITMMASTER", {"representation": "ITMMASTER.$query", "orderBy": "NOPE"}, 500),
        ("ITMMASTER", {"representation": "ITMMASTER.$query", "count": "0"}, 400),
        ("SORDER", {"representation": "SORDER.$create"}, 405),
    ],
)
async def test_wrong_questions(x3: httpx.AsyncClient, path: str, params: dict[str, str], status: int) -> None:
    answer = await x3.get(f"{ROOT}/{path}", params=params)
    assert answer.status_code == status
    assert answer.json()["$diagnoses"][0]["$severity"] == "error"


async def test_an_unknown_folder_is_404(x3: httpx.AsyncClient) -> None:
    answer = await x3.get("/api1/x3/erp/HARTSD/ITMMASTER", params={"representation": "ITMMASTER.$query"})
    assert answer.status_code == 404
    assert "HARTSD" in answer.json()["$diagnoses"][0]["$message"]


async def test_a_missing_record_is_a_diagnosis_within_200(x3: httpx.AsyncClient) -> None:
    answer = await x3.get(f"{ROOT}/ITMMASTER('NOPE')", params={"representation": "ITMMASTER.$details"})
    assert answer.status_code == 200
    assert answer.json()["$diagnoses"][0]["$message"].startswith("721")
    there = await x3.get(f"{ROOT}/ITMMASTER('LIN-TM-GE')", params={"representation": "ITMMASTER.$details"})
    assert there.json()["EANCOD"] == "9520000000011"


async def test_only_a_custom_representation_writes(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    shipped = await x3.post(
        f"{ROOT}/SORDER", params={"representation": "SORDER.$create"}, json=syracuse_order("R-1")
    )
    assert shipped.status_code == 405
    taken = await create(x3, syracuse_order("R-1"))
    assert taken.status_code == 201
    number = taken.json()["SOHNUM"]
    where = taken.headers["location"]
    assert f"SORDER('{number}')" in where
    assert sandbox.ledger.written == 1
    details = (await x3.get(where)).json()
    assert details["SOHSOP"][0]["QTY"] == 6
    assert details["BPCORD_REF"]["$description"] == "Amazon DE Endkunden FBM"
    listed = await rows(x3, "SORDER", where="CUSORDREF eq 'R-1'")
    assert [row["$key"] for row in listed] == [number]
    assert "SOHSOP" not in listed[0]


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"BPCORD": "NOPE"}, 200), ({"SALFCY": ""}, 200), ({"lines": [{"ITMREF": "NOPE", "QTY": "1"}]}, 201)],
)
async def test_refusals_hide_behind_success(
    sandbox: Sandbox, x3: httpx.AsyncClient, changes: dict[str, Any], status: int
) -> None:
    answer = await create(x3, syracuse_order("R-2", **changes))
    assert answer.status_code == status
    assert answer.json()["$diagnoses"][0]["$severity"] == "error"
    assert "SOHNUM" not in answer.json()
    assert sandbox.ledger.written == 0


async def test_an_edit_changes_what_it_names(x3: httpx.AsyncClient) -> None:
    number = (await create(x3, syracuse_order("R-3"))).json()["SOHNUM"]
    params = {"representation": "YSOH.$edit"}
    edited = await x3.put(f"{ROOT}/SORDER('{number}')", params=params, json={"CUSORDREF": "R-4"})
    assert edited.status_code == 200
    assert edited.json()["CUSORDREF"] == "R-4"
    assert await rows(x3, "SORDER", where="CUSORDREF eq 'R-3'") == []


async def test_prototype_and_template(x3: httpx.AsyncClient) -> None:
    prototype = (await x3.get(f"{ROOT}/SORDER/$prototypes('YSOH.$create')")).json()["$properties"]
    assert prototype["CUSORDREF"]["$maxLength"] == 20
    assert prototype["SALFCY"]["$isMandatory"] is True
    assert prototype["SOHSOP"]["$item"]["$properties"]["QTY"]["$type"] == "application/x-decimal"
    template = await x3.get(f"{ROOT}/SORDER/$template", params={"representation": "YSOH.$create"})
    assert template.json()["CUSORDREF"] == ""


async def test_endpoints_list_the_folders(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    path = "/api1/syracuse/collaboration/syracuse/endPoints"
    listed = (await x3.get(path, params={"representation": "endPoints.$query", "count": "100"})).json()
    assert [row["dataset"] for row in listed["$resources"]] == list(sandbox.world.folders)
    assert (await x3.get(path)).status_code == 400


async def test_stock_totals_and_other_tables(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    totals = await rows(x3, "ITMMVT", where="ITMREF eq 'LIN-TM-GE'")
    assert {row["STOFCY"]: row["PHYSTO"] for row in totals}["HAM01"] == float(
        sandbox.world.items["LIN-TM-GE"].stock["HAM01"].physical
    )
    every = await rows(x3, "ITMMVT", count=50)
    assert len({row["$key"] for row in every}) == len(every)
    prices = await rows(x3, "ITMSALES", where="ITMREF eq 'LIN-TM-GE'")
    assert prices[0]["BASPRI"] == 0.79
    partner = await rows(x3, "BPARTNER", where="BPRNUM eq 'KD10001'")
    assert (partner[0]["CRY"], partner[0]["EECNUM"]) == ("DE", "DE200001016")
    for name in ("STOCK", "ITMFACILIT", "BPADDRESS", "COMPANY", "FACILITY", "PORDER", "PINVOICE"):
        assert await rows(x3, name, count=100), name
    for name in ("SDELIVERY", "SRETURN", "SINVOICE", "GACCENTRY", "BALANCE"):
        assert await rows(x3, name) == []


async def test_balances_follow_the_journals(x3: httpx.AsyncClient) -> None:
    head = {"TYP": "ODSET", "FCY": "HAM01", "ACCDAT": "2026-10-31", "CUR": "EUR", "REFINT": "S-1"}
    lines = [{"ACC": "1361", "DEB": "10.00"}, {"ACC": "8400", "CDT": "10.00"}]
    await x3.post("/api/v1/financials/journalEntries", json={**head, "lines": lines})
    found = await rows(x3, "BALANCE")
    assert {row["ACC"]: row["BALANCE"] for row in found} == {"1361": 10.0, "8400": -10.0}


@pytest.mark.parametrize(
    "text", ["", "A", "A eq", "A eq 'x", "(A eq 1", "A eq 1)", "A like 'x'", "left(A) eq 'x'"]
)
def test_where_is_read_strictly(text: str) -> None:
    with pytest.raises(BadWhere):
        parse_where(text, known=("A",))


def test_where_knows_its_properties_and_its_fixed_values() -> None:
    with pytest.raises(UnknownProperty):
        parse_where("B eq 1", known=("A",))
    assert parse_where("A eq 'x' or A eq 'y'", known=("A",)).values("A") == {"x", "y"}
    assert parse_where("A eq 'x' and B eq 'z'", known=("A", "B")).values("A") == {"x"}
    assert parse_where("A eq 'x' or B eq 'y'", known=("A", "B")).values("A") is None
    assert parse_where("not A eq 'x'", known=("A",)).values("A") is None
