"""Decisions that are to be judged a second time, and what the second judgement said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from x3studio.domain.workbench import Key, Kind
from x3studio.store.pairs import key_read, key_text
from x3studio.store.rows import Table, bound_list, moment_or_none


@dataclass(frozen=True, slots=True)
class SecondLook:
    """One record judged again; `first` and `second` are what was chosen, `agrees` None while it is open."""

    id: int
    key: Key
    decision: int
    purpose: str
    first: str
    second: str | None
    agrees: bool | None
    who: str
    at: datetime | None


class SecondLooks(Table):
    """`purpose` is sample (of a rule's decisions), blind (a double check) or four eyes."""

    def ask(self, kind: Kind, decisions: Sequence[tuple[Key, int]], *, purpose: str) -> int:
        """Asks for a second judgement of these decisions; returns how many are new."""
        before = self.conn.total_changes
        self.conn.executemany(
            "INSERT OR IGNORE INTO second_looks (kind, key, decision, purpose, asked_at, first, who)"
            " SELECT ?, ?, id, ?, ?, pair, '' FROM decisions WHERE id = ?",
            [(kind.value, key_text(key), purpose, self.now(), id) for key, id in decisions],
        )
        return self.conn.total_changes - before

    def open(self, kind: Kind, *, purpose: str | None = None, limit: int = 100) -> list[SecondLook]:
        """What still waits for its second judgement, the oldest first."""
        return self._rows("kind = ? AND agrees IS NULL", kind, purpose, limit)

    def judged(self, kind: Kind, *, purpose: str | None = None, limit: int = 10_000) -> list[SecondLook]:
        """What was judged a second time."""
        return self._rows("kind = ? AND agrees IS NOT NULL", kind, purpose, limit)

    def judge(self, id: int, *, second: str, agrees: bool, who: str) -> None:
        """Writes the second judgement down."""
        self.conn.execute(
            "UPDATE second_looks SET second = ?, agrees = ?, who = ?, at = ? WHERE id = ?",
            (second, agrees, who, self.now(), id),
        )

    def approve(self, decision: int, *, who: str) -> None:
        """A second person stands by a decision."""
        self.conn.execute(
            "INSERT OR REPLACE INTO approvals (decision, who, at) VALUES (?, ?, ?)",
            (decision, who, self.now()),
        )

    def approvals(self, decisions: Sequence[int]) -> dict[int, str]:
        """Who approved those of these decisions that are approved."""
        rows = self.conn.execute(
            "SELECT decision, who FROM approvals WHERE decision IN (SELECT value FROM json_each(?))",
            (bound_list(decisions),),
        )
        return {int(decision): str(who) for decision, who in rows}

    def _rows(self, condition: str, kind: Kind, purpose: str | None, limit: int) -> list[SecondLook]:
        rows = self.conn.execute(
            "SELECT id, key, decision, purpose, first, second, agrees, who, at FROM second_looks"
            f" WHERE {condition} AND (? IS NULL OR purpose = ?) ORDER BY id LIMIT ?",
            (kind.value, purpose, purpose, limit),
        )
        return [
            SecondLook(
                id=id,
                key=key_read(key),
                decision=decision,
                purpose=why,
                first=first,
                second=second,
                agrees=None if agrees is None else bool(agrees),
                who=who,
                at=moment_or_none(at),
            )
            for id, key, decision, why, first, second, agrees, who, at in rows
        ]
