"""Where everything Amazon or the network can answer becomes one of our own errors, in plain words."""

import re
import ssl
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree as SafeXml
import httpx
from defusedxml import DefusedXmlException

from x3studio.amazon.jsontext import Json, loads
from x3studio.amazon.operations import Operation
from x3studio.domain.errors import (
    ConnectionFault,
    CredentialFault,
    Refused,
    SettingFault,
    StudioError,
    Throttled,
)

_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})", re.IGNORECASE)
_LONGEST_WORDS = 500
_LATER = "Nothing is lost; it is tried again. If it lasts, look at Amazon's status page."


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a failed answer says: Amazon's error code and words, "" where it said nothing."""

    code: str = ""
    words: str = ""

    @property
    def said(self) -> str:
        return ": ".join(part for part in (self.code, self.words) if part)[:_LONGEST_WORDS]


def spoken(body: bytes, content_type: str) -> Spoken:
    """Reads an error body of any shape: SP-API or OAuth JSON, XML, an HTML page, nothing."""
    head = body[:200].lstrip()
    if head[:1] in (b"{", b"["):
        return _from_json(body)
    if head.lower().startswith((b"<!doctype html", b"<html")) or "html" in content_type:
        found = _TITLE.search(body[:4096].decode("utf-8", "replace"))
        return Spoken(words=found[1].strip() if found else "an HTML page")
    if head.startswith(b"<"):
        return _from_xml(body)
    return Spoken(words="" if not body else "an answer that is not JSON")


def from_transport(error: httpx.HTTPError, *, host: str) -> ConnectionFault:
    """The network failed. `unsent` only where no byte of the request can have been acted on."""
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        title, advice, unsent = f"{host} does not answer.", "Check the network and the proxy.", True
    elif isinstance(error, httpx.ConnectError) and _is_tls(error):
        title = f"The certificate of {host} is not trusted."
        advice, unsent = "A proxy may be in between: add its certificate to the system's store.", True
    elif isinstance(error, httpx.ConnectError):
        title, advice, unsent = f"{host} cannot be reached.", "Check the network and the address.", True
    elif isinstance(error, httpx.TimeoutException):
        title, advice, unsent = f"{host} took too long to answer.", _LATER, False
    elif isinstance(error, httpx.DecodingError):
        title, advice, unsent = f"{host} sent an answer that cannot be unpacked.", _LATER, False
    else:
        title, advice, unsent = f"The connection to {host} broke off.", _LATER, False
    return ConnectionFault(title, advice=advice, said=_words(error), unsent=unsent)


def _words(error: httpx.HTTPError) -> str:
    """What the system said, such as "Connection refused"; httpx's own words say less than the title."""
    step: BaseException | None = error
    for _ in range(12):
        if step is None:
            break
        if isinstance(step, OSError) and step.strerror:
            return step.strerror[:_LONGEST_WORDS]
        step = step.__cause__ or step.__context__
    return ""


def from_answer(
    operation: Operation, *, status: int, headers: httpx.Headers, body: bytes, wait: float
) -> StudioError:
    """A status other than 2xx. `wait` is how long the operation's rate asks to pause, in seconds."""
    heard = spoken(body, headers.get("content-type", ""))
    facts = context(operation, headers)
    facts["status"] = str(status)
    if status == 429:
        return Throttled(
            "Amazon asks for patience: too many requests.",
            retry_after=wait,
            advice="It goes on by itself as soon as Amazon allows.",
            said=heard.said,
        )
    if status >= 500 or status < 400:
        return ConnectionFault(
            f"Amazon is out of order (status {status}).", advice=_LATER, said=heard.said, context=facts
        )
    if status in (401, 403):
        return _forbidden(operation, heard, facts)
    return Refused(
        f"Amazon refuses {operation.name}: {heard.words or f'status {status}'}",
        advice="Read Amazon's words; correct the record or the setting they name.",
        said=heard.said,
        cause="missing" if status == 404 else "value",
        subject=heard.code,
        context=facts,
    )


def unreadable(operation: Operation, headers: httpx.Headers, *, found: str) -> ConnectionFault:
    """A success without usable content: empty, cut off, or not JSON."""
    return ConnectionFault(
        f"Amazon answered {operation.name} with {found}.",
        advice=_LATER,
        context=context(operation, headers),
    )


def no_document(status: int, body: bytes, content_type: str) -> ConnectionFault:
    """The address of a document does not give it: it lives five minutes and then answers with XML."""
    return ConnectionFault(
        f"Amazon does not hand out the document (status {status}).",
        advice="Its address is asked for anew.",
        said=spoken(body, content_type).said,
    )


def expired(status: int, body: bytes) -> bool:
    """Whether a 401 or 403 is about the access token only, which is simply fetched anew."""
    if status not in (401, 403):
        return False
    heard = spoken(body, "")
    return heard.code in ("Unauthorized", "ExpiredToken") and "expired" in heard.words.lower()


def from_sign_in(status: int, body: bytes, content_type: str, *, connection: str) -> StudioError:
    """Login with Amazon refused (OAuth's own error shape) or failed."""
    heard = spoken(body, content_type)
    facts = {"connection": connection, "status": str(status)}
    if status == 429:
        return Throttled("Login with Amazon asks for patience.", retry_after=1.0, said=heard.said)
    if status >= 500 or status < 400:
        return ConnectionFault(
            f"Login with Amazon is out of order (status {status}).",
            advice=_LATER,
            said=heard.said,
            context=facts,
            unsent=True,
        )
    title, advice = _SIGN_IN.get(
        heard.code,
        ("Login with Amazon refuses the sign-in.", "Compare the three values with Seller Central."),
    )
    return CredentialFault(title, advice=advice, said=heard.said, context=facts)


def context(operation: Operation, headers: httpx.Headers) -> dict[str, str]:
    """What Amazon's support asks for first: the operation and the request's id."""
    return {"operation": operation.name, "request_id": headers.get("x-amzn-requestid", "")}


_SIGN_IN = {
    "invalid_client": (
        "Amazon does not accept the client secret.",
        "It expires after 180 days. Copy the current one from Seller Central and paste it here.",
    ),
    "invalid_grant": (
        "The authorisation of this application was revoked or has ended.",
        "Authorise the application again in Seller Central and paste the new refresh token here.",
    ),
    "unauthorized_client": (
        "This application may not sign in this way.",
        "Check in Seller Central that client id and refresh token belong together.",
    ),
    "invalid_scope": (
        "This application has no right to that scope.",
        "Check the application's roles in Seller Central.",
    ),
}


def _forbidden(operation: Operation, heard: Spoken, facts: dict[str, str]) -> StudioError:
    words = heard.words.lower()
    if "revoked" in words or "access token is missing" in words or "invalid" in words:
        return CredentialFault(
            "Amazon does not accept this sign-in any more.",
            advice="Authorise the application again in Seller Central and paste the new refresh token.",
            said=heard.said,
            context=facts,
        )
    return SettingFault(
        f"Amazon does not let this application call {operation.name}.",
        field="roles",
        advice=f"It probably lacks the role “{operation.role}”. Add it in Seller Central, authorise the "
        "application again, and paste the new refresh token.",
        said=heard.said,
        context=facts,
    )


def _from_json(body: bytes) -> Spoken:
    try:
        value: Json = loads(body)
    except ValueError:
        return Spoken(words="an answer that is not JSON")
    if isinstance(value, dict):
        if isinstance(value.get("error"), str):
            return Spoken(value["error"], str(value.get("error_description") or ""))
        value = value.get("errors")
    first = value[0] if isinstance(value, list) and value else None
    if not isinstance(first, dict):
        return Spoken()
    parts = (str(first.get(key) or "") for key in ("message", "details"))
    return Spoken(str(first.get("code") or ""), " ".join(part for part in parts if part))


def _from_xml(body: bytes) -> Spoken:
    try:
        root: Element = SafeXml.fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return Spoken(words="an answer that is not XML either")
    texts = {element.tag.rpartition("}")[2]: element.text or "" for element in root.iter()}
    return Spoken(texts.get("Code", ""), texts.get("Message", ""))


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError) or "CERTIFICATE" in str(error).upper():
            return True
        error = error.__cause__ or error.__context__
    return False
