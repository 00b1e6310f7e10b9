"""Signing in: one request for many callers, tokens that end, and refusals in plain words."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from tests.amazon.conftest import BASE, NOW, Stage, connection_to, secrets_of
from x3studio.amazon import AmazonClient, AmazonSecrets, TokenCache
from x3studio.amazon.operations import GET_ORDER
from x3studio.amazon.recording import Recording
from x3studio.amazon.signin import SignIn
from x3studio.domain.errors import ConnectionFault, CredentialFault, SettingFault, StudioError

SECRETS = AmazonSecrets("client", "the-client-secret", "the-refresh-token")


async def test_callers_at_the_same_instant_share_one_request(stage: Stage) -> None:
    client = stage.client()
    orders = list(stage.shop.orders.ids)[:25]
    await asyncio.gather(*(client.get_order(order) for order in orders))
    assert stage.shop.desk.given == 1


async def test_a_caller_that_gives_up_does_not_spoil_it_for_the_others(stage: Stage) -> None:
    entered, go_on = asyncio.Event(), asyncio.Event()

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            entered.set()
            await go_on.wait()
            return await stage.transport.handle_async_request(request)

    client = stage.client(transport=Slow())
    first = asyncio.create_task(client.sign_in())
    await entered.wait()
    second = asyncio.create_task(client.sign_in())
    first.cancel()
    go_on.set()
    await second
    assert first.cancelled() or first.cancelling()


async def test_a_token_is_renewed_half_a_minute_before_it_ends(stage: Stage) -> None:
    client = stage.client()
    await client.sign_in()
    stage.time.pass_by(3600 - 31)
    await client.sign_in()
    assert stage.shop.desk.given == 1
    stage.time.pass_by(2)
    await client.sign_in()
    assert stage.shop.desk.given == 2


async def test_clients_may_share_a_cache_and_other_secrets_get_other_tokens(stage: Stage) -> None:
    cache = TokenCache()
    for _ in range(3):
        await stage.client(token_cache=cache).sign_in()
    assert stage.shop.desk.given == 1
    keys = {
        TokenCache.key(SECRETS, ""),
        TokenCache.key(AmazonSecrets("client", "the-client-secret", "another"), ""),
        TokenCache.key(AmazonSecrets("another", "the-client-secret", "the-refresh-token"), ""),
        TokenCache.key(SECRETS, "sellingpartnerapi::notifications"),
    }
    assert len(keys) == 4
    assert not any("refresh" in key for key in keys)


async def test_a_token_that_amazon_calls_expired_is_replaced_at_once(stage: Stage) -> None:
    client = stage.client()
    order = next(iter(stage.shop.orders.ids))
    await client.get_order(order)
    stage.shop.desk.expire_all()
    await client.get_order(order)
    assert stage.shop.desk.given == 2
    assert [exchange.status for exchange in stage.exchanges] == ["200", "200", "403", "200", "200"]


async def test_a_grantless_token_opens_no_orders(stage: Stage) -> None:
    async with httpx.AsyncClient(transport=stage.transport) as http:
        signin = SignIn(
            secrets_of(stage.shop.credentials),
            http=http,
            token_url=f"{BASE}/auth/o2/token",
            connection="Demo",
            cache=TokenCache(),
            clock=stage.time.clock,
            heard=Recording(stage.exchanges.append, SECRETS, clock=stage.time.clock).sign_in,
            scope="sellingpartnerapi::notifications",
        )
        answer = await http.get(f"{BASE}/sellers/v1/marketplaceParticipations", auth=signin)
        assert answer.status_code == 403
        assert answer.request.headers["x-amz-access-token"].startswith("Atza|")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [("client_secret", "does not accept the client secret"), ("refresh_token", "revoked")],
)
async def test_wrong_secrets_are_said_in_plain_words(stage: Stage, spoil: str, words: str) -> None:
    client = stage.client()
    setattr(stage.shop.credentials, spoil, "rotated-meanwhile")
    with pytest.raises(CredentialFault, match=words) as caught:
        await client.get_order("302-1111111-1111111")
    assert caught.value.context["connection"] == "Demo"
    assert "paste" in caught.value.advice
    assert len(stage.exchanges) == 1


async def test_a_sign_in_that_fails_proves_that_nothing_was_sent(stage: Stage) -> None:
    client = stage.client(transport=httpx.MockTransport(lambda _: httpx.Response(503, text="<html>")))
    with pytest.raises(ConnectionFault) as caught:
        await client.call(GET_ORDER, path={"orderId": "x"})
    assert caught.value.unsent
    assert not any(exchange.operation == "getOrder" for exchange in stage.exchanges)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"access_token":1,"expires_in":"soon"}', b"{}"])
async def test_an_answer_without_a_token_is_a_connection_fault(stage: Stage, body: bytes) -> None:
    client = stage.client(transport=httpx.MockTransport(lambda _: httpx.Response(200, content=body)))
    with pytest.raises(ConnectionFault, match="without a token"):
        await client.sign_in()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"base_url": "http://sellingpartnerapi-eu.amazon.com"}, "base_url"),
        ({"base_url": "ftp://127.0.0.1/"}, "base_url"),
        ({"base_url": "not an address"}, "base_url"),
        ({"token_url": "http://example.org/token"}, "token_url"),
        ({"base_url": "", "region": "mars"}, "region"),
    ],
)
async def test_an_unsafe_address_is_refused(stage: Stage, change: dict[str, str], field: str) -> None:
    with pytest.raises(SettingFault) as caught:
        AmazonClient(
            connection_to(stage.shop.credentials, **change),
            SECRETS,
            record=stage.exchanges.append,
            buckets=stage.buckets,
            waiting=lambda *_: None,
        )
    assert caught.value.field == field


async def test_a_region_is_enough(stage: Stage) -> None:
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(str(request.url).partition("?")[0])
        return httpx.Response(200, json={"access_token": "Atza|x-token", "orders": [], "expires_in": 60})

    client = AmazonClient(
        connection_to(stage.shop.credentials, base_url="", token_url="", region="na"),
        SECRETS,
        record=stage.exchanges.append,
        buckets=stage.buckets,
        waiting=lambda *_: None,
        transport=httpx.MockTransport(answer),
        clock=stage.time.clock,
    )
    async for _ in client.search_orders(updated_after=NOW - timedelta(days=1)):
        pass
    await client.aclose()
    assert hosts == [
        "https://api.amazon.com/auth/o2/token",
        "https://sellingpartnerapi-na.amazon.com/orders/2026-01-01/orders",
    ]


def test_secrets_are_not_printed() -> None:
    assert "the-" not in repr(SECRETS)
    assert issubclass(CredentialFault, StudioError)
