"""What a connection's form asks: each setting with its caption, its help and when it matters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Values = Mapping[str, str]


class Side(StrEnum):
    """Which system a connection leads to."""

    X3 = "x3"
    AMAZON = "amazon"


@dataclass(frozen=True, slots=True)
class Setting:
    """One input. `key` is the name that findings of a test blame; `choices` (key, words) make it a list.

    `where` names values of other settings without which this one does not matter.
    """

    key: str
    caption: str
    help: str = ""
    hint: str = ""
    secret: bool = False
    file: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    where: tuple[str, frozenset[str]] | None = None

    def matters(self, values: Values) -> bool:
        """Whether the other settings make this one count."""
        return self.where is None or values.get(self.where[0], "") in self.where[1]


_OAUTH, _JWT, _BASIC = frozenset({"oauth"}), frozenset({"jwt"}), frozenset({"basic"})
_WRITES_SOAP = frozenset({"auto", "soap"})

X3_FIRST: Sequence[Setting] = (
    Setting(
        "base_url",
        "Host",
        help="The address of the X3 server or gateway, with its port",
        hint="https://x3.example.com:8124",
    ),
    Setting("folder", "Folder", help="The X3 folder (dossier) that documents are written to", hint="SEED"),
    Setting("client_id", "Client id", help="Of the application registered in X3 for X3 Studio"),
    Setting("client_secret", "Client secret", secret=True),
)

X3_MORE: Sequence[Setting] = (
    Setting(
        "sign_in",
        "Sign-in",
        choices=(
            ("oauth", "OAuth, client credentials"),
            ("jwt", "Connected application (JWT)"),
            ("basic", "User and password"),
        ),
    ),
    Setting(
        "token_url",
        "Token address",
        help="Only where tokens are not had at the host itself",
        hint="https://id.example.com/oauth2/token",
        where=("sign_in", _OAUTH),
    ),
    Setting("subject", "Subject", help="The X3 user the application acts as", where=("sign_in", _JWT)),
    Setting("audience", "Audience", help="The registered URL, to the byte", where=("sign_in", _JWT)),
    Setting("user", "User", where=("sign_in", _BASIC)),
    Setting("password", "Password", secret=True, where=("sign_in", _BASIC)),
    Setting(
        "dialect",
        "Dialect",
        help="Found by itself unless you know better",
        choices=(
            ("auto", "Find out"),
            ("gateway", "REST gateway"),
            ("syracuse", "Syracuse REST"),
            ("soap", "SOAP web services"),
            ("graphql", "GraphQL, only reads"),
        ),
    ),
    Setting(
        "pool",
        "Web service pool",
        help="The alias in SOAP pool configuration; capitals count",
        hint="X3STUDIO",
        where=("dialect", _WRITES_SOAP),
    ),
    Setting(
        "public_name",
        "Published names",
        help="As function GESAWE lists them",
        hint="SOH=YSOH, BPC=YBPC, ITM=YITM",
        where=("dialect", frozenset({"auto", "soap", "syracuse"})),
    ),
    Setting(
        "reference_fields",
        "Reference fields",
        help="Only where the site does not use CUSORDREF",
        hint="SOH=YAMZORD",
    ),
    Setting("ca_file", "Certificate file", help="The company's own authority, in PEM form", file=True),
    Setting(
        "language",
        "Language of X3's messages",
        choices=(
            ("ENG", "English"),
            ("GER", "German"),
            ("FRA", "French"),
            ("SPA", "Spanish"),
            ("ITA", "Italian"),
        ),
    ),
)

AMAZON_FIRST: Sequence[Setting] = (
    Setting("region", "Region", choices=(("eu", "Europe"), ("na", "North America"), ("fe", "Far East"))),
    Setting(
        "refresh_token",
        "Refresh token",
        help="Seller Central shows it once, when you authorise the application",
        hint="Atzr|...",
        secret=True,
    ),
    Setting("client_id", "Client id", hint="amzn1.application-oa2-client..."),
    Setting(
        "client_secret",
        "Client secret",
        help="It expires after 180 days",
        hint="amzn1.oa2-cs...",
        secret=True,
    ),
)

AMAZON_MORE: Sequence[Setting] = (
    Setting("base_url", "Endpoint", help="Only for a test endpoint; empty means Amazon's own of the region"),
    Setting("token_url", "Token address", help="Empty means Login with Amazon"),
)

ACCOUNT: Sequence[Setting] = (
    Setting("seller_id", "Seller id", help="Seller Central, Account info, Merchant token", hint="A1EXAMPLE"),
    Setting("marketplaces", "Marketplaces"),
)

FIRST = {Side.X3: X3_FIRST, Side.AMAZON: AMAZON_FIRST}
MORE = {Side.X3: X3_MORE, Side.AMAZON: AMAZON_MORE}
BY_KEY: Mapping[Side, Mapping[str, Setting]] = {
    Side.X3: {setting.key: setting for setting in (*X3_FIRST, *X3_MORE)},
    Side.AMAZON: {setting.key: setting for setting in (*AMAZON_FIRST, *AMAZON_MORE, *ACCOUNT)},
}
SECRETS: Mapping[Side, tuple[str, ...]] = {
    Side.X3: ("client_id", "client_secret", "user", "password"),
    Side.AMAZON: ("client_id", "client_secret", "refresh_token"),
}
"""What goes into the vault; a client id and a user are no secrets in the narrow sense but live there too."""
