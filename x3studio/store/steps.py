"""What one undo takes back: steps of any size, kept for good, so that undo and redo outlive the program."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from x3studio.store.rows import Page, Table, inserted, moment, page_of

_COLUMNS = "id, at, who, act, kind, title, count, rule, reason, of, undone_by"


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a person or a rule, in the log that any one of can be taken back from.

    `act` is decide, mark, revert, undo or redo; `of` the step that the last three are about. `count` says
    how many records it touched; `undone_by` the undo that took it back.
    """

    id: int
    at: datetime
    who: str
    act: str
    kind: str
    title: str
    count: int
    rule: str
    reason: str
    of: int | None
    undone_by: int | None


class Steps(Table):
    """Undo goes back through a person's own steps; a new step buries what that person had undone."""

    def begin(
        self,
        act: str,
        *,
        who: str,
        kind: str = "",
        title: str = "",
        count: int = 1,
        rule: str = "",
        reason: str = "",
        of: int | None = None,
    ) -> int:
        """Writes a step down; whatever it changes carries its number."""
        if act not in ("undo", "redo"):
            self.conn.execute(
                "UPDATE steps SET buried = 1 WHERE who = ? AND undone_by IS NOT NULL AND NOT buried", (who,)
            )
        cursor = self.conn.execute(
            "INSERT INTO steps (at, who, act, kind, title, count, rule, reason, of)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self.now(), who, act, kind, title, count, rule, reason, of),
        )
        return inserted(cursor)

    def get(self, id: int) -> Step | None:
        """One step."""
        row = self.conn.execute(f"SELECT {_COLUMNS} FROM steps WHERE id = ?", (id,)).fetchone()
        return _step(row) if row else None

    def to_undo(self, who: str) -> Step | None:
        """What the next undo of this person takes back."""
        return self._first(
            "who = ? AND act NOT IN ('undo', 'redo') AND undone_by IS NULL ORDER BY id DESC", who
        )

    def to_redo(self, who: str) -> Step | None:
        """What the next redo of this person brings back."""
        return self._first(
            "who = ? AND act NOT IN ('undo', 'redo') AND undone_by IS NOT NULL AND NOT buried ORDER BY id",
            who,
        )

    def note_undone(self, id: int, *, by: int | None) -> None:
        """Marks a step as taken back by an undo, or as standing again."""
        self.conn.execute("UPDATE steps SET undone_by = ? WHERE id = ?", (by, id))

    def skip(self, id: int, *, by: int) -> None:
        """Leaves a step out that had nothing left to take back."""
        self.conn.execute("UPDATE steps SET undone_by = ?, buried = 1 WHERE id = ?", (by, id))

    def log(self, *, before: int | None = None, limit: int = 10) -> Page[Step]:
        """Steps of everybody, the latest first, without undos and redos and what they took back."""
        rows = self.conn.execute(
            f"SELECT {_COLUMNS} FROM steps WHERE id < ? AND undone_by IS NULL"
            " AND act NOT IN ('undo', 'redo') ORDER BY id DESC LIMIT ?",
            (before or 2**62, limit + 1),
        ).fetchall()
        return page_of([_step(row) for row in rows], limit=limit, key=lambda step: step.id)

    def moments(self, *, since: int, who: str | None = None) -> list[tuple[datetime, int]]:
        """When decisions were taken since a time in microseconds, and how many at once."""
        rows = self.conn.execute(
            "SELECT at, count FROM steps WHERE at >= ? AND act = 'decide' AND (? IS NULL OR who = ?)"
            " ORDER BY id",
            (since, who, who),
        )
        return [(moment(at), count) for at, count in rows]

    def _first(self, condition: str, who: str) -> Step | None:
        row = self.conn.execute(f"SELECT {_COLUMNS} FROM steps WHERE {condition} LIMIT 1", (who,)).fetchone()
        return _step(row) if row else None


def _step(row: tuple[Any, ...]) -> Step:
    id, at, *rest = row
    return Step(id, moment(at), *rest)
