"""How the demo X3 recognises its callers: short-lived tokens, signed tokens of an application, passwords.

Token endpoint: POST /oauth2/token, form grant_type=client_credentials, client_id, client_secret.
Connected application: HS256 with the client secret; iss = client id, sub = user, aud = the X3 base URL byte
for byte, iat not in the future, exp at most 600 s later. `rotate()` changes the secret while clients run.
"""

import base64
import binascii
import hmac
import random
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from x3studio.sandbox.x3_desk import Desk

TOKEN_PATH = "/oauth2/token"
_LONGEST_SECONDS = 600


@dataclass(slots=True)
class Door:
    """Issues tokens and lets callers in. Expiry counts on a clock that cannot be set back."""

    desk: Desk
    _tokens: dict[str, float] = field(default_factory=dict)
    _issued: int = 0

    def rotate(self) -> str:
        """A new client secret; the old one and every token it fetched are refused from now on."""
        self._issued += 1
        known = self.desk.credentials
        known.client_secret = f"{random.Random(f'{known.client_secret}:rotated').getrandbits(256):064x}"
        self._tokens.clear()
        return known.client_secret

    def expire_tokens(self) -> None:
        """Every token issued so far is refused from now on, as if its time had passed."""
        self._tokens.clear()

    async def token(self, request: Request) -> Response:
        """The token endpoint."""
        form = await request.form()
        if form.get("grant_type") != "client_credentials":
            return _oauth_error(400, "unsupported_grant_type", "Only client_credentials is supported.")
        known = self.desk.credentials
        right = _same(str(form.get("client_id", "")), known.client_id)
        if not (right and _same(str(form.get("client_secret", "")), known.client_secret)):
            return _oauth_error(401, "invalid_client", "Unknown client or wrong secret.")
        self._issued += 1
        seconds = self.desk.switches.token_seconds
        bits = random.Random(f"{known.client_secret}:{self._issued}").getrandbits(128)
        token = f"x3.{self._issued}.{bits:032x}"
        now = time.monotonic()
        self._tokens = {kept: until for kept, until in self._tokens.items() if until > now - seconds}
        self._tokens[token] = now + seconds
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": seconds})

    def refuse(self, request: Request) -> Response | None:
        """None for a caller who may enter, otherwise the 401 to answer with."""
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            expires = self._tokens.get(secret)
            if expires is not None:
                return None if time.monotonic() < expires else _unauthorised("Token expired")
            if secret.count(".") == 2 and not secret.startswith("x3."):
                fault = self._signed(secret)
                return _unauthorised(fault) if fault else None
            return _unauthorised("Token expired or unknown")
        if scheme.lower() == "basic" and self._password(secret):
            return None
        return _unauthorised("Authentication required")

    def _signed(self, token: str) -> str:
        """What is wrong with a token that its bearer signed, or ""; the numbers are Syracuse's."""
        known = self.desk.credentials
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                known.client_secret,
                algorithms=["HS256"],
                options={
                    "verify_aud": False,
                    "verify_iat": False,
                    "verify_sub": False,
                    "require": ["exp", "iat"],
                },
            )
        except jwt.PyJWTError:
            return "Error 50: Invalid token"
        issued = float(claims["iat"])
        wrong = (
            ("21", issued > time.time()),
            ("41", claims.get("iss") != known.client_id),
            ("42", claims.get("sub") != known.user),
            ("45", claims.get("aud") != known.audience),
            ("50", float(claims["exp"]) - issued > _LONGEST_SECONDS),
        )
        return next((f"Error {number}: Invalid token" for number, is_wrong in wrong if is_wrong), "")

    def _password(self, secret: str) -> bool:
        try:
            user, _, password = base64.b64decode(secret, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        known = self.desk.credentials
        return _same(user, known.user) and _same(password, known.password)


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(), known.encode())


def _oauth_error(status: int, error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status)


def _unauthorised(words: str) -> Response:
    return PlainTextResponse(words, 401, {"WWW-Authenticate": "Bearer"})
