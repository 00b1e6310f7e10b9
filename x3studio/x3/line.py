"""The way to one X3: signs in, waits for a slot of the pool, bounds every body, records every call."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import httpx

from x3studio.domain.connections import X3Connection
from x3studio.domain.documents import Verdict
from x3studio.domain.errors import ConnectionFault
from x3studio.domain.monitor import Direction, Exchange, System
from x3studio.x3 import faults, redaction
from x3studio.x3.answer import Answer
from x3studio.x3.dialect import Recorder, Sending
from x3studio.x3.pool import Pool
from x3studio.x3.signin import Credential, credential_for
from x3studio.x3.transport import (
    CONNECT_SECONDS,
    READ_SECONDS,
    SAVE_SECONDS,
    Certificate,
    base_url,
    bounded,
    certificate_of,
    http_clients,
    timeout,
)

Params = Sequence[tuple[str, str]]
_MOST_PATHS = 64
"""Addresses that are kept once built: each kind of object has one, and each document looked up by number."""


@dataclass(slots=True)
class Call:
    """One recorded step: what was asked and how it ended, in the words of the adapter."""

    operation: str
    record: str = ""
    direction: Direction = Direction.IN
    outcome: str = ""
    sent: str = ""
    answer: str = ""
    note: str = ""
    http: str = ""
    values: frozenset[str] = frozenset()
    """What must be struck out of the payloads, beside the fields known by name."""
    began: float = field(default_factory=time.monotonic)


class Line:
    """One connection in use. Its methods raise ConnectionFault, CredentialFault and SettingFault."""

    def __init__(
        self,
        connection: X3Connection,
        secrets: Mapping[str, str],
        *,
        record: Recorder,
        transport: httpx.AsyncBaseTransport | None = None,
        pool: Pool | None = None,
    ) -> None:
        self.connection = connection
        self.base = base_url(connection.base_url, field="base_url")
        self._record = record
        self._secret_values = redaction.secret_values(secrets)
        self._pool = pool or Pool(connection.slots)
        self._new_client = http_clients(connection, transport=transport)
        self._client = self._new_client()
        self._clients, self._idle = [self._client], [self._client]
        self._url = lru_cache(maxsize=_MOST_PATHS)(self._below)
        self.credential: Credential = credential_for(connection, secrets, post=self._post_form)

    @contextmanager
    def call(
        self,
        operation: str,
        *,
        record: str = "",
        direction: Direction = Direction.IN,
        values: Collection[str] = (),
    ) -> Iterator[Call]:
        """Records one exchange when the block ends, however it ends."""
        call = Call(operation, record=record, direction=direction, values=frozenset(values))
        try:
            yield call
        finally:
            self._record(self._exchange(call))

    def _exchange(self, call: Call) -> Exchange:
        struck = self._secret_values | self.credential.fresh_values | call.values
        return Exchange(
            record=call.record,
            operation=call.operation,
            system=System.X3,
            direction=call.direction,
            status=call.outcome or call.http or "unreachable",
            duration_ms=round((time.monotonic() - call.began) * 1000),
            sent=redaction.redact(call.sent, values=struck),
            answer=redaction.redact(call.answer, values=struck),
            note=redaction.redact(call.note, values=struck),
            at=datetime.now(UTC),
        )

    async def knock(self) -> Certificate | None:
        """Asks for the base URL without signing in; whatever answers, its certificate (None over http)."""
        with self.call("knock") as call:
            call.sent = f"GET {self.base}"
            request = self._client.build_request("GET", self.base, timeout=timeout(READ_SECONDS))
            try:
                response = await self._client.send(request, auth=None, stream=True)
            except httpx.HTTPError as error:
                raise faults.of_transport(error, host=request.url.host) from error
            call.http = str(response.status_code)
            found = certificate_of(response)
            await response.aclose()
            return found

    async def ask(
        self,
        call: Call,
        method: str,
        path: str,
        *,
        params: Params = (),
        body: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        saves: bool = False,
        sending: Sending | None = None,
    ) -> Answer:
        """One request and its answer, whatever its HTTP status (but 401, which is tried once more).

        `path` is below the base URL, or absolute on the same host. Raises ConnectionFault (`unsent` with
        proof), CredentialFault, SettingFault. `sending` is awaited once a slot and a token are at hand.
        """
        url = self._url(path)
        text = _text(body) if body is not None else ""
        call.sent = call.sent or text or f"{method} {_shown(url, params)}"
        limit = SAVE_SECONDS if saves else READ_SECONDS
        kind = {"Content-Type": "application/json"} if body is not None else {}
        async with self._pool:
            # 401 is proof that X3 did not act: a token may have run out on the way, so once more.
            for _ in range(2):
                await self.credential.authorization()
                if sending is not None:
                    await sending()
                request = self._client.build_request(
                    method,
                    url,
                    params=list(params) or None,
                    content=text.encode() if body is not None else content,
                    headers={"Accept": "application/json", **kind, **(headers or {})},
                    timeout=timeout(limit),
                )
                answer = await self._send(request, limit=limit)
                call.http, call.answer = str(answer.status), answer.text
                if answer.status != 401:
                    return answer
                if not self.credential.spent(request.headers["Authorization"]):
                    break
        raise faults.credential(_said(answer), connection=self.connection.name)

    def _below(self, path: str) -> httpx.URL:
        url = self.base.join(path)
        if (url.scheme, url.host, url.port) != (self.base.scheme, self.base.host, self.base.port):
            raise faults.garbled(f"it points to another server, {url.host}")
        return url

    async def _send(self, request: httpx.Request, *, limit: float, signed: bool = True) -> Answer:
        try:
            # The time-outs of httpx count silence; the outer one bounds an answer that trickles.
            async with asyncio.timeout(CONNECT_SECONDS + 2 * limit), self._own_client() as client:
                response = await client.send(request, auth=self.credential if signed else None, stream=True)
                try:
                    body = await bounded(response)
                finally:
                    await response.aclose()
        except (httpx.HTTPError, TimeoutError) as error:
            raise faults.of_transport(error, host=request.url.host) from error
        return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)

    @asynccontextmanager
    async def _own_client(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client that nobody else uses: a shared one asks all its connections for their state each time."""
        if not self._idle:
            self._clients.append(self._new_client())
            self._idle.append(self._clients[-1])
        client = self._idle.pop()
        try:
            yield client
        finally:
            self._idle.append(client)

    async def _post_form(self, url: str, form: Mapping[str, str]) -> Answer:
        """The token request: unsigned, its payloads never recorded; every failure of it is unsent."""
        address = base_url(url, field="token_url")
        with self.call("sign in", direction=Direction.OUT) as call:
            request = self._client.build_request(
                "POST",
                address,
                data=dict(form),
                timeout=timeout(READ_SECONDS),
                headers={"Accept": "application/json"},
            )
            try:
                answer = await self._send(request, limit=READ_SECONDS, signed=False)
            except ConnectionFault as fault:
                fault.unsent = True
                raise
            call.http = str(answer.status)
            return answer

    async def aclose(self) -> None:
        """Closes every connection."""
        for client in self._clients:
            await client.aclose()


def _text(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False)


def _shown(url: httpx.URL, params: Params) -> str:
    return str(url.copy_merge_params(list(params))) if params else str(url)


def _said(answer: Answer) -> str:
    remarks = faults.diagnoses(answer.json_or_none())
    return "; ".join(remark.message for remark in remarks) or answer.text[:300]


_LANGUAGES = {"ENG": "en", "BRI": "en", "GER": "de", "FRA": "fr", "SPA": "es", "ITA": "it", "POR": "pt"}


def accept_language(code: str) -> dict[str, str]:
    """The header that asks for X3's words in an X3 language; empty for one without a known ISO code."""
    known = _LANGUAGES.get(code.upper())
    return {"Accept-Language": known} if known else {}


def word_of(verdict: Verdict) -> str:
    """How the journal calls a verdict: taken, refused, unknown or unsent."""
    return {"Taken": "taken", "Rejected": "refused", "Unknown": "unknown", "Unsent": "unsent"}[
        type(verdict).__name__
    ]
