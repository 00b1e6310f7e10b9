"""Who may enter the demo X3, and with which words everybody else is sent away."""

import time
from typing import Any

import httpx
import jwt
import pytest

from tests.sandbox.demo import signed_in
from x3studio.sandbox.serve import Sandbox

FOLDERS = "/api/v1/folders"


@pytest.fixture
def stranger(sandbox: Sandbox) -> httpx.AsyncClient:
    client = signed_in(sandbox)
    client.auth = None  # type: ignore[assignment]
    return client


def form(sandbox: Sandbox, **changes: str) -> dict[str, str]:
    known = sandbox.x3_credentials
    return {
        "grant_type": "client_credentials",
        "client_id": known.client_id,
        "client_secret": known.client_secret,
        **changes,
    }


async def enter(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.get(FOLDERS, headers={"Authorization": f"Bearer {token}"})


async def test_a_token_opens_until_it_expires(sandbox: Sandbox, stranger: httpx.AsyncClient) -> None:
    answer = (await stranger.post("/oauth2/token", data=form(sandbox))).json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 300)
    assert (await enter(stranger, answer["access_token"])).status_code == 200
    sandbox.x3.door.expire_tokens()
    assert (await enter(stranger, answer["access_token"])).status_code == 401


async def test_a_token_of_no_duration_is_refused_at_once(
    sandbox: Sandbox, stranger: httpx.AsyncClient
) -> None:
    sandbox.x3.desk.switches.token_seconds = 0
    answer = (await stranger.post("/oauth2/token", data=form(sandbox))).json()
    assert (await enter(stranger, answer["access_token"])).status_code == 401


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_the_token_endpoint_refuses(
    sandbox: Sandbox, stranger: httpx.AsyncClient, changes: dict[str, str], status: int, error: str
) -> None:
    answer = await stranger.post("/oauth2/token", data=form(sandbox, **changes))
    assert answer.status_code == status
    assert answer.json()["error"] == error
    assert answer.json()["error_description"]


async def test_a_rotated_secret_shuts_the_door(sandbox: Sandbox, stranger: httpx.AsyncClient) -> None:
    old = form(sandbox)
    token = (await stranger.post("/oauth2/token", data=old)).json()["access_token"]
    new = sandbox.x3.door.rotate()
    assert (await enter(stranger, token)).status_code == 401
    assert (await stranger.post("/oauth2/token", data=old)).status_code == 401
    assert (await stranger.post("/oauth2/token", data=form(sandbox, client_secret=new))).status_code == 200


def signed(sandbox: Sandbox, *, key: str = "", drop: str = "", **changes: Any) -> str:
    known = sandbox.x3_credentials
    now = int(time.time())
    claims = {
        "iss": known.client_id,
        "sub": known.user,
        "aud": known.audience,
        "iat": now - 30,
        "exp": now + 300,
        **changes,
    }
    claims.pop(drop, None)
    return jwt.encode(claims, key or known.client_secret, algorithm="HS256")


async def test_a_token_of_a_connected_application_opens(
    sandbox: Sandbox, stranger: httpx.AsyncClient
) -> None:
    assert (await enter(stranger, signed(sandbox))).status_code == 200


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"iss": "someone"}, "41"),
        ({"sub": "ADMIN"}, "42"),
        ({"aud": "http://x3.localhost/"}, "45"),
        ({"drop": "aud"}, "45"),
        ({"key": "0" * 64}, "50"),
        ({"exp": 1}, "50"),
        ({"drop": "exp"}, "50"),
        ({"iat": 4_000_000_000, "exp": 4_000_000_100}, "21"),
        ({"exp": int(time.time()) + 86_400}, "50"),
    ],
)
async def test_each_wrong_claim_has_its_number(
    sandbox: Sandbox, stranger: httpx.AsyncClient, changes: dict[str, Any], number: str
) -> None:
    answer = await enter(stranger, signed(sandbox, **changes))
    assert answer.status_code == 401
    assert answer.text == f"Error {number}: Invalid token"


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic !!", "Basic c3R1ZGlvOng=", "Digest x", "Bearer x.y.z"]
)
async def test_anything_else_stays_outside(stranger: httpx.AsyncClient, header: str) -> None:
    answer = await stranger.get(FOLDERS, headers={"Authorization": header})
    assert answer.status_code == 401
    assert "www-authenticate" in answer.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/products/products"),
        ("GET", "/api1/x3/erp/BRKTST/ITMMASTER"),
        ("GET", "/api1/syracuse/collaboration/syracuse/endPoints"),
        ("POST", "/soap-generic/syracuse/collaboration/syracuse/CAdxWebServiceXmlCC"),
        ("GET", "/soap-wsdl/syracuse/collaboration/syracuse/CAdxWebServiceXmlCC"),
        ("POST", "/xtrem/api"),
    ],
)
async def test_no_tongue_answers_a_stranger(stranger: httpx.AsyncClient, method: str, path: str) -> None:
    assert (await stranger.request(method, path)).status_code == 401
