"""The mapping as it stood at an earlier revision, from the decisions up to then."""

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from x3studio.domain.mappings import CustomerPair, ItemPair, Judgement, Pair
from x3studio.store.pairs import CUSTOMER, ITEM, decision_of, standing_of
from x3studio.store.rows import Table, bound_list, micros

_KEY = "sku, marketplace, channel, vat_number"


class Past(Table):
    """A revision is the number of the last decision that counts."""

    def revision_at(self, moment: datetime) -> int:
        """The revision that stood at a moment, 0 before the first decision."""
        row = self.conn.execute("SELECT MAX(id) FROM decisions WHERE at <= ?", (micros(moment),)).fetchone()
        return row[0] or 0

    def items_for(self, skus: Collection[str], *, revision: int) -> dict[tuple[str, str], ItemPair]:
        """The pairs of these SKUs that were accepted then, by SKU and marketplace."""
        standing = self._standing(
            ITEM, " AND sku IN (SELECT value FROM json_each(?))", (revision, bound_list(skus))
        )
        return {(pair.seller_sku, pair.marketplace): pair for pair in standing if isinstance(pair, ItemPair)}

    def customers(self, *, revision: int) -> list[CustomerPair]:
        """The customer pairs that were accepted then."""
        return [pair for pair in self._standing(CUSTOMER, "", (revision,)) if isinstance(pair, CustomerPair)]

    def _standing(self, side: str, where: str, values: tuple[Any, ...]) -> Iterator[Pair]:
        rows = self.conn.execute(
            f"SELECT {_KEY}, id, reverts, judgement, pair FROM decisions WHERE side = ? AND id <= ?{where}"
            f" ORDER BY {_KEY}, id",
            (side, *values),
        )
        for _, chain in groupby(rows, key=lambda row: row[:4]):
            held = standing_of([(row[4], row[5], row[6], row[7]) for row in chain])
            if held.judgement is Judgement.ACCEPTED:
                yield decision_of(side, held.pair)
