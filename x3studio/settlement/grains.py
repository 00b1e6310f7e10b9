"""A million lines become a few sums: by triple, month, marketplace and channel, exactly."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from x3studio.domain.settlements import Amount, Triple
from x3studio.settlement import arrow
from x3studio.settlement.coded import Coded
from x3studio.settlement.dates import month_name
from x3studio.settlement.exact import scaled, sums_by
from x3studio.settlement.settlement import Settlement


class Route(NamedTuple):
    """Where goods went, where from, and whether the marketplace owes the tax; "" where that is not known."""

    destination: str = ""
    ship_from: str = ""
    facilitator: bool = False


_NO_ROUTES = (Route(),)
_NO_LINES: Mapping[str, str] = MappingProxyType({})
_CHANNELS = {"afn": "AFN", "fba": "AFN", "amazon": "AFN", "mfn": "MFN", "merchant": "MFN"}


def triples_of(*parts: Coded) -> tuple[tuple[Triple, ...], NDArray[np.int32]]:
    """The distinct triples of three columns, and which of them each row holds."""
    count, rows = together([(part.codes, len(part.values)) for part in parts])
    return tuple(
        Triple(*(part.values[part.codes[row]] for part in parts)) for row in first_rows(rows, count)
    ), rows


def together(columns: Sequence[tuple[NDArray[np.integer], int]]) -> tuple[int, NDArray[np.int32]]:
    """How many combinations of codes occur, and which of them each row holds; (codes, how many) by column.

    Combined one by one, so that no product of sizes outgrows 64 bits.
    """
    count, rows = 1, np.zeros(len(columns[0][0]), np.int32)
    for codes, size in columns:
        keys, rows = distinct(rows.astype(np.int64) * size + codes)
        count = len(keys)
    return count, rows


def distinct(key: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The distinct keys in order of first appearance, and each row's place among them; no sorting."""
    encoded = arrow.column(key).dictionary_encode()
    return arrow.whole(encoded.dictionary), arrow.codes(encoded)


def first_rows(groups: NDArray[np.int32], count: int) -> list[int]:
    """The first row of each group."""
    first = np.zeros(count, np.int64)
    first[groups[::-1]] = np.arange(len(groups) - 1, -1, -1)
    rows: list[int] = first.tolist()
    return rows


def grains(
    settlement: Settlement,
    *,
    lines: Mapping[str, str] = _NO_LINES,
    routes: tuple[NDArray[np.int32], Sequence[Route]] | None = None,
) -> tuple[Amount, ...]:
    """All amounts at their finest posting grain; lines without a date join the last month.

    `lines` are product lines by SKU; without them all amounts are of the line "". `routes` are each row's
    code and the routes by code, where VAT depends on them.
    """
    months = settlement.posted.months
    last = int(months.max(initial=-1))
    months = np.where(months < 0, last if last >= 0 else _fallback_month(settlement), months)
    markets, fulfilment = settlement.column("marketplace-name"), settlement.column("fulfillment-id")
    of_line, line_names = _product_lines(settlement, lines)
    of_route, ways = routes or (of_line, _NO_ROUTES)
    count, group = together(
        [
            (months, int(months.max()) + 1),
            (settlement.triple_of, len(settlement.triples)),
            (markets.codes, len(markets.values)),
            (fulfilment.codes, len(fulfilment.values)),
            *([(of_line, len(line_names))] if len(line_names) > 1 else []),
            *([(of_route, len(ways))] if len(ways) > 1 else []),
        ]
    )
    sums = sums_by(group, scaled(settlement.amounts), count=count)
    rows = np.bincount(group, minlength=count)
    found = []
    for place, row in enumerate(first_rows(group, count)):
        market = markets.values[markets.codes[row]]
        way = ways[of_route[row]] if len(ways) > 1 else ways[0]
        found.append(
            Amount(
                triple=settlement.triples[settlement.triple_of[row]],
                month=month_name(int(months[row])),
                marketplace=market,
                channel=channel_of(fulfilment.values[fulfilment.codes[row]], market),
                amount=sums[place],
                rows=int(rows[place]),
                line=line_names[of_line[row]],
                destination=way.destination,
                ship_from=way.ship_from,
                facilitator=way.facilitator,
            )
        )
    return tuple(sorted(found, key=lambda grain: (grain.month, grain.triple, grain.marketplace)))


def _product_lines(
    settlement: Settlement, lines: Mapping[str, str]
) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """A code of the product line for each row, and the lines by code."""
    if not lines:
        return np.zeros(len(settlement.triple_of), np.int32), ("",)
    skus = settlement.column("sku")
    names = ("", *sorted(set(lines.values()) - {""}))
    place = {name: code for code, name in enumerate(names)}
    of_sku = np.array([place[lines.get(sku, "")] for sku in skus.values], np.int32)
    return of_sku[skus.codes], names


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
