"""Pages of orders: frozen questions, resumed readings, and an end to every loop."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from tests.amazon.conftest import NOW, Stage, make_stage
from tests.amazon.test_decoding import SMALLEST
from x3studio.amazon import AmazonClient, OrderPage, order_from_json
from x3studio.domain.errors import ConnectionFault, SettingFault
from x3studio.domain.orders import OrderStatus

MONTH = timedelta(days=30)


async def _all(client: AmazonClient, **options: Any) -> list[OrderPage]:
    options.setdefault("updated_after", NOW - MONTH)
    return [page async for page in client.search_orders(**options)]


def _orders(*ids: str, token: str = "") -> httpx.Response:
    content: dict[str, Any] = {"orders": [{**SMALLEST, "orderId": each} for each in ids]}
    return httpx.Response(200, json={**content, "pagination": {"nextToken": token}} if token else content)


def _ids(pages: Sequence[OrderPage]) -> list[str]:
    return [order.order_id for page in pages for order in page.orders]


async def test_every_parameter_is_repeated_with_the_token() -> None:
    stage = make_stage()
    asked: list[dict[str, str]] = []

    class Listening(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            stage.time.pass_by(3)
            if "token" not in request.url.path:
                asked.append(dict(request.url.params))
            return await stage.transport.handle_async_request(request)

    pages = await _all(stage.client(transport=Listening()), page_size=60)
    assert len(pages) == 4
    assert len(set(_ids(pages))) == 240
    tokens = [query.pop("paginationToken", "") for query in asked]
    assert tokens[0] == ""
    assert len(set(tokens)) == 4
    assert all(query == asked[0] for query in asked)
    assert asked[0]["includedData"] == "FULFILLMENT,PROCEEDS,TAX"


async def test_sources_are_the_orders(stage: Stage) -> None:
    for page in await _all(stage.client()):
        assert [order_from_json(source) for source in page.sources] == list(page.orders)
        assert page.total is None


async def test_personal_data_comes_only_when_asked_for(stage: Stage) -> None:
    plain = await _all(stage.client())
    assert not any(order.ship_to or order.buyer_name for page in plain for order in page.orders)
    full = await _all(stage.client(), recipient=True, buyer=True)
    assert any(order.ship_to and order.buyer_name for page in full for order in page.orders)


async def test_a_reading_goes_on_from_its_checkpoint(stage: Stage) -> None:
    whole = _ids(await _all(stage.client(), page_size=50))
    reading = stage.client().search_orders(updated_after=NOW - MONTH, page_size=50)
    first = [await anext(reading), await anext(reading)]
    await reading.aclose()
    stage.time.pass_by(3600)
    rest = await _all(stage.client(), resume=first[-1].checkpoint, page_size=100)
    assert _ids(first) + _ids(rest) == whole


async def test_a_finished_reading_starts_a_little_before_its_end(stage: Stage) -> None:
    pages = await _all(stage.client())
    stage.time.pass_by(3600)
    changed = stage.shop.orders
    changed.set_status(pages[0].orders[0].order_id, OrderStatus.CANCELLED)
    stage.time.pass_by(600)
    again = await _all(stage.client(), resume=pages[-1].checkpoint)
    assert _ids(again) == [pages[0].orders[0].order_id]
    assert again[0].orders[0].status is OrderStatus.CANCELLED


async def test_an_old_token_is_not_tried(stage: Stage) -> None:
    reading = stage.client().search_orders(updated_after=NOW - MONTH, page_size=50)
    first = await anext(reading)
    await reading.aclose()
    stage.time.pass_by(24 * 3600)
    again = await _all(stage.client(), resume=first.checkpoint)
    assert len(set(_ids(again))) == 240
    old = json.loads(first.checkpoint)["token"]
    assert not any(old in exchange.sent for exchange in stage.exchanges)


async def test_a_token_that_amazon_refuses_starts_the_window_again(stage: Stage) -> None:
    reading = stage.client().search_orders(updated_after=NOW - MONTH, page_size=50)
    saved = json.loads((await anext(reading)).checkpoint)
    await reading.aclose()
    again = await _all(stage.client(), resume=json.dumps({**saved, "token": "bm9uc2Vuc2U="}))
    assert len(set(_ids(again))) == 240


async def test_other_marketplaces_are_another_question(stage: Stage) -> None:
    here = next(iter(stage.world.marketplaces))
    reading = stage.client().search_orders(updated_after=NOW - MONTH, page_size=50)
    first = await anext(reading)
    await reading.aclose()
    again = await _all(stage.client(), resume=first.checkpoint, marketplaces=[here])
    assert {order.marketplace for page in again for order in page.orders} == {here}


async def test_a_token_that_repeats_ends_the_reading(stage: Stage) -> None:
    answers = iter([_orders("a", "b", token="t1"), _orders("c", token="t1")])
    pages = await _all(stage.answering(lambda _: next(answers)))
    assert _ids(pages) == ["a", "b", "c"]
    start = json.loads(pages[-1].checkpoint)
    assert start == {"after": (NOW - MONTH).strftime("%Y-%m-%dT%H:%M:%SZ")}
    assert any("repeats" in exchange.note for exchange in stage.exchanges)


async def test_new_tokens_with_the_same_orders_end_the_reading(stage: Stage) -> None:
    numbers = iter(range(1000))
    pages = await _all(stage.answering(lambda _: _orders("a", "b", token=f"t{next(numbers)}")))
    assert _ids(pages) == ["a", "b"]


async def test_empty_pages_that_promise_more_end_too(stage: Stage) -> None:
    numbers = iter(range(1000))
    pages = await _all(stage.answering(lambda _: _orders(token=f"t{next(numbers)}")))
    assert _ids(pages) == []
    assert len(pages) < 10


async def test_one_unreadable_order_does_not_stop_the_page(stage: Stage) -> None:
    broken = {**SMALLEST, "orderId": "bad", "orderItems": None}
    answer = httpx.Response(200, json={"orders": [{**SMALLEST, "orderId": "good"}, broken]})
    (page,) = await _all(stage.answering(lambda _: answer))
    assert _ids([page]) == ["good"]
    ((name, source, fault),) = page.unread
    assert name == "bad"
    assert json.loads(source)["orderId"] == "bad"
    assert fault.subject == "orderItems"


async def test_the_window_ends_two_minutes_ago_even_if_it_starts_later(stage: Stage) -> None:
    pages = await _all(stage.client(), updated_after=NOW)
    assert _ids(pages) == []


async def test_listings_beyond_a_thousand_are_all_read() -> None:
    stage = make_stage(items=1500)
    here = next(iter(stage.world.marketplaces))
    wanted = {entry.sku for entry in stage.world.offers() if entry.marketplace == here}
    assert len(wanted) > 1200
    client = stage.client(rate_limited=False)
    found = [entry.sku async for page in client.listings(marketplace=here) for entry in page.values]
    assert len(found) == len(set(found))
    assert set(found) == wanted


async def test_a_page_without_its_main_part_is_no_page(stage: Stage) -> None:
    client = stage.answering(lambda _: httpx.Response(200, json={"hello": "world"}))
    with pytest.raises(ConnectionFault, match="without the part"):
        await _all(client)


async def test_a_missing_role_is_named(stage: Stage) -> None:
    stage.shop.roles.discard("orders")
    with pytest.raises(SettingFault, match="Inventory and Order Tracking"):
        await _all(stage.client())


@pytest.mark.parametrize("ahead", [-3600, 0, 3600])
async def test_a_clock_that_runs_fast_asks_no_question_about_the_future(stage: Stage, ahead: int) -> None:
    stage.time.pass_by(ahead)
    bounds: list[datetime] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if "token" in request.url.path:
            content: dict[str, Any] = {"access_token": "Atza|x-token", "expires_in": 3600}
        else:
            bounds.append(datetime.fromisoformat(request.url.params["lastUpdatedBefore"]))
            content = {"orders": []}
        return httpx.Response(200, json=content, headers={"date": format_datetime(NOW, usegmt=True)})

    await _all(stage.client(transport=httpx.MockTransport(answer)))
    assert bounds == [NOW + timedelta(seconds=min(ahead, 0)) - timedelta(minutes=2, seconds=15)]


@pytest.mark.parametrize("date", ["", "tomorrow", "Fri, 99 Nov 2026 10:00:00 GMT"])
async def test_a_date_that_says_nothing_is_ignored(stage: Stage, date: str) -> None:
    answer = httpx.Response(200, json={"orders": []}, headers={"date": date})
    assert await _all(stage.answering(lambda _: answer))
