"""What the last search found for each record, and which searches there were."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from x3studio.domain.workbench import Confidence, Key, Kind
from x3studio.store.pairs import key_text
from x3studio.store.rows import Table, bound_list, moment

_COLUMNS = "key, run, target, band, confidence, margin, conflicts, pack"


@dataclass(frozen=True, slots=True)
class Shown:
    """One candidate as it was found: reasons are (word, points), conflicts the matching's own words."""

    target: str
    band: Confidence
    confidence: float | None
    margin: float | None
    exact: str
    reasons: tuple[tuple[str, int], ...]
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lookup:
    """What was found for one record. `conflicts` are bits of ConflictCode, `shown` the candidates as JSON.

    `target` "" and no candidates: looked up, nothing found.
    """

    key: Key
    target: str = ""
    band: Confidence = Confidence.NONE
    confidence: float | None = None
    margin: float | None = None
    conflicts: int = 0
    pack: str = ""
    shown: str = "[]"


@dataclass(frozen=True, slots=True)
class MatchRun:
    """One search over a kind."""

    id: int
    kind: Kind
    at: datetime
    who: str
    model: str
    judged: int
    calibrated: bool
    records: int
    newest_item: int
    seconds: float


class Lookups(Table):
    """One row for each record that was looked up; a record without one was not."""

    def next_run(self) -> int:
        """The number that the next search will have."""
        row = self.conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'match_runs'").fetchone()
        return int(row[0]) + 1 if row else 1

    def finish(
        self,
        kind: Kind,
        run: int,
        *,
        who: str,
        model: str,
        judged: int,
        calibrated: bool,
        records: int,
        seconds: float,
    ) -> None:
        """Writes a search down when all it found is stored, and forgets what earlier ones found."""
        (newest,) = self.conn.execute("SELECT COALESCE(MAX(id), 0) FROM items").fetchone()
        self.conn.execute(
            "INSERT OR REPLACE INTO match_runs (id, kind, at, who, model, judged, calibrated, records,"
            " newest_item, seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (run, kind.value, self.now(), who, model, judged, calibrated, records, newest, seconds),
        )
        self._keep_only(kind, run)

    def put(self, kind: Kind, run: int, lookups: Iterable[Lookup]) -> None:
        """Stores what a search found."""
        self._let_go(kind)
        found = list(lookups)
        self.conn.executemany(
            f"INSERT OR REPLACE INTO lookups (kind, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(kind.value, key_text(it.key), run, it.target, int(it.band), it.confidence),
                    *(it.margin, it.conflicts, it.pack),
                )
                for it in found
            ),
        )
        self.conn.executemany(
            "INSERT OR REPLACE INTO lookup_candidates (kind, key, shown) VALUES (?, ?, ?)",
            ((kind.value, key_text(it.key), it.shown) for it in found),
        )

    def forget_empty(self, kind: Kind) -> int:
        """Makes records for which nothing was found "not looked up" where X3 has new items since."""
        run = self.last_run(kind)
        (newest,) = self.conn.execute("SELECT COALESCE(MAX(id), 0) FROM items").fetchone()
        if run is None or newest <= run.newest_item:
            return 0
        self._let_go(kind)
        return self.conn.execute("DELETE FROM lookups WHERE kind = ? AND target = ''", (kind.value,)).rowcount

    def _keep_only(self, kind: Kind, run: int) -> None:
        """Forgets what earlier searches found for records that this one did not see."""
        self.conn.execute(
            "DELETE FROM lookup_candidates WHERE kind = ? AND key IN"
            " (SELECT key FROM lookups WHERE kind = ? AND run < ?)",
            (kind.value, kind.value, run),
        )
        self.conn.execute("DELETE FROM lookups WHERE kind = ? AND run < ?", (kind.value, run))

    def forget(self, kind: Kind, keys: Sequence[Key]) -> None:
        """Makes records "not looked up" again."""
        self._let_go(kind)
        some = bound_list(map(key_text, keys))
        for table in ("lookups", "lookup_candidates"):
            self.conn.execute(
                f"DELETE FROM {table} WHERE kind = ? AND key IN (SELECT value FROM json_each(?))",
                (kind.value, some),
            )

    def _let_go(self, kind: Kind) -> None:
        """What was kept for the next start shows what is about to change."""
        self.conn.execute("DELETE FROM deck_snapshots WHERE kind = ?", (kind.value,))

    def columns(self, kind: Kind) -> list[tuple[Any, ...]]:
        """key, run, target, band, confidence, margin, conflicts, pack of every record looked up."""
        return self.conn.execute(f"SELECT {_COLUMNS} FROM lookups WHERE kind = ?", (kind.value,)).fetchall()

    def of(self, kind: Kind, keys: Sequence[Key]) -> dict[str, tuple[Any, ...]]:
        """The same columns of these records, by key text."""
        rows = self.conn.execute(
            f"SELECT {_COLUMNS} FROM lookups WHERE kind = ? AND key IN (SELECT value FROM json_each(?))",
            (kind.value, bound_list(map(key_text, keys))),
        )
        return {row[0]: row for row in rows}

    def candidates(self, kind: Kind, keys: Sequence[Key]) -> dict[str, tuple[Shown, ...]]:
        """The candidates of these records, by key text."""
        rows = self.conn.execute(
            "SELECT key, shown FROM lookup_candidates WHERE kind = ?"
            " AND key IN (SELECT value FROM json_each(?))",
            (kind.value, bound_list(map(key_text, keys))),
        )
        return {key: shown_of(text) for key, text in rows}

    def last_run(self, kind: Kind) -> MatchRun | None:
        """The latest search of a kind."""
        row = self.conn.execute(
            "SELECT id, at, who, model, judged, calibrated, records, newest_item, seconds FROM match_runs"
            " WHERE kind = ? ORDER BY id DESC LIMIT 1",
            (kind.value,),
        ).fetchone()
        if row is None:
            return None
        id, at, who, model, judged, calibrated, *rest = row
        return MatchRun(id, kind, moment(at), who, model, judged, bool(calibrated), *rest)


def shown_text(candidates: Sequence[Shown]) -> str:
    """Candidates as JSON."""
    return json.dumps(
        [
            [it.target, int(it.band), it.confidence, it.margin, it.exact, it.reasons, it.conflicts]
            for it in candidates
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def shown_of(text: str) -> tuple[Shown, ...]:
    """The candidates that `shown_text` wrote."""
    return tuple(
        Shown(
            target,
            Confidence(band),
            confidence,
            margin,
            exact,
            tuple((word, points) for word, points in reasons),
            tuple(conflicts),
        )
        for target, band, confidence, margin, exact, reasons, conflicts in json.loads(text)
    )
