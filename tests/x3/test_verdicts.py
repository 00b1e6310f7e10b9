"""R2, line by line: what each answer to a write proves, and that no failed read is ever an empty one."""

import gzip
import json
import ssl
from collections.abc import Callable

import httpx
import pytest

from tests.x3.conftest import SECRETS, Replies, connection, order
from x3studio.domain.documents import DocumentKind, Rejected, Taken, Unknown, Unsent
from x3studio.domain.errors import ConnectionFault, CredentialFault, SettingFault, Throttled
from x3studio.domain.monitor import Direction, Exchange
from x3studio.x3.gateway import GatewayClient
from x3studio.x3.line import Line

Handler = Callable[[httpx.Request], httpx.Response]
PROTOTYPE = {
    "fields": {
        name: {
            "title": name,
            "type": "text",
            "maxLength": 20,
            "mandatory": False,
            "inLines": name in ("ITMREF", "QTY"),
        }
        for name in ("SALFCY", "SOHTYP", "BPCORD", "CUSORDREF", "BPDNAM", "ITMREF", "QTY", "SOHNUM")
    },
    "mostLines": 10,
}
DIAGNOSIS = {
    "$diagnoses": [{"$severity": "error", "$message": "Nein, nicht so.", "$field": "BPCORD", "$line": 2}]
}


def client(handler: Handler, exchanges: list[Exchange]) -> GatewayClient:
    """A gateway client whose writes (and look-ups) are answered by `handler`."""

    def everything(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth2/token":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 300})
        if request.url.path == "/api/v1/objects/SOH":
            return httpx.Response(200, json=PROTOTYPE)
        if request.url.path == "/api/v1/folders":
            return httpx.Response(200, json={"items": [{"folder": "BRKTST", "description": "Test"}]})
        return handler(request)

    return GatewayClient(Line(connection(), SECRETS, record=exchanges.append, transport=Replies(everything)))


def says(status: int, body: object = None, **headers: str) -> Handler:
    return lambda _: httpx.Response(status, json=body, headers=headers)


def raw(status: int, body: bytes, **headers: str) -> Handler:
    return lambda _: httpx.Response(status, content=body, headers=headers)


def fails(error: Exception) -> Handler:
    def handler(_: httpx.Request) -> httpx.Response:
        raise error

    return handler


def untrusted() -> httpx.ConnectError:
    error = httpx.ConnectError("tls")
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
    cause.verify_message = "self-signed certificate"
    error.__cause__ = cause
    return error


PROOF = [
    fails(httpx.ConnectError("refused")),
    fails(httpx.ConnectTimeout("no")),
    fails(httpx.PoolTimeout("no")),
    fails(untrusted()),
]
NO_PROOF = {
    "read time-out": fails(httpx.ReadTimeout("slow")),
    "write time-out": fails(httpx.WriteTimeout("slow")),
    "reset": fails(httpx.ReadError("reset")),
    "write reset": fails(httpx.WriteError("reset")),
    "no answer": fails(httpx.RemoteProtocolError("gone")),
    "500": says(500, DIAGNOSIS),
    "502": raw(502, b"<html>bad gateway</html>"),
    "503": says(503, DIAGNOSIS, **{"Retry-After": "3"}),
    "504": says(504),
    "408": says(408, DIAGNOSIS),
    "302": says(302, None, location="https://elsewhere.example/"),
    "400 by a proxy": raw(400, b"<html>bad request</html>"),
    "404 by a proxy": raw(404, b"<html>not found</html>"),
    "429 without a time": says(429, DIAGNOSIS),
    "429 with rubbish": says(429, DIAGNOSIS, **{"Retry-After": "soon"}),
    "empty 200": raw(200, b""),
    "empty 201": raw(201, b""),
    "html 200": raw(200, b"<html>welcome</html>"),
    "cut json": raw(201, b'{"SOHNUM":"SON1'),
    "success without number": says(201, {"CUSORDREF": "R-1"}),
    "success with an empty number": says(201, {"SOHNUM": ""}),
    "success with a warning only": says(200, {"$diagnoses": [{"$severity": "warning", "$message": "Hm."}]}),
    "a list": says(200, []),
    "422 without a word": says(422, {}),
    "422 with a number": says(422, {"SOHNUM": "SON1", **DIAGNOSIS}),
    "bad gzip": raw(200, b"no gzip", **{"content-encoding": "gzip"}),
    "cut gzip": raw(201, gzip.compress(b'{"SOHNUM":"SON1"}')[:-4], **{"content-encoding": "gzip"}),
    "unasked encoding": raw(200, b'{"SOHNUM":"SON1"}', **{"content-encoding": "br"}),
    "too deep": raw(200, b"[" * 100_000),
    "bomb": raw(200, gzip.compress(b" " * 40_000_000), **{"content-encoding": "gzip"}),
}


@pytest.mark.parametrize("handler", PROOF)
async def test_proof_of_non_acceptance_is_unsent(handler: Handler, exchanges: list[Exchange]) -> None:
    verdict = await client(handler, exchanges).create(order("R-1"))
    assert isinstance(verdict, Unsent)
    assert exchanges[-1].status == "unsent"


@pytest.mark.parametrize("name", NO_PROOF)
async def test_everything_else_is_unknown(name: str, exchanges: list[Exchange]) -> None:
    verdict = await client(NO_PROOF[name], exchanges).create(order("R-1"))
    assert isinstance(verdict, Unknown), name
    assert (exchanges[-1].operation, exchanges[-1].status) == ("create", "unknown")


@pytest.mark.parametrize("name", NO_PROOF)
async def test_no_failure_is_ever_nothing_found(name: str, exchanges: list[Exchange]) -> None:
    with pytest.raises((ConnectionFault, SettingFault)):
        await client(NO_PROOF[name], exchanges).find(DocumentKind.SALES_ORDER, ["R-1"])


async def test_too_many_requests_with_a_time_is_unsent_until_then(exchanges: list[Exchange]) -> None:
    handler = says(429, None, **{"Retry-After": "7"})
    assert await client(handler, exchanges).create(order("R-1")) == Unsent(
        "X3 asks for patience.", retry_after=7.0
    )
    with pytest.raises(Throttled) as caught:
        await client(handler, exchanges).find(DocumentKind.SALES_ORDER, ["R-1"])
    assert caught.value.retry_after == 7.0


@pytest.mark.parametrize("status", [200, 400, 403, 409, 422])
async def test_a_diagnosis_without_a_number_is_a_refusal(status: int, exchanges: list[Exchange]) -> None:
    verdict = await client(says(status, DIAGNOSIS), exchanges).create(order("R-1"))
    assert verdict == Rejected(("Nein, nicht so.",), field="BPCORD", line=2)
    assert exchanges[-1].status == "refused"


async def test_a_number_is_taken_and_warnings_are_kept(exchanges: list[Exchange]) -> None:
    body = {"SOHNUM": "SON1", "$diagnoses": [{"$severity": "warning", "$message": "Bestand knapp."}]}
    verdict = await client(says(201, body), exchanges).create(order("R-1"))
    assert verdict == Taken("SON1", notes=("Bestand knapp.",))
    create = exchanges[-1]
    assert (create.record, create.direction, create.status) == ("R-1", Direction.OUT, "taken")


async def test_unauthorised_twice_is_a_credential_fault_after_one_retry(exchanges: list[Exchange]) -> None:
    tries: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        tries.append(request.headers["authorization"])
        return httpx.Response(401, text="Error 50: Invalid token")

    with pytest.raises(CredentialFault) as caught:
        await client(handler, exchanges).create(order("R-1"))
    assert len(tries) == 2
    assert caught.value.context["connection"] == "Test"
    assert "Error 50" in caught.value.said
    assert exchanges[-1].status == "unsent"


@pytest.mark.parametrize(("number", "existing"), [("SON1", "SON1"), ("SON10", "")])
async def test_a_refusal_that_names_the_document_with_our_reference(
    number: str, existing: str, exchanges: list[Exchange]
) -> None:
    refusal = {
        "$diagnoses": [{"$severity": "error", "$message": f"Référence R-1 déjà dans la pièce {number}"}]
    }
    held: dict[str, object] = {
        "items": [{"SOHNUM": "SON1" if number == "SON1" else "SON2", "CUSORDREF": "R-1", "lines": []}]
    }

    def handler(request: httpx.Request) -> httpx.Response:
        return (
            httpx.Response(422, json=refusal) if request.method == "POST" else httpx.Response(200, json=held)
        )

    verdict = await client(handler, exchanges).create(order("R-1"))
    assert isinstance(verdict, Rejected)
    assert verdict.existing == existing


async def test_an_unknown_folder_is_a_setting_that_offers_the_known_ones(exchanges: list[Exchange]) -> None:
    line = Line(
        connection(folder="HARTSD"),
        SECRETS,
        record=exchanges.append,
        transport=Replies(
            lambda request: (
                httpx.Response(200, json={"access_token": "t"})
                if request.url.path.endswith("token")
                else httpx.Response(200, json={"items": [{"folder": "BRKTST"}, {"folder": "BRKPRD"}]})
                if request.url.path.endswith("folders")
                else httpx.Response(404, json=DIAGNOSIS)
            )
        ),
    )
    with pytest.raises(SettingFault) as caught:
        await GatewayClient(line).create(order("R-1"))
    assert caught.value.field == "folder"
    assert caught.value.advice == "Choose one of BRKTST, BRKPRD."


@pytest.mark.parametrize("status", [500, 429, 404])
async def test_a_token_that_cannot_be_had_leaves_the_document_unsent(
    status: int, exchanges: list[Exchange]
) -> None:
    line = Line(
        connection(),
        SECRETS,
        record=exchanges.append,
        transport=Replies(lambda _: httpx.Response(status, headers={"Retry-After": "4"})),
    )
    if status == 404:
        with pytest.raises(SettingFault) as caught:
            await GatewayClient(line).create(order("R-1"))
        assert caught.value.field == "token_url"
        return
    verdict = await GatewayClient(line).create(order("R-1"))
    assert isinstance(verdict, Unsent)
    assert verdict.retry_after == (4.0 if status == 429 else 0.0)


async def test_a_document_the_description_forbids_is_never_sent(exchanges: list[Exchange]) -> None:
    sent: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(500)

    verdict = await client(handler, exchanges).create(order("R" * 21))
    assert isinstance(verdict, Rejected)
    assert verdict.field == "CUSORDREF"
    assert not sent


async def test_the_moment_of_sending_is_announced_after_everything_else(exchanges: list[Exchange]) -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        return httpx.Response(201, json={"SOHNUM": "SON1"})

    async def sending() -> None:
        seen.append("sending")

    await client(handler, exchanges).create(order("R-1"), sending=sending)
    assert seen == ["sending", "POST"]


async def test_only_exact_references_count(exchanges: list[Exchange]) -> None:
    rows = [
        {"SOHNUM": f"SON{n}", "CUSORDREF": ref, "lines": []}
        for n, ref in enumerate(("R-*", "R-1", "r-1", "R-12"))
    ]
    held = await client(says(200, {"items": rows}), exchanges).find(DocumentKind.SALES_ORDER, ["R-1", "R-2"])
    assert [found.number for found in held["R-1"]] == ["SON1"]
    assert held["R-2"] == ()


async def test_a_list_without_the_reference_is_no_empty_list(exchanges: list[Exchange]) -> None:
    with pytest.raises(SettingFault) as caught:
        await client(says(200, {"items": [{"SOHNUM": "SON1"}]}), exchanges).find(
            DocumentKind.SALES_ORDER, ["R-1"]
        )
    assert caught.value.field == "reference_fields"


async def test_nothing_personal_and_no_secret_is_recorded(exchanges: list[Exchange]) -> None:
    body = {
        "$diagnoses": [{"$severity": "error", "$message": "Kanaria Vogel: nein"}],
        "BPDNAM": "Kanaria Vogel",
    }
    await client(says(422, body), exchanges).create(order("R-1", BPDNAM="Kanaria Vogel"))
    written = json.dumps([(e.sent, e.answer, e.note) for e in exchanges], ensure_ascii=False)
    assert "Kanaria" not in written
    assert SECRETS["client_secret"] not in written
    assert "R-1" in written
