"""What speaks against pairs that stand, as far as it was worked out when they were decided."""

from x3studio.store.schema_repairs import STEPS
from x3studio.store.sqlite import Database

__all__ = ["STEPS"]


@STEPS()
def standing_conflicts(db: Database) -> None:
    """Decks flag what a decision has against it, not what a search had against its first candidate."""
    db.conn.execute(
        "CREATE TABLE standing_conflicts (decision INTEGER PRIMARY KEY, bits INTEGER NOT NULL) STRICT"
    )
