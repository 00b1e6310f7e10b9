"""The demo Amazon keeps Amazon's rules: about parameters, tokens, roles, rates and parcels."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from x3studio.domain.orders import OrderStatus
from x3studio.sandbox.amazon import Shop, amazon_app
from x3studio.sandbox.credentials import amazon_credentials
from x3studio.sandbox.faults import FaultPlan, Faults
from x3studio.sandbox.ledger import Entry, Ledger
from x3studio.sandbox.world import World

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SEARCH = "/orders/2026-01-01/orders"
AFTER = {"lastUpdatedAfter": "2026-10-20T00:00:00Z"}


@dataclass
class Demo:
    """A demo Amazon and somebody who is signed in."""

    shop: Shop
    http: httpx.AsyncClient
    entries: list[Entry]
    faults: Faults
    now: datetime = NOW

    async def sign_in(self, **changes: str) -> httpx.Response:
        known = self.shop.credentials
        form = {
            "grant_type": "refresh_token",
            "refresh_token": known.refresh_token,
            "client_id": known.client_id,
            "client_secret": known.client_secret,
            **changes,
        }
        answer = await self.http.post("/auth/o2/token", data=form)
        if answer.is_success:
            self.http.headers["x-amz-access-token"] = answer.json()["access_token"]
        return answer

    async def get(self, path: str, **query: str | int) -> Any:
        """A good answer's content."""
        answer = await self.http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refused(self, path: str, **query: str | int) -> tuple[int, str]:
        """Status and words of a refusal."""
        answer = await self.http.get(path, params=query)
        (error,) = answer.json()["errors"]
        return answer.status_code, error["message"] + error["details"]


async def make_demo(*, rate_limits: bool = False, orders: int = 120) -> Demo:
    entries: list[Entry] = []
    faults = Faults()
    world = World.build(seed=7, items=60, orders=orders, now=NOW)
    app = amazon_app(
        world,
        faults=faults,
        ledger=Ledger(on_entry=entries.append),
        credentials=amazon_credentials(7),
        rate_limits=rate_limits,
        now=lambda: made.now,
    )
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://amazon.localhost")
    made = Demo(app.state.shop, http, entries, faults)
    await made.sign_in()
    return made


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    made = await make_demo()
    yield made
    await made.http.aclose()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "Exactly one"),
        ({**AFTER, "createdAfter": "2026-10-20T00:00:00Z"}, "Exactly one"),
        ({**AFTER, "createdBefore": "2026-10-21T00:00:00Z"}, "cannot be combined"),
        ({**AFTER, "lastUpdatedBefore": "2026-11-20T09:29:00Z"}, "two minutes"),
        ({**AFTER, "lastUpdatedBefore": "2026-10-19T00:00:00Z"}, "must not be before"),
        ({"lastUpdatedAfter": "yesterday"}, "ISO 8601"),
        ({**AFTER, "colour": "red"}, "not supported"),
        ({**AFTER, "includedData": "ADDRESSES"}, "unknown value"),
        ({**AFTER, "fulfillmentStatuses": "Canceled"}, "unknown value"),
        ({**AFTER, "fulfilledBy": "NOBODY"}, "unknown value"),
        ({**AFTER, "maxResultsPerPage": "101"}, "between 1 and 100"),
        ({**AFTER, "maxResultsPerPage": "9" * 5000}, "between 1 and 100"),
        ({**AFTER, "marketplaceIds": ",".join(map(str, range(51)))}, "more than 50"),
        ({**AFTER, "paginationToken": "%%%"}, "token is invalid"),
        ({**AFTER, "paginationToken": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"}, "token is invalid"),
    ],
)
async def test_wrong_questions(demo: Demo, query: dict[str, str], words: str) -> None:
    status, said = await demo.refused(SEARCH, **query)
    assert status == 400
    assert words in said


async def test_filters(demo: Demo) -> None:
    french = "A13V1IB3VIYZZH"
    found = await demo.get(
        SEARCH,
        **AFTER,
        includedData="FULFILLMENT",
        fulfillmentStatuses="UNSHIPPED,SHIPPED",
        fulfilledBy="AMAZON",
        marketplaceIds=french,
    )
    assert found["orders"]
    for order in found["orders"]:
        assert order["fulfillment"]["fulfillmentStatus"] in ("UNSHIPPED", "SHIPPED")
        assert order["fulfillment"]["fulfilledBy"] == "AMAZON"
        assert order["salesChannel"]["marketplaceId"] == french


async def test_orders_by_creation(demo: Demo) -> None:
    low, high = "2026-11-05T00:00:00Z", "2026-11-12T00:00:00Z"
    found = await demo.get(SEARCH, createdAfter=low, createdBefore=high)
    inside = [
        each
        for each in demo.shop.orders.ids
        if (sale := demo.shop.orders.get(each))
        and datetime.fromisoformat(low).timestamp()
        <= sale.created
        <= datetime.fromisoformat(high).timestamp()
    ]
    assert [order["orderId"] for order in found["orders"]] == inside
    assert found["createdBefore"] == high


async def test_pages_and_their_tokens(demo: Demo) -> None:
    first = await demo.get(SEARCH, **AFTER, maxResultsPerPage=50)
    token = first["pagination"]["nextToken"]
    demo.now += timedelta(hours=1)
    second = await demo.get(SEARCH, **AFTER, maxResultsPerPage=100, paginationToken=token)
    assert "pagination" not in second
    assert second["lastUpdatedBefore"] == first["lastUpdatedBefore"]
    ids = [order["orderId"] for page in (first, second) for order in page["orders"]]
    assert ids == list(demo.shop.orders.ids)
    changed = {"lastUpdatedAfter": "2026-10-21T00:00:00Z", "paginationToken": token}
    assert "does not belong" in (await demo.refused(SEARCH, **changed))[1]
    assert (
        "does not belong"
        in (await demo.refused(SEARCH, **AFTER, includedData="TAX", paginationToken=token))[1]
    )
    demo.now += timedelta(hours=24)
    assert "expired" in (await demo.refused(SEARCH, **AFTER, paginationToken=token))[1]


async def test_only_the_data_that_was_asked_for(demo: Demo) -> None:
    bare = (await demo.get(SEARCH, **AFTER))["orders"]
    for block in ("buyer", "recipient", "proceeds", "fulfillment", "tax", "packages"):
        assert not any(block in order for order in bare)
    assert all(order["orderItems"] for order in bare)
    full = (await demo.get(SEARCH, **AFTER, includedData="BUYER,RECIPIENT,TAX"))["orders"]
    by_merchant = [order for order in full if "buyerEmail" in order["buyer"]]
    assert all("addressLine1" in order["recipient"]["deliveryAddress"] for order in by_merchant)
    assert any("tax" in order for order in full)


async def test_without_a_role_the_fields_are_simply_absent(demo: Demo) -> None:
    demo.shop.roles -= {"addresses", "tax"}
    found = await demo.get(SEARCH, **AFTER, includedData="BUYER,RECIPIENT,TAX,FULFILLMENT")
    assert all("fulfillment" in order for order in found["orders"])
    assert not any({"buyer", "recipient", "tax"} & set(order) for order in found["orders"])


async def test_without_the_orders_role_there_is_a_403(demo: Demo) -> None:
    demo.shop.roles.discard("orders")
    assert await demo.refused(SEARCH, **AFTER) == (403, "Access to requested resource is denied.")


async def test_signing_in(demo: Demo) -> None:
    assert (await demo.sign_in(client_secret="old")).json()["error"] == "invalid_client"
    assert (await demo.sign_in(client_secret="old")).status_code == 401
    refused = await demo.sign_in(refresh_token="old")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert (await demo.sign_in(grant_type="magic")).json()["error"] == "unsupported_grant_type"
    given = (await demo.sign_in()).json()
    assert (given["token_type"], given["expires_in"]) == ("bearer", 3600)
    demo.shop.credentials.refresh_token = ""
    assert (await demo.sign_in()).json()["error"] == "invalid_grant"


async def test_tokens_that_open_nothing(demo: Demo) -> None:
    demo.shop.desk.expire_all()
    assert "expired" in (await demo.refused(SEARCH, **AFTER))[1]
    demo.http.headers["x-amz-access-token"] = "Atza|invented"
    assert "malformed" in (await demo.refused(SEARCH, **AFTER))[1]
    del demo.http.headers["x-amz-access-token"]
    assert "missing" in (await demo.refused(SEARCH, **AFTER))[1]
    await demo.sign_in(grant_type="client_credentials", scope="sellingpartnerapi::notifications")
    assert (await demo.refused(SEARCH, **AFTER))[0] == 403


async def test_a_restricted_token_opens_one_path_only(demo: Demo) -> None:
    order = next(iter(demo.shop.orders.ids))
    path = f"{SEARCH}/{order}"
    body = {"restrictedResources": [{"method": "GET", "path": path, "dataElements": ["buyerInfo"]}]}
    given = (await demo.http.post("/tokens/2021-03-01/restrictedDataToken", json=body)).json()
    demo.http.headers["x-amz-access-token"] = given["restrictedDataToken"]
    assert (await demo.get(path))["order"]["orderId"] == order
    assert (await demo.refused(SEARCH, **AFTER))[0] == 403


@pytest.mark.parametrize(
    "resources",
    [None, [], [{"method": "FETCH", "path": "/"}], [{"method": "GET", "path": "/", "dataElements": ["x"]}]],
)
async def test_a_restricted_token_for_nonsense(demo: Demo, resources: object) -> None:
    answer = await demo.http.post(
        "/tokens/2021-03-01/restrictedDataToken", json={"restrictedResources": resources}
    )
    assert answer.status_code == 400


async def test_rates_are_kept_and_a_429_says_nothing_about_them() -> None:
    demo = await make_demo(rate_limits=True)
    for _ in range(20):
        answer = await demo.http.get(SEARCH, params=AFTER)
        assert answer.headers["x-amzn-RateLimit-Limit"] == "0.0056"
    answer = await demo.http.get(SEARCH, params=AFTER)
    assert answer.status_code == 429
    assert answer.json()["errors"][0]["code"] == "QuotaExceeded"
    assert not {"x-amzn-ratelimit-limit", "retry-after"} & set(answer.headers)
    assert await demo.get("/sellers/v1/marketplaceParticipations")
    demo.faults.set(FaultPlan(rate_limits=False))
    assert (await demo.http.get(SEARCH, params=AFTER)).headers["x-amzn-RateLimit-Limit"] == "1000.0"
    await demo.http.aclose()


def _parcel(demo: Demo, order_id: str, **changes: Any) -> dict[str, Any]:
    sale = demo.shop.orders.get(order_id)
    assert sale is not None
    detail = {
        "packageReferenceId": "1",
        "carrierCode": "DHL",
        "trackingNumber": "0034",
        "shipDate": "2026-11-20T08:00:00Z",
        "orderItems": [
            {"orderItemId": line.item_id, "quantity": line.quantity - line.shipped}
            for line in sale.lines
            if line.quantity > line.shipped
        ],
    }
    return {"marketplaceId": sale.place.id, "packageDetail": {**detail, **changes}}


def _open_order(demo: Demo, *, by_amazon: bool = False, lines: int = 1) -> str:
    for each in demo.shop.orders.ids:
        sale = demo.shop.orders.get(each)
        fits = sale and sale.status is OrderStatus.UNSHIPPED and len(sale.lines) >= lines
        if sale and fits and sale.by_amazon is by_amazon:
            return each
    raise AssertionError("there is no such order")


async def _confirm(demo: Demo, order_id: str, body: Any) -> httpx.Response:
    return await demo.http.post(f"/orders/v0/orders/{order_id}/shipmentConfirmation", json=body)


async def test_a_parcel_ships_the_order_and_is_on_the_ledger(demo: Demo) -> None:
    order = _open_order(demo)
    answer = await _confirm(demo, order, _parcel(demo, order))
    assert (answer.status_code, answer.content) == (204, b"")
    (entry,) = demo.entries
    assert (
        json.loads(entry.as_line()).items()
        >= {
            "system": "amazon",
            "kind": "SHIPMENT",
            "number": f"{order}/1",
            "reference": order,
        }.items()
    )
    found = (await demo.get(f"{SEARCH}/{order}", includedData="FULFILLMENT,PACKAGES"))["order"]
    assert found["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert found["packages"][0]["trackingNumber"] == "0034"
    again = await _confirm(
        demo, order, _parcel(demo, order, orderItems=[{"orderItemId": "1", "quantity": 1}])
    )
    assert again.json()["errors"][0]["code"] == "PackageToUpdateNotFound"
    assert len(demo.entries) == 1
    demo.now += timedelta(minutes=10)
    recent = await demo.get(SEARCH, lastUpdatedAfter=NOW.isoformat())
    assert [each["orderId"] for each in recent["orders"]] == [order]


async def test_two_parcels(demo: Demo) -> None:
    order = _open_order(demo, lines=2)
    whole = _parcel(demo, order)
    first, *rest = whole["packageDetail"]["orderItems"]
    assert (await _confirm(demo, order, _parcel(demo, order, orderItems=[first]))).status_code == 204
    sale = demo.shop.orders.get(order)
    assert sale is not None
    assert sale.status is OrderStatus.PARTIALLY_SHIPPED
    repeated = await _confirm(demo, order, _parcel(demo, order, orderItems=rest))
    assert repeated.status_code == 400
    second = _parcel(demo, order, orderItems=rest, packageReferenceId="2")
    assert (await _confirm(demo, order, second)).status_code == 204
    done = demo.shop.orders.get(order)
    assert done is not None
    assert done.status is OrderStatus.SHIPPED
    assert len(demo.entries) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"packageReferenceId": "PKG-1"},
        {"packageReferenceId": "0"},
        {"carrierCode": ""},
        {"carrierCode": "Other"},
        {"shipDate": "02/21/2022"},
        {"orderItems": []},
        {"orderItems": [{"orderItemId": "nobody's", "quantity": 1}]},
        {"trackingNumber": None},
    ],
)
async def test_wrong_parcels(demo: Demo, changes: dict[str, Any]) -> None:
    order = _open_order(demo)
    assert (await _confirm(demo, order, _parcel(demo, order, **changes))).status_code == 400
    too_many = _parcel(demo, order)
    too_many["packageDetail"]["orderItems"][0]["quantity"] += 1
    assert (await _confirm(demo, order, too_many)).status_code == 400
    assert demo.entries == []


async def test_orders_that_take_no_parcel(demo: Demo) -> None:
    own, theirs = _open_order(demo), _open_order(demo, by_amazon=True)
    assert (await _confirm(demo, theirs, _parcel(demo, theirs))).status_code == 400
    assert (await _confirm(demo, "302-0000000-0000000", _parcel(demo, own))).status_code == 404
    elsewhere = {**_parcel(demo, own), "marketplaceId": "A1VC38T7YXB528"}
    assert (await _confirm(demo, own, elsewhere)).status_code == 400
    assert (
        await demo.http.post(f"/orders/v0/orders/{own}/shipmentConfirmation", content=b"{")
    ).status_code == 400
    assert demo.entries == []


async def test_listings_are_paged_and_found_by_their_codes(demo: Demo) -> None:
    seller, here = demo.shop.credentials.seller_id, "A1PA6795UKMFR9"
    path = f"/listings/2021-08-01/items/{seller}"
    first = await demo.get(path, marketplaceIds=here, pageSize=20)
    token = first["pagination"]["nextToken"]
    second = await demo.get(path, marketplaceIds=here, pageSize=20, pageToken=token)
    skus = [item["sku"] for item in first["items"] + second["items"]]
    assert len(set(skus)) == 40
    by_sku = await demo.get(path, marketplaceIds=here, identifiers=",".join(skus[:5]), identifiersType="SKU")
    assert {item["sku"] for item in by_sku["items"]} == set(skus[:5])
    assert (await demo.refused(path))[0] == 400
    assert (await demo.refused("/listings/2021-08-01/items/A2OTHER", marketplaceIds=here))[0] == 403
    assert (await demo.refused(path, marketplaceIds=here, pageSize=21))[0] == 400


async def test_unknown_paths_and_repeated_parameters(demo: Demo) -> None:
    assert (await demo.refused("/orders/v9/orders"))[0] == 404
    answer = await demo.http.get(SEARCH, params=[*AFTER.items(), *AFTER.items()])
    assert answer.status_code == 400
    huge = await demo.http.post(f"{SEARCH[:-7]}x", content=b"")
    assert huge.status_code == 404


async def test_a_body_has_a_limit(demo: Demo) -> None:
    answer = await demo.http.post("/tokens/2021-03-01/restrictedDataToken", content=b" " * 2_000_000)
    assert answer.status_code == 413
