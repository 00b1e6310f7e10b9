"""Connections, documents and a recorder for every test of the X3 clients."""

from collections.abc import Callable

import httpx
import pytest

from x3studio.domain.connections import Dialect, X3Connection
from x3studio.domain.documents import Document, DocumentKind
from x3studio.domain.monitor import Exchange

SECRETS = {"client_id": "demo", "client_secret": "canary-secret-0123456789abcdef0123"}


def connection(**changes: object) -> X3Connection:
    """A connection to a server of the test's own making."""
    known: dict[str, object] = {
        "name": "Test",
        "base_url": "http://127.0.0.1:9",
        "folder": "BRKTST",
        "dialect": Dialect.GATEWAY,
    }
    return X3Connection(**{**known, **changes})  # type: ignore[arg-type]


def order(reference: str, *, item: str = "ITEM-1", customer: str = "CUST-1", **header: str) -> Document:
    """A sales order with one line."""
    return Document(
        DocumentKind.SALES_ORDER,
        reference,
        {"SALFCY": "HAM01", "SOHTYP": "SON", "BPCORD": customer, "CUSORDREF": reference, **header},
        ({"ITMREF": item, "QTY": "2"},),
    )


class Replies(httpx.AsyncBaseTransport):
    """A server that is one function; its answers are still to be read, as those of a network are."""

    def __init__(self, handler: Callable[[httpx.Request], httpx.Response]) -> None:
        self._handler = handler

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        made = self._handler(request)
        return httpx.Response(
            made.status_code, headers=made.headers, stream=httpx.ByteStream(await made.aread())
        )


@pytest.fixture
def exchanges() -> list[Exchange]:
    """What a client recorded."""
    return []
