"""Fetches of masters: what an unfinished one has read so far, and what each source last said of a kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from x3studio.store.master_shapes import SHAPES
from x3studio.store.masters import Masters
from x3studio.store.rows import Table, micros, micros_or_none, moment, moment_or_none

FETCHED, NOT_PUBLISHED = "fetched", "not published"


@dataclass(frozen=True, slots=True)
class Fetch:
    """A fetch under way: where the source goes on (`cursor`), how many rows came, since when it asks.

    A `whole` fetch removes at its end what the source no longer has.
    """

    began: datetime
    since: datetime | None
    whole: bool
    cursor: str = ""
    rows: int = 0


@dataclass(frozen=True, slots=True)
class MasterState:
    """What a source last said of a kind: `state` is fetched or not published, in its own words `said`."""

    kind: str
    source: str
    state: str
    said: str
    at: datetime


class Fetches(Table):
    """A fetch is stored with every page it writes, in the same work: after a kill it goes on from there."""

    def unfinished(self, kind: str, source: str) -> Fetch | None:
        """The fetch that did not end."""
        row = self.conn.execute(
            "SELECT began, since, whole, cursor, rows FROM fetches WHERE kind = ? AND source = ?",
            (kind, source),
        ).fetchone()
        if row is None:
            return None
        return Fetch(moment(row[0]), moment_or_none(row[1]), bool(row[2]), row[3], row[4])

    def keep(self, kind: str, source: str, fetch: Fetch) -> None:
        """Stores how far it has come."""
        self.conn.execute(
            "INSERT INTO fetches (kind, source, began, since, whole, cursor, rows)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (kind, source) DO UPDATE SET began = excluded.began, since = excluded.since,"
            " whole = excluded.whole, cursor = excluded.cursor, rows = excluded.rows",
            (
                *(kind, source, micros(fetch.began), micros_or_none(fetch.since)),
                *(fetch.whole, fetch.cursor, fetch.rows),
            ),
        )

    def saw(self, kind: str, source: str, rows: Sequence[Any]) -> int:
        """Notes the keys of what a whole fetch has brought; returns how many of them are new."""
        shape = SHAPES[kind]
        noted = self.conn.executemany(
            "INSERT OR IGNORE INTO fetched_keys (kind, source, key) VALUES (?, ?, ?)",
            ((kind, source, shape.key_of(row)) for row in rows),
        )
        return noted.rowcount

    def finish(self, kind: str, source: str, fetch: Fetch, masters: Masters) -> int:
        """Ends a fetch: moves the watermark to its begin; returns how many vanished rows it removed."""
        removed = 0
        if fetch.whole:
            removed = masters.remove(
                kind,
                f"source = ? AND {SHAPES[kind].key_sql} NOT IN"
                " (SELECT key FROM fetched_keys WHERE kind = ? AND source = ?)",
                (source, kind, source),
            )
        masters.set_watermark(kind, source, self._reached(kind, source, fetch.began))
        masters.touch(kind)
        self.forget(kind, source)
        self.say(kind, source, FETCHED)
        return removed

    def _reached(self, kind: str, source: str, began: datetime) -> datetime:
        """Up to where it was read: the newest change, where its clock is behind ours, else our begin."""
        if "modified" not in SHAPES[kind].columns:
            return began
        row = self.conn.execute(f"SELECT MAX(modified) FROM {kind} WHERE source = ?", (source,)).fetchone()
        return min(began, moment(row[0])) if row[0] is not None else began

    def forget(self, kind: str, source: str) -> None:
        """Drops an unfinished fetch."""
        for table in ("fetches", "fetched_keys"):
            self.conn.execute(f"DELETE FROM {table} WHERE kind = ? AND source = ?", (kind, source))

    def note_fetched(self, kind: str, source: str) -> None:
        """Notes that a kind was read as a whole just now."""
        self.say(kind, source, FETCHED)

    def say(self, kind: str, source: str, state: str, *, said: str = "") -> None:
        """Notes what a source said of a kind."""
        self.conn.execute(
            "INSERT INTO master_states (kind, source, state, said, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (kind, source) DO UPDATE SET state = excluded.state, said = excluded.said,"
            " at = excluded.at",
            (kind, source, state, said, self.now()),
        )

    def states(self) -> list[MasterState]:
        """What every source last said, kind by kind."""
        rows = self.conn.execute(
            "SELECT kind, source, state, said, at FROM master_states ORDER BY kind, source"
        ).fetchall()
        return [MasterState(kind, source, state, said, moment(at)) for kind, source, state, said, at in rows]
