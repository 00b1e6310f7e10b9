"""Amazon's token buckets, kept so that a restart does not spend what was spent already."""

from dataclasses import dataclass
from datetime import datetime

from x3studio.store.rows import Table, micros, moment


@dataclass(frozen=True, slots=True)
class Bucket:
    """`tokens` were left at the wall-clock time `at`; `rate` is how many flow in a second."""

    tokens: float
    at: datetime
    rate: float


class Limits(Table):
    """One bucket per key; the key names account and operation."""

    def load(self, key: str) -> Bucket | None:
        """The bucket as it was last saved."""
        row = self.conn.execute("SELECT tokens, at, rate FROM limits WHERE key = ?", (key,)).fetchone()
        return None if row is None else Bucket(tokens=row[0], at=moment(row[1]), rate=row[2])

    def save(self, key: str, bucket: Bucket) -> None:
        """Keeps the bucket for the next start."""
        self.conn.execute(
            "INSERT INTO limits (key, tokens, at, rate) VALUES (?, ?, ?, ?) ON CONFLICT (key)"
            " DO UPDATE SET tokens = excluded.tokens, at = excluded.at, rate = excluded.rate",
            (key, bucket.tokens, micros(bucket.at), bucket.rate),
        )
