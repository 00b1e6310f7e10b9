"""Secrets and buyers' data never reach the recorder, in whatever form they travel."""

import base64
import json
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest

from tests.amazon.conftest import NOW, Stage
from tests.amazon.test_decoding import SMALLEST
from x3studio.amazon import redacted_order
from x3studio.amazon.redaction import REDACTED, Secrets, redacted
from x3studio.domain.errors import StudioError

_ADDRESS_FIELDS = (
    *("name", "companyName", "addressLine1", "addressLine2", "addressLine3", "city"),
    *("districtOrCounty", "stateOrRegion", "municipality", "postalCode", "phone"),
)
CANARY = "Kanarienvögel & Söhne/7+"


def _forms(text: str) -> list[str]:
    """A text as it might slip through: raw, escaped, URL-encoded, base64 at any alignment."""
    forms = [text, quote(text, safe=""), quote_plus(text), json.dumps(text)[1:-1]]
    for lead in ("", "x", "xy"):
        middle = base64.b64encode((lead + text).encode()).decode()[4:-4]
        forms += [middle, middle.replace("+", "-").replace("/", "_")]
    return forms


def _full_order() -> dict[str, Any]:
    address = dict.fromkeys(_ADDRESS_FIELDS, CANARY)
    return {
        **SMALLEST,
        "buyer": {
            "buyerName": CANARY,
            "buyerEmail": "kanari@marketplace.example",
            "buyerCompanyName": CANARY,
            "buyerPurchaseOrderNumber": CANARY,
            "somethingNew": {"deeper": [CANARY]},
        },
        "recipient": {
            "deliveryAddress": {**address, "countryCode": "DE", "extendedFields": {"streetName": CANARY}},
            "deliveryPreference": {"addressInstruction": CANARY},
        },
        "tax": {
            "taxRegistrations": [
                {"entityType": "BUYER", "legalName": CANARY, "taxRegistrationNumber": CANARY}
            ]
        },
        "orderItems": [
            {
                "orderItemId": "1",
                "quantityOrdered": 1,
                "product": {"sellerSku": "SKU-1", "customization": {"customizedUrl": CANARY}},
                "cancellation": {"cancellationRequest": {"cancelReason": CANARY}},
                "fulfillment": {"packing": {"giftOption": {"giftMessage": CANARY}}},
            }
        ],
        "packages": [{"shipFromAddress": {"name": CANARY}}],
        "consigneeName": CANARY,
    }


def _always(answer: httpx.Response, _: httpx.Request) -> httpx.Response:
    return answer


def test_no_canary_survives_in_an_order() -> None:
    text = redacted_order(json.dumps(_full_order()))
    assert not [form for form in _forms(CANARY) if form in text]
    assert "kanari" not in text
    kept = json.loads(text)
    assert kept["orderId"] == SMALLEST["orderId"]
    assert kept["orderItems"][0]["product"]["sellerSku"] == "SKU-1"
    assert kept["recipient"]["deliveryAddress"]["countryCode"] == "DE"


async def test_no_canary_survives_in_what_is_recorded(stage: Stage) -> None:
    answers = {
        "orders": httpx.Response(200, json={"orders": [_full_order()]}),
        "error": httpx.Response(
            400, json={"errors": [{"code": "X", "message": "kanari@marketplace.example"}]}
        ),
        "cut": httpx.Response(200, content=json.dumps({"orders": [_full_order()]})[:-3].encode()),
        "html": httpx.Response(503, html=f"<html><body>{CANARY}</body></html>"),
    }
    for answer in answers.values():
        client = stage.answering(partial(_always, answer))
        try:
            async for _ in client.search_orders(updated_after=NOW - timedelta(days=1), recipient=True):
                pass
        except StudioError as fault:
            assert CANARY not in f"{fault!r} {fault} {fault.said} {fault.context}"
    text = "\n".join(map(repr, stage.exchanges))
    assert not [form for form in _forms(CANARY) if form in text]
    assert "kanari@" not in text
    assert "bytes of" in text


async def test_secrets_are_removed_however_they_come_back(stage: Stage) -> None:
    secret = stage.shop.credentials.client_secret
    token = "Atza|scripted-token"
    echoes = [
        whole
        for value in (secret, token)
        for whole in (
            value,
            quote(value, safe=""),
            quote_plus(f"client_secret={value}&x=ä"),
            base64.b64encode(value.encode()).decode(),
            base64.b64encode(f"id:{value}".encode()).decode(),
            base64.urlsafe_b64encode(f"a{value}z".encode()).decode(),
        )
    ]
    answer = httpx.Response(200, json={"payload": [{"storeName": echo} for echo in echoes]})
    await stage.answering(lambda _: answer).participations()
    text = "\n".join(map(repr, stage.exchanges))
    assert text.count(REDACTED) >= len(echoes)
    assert not [form for value in (secret, token) for form in _forms(value) if form in text]


async def test_a_whole_reading_records_no_name_of_the_world(stage: Stage) -> None:
    client = stage.client()
    orders = [
        order
        async for page in client.search_orders(
            updated_after=NOW - timedelta(days=30), recipient=True, buyer=True
        )
        for order in page.orders
    ]
    text = "\n".join(exchange.sent + exchange.answer + exchange.note for exchange in stage.exchanges)
    personal = {order.buyer_name for order in orders} | {order.vat_number for order in orders}
    personal |= {order.ship_to.line1 for order in orders if order.ship_to}
    personal |= {order.ship_to.phone for order in orders if order.ship_to}
    personal |= {order.company for order in orders}
    assert len(personal) > 100
    assert not [value for value in personal if value and value in text]
    for secret in ("client_secret", "refresh_token"):
        assert getattr(stage.shop.credentials, secret) not in text
    assert "Atza|" not in text


@pytest.mark.parametrize(
    "key", ["access_token", "refreshToken", "client_secret", "restrictedDataToken", "phone"]
)
def test_keys_that_are_never_kept(key: str) -> None:
    assert redacted({"a": [{key: "value"}]}) == {"a": [{key: REDACTED}]}


@pytest.mark.parametrize(
    "key", ["itemName", "marketplaceName", "domainName", "sellerSku", "nextToken", "storeName", "orderId"]
)
def test_keys_that_stay(key: str) -> None:
    assert redacted({key: "value"}) == {key: "value"}


def test_short_words_are_not_taken_for_secrets() -> None:
    assert Secrets(("abc", "")).removed("abc def") == "abc def"


def test_old_tokens_are_forgotten_so_that_the_list_stays_short() -> None:
    secrets = Secrets()
    for number in range(100):
        secrets.learn(f"token-number-{number}")
    assert "token-number-99" not in secrets.removed("x token-number-99 y")
    assert len(secrets._forms) <= 24
