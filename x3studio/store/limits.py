"""Amazon's token buckets, kept so that a restart does not spend what was spent already."""

from dataclasses import dataclass
from datetime import datetime

from x3studio.store.rows import Table, micros, moment


@dataclass(frozen=True, slots=True)
class Bucket:
    """`tokens` were left at the wall-clock time `at`."""

    tokens: float
    at: datetime


class Limits(Table):
    """One bucket per key; the key names account and operation."""

    def load(self, key: str) -> Bucket | None:
        """The bucket as it was last saved."""
        row = self.conn.execute("SELECT tokens, at FROM limits WHERE key = ?", (key,)).fetchone()
        return None if row is None else Bucket(tokens=row[0], at=moment(row[1]))

    def save(self, key: str, tokens: float, at: datetime) -> None:
        """Keeps the bucket for the next start."""
        self.conn.execute(
            "INSERT INTO limits (key, tokens, at) VALUES (?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET tokens = excluded.tokens, at = excluded.at",
            (key, tokens, micros(at)),
        )
