"""Amazon's usage plans, kept in the workspace file so that a restart does not spend them twice."""

from datetime import datetime

from x3studio.store import Bucket, Store


class StoredBuckets:
    """What the Amazon client needs to remember between two starts of the program."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def load(self, key: str) -> tuple[float, datetime, float] | None:
        """Tokens left, when (UTC), and the rate they come back at."""
        bucket = await self._store.read(lambda tables: tables.limits.load(key))
        return (bucket.tokens, bucket.at, bucket.rate) if bucket else None

    async def save(self, key: str, tokens: float, at: datetime, rate: float) -> None:
        """Keeps what is left."""
        await self._store.write(lambda tables: tables.limits.save(key, Bucket(tokens, at, rate)))
