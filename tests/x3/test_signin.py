"""Tokens and passwords: minted once, renewed in time, byte for byte as X3 wants them, never shown."""

import asyncio
import time

import httpx
import jwt
import pytest

from tests.x3.conftest import SECRETS, Replies, connection
from x3studio.domain.connections import SignIn
from x3studio.domain.errors import CredentialFault
from x3studio.domain.monitor import Exchange
from x3studio.x3.line import Line


def line(handler: Replies, exchanges: list[Exchange], **changes: object) -> Line:
    secrets = {**SECRETS, "user": "STUDIO", "password": "pässword"}
    return Line(connection(**changes), secrets, record=exchanges.append, transport=handler)


async def ask(target: Line) -> int:
    with target.call("read") as call:
        return (await target.ask(call, "GET", "api/v1/folders")).status


class Server:
    """Counts tokens and refuses those it is told to."""

    def __init__(self, *, seconds: object = 300) -> None:
        self.minted = 0
        self.refused: set[str] = set()
        self.seconds = seconds

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth2/token":
            assert "authorization" not in request.headers
            assert b"grant_type=client_credentials" in request.content
            self.minted += 1
            return httpx.Response(
                200, json={"access_token": f"token{self.minted}", "expires_in": self.seconds}
            )
        refused = request.headers["authorization"].removeprefix("Bearer ") in self.refused
        return httpx.Response(401 if refused else 200, json={"items": []})


async def test_many_calls_at_once_mint_one_token(exchanges: list[Exchange]) -> None:
    server = Server()
    target = line(Replies(server), exchanges)
    assert set(await asyncio.gather(*(ask(target) for _ in range(20)))) == {200}
    assert server.minted == 1


async def test_a_token_that_ran_out_on_the_way_is_renewed_once(exchanges: list[Exchange]) -> None:
    server = Server()
    target = line(Replies(server), exchanges)
    await ask(target)
    server.refused.add("token1")
    assert set(await asyncio.gather(*(ask(target) for _ in range(5)))) == {200}
    assert server.minted == 2


@pytest.mark.parametrize("seconds", [0.000001, "0.000001"])
async def test_a_token_is_not_used_beyond_its_time(seconds: object, exchanges: list[Exchange]) -> None:
    server = Server(seconds=seconds)
    target = line(Replies(server), exchanges)
    await ask(target)
    await ask(target)
    assert server.minted >= 2


async def test_no_token_is_recorded(exchanges: list[Exchange]) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth2/token":
            return httpx.Response(200, json={"access_token": "canary-token", "expires_in": 300})
        return httpx.Response(200, text=request.headers["authorization"])

    await ask(line(Replies(echo), exchanges))
    assert [exchange.operation for exchange in exchanges] == ["sign in", "read"]
    assert all("canary" not in f"{exchange}" for exchange in exchanges)


async def test_a_self_signed_token_is_what_a_connected_application_expects(exchanges: list[Exchange]) -> None:
    audience = "https://X3.example.com:8124/auth/Jwt/ "
    seen: list[str] = []

    def server(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"].removeprefix("Bearer "))
        return httpx.Response(200)

    await ask(line(Replies(server), exchanges, sign_in=SignIn.JWT, subject="studio", audience=audience))
    claims = jwt.decode(
        seen[0], SECRETS["client_secret"], algorithms=["HS256"], audience=audience, subject="studio"
    )
    assert claims["iss"] == "demo"
    assert claims["aud"] == audience
    assert 28 <= time.time() - claims["iat"] <= 40
    assert 290 <= claims["exp"] - time.time() <= 301


@pytest.mark.parametrize(
    ("said", "word"),
    [("Error 45: Invalid token", "audience"), ("Error 42: Invalid token", "subject"), ("?", "Paste")],
)
async def test_the_numbers_of_syracuse_are_explained(said: str, word: str, exchanges: list[Exchange]) -> None:
    target = line(
        Replies(lambda _: httpx.Response(401, text=said)), exchanges, sign_in=SignIn.JWT, subject="s"
    )
    with pytest.raises(CredentialFault) as caught:
        await ask(target)
    assert word in caught.value.advice
    assert caught.value.said == said


async def test_a_refused_password_is_not_tried_twice(exchanges: list[Exchange]) -> None:
    seen: list[str] = []

    def server(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return httpx.Response(401)

    with pytest.raises(CredentialFault):
        await ask(line(Replies(server), exchanges, sign_in=SignIn.BASIC))
    assert seen == ["Basic U1RVRElPOnDDpHNzd29yZA=="]


@pytest.mark.parametrize("sign_in", list(SignIn))
async def test_a_missing_secret_is_named(sign_in: SignIn, exchanges: list[Exchange]) -> None:
    with pytest.raises(CredentialFault):
        Line(connection(sign_in=sign_in), {}, record=exchanges.append)


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_rotated_secret_says_so_and_shows_nothing(status: int, exchanges: list[Exchange]) -> None:
    body = {"error": "invalid_client", "error_description": "Unknown client or wrong secret."}
    with pytest.raises(CredentialFault) as caught:
        await ask(line(Replies(lambda _: httpx.Response(status, json=body)), exchanges))
    assert caught.value.said == "Unknown client or wrong secret."
    assert SECRETS["client_secret"] not in f"{caught.value!r} {caught.value} {caught.value.context}"
