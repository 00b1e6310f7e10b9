"""Faults on demand: what makes the sandbox an honest opponent of the exactly-once protocol.

For whoever serves an ASGI application here:

    faults = Faults(read_faults(text), seed=7)          # or Faults() for none; faults.set(plan) at run time
    app = FaultLayer(app, faults=faults, system="amazon", token_paths=("/auth/o2/token",))

The layer sits outside the application and needs no help from its handlers: a late commit simply runs the
whole request after the client saw its failure, with nobody listening. `faults.plan.rate_limits` is read by
the demo Amazon at each request. `await faults.settled()` returns when every late commit has happened.
In process (httpx.ASGITransport) there is no connection to cut: a reset raises httpx.ReadError.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, MutableMapping, Sequence
from typing import Any, Literal

import httpx

from x3studio.sandbox.fault_plan import Chances, FaultPlan, Mishap, Span, plan_of, read_faults

__all__ = ["FaultLayer", "FaultPlan", "Faults", "Mishap", "plan_of", "read_faults"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
System = Literal["x3", "amazon", "token"]

ABORT = "x3studio.abort"
"""Key in scope["state"] of a function that cuts the TCP connection at once (see serve.py)."""


class Faults:
    """The plan in force, its dice, and the late commits under way.

    One die per system, so that the traffic of one leaves the other's sequence alone.
    """

    def __init__(self, plan: FaultPlan | None = None, *, seed: int = 7) -> None:
        self.plan = plan or FaultPlan()
        self.happened: Counter[tuple[str, Mishap]] = Counter()
        self._dice = {
            system: random.Random(f"{seed}:faults:{system}") for system in ("x3", "amazon", "token")
        }
        self._late: set[asyncio.Task[None]] = set()

    def set(self, plan: FaultPlan) -> None:
        """Puts another plan in force; the next request follows it."""
        self.plan = plan

    def chances(self, system: System) -> Chances:
        """The chances of one system in the plan in force."""
        found: Chances = getattr(self.plan, system)
        return found

    def draw(self, system: System, *, write: bool) -> Mishap | None:
        """What befalls this request. Chances that sum to more than 1 are shares of certain misfortune."""
        chances = self.chances(system).mishaps
        roll = self._dice[system].random() * max(1.0, sum(chances.values()))
        for mishap, chance in chances.items():
            roll -= chance
            if roll < 0:
                if mishap is Mishap.LATE_COMMIT and not write:
                    return None
                self.happened[system, mishap] += 1
                return mishap
        return None

    def seconds(self, system: System, span: Span) -> float:
        """A moment within a span of milliseconds."""
        return self._dice[system].uniform(*span) / 1000

    def choose(self, system: System, options: Sequence[int]) -> int:
        """One of the options, each as likely."""
        return self._dice[system].choice(options)

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs a late commit to its end, whoever has hung up."""
        task = asyncio.get_running_loop().create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def settled(self) -> None:
        """Returns when no late commit is under way any more."""
        while self._late:
            await asyncio.wait(set(self._late))


class FaultLayer:
    """An ASGI application around another that lets the plan's mishaps happen.

    `is_write(scope, body)` tells which requests a late commit may befall; without it, none.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        faults: Faults,
        system: Literal["x3", "amazon"],
        token_paths: Collection[str] = (),
        is_write: Callable[[Scope, bytes], bool] | None = None,
    ) -> None:
        self._app = app
        self._faults = faults
        self._system: Literal["x3", "amazon"] = system
        self._token_paths = frozenset(token_paths)
        self._is_write = is_write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        system: System = "token" if scope["path"] in self._token_paths else self._system
        chances = self._faults.chances(system)
        if chances.quiet:
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        write = self._is_write is not None and self._is_write(scope, body)
        mishap = self._faults.draw(system, write=write)
        if chances.latency_ms[1]:
            await asyncio.sleep(self._faults.seconds(system, chances.latency_ms))
        await self._befall(mishap, system, scope, body, receive, send)

    async def _befall(
        self, mishap: Mishap | None, system: System, scope: Scope, body: bytes, receive: Receive, send: Send
    ) -> None:
        faults = self._faults
        if mishap is Mishap.LATE_COMMIT:
            wait = faults.seconds(system, faults.chances(system).late_ms)
            faults.later(self._act_later(wait, scope, body))
            status = faults.choose(system, (0, 0, 503, 504))
            await (_say(send, status, _UNAVAILABLE) if status else _cut(scope, receive))
            return
        after = mishap in _ACTS_FIRST or (mishap is Mishap.RESET and faults.choose(system, (0, 1)) == 1)
        if after:
            await self._app(scope, _replay(body), _nobody)
        if mishap is None:
            await self._app(scope, _replay(body, receive), send)
        elif mishap in _CUTS:
            await _cut(scope, receive)
        else:
            status, answer = _ANSWERS[mishap]
            await _say(send, status, answer)

    async def _act_later(self, seconds: float, scope: Scope, body: bytes) -> None:
        await asyncio.sleep(seconds)
        await self._app(scope, _replay(body), _nobody)


Answer = tuple[str, bytes]
_UNAVAILABLE: Answer = (
    "application/json",
    b'{"$diagnoses":[{"$severity":"error","$message":"The server is temporarily unavailable."}]}',
)
_ANSWERS: Mapping[Mishap, tuple[int, Answer]] = {
    Mishap.ERROR_500_AFTER: (
        500,
        ("application/json", b'{"$diagnoses":[{"$severity":"error","$message":"Internal server error"}]}'),
    ),
    Mishap.ERROR_503_BEFORE: (503, _UNAVAILABLE),
    Mishap.THROTTLE: (
        429,
        (
            "application/json",
            b'{"errors":[{"code":"QuotaExceeded",'
            b'"message":"You exceeded your quota for the requested resource.","details":""}]}',
        ),
    ),
    Mishap.HTML_503: (
        503,
        (
            "text/html",
            b"<html><head><title>503</title></head><body><h1>Service Unavailable</h1></body></html>",
        ),
    ),
    Mishap.EMPTY_200: (200, ("application/json", b"")),
}
_ACTS_FIRST = frozenset({Mishap.RESET_AFTER, Mishap.ERROR_500_AFTER, Mishap.EMPTY_200})
_CUTS = frozenset({Mishap.RESET, Mishap.RESET_BEFORE, Mishap.RESET_AFTER})


async def _whole(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, then: Receive | None = None) -> Receive:
    """The body once more, then what the real client says; without a client, that it has gone."""
    told = False

    async def receive() -> Message:
        nonlocal told
        if not told:
            told = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await then() if then else {"type": "http.disconnect"}

    return receive


async def _nobody(message: Message) -> None:
    """The client is gone: whatever is said, nobody hears it."""


async def _say(send: Send, status: int, answer: Answer) -> None:
    kind, body = answer
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _cut(scope: Scope, receive: Receive) -> None:
    """Cuts the connection without a word; returns when the server has noticed."""
    abort = scope.get("state", {}).get(ABORT)
    if abort is None:
        raise httpx.ReadError("The connection was reset by the other side.")
    abort()
    while (await receive())["type"] != "http.disconnect":
        pass
