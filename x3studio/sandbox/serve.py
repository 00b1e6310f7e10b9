"""Serves the demo X3 and the demo Amazon on two loopback ports, or hands both out in process.

In process:   sandbox = Sandbox(seed=7); httpx.AsyncClient(transport=httpx.ASGITransport(sandbox.x3_app), ...)
On ports:     async with sandbox.listening(port=0) as greeting: ...      (greeting: the first line's content)
For a verb:   serve(port=0, seed=7, orders=240, items=72, faults=None, ledger=None, mappings=None, out=print)
"""

import asyncio
import contextlib
import importlib
import json
import os
import signal
import socket
import struct
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import uvicorn
from starlette.requests import ClientDisconnect
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from x3studio.domain.errors import SettingFault
from x3studio.sandbox.credentials import amazon_credentials, x3_credentials
from x3studio.sandbox.faults import ABORT, ASGIApp, FaultPlan, Faults, read_faults
from x3studio.sandbox.ledger import Ledger
from x3studio.sandbox.mapping_file import write_mappings
from x3studio.sandbox.world import World
from x3studio.sandbox.x3 import X3
from x3studio.sandbox.x3_auth import TOKEN_PATH
from x3studio.sandbox.x3_desk import Switches

_AMAZON_TOKEN_PATH = "/auth/o2/token"
_HOST = "127.0.0.1"
_IN_PROCESS_X3 = "http://x3.localhost"
_IN_PROCESS_AMAZON = "http://amazon.localhost"


class Sandbox:
    """One demo world with both of its applications. `x3_app` and `amazon_app` are ASGI applications."""

    def __init__(
        self,
        *,
        seed: int = 7,
        orders: int = 240,
        items: int = 72,
        now: datetime | None = None,
        plan: FaultPlan | None = None,
        ledger: Ledger | None = None,
        switches: Switches | None = None,
        amazon: bool = True,
    ) -> None:
        self.world = World.build(seed=seed, items=items, orders=orders, now=now or datetime.now(UTC))
        self.faults = Faults(plan, seed=seed)
        self.ledger = ledger or Ledger()
        self.x3_credentials = x3_credentials(seed)
        self.x3_credentials.audience = _IN_PROCESS_X3
        self.amazon_credentials = amazon_credentials(seed)
        self.x3 = X3(
            self.world,
            faults=self.faults,
            ledger=self.ledger,
            credentials=self.x3_credentials,
            switches=switches,
        )
        self.x3_app: ASGIApp = self.x3.app
        self.amazon_app: ASGIApp | None = self._amazon() if amazon else None

    def _amazon(self) -> ASGIApp:
        build = cast("Callable[..., ASGIApp]", importlib.import_module("x3studio.sandbox.amazon").amazon_app)
        return build(
            self.world,
            faults=self.faults,
            ledger=self.ledger,
            credentials=self.amazon_credentials,
            rate_limits=True,  # the plan in force decides
        )

    def set_faults(self, plan: FaultPlan) -> None:
        """Changes what goes wrong, while clients are connected."""
        self.faults.set(plan)

    def greeting(
        self, *, x3_url: str = _IN_PROCESS_X3, amazon_url: str = _IN_PROCESS_AMAZON
    ) -> dict[str, Any]:
        """The first line's content: where to connect and with which demo credentials."""
        switches = self.x3.desk.switches
        x3, amazon = self.x3_credentials, self.amazon_credentials
        return {
            "x3": {
                "base_url": x3_url,
                "token_url": x3_url + TOKEN_PATH,
                "folder": self.world.test_folder,
                "client_id": x3.client_id,
                "client_secret": x3.client_secret,
                "user": x3.user,
                "password": x3.password,
                "pool": switches.pool,
                "public_names": dict(switches.public_names),
            },
            "amazon": {
                "base_url": amazon_url,
                "token_url": amazon_url + _AMAZON_TOKEN_PATH,
                "client_id": amazon.client_id,
                "client_secret": amazon.client_secret,
                "refresh_token": amazon.refresh_token,
                "seller_id": amazon.seller_id,
                "marketplaces": list(self.world.marketplaces),
            },
            "orders": self.world.orders_wanted,
            "items": len(self.world.items),
        }

    @contextlib.asynccontextmanager
    async def listening(self, *, port: int = 0) -> AsyncIterator[dict[str, Any]]:
        """Serves on `port` and the next one (0: two free ports) while the block runs; yields the greeting.

        SettingFault where a port is taken.
        """
        x3_socket = _listen(port)
        amazon_socket = _listen(port + 1 if port else 0)
        x3_url, amazon_url = (f"http://{_HOST}:{s.getsockname()[1]}" for s in (x3_socket, amazon_socket))
        self.x3_credentials.audience = x3_url
        served = [(self.x3_app, x3_socket)]
        if self.amazon_app is not None:
            served.append((self.amazon_app, amazon_socket))
        servers = [(_server(app), sock) for app, sock in served]
        tasks = [asyncio.create_task(server.serve([sock])) for server, sock in servers]
        try:
            yield self.greeting(x3_url=x3_url, amazon_url=amazon_url)
        finally:
            for server, _ in servers:
                server.should_exit = server.force_exit = True
            await asyncio.gather(*tasks)
            for sock in (x3_socket, amazon_socket):
                sock.close()


class _AbortableProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """Hands every request a way to cut its TCP connection, so that a fault is a real reset."""

    app_state: dict[str, Any]

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, ABORT: lambda: _reset(transport)}


def _reset(transport: asyncio.Transport) -> None:
    """Closes with RST in place of FIN: lingering for zero seconds drops what is unsent."""
    if transport.is_closing():
        return  # the client was quicker
    now = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
    transport.abort()


class _QuietServer(uvicorn.Server):
    """Leaves signals to whoever serves: two servers share one process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


def _unbothered(app: ASGIApp) -> ASGIApp:
    """A client that dies while it speaks is everyday life here, not worth a word."""

    async def serve_one(scope: Any, receive: Any, send: Any) -> None:
        with contextlib.suppress(ClientDisconnect):
            await app(scope, receive, send)

    return serve_one


def _server(app: ASGIApp) -> uvicorn.Server:
    config = uvicorn.Config(
        cast("Any", _unbothered(app)),
        http=_AbortableProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_keep_alive=60,
    )
    return _QuietServer(config)


def _listen(port: int) -> socket.socket:
    # Named as TCP, so that asyncio switches Nagle's delay off: it would cost 40 ms an answer.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name != "nt":  # there, the option would let two servers share a port
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((_HOST, port))
    except OSError as fault:
        sock.close()
        raise SettingFault(
            f"Port {port} is taken.", advice="Choose another port, or 0 for a free one.", field="port"
        ) from fault
    sock.listen(1024)  # connections are queued from here on, before the server has started
    return sock


def serve(
    *,
    port: int,
    seed: int,
    orders: int,
    items: int,
    faults: Path | None,
    ledger: Path | None,
    mappings: Path | None,
    out: Callable[[str], object],
    leash: bool = False,
) -> None:
    """Serves until SIGTERM or Ctrl-C; with `leash` also until standard input closes, as when a parent dies.

    `out` gets the one first line, when both ports take connections.

    SettingFault for a taken port, a wrong faults file, and a file that cannot be read or written.
    """
    with _naming("faults", faults):
        plan = read_faults(faults.read_text(encoding="utf-8")) if faults else None
    with _naming("ledger", ledger):
        opened = Ledger(ledger)
    with opened as book:
        sandbox = Sandbox(seed=seed, orders=orders, items=items, plan=plan, ledger=book)
        if mappings is not None:
            with _naming("mappings", mappings):
                write_mappings(sandbox.world, mappings)
        asyncio.run(_until_told(sandbox, port, out, leash=leash))


@contextlib.contextmanager
def _naming(setting: str, path: Path | None) -> Iterator[None]:
    """Turns a file that cannot be read or written into a fault of the setting that names it."""
    try:
        yield
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingFault(
            f"The file {path} cannot be used.",
            advice="Check its name and your rights to it.",
            said=str(fault),
            field=setting,
        ) from fault


async def _until_told(sandbox: Sandbox, port: int, out: Callable[[str], object], *, leash: bool) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        if os.name == "nt":
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(told.set))
        else:
            loop.add_signal_handler(number, told.set)
    if leash:
        threading.Thread(target=_wait_for_end, args=(loop, told), daemon=True).start()
    async with sandbox.listening(port=port) as greeting:
        out(json.dumps(greeting))
        await told.wait()


def _wait_for_end(loop: asyncio.AbstractEventLoop, told: asyncio.Event) -> None:
    """Whoever holds the other end of standard input is gone once it closes."""
    # Unbuffered: a thread that holds a buffer's lock while Python shuts down would end it with a fatal error.
    while os.read(sys.stdin.fileno(), 1):
        pass
    with contextlib.suppress(RuntimeError):  # the loop has ended by itself meanwhile
        loop.call_soon_threadsafe(told.set)
