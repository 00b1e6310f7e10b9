"""Puts every exchange with Amazon on record, with secrets and buyers' data taken out first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import httpx

from x3studio.amazon.clock import Clock
from x3studio.amazon.jsontext import dumps, loads
from x3studio.amazon.operations import Operation
from x3studio.amazon.redaction import Secrets, redacted
from x3studio.amazon.signin import AmazonSecrets
from x3studio.amazon.wire import RawAnswer
from x3studio.domain.errors import ConnectionFault
from x3studio.domain.monitor import Direction, Exchange, System

_LONGEST = 256 * 1024
"""Characters of one payload that are kept; a page of a hundred orders stays below."""


class Recording:
    """Makes exchanges of requests and answers and hands them to the recorder."""

    def __init__(self, record: Callable[[Exchange], None], secrets: AmazonSecrets, *, clock: Clock) -> None:
        self._record = record
        self._clock = clock
        self._fixed = Secrets((secrets.client_id, secrets.client_secret, secrets.refresh_token))
        self._passing = Secrets()

    def learn(self, token: str) -> None:
        """An access token that is in use from now on."""
        self._passing.learn(token)

    def open(self, operation: Operation, request: httpx.Request, *, record: str, attempt: int) -> "Step":
        """Call this right before sending; then `answered` or `failed` once."""
        sent = self.clean(f"{request.method} {request.url}")
        if request.content:
            sent += "\n" + self._payload(request.content, "application/json")
        direction = Direction.OUT if operation.writes else Direction.IN
        return Step(self, record, operation.name, direction, sent, attempt, self._clock.now())

    def note(self, operation: str, *, record: str = "", note: str) -> None:
        """Something worth knowing that is no exchange of its own."""
        self.put(Exchange(record, operation, System.AMAZON, Direction.IN, "note", note=note))

    def sign_in(self, answer: RawAnswer | None, fault: ConnectionFault | None) -> None:
        """A token request: that it took place and how it ended, never its content."""
        self.put(
            Exchange(
                record="",
                operation="sign in",
                system=System.AMAZON,
                direction=Direction.IN,
                status=str(answer.status) if answer else "unreachable",
                duration_ms=answer.milliseconds if answer else 0,
                note=fault.title if fault else _request_id(answer),
                at=self._clock.now(),
            )
        )

    def clean(self, text: str) -> str:
        """The text without any secret in use, cut to what a journal can hold."""
        text = self._passing.removed(self._fixed.removed(text))
        return text if len(text) <= _LONGEST else text[:_LONGEST] + " [cut]"

    def answer(self, raw: RawAnswer) -> str:
        """The redacted answer; of what cannot be parsed only kind and size, since it cannot be redacted."""
        return self._payload(raw.body, raw.headers.get("content-type", "")) if raw.body else ""

    def put(self, exchange: Exchange) -> None:
        self._record(exchange)

    def _payload(self, body: bytes, kind: str) -> str:
        try:
            return self.clean(dumps(redacted(loads(body))))
        except ValueError:
            return f"[{len(body)} bytes of {kind.partition(';')[0] or 'unknown content'}]"


@dataclass(frozen=True, slots=True)
class Step:
    """One attempt that is under way."""

    recording: Recording
    record: str
    operation: str
    direction: Direction
    sent: str
    attempt: int
    at: datetime

    def answered(self, raw: RawAnswer) -> None:
        self._put(str(raw.status), raw.milliseconds, self.recording.answer(raw), _request_id(raw))

    def failed(self, fault: ConnectionFault) -> None:
        self._put("unreachable" if fault.unsent else "unknown", 0, "", f"{fault.title} {fault.said}".strip())

    def _put(self, status: str, milliseconds: int, answer: str, note: str) -> None:
        self.recording.put(
            Exchange(
                record=self.record,
                operation=self.operation,
                system=System.AMAZON,
                direction=self.direction,
                status=status,
                duration_ms=milliseconds,
                sent=self.sent,
                answer=answer,
                note=note,
                attempt=self.attempt,
                at=self.at,
            )
        )


def _request_id(raw: RawAnswer | None) -> str:
    found = raw.headers.get("x-amzn-requestid", "") if raw else ""
    return f"request {found}" if found else ""
