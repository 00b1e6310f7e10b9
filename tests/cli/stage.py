"""The demo systems on real ports in a thread of this process, so that a test can change them at any time."""

import asyncio
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import trustme
import uvicorn

from tests.crash.served import Served
from x3studio.sandbox.faults import ASGIApp, Message, Receive, Scope, Send
from x3studio.sandbox.ledger import Ledger
from x3studio.sandbox.mapping_file import write_mappings
from x3studio.sandbox.serve import Sandbox

Bend = Callable[[str, int, bytes], tuple[int, bytes]]
"""Takes path, status and body of an answer and gives back what the client sees of it."""
_PATIENCE = 20.0


@dataclass
class Stage:
    """The systems, where they are, and what is done to their answers."""

    sandbox: Sandbox
    served: Served
    secure_url: str = ""
    authority: Path = Path()
    """The certificate authority behind `secure_url`, as PEM."""
    bends: list[Bend] = field(default_factory=list)

    def bend_orders(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Changes each order that Amazon shows."""

        def bend(path: str, status: int, body: bytes) -> tuple[int, bytes]:
            if status != 200 or not path.endswith("/orders"):
                return status, body
            content = json.loads(body)
            for order in content["orders"]:
                change(order)
            return status, json.dumps(content).encode()

        self.bends.append(bend)

    def bend_path(self, part: str, status: int, body: bytes) -> None:
        """Answers so wherever the path holds `part`, after having acted."""
        self.bends.append(lambda path, was, old: (status, body) if part in path else (was, old))


@contextmanager
def staged(folder: Path, *, orders: int = 24, secure: bool = False) -> Iterator[Stage]:
    """Serves for as long as the block runs."""
    ledger, mappings = folder / "ledger.jsonl", folder / "mappings.csv"
    with Ledger(ledger) as book:
        sandbox = Sandbox(orders=orders, ledger=book)
        write_mappings(sandbox.world, mappings)
        stage = Stage(sandbox, Served({}, ledger, mappings))
        assert sandbox.amazon_app is not None
        sandbox.x3_app = _bent(sandbox.x3_app, stage)
        sandbox.amazon_app = _bent(sandbox.amazon_app, stage)
        ready, loop, told = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

        async def serve() -> None:
            async with sandbox.listening() as greeting:
                stage.served = Served(greeting, ledger, mappings)
                async with _encrypted(sandbox.x3_app, folder, stage) if secure else _nothing():
                    ready.set()
                    await told.wait()

        thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
        thread.start()
        try:
            assert ready.wait(_PATIENCE)
            yield stage
        finally:
            loop.call_soon_threadsafe(told.set)
            thread.join(_PATIENCE)
            loop.close()


def _bent(app: ASGIApp, stage: Stage) -> ASGIApp:
    async def bent(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not stage.bends:
            await app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        await app(scope, receive, keep)
        status, shown = start["status"], bytes(body)
        for bend in stage.bends:
            status, shown = bend(scope["path"], status, shown)
        headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        headers.append((b"content-length", str(len(shown)).encode()))
        await send({**start, "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": shown})

    return bent


class _nothing:  # noqa: N801 - reads as a word beside _encrypted
    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *_: object) -> None: ...


class _encrypted:  # noqa: N801
    """The same X3 once more behind TLS, with a certificate of an authority nobody knows."""

    def __init__(self, app: ASGIApp, folder: Path, stage: Stage) -> None:
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1")
        stage.authority, chain = folder / "authority.pem", folder / "certificate.pem"
        authority.cert_pem.write_to_path(str(stage.authority))
        certificate.private_key_and_cert_chain_pem.write_to_path(str(chain))
        config = uvicorn.Config(
            cast("Any", app), host="127.0.0.1", port=0, lifespan="off", ws="none", log_config=None,
            access_log=False, ssl_certfile=str(chain), ssl_version=ssl.PROTOCOL_TLS_SERVER,
        )  # fmt: skip
        self._server, self._stage = uvicorn.Server(config), stage

    async def __aenter__(self) -> None:
        self._config = self._server.config
        self._config.load()
        self._server.lifespan = self._config.lifespan_class(self._config)
        await self._server.startup()
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self._stage.secure_url = f"https://127.0.0.1:{port}"

    async def __aexit__(self, *_: object) -> None:
        self._server.force_exit = True
        await self._server.shutdown()


def greeting_of(stage: Stage) -> Mapping[str, Any]:
    """What the demo greets with now: a rotated secret included."""
    now = stage.sandbox.greeting()
    return {
        side: {**now[side], **{key: stage.served.greeting[side][key] for key in ("base_url", "token_url")}}
        for side in ("x3", "amazon")
    }
