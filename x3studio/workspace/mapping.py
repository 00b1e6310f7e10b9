"""The workspace's decisions: single ones, and taking them back."""

import getpass
from collections.abc import Sequence

from x3studio.domain.errors import SettingFault
from x3studio.domain.mappings import Decision, Judgement, Pair
from x3studio.store import MappingRow, Store, Tables

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

    async def undo(self, decision_id: int | None = None) -> Decision:
        """Takes a decision back (the last one by default), whatever came after it."""

        def work(tables: Tables) -> Decision:
            last = decision_id or tables.mappings.revision()
            if not last:
                raise SettingFault("Nothing has been decided yet.", field="id")
            try:
                return tables.mappings.revert(last, who=getpass.getuser())
            except LookupError as fault:
                raise SettingFault(
                    f"There is no decision {last}.",
                    field="id",
                    advice="Without a number the last one is meant.",
                ) from fault

        return await self._store.write(work)

    async def rows(self, *, text: str = "", only: str | None = None) -> Sequence[MappingRow]:
        """Every known SKU with what stands for it."""
        page = await self._store.read(
            lambda tables: tables.mappings.page(text=text, only=only, limit=_EVERYTHING)
        )
        return page.rows
