"""What a piece of work receives: every table, on one thread's connection."""

from importlib import import_module
from sqlite3 import Connection
from typing import TYPE_CHECKING, Generic, TypeVar

from x3studio.store.rows import Clock, Table, utc_now

if TYPE_CHECKING:
    from x3studio.store.accounts import Accounts
    from x3studio.store.board import Boards
    from x3studio.store.checkpoints import Checkpoints
    from x3studio.store.connections import Connections
    from x3studio.store.deferrals import Deferrals
    from x3studio.store.exceptions import Exceptions
    from x3studio.store.fetches import Fetches
    from x3studio.store.journal import Journal
    from x3studio.store.limits import Limits
    from x3studio.store.lookups import Lookups
    from x3studio.store.mappings import Mappings
    from x3studio.store.marks import Marks
    from x3studio.store.masters import Masters
    from x3studio.store.offers import Offers
    from x3studio.store.order_places import OrderPlaces
    from x3studio.store.outbox import Outbox
    from x3studio.store.past import Past
    from x3studio.store.provenance import Provenance
    from x3studio.store.repairs import Repairs
    from x3studio.store.rules import Rules
    from x3studio.store.runs import Runs
    from x3studio.store.sales import SalesTable
    from x3studio.store.second_looks import SecondLooks
    from x3studio.store.settings import Settings
    from x3studio.store.settled_orders import SettledOrders
    from x3studio.store.settlements import Settlements
    from x3studio.store.steps import Steps

T = TypeVar("T", bound=Table)
STEPS_KNOWN = 33
"""How many migration steps there are: a file that says it has as many needs none."""


class _Late(Generic[T]):
    """A table that is imported and made when a work first asks for it: a start needs few of them."""

    def __init__(self, place: str) -> None:
        """`place` is module:class within this package."""
        self._module, _, self._class = place.partition(":")

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    def __get__(self, tables: "Tables", _: type) -> T:
        made: T = getattr(import_module(f"x3studio.store.{self._module}"), self._class)(
            tables.conn, clock=tables.clock
        )
        # Found there from now on, without coming here again.
        tables.__dict__[self._name] = made
        return made


class Tables:
    """The tables of a workspace; valid only inside the work that received it."""

    accounts: "_Late[Accounts]" = _Late("accounts:Accounts")
    boards: "_Late[Boards]" = _Late("board:Boards")
    checkpoints: "_Late[Checkpoints]" = _Late("checkpoints:Checkpoints")
    connections: "_Late[Connections]" = _Late("connections:Connections")
    deferrals: "_Late[Deferrals]" = _Late("deferrals:Deferrals")
    exceptions: "_Late[Exceptions]" = _Late("exceptions:Exceptions")
    fetches: "_Late[Fetches]" = _Late("fetches:Fetches")
    journal: "_Late[Journal]" = _Late("journal:Journal")
    limits: "_Late[Limits]" = _Late("limits:Limits")
    lookups: "_Late[Lookups]" = _Late("lookups:Lookups")
    mappings: "_Late[Mappings]" = _Late("mappings:Mappings")
    marks: "_Late[Marks]" = _Late("marks:Marks")
    masters: "_Late[Masters]" = _Late("masters:Masters")
    offers: "_Late[Offers]" = _Late("offers:Offers")
    order_places: "_Late[OrderPlaces]" = _Late("order_places:OrderPlaces")
    outbox: "_Late[Outbox]" = _Late("outbox:Outbox")
    past: "_Late[Past]" = _Late("past:Past")
    provenance: "_Late[Provenance]" = _Late("provenance:Provenance")
    repairs: "_Late[Repairs]" = _Late("repairs:Repairs")
    rules: "_Late[Rules]" = _Late("rules:Rules")
    runs: "_Late[Runs]" = _Late("runs:Runs")
    sales: "_Late[SalesTable]" = _Late("sales:SalesTable")
    second_looks: "_Late[SecondLooks]" = _Late("second_looks:SecondLooks")
    settings: "_Late[Settings]" = _Late("settings:Settings")
    settled_orders: "_Late[SettledOrders]" = _Late("settled_orders:SettledOrders")
    steps: "_Late[Steps]" = _Late("steps:Steps")
    settlements: "_Late[Settlements]" = _Late("settlements:Settlements")

    def __init__(self, conn: Connection, *, clock: Clock = utc_now) -> None:
        self.conn = conn
        self.clock = clock
