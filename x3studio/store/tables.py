"""What a piece of work receives: every table, on one thread's connection."""

from sqlite3 import Connection

from x3studio.store.accounts import Accounts
from x3studio.store.board import Boards
from x3studio.store.checkpoints import Checkpoints
from x3studio.store.connections import Connections
from x3studio.store.exceptions import Exceptions
from x3studio.store.fetches import Fetches
from x3studio.store.journal import Journal
from x3studio.store.limits import Limits
from x3studio.store.lookups import Lookups
from x3studio.store.mappings import Mappings
from x3studio.store.marks import Marks
from x3studio.store.masters import Masters
from x3studio.store.offers import Offers
from x3studio.store.outbox import Outbox
from x3studio.store.past import Past
from x3studio.store.provenance import Provenance
from x3studio.store.rows import Clock, utc_now
from x3studio.store.rules import Rules
from x3studio.store.runs import Runs
from x3studio.store.sales import SalesTable
from x3studio.store.second_looks import SecondLooks
from x3studio.store.settings import Settings
from x3studio.store.settlements import Settlements
from x3studio.store.steps import Steps

STEPS_KNOWN = 25
"""How many migration steps there are: a file that says it has as many needs none."""


class Tables:
    """The tables of a workspace; valid only inside the work that received it."""

    def __init__(self, conn: Connection, *, clock: Clock = utc_now) -> None:
        self.conn = conn
        self.accounts = Accounts(conn, clock=clock)
        self.boards = Boards(conn, clock=clock)
        self.checkpoints = Checkpoints(conn, clock=clock)
        self.connections = Connections(conn, clock=clock)
        self.exceptions = Exceptions(conn, clock=clock)
        self.fetches = Fetches(conn, clock=clock)
        self.journal = Journal(conn, clock=clock)
        self.limits = Limits(conn, clock=clock)
        self.lookups = Lookups(conn, clock=clock)
        self.mappings = Mappings(conn, clock=clock)
        self.marks = Marks(conn, clock=clock)
        self.masters = Masters(conn, clock=clock)
        self.offers = Offers(conn, clock=clock)
        self.outbox = Outbox(conn, clock=clock)
        self.past = Past(conn, clock=clock)
        self.provenance = Provenance(conn, clock=clock)
        self.rules = Rules(conn, clock=clock)
        self.runs = Runs(conn, clock=clock)
        self.sales = SalesTable(conn, clock=clock)
        self.second_looks = SecondLooks(conn, clock=clock)
        self.settings = Settings(conn, clock=clock)
        self.steps = Steps(conn, clock=clock)
        self.settlements = Settlements(conn, clock=clock)
