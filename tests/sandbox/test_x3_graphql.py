"""X3 Services' GraphQL as the demo X3 speaks it: two root names, string filters, partial data."""

from typing import Any

import httpx
import pytest

from x3studio.sandbox.serve import Sandbox
from x3studio.sandbox.x3_filter import BadFilter, fits, parse_filter

PRODUCTS = """
query page($first: Int, $after: String, $filter: String, $orderBy: String) {
  x3MasterData { product { query(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount edges { cursor node { code description1 productStatus upc salesUnit { code } } }
    pageInfo { hasNextPage endCursor } } } } }
"""


async def ask(x3: httpx.AsyncClient, query: str, **variables: Any) -> dict[str, Any]:
    answer = await x3.post(
        "/xtrem/api",
        json={"query": query, "variables": variables},
        headers={"x-xtrem-endpoint": "BRKTST"},
    )
    content: dict[str, Any] = answer.json()
    return content


async def test_pages_follow_their_cursor(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    seen: list[str] = []
    after = None
    while True:
        page = (await ask(x3, PRODUCTS, first=7, after=after))["data"]["x3MasterData"]["product"]["query"]
        seen += [edge["node"]["code"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert seen == sandbox.world.item_keys
    assert page["totalCount"] == 72


async def test_filter_and_order(x3: httpx.AsyncClient) -> None:
    answer = await ask(
        x3,
        PRODUCTS,
        first=50,
        filter="{productStatus: 'active', code: {_regex: '^LIN-KS'}}",
        orderBy="{code: -1}",
    )
    edges = answer["data"]["x3MasterData"]["product"]["query"]["edges"]
    assert [edge["node"]["code"] for edge in edges] == ["LIN-KS-SW", "LIN-KS-RT", "LIN-KS-BL"]


async def test_one_customer_by_its_id(x3: httpx.AsyncClient) -> None:
    wanted = "code{_id} companyName1 isActive europeanUnionVatNumber"
    query = '{x3MasterData{customer{read(_id:"KD10001"){' + wanted + "}}}}"
    found = (await ask(x3, query))["data"]["x3MasterData"]["customer"]["read"]
    assert found == {
        "code": {"_id": "KD10001"},
        "companyName1": "Stadtwerke Eichenau GmbH",
        "isActive": True,
        "europeanUnionVatNumber": "DE200001016",
    }
    missing = await ask(x3, '{x3MasterData{customer{read(_id:"NOPE"){companyName1}}}}')
    assert missing["data"]["x3MasterData"]["customer"]["read"] is None


async def test_the_root_can_be_probed(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    probe = "{__schema{queryType{fields{name}}}}"
    named = (await ask(x3, probe))["data"]["__schema"]["queryType"]["fields"]
    assert named == [{"name": "x3MasterData"}]
    sandbox.x3.desk.switches.graphql_root = "xtremX3"
    named = (await ask(x3, probe))["data"]["__schema"]["queryType"]["fields"]
    assert named == [{"name": "xtremX3MasterData"}]
    assert "errors" in await ask(x3, PRODUCTS)
    old = PRODUCTS.replace("x3MasterData", "xtremX3MasterData")
    assert (await ask(x3, old, first=1))["data"]["xtremX3MasterData"]["product"]["query"]["edges"]


async def test_a_denied_node_leaves_the_others(sandbox: Sandbox, x3: httpx.AsyncClient) -> None:
    sandbox.x3.desk.switches.graphql_denied = frozenset({"customer"})
    both = "{x3MasterData{customer{query(first:1){totalCount}} product{query(first:1){totalCount}}}}"
    answer = await ask(x3, both)
    assert answer["data"]["x3MasterData"] == {"customer": None, "product": {"query": {"totalCount": 72}}}
    assert answer["errors"][0]["path"] == ["x3MasterData", "customer"]


@pytest.mark.parametrize("wrong", ["{nope: 1}", "{code: {_like: 'x'}}", "{code", "{code: {_regex: '('}}"])
async def test_a_wrong_filter_is_an_error(x3: httpx.AsyncClient, wrong: str) -> None:
    answer = await ask(x3, PRODUCTS, first=1, filter=wrong)
    assert answer["errors"]
    assert answer["data"]["x3MasterData"]["product"]["query"] is None


async def test_the_endpoint_header_is_needed(x3: httpx.AsyncClient) -> None:
    answer = await x3.post("/xtrem/api", json={"query": "{__typename}"})
    assert answer.status_code == 400
    garbage = await x3.post("/xtrem/api", content=b"?", headers={"x-xtrem-endpoint": "BRKTST"})
    assert garbage.status_code == 400


def test_filters_read_javascript() -> None:
    parsed = parse_filter(
        """{a: true, "b": {_gte: 1.5, _lt: 3}, c: {_in: ['x', "y"]}, _or: [{d: null}, {d: 'z'}]}"""
    )
    assert fits({"a": True, "b": 2.0, "c": "y", "d": None}, {**parsed, "b": {"_gte": 1.5}})
    assert not fits({"a": True, "b": 2.0, "c": "q", "d": None}, {"c": parsed["c"]})
    assert fits({"ref": {"code": "EUR"}}, parse_filter("{ref: {code: 'EUR'}}"))
    for wrong in ("", "[]", "{a 1}", "{a: 1 b: 2}", "{a: }", "{" * 40):
        with pytest.raises(BadFilter):
            parse_filter(wrong)
