"""Connections to X3 and Amazon: their settings (never their secrets) and what a probe found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit


class Environment(StrEnum):
    """Whether documents written here count."""

    TEST = "test"
    PROD = "prod"


class Dialect(StrEnum):
    """The tongue in which X3 is spoken to."""

    GATEWAY = "gateway"
    SYRACUSE = "syracuse"
    SOAP = "soap"
    GRAPHQL = "graphql"
    AUTO = "auto"


class SignIn(StrEnum):
    """How X3 recognises us."""

    OAUTH = "oauth"
    JWT = "jwt"
    BASIC = "basic"


@dataclass(frozen=True, slots=True)
class X3Connection:
    """How to reach one folder of one X3.

    Its secrets (client_id, client_secret, user, password) are in the vault.
    """

    name: str
    base_url: str
    folder: str
    dialect: Dialect = Dialect.AUTO
    sign_in: SignIn = SignIn.OAUTH
    subject: str = ""
    audience: str = ""
    pool: str = ""
    public_names: Mapping[str, str] = field(default_factory=dict)
    environment: Environment = Environment.TEST
    token_url: str = ""
    ca_file: str = ""
    settle_seconds: float = 900.0
    slots: int = 2
    language: str = "ENG"
    reference_fields: Mapping[str, str] = field(default_factory=dict)
    """Site fields that carry our reference, by object code, where CUSORDREF and its like are not used."""

    @property
    def on_this_machine(self) -> bool:
        """Whether it is a demo served here."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def account(self) -> str:
        """What the outbox is keyed by: one X3 folder, however the connection is named."""
        return f"{self.base_url.rstrip('/').lower()}#{self.folder}"


@dataclass(frozen=True, slots=True)
class AmazonConnection:
    """One seller account in one region.

    Its secrets (client_id, client_secret, refresh_token) are in the vault.
    """

    name: str
    region: str
    seller_id: str
    marketplaces: tuple[str, ...]
    base_url: str = ""
    token_url: str = ""
    environment: Environment = Environment.PROD


class Verdict(StrEnum):
    """Outcome of one step of a probe."""

    WAITING = "waiting"
    TESTING = "testing"
    PASS = "pass"
    FAIL = "fail"
    WARN = "warn"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class ProbeStep:
    """One step of a connection test, fit to be shown: what was tried, what was found, what to do.

    `key` is stable (host, token, folder, customers, soap, pool, graphql ...); `said` are the foreign
    words; `field` is the setting to correct; `offers` are values that would work, where X3 names them.
    """

    key: str
    title: str
    verdict: Verdict
    found: str = ""
    said: str = ""
    advice: str = ""
    field: str = ""
    offers: tuple[str, ...] = ()
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Ability:
    """Something the connection can or cannot do, and why not."""

    key: str
    title: str
    usable: bool | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a successful probe found: facts to show, and abilities to plan by."""

    dialect: str
    facts: Mapping[str, str]
    abilities: tuple[Ability, ...]
    checked_at: datetime


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: localhost or a loopback address, no name that resolves to one."""
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):  # reserved (RFC 6761)
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
