"""What people say of records without deciding them: unsure, excluded, a flag, a comment, an owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from x3studio.domain.workbench import Key, Kind, Mark
from x3studio.store.pairs import key_read, key_text, standing_of
from x3studio.store.rows import Table, bound_list, moment


@dataclass(frozen=True, slots=True)
class Marked:
    """One mark that stands; `about` is the decision it speaks of, 0 where of none."""

    key: Key
    mark: Mark
    value: str
    about: int
    who: str
    at: datetime


class Marks(Table):
    """Each mark of a record has one value; events are kept, so that any can be taken back."""

    def put(
        self,
        kind: Kind,
        values: Sequence[tuple[Key, str]],
        mark: Mark,
        *,
        who: str,
        step: int,
        about: int = 0,
    ) -> None:
        """Gives each record this mark with its value; "" takes the mark away."""
        now = self.now()
        rows = [
            (step, now, who, kind.value, key_text(key), mark.value, value, about) for key, value in values
        ]
        self.conn.executemany(
            "INSERT INTO mark_events (step, at, who, kind, key, mark, value, about)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        self._stand([(*row[3:], row[2], now) for row in rows])

    def take_back(self, step: int, *, who: str, by: int) -> list[tuple[Kind, Key]]:
        """Takes the marks of a step back in the step `by`; returns the records they were on."""
        touched = self.conn.execute(
            "SELECT id, kind, key, mark FROM mark_events WHERE step = ?", (step,)
        ).fetchall()
        now = self.now()
        found = []
        for id, kind, key, mark in touched:
            chain = self.conn.execute(
                "SELECT id, reverts, value, about FROM mark_events WHERE kind = ? AND key = ? AND mark = ?"
                " ORDER BY id",
                (kind, key, mark),
            ).fetchall()
            events = [(it[0], it[1], "withdrawn", str(it[0])) for it in chain]
            if id in standing_of(events).undone_by:
                continue
            after = standing_of([*events, (2**62, id, "", "")])
            value, about = next(((it[2], it[3]) for it in chain if it[0] == after.id), ("", 0))
            self.conn.execute(
                "INSERT INTO mark_events (step, at, who, kind, key, mark, value, about, reverts)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (by, now, who, kind, key, mark, value, about, id),
            )
            self._stand([(kind, key, mark, value, about, who, now)])
            found.append((Kind(kind), key_read(key)))
        return found

    def of(self, kind: Kind, keys: Sequence[Key]) -> list[Marked]:
        """The marks of these records."""
        rows = self.conn.execute(
            "SELECT key, mark, value, about, who, at FROM marks WHERE kind = ?"
            " AND key IN (SELECT value FROM json_each(?))",
            (kind.value, bound_list(map(key_text, keys))),
        )
        return [
            Marked(key_read(key), Mark(mark), value, about, who, moment(at))
            for key, mark, value, about, who, at in rows
        ]

    def having(self, kind: Kind, mark: Mark) -> list[Marked]:
        """Every record of a kind with this mark."""
        rows = self.conn.execute(
            "SELECT key, mark, value, about, who, at FROM marks WHERE kind = ? AND mark = ?",
            (kind.value, mark.value),
        )
        return [
            Marked(key_read(key), Mark(mark), value, about, who, moment(at))
            for key, mark, value, about, who, at in rows
        ]

    def all(self, kind: Kind) -> list[Marked]:
        """Every mark of a kind."""
        rows = self.conn.execute(
            "SELECT key, mark, value, about, who, at FROM marks WHERE kind = ?", (kind.value,)
        )
        return [
            Marked(key_read(key), Mark(mark), value, about, who, moment(at))
            for key, mark, value, about, who, at in rows
        ]

    def columns(self, kind: Kind) -> list[tuple[str, str, str, int]]:
        """Key, mark, value and what it is about, of every mark of a kind."""
        return self.conn.execute(
            "SELECT key, mark, value, about FROM marks WHERE kind = ?", (kind.value,)
        ).fetchall()

    def revision(self) -> int:
        """The number of the last mark, 0 before the first."""
        row = self.conn.execute("SELECT COALESCE(MAX(id), 0) FROM mark_events").fetchone()
        return int(row[0])

    def _stand(self, rows: Sequence[tuple[str, str, str, str, int, str, int]]) -> None:
        self.conn.executemany(
            "DELETE FROM marks WHERE kind = ? AND key = ? AND mark = ?",
            [row[:3] for row in rows if not row[3]],
        )
        self.conn.executemany(
            "INSERT OR REPLACE INTO marks (kind, key, mark, value, about, who, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [row for row in rows if row[3]],
        )
