"""What a piece of work receives: every table, on one thread's connection."""

from x3studio.store.checkpoints import Checkpoints
from x3studio.store.connections import Connections
from x3studio.store.exceptions import Exceptions
from x3studio.store.fetches import Fetches
from x3studio.store.journal import Journal
from x3studio.store.limits import Limits
from x3studio.store.mappings import Mappings
from x3studio.store.masters import Masters
from x3studio.store.outbox import Outbox
from x3studio.store.rows import Clock, utc_now
from x3studio.store.runs import Runs
from x3studio.store.sales import SalesTable
from x3studio.store.settings import Settings
from x3studio.store.sqlite import Database


class Tables:
    """The tables of a workspace; valid only inside the work that received it."""

    def __init__(self, db: Database, *, clock: Clock = utc_now) -> None:
        self.db = db
        self.checkpoints = Checkpoints(db, clock=clock)
        self.connections = Connections(db, clock=clock)
        self.exceptions = Exceptions(db, clock=clock)
        self.fetches = Fetches(db, clock=clock)
        self.journal = Journal(db, clock=clock)
        self.limits = Limits(db, clock=clock)
        self.mappings = Mappings(db, clock=clock)
        self.masters = Masters(db, clock=clock)
        self.outbox = Outbox(db, clock=clock)
        self.runs = Runs(db, clock=clock)
        self.sales = SalesTable(db, clock=clock)
        self.settings = Settings(db, clock=clock)
