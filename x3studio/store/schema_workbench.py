"""The tables of the workbench: steps that can be undone, what was on the table, marks, look-ups, rules."""

from x3studio.store.schema_settlements import STEPS
from x3studio.store.sqlite import Database

__all__ = ["STEPS"]


@STEPS()
def workbench_steps(db: Database) -> None:
    """A step is what one undo takes back; each decision belongs to one, and says which rule took it."""
    for statement in (
        "CREATE TABLE steps (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, who TEXT NOT NULL,"
        " act TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, count INTEGER NOT NULL,"
        " rule TEXT NOT NULL, reason TEXT NOT NULL, of INTEGER, undone_by INTEGER,"
        " buried INTEGER NOT NULL DEFAULT 0) STRICT",
        "CREATE INDEX steps_done ON steps (who, id) WHERE undone_by IS NULL AND act NOT IN ('undo', 'redo')",
        "CREATE INDEX steps_undone ON steps (who, id) WHERE undone_by IS NOT NULL AND NOT buried",
        "ALTER TABLE decisions ADD COLUMN step INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE decisions ADD COLUMN rule TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX decisions_by_step ON decisions (step) WHERE step > 0",
        # Every decision would move it, and the deck sorts by time without it.
        "DROP INDEX skus_by_time",
        "CREATE TABLE provenance (decision INTEGER PRIMARY KEY, model TEXT NOT NULL, shown TEXT NOT NULL,"
        " evidence TEXT NOT NULL, conflicts INTEGER) STRICT",
    ):
        db.conn.execute(statement)


@STEPS()
def workbench_pairs(db: Database) -> None:
    """What stands knows its decision and its rule; codes of Amazon stand for codes of X3."""
    for table in ("item_pairs", "customer_pairs"):
        db.conn.execute(f"ALTER TABLE {table} ADD COLUMN decision INTEGER NOT NULL DEFAULT 0")
        db.conn.execute(f"ALTER TABLE {table} ADD COLUMN rule TEXT NOT NULL DEFAULT ''")
    db.conn.execute(
        "CREATE TABLE code_pairs (kind TEXT NOT NULL, code TEXT NOT NULL, marketplace TEXT NOT NULL,"
        " channel TEXT NOT NULL, judgement TEXT NOT NULL, target TEXT NOT NULL, details TEXT NOT NULL,"
        " note TEXT NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL, decision INTEGER NOT NULL,"
        " rule TEXT NOT NULL, PRIMARY KEY (kind, code, marketplace, channel)) STRICT, WITHOUT ROWID"
    )


@STEPS()
def workbench_marks(db: Database) -> None:
    """What people said of records without deciding them; events and what stands, as with decisions."""
    for statement in (
        "CREATE TABLE mark_events (id INTEGER PRIMARY KEY AUTOINCREMENT, step INTEGER NOT NULL,"
        " at INTEGER NOT NULL, who TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, mark TEXT NOT NULL,"
        " value TEXT NOT NULL, about INTEGER NOT NULL, reverts INTEGER) STRICT",
        "CREATE INDEX mark_events_by_key ON mark_events (kind, key, mark)",
        "CREATE INDEX mark_events_by_step ON mark_events (step)",
        "CREATE TABLE marks (kind TEXT NOT NULL, key TEXT NOT NULL, mark TEXT NOT NULL, value TEXT NOT NULL,"
        " about INTEGER NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, key, mark))"
        " STRICT, WITHOUT ROWID",
    ):
        db.conn.execute(statement)


@STEPS()
def workbench_lookups(db: Database) -> None:
    """What the last search found for each record: a narrow row for the deck, the candidates apart."""
    for statement in (
        "CREATE TABLE lookups (kind TEXT NOT NULL, key TEXT NOT NULL, run INTEGER NOT NULL,"
        " target TEXT NOT NULL, band INTEGER NOT NULL, confidence REAL, margin REAL,"
        " conflicts INTEGER NOT NULL, pack TEXT NOT NULL, PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID",
        "CREATE TABLE lookup_candidates (kind TEXT NOT NULL, key TEXT NOT NULL, shown TEXT NOT NULL,"
        " PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID",
        "CREATE TABLE match_runs (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,"
        " at INTEGER NOT NULL, who TEXT NOT NULL, model TEXT NOT NULL, judged INTEGER NOT NULL,"
        " calibrated INTEGER NOT NULL, records INTEGER NOT NULL, newest_item INTEGER NOT NULL,"
        " seconds REAL NOT NULL) STRICT",
        "CREATE INDEX lookups_by_target ON lookups (kind, target)",
    ):
        db.conn.execute(statement)


_FORGET = "BEGIN DELETE FROM lookups WHERE kind = 'items' AND {of}; END"
_OF_OFFER = _FORGET.format(of="key IN (NEW.sku, NEW.sku || char(31) || NEW.marketplace)")
_OF_ITEM = _FORGET.format(of="target = OLD.itmref")


@STEPS()
def workbench_drift(db: Database) -> None:
    """What was found by words that have changed since, or is gone, counts as not looked up."""
    for statement in (
        "CREATE TRIGGER offer_reworded AFTER UPDATE OF title, ean, brand, pack, size, colour ON listings"
        " WHEN (OLD.title, OLD.ean, OLD.brand, OLD.pack, OLD.size, OLD.colour)"
        f" IS NOT (NEW.title, NEW.ean, NEW.brand, NEW.pack, NEW.size, NEW.colour) {_OF_OFFER}",
        "CREATE TRIGGER item_reworded AFTER UPDATE OF description, more, ean, status ON items"
        " WHEN (OLD.description, OLD.more, OLD.ean, OLD.status)"
        f" IS NOT (NEW.description, NEW.more, NEW.ean, NEW.status) {_OF_ITEM}",
        f"CREATE TRIGGER item_gone AFTER DELETE ON items {_OF_ITEM}",
    ):
        db.conn.execute(statement)


@STEPS()
def workbench_rules(db: Database) -> None:
    """Rules that decided or may decide, second looks at decisions, and second persons' approvals."""
    for statement in (
        "CREATE TABLE rules (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, text TEXT NOT NULL,"
        " title TEXT NOT NULL, active INTEGER NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL,"
        " UNIQUE (kind, text)) STRICT",
        "CREATE TABLE second_looks (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,"
        " key TEXT NOT NULL, decision INTEGER NOT NULL, purpose TEXT NOT NULL, asked_at INTEGER NOT NULL,"
        " first TEXT NOT NULL, second TEXT, agrees INTEGER, who TEXT NOT NULL, at INTEGER) STRICT",
        "CREATE UNIQUE INDEX one_second_look ON second_looks (decision, purpose)",
        "CREATE INDEX second_looks_open ON second_looks (kind, id) WHERE agrees IS NULL",
        "CREATE TABLE approvals (decision INTEGER PRIMARY KEY, who TEXT NOT NULL, at INTEGER NOT NULL)"
        " STRICT",
    ):
        db.conn.execute(statement)


@STEPS()
def workbench_neighbours(db: Database) -> None:
    """Who shares an EAN, an item or a family must be found at once for every record that is looked at."""
    for statement in (
        "CREATE INDEX items_by_ean ON items (ean) WHERE ean <> ''",
        "CREATE INDEX listings_by_ean ON listings (ean) WHERE ean <> ''",
        "CREATE INDEX listings_by_family ON listings (parent) WHERE parent <> ''",
        "CREATE INDEX item_pairs_by_itmref ON item_pairs (itmref) WHERE itmref <> ''",
    ):
        db.conn.execute(statement)


@STEPS()
def workbench_snapshots(db: Database) -> None:
    """Decks as they were put together last: a start reads one block instead of a million cells."""
    db.conn.execute(
        "CREATE TABLE deck_snapshots (kind TEXT PRIMARY KEY, marker TEXT NOT NULL, data BLOB NOT NULL) STRICT"
    )
