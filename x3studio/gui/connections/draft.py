"""A connection as it is typed: what is still wrong with it, and the connection it makes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from x3studio.domain.connections import (
    AmazonConnection,
    Dialect,
    Environment,
    SignIn,
    X3Connection,
    is_loopback,
)
from x3studio.domain.errors import SettingFault
from x3studio.gui.connections.fields import FIRST, MORE, SECRETS, Side
from x3studio.gui.host import Connection

_FRESH: Mapping[Side, Mapping[str, str]] = {
    Side.X3: {"sign_in": "oauth", "dialect": "auto", "language": "ENG"},
    Side.AMAZON: {"region": "eu"},
}
_REGIONS = {"eu": "Amazon EU", "na": "Amazon NA", "fe": "Amazon FE"}


@dataclass(frozen=True, slots=True)
class Draft:
    """Texts by setting. `saved` is the connection that is edited: its empty secrets stay as they are."""

    side: Side
    values: Mapping[str, str] = field(default_factory=dict)
    saved: Connection | None = None

    @classmethod
    def fresh(cls, side: Side) -> "Draft":
        """A new connection."""
        return cls(side, _FRESH[side])

    @classmethod
    def of(cls, saved: Connection) -> "Draft":
        """A saved connection as texts, without its secrets."""
        if isinstance(saved, AmazonConnection):
            values = {
                "region": saved.region,
                "seller_id": saved.seller_id,
                "marketplaces": " ".join(saved.marketplaces),
                "base_url": saved.base_url,
                "token_url": saved.token_url,
            }
            return cls(Side.AMAZON, values, saved)
        values = {
            "base_url": saved.base_url,
            "folder": saved.folder,
            "sign_in": saved.sign_in.value,
            "token_url": saved.token_url,
            "subject": saved.subject,
            "audience": saved.audience,
            "dialect": saved.dialect.value,
            "pool": saved.pool,
            "public_name": _pairs_text(saved.public_names),
            "reference_fields": _pairs_text(saved.reference_fields),
            "ca_file": saved.ca_file,
            "language": saved.language,
        }
        return cls(Side.X3, values, saved)

    def get(self, key: str) -> str:
        """The text of a setting, without blanks at its ends."""
        return self.values.get(key, "").strip()

    def with_values(self, values: Mapping[str, str]) -> "Draft":
        """The draft with other texts in some places."""
        return replace(self, values={**self.values, **values})

    @property
    def environment(self) -> Environment:
        """A new X3 folder counts as a test folder until somebody says otherwise; a seller is live."""
        if self.saved is not None:
            return self.saved.environment
        return Environment.TEST if self.side is Side.X3 else Environment.PROD

    @property
    def name(self) -> str:
        """How the connection is called, or would be."""
        if self.saved is not None:
            return self.saved.name
        return f"X3 {self.get('folder')}" if self.side is Side.X3 else _REGIONS[self.get("region") or "eu"]

    def secrets(self) -> dict[str, str]:
        """The secrets that were typed."""
        return {key: self.get(key) for key in SECRETS[self.side] if self.get(key)}

    def connection(self, *, name: str) -> Connection:
        """What these texts make. Raises SettingFault for a text that says nothing."""
        if self.side is Side.AMAZON:
            return AmazonConnection(
                name=name,
                region=self.get("region"),
                seller_id=self.get("seller_id"),
                marketplaces=tuple(self.get("marketplaces").split()),
                base_url=self.get("base_url"),
                token_url=self.get("token_url"),
                environment=self.environment,
            )
        kept = self.saved if isinstance(self.saved, X3Connection) else None
        return X3Connection(
            name=name,
            base_url=self.get("base_url"),
            folder=self.get("folder"),
            dialect=Dialect(self.get("dialect") or "auto"),
            sign_in=SignIn(self.get("sign_in") or "oauth"),
            subject=self.get("subject"),
            audience=self.get("audience"),
            pool=self.get("pool"),
            public_names=_pairs(self.get("public_name"), key="public_name"),
            environment=self.environment,
            token_url=self.get("token_url"),
            ca_file=self.get("ca_file"),
            settle_seconds=kept.settle_seconds if kept else 900.0,
            slots=kept.slots if kept else 2,
            language=self.get("language") or "ENG",
            reference_fields=_pairs(self.get("reference_fields"), key="reference_fields"),
        )

    def problems(self) -> dict[str, str]:
        """What keeps the test from starting, by setting: what is wrong and what would be right."""
        found: dict[str, str] = {}
        for key in self._needed():
            kept = self.saved is not None and key in SECRETS[self.side]
            if not self.get(key) and not kept:
                found[key] = "This is needed."
        for key in ("base_url", "token_url"):
            if self.get(key) and (wrong := address_problem(self.get(key))):
                found[key] = wrong
        for key in ("public_name", "reference_fields"):
            try:
                _pairs(self.get(key), key=key)
            except SettingFault as fault:
                found[key] = f"{fault.title} {fault.advice}"
        return found

    def _needed(self) -> Collection[str]:
        first = [setting.key for setting in FIRST[self.side]]
        if self.get("sign_in") == "basic":
            first = [key for key in first if key not in ("client_id", "client_secret")]
        more = {"jwt": ("subject", "audience"), "basic": ("user", "password")}
        return (*first, *more.get(self.get("sign_in"), ()))

    def page_of(self, key: str) -> str:
        """On which page of the form a setting stands: first, more or account."""
        if key in {setting.key for setting in FIRST[self.side]}:
            return "first"
        return "more" if key in {setting.key for setting in MORE[self.side]} else "account"


def address_problem(text: str) -> str:
    """What is wrong with an address, "" where it will do: https, or http to this machine alone."""
    try:
        parts = urlsplit(text)
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        return "No address. Give it like https://x3.example.com:8124"
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_sound:
        return "No address. Give it like https://x3.example.com:8124"
    if parts.username or parts.password:
        return "Leave user and password out of the address."
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        return "Use https: plain http would send secrets in the clear."
    return ""


def name_problem(name: str, taken: Collection[str]) -> str:
    """What is wrong with a connection's name, "" where it will do."""
    if not name.strip():
        return "Give it a name: runs and exceptions are listed under it."
    if ">" in name:
        return "The sign > is not possible here: it stands between the two sides of a route."
    return f"There is a connection {name} already." if name.strip() in taken else ""


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, with a number where it is taken."""
    names = (name, *(f"{name} {number}" for number in range(2, len(taken) + 3)))
    return next(candidate for candidate in names if candidate not in taken)


def _pairs(text: str, *, key: str) -> dict[str, str]:
    pairs = {}
    for part in filter(None, (piece.strip() for piece in text.replace(";", ",").split(","))):
        code, sign, name = (piece.strip() for piece in part.partition("="))
        if not (sign and code and name):
            raise SettingFault(
                f"{part} is not of the form SOH=NAME.", field=key, advice="Write SOH=YSOH, BPC=YBPC."
            )
        pairs[code.upper()] = name
    return pairs


def _pairs_text(pairs: Mapping[str, str]) -> str:
    return ", ".join(f"{code}={name}" for code, name in pairs.items())
