"""Rules that decided or may decide, numbered once and for all ("R-31")."""

from dataclasses import dataclass
from datetime import datetime

from x3studio.domain.workbench import Kind
from x3studio.store.rows import Table, inserted, moment


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `text` is what it says, `title` the same in words."""

    id: int
    kind: Kind
    text: str
    title: str
    active: bool
    who: str
    at: datetime

    @property
    def name(self) -> str:
        """As decisions name it."""
        return f"R-{self.id}"


class Rules(Table):
    """A rule is kept once for each text; what it decided carries its name."""

    def named(self, kind: Kind, text: str, *, title: str, who: str) -> str:
        """The name of the rule with this text, new or known."""
        row = self.conn.execute(
            "SELECT id FROM rules WHERE kind = ? AND text = ?", (kind.value, text)
        ).fetchone()
        if row is not None:
            return f"R-{row[0]}"
        cursor = self.conn.execute(
            "INSERT INTO rules (kind, text, title, active, who, at) VALUES (?, ?, ?, 1, ?, ?)",
            (kind.value, text, title, who, self.now()),
        )
        return f"R-{inserted(cursor)}"

    def set_active(self, id: int, active: bool) -> None:
        """Lets a rule take part in matching, or no longer."""
        self.conn.execute("UPDATE rules SET active = ? WHERE id = ?", (active, id))

    def all(self, kind: Kind | None = None) -> list[Rule]:
        """The rules of a kind or of all, the oldest first."""
        rows = self.conn.execute(
            "SELECT id, kind, text, title, active, who, at FROM rules WHERE ? IS NULL OR kind = ?"
            " ORDER BY id",
            (kind, kind),
        )
        return [
            Rule(id, Kind(name), text, title, bool(active), who, moment(at))
            for id, name, text, title, active, who, at in rows
        ]
