"""Signing in with Login with Amazon: one access token, shared by everything that needs it at that moment."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx

from x3studio.amazon.clock import Clock
from x3studio.amazon.faults import from_sign_in
from x3studio.amazon.jsontext import loads
from x3studio.amazon.wire import RawAnswer, fetch
from x3studio.domain.errors import ConnectionFault

_EARLY = timedelta(seconds=30)
"""Amazon's own client asks for a new token this long before the old one ends."""


@dataclass(frozen=True, slots=True)
class AmazonSecrets:
    """What the vault holds for one Amazon connection."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and when it ends (UTC)."""

    value: str = field(repr=False)
    ends: datetime


class TokenCache:
    """Access tokens by client, authorisation and scope, with one lock each: refreshing happens once."""

    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    @staticmethod
    def key(secrets: AmazonSecrets, scope: str) -> str:
        """A digest, so that no secret is a key that something might print."""
        whole = "\0".join((secrets.client_id, scope or secrets.refresh_token, scope))
        return hashlib.sha256(whole.encode()).hexdigest()

    def lock(self, key: str) -> asyncio.Lock:
        return self._locks.setdefault(key, asyncio.Lock())

    def get(self, key: str, *, now: datetime) -> Token | None:
        """The token, unless it ends within the next 30 seconds."""
        token = self._tokens.get(key)
        return token if token and token.ends - _EARLY > now else None

    def put(self, key: str, token: Token) -> None:
        self._tokens[key] = token

    def forget(self, key: str, value: str) -> None:
        """Drops a token that Amazon no longer takes, unless another one has replaced it meanwhile."""
        if (token := self._tokens.get(key)) and token.value == value:
            del self._tokens[key]


Heard = Callable[[RawAnswer | None, ConnectionFault | None], None]
"""Told of each token request: its answer, or why there was none. It must not keep the body."""


class SignIn(httpx.Auth):
    """Puts a current access token on every request; `scope` asks for a grantless one.

    Raises CredentialFault where Amazon does not accept the secrets, ConnectionFault where it is away.
    """

    def __init__(
        self,
        secrets: AmazonSecrets,
        *,
        http: httpx.AsyncClient,
        token_url: str,
        connection: str,
        cache: TokenCache,
        clock: Clock,
        heard: Heard,
        scope: str = "",
    ) -> None:
        self._secrets = secrets
        self._http = http
        self._token_url = token_url
        self._connection = connection
        self._cache = cache
        self._clock = clock
        self._heard = heard
        self._scope = scope
        self._key = TokenCache.key(secrets, scope)

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        request.headers["x-amz-access-token"] = await self.token()
        yield request

    async def token(self) -> str:
        """A token that is good for at least 30 seconds; callers at the same instant share one request."""
        if token := self._cache.get(self._key, now=self._clock.now()):
            return token.value
        async with self._cache.lock(self._key):
            if token := self._cache.get(self._key, now=self._clock.now()):
                return token.value
            token = await self._ask()
            self._cache.put(self._key, token)
            return token.value

    def forget(self, value: str) -> None:
        """Amazon calls this token expired."""
        self._cache.forget(self._key, value)

    async def _ask(self) -> Token:
        request = self._http.build_request("POST", self._token_url, data=self._form())
        try:
            answer = await fetch(self._http, request)
        except ConnectionFault as fault:
            # Whatever the caller wanted to send, without a token not one byte of it has left.
            fault.unsent = True
            self._heard(None, fault)
            raise
        self._heard(answer, None)
        if answer.status != 200:
            kind = answer.headers.get("content-type", "")
            raise from_sign_in(answer.status, answer.body, kind, connection=self._connection)
        return self._read(answer)

    def _read(self, answer: RawAnswer) -> Token:
        try:
            reply = loads(answer.body)
            value = str(reply["access_token"])
            lifetime = timedelta(seconds=int(reply.get("expires_in", 3600)))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            raise ConnectionFault(
                "Login with Amazon answered without a token.",
                advice="Check the token address of the connection; it is tried again.",
                unsent=True,
            ) from None
        return Token(value, self._clock.now() + lifetime)

    def _form(self) -> dict[str, str]:
        grant = (
            {"grant_type": "client_credentials", "scope": self._scope}
            if self._scope
            else {"grant_type": "refresh_token", "refresh_token": self._secrets.refresh_token}
        )
        return {
            **grant,
            "client_id": self._secrets.client_id,
            "client_secret": self._secrets.client_secret,
        }
