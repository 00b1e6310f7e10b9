"""Removes what may no longer be kept, so that it is gone from the disk and not only from the tables."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from x3studio.store.database import Store
from x3studio.store.tables import Tables

BUYERS_DAYS = 30
"""Buyers' data may be kept for 30 days after delivery (Amazon's Data Protection Policy)."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How many exchanges, delivered orders' and refused orders' data, and old backups were removed.

    `left` is the proof: settled records that still hold a buyer's data beyond its time, counted afterwards.
    `moving` are records on their way, which keep theirs until they are settled.
    """

    exchanges: int
    buyers: int
    backups: int
    refused: int = 0
    left: int = 0
    moving: int = 0


async def purge(
    store: Store, *, journal_days: int, buyers_days: int = BUYERS_DAYS, now: datetime | None = None
) -> Purged:
    """Deletes older exchanges, blanks settled orders' personal data and removes backups that hold it.

    Where anything is to go, the whole file is rewritten: writes wait meanwhile, so this belongs between two
    runs.
    """
    present = now or datetime.now(UTC)
    journal_before = present - timedelta(days=journal_days)
    buyers_before = present - timedelta(days=buyers_days)

    def work(tables: Tables) -> tuple[int, int, int]:
        conn = tables.conn
        conn.execute("PRAGMA secure_delete = ON")
        conn.execute("BEGIN IMMEDIATE")
        try:
            exchanges = tables.journal.purge(before=journal_before)
            buyers, refused = tables.outbox.forget_sources(before=buyers_before)
            conn.execute("COMMIT")
        finally:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        conn.execute("VACUUM")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        conn.execute("PRAGMA secure_delete = OFF")
        return exchanges, buyers, refused

    def due(tables: Tables) -> bool:
        settled, _ = tables.outbox.holding(before=buyers_before)
        return settled > 0 or tables.journal.reaches_back(before=journal_before)

    exchanges, buyers, refused = await store.write_alone(work) if await store.read(due) else (0, 0, 0)
    left, moving = await store.read(lambda tables: tables.outbox.holding(before=buyers_before))
    backups = _drop_backups(store.path, before=max(journal_before, buyers_before))
    return Purged(exchanges, buyers, backups, refused, left, moving)


def _drop_backups(path: Path, *, before: datetime) -> int:
    old = [
        copy
        for copy in path.parent.iterdir()
        if copy.name.startswith(f"{path.name}.backup-") and copy.stat().st_mtime < before.timestamp()
    ]
    for copy in old:
        copy.unlink()
    return len(old)
