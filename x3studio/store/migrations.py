"""Brings an older file to today's tables: first a backup, then all missing steps in one transaction."""

from collections.abc import Sized
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

from x3studio import __version__
from x3studio.store.cipher import claim, connect, discard, salted
from x3studio.store.faults import newer_file
from x3studio.store.schema_places import STEPS
from x3studio.store.sqlite import Database, Migrations, database

_WRITTEN_BY = "studio.written_by"


def migrate(
    conn: Connection, *, path: Path, key: bytes, steps: Migrations = STEPS, version: str = __version__
) -> Path | None:
    """Applies what is missing; returns the backup, None where there was nothing to save or to do.

    Raises StoreFault when the file holds steps that this program does not know.
    """
    db = database(conn)
    applied = {step.name for step in steps.applied(db)}
    if unknown := applied - {step.name for step in steps.pending(Database(memory=True))}:
        raise newer_file(
            path, written_by=_written_by(conn) or f"({', '.join(sorted(unknown))})", version=version
        )
    if not steps.pending(db):
        _count(conn, applied)
        return None
    backup = back_up(conn, path=path, key=key) if applied else None
    # Immediate: a second process that starts now waits here and then finds nothing left to do.
    conn.execute("BEGIN IMMEDIATE")
    try:
        steps.apply(db)
        _count(conn, steps.applied(db))
        conn.execute(
            "INSERT INTO settings (key, value) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (_WRITTEN_BY, f'"{version}"'),
        )
        conn.execute("COMMIT")
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
    return backup


def back_up(conn: Connection, *, path: Path, key: bytes) -> Path:
    """Copies the file beside itself, with the same key and salt; returns the copy's path."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    copy = path.with_name(f"{path.name}.backup-{stamp}")
    claim(copy)
    target = connect(copy, key=salted(key, path))
    try:
        conn.backup(target)
        target.close()
    except BaseException:
        target.close()
        discard(copy)
        raise
    return copy


def _count(conn: Connection, applied: Sized) -> None:
    """Lets the next start see at one look whether the file is of today."""
    conn.execute(f"PRAGMA user_version = {len(applied)}")


def _written_by(conn: Connection) -> str:
    row = conn.execute("SELECT value FROM settings WHERE key = ?", (_WRITTEN_BY,)).fetchone()
    return "" if row is None else str(row[0]).strip('"')
