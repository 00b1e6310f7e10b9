"""Later tables of settlements: repaired lines of damaged files, money held back beyond a month's end."""

from x3studio.store.schema_workbench import STEPS
from x3studio.store.sqlite import Database

__all__ = ["STEPS"]


@STEPS()
def settlement_repairs(db: Database) -> None:
    """Repairs with who and when, one standing for each settlement, and their lines as old and new text."""
    for statement in (
        "CREATE TABLE settlement_repairs (id INTEGER PRIMARY KEY AUTOINCREMENT, settlement INTEGER NOT NULL,"
        " digest TEXT NOT NULL, columns TEXT NOT NULL, reason TEXT NOT NULL, proof TEXT NOT NULL,"
        " who TEXT NOT NULL, at INTEGER NOT NULL, undone_by TEXT NOT NULL DEFAULT '', undone_at INTEGER)"
        " STRICT",
        "CREATE UNIQUE INDEX one_standing_repair ON settlement_repairs (settlement) WHERE undone_at IS NULL",
        "CREATE TABLE settlement_repaired_lines (repair INTEGER NOT NULL, line INTEGER NOT NULL,"
        " old TEXT NOT NULL, new TEXT NOT NULL, PRIMARY KEY (repair, line)) STRICT, WITHOUT ROWID",
    ):
        db.conn.execute(statement)


@STEPS()
def settlement_deferrals(db: Database) -> None:
    """What Amazon holds back beyond a month's end, and the month ends that were accrued, by whom."""
    for statement in (
        "CREATE TABLE settlement_deferrals (connection TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL,"
        " status TEXT NOT NULL, earned INTEGER NOT NULL, amount TEXT NOT NULL, currency TEXT NOT NULL,"
        " marketplace TEXT NOT NULL, order_id TEXT NOT NULL, reason TEXT NOT NULL, matures TEXT,"
        " parts TEXT NOT NULL, seen_at INTEGER NOT NULL, PRIMARY KEY (connection, id))"
        " STRICT, WITHOUT ROWID",
        "CREATE INDEX settlement_deferrals_by_place ON settlement_deferrals (marketplace, currency, earned)",
        "CREATE TABLE settlement_accruals (marketplace TEXT NOT NULL, currency TEXT NOT NULL,"
        " day TEXT NOT NULL, total TEXT NOT NULL, lines TEXT NOT NULL, who TEXT NOT NULL,"
        " at INTEGER NOT NULL, PRIMARY KEY (marketplace, currency, day)) STRICT, WITHOUT ROWID",
    ):
        db.conn.execute(statement)
