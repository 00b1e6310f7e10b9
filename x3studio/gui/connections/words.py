"""The words of the connections page: what each step of a test is for, and states in full."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from x3studio.domain.connections import AmazonConnection, Profile, Verdict, X3Connection
from x3studio.gui.connections.fields import Side
from x3studio.gui.host import Connection, Marketplace
from x3studio.gui.states import CONNECTION, State, clock
from x3studio.gui.theme import Tone
from x3studio.store import SavedConnection

PLAN: Mapping[Side, Sequence[tuple[str, str, str]]] = {
    Side.X3: (
        ("host", "Host answers", "Name, port and certificate"),
        ("token", "Sign-in", "Whether X3 accepts the application"),
        ("dialect", "Dialect", "Gateway, Syracuse or SOAP"),
        ("folder", "Folder", "Whether this X3 has it"),
        ("customers", "Test read of BPCUSTOMER", "One page of customers"),
        ("items", "Test read of ITMMASTER", "One page of items"),
        ("pool", "Web service pool", "Only where SOAP writes"),
        ("orders", "Sales orders can be created", "Their fields are read, no document is written"),
        ("reference", "Found by reference", "Needed to find an order before writing it twice"),
        ("journals", "Journals can be posted", "Their fields are read, no document is written"),
        ("graphql", "GraphQL", "Faster master data, where it is offered"),
    ),
    Side.AMAZON: (
        ("host", "Endpoint answers", "Name and certificate"),
        ("token", "Sign-in is accepted", "Refresh token, client id and client secret"),
        ("account", "Marketplaces", "Where the seller takes part"),
        ("orders", "Orders can be read", "One page of the last 14 days"),
        ("address", "Delivery addresses are visible", "Needs a restricted role"),
        ("listings", "Offers can be read", "One page of the first marketplace"),
    ),
}
"""(key, title, what it is for) in the order in which a test takes its steps; a test may add others.

The titles are short enough for their column, which those of the tests are not.
"""

ABILITIES: Mapping[Side, Sequence[tuple[str, str]]] = {
    Side.X3: (
        ("customers", "Read customers"),
        ("items", "Read items"),
        ("orders", "Create sales orders"),
        ("reference", "Find documents by reference"),
        ("journals", "Post journals"),
        ("graphql", "GraphQL"),
    ),
    Side.AMAZON: (
        ("orders", "Read orders"),
        ("address", "Use delivery addresses"),
        ("listings", "Read offers"),
    ),
}
"""(step, ability): what a step proves, while the test is still under way."""


class At(StrEnum):
    """The wizard's pages."""

    FIRST = "first"
    MORE = "more"
    ACCOUNT = "account"
    TEST = "test"
    FINISH = "finish"


STEPS: Mapping[Side, Sequence[str]] = {
    Side.X3: ("Address", "Options", "Test", "Load manners"),
    Side.AMAZON: ("Sign-in", "Account", "Test", "Name"),
}
PAGE_WORDS: Mapping[tuple[Side, At], tuple[str, str]] = {
    (Side.X3, At.FIRST): ("Where X3 is, and how it knows us", "These four are enough for most sites."),
    (Side.X3, At.MORE): (
        "What some sites need",
        "Leave these as they are, unless the test asks for one of them.",
    ),
    (Side.AMAZON, At.FIRST): (
        "How Amazon knows us",
        "Seller Central shows these under Develop apps, where the application is authorised.",
    ),
    (Side.AMAZON, At.MORE): ("What a test endpoint needs", "Empty for every real account."),
}
"""(title, lead) of the pages that are forms."""
LIMIT = {Side.X3: "each step ends by itself after 60 s", Side.AMAZON: ""}

CANCELLED = State("circle-slash", "Cancelled", Tone.IDLE)
USABLE: Mapping[bool | None, State] = {
    True: State("check", "Usable", Tone.OK),
    False: State("x", "Not usable", Tone.BAD),
    None: State("circle-dashed", "Not tested", Tone.IDLE),
}
TRIED: Mapping[Verdict, bool | None] = {Verdict.PASS: True, Verdict.FAIL: False, Verdict.WARN: False}
SYSTEMS = {Side.X3: "Sage X3", Side.AMAZON: "Amazon"}
SPEAKERS = {Side.X3: "X3 says", Side.AMAZON: "Amazon says"}
SECRET_WORDS = {
    "client_secret": "Client secret",
    "refresh_token": "Refresh token",
    "password": "Password",
}


def side_of(connection: Connection) -> Side:
    """Which system it leads to."""
    return Side.X3 if isinstance(connection, X3Connection) else Side.AMAZON


def place_of(connection: Connection, marketplaces: Sequence[Marketplace]) -> str:
    """Where it leads, in one line: "x3.brandel.example:8124, BRKTST" or "amazon.de, amazon.fr"."""
    if isinstance(connection, X3Connection):
        return f"{host_of(connection.base_url)}, {connection.folder}"
    domains = {place.id: domain_of(place) for place in marketplaces}
    return ", ".join(domains.get(id, id) for id in connection.marketplaces) or "No marketplace chosen"


def host_of(address: str) -> str:
    """An address without its scheme."""
    return address.partition("://")[2].rstrip("/") or address


def domain_of(place: Marketplace) -> str:
    """ "amazon.de"."""
    return place.domain.removeprefix("www.")


def card_state(saved: SavedConnection) -> State:
    """The chip of a saved connection."""
    state = CONNECTION[saved.state]
    if saved.state == "ok" and saved.profile is not None:
        return state.saying(f"Connected, checked {checked(saved.profile)}")
    return state


def checked(profile: Profile) -> str:
    """ "07:41", or "19 Nov, 07:41" for another day."""
    at, today = profile.checked_at.astimezone(), datetime.now(UTC).astimezone().date()
    return clock(at) if at.date() == today else f"{at.day} {at:%b}, {at:%H:%M}"


def moment(at: datetime) -> str:
    """ "19 Nov 2026, 16:04"."""
    here = at.astimezone()
    return f"{here.day} {here:%b %Y, %H:%M}"


def settle_words(seconds: float) -> str:
    """ "15 min", "90 s"."""
    return f"{seconds / 60:g} min" if seconds >= 60 and seconds % 60 == 0 else f"{seconds:g} s"


def likely_secret(connection: Connection, said: str) -> str:
    """Which secret most probably has to be pasted again; Amazon calls a bad refresh token invalid_grant."""
    if isinstance(connection, AmazonConnection):
        return "refresh_token" if "invalid_grant" in said else "client_secret"
    return "password" if connection.sign_in.value == "basic" else "client_secret"


def secrets_of(connection: Connection) -> tuple[str, ...]:
    """The secrets of a connection that can be pasted anew."""
    if isinstance(connection, AmazonConnection):
        return ("client_secret", "refresh_token")
    return ("password",) if connection.sign_in.value == "basic" else ("client_secret",)
