"""Later tables of settlements: what persons repaired in files that came damaged."""

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
