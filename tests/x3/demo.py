"""The demo X3 as the contract meets it: in process or on a real port, whole or bent on the way."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import httpx

from x3studio.domain.connections import Dialect, SignIn, X3Connection
from x3studio.domain.documents import Document, DocumentKind
from x3studio.domain.monitor import Exchange
from x3studio.sandbox.documents import StoredDocument
from x3studio.sandbox.serve import Sandbox
from x3studio.sandbox.x3_desk import Switches
from x3studio.x3 import X3Client, open_x3

PAGE = 25
"""The demo X3 gives at most so many rows at once, so that every list has pages."""
Bend = Callable[[httpx.Request, int, bytes], tuple[int, bytes]]


class Demo:
    """A sandbox, a connection to it, and what the client recorded."""

    def __init__(self, dialect: Dialect, *, sign_in: SignIn = SignIn.OAUTH, **changes: Any) -> None:
        self.sandbox = Sandbox(
            items=60,
            orders=0,
            now=datetime(2026, 11, 20, 8, tzinfo=UTC),
            amazon=False,
            switches=Switches(page=PAGE),
        )
        self.exchanges: list[Exchange] = []
        self._changes = {"dialect": dialect, "sign_in": sign_in, **changes}
        self._open: list[X3Client] = []

    @property
    def world(self) -> Any:
        """The demo company."""
        return self.sandbox.world

    @property
    def switches(self) -> Switches:
        """What the demo X3 lets a test turn."""
        return self.sandbox.x3.desk.switches

    def connection(self, greeting: dict[str, Any] | None = None, **changes: Any) -> X3Connection:
        """A connection with what the sandbox greets with."""
        x3 = (greeting or self.sandbox.greeting())["x3"]
        known = X3Connection(
            name="Demo",
            base_url=x3["base_url"],
            token_url=x3["token_url"],
            folder=x3["folder"],
            pool=x3["pool"],
            public_names=x3["public_names"],
            subject=x3["user"],
            audience=x3["base_url"],
            reference_fields={"SDH": "YAMZREF"},
        )
        return replace(known, **{**self._changes, **changes})

    @property
    def secrets(self) -> dict[str, str]:
        """The right ones, as of now."""
        x3 = self.sandbox.greeting()["x3"]
        return {name: x3[name] for name in ("client_id", "client_secret", "user", "password")}

    def client(
        self,
        *,
        bend: Bend | None = None,
        greeting: dict[str, Any] | None = None,
        secrets: dict[str, str] | None = None,
        **changes: Any,
    ) -> X3Client:
        """A client: in process, or over the network where a greeting names a port."""
        transport = None if greeting else Bent(self.sandbox.x3_app, bend)
        client = open_x3(
            self.connection(greeting, **changes),
            secrets or self.secrets,
            record=self.exchanges.append,
            transport=transport,
        )
        self._open.append(client)
        return client

    def order(self, reference: str, *, item: str = "", customer: str = "", **header: str) -> Document:
        """A sales order with two lines that the demo X3 takes."""
        sellable = [entry.item for entry in self.world.items.values() if entry.item.sellable]
        buyer = next(
            c for c in self.world.customers.values() if c.active and c.bpcnum not in self.world.on_hold
        )
        site = next(s.code for s in self.world.sites.values() if s.sells and s.stores)
        return Document(
            DocumentKind.SALES_ORDER,
            reference,
            {
                "SALFCY": site,
                "SOHTYP": "SON",
                "BPCORD": customer or buyer.bpcnum,
                "CUSORDREF": reference,
                "ORDDAT": "2026-11-20",
                "DEMDLVDAT": "2026-11-25",
                "CUR": "EUR",
                **header,
            },
            (
                {
                    "ITMREF": item or sellable[0].itmref,
                    "QTY": "6",
                    "GROPRI": "3.99",
                    "DEMDLVDAT": "2026-11-26",
                },
                {"ITMREF": sellable[1].itmref, "QTY": "1", "SAU": sellable[1].sales_unit},
            ),
        )

    def held(self, reference: str) -> list[StoredDocument]:
        """The sales orders that the demo X3 really holds with a reference."""
        held: list[StoredDocument] = self.world.documents.by_reference(
            "SOH", reference, folder=self.world.test_folder
        )
        return held

    async def aclose(self) -> None:
        """Closes every client."""
        for client in self._open:
            await client.aclose()


class Bent(httpx.AsyncBaseTransport):
    """The sandbox in process; `bend` changes an answer on its way, and the most calls at once are counted."""

    def __init__(self, app: Any, bend: Bend | None = None) -> None:
        self._inner = httpx.ASGITransport(cast("Any", app))
        self._bend = bend
        self._now = 0
        self.most = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._now += 1
        self.most = max(self.most, self._now)
        try:
            await self.gate.wait()
            answer = await self._inner.handle_async_request(request)
            status, body = answer.status_code, await answer.aread()
        finally:
            self._now -= 1
        if self._bend is not None and not request.url.path.endswith("/token"):
            status, body = self._bend(request, status, body)
        headers = {"content-type": answer.headers.get("content-type", "")}
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


@contextlib.asynccontextmanager
async def nobody_listens() -> AsyncIterator[str]:
    """A loopback address whose port is bound but refuses every connection."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
