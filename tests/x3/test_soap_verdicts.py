"""R2 in SOAP, where HTTP 200 means nothing and the words are in somebody else's language."""

import asyncio
from collections.abc import Callable
from xml.sax.saxutils import escape

import httpx
import pytest

from tests.x3.conftest import Replies, connection, order
from tests.x3.test_soap_envelope import answer
from x3studio.domain.connections import Dialect, SignIn
from x3studio.domain.documents import DocumentKind, Rejected, Taken, Unknown, Unsent
from x3studio.domain.errors import ConnectionFault, SettingFault
from x3studio.domain.monitor import Exchange
from x3studio.x3 import X3Client, open_x3
from x3studio.x3.soap import SoapClient

FIELDS = ("SALFCY", "SOHTYP", "BPCORD", "CUSORDREF", "SOHNUM")
DESCRIPTION = (
    '<RESULT><GRP NAM="SOH9_7">'
    + "".join(f'<FLD NAM="{name}" TYP="Char" LEN="20"/>' for name in FIELDS)
    + '<FLD NAM="ORDDAT" TYP="Date"/></GRP><TAB NAM="SOH4_3" DIM="500"><FLD NAM="NUMLIG" TYP="Integer"/>'
    '<FLD NAM="ITMREF" TYP="Char" LEN="20"/><FLD NAM="QTY" TYP="Decimal"/></TAB></RESULT>'
)
SAVED = '<RESULT><GRP ID="SOH9_7"><FLD NAME="SOHNUM">SON1</FLD></GRP></RESULT>'
REFUSED = '<messages><messages href="#i"/></messages><resultXml xsi:nil="true"/><status>0</status>'
WORDS = '<multiRef id="i"><type>3</type><message>Nein &amp; nochmals nein</message></multiRef>'


def result(status: str, xml: str | None, extra: str = "") -> str:
    shown = '<resultXml xsi:nil="true"/>' if xml is None else f"<resultXml>{escape(xml)}</resultXml>"
    return f"{extra}{shown}<status>{status}</status>"


def client(
    exchanges: list[Exchange],
    *,
    save: httpx.Response | Exception | None = None,
    query: bytes = b"",
    read: bytes = b"",
    sent: list[bytes] | None = None,
) -> X3Client:
    """A SOAP client that describes an order and answers the rest as told."""

    def handler(request: httpx.Request) -> httpx.Response:
        assert "soapaction" in request.headers
        body = request.content
        if b"wss:getDescription" in body:
            return httpx.Response(200, content=answer(result("1", DESCRIPTION), operation="getDescription"))
        if b"wss:query" in body:
            return httpx.Response(200, content=query)
        if b"wss:read" in body:
            return httpx.Response(200, content=read)
        if sent is not None:
            sent.append(body)
        if isinstance(save, Exception):
            raise save
        assert save is not None
        return save

    return open_x3(
        connection(dialect=Dialect.SOAP, sign_in=SignIn.BASIC, pool="STUDIO", public_names={"SOH": "YSOH"}),
        {"user": "U", "password": "P"},
        record=exchanges.append,
        transport=Replies(handler),
    )


def ok(content: str, extra: str = "") -> httpx.Response:
    return httpx.Response(200, content=answer(content, extra))


DOUBT: dict[str, Callable[[], httpx.Response | Exception]] = {
    "refused without a word": lambda: ok(result("0", None)),
    "an empty word": lambda: ok(REFUSED, '<multiRef id="i"><type>3</type><message/></multiRef>'),
    "success without a result": lambda: ok(result("1", None)),
    "success without a number": lambda: ok(result("1", '<RESULT><GRP ID="A"/></RESULT>')),
    "success with rubbish": lambda: ok(result("1", "no xml")),
    "refused with a number": lambda: ok(
        f"<messages><messages href='#i'/></messages>{result('0', SAVED)}", WORDS
    ),
    "no status": lambda: ok(f"<resultXml>{escape(SAVED)}</resultXml>"),
    "another status": lambda: ok(result("2", SAVED)),
    "cut": lambda: httpx.Response(200, content=answer(result("1", SAVED))[:-40]),
    "another operation": lambda: httpx.Response(200, content=answer(result("1", SAVED), operation="read")),
    "500": lambda: httpx.Response(500, json={"$diagnoses": [{"$message": "No Web services accepted"}]}),
    "403": lambda: httpx.Response(403, content=b"no"),
    "reset": lambda: httpx.ReadError("reset"),
}


@pytest.mark.parametrize("name", DOUBT)
async def test_doubt(name: str, exchanges: list[Exchange]) -> None:
    assert isinstance(await client(exchanges, save=DOUBT[name]()).create(order("R-1")), Unknown), name
    assert exchanges[-1].status == "unknown"


async def test_a_number_is_taken(exchanges: list[Exchange]) -> None:
    assert await client(exchanges, save=ok(result("1", SAVED))).create(order("R-1")) == Taken("SON1")


async def test_words_without_a_number_are_a_refusal(exchanges: list[Exchange]) -> None:
    verdict = await client(exchanges, save=ok(REFUSED, WORDS)).create(order("R-1"))
    assert verdict == Rejected(("Nein & nochmals nein",))


async def test_nobody_listening_is_unsent(exchanges: list[Exchange]) -> None:
    verdict = await client(exchanges, save=httpx.ConnectError("refused")).create(order("R-1"))
    assert isinstance(verdict, Unsent)


async def test_fields_go_where_this_site_has_published_them(exchanges: list[Exchange]) -> None:
    sent: list[bytes] = []
    await client(exchanges, save=ok(result("1", SAVED)), sent=sent).create(order("R-1", ORDDAT="2026-11-20"))
    assert b"2026-11-20" not in sent[0]
    assert exchanges[-1].sent == (
        '<?xml version="1.0" encoding="UTF-8"?><PARAM><GRP ID="SOH9_7">'
        '<FLD NAME="SALFCY" TYPE="Char">HAM01</FLD>'
        '<FLD NAME="SOHTYP" TYPE="Char">SON</FLD><FLD NAME="BPCORD" TYPE="Char">CUST-1</FLD>'
        '<FLD NAME="CUSORDREF" TYPE="Char">R-1</FLD><FLD NAME="ORDDAT" TYPE="Date">20261120</FLD></GRP>'
        '<TAB DIM="500" ID="SOH4_3" SIZE="1"><LIN NUM="1"><FLD NAME="NUMLIG" TYPE="Integer">0</FLD>'
        '<FLD NAME="ITMREF" TYPE="Char">ITEM-1</FLD><FLD NAME="QTY" TYPE="Decimal">2</FLD></LIN>'
        "</TAB></PARAM>"
    )


@pytest.mark.parametrize(
    "query",
    [
        answer(REFUSED, WORDS, operation="query"),
        answer(result("0", "<RESULT/>"), operation="query"),
        answer(result("1", None), operation="query"),
        answer(
            result("1", '<RESULT><LIN NUM="1"><FLD NAME="CUSORDREF">R-1</FLD></LIN></RESULT>'),
            operation="query",
        ),
        b"",
    ],
)
async def test_only_an_empty_result_is_nothing_found(query: bytes, exchanges: list[Exchange]) -> None:
    with pytest.raises((ConnectionFault, SettingFault)):
        await client(exchanges, query=query).find(DocumentKind.SALES_ORDER, ["R-1"])
    empty = answer(result("1", "<RESULT/>"), operation="query")
    assert await client(exchanges, query=empty).find(DocumentKind.SALES_ORDER, ["R-1"]) == {"R-1": ()}


async def test_a_list_without_the_reference_is_settled_by_reading(exchanges: list[Exchange]) -> None:
    listed = answer(
        result("1", '<RESULT><LIN NUM="1"><FLD NAME="SOHNUM">SON1</FLD></LIN></RESULT>'), operation="query"
    )
    shown = (
        '<RESULT><GRP ID="SOH9_7"><FLD NAME="SOHNUM">SON1</FLD><FLD NAME="CUSORDREF">R-{}</FLD>'
        '<FLD NAME="ORDDAT">20261120</FLD></GRP><TAB ID="SOH4_3">'
        '<LIN NUM="1"><FLD NAME="ITMREF">A</FLD></LIN></TAB></RESULT>'
    )
    for written, count in (("1", 1), ("2", 0)):
        read = answer(result("1", shown.format(written)), operation="read")
        held = await client(exchanges, query=listed, read=read).find(DocumentKind.SALES_ORDER, ["R-1"])
        assert len(held["R-1"]) == count
        if count:
            assert held["R-1"][0].header["ORDDAT"] == "2026-11-20"
            assert held["R-1"][0].lines == ({"ITMREF": "A"},)


async def test_a_list_that_ignores_the_reference_is_no_answer(exchanges: list[Exchange]) -> None:
    rows = "".join(
        f'<LIN NUM="{n}"><FLD NAME="SOHNUM">S{n}</FLD><FLD NAME="CUSORDREF">X{n}</FLD></LIN>'
        for n in range(1000)
    )
    full = answer(result("1", f"<RESULT>{rows}</RESULT>"), operation="query")
    with pytest.raises(SettingFault) as caught:
        await client(exchanges, query=full).find(DocumentKind.SALES_ORDER, ["R-1"])
    assert caught.value.field == "reference_fields"


@pytest.mark.parametrize("reference", ["<>R", ">R", "=R", "!R"])
async def test_a_reference_that_x3_would_obey_is_refused(reference: str, exchanges: list[Exchange]) -> None:
    assert isinstance(await client(exchanges).create(order(reference)), Rejected)
    assert exchanges == []


async def test_a_create_that_is_cancelled_leaves_doubt_in_the_journal(exchanges: list[Exchange]) -> None:
    reached = asyncio.Event()

    class Hanging(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            body = await request.aread()
            if b"wss:getDescription" in body:
                content = answer(result("1", DESCRIPTION), operation="getDescription")
                return httpx.Response(200, stream=httpx.ByteStream(content))
            reached.set()
            await asyncio.Event().wait()
            raise AssertionError

    hanging = open_x3(
        connection(dialect=Dialect.SOAP, sign_in=SignIn.BASIC, pool="STUDIO", public_names={"SOH": "YSOH"}),
        {"user": "U", "password": "P"},
        record=exchanges.append,
        transport=Hanging(),
    )
    assert isinstance(hanging, SoapClient)
    task = asyncio.create_task(hanging.create(order("R-1")))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (exchanges[-1].operation, exchanges[-1].record, exchanges[-1].status) == (
        "create",
        "R-1",
        "unknown",
    )
