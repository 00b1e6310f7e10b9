"""Every failure the program expects, each fit to be shown to a person as it is.

StudioError(title, advice, context)
    ConnectionFault      network, time-out, 5xx           retried with growing delay; the flow waits, visibly
        Throttled        the other side asks for patience
    CredentialFault      401, expired, rotated, revoked   the flow pauses; the connection's form opens
    SettingFault         wrong folder, pool, site, role   stop; names the field
    Refused              this record only                 to the exceptions; the run goes on and ends partial
        Unmapped         no X3 item or customer           the exception opens the mapping on that key
    InDoubt              sent, answer unknown             looked up after the settle time before any retry
    StoreFault           disk full, locked, newer file    stop
    VaultFault           no keyring, secret too long      stop

Anything else that is raised is a bug and stays visible as one.
"""

from collections.abc import Mapping
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})


class StudioError(Exception):
    """What happened (`title`), what to do about it (`advice`) and the facts around it (`context`).

    `said` holds the foreign system's own words, verbatim, or "" where it said nothing.
    """

    def __init__(
        self, title: str, *, advice: str = "", said: str = "", context: Mapping[str, str] = _NOTHING
    ) -> None:
        super().__init__(title)
        self.title = title
        self.advice = advice
        self.said = said
        self.context = dict(context)

    def __str__(self) -> str:
        return " ".join(part for part in (self.title, self.advice) if part)


class ConnectionFault(StudioError):
    """The other side could not be reached or failed; the same request may be tried again.

    `unsent` is True only where it is proven that no byte of the request was acted on
    (connection refused, name not found, TLS failed): a write may then be sent again.
    """

    def __init__(
        self,
        title: str,
        *,
        advice: str = "",
        said: str = "",
        context: Mapping[str, str] = _NOTHING,
        unsent: bool = False,
    ) -> None:
        super().__init__(title, advice=advice, said=said, context=context)
        self.unsent = unsent


class Throttled(ConnectionFault):
    """Too many requests; `retry_after` is in seconds."""

    def __init__(self, title: str, *, retry_after: float, advice: str = "", said: str = "") -> None:
        super().__init__(title, advice=advice, said=said, unsent=True)
        self.retry_after = retry_after


class CredentialFault(StudioError):
    """Sign-in failed; `context["connection"]` names the connection, where known."""


class SettingFault(StudioError):
    """A setting is wrong; `field` names it as the form and the command line do."""

    def __init__(
        self,
        title: str,
        *,
        field: str,
        advice: str = "",
        said: str = "",
        context: Mapping[str, str] = _NOTHING,
    ) -> None:
        super().__init__(title, advice=advice, said=said, context=context)
        self.field = field


class Refused(StudioError):
    """One record cannot be written as it is.

    `cause` is the class the exception desk groups by, `subject` the SKU, item or field it is about.
    """

    cause = "value"

    def __init__(
        self,
        title: str,
        *,
        advice: str = "",
        said: str = "",
        cause: str = "",
        subject: str = "",
        context: Mapping[str, str] = _NOTHING,
    ) -> None:
        super().__init__(title, advice=advice, said=said, context=context)
        self.cause = cause or type(self).cause
        self.subject = subject


class Unmapped(Refused):
    """A foreign key has no X3 counterpart yet; `subject` is that key, `kind` items or customers."""

    cause = "mapping"

    def __init__(self, title: str, *, subject: str, kind: str = "items", advice: str = "") -> None:
        super().__init__(title, advice=advice, subject=subject, context={"kind": kind})
        self.kind = kind


class InDoubt(StudioError):
    """A write was sent and its answer is unknown."""


class StoreFault(StudioError):
    """The workspace file cannot be read or written."""


class VaultFault(StudioError):
    """A secret cannot be kept or fetched."""
