"""Looking into settlements: what is unusual, what changed, what lost money, and two of them side by side."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from x3studio.domain.bookkeeping import FeeSum
from x3studio.domain.errors import SettingFault
from x3studio.domain.sheets import Anomaly, Comparison, FeeChange, Loss
from x3studio.settlement.comparing import compare
from x3studio.store import Store, Tables
from x3studio.sync.settling.knowledge import Knowledge, knowledge
from x3studio.sync.settling.proving import stored_proof

T = TypeVar("T")


class SettlementInsight:
    """Questions that only look; every answer comes from the store's memory of fees and sheets."""

    _store: Store

    async def anomalies(self, id: int) -> tuple[Anomaly, ...]:
        """What is unusual in a settlement against those before it, the most money first."""
        from x3studio.settlement.anomalies import anomalies

        return await self._over_fees(
            id,
            lambda fees, known, currency: anomalies(
                fees, entry=id, vocabulary=known.vocabulary, currency=currency
            ),
        )

    async def fee_changes(self, id: int) -> tuple[FeeChange, ...]:
        """Fees that cost another amount for each line since this settlement."""
        from x3studio.settlement.anomalies import fee_changes

        return await self._over_fees(
            id,
            lambda fees, known, currency: fee_changes(
                fees, entry=id, vocabulary=known.vocabulary, currency=currency
            ),
        )

    async def losses(self, id: int) -> tuple[Loss, ...]:
        """SKUs that brought less than Amazon took of them."""
        from x3studio.settlement.anomalies import losses

        return await self._over_fees(
            id, lambda fees, known, _: losses(fees, entry=id, vocabulary=known.vocabulary)
        )

    async def _over_fees(self, id: int, work: Callable[[Sequence[FeeSum], Knowledge, str], T]) -> T:
        def read(tables: Tables) -> tuple[Sequence[FeeSum], Knowledge, str]:
            entry = tables.settlements.get(id)
            if entry is None:
                raise SettingFault(f"There is no settlement {id} in the archive.", field="settlement")
            return (
                [*tables.accounts.fees(until=id, like=id), *_without_sku(tables, id)],
                knowledge(tables),
                entry.currency,
            )

        return await asyncio.to_thread(work, *await self._store.read(read))

    async def compare(self, first: int, second: int) -> Comparison:
        """Two settlements by kind of amount, the largest change first."""

        def read(tables: Tables) -> Comparison:
            sides = []
            for id in (first, second):
                entry, proof = tables.settlements.get(id), stored_proof(tables, id)
                if entry is None or proof is None:
                    raise SettingFault(f"Settlement {id} cannot be compared.", field="settlement")
                sides.append((entry, proof))
            return compare(sides[0], sides[1])

        return await self._store.read(read)


def _without_sku(tables: Tables, id: int) -> list[FeeSum]:
    """What belongs to no SKU, over the settlements of this chain up to this one, with its sales beside it."""
    entry = tables.settlements.get(id)
    found: list[FeeSum] = []
    for other in tables.settlements.entries():
        if entry is None or other.chain != entry.chain or (other.end and entry.end and other.end > entry.end):
            continue
        proof = stored_proof(tables, other.id)
        for each in proof.amounts if proof else ():
            found.append(
                FeeSum(
                    "", each.marketplace, each.triple, each.rows, each.rows, each.amount, other.id, other.end
                )
            )
    return found
