"""The demo's Login with Amazon: hands out access tokens and restricted data tokens, and lets them end."""

import hmac
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from x3studio.sandbox.amazon_answers import bad, denied
from x3studio.sandbox.credentials import AmazonCredentials

_SCOPES = frozenset({"sellingpartnerapi::notifications", "sellingpartnerapi::client_credential:rotation"})
_MOST_TOKENS = 10_000
_ELEMENTS = frozenset({"buyerInfo", "shippingAddress", "buyerTaxInformation"})


class OAuthRefusal(Exception):
    """Login with Amazon's own error shape: `error` and `error_description`."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.content = {"error": error, "error_description": description}


@dataclass(frozen=True, slots=True)
class _Grant:
    ends: float
    scope: str = ""
    opens: Collection[tuple[str, str]] = ()
    """Method and path of a restricted data token; empty for one that opens everything."""


class SignInDesk:
    """Who may come in. `lifetime` in seconds holds for tokens made from then on."""

    def __init__(self, credentials: AmazonCredentials, *, tick: Callable[[], float] = time.monotonic) -> None:
        self._credentials = credentials
        self._tick = tick
        self._grants: dict[str, _Grant] = {}
        self.lifetime = 3600
        self.given = 0
        """How many access tokens were handed out."""

    def expire_all(self) -> None:
        """Every token handed out so far ends now."""
        self._grants = {token: _Grant(0.0) for token in self._grants}

    def token(self, form: Mapping[str, str]) -> dict[str, Any]:
        """The answer to a token request. Raises OAuthRefusal."""
        known = self._credentials
        if not (
            _same(form.get("client_id"), known.client_id)
            and _same(form.get("client_secret"), known.client_secret)
        ):
            raise OAuthRefusal(401, "invalid_client", "Client authentication failed")
        scope = ""
        match form.get("grant_type"):
            case "refresh_token":
                if not known.refresh_token or not _same(form.get("refresh_token"), known.refresh_token):
                    raise OAuthRefusal(400, "invalid_grant", "The request has an invalid grant parameter")
            case "client_credentials":
                scope = form.get("scope", "")
                if scope not in _SCOPES:
                    raise OAuthRefusal(400, "invalid_scope", "The requested scope is invalid")
            case _:
                raise OAuthRefusal(400, "unsupported_grant_type", "The grant type is not supported")
        value = self._hand_out("Atza|", _Grant(self._tick() + self.lifetime, scope=scope))
        self.given += 1
        answer = {"access_token": value, "token_type": "bearer", "expires_in": self.lifetime}
        return answer if scope else {**answer, "refresh_token": known.refresh_token}

    def check(self, token: str, *, method: str, path: str) -> None:
        """Raises Refusal unless the token opens this call."""
        grant = self._grants.get(token)
        if not token:
            raise denied("Access token is missing in the request header.")
        if grant is None:
            raise denied("The access token you provided is revoked, malformed or invalid.")
        if grant.ends <= self._tick():
            raise denied("The access token you provided has expired.")
        if grant.scope or (grant.opens and (method, path) not in grant.opens):
            raise denied()

    def restricted(self, body: Any) -> dict[str, Any]:
        """The answer to createRestrictedDataToken. Raises Refusal."""
        rows = body.get("restrictedResources") if isinstance(body, dict) else None
        if not isinstance(rows, list) or not 0 < len(rows) <= 50:
            raise bad("restrictedResources must hold 1 to 50 entries.")
        opens = [_resource(row) for row in rows]
        value = self._hand_out("Atz.sprdt|", _Grant(self._tick() + self.lifetime, opens=frozenset(opens)))
        return {"restrictedDataToken": value, "expiresIn": self.lifetime}

    def _hand_out(self, prefix: str, grant: _Grant) -> str:
        if len(self._grants) >= _MOST_TOKENS:
            now = self._tick()
            self._grants = {token: known for token, known in self._grants.items() if known.ends > now}
        value = prefix + secrets.token_urlsafe(48)
        self._grants[value] = grant
        return value


def _resource(row: Any) -> tuple[str, str]:
    if not isinstance(row, dict) or row.get("method") not in ("GET", "PUT", "POST", "DELETE"):
        raise bad("Each restricted resource needs a method.")
    path, elements = row.get("path"), row.get("dataElements", [])
    if not isinstance(path, str) or not path.startswith("/"):
        raise bad("Each restricted resource needs a path.")
    if not isinstance(elements, Sequence) or not _ELEMENTS.issuperset(elements):
        raise bad("A data element is unknown.")
    return row["method"], path


def _same(given: str | None, known: str) -> bool:
    return hmac.compare_digest((given or "").encode(), known.encode())
