"""The workspace's decisions: single ones, whole files of them, and taking them back."""

import asyncio
import getpass
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from x3studio.domain.errors import SettingFault
from x3studio.domain.mappings import CustomerPair, Decision, ItemPair, Judgement
from x3studio.store import MappingRow, Store, Tables
from x3studio.workspace import mapping_files

Pair = ItemPair | CustomerPair
_EVERYTHING = 1_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: decisions taken over, rows that stood already, rows not understood."""

    imported: int
    unchanged: int
    problems: tuple[str, ...]


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

    async def take_over(self, path: Path, *, kind: str) -> Imported:
        """Takes over a file of decisions as one batch; what stands already is left alone."""
        rows = await asyncio.to_thread(mapping_files.read, path, kind=kind)
        items = [pair for pair in rows.pairs if isinstance(pair, ItemPair)]
        customers = [pair for pair in rows.pairs if isinstance(pair, CustomerPair)]

        def work(tables: Tables) -> int:
            standing = tables.mappings.items_for({pair.seller_sku for pair in items})
            known = set(tables.mappings.customers())
            fresh: list[Pair] = [
                pair for pair in items if standing.get((pair.seller_sku, pair.marketplace)) != pair
            ]
            fresh += [pair for pair in customers if pair not in known]
            tables.mappings.decide_many(
                fresh, Judgement.ACCEPTED, who=getpass.getuser(), batch=f"import {path.name}"
            )
            return len(fresh)

        taken = await self._store.write(work)
        return Imported(taken, len(rows.pairs) - taken, rows.problems)

    async def hand_out(self, path: Path, *, kind: str) -> int:
        """Writes the decisions that stand to a CSV or Excel file; returns how many."""
        pairs = await self._store.read(_items if kind == "items" else _customers)
        return await asyncio.to_thread(mapping_files.write, path, pairs, kind=kind)


def _items(tables: Tables) -> Sequence[Pair]:
    return tables.mappings.item_pairs(limit=_EVERYTHING).rows


def _customers(tables: Tables) -> Sequence[Pair]:
    return tables.mappings.customers()
