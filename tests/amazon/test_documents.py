"""Report documents: found and never asked for, read in bounded blocks, whatever Amazon says of them."""

import gzip
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from tests.amazon.conftest import BASE, NOW, Handler, Stage
from x3studio.amazon.client import AmazonClient
from x3studio.amazon.documents import Inflater
from x3studio.amazon.reports import SETTLEMENT, Report
from x3studio.domain.errors import ConnectionFault, Refused

TEXT = b"settlement-id\ttotal-amount\n" * 1000


def document(body: bytes, **answer: object) -> Handler:
    """Amazon's side: one document whose address gives `body`."""

    def handle(request: httpx.Request) -> httpx.Response:
        if "/reports/" in request.url.path:
            told = {"reportDocumentId": "d", "url": f"{BASE}/documents/1?X-Amz-Signature=s3cret", **answer}
            return httpx.Response(200, json=told)
        assert "x-amz-access-token" not in request.headers
        return httpx.Response(200, content=streamed(body))

    return handle


async def streamed(body: bytes) -> AsyncIterator[bytes]:
    """The body in pieces, as a network delivers it; the first one a single byte."""
    yield body[:1]
    for at in range(1, len(body), 65_536):
        yield body[at : at + 65_536]


async def read(client: AmazonClient) -> bytes:
    return b"".join([block async for block in client.document("d")])


@pytest.mark.parametrize(
    "body", [TEXT, gzip.compress(TEXT), gzip.compress(TEXT[:500]) + gzip.compress(TEXT[500:])]
)
@pytest.mark.parametrize("told", [{}, {"compressionAlgorithm": "GZIP"}])
async def test_bytes_decide_and_not_what_amazon_says_of_them(
    stage: Stage, body: bytes, told: dict[str, str]
) -> None:
    assert await read(stage.answering(document(body, **told))) == TEXT


async def test_an_empty_document_is_empty(stage: Stage) -> None:
    assert await read(stage.answering(document(b""))) == b""


async def test_a_document_that_stops_in_the_middle_is_a_fault_of_the_way(stage: Stage) -> None:
    with pytest.raises(ConnectionFault, match="damaged"):
        await read(stage.answering(document(gzip.compress(TEXT)[:-20])))


async def test_a_bomb_is_refused_before_it_fills_anything(stage: Stage) -> None:
    bomb = gzip.compress(b"\0" * (64 << 20), 9)
    taken = 0
    with pytest.raises(Refused) as caught:
        async for block in stage.answering(document(bomb)).document("d"):
            taken += len(block)
    assert caught.value.cause == "too_large"
    assert taken <= 17 << 20


def test_a_bound_may_be_tighter() -> None:
    with pytest.raises(Refused):
        list(Inflater(most=1000).feed(TEXT))


async def test_an_address_that_has_expired_is_told_in_amazons_words(stage: Stage) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        if "/reports/" in request.url.path:
            return httpx.Response(200, json={"reportDocumentId": "d", "url": f"{BASE}/documents/1"})
        words = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
        return httpx.Response(403, content=words, headers={"content-type": "application/xml"})

    with pytest.raises(ConnectionFault) as caught:
        await read(stage.answering(handle))
    assert "expired" in caught.value.said


async def test_a_plain_http_address_elsewhere_is_not_followed(stage: Stage) -> None:
    handler = document(TEXT, url="http://elsewhere.example/documents/1")
    with pytest.raises(Exception, match="cannot be used"):
        await read(stage.answering(handler))


async def test_the_signature_of_an_address_stays_out_of_the_journal(stage: Stage) -> None:
    await read(stage.answering(document(TEXT)))
    assert "s3cret" not in repr(stage.exchanges)


async def found(client: AmazonClient) -> list[Report]:
    return [report async for page in client.reports((SETTLEMENT,)) for report in page]


async def test_settlement_reports_are_found_with_their_documents(stage: Stage) -> None:
    client = stage.client()
    reports = await found(client)
    assert len(reports) == 15
    assert all(report.document_id and report.created > NOW - timedelta(days=90) for report in reports)
    whole = b"".join([block async for block in client.document(reports[0].document_id)])
    assert whole.startswith(b"settlement-id\t")


async def test_a_page_after_the_first_is_asked_for_by_its_token_alone(stage: Stage) -> None:
    asked: list[dict[str, str]] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        report = {
            "reportId": str(len(asked)),
            "reportType": SETTLEMENT,
            "processingStatus": "DONE",
            "createdTime": "2026-11-19T00:00:00Z",
        }
        more = {"nextToken": "next"} if len(asked) < 3 else {}
        return httpx.Response(200, json={"reports": [report], **more})

    assert [report.report_id for report in await found(stage.answering(handle))] == ["1", "2", "3"]
    assert asked[0]["createdSince"] > "2026-08-22"
    assert asked[1:] == [{"nextToken": "next"}, {"nextToken": "next"}]


async def test_a_token_that_leads_in_a_circle_ends(stage: Stage) -> None:
    def handle(_: httpx.Request) -> httpx.Response:
        report = {"reportId": "1", "createdTime": "2026-11-19T00:00:00Z", "processingStatus": "DONE"}
        return httpx.Response(200, json={"reports": [report], "nextToken": "again"})

    assert len(await found(stage.answering(handle))) == 1
