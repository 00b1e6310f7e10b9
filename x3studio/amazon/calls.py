"""One way to call any operation: signed in, within the rate, repeated where that is safe, and on record."""

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import httpx
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from x3studio.amazon import faults
from x3studio.amazon.clock import Clock
from x3studio.amazon.jsontext import Json, dumps, loads
from x3studio.amazon.limits import BucketStore, Limiter
from x3studio.amazon.marketplaces import TOKEN_URL, endpoint
from x3studio.amazon.operations import Operation
from x3studio.amazon.recording import Recording
from x3studio.amazon.signin import AmazonSecrets, SignIn, TokenCache
from x3studio.amazon.wire import RawAnswer, checked_url, fetch, open_http
from x3studio.domain.connections import AmazonConnection
from x3studio.domain.errors import ConnectionFault, StudioError, Throttled
from x3studio.domain.monitor import Exchange

Recorder = Callable[[Exchange], None]
Query = Mapping[str, str | int | tuple[str, ...]]
"""Query parameters; a tuple travels as one comma-separated value (Amazon's models: collectionFormat csv)."""

_TRIES = 6
_growing = wait_random_exponential(multiplier=0.5, max=60)


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: parsed content (None where Amazon sends none, as with 204) and the request's id."""

    status: int
    content: Json
    request_id: str


class Calls:
    """The line to one seller account. Raises the errors of domain.errors and no others.

    Reads are repeated after a network failure, 5xx or 429; writes only where it is proven that Amazon
    did not act. Every attempt is recorded, redacted.
    """

    def __init__(
        self,
        connection: AmazonConnection,
        secrets: AmazonSecrets,
        *,
        record: Recorder,
        buckets: BucketStore,
        waiting: Callable[[str, datetime], None],
        transport: httpx.AsyncBaseTransport | None = None,
        rate_limited: bool = True,
        clock: Clock | None = None,
        tokens: TokenCache | None = None,
    ) -> None:
        self.connection = connection
        self.clock = clock or Clock()
        self._base = checked_url(connection.base_url or endpoint(connection.region), field="base_url")
        token_url = checked_url(connection.token_url or TOKEN_URL, field="token_url")
        self._http = open_http(transport)
        self.recording = Recording(record, secrets, clock=self.clock)
        self.signin = SignIn(
            secrets,
            http=self._http,
            token_url=token_url,
            connection=connection.name,
            cache=tokens or TokenCache(),
            clock=self.clock,
            heard=self._signed_in,
        )
        self._skew = timedelta()
        self._rate_limited = rate_limited
        self._limiter = Limiter(
            account=_account(self._base, connection.seller_id, secrets.client_id),
            store=buckets,
            waiting=waiting,
            clock=self.clock,
        )

    def scarcest(self) -> tuple[str, int, int]:
        """The operation with the smallest share of its requests left, see Limiter.scarcest."""
        return self._limiter.scarcest()

    async def call(
        self,
        operation: Operation,
        *,
        path: Mapping[str, str] | None = None,
        query: Query | None = None,
        body: Json = None,
        record: str = "",
        token: str = "",
    ) -> Answer:
        """Calls an operation. `path` fills the template, `record` is the reference it is journalled under.

        `token` replaces the seller's access token (a restricted data token).
        """

        def build() -> httpx.Request:
            url = self._base + operation.path.format_map(
                {name: quote(value, safe="") for name, value in (path or {}).items()}
            )
            request = self._http.build_request(
                operation.method,
                url,
                params=_flat(query or {}),
                content=None if body is None else dumps(body).encode(),
            )
            if body is not None:
                request.headers["content-type"] = "application/json"
            return request

        async for attempt in self._tries(operation):
            with attempt:
                number = attempt.retry_state.attempt_number
                return await self._once(operation, build, record=record, token=token, number=number)
        raise AssertionError("the retry ends with an answer or an error")

    def _tries(self, operation: Operation) -> AsyncRetrying:
        def again(error: BaseException) -> bool:
            return isinstance(error, ConnectionFault) and (error.unsent or not operation.writes)

        def pause(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            at_least = error.retry_after if isinstance(error, Throttled) else 0.0
            return max(_growing(state), at_least)

        def announce(state: RetryCallState) -> None:
            self._limiter.tell(operation, state.next_action.sleep if state.next_action else 0.0)

        return AsyncRetrying(
            retry=retry_if_exception(again),
            wait=pause,
            stop=stop_after_attempt(_TRIES),
            sleep=self.clock.sleep,
            before_sleep=announce,
            reraise=True,
        )

    async def _once(
        self,
        operation: Operation,
        build: Callable[[], httpx.Request],
        *,
        record: str,
        token: str,
        number: int,
    ) -> Answer:
        raw, used = await self._send(operation, build(), record=record, token=token, number=number)
        if not token and faults.expired(raw.status, raw.body):
            # Refused for its token alone: nothing was acted on, so even a write may go again.
            self.signin.forget(used)
            raw, _ = await self._send(operation, build(), record=record, token="", number=number)
        return self._checked(operation, raw)

    async def _send(
        self, operation: Operation, request: httpx.Request, *, record: str, token: str, number: int
    ) -> tuple[RawAnswer, str]:
        if token:
            request.headers["x-amz-access-token"] = token
            self.recording.learn(token)
        else:
            # Asked for first: a sign-in that fails must not use up a request of the plan.
            await self.signin.token()
        if self._rate_limited:
            await self._limiter.take(operation)
        step = self.recording.open(operation, request, record=record, attempt=number)
        try:
            raw = await fetch(self._http, request, auth=None if token else self.signin)
        except ConnectionFault as fault:
            step.failed(fault)
            raise
        self._compare_clocks(raw)
        used = request.headers["x-amz-access-token"]
        self.recording.learn(used)
        step.answered(raw)
        return raw, used

    def _checked(self, operation: Operation, raw: RawAnswer) -> Answer:
        if not 200 <= raw.status < 300:
            raise self._fault(operation, raw)
        self._limiter.learn(operation, raw.headers.get("x-amzn-ratelimit-limit"))
        request_id = raw.headers.get("x-amzn-requestid", "")
        if raw.status == 204:
            return Answer(raw.status, None, request_id)
        if not raw.body.strip():
            raise faults.unreadable(operation, raw.headers, found="nothing")
        try:
            content = loads(raw.body)
        except ValueError:
            raise faults.unreadable(operation, raw.headers, found="something that is not JSON") from None
        if not isinstance(content, dict):
            raise faults.unreadable(operation, raw.headers, found="JSON of another shape")
        return Answer(raw.status, content, request_id)

    def _fault(self, operation: Operation, raw: RawAnswer) -> StudioError:
        wait = self._limiter.refused(operation) if raw.status == 429 else 0.0
        return faults.from_answer(operation, status=raw.status, headers=raw.headers, body=raw.body, wait=wait)

    @asynccontextmanager
    async def open_document(self, url: str) -> AsyncIterator[httpx.Response]:
        """A document at an address Amazon signed: no sign-in, no plan, read by the caller in blocks.

        Raises ConnectionFault, also for an address that has expired.
        """
        host = httpx.URL(url).host
        try:
            request = self._http.build_request("GET", url, headers={"Accept-Encoding": "identity"})
            response = await self._http.send(request, auth=None, stream=True)
            try:
                if response.status_code != 200:
                    body = (await response.aread())[:4096]
                    kind = response.headers.get("content-type", "")
                    raise faults.no_document(response.status_code, body, kind)
                yield response
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            raise faults.from_transport(error, host=host) from None

    async def settled_now(self) -> datetime:
        """The present (UTC) by this machine's clock or by Amazon's, whichever is earlier.

        A question about times after Amazon's own present is refused, and desks have clocks that run fast.
        """
        await self.signin.token()
        return self.clock.now() + min(self._skew, timedelta())

    def _signed_in(self, answer: RawAnswer | None, fault: ConnectionFault | None) -> None:
        if answer is not None:
            self._compare_clocks(answer)
        self.recording.sign_in(answer, fault)

    def _compare_clocks(self, raw: RawAnswer) -> None:
        """Takes note of how far ahead we are; answers without a readable date say nothing."""
        try:
            there = parsedate_to_datetime(raw.headers.get("date", ""))
        except ValueError:
            return
        if there.tzinfo:
            self._skew = there - self.clock.now()

    async def knock(self) -> int:
        """Milliseconds until the endpoint answers anything at all. Raises ConnectionFault."""
        raw = await fetch(self._http, self._http.build_request("GET", self._base + "/"))
        return raw.milliseconds

    async def aclose(self) -> None:
        """Closes the connections; the client cannot be used afterwards."""
        await self._http.aclose()


def _flat(query: Query) -> dict[str, str]:
    return {
        name: ",".join(value) if isinstance(value, tuple) else str(value) for name, value in query.items()
    }


def _account(base: str, seller: str, client_id: str) -> str:
    """Limits belong to a pair of account and application (Amazon's documentation, "Usage plans")."""
    application = hashlib.sha256(client_id.encode()).hexdigest()[:12]
    return f"{base.lower()}/{seller}/{application}"
