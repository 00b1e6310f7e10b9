"""The line to X3: verified TLS with a real authority, plain http to this machine only, bounds that hold."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import trustme

from tests.x3.conftest import SECRETS, Replies, connection, order
from x3studio.domain.connections import Dialect, Verdict, is_loopback
from x3studio.domain.documents import DocumentKind, Unsent
from x3studio.domain.errors import ConnectionFault, SettingFault
from x3studio.domain.monitor import Exchange
from x3studio.x3 import X3Client, open_x3, probe
from x3studio.x3.line import Line
from x3studio.x3.master_tables import ITEMS
from x3studio.x3.reading import read_masters
from x3studio.x3.transport import base_url, tls_context

ANSWER = b'{"items": [{"folder": "BRKTST"}], "access_token": "t", "fields": {}}'


@contextlib.asynccontextmanager
async def https_server(authority: trustme.CA, *, newest: ssl.TLSVersion | None = None) -> AsyncIterator[str]:
    """A loopback https server that answers everything alike."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = next(
                (int(h.split(":")[1]) for h in head.splitlines() if h.startswith("content-length")), 0
            )
            await reader.readexactly(length)
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(ANSWER), ANSWER)
            )
            await writer.drain()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    if newest is not None:
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.maximum_version = newest
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture
def authority(tmp_path: Path) -> tuple[trustme.CA, str]:
    """A certificate authority of this test's own, and its file."""
    made = trustme.CA(organization_name="Brandel Test CA")
    file = tmp_path / "ca.pem"
    made.cert_pem.write_to_path(str(file))
    return made, str(file)


def client(url: str, ca_file: str, exchanges: list[Exchange]) -> X3Client:
    return open_x3(connection(base_url=url, ca_file=ca_file), SECRETS, record=exchanges.append)


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_an_unknown_authority_is_refused_and_accepted_with_its_file(
    authority: tuple[trustme.CA, str], newest: ssl.TLSVersion, exchanges: list[Exchange]
) -> None:
    made, ca_file = authority
    async with https_server(made, newest=newest) as url:
        stranger = client(url, "", exchanges)
        with pytest.raises(ConnectionFault) as caught:
            await stranger.existing_items(["A"])
        assert caught.value.unsent
        assert "certificate" in caught.value.title
        assert isinstance(await stranger.create(order("R-1")), Unsent)
        await stranger.aclose()

        friend = client(url, ca_file, exchanges)
        with pytest.raises(SettingFault) as reached:  # the answer has folders, but nothing of an order
            await friend.find(DocumentKind.SALES_ORDER, ["R-1"])
        assert reached.value.field == "reference_fields"
        await friend.aclose()


async def test_the_probe_shows_the_certificate_or_asks_for_the_file(
    authority: tuple[trustme.CA, str], exchanges: list[Exchange]
) -> None:
    made, ca_file = authority
    async with https_server(made) as url:
        first = [s async for s in probe(connection(base_url=url), SECRETS)][1]
        assert (first.key, first.verdict, first.field) == ("host", Verdict.FAIL, "ca_file")
        assert "CA file" in first.advice
        first = [s async for s in probe(connection(base_url=url, ca_file=ca_file), SECRETS)][1]
        assert first.verdict in (Verdict.PASS, Verdict.WARN)
        assert "TLSv1." in first.found
        assert "Brandel Test CA" in first.found


async def test_a_certificate_for_another_host_is_refused(
    authority: tuple[trustme.CA, str], exchanges: list[Exchange]
) -> None:
    made, ca_file = authority
    async with https_server(made) as url:
        other = client(url.replace("127.0.0.1", "127.0.0.2"), ca_file, exchanges)
        with pytest.raises(ConnectionFault) as caught:
            await other.existing_items(["A"])
        assert caught.value.unsent
        await other.aclose()


def test_tls_is_1_2_or_newer_and_always_verified() -> None:
    context = tls_context("")
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize("content", [None, "no certificate", ""])
def test_a_ca_file_that_is_none_names_the_setting(content: str | None, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SettingFault) as caught:
        tls_context(str(file))
    assert caught.value.field == "ca_file"


@pytest.mark.parametrize(
    "address",
    [
        "http://x3.example.com",
        "http://10.0.0.1:8124",
        "http://127.0.0.1.example.com",
        "ftp://127.0.0.1",
        "x3:8124",
        "https://",
        "@".join(("https://user:pass", "x3.example.com")),
        "http://localhost.example.com",
        "http://[::2]",
        "https://x3:99999x",
    ],
)
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(SettingFault) as caught:
        base_url(address, field="base_url")
    assert caught.value.field == "base_url"


@pytest.mark.parametrize(
    "address", ["https://x3.example.com:8124", "http://127.0.0.1:9", "http://localhost", "http://[::1]:8124"]
)
def test_addresses_that_are_taken(address: str) -> None:
    url = base_url(address, field="base_url")
    assert url.path == "/"
    assert str(url.join("api/v1/folders")) == f"{address}/api/v1/folders"


def test_a_token_url_keeps_its_path() -> None:
    assert str(base_url("https://id.example.com/oauth2/token", field="token_url")).endswith("/token")


def test_only_this_machine_is_loopback() -> None:
    assert is_loopback("127.8.9.1")
    assert not is_loopback("128.0.0.1")


async def test_credentials_never_follow_a_link_to_another_host(exchanges: list[Exchange]) -> None:
    seen: list[str] = []

    def server(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.host)
        if request.url.path.endswith("token"):
            return httpx.Response(200, json={"access_token": "t"})
        following = {} if "key" in request.url.params else {"$url": "http://inner:8124/api1/x?key=gt.1"}
        links = {"$next": following} if following else {}
        return httpx.Response(200, json={"$resources": [{"ITMREF": "A", "ITMSTA": 1}], "$links": links})

    reader = open_x3(
        connection(dialect=Dialect.SYRACUSE), SECRETS, record=exchanges.append, transport=Replies(server)
    )
    found = [item async for page in read_masters(reader, ITEMS) for item in page.values]
    assert [item.itmref for item in found] == ["A", "A"]
    assert set(seen) == {"127.0.0.1"}
    line = Line(connection(), SECRETS, record=exchanges.append, transport=Replies(server))
    with line.call("read") as call, pytest.raises(ConnectionFault):
        await line.ask(call, "GET", "http://inner:8124/api1/x")
    assert set(seen) == {"127.0.0.1"}
