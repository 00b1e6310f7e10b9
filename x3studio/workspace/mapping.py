"""The workspace's decisions one by one, for programs; people decide in the workbench."""

import getpass
from collections.abc import Sequence

from x3studio.domain.mappings import Decision, Judgement, Pair
from x3studio.store import MappingRow, Store

_EVERYTHING = 1_000_000


class Mapping:
    """Which X3 item or customer stands for which Amazon key."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def decide(self, pair: Pair, judgement: Judgement) -> Decision:
        """Records a decision; it holds from this moment on."""
        return await self._store.write(
            lambda tables: tables.mappings.decide(pair, judgement, who=getpass.getuser())
        )

    async def rows(self, *, text: str = "", only: str | None = None) -> Sequence[MappingRow]:
        """Every known SKU with what stands for it."""
        page = await self._store.read(
            lambda tables: tables.mappings.page(text=text, only=only, limit=_EVERYTHING)
        )
        return page.rows
