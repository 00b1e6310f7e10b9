"""What the client sends is legal by Amazon's own models, and so is what the demo Amazon answers."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.amazon.conftest import NOW, Stage, make_stage
from tests.amazon.swagger import Referee
from x3studio.amazon import Parcel, RestrictedResource
from x3studio.amazon.calls import Query
from x3studio.amazon.operations import OPERATIONS
from x3studio.amazon.reports import SETTLEMENT
from x3studio.amazon.requested import LISTINGS, ORDERS
from x3studio.domain.errors import Refused
from x3studio.domain.orders import Channel, Order, OrderStatus
from x3studio.sandbox.amazon_plans import PLANS


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A demo with every kind of offer: families, packs, and those that nobody can order."""
    made = make_stage(items=80)
    yield made
    for client in made.clients:
        await client.aclose()


@pytest.fixture
def referee(stage: Stage, foreign_data: Path) -> Referee:
    return Referee(stage.transport, foreign_data / "amazon/models")


async def _shippable(stage: Stage) -> Order:
    async for page in stage.client().search_orders(updated_after=NOW - timedelta(days=30)):
        for order in page.orders:
            if order.status is OrderStatus.UNSHIPPED and order.channel is Channel.FBM:
                return order
    raise AssertionError("the demo has unshipped orders")


async def test_every_operation_is_legal(stage: Stage, referee: Referee) -> None:
    client = stage.client(transport=referee)
    here = next(iter(stage.world.marketplaces))
    order = await _shippable(stage)
    count = 0
    async for page in client.search_orders(
        updated_after=NOW - timedelta(days=30), recipient=True, buyer=True
    ):
        count += len(page.orders) + len(page.unread)
    await client.get_order(order.order_id, recipient=True, buyer=True)
    parcel = Parcel(
        order.order_id,
        order.marketplace,
        1,
        "DHL",
        "00340434161094042557",
        NOW,
        [(line.line_id, line.quantity) for line in order.lines],
    )
    await client.confirm_shipment(parcel)
    await client.confirm_shipment(parcel)
    listed = [entry async for page in client.listings(marketplace=here) for entry in page.values]
    changed = client.listings(marketplace=here, since=NOW - timedelta(minutes=600))
    newer = [entry async for page in changed for entry in page.values]
    codes = [entry.ean for entry in listed if entry.ean]
    await client.catalogue_items(codes, kind="EAN", marketplace=here)
    await client.catalogue_items([listed[0].sku], kind="SKU", marketplace=here)
    await client.participations()
    await client.catalogue_items([listed[0].asin], kind="ASIN", marketplace=here)
    made = await client.asked_report(LISTINGS, marketplaces=[here])
    assert [block async for block in client.document(made.document_id)]
    await client.asked_report(ORDERS, marketplaces=[here], start=NOW - timedelta(days=30), end=NOW)
    async for _ in client.reports([SETTLEMENT]):
        break
    held = [each async for page in client.deferrals(since=NOW - timedelta(days=30)) for each in page]
    assert {each.status for each in held} == {"DEFERRED", "DEFERRED_RELEASED"}
    await client.restricted_token(
        [RestrictedResource("GET", "/orders/v0/orders/{orderId}/address", ("shippingAddress",))]
    )
    with pytest.raises(Refused):
        await client.get_order("302-0000000-0000000")

    assert referee.problems == []
    assert set(referee.seen) == {operation.name for operation in OPERATIONS}
    assert count == 240
    assert 0 < len(newer) < len(listed)


async def test_the_referee_sees_what_is_wrong(stage: Stage, foreign_data: Path) -> None:
    referee = Referee(stage.transport, foreign_data / "amazon/models")
    client = stage.client(transport=referee)
    query: Query = {"lastUpdatedAfter": "yesterday", "includedData": ("ADDRESSES",), "colour": "red"}
    with pytest.raises(Refused):
        await client.call(OPERATIONS[0], query=query)
    assert len(referee.problems) == 3


async def test_answers_to_wrong_questions_are_in_amazons_shape(stage: Stage, referee: Referee) -> None:
    client = stage.client(transport=referee)
    stage.shop.roles.clear()
    with pytest.raises(Exception, match="role"):
        await client.participations()
    assert referee.problems == []
    assert referee.seen == {"getMarketplaceParticipations": 1}


def test_rates_are_those_of_amazons_models(foreign_data: Path) -> None:
    rows = (foreign_data / "amazon/tables/rates.tsv").read_text(encoding="utf-8").splitlines()
    by_call = {row.split("\t")[2]: row.split("\t")[3] for row in rows[1:]}
    for operation in OPERATIONS:
        rate, burst = by_call[f"{operation.method} {operation.path}"].split("/")
        assert (operation.rate, operation.burst) == (float(rate), int(burst)), operation.name
        assert PLANS[operation.name] == (float(rate), int(burst)), operation.name
