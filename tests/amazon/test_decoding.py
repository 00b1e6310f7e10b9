"""Orders come out of Amazon's JSON whole, or with a reason why not; money never passes through a float."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from x3studio.amazon import order_from_json, order_to_json
from x3studio.amazon.decoding import decode_order
from x3studio.amazon.jsontext import dumps, loads
from x3studio.amazon.listings import decode_listing
from x3studio.domain.errors import Refused
from x3studio.domain.money import Money
from x3studio.domain.orders import Channel, OrderStatus

SMALLEST: dict[str, Any] = {
    "orderId": "302-1111111-2222222",
    "createdTime": "2026-11-01T10:00:00Z",
    "lastUpdatedTime": "2026-11-01T12:00:00+02:00",
    "salesChannel": {"channelName": "AMAZON"},
    "orderItems": [{"orderItemId": "1", "quantityOrdered": 2, "product": {}}],
}


def test_only_required_parts_are_enough() -> None:
    order = decode_order(SMALLEST)
    assert order.status is OrderStatus.UNKNOWN
    assert order.updated == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert (order.total, order.ship_to, order.ship_by) == (None, None, None)
    assert (order.lines[0].price, order.lines[0].total) == (None, None)
    assert (order.lines[0].quantity, order.lines[0].sku) == (2, "")


def test_everything_is_found_in_amazons_own_example(foreign_data: Path) -> None:
    model = json.loads((foreign_data / "amazon/models/orders_2026-01-01.json").read_text(encoding="utf-8"))
    answer = model["paths"]["/orders/2026-01-01/orders"]["get"]["responses"]["200"]
    raw = answer["examples"]["application/json"]["orders"][0]
    order = order_from_json(order_to_json(raw))
    assert order.order_id == "123-4567890-1234567"
    assert (order.channel, order.status) == (Channel.FBM, OrderStatus.SHIPPED)
    assert order.total == Money(Decimal("154.99"), "USD")
    first = order.lines[0]
    assert (first.price, first.total) == (Money(Decimal("49.99"), "USD"), Money(Decimal("100.00"), "USD"))
    assert first.tax == Money(Decimal("0.02"), "USD")
    assert first.shipping is None
    assert order.business
    assert order.purchase_order == "PO-2024-12345"
    assert order.ship_to is not None
    assert (order.ship_to.city, order.ship_to.region) == ("Seattle", "WA")
    assert order.deliver_by == datetime(2024, 12, 30, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("name", ["searchorders-searchOrdersResponse", "getorder-getOrderResponse"])
def test_sample_orders_decode(foreign_data: Path, name: str) -> None:
    text = (foreign_data / f"amazon/responses/amzn-sdk-mock/{name}.json").read_text(encoding="utf-8")
    content = loads(text)
    for raw in content.get("orders") or [content["order"]]:
        order = decode_order(raw)
        assert order.total is not None
        assert order.total.amount == sum(line.total.amount for line in order.lines if line.total)


@pytest.mark.parametrize(
    "name", ["amzn-sdk-mock/listings-searchListingsItemsResponse", "amzn-samples/listings-getListingsItem"]
)
def test_sample_listings_decode(foreign_data: Path, name: str) -> None:
    content = loads((foreign_data / f"amazon/responses/{name}.json").read_text(encoding="utf-8"))
    for raw in content.get("items") or [content]:
        listing = decode_listing(raw, marketplace="ATVPDKIKX0DER")
        assert listing.sku
        assert listing.asin
        assert listing.quantity == 100
        assert not listing.fulfilled_by_amazon


def test_vat_number_is_the_buyers() -> None:
    registrations = [
        {"entityType": "MERCHANT", "taxRegistrationType": "VAT", "taxRegistrationNumber": "DE1"},
        {"entityType": "BUYER", "taxRegistrationType": "BUSINESS", "taxRegistrationNumber": "HRB 2"},
        {"entityType": "BUYER", "taxRegistrationType": "VAT", "taxRegistrationNumber": "DE3"},
    ]
    assert decode_order({**SMALLEST, "tax": {"taxRegistrations": registrations}}).vat_number == "DE3"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"orderId": None}, "orderId"),
        ({"orderItems": None}, "orderItems"),
        ({"createdTime": "soon"}, "createdTime"),
        ({"orderItems": [{"quantityOrdered": "two", "product": {}}]}, "quantityOrdered"),
        ({"orderItems": [{"quantityOrdered": -1, "product": {}}]}, "quantityOrdered"),
        ({"orderItems": [{"product": {}}]}, "quantityOrdered"),
        ({"orderItems": ["what"]}, "order"),
        ({"proceeds": {"grandTotal": {"amount": "NaN", "currencyCode": "EUR"}}}, "grandTotal"),
        ({"proceeds": {"grandTotal": {"amount": "1E+999", "currencyCode": "EUR"}}}, "grandTotal"),
        ({"proceeds": {"grandTotal": {"amount": "12,00", "currencyCode": "EUR"}}}, "grandTotal"),
        ({"proceeds": {"grandTotal": {"amount": "12.00"}}}, "grandTotal"),
        ({"salesChannel": "AMAZON"}, "order"),
    ],
)
def test_what_cannot_be_read_names_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as caught:
        decode_order({**SMALLEST, **change})
    assert caught.value.subject == field


def test_a_zero_quantity_is_kept() -> None:
    raw = {**SMALLEST, "orderItems": [{"orderItemId": "1", "quantityOrdered": 0, "product": {}}]}
    assert decode_order(raw).lines[0].quantity == 0


def test_an_unknown_status_is_not_guessed() -> None:
    raw = {**SMALLEST, "fulfillment": {"fulfillmentStatus": "TELEPORTED", "fulfilledBy": "AMAZON"}}
    order = decode_order(raw)
    assert (order.status, order.channel) == (OrderStatus.UNKNOWN, Channel.FBA)


def test_discount_is_what_is_taken_off() -> None:
    shares = [{"type": "DISCOUNT", "subtotal": {"amount": "-1.50", "currencyCode": "EUR"}}]
    item = {
        "orderItemId": "1",
        "quantityOrdered": 1,
        "product": {},
        "proceeds": {"breakdowns": shares * 2},
    }
    assert decode_order({**SMALLEST, "orderItems": [item]}).lines[0].discount == Money(Decimal(3), "EUR")


def test_numbers_stay_decimal_both_ways() -> None:
    text = '{"a":0.10,"b":12345678901234567890.123456789,"c":1e-7}'
    assert dumps(loads(text)) == '{"a":0.10,"b":12345678901234567890.123456789,"c":1E-7}'
    assert loads(text)["b"] == Decimal("12345678901234567890.123456789")


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(json_values)
def test_canonical_text_is_stable(value: Any) -> None:
    once = dumps(value)
    assert dumps(loads(once)) == once


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a":NaN}', '{"a":Infinity}', "1" * 5000, "\x00"])
def test_garbage_is_no_json(text: str) -> None:
    with pytest.raises(ValueError):
        loads(text)


def test_half_a_surrogate_pair_does_no_harm() -> None:
    assert dumps(loads('{"name":"A\\ud83d"}')).encode() == b'{"name":"A?"}'


@given(json_values)
def test_no_shape_escapes_as_anything_but_refused(value: Any) -> None:
    for key in (
        "buyer",
        "fulfillment",
        "orderItems",
        "proceeds",
        "recipient",
        "salesChannel",
        "tax",
        "programs",
    ):
        try:
            decode_order({**SMALLEST, key: value})
        except Refused as fault:
            assert fault.advice
