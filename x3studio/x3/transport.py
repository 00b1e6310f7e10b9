"""What every byte to and from X3 passes: verified TLS, time-outs, and a bound on what is read."""

import ssl
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.cookiejar import CookieJar
from pathlib import Path

import httpx
import truststore

from x3studio.domain.connections import X3Connection, is_loopback
from x3studio.domain.errors import SettingFault
from x3studio.x3 import faults

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
SAVE_SECONDS = 120.0
"""X3 takes 5 to 17 seconds for one invoice (recorded technicalInfos); time-outs below a minute make doubt."""
MOST_BYTES = 32 * 1024 * 1024
_ONE_SESSION = httpx.Limits(max_connections=2, max_keepalive_connections=2)
"""A client carries one request at a time; the token may come from another host."""


def http_clients(
    connection: X3Connection, *, transport: httpx.AsyncBaseTransport | None = None
) -> Callable[[], httpx.AsyncClient]:
    """Makes HTTP clients for one request at a time, all of one sign-in.

    They verify certificates by the system's store and the connection's CA file.
    """
    base = base_url(connection.base_url, field="base_url")
    return partial(
        httpx.AsyncClient,
        verify=tls_context(connection.ca_file),
        transport=transport,
        cookies=CookieJar(),
        limits=_ONE_SESSION,
        follow_redirects=False,
        # A proxy between us and our own machine would only be in the way.
        trust_env=not is_loopback(base.host),
        headers={"User-Agent": "X3Studio", "Accept-Encoding": "gzip"},
    )


def tls_context(ca_file: str) -> ssl.SSLContext:
    """TLS 1.2 or newer, verified against the system's store and, where given, a CA file (PEM)."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file:
        try:
            context.load_verify_locations(cafile=Path(ca_file).expanduser())
        except (OSError, ssl.SSLError) as error:
            raise SettingFault(
                "The CA file cannot be read.",
                field="ca_file",
                advice="Choose a file with certificates in PEM form (BEGIN CERTIFICATE).",
            ) from error
    return context


def base_url(text: str, *, field: str) -> httpx.URL:
    """The address with a final slash; raises SettingFault unless it is https, or http to this machine."""
    try:
        url = httpx.URL(text.strip())
    except httpx.InvalidURL as error:
        raise _bad_address(field) from error
    if not url.host or url.scheme not in ("http", "https") or url.userinfo:
        raise _bad_address(field)
    if url.scheme == "http" and not is_loopback(url.host):
        raise SettingFault(
            "Plain http would send secrets in the clear.",
            field=field,
            advice="Use an address that starts with https://; http is for this machine only.",
        )
    return url if field == "token_url" or url.path.endswith("/") else url.copy_with(path=url.path + "/")


def _bad_address(field: str) -> SettingFault:
    return SettingFault(
        "The address is not usable.", field=field, advice="Give it like https://x3.example.com:8124"
    )


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate a server showed, after it was verified."""

    version: str
    issuer: str
    until: datetime | None


def certificate_of(response: httpx.Response) -> Certificate | None:
    """The certificate behind an open response; None over plain http and in process."""
    stream = response.extensions.get("network_stream")
    shown = stream.get_extra_info("ssl_object") if stream is not None else None
    if shown is None:
        return None
    details = shown.getpeercert() or {}
    names = {key: value for part in details.get("issuer", ()) for key, value in part}
    until = details.get("notAfter")
    return Certificate(
        version=shown.version() or "TLS",
        issuer=names.get("organizationName") or names.get("commonName") or "an unnamed authority",
        until=datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC) if until else None,
    )


def timeout(limit: float) -> httpx.Timeout:
    return httpx.Timeout(limit, connect=CONNECT_SECONDS, pool=READ_SECONDS)


async def bounded(response: httpx.Response) -> bytes:
    """The body, inflated here and not by httpx: a small answer must not unfold beyond the bound."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", ""):
        raise faults.garbled("its encoding was not asked for", said=encoding)
    inflate = zlib.decompressobj(31) if encoding == "gzip" else None
    parts, size = bytearray(), 0
    async for chunk in response.aiter_raw():
        try:
            piece = inflate.decompress(chunk, MOST_BYTES + 1 - size) if inflate else chunk
        except zlib.error as error:
            raise faults.garbled("it is no valid gzip") from error
        size += len(piece)
        if size > MOST_BYTES:
            raise faults.garbled("it is larger than 32 MB")
        parts += piece
    if inflate and not inflate.eof:
        raise faults.garbled("it ended too early")
    return bytes(parts)
