"""What Amazon knows of this seller's offers, read into the workspace."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from x3studio.amazon import AmazonClient
from x3studio.domain.catalogue import Listing
from x3studio.store import Store
from x3studio.workspace.fetching import Fetched, Fetching, Source, Watch


@dataclass(frozen=True, slots=True)
class _Page:
    values: tuple[Listing, ...]
    cursor: str


class AmazonMasters:
    """Fetches of one seller account."""

    def __init__(self, store: Store, fetching: Fetching, amazon: AmazonClient) -> None:
        self._store = store
        self._fetching = fetching
        self._amazon = amazon

    async def fetch(self, kind: str, *, full: bool, watch: Watch) -> Fetched:
        """Reads listings."""
        del kind
        source = Source(self._amazon.connection.name, self._amazon.connection.seller_id, self._listings)
        return await self._fetching.fetch("listings", source, full=full, watch=watch)

    async def _listings(self, since: datetime | None, cursor: str) -> AsyncIterator[_Page]:
        del cursor
        for marketplace in self._amazon.connection.marketplaces:
            async for page in self._amazon.listings(marketplace=marketplace, since=since):
                yield _Page(page, "")
