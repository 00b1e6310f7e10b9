"""Where every foreign answer of X3 becomes an error or a verdict of ours; what the table lacks is unknown.

what happened                                       a read raises             a write is
connection refused, name unknown, TLS failed        ConnectionFault(unsent)   Unsent
no free connection in the pool, proxy refused       ConnectionFault(unsent)   Unsent
any other time-out, reset, cut or garbled answer    ConnectionFault           Unknown
5xx, also 503; 3xx; 4xx without a diagnosis         ConnectionFault           Unknown
429 with Retry-After                                Throttled                 Unsent(retry_after)
401, once more after a fresh token                  CredentialFault           CredentialFault
403, 404, other 4xx with a diagnosis                SettingFault              Rejected (404: see the dialect)
error diagnosis or error message, no number         SettingFault              Rejected
a number                                                                      Taken
success without a number, refusal without a word                              Unknown
"""

import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from x3studio.domain.documents import Rejected, Taken, Unknown, Unsent, Verdict
from x3studio.domain.errors import ConnectionFault, CredentialFault, SettingFault, StudioError, Throttled

_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

JWT_ERRORS: Mapping[str, str] = {
    "21": "The token's time lies in X3's future: correct this computer's clock.",
    "41": "X3 does not know the client id: compare it with the connected application in Syracuse.",
    "42": "The token names a user that is not allowed: set the subject to the connected application's user.",
    "45": "The audience differs from the registered URL: copy it byte for byte, a final slash included.",
    "50": "The signature is wrong or the token too old: paste the client secret again, check the clock.",
}
"""Numbers in the body of Syracuse's 401 to a self-signed token (published upstream-authentication notes)."""
_JWT_FIELDS: Mapping[str, str] = {"41": "client_id", "42": "subject", "45": "audience"}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One remark of X3 about a request: `field` and the 1-based `line` where it names them."""

    message: str
    error: bool
    field: str = ""
    line: int = 0


def of_transport(error: Exception, *, host: str) -> ConnectionFault:
    """The fault behind an httpx error; `unsent` only where no byte of the request can have been acted on."""
    unsent = isinstance(error, _UNSENT)
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return ConnectionFault(
                f"The certificate of {host} is not trusted.",
                advice="Ask your administrator for the certificate authority's file and set it as CA file.",
                said=cause.verify_message,
                context={"field": "ca_file"},
                unsent=unsent,
            )
        if isinstance(cause, ssl.SSLError):
            return ConnectionFault(
                f"No secure connection to {host} came about.",
                advice="Check the address and the port; X3 must offer TLS 1.2 or newer.",
                said=cause.reason or "",
                unsent=unsent,
            )
        if isinstance(cause, socket.gaierror):
            return ConnectionFault(
                f"The name {host} is unknown.",
                advice="Check the address, and the VPN where there is one.",
                unsent=unsent,
            )
    if unsent:
        return ConnectionFault(
            f"{host} does not accept connections.",
            advice="Check the address, the port and the network; X3 may be stopped.",
            unsent=True,
        )
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return ConnectionFault(f"{host} did not answer in time.", advice="X3 may be busy. It is tried again.")
    return ConnectionFault(
        f"The connection to {host} broke before the answer was complete.", advice="It is tried again."
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    step: BaseException | None = error
    for _ in range(12):
        if step is None:
            return
        yield step
        step = step.__cause__ or step.__context__


def garbled(what: str, *, said: str = "") -> ConnectionFault:
    """X3 (or something before it) answered with what nobody can read."""
    return ConnectionFault(
        f"The answer of X3 cannot be read: {what}.",
        advice="Something between here and X3 may have replaced the answer. It is tried again.",
        said=said[:500],
    )


def of_status(
    status: int,
    *,
    headers: Mapping[str, str],
    body: object = None,
    connection: str = "",
    field: str = "base_url",
    text: str = "",
) -> StudioError:
    """The error of a read that was not answered with success; `field` is the setting a 4xx points at."""
    said = "; ".join(remark.message for remark in diagnoses(body)) or text[:300]
    if status == 401:
        return credential(said, connection=connection)
    wait = retry_after(headers)
    if status == 429 and wait is not None:
        return Throttled("X3 asks for patience.", retry_after=wait, said=said)
    if status == 403:
        return SettingFault(
            "X3 does not allow this user to read that.",
            field="role",
            advice="Ask your X3 administrator for the right on this function.",
            said=said,
        )
    if status in (408, 425, 429) or status >= 500 or status < 400:
        return ConnectionFault(
            f"X3 failed with HTTP {status}.",
            advice="It is tried again.",
            said=said,
            context={"http": str(status)},
        )
    return SettingFault(
        f"X3 does not know what was asked for (HTTP {status}).",
        field=field,
        advice="Check this setting.",
        said=said,
        context={"http": str(status)},
    )


def credential(said: str, *, connection: str = "") -> CredentialFault:
    """Sign-in was refused; the numbers of Syracuse's token errors are explained."""
    advice, context = "Paste the current secret and test the connection.", {"connection": connection}
    for number in said.replace(":", " ").split()[:3]:
        if number in JWT_ERRORS:
            advice = JWT_ERRORS[number]
            context["field"] = _JWT_FIELDS.get(number, "client_secret")
    return CredentialFault("X3 refused the sign-in.", advice=advice, said=said, context=context)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by the Retry-After header (seconds or a date), None where it says nothing usable."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit() and len(value) < 8:
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def diagnoses(body: object) -> tuple[Diagnosis, ...]:
    """The `$diagnoses` of a JSON answer (Sage online help); severities above warning count as errors."""
    rows = body.get("$diagnoses") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        return ()
    return tuple(_diagnosis(row) for row in rows if isinstance(row, dict))


def _diagnosis(row: Mapping[str, Any]) -> Diagnosis:
    line = row.get("$line")
    return Diagnosis(
        message=str(row.get("$message", "")),
        error=str(row.get("$severity", "error")).lower() not in ("info", "information", "success", "warning"),
        field=str(row.get("$field") or ""),
        line=line if isinstance(line, int) and not isinstance(line, bool) else 0,
    )


def verdict_of(fault: ConnectionFault) -> Unsent | Unknown:
    """What a failed connection means for a write."""
    if isinstance(fault, Throttled):
        return Unsent(fault.title, retry_after=fault.retry_after)
    return Unsent(fault.title) if fault.unsent else Unknown(fault.title)


def unsent(fault: ConnectionFault) -> Unsent:
    """The verdict where the write itself had not begun: whatever failed, nothing was sent."""
    return Unsent(fault.title, retry_after=fault.retry_after if isinstance(fault, Throttled) else 0.0)


def judge(*, status: int, remarks: tuple[Diagnosis, ...], number: str) -> Verdict:
    """The verdict on a create that was answered, by R2: only proof counts, doubt is Unknown."""
    errors = [remark for remark in remarks if remark.error]
    messages = tuple(remark.message for remark in remarks if remark.message)
    if 200 <= status < 300 and number:
        return Taken(number, notes=messages)
    if number:
        return Unknown(f"X3 answered HTTP {status} and the number {number}.")
    refused = 200 <= status < 300 or (400 <= status < 500 and status not in (408, 425, 429))
    if refused and errors and messages:
        named = next((remark for remark in errors if remark.field or remark.line), errors[0])
        return Rejected(messages, field=named.field, line=named.line)
    if 200 <= status < 300:
        return Unknown("X3 answered with success but named no number.")
    return Unknown(f"X3 answered HTTP {status}, which proves nothing.")


def busy(status: int, *, headers: Mapping[str, str]) -> ConnectionFault:
    """Too many requests: Throttled where X3 says until when, else a plain fault that proves nothing."""
    wait = retry_after(headers)
    if wait is not None:
        return Throttled("X3 asks for patience.", retry_after=wait)
    return ConnectionFault(f"X3 failed with HTTP {status}.", advice="It is tried again.")


def refuse_diagnosed(body: object, *, field: str = "role") -> None:
    """Raises SettingFault where an answer of 200 carries an error diagnosis, as X3's reads do."""
    errors = [remark for remark in diagnoses(body) if remark.error]
    if errors:
        raise SettingFault(
            "X3 refused to read that.",
            field=field,
            advice="Check the folder and the rights of this user.",
            said="; ".join(remark.message for remark in errors),
        )


def unknown_folder(folder: str, known: Iterable[str]) -> SettingFault:
    """The folder does not exist there; the offers stand in the advice and in context["offers"]."""
    offers = ", ".join(known)
    return SettingFault(
        f"The folder {folder} is unknown to this X3." if folder else "No folder is chosen.",
        field="folder",
        advice=f"Choose one of {offers}." if offers else "Ask your X3 administrator for the folder's code.",
        context={"offers": offers},
    )
