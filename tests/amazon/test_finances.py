"""Deferred transactions: paged by Amazon's rules, whatever its pages look like."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.amazon.conftest import NOW, Stage
from x3studio.amazon import AmazonClient
from x3studio.domain.deferrals import Deferral
from x3studio.domain.errors import ConnectionFault

ROW: dict[str, Any] = {
    "transactionId": "T1",
    "transactionType": "Shipment",
    "transactionStatus": "DEFERRED",
    "description": "Order Payment",
    "postedDate": "2026-11-20T08:00:00Z",
    "totalAmount": {"currencyAmount": 85.05, "currencyCode": "EUR"},
    "marketplaceDetails": {"marketplaceName": "Amazon.de"},
    "relatedIdentifiers": [{"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": "305-1"}],
    "items": [
        {
            "contexts": [
                {
                    "contextType": "DeferredContext",
                    "deferralReason": "B2B",
                    "maturityDate": "2026-12-20T00:00:00Z",
                }
            ]
        }
    ],
    "breakdowns": {
        "breakdowns": [
            {"breakdownType": "Sales", "breakdownAmount": {"currencyAmount": 100.0, "currencyCode": "EUR"}}
        ]
    },
}


async def read(client: AmazonClient, *, days: int = 30) -> list[Deferral]:
    found = client.deferrals(since=NOW - timedelta(days=days))
    return [each async for page in found for each in page]


def answers(stage: Stage, *pages: dict[str, Any], asked: list[dict[str, str]] | None = None) -> AmazonClient:
    """A client whose first status is answered with these pages, the second with an empty one."""
    waiting = list(pages)

    def answer(request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        if asked is not None:
            asked.append(query)
        held = query["transactionStatus"] == "DEFERRED" and waiting
        payload = waiting.pop(0) if held else {"transactions": []}
        return httpx.Response(200, text=json.dumps({"payload": payload}))

    return stage.answering(answer)


async def test_one_transaction_is_read_exactly(stage: Stage) -> None:
    (found,) = await read(answers(stage, {"transactions": [ROW]}))
    assert found == Deferral(
        transaction="T1",
        kind="Order Payment",
        status="DEFERRED",
        earned=datetime(2026, 11, 20, 8, tzinfo=UTC),
        amount=Decimal("85.05"),
        currency="EUR",
        marketplace="amazon.de",
        order="305-1",
        reason="B2B",
        matures=date(2026, 12, 20),
        parts=(("Sales", Decimal("100.0")),),
    )


async def test_every_argument_is_repeated_and_empty_pages_are_not_the_end(stage: Stage) -> None:
    asked: list[dict[str, str]] = []
    pages: tuple[dict[str, Any], ...] = (
        {"transactions": [], "nextToken": "a"},
        {"transactions": [ROW], "nextToken": "b"},
        {},
    )
    assert len(await read(answers(stage, *pages, asked=asked))) == 1
    first, second, third, _ = asked
    assert second == {**first, "nextToken": "a"} and third == {**first, "nextToken": "b"}


async def test_a_token_that_repeats_ends_the_reading(stage: Stage) -> None:
    same = {"transactions": [ROW], "nextToken": "a"}
    assert len(await read(answers(stage, same, same, same))) == 2


async def test_a_long_time_is_asked_for_in_windows_that_amazon_answers(stage: Stage) -> None:
    asked: list[dict[str, str]] = []
    await read(answers(stage, asked=asked), days=400)
    spans = [
        datetime.fromisoformat(each["postedBefore"]) - datetime.fromisoformat(each["postedAfter"])
        for each in asked
    ]
    assert len(asked) == 6 and max(spans) <= timedelta(days=180)
    assert datetime.fromisoformat(asked[2]["postedBefore"]) <= NOW - timedelta(minutes=2)


@pytest.mark.parametrize("name", ["transactionId", "transactionStatus", "postedDate", "totalAmount"])
async def test_a_transaction_without_what_counts_is_told(stage: Stage, name: str) -> None:
    with pytest.raises(ConnectionFault, match="without id, status, date or amount"):
        await read(answers(stage, {"transactions": [{**ROW, name: None}]}))


async def test_the_demo_holds_sales_back_for_a_week(stage: Stage) -> None:
    found = await read(stage.client())
    assert len({each.transaction for each in found}) == len(found) > 50
    for each in found:
        assert each.matures == (each.earned + timedelta(days=7)).date() and each.reason == "DD7"
        assert (each.status == "DEFERRED") == (each.earned + timedelta(days=7) > NOW)
        assert sum(amount for _, amount in each.parts) == each.amount
