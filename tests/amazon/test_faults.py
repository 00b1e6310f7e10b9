"""Whatever Amazon or the network answers becomes one of our errors, or a second try."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.amazon.conftest import NOW, Stage, connection_to, secrets_of
from x3studio.amazon import AmazonClient, Parcel
from x3studio.amazon.operations import SEARCH_LISTINGS
from x3studio.amazon.wire import LARGEST_BODY
from x3studio.domain.documents import Rejected, Taken, Unknown, Unsent
from x3studio.domain.errors import ConnectionFault, CredentialFault, Refused, SettingFault, StudioError
from x3studio.domain.orders import Channel, OrderStatus
from x3studio.sandbox.faults import plan_of

ORDER = "302-1111111-1111111"
PARCEL = Parcel(ORDER, "A1PA6795UKMFR9", 1, "DHL", "0034", NOW, [("1", 1)])
REQUEST_ID = {"x-amzn-RequestId": "4f2c-99"}


def _html(title: str) -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head></html>".encode()


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (503, _html("Service Unavailable"), ConnectionFault, "Service Unavailable"),
        (500, b'{"errors":[{"code":"InternalFailure","message":null}]}', ConnectionFault, "InternalFailure"),
        (502, b"", ConnectionFault, ""),
        (302, b"", ConnectionFault, ""),
        (504, b"upstream", ConnectionFault, "not JSON"),
        (200, b"", ConnectionFault, ""),
        (200, b"  \n", ConnectionFault, ""),
        (200, _html("Maintenance"), ConnectionFault, ""),
        (200, b'{"order":{"orderId":"3', ConnectionFault, ""),
        (200, b"[1,2]", ConnectionFault, ""),
        (200, b"\xff\xfe\x00", ConnectionFault, ""),
        (200, b'{"order":null}', ConnectionFault, ""),
        (400, b'{"errors":[{"code":"InvalidInput","message":"No"}]}', Refused, "InvalidInput: No"),
        (404, b'{"errors":[{"code":"NotFound","message":"Gone","details":""}]}', Refused, "NotFound: Gone"),
        (400, b'{"errors":[]}', Refused, ""),
        (413, b"<Error><Code>EntityTooLarge</Code><Message>Big</Message></Error>", Refused, "EntityTooLarge"),
        (400, b'<!DOCTYPE x [<!ENTITY a "b">]><Error>&a;</Error>', Refused, "not XML either"),
        (403, b'{"errors":[{"code":"Unauthorized","message":"Access denied."}]}', SettingFault, "denied"),
        (
            403,
            b'{"errors":[{"code":"Unauthorized","message":"The token you provided is revoked."}]}',
            CredentialFault,
            "revoked",
        ),
    ],
)
async def test_answers_become_errors(
    stage: Stage, status: int, body: bytes, kind: type[StudioError], words: str
) -> None:
    client = stage.answering(lambda _: httpx.Response(status, content=body, headers=REQUEST_ID))
    with pytest.raises(StudioError) as caught:
        await client.get_order(ORDER)
    assert type(caught.value) is kind
    assert words in caught.value.said
    assert caught.value.advice
    if status != 200 or not body.startswith(b'{"order":null'):
        assert caught.value.context["request_id"] == "4f2c-99"
    attempts = [exchange for exchange in stage.exchanges if exchange.operation == "getOrder"]
    assert all("4f2c-99" in exchange.note for exchange in attempts)


async def test_reads_are_tried_again_and_writes_are_not(stage: Stage) -> None:
    client = stage.answering(lambda _: httpx.Response(503))
    with pytest.raises(ConnectionFault):
        await client.get_order(ORDER)
    reads = [exchange for exchange in stage.exchanges if exchange.operation == "getOrder"]
    assert [exchange.attempt for exchange in reads] == [1, 2, 3, 4, 5, 6]
    assert isinstance(await client.confirm_shipment(PARCEL), Unknown)
    writes = [exchange for exchange in stage.exchanges if exchange.operation == "confirmShipment"]
    assert len(writes) == 1


@pytest.mark.parametrize(
    ("error", "unsent", "words"),
    [
        (httpx.ConnectError("[Errno 111] Connection refused"), True, "cannot be reached"),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"), True, "not trusted"),
        (httpx.ConnectTimeout("slow"), True, "does not answer"),
        (httpx.ReadTimeout("slow"), False, "too long"),
        (httpx.WriteError("reset"), False, "broke off"),
        (httpx.RemoteProtocolError("peer closed connection"), False, "broke off"),
    ],
)
async def test_what_the_network_does(stage: Stage, error: httpx.HTTPError, unsent: bool, words: str) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    client = stage.answering(fail)
    with pytest.raises(ConnectionFault, match=words) as caught:
        await client.get_order(ORDER)
    assert caught.value.unsent is unsent
    assert isinstance(await client.confirm_shipment(PARCEL), Unsent if unsent else Unknown)


async def test_a_refused_parcel_is_rejected_with_amazons_words(stage: Stage) -> None:
    answer = httpx.Response(400, json={"errors": [{"code": "InvalidInput", "message": "shipDate"}]})
    verdict = await stage.answering(lambda _: answer).confirm_shipment(PARCEL)
    assert verdict == Rejected(("InvalidInput: shipDate",))


async def test_a_repeated_confirmation_is_looked_up_before_it_counts_as_failed(stage: Stage) -> None:
    client = stage.client()
    order = next(
        sale
        for each in stage.shop.orders.ids
        if (sale := stage.shop.orders.get(each))
        and sale.status is OrderStatus.UNSHIPPED
        and not sale.by_amazon
    )
    items = [(line.item_id, line.quantity) for line in order.lines if line.quantity]
    parcel = Parcel(order.order_id, order.place.id, 1, "DHL", "0034", NOW, items)
    assert await client.confirm_shipment(parcel) == Taken("1")
    again = await client.confirm_shipment(parcel)
    assert isinstance(again, Taken)
    assert again.notes
    assert [entry.kind for entry in stage.entries] == ["SHIPMENT"]
    after, _ = await client.get_order(order.order_id)
    assert (after.status, after.channel) == (OrderStatus.SHIPPED, Channel.FBM)


async def test_an_unknown_package_of_an_unshipped_order_is_refused(stage: Stage) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(400, json={"errors": [{"code": "PackageToUpdateNotFound", "message": "?"}]})
        return httpx.Response(200, json={"order": {"orderItems": [{"orderItemId": "1"}]}})

    assert isinstance(await stage.answering(answer).confirm_shipment(PARCEL), Rejected)


@pytest.mark.parametrize("mishap", ["throttle", "html_503", "empty_200", "reset"])
async def test_every_mishap_of_the_sandbox_is_survived(stage: Stage, mishap: str) -> None:
    stage.faults.set(plan_of({"amazon": {mishap: 0.3}, "rate_limits": False}))
    client = stage.client()
    orders = [order for order, _ in zip(stage.shop.orders.ids, range(30), strict=False)]
    found = [(await client.get_order(order))[0].order_id for order in orders]
    assert found == orders
    assert sum(stage.faults.happened.values()) >= 3


async def test_an_endless_answer_is_cut_off(stage: Stage) -> None:
    async def flood() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 1_000_000

    class Flood(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if "token" in request.url.path:
                return httpx.Response(200, json={"access_token": "Atza|x-token"})
            return httpx.Response(200, content=flood())

    with pytest.raises(ConnectionFault, match=f"more than {LARGEST_BODY // 2**20} MB"):
        await stage.client(transport=Flood()).get_order(ORDER)


async def test_a_compressed_bomb_is_cut_off(stage: Stage) -> None:
    bomb = gzip.compress(b"\0" * (2 * LARGEST_BODY))
    answer = httpx.Response(200, content=bomb, headers={"content-encoding": "gzip"})
    with pytest.raises(ConnectionFault):
        await stage.answering(lambda _: answer).get_order(ORDER)


async def test_path_segments_are_encoded_whole(stage: Stage) -> None:
    paths: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.raw_path)
        return httpx.Response(200, json={"items": []})

    client = stage.answering(answer)
    await client.call(SEARCH_LISTINGS, path={"sellerId": "A/B+C D%é?#"})
    assert paths == [b"/listings/2021-08-01/items/A%2FB%2BC%20D%25%C3%A9%3F%23"]


async def test_every_request_says_who_we_are(stage: Stage) -> None:
    agents: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        agents.append(request.headers["user-agent"])
        return httpx.Response(200, json={"payload": []})

    await stage.answering(answer).participations()
    assert agents[0].startswith("X3Studio/")
    assert "(Language=Python/3." in agents[0]


async def _serve(handle: bytes | None) -> asyncio.Server:
    """A real port that hangs (None) or answers these bytes and closes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if handle is None:
            await reader.read()
        else:
            writer.write(handle)
            await writer.drain()
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


def _real_client(stage: Stage, server: asyncio.Server) -> AmazonClient:
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    return AmazonClient(
        connection_to(stage.shop.credentials, base_url=base, token_url=f"{base}/token"),
        secrets_of(stage.shop.credentials),
        record=stage.exchanges.append,
        buckets=stage.buckets,
        waiting=lambda *_: None,
        clock=stage.time.clock,
    )


async def test_a_hanging_request_is_cancelled_at_once(stage: Stage) -> None:
    server = await _serve(None)
    client = _real_client(stage, server)
    task = asyncio.create_task(client.sign_in())
    done, _ = await asyncio.wait({task}, timeout=0.2)
    assert not done
    task.cancel()
    async with asyncio.timeout(1):
        with pytest.raises(asyncio.CancelledError):
            await task
    await client.aclose()
    server.close()


async def test_a_body_that_breaks_off_on_a_real_port(stage: Stage) -> None:
    server = await _serve(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"access_token":')
    client = _real_client(stage, server)
    with pytest.raises(ConnectionFault, match="broke off"):
        await client.sign_in()
    await client.aclose()
    server.close()


async def test_nobody_listening_is_proof_that_nothing_was_sent(stage: Stage) -> None:
    server = await _serve(b"")
    client = _real_client(stage, server)
    server.close()
    await server.wait_closed()
    with pytest.raises(ConnectionFault, match="cannot be reached") as caught:
        await client.sign_in()
    assert caught.value.unsent
    await client.aclose()
