"""One bounded exchange over HTTP: trusted TLS, a cap on what is read, a cap on how long it takes."""

import asyncio
import platform
import ssl
import time
from dataclasses import dataclass

import httpx
import truststore

from x3studio import __version__
from x3studio.amazon.faults import from_transport
from x3studio.domain.connections import is_loopback
from x3studio.domain.errors import ConnectionFault, SettingFault

LARGEST_BODY = 32 * 1024 * 1024
_PATIENCE = 180.0
_TIMEOUT = httpx.Timeout(60.0, connect=15.0)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

USER_AGENT = (
    f"X3Studio/{__version__} (Language=Python/{platform.python_version()};"
    f"Platform={platform.system()}/{platform.release()})"
)
"""Amazon asks for the application, its language and its platform in this form."""


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What came back, whole: `milliseconds` from the first byte sent to the last byte read."""

    status: int
    headers: httpx.Headers
    body: bytes
    milliseconds: int


def checked_url(url: str, *, field: str) -> str:
    """The address without its trailing slash. Raises SettingFault unless https, or http to this machine."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL()
    if parsed.host and (parsed.scheme == "https" or (parsed.scheme == "http" and is_loopback(parsed.host))):
        return url.rstrip("/")
    raise SettingFault(
        f"The address {url or '(empty)'} cannot be used.",
        field=field,
        advice="Give an https address; plain http is accepted for this machine only.",
    )


def open_http(transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    """A client that trusts what the system trusts, follows no redirect, and never sends
    loopback traffic through a proxy."""
    headers = {"User-Agent": USER_AGENT, "Accept": "application/json"}
    if transport is not None:
        return httpx.AsyncClient(transport=transport, headers=headers, timeout=_TIMEOUT)
    direct = {f"all://{'[::1]' if host == '::1' else host}": None for host in _LOOPBACK}
    return httpx.AsyncClient(
        verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        mounts=direct,
        headers=headers,
        timeout=_TIMEOUT,
    )


async def fetch(
    http: httpx.AsyncClient, request: httpx.Request, *, auth: httpx.Auth | None = None
) -> RawAnswer:
    """Sends and reads everything, at most LARGEST_BODY bytes. Raises ConnectionFault."""
    start = time.monotonic()
    host = request.url.host
    try:
        async with asyncio.timeout(_PATIENCE):
            response = await http.send(request, auth=auth, stream=True)
            try:
                body = await _bounded(response, host)
            finally:
                await response.aclose()
    except httpx.HTTPError as error:
        raise from_transport(error, host=host) from None
    except TimeoutError:
        raise from_transport(httpx.ReadTimeout("too slow"), host=host) from None
    elapsed = int((time.monotonic() - start) * 1000)
    return RawAnswer(response.status_code, response.headers, body, elapsed)


async def _bounded(response: httpx.Response, host: str) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise ConnectionFault(
                f"{host} sent more than {LARGEST_BODY // 2**20} MB in one answer.",
                advice="This is not what Amazon does; check the address of the connection.",
            )
    return bytes(body)
