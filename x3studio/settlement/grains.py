"""A million lines become a few sums: by triple, month, marketplace and channel, exactly."""

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from numpy.typing import NDArray

from x3studio.settlement import arrow
from x3studio.domain.settlements import Amount, Triple
from x3studio.settlement.dates import month_name
from x3studio.settlement.settlement import Settlement
from x3studio.settlement.table import Coded

_CHANNELS = {"afn": "AFN", "fba": "AFN", "amazon": "AFN", "mfn": "MFN", "merchant": "MFN"}


def triples_of(*parts: Coded) -> tuple[tuple[Triple, ...], NDArray[np.int32]]:
    """The distinct triples of three columns, and which of them each row holds."""
    key = parts[0].codes.astype(np.int64)
    for part in parts[1:]:
        key = key * len(part.values) + part.codes
    keys, rows = _distinct(key)
    triples = []
    for packed in keys.tolist():
        rest, last = divmod(packed, len(parts[2].values))
        first, middle = divmod(rest, len(parts[1].values))
        triples.append(Triple(parts[0].values[first], parts[1].values[middle], parts[2].values[last]))
    return tuple(triples), rows


def _distinct(key: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The distinct keys in order of first appearance, and each row's place among them; no sorting."""
    encoded = arrow.column(key).dictionary_encode()
    return arrow.whole(encoded.dictionary), arrow.codes(encoded)


def grains(settlement: Settlement) -> tuple[Amount, ...]:
    """All amounts at their finest posting grain; lines without a date join the last month."""
    months = settlement.posted.months
    last = int(months.max(initial=-1))
    last = last if last >= 0 else _fallback_month(settlement)
    months = np.where(months < 0, last, months).astype(np.int64)
    first = int(months.min(initial=last))
    markets, fulfilment = settlement.column("marketplace-name"), settlement.column("fulfillment-id")
    key = months - first
    for codes, size in (
        (settlement.triple_of, len(settlement.triples)),
        (markets.codes, len(markets.values)),
        (fulfilment.codes, len(fulfilment.values)),
    ):
        key = key * size + codes
    sums = (
        pa.Table.from_arrays([arrow.column(key), settlement.amounts], ["key", "amount"])
        .group_by("key")
        .aggregate([("amount", "sum"), ("amount", "count")])
    )
    found = []
    for packed, amount, rows in zip(
        sums["key"].to_pylist(), sums["amount_sum"].to_pylist(), sums["amount_count"].to_pylist(), strict=True
    ):
        rest, channel = divmod(packed, len(fulfilment.values))
        rest, market = divmod(rest, len(markets.values))
        month, triple = divmod(rest, len(settlement.triples))
        found.append(
            Amount(
                triple=settlement.triples[triple],
                month=month_name(first + month),
                marketplace=markets.values[market],
                channel=channel_of(fulfilment.values[channel], markets.values[market]),
                amount=amount,
                rows=rows,
            )
        )
    return tuple(sorted(found, key=lambda grain: (grain.month, grain.triple, grain.marketplace)))


def channel_of(fulfilment: str, marketplace: str) -> str:
    """AFN, MFN or MCF; orders for other shops stand under a marketplace "Non-Amazon ..." in real files."""
    if marketplace.casefold().startswith("non-amazon"):
        return "MCF"
    return _CHANNELS.get(fulfilment.casefold(), "")


def _fallback_month(settlement: Settlement) -> int:
    """Where no line has a date: the month the settlement ends in."""
    header = settlement.header
    moment = header.end or header.deposit or header.start
    return moment.year * 12 + moment.month - 1 if moment else 0
