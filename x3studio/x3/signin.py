"""How X3 recognises us: short-lived OAuth tokens, tokens signed here, or Basic; nothing is persisted."""

import asyncio
import base64
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

import httpx
import jwt
from jwt.warnings import InsecureKeyLengthWarning

from x3studio.domain.connections import SignIn, X3Connection
from x3studio.domain.errors import ConnectionFault, CredentialFault, SettingFault
from x3studio.x3 import faults
from x3studio.x3.answer import Answer

JWT_BACKDATE = 30
JWT_SECONDS = 300
"""X3 refuses a token from its future; validity may be set between 60 and 600 s (Sage developer site)."""

PostForm = Callable[[str, Mapping[str, str]], Awaitable[Answer]]


class Credential(httpx.Auth, ABC):
    """Puts the Authorization header on a request; making it may raise ConnectionFault(unsent) and its kin."""

    @abstractmethod
    async def authorization(self) -> str:
        """The header's value, made or renewed where needed."""

    @abstractmethod
    def spent(self, header: str) -> bool:
        """Told that X3 refused `header`: forgets it; whether another try with a fresh one makes sense."""

    @property
    def fresh_values(self) -> frozenset[str]:
        """What must be struck out of the journal beside the stored secrets."""
        return frozenset()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """httpx's door: one request, signed."""
        request.headers["Authorization"] = await self.authorization()
        yield request


class Basic(Credential):
    """User and password on each call, for X3 on premises."""

    def __init__(self, user: str, password: str) -> None:
        self._header = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    async def authorization(self) -> str:
        """The same for every call."""
        return self._header

    def spent(self, header: str) -> bool:
        """The same password would be refused again."""
        return header != self._header


class ConnectedApplication(Credential):
    """A token signed by ourselves (HS256) for a Syracuse connected application: no token endpoint exists."""

    def __init__(self, *, client_id: str, client_secret: str, subject: str, audience: str) -> None:
        self._client_id, self._client_secret = client_id, client_secret
        self._subject, self._audience = subject, audience
        self._token = ""
        self._until = 0.0

    async def authorization(self) -> str:
        """A token that is valid for at least another minute."""
        now = int(time.time())
        # The wall clock may be set back: a token from the future is as useless as an old one.
        if not self._token or not now < self._until - 60 < now + JWT_SECONDS:
            self._token, self._until = self._sign(now), float(now + JWT_SECONDS)
        return f"Bearer {self._token}"

    def _sign(self, now: int) -> str:
        claims = {
            "iss": self._client_id,
            "sub": self._subject,
            "aud": self._audience,
            "iat": now - JWT_BACKDATE,
            "exp": now + JWT_SECONDS,
        }
        with warnings.catch_warnings():
            # How long the secret is, X3 decided when it made it.
            warnings.simplefilter("ignore", InsecureKeyLengthWarning)
            return jwt.encode(claims, self._client_secret, algorithm="HS256")

    def spent(self, header: str) -> bool:
        """Once more with a newly signed token: the old one may have run out in a queue."""
        if header == f"Bearer {self._token}":
            self._token = ""
        return True

    @property
    def fresh_values(self) -> frozenset[str]:
        """The token of the moment."""
        return frozenset({self._token} - {""})


class ClientCredentials(Credential):
    """An OAuth 2.0 token for the client itself, minted when needed and once more when X3 refuses it."""

    def __init__(self, *, url: str, client_id: str, client_secret: str, post: PostForm, name: str) -> None:
        self._url, self._client_id, self._client_secret = url, client_id, client_secret
        self._post, self._name = post, name
        self._token = ""
        self._until = 0.0
        self._minting = asyncio.Lock()

    async def authorization(self) -> str:
        """The token in hand, or a new one; many callers at once mint one."""
        async with self._minting:
            if not self._token or time.monotonic() >= self._until:
                await self._mint()
            return f"Bearer {self._token}"

    async def _mint(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._client_secret,
        }
        answer = await self._post(self._url, form)
        body = answer.json_or_none()
        if answer.status != 200:
            raise _token_fault(answer, body, name=self._name)
        token = body.get("access_token") if isinstance(body, dict) else None
        if not isinstance(token, str) or not token:
            fault = faults.garbled("it holds no token")
            fault.unsent = True
            raise fault
        lifetime = _seconds(body.get("expires_in"))
        self._token, self._until = token, time.monotonic() + lifetime - min(30.0, lifetime / 10)

    def spent(self, header: str) -> bool:
        """Forgets the refused token, unless another caller has replaced it meanwhile."""
        if header == f"Bearer {self._token}":
            self._token = ""
        return True

    @property
    def fresh_values(self) -> frozenset[str]:
        """The token of the moment."""
        return frozenset({self._token} - {""})


def _seconds(value: object) -> float:
    """expires_in as sent; a minute where it is missing or absurd."""
    try:
        seconds = float(str(value))
    except ValueError:
        return 60.0
    return seconds if 0 < seconds <= 86_400 else 60.0


def _token_fault(
    answer: Answer, body: object, *, name: str
) -> CredentialFault | ConnectionFault | SettingFault:
    error = body.get("error") if isinstance(body, dict) else None
    said = str(body.get("error_description") or error or "") if isinstance(body, dict) else ""
    if answer.status in (400, 401, 403):
        return CredentialFault(
            "X3 refused the client id or the client secret.",
            advice="Paste the current secret and test the connection.",
            said=said,
            context={"connection": name},
        )
    if answer.status in (404, 405, 410) or 300 <= answer.status < 400:
        return SettingFault(
            "There is no token service at this address.",
            field="token_url",
            advice="Ask your X3 administrator for the token URL.",
            said=said,
        )
    fault = faults.of_status(
        answer.status, headers=answer.headers, body=body, connection=name, field="token_url"
    )
    if isinstance(fault, ConnectionFault):
        fault.unsent = True  # the request itself has not left yet
        return fault
    return SettingFault(fault.title, field="token_url", advice=fault.advice, said=fault.said)


def credential_for(connection: X3Connection, secrets: Mapping[str, str], *, post: PostForm) -> Credential:
    """The credential that a connection's sign-in asks for; CredentialFault where a secret is missing."""
    wanted = ("user", "password") if connection.sign_in is SignIn.BASIC else ("client_id", "client_secret")
    missing = [name.replace("_", " ") for name in wanted if not secrets.get(name)]
    if missing:
        raise CredentialFault(
            f"The {' and the '.join(missing)} of this connection {_is_or_are(missing)} not at hand.",
            advice="Paste them in the connection's form.",
            context={"connection": connection.name},
        )
    if connection.sign_in is SignIn.BASIC:
        return Basic(secrets["user"], secrets["password"])
    if connection.sign_in is SignIn.JWT:
        return ConnectedApplication(
            client_id=secrets["client_id"],
            client_secret=secrets["client_secret"],
            subject=connection.subject,
            audience=connection.audience,
        )
    return ClientCredentials(
        url=connection.token_url or connection.base_url.rstrip("/") + "/oauth2/token",
        client_id=secrets["client_id"],
        client_secret=secrets["client_secret"],
        post=post,
        name=connection.name,
    )


def _is_or_are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"
