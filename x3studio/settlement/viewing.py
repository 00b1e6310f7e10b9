"""Lines of a settlement for people: one at a time out of a million, and any of them in any order."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from x3studio.domain.settlements import Triple
from x3studio.settlement import arrow
from x3studio.settlement.exact import scaled
from x3studio.settlement.grains import channel_of
from x3studio.settlement.settlement import Settlement

_EPOCH = date(1970, 1, 1)
ORDERS = ("line", "day", "kind", "order", "sku", "amount")
"""What lines can be ordered by."""


class LineRow(NamedTuple):
    """One line; `place` is its row among the columns, `line` its number in the file."""

    place: int
    line: int
    day: str
    triple: Triple
    order: str
    sku: str
    marketplace: str
    channel: str
    amount: Decimal


def line_at(settlement: Settlement, place: int) -> LineRow:
    """The line in row `place`."""
    days = int(settlement.posted.days[place])
    marketplace = _text(settlement, "marketplace-name", place)
    return LineRow(
        place=place,
        line=int(settlement.numbers[place]),
        day=f"{_EPOCH + timedelta(days=days)}" if days >= 0 else "",
        triple=settlement.triples[settlement.triple_of[place]],
        order=_text(settlement, "order-id", place),
        sku=_text(settlement, "sku", place),
        marketplace=marketplace,
        channel=channel_of(_text(settlement, "fulfillment-id", place), marketplace),
        amount=settlement.amounts[place].as_py(),
    )


def select(settlement: Settlement, *, triples: Collection[Triple] | None, text: str) -> NDArray[np.int64]:
    """The rows of these kinds (None: all) whose order, SKU or kind of amount holds the text."""
    kinds = settlement.triples
    chosen = [place for place, triple in enumerate(kinds) if triples is None or triple in triples]
    kept = np.isin(settlement.triple_of, chosen)
    wanted = text.strip().casefold()
    if wanted:
        named = [place for place, triple in enumerate(kinds) if wanted in str(triple).casefold()]
        skus = settlement.column("sku")
        hits = np.isin(settlement.triple_of, named)
        hits |= np.isin(skus.codes, [i for i, sku in enumerate(skus.values) if wanted in sku.casefold()])
        if "order-id" in settlement.text.column_names:
            orders = settlement.text["order-id"]
            hits |= arrow.flags(pc.match_substring(orders, wanted, ignore_case=True))
        kept &= hits
    return np.flatnonzero(kept)


def in_order(
    settlement: Settlement, rows: NDArray[np.int64], *, by: str, descending: bool
) -> NDArray[np.int64]:
    """These rows in order of one of ORDERS; equal ones stay in the order of the file."""
    match by:
        case "amount":
            keys = scaled(settlement.amounts)[rows]
        case "day":
            keys = settlement.posted.days[rows].astype(np.int64)
        case "kind":
            keys = _ranks([str(triple) for triple in settlement.triples])[settlement.triple_of[rows]]
        case "sku":
            column = settlement.column("sku")
            keys = _ranks(column.values)[column.codes[rows]]
        case "order":
            keys = _text_ranks(settlement.text["order-id"].take(arrow.column(rows.astype(np.int64))))
        case _:
            keys = rows
    if descending:
        keys = -keys
    return rows[np.argsort(keys, kind="stable")]


def _text(settlement: Settlement, name: str, place: int) -> str:
    return str(settlement.text[name][place].as_py()).strip() if name in settlement.text.column_names else ""


def _ranks(values: list[str] | tuple[str, ...]) -> NDArray[np.int64]:
    """The place of each text among all of them in order."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = np.empty(len(values), np.int64)
    ranks[order] = np.arange(len(values))
    return ranks


def _text_ranks(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Texts that hardly repeat, by their place in order; equal ones get the same."""
    encoded = pc.dictionary_encode(column.combine_chunks())
    return _ranks(encoded.dictionary.to_pylist())[arrow.codes(pa.chunked_array([encoded]))]
