"""Reads one settlement file: what is decided once per file is decided here, then the lines follow."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from x3studio.domain.errors import SettingFault
from x3studio.domain.money import minor_unit
from x3studio.domain.repairs import Touch
from x3studio.domain.settlements import SettlementHeader
from x3studio.settlement import arrow
from x3studio.settlement.coded import Coded
from x3studio.settlement.dates import Order
from x3studio.settlement.faults import (
    NoSummary,
    NothingInside,
    SeveralSettlements,
    SpreadsheetDamage,
)
from x3studio.settlement.grains import triples_of
from x3studio.settlement.marks import decide_mark
from x3studio.settlement.posted import edge, place, read_times
from x3studio.settlement.resources import site_of
from x3studio.settlement.settlement import Oddities, Settlement
from x3studio.settlement.source import Source
from x3studio.settlement.table import TextTable, read_table
from x3studio.settlement.wide import unfold

_HEADER_ONLY = (
    "settlement-start-date",
    "settlement-end-date",
    "deposit-date",
    "total-amount",
    "settlement-id",
    "currency",
)
_POWER = r"^-?[0-9]+([.,][0-9]+)?E\+[0-9]+$"
_NUMBER = re.compile(r"[0-9]+[.,][0-9]*(E[+-]?[0-9]+)?|[0-9]+E[+-]?[0-9]+", re.IGNORECASE)
_IDS = (
    "settlement-id",
    "order-id",
    "order-item-code",
    "sku",
)


def read_settlement(
    path: Source, *, zone: str = "", also: Collection[str] = (), touches: Sequence[Touch] = ()
) -> Settlement:
    """The settlement in a file: plain or gzip, V2 or the older wide layout, any of Amazon's encodings.

    `zone` is an IANA name that decides months; "" takes the marketplace's own. `also` names columns to keep
    that no sum or check depends on. `touches` are repaired lines, which read as a person accepted them.
    Errors: SettlementRefused in all its kinds (settlement.faults); SettingFault for an unknown zone.
    """
    if zone:
        known_zone(zone)
    text = _without_blank(read_table(path, also=also, touches=touches))
    _one_header(text)
    summary = _summary(text)
    if text.numbers[summary] != text.opening[0]:
        text = _without_blank(read_table(path, everything=True, touches=touches))
    _undamaged(text)
    oddities = _oddities(text, summary)
    rows = text.table.num_rows - 1
    if text.columns.wide:
        text = unfold(text, summary=summary)
        summary = int(np.flatnonzero(text.numbers == oddities.summary_line)[0])
    if not rows:
        _refuse_summary_alone(text, summary, oddities.summary_line)
    return _settle(text, summary, zone, oddities, rows)


def _refuse_summary_alone(text: TextTable, summary: int, line: int) -> NoReturn:
    total = text.text("total-amount", summary).strip()
    if any(digit in total for digit in "123456789"):
        title = f"The settlement's total is {total}, but the lines that make it up are missing."
        advice = "Download the settlement again."
    else:
        title = "The settlement has a summary but no lines."
        advice = "Amazon paid and charged nothing: there is nothing to post."
    raise NothingInside(title, advice=advice, line=line)


def known_zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name. Error: SettingFault."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise SettingFault(
            f"The time zone {name} is unknown.", field="zone", advice="Use a name like Europe/Berlin."
        ) from fault


def _settle(text: TextTable, summary: int, zone: str, oddities: Oddities, rows: int) -> Settlement:
    line = oddities.summary_line
    currency = _currency(text, summary)
    markets = Counter(text.coded("marketplace-name").in_use())
    site = site_of((name for name, _ in markets.most_common()), currency=currency)
    edges = [text.text(name, summary).strip() for name in _HEADER_ONLY[:3]]
    total_text = text.text("total-amount", summary)
    settlement_id = text.text("settlement-id", summary).strip()
    lines = _without(text, summary)
    decided = decide_mark(
        lines,
        total=total_text,
        total_line=line,
        preferred=site.mark if site else ".",
        whole=minor_unit(currency or (site.currency if site else "")) == 1,
    )
    name = zone or (site.zone if site else "UTC")
    times = read_times(
        lines,
        edges=edges,
        edges_line=line,
        preferred=site.dates if site else Order.DAY_FIRST,
        zone=known_zone(name),
    )
    kinds = (lines.coded(name) for name in ("transaction-type", "amount-type", "amount-description"))
    triples, triple_of = triples_of(*kinds)
    start, end, deposit = (edge(value, times.order) for value in edges)
    currency = currency or (site.currency if site else "")
    return Settlement(
        header=SettlementHeader(settlement_id, start, end, deposit, decided.total, currency),
        columns=text.columns,
        shape=text.shape,
        encoding=text.encoding,
        mark=decided.mark,
        zone=name,
        text=lines.table.drop_columns([n for n in _HEADER_ONLY if n in lines.table.column_names]),
        numbers=lines.numbers,
        amounts=decided.amounts,
        posted=place(times, lines, zone=known_zone(name)),
        triples=triples,
        triple_of=triple_of,
        oddities=replace(
            oddities, without_amount=tuple(int(lines.numbers[row]) for row in decided.empty[:100])
        ),
        rows=rows,
    )


def _without(text: TextTable, row: int) -> TextTable:
    """All lines but one, without copying the others."""
    table = pa.concat_tables([text.table.slice(0, row), text.table.slice(row + 1)])
    return replace(text, table=table, numbers=np.delete(text.numbers, row))


def _kept(text: TextTable, rows: NDArray[np.bool_]) -> TextTable:
    if rows.all():
        return text
    return replace(text, table=text.table.filter(arrow.column(rows)), numbers=text.numbers[rows])


def _without_blank(text: TextTable) -> TextTable:
    """Without lines of nothing but tabs, as spreadsheets leave them at the end."""
    blank = np.ones(text.table.num_rows, bool)
    for name in ("settlement-id", "transaction-type", "total-amount", "sku"):
        blank &= text.coded(name).rows_of({""})
        if not blank.any():
            return text
    for name in text.table.column_names:
        if blank.any():
            blank &= text.coded(name).rows_of({""})
    return _kept(text, ~blank)


def _one_header(text: TextTable) -> None:
    repeated = text.coded("settlement-id").rows_of({"settlement-id"})
    if repeated.any():
        line = int(text.numbers[np.argmax(repeated)])
        raise SeveralSettlements(
            f"A second settlement begins in line {line}: the column names stand there again.",
            advice="Split the file there, or download each settlement by itself.",
            line=line,
        )


def _summary(text: TextTable) -> int:
    rows = np.flatnonzero(~text.coded("total-amount").rows_of({""}))
    if rows.size > 1:
        line = int(text.numbers[rows[1]])
        raise SeveralSettlements(
            f"A second settlement begins in line {line}: another total stands there.",
            advice="Split the file there, or download each settlement by itself.",
            line=line,
        )
    if rows.size:
        return int(rows[0])
    raise NoSummary(
        "No line of this settlement holds a total, so nothing proves its lines.",
        advice="Download the settlement again; its second line must hold total-amount.",
        line=2,
    )


def _undamaged(text: TextTable) -> None:
    """Numbers that a spreadsheet rounded to powers of ten: digits are lost, order lines melt into one."""
    for name in _IDS if text.powers else ():
        if name not in text.table.column_names:
            continue
        column = text.table[name]
        if pa.types.is_dictionary(column.type):
            coded = text.coded(name)
            hits = _powers(coded.cells)[coded.codes]
        else:
            hits = _powers(column)
        if hits.any():
            row = int(np.argmax(hits))
            line = int(text.numbers[row])
            raise SpreadsheetDamage(
                f"A spreadsheet rounded the {name} in line {line} to {text.text(name, row)[:40]}.",
                advice="Digits are lost. Use the file as Amazon delivers it, not saved from a spreadsheet.",
                line=line,
            )


def _powers(texts: pa.Array | pa.ChunkedArray) -> NDArray[np.bool_]:
    """Which texts are numbers in powers of ten; nearly always none has the letters for it."""
    if not pc.any(pc.match_substring(texts, "E+")).as_py():
        return np.zeros(len(texts), bool)
    return arrow.flags(pc.match_substring_regex(texts, _POWER))


def _oddities(text: TextTable, summary: int) -> Oddities:
    own = text.text("settlement-id", summary).strip()
    if not own:
        raise NoSummary(
            "The summary line holds no settlement-id.",
            advice="Download the settlement again.",
            line=int(text.numbers[summary]),
        )
    if _NUMBER.fullmatch(own):
        line = int(text.numbers[summary])
        raise SpreadsheetDamage(
            f"A program took the settlement-id in line {line} for a number: {own[:40]}.",
            advice="Amazon's ids have digits only. Use the file as Amazon delivers it.",
            line=line,
        )
    ids = text.coded("settlement-id")
    currencies = text.coded("currency")
    currency = _currency(text, summary)
    return Oddities(
        other_ids=_others(text, ids, {own}),
        other_currencies=_others(text, currencies, {currency, ""}),
        summary_line=int(text.numbers[summary]),
        summary_first=summary == 0,
        currency_named=bool(currency),
    )


def _others(text: TextTable, column: Coded, expected: set[str]) -> tuple[tuple[str, int], ...]:
    found = [value for value in column.in_use() if value not in expected]
    return tuple((value, int(text.numbers[column.first(value)])) for value in found[:20])


def _currency(text: TextTable, summary: int) -> str:
    """The summary's currency, else the lines' most frequent; the German file seen has none in its summary."""
    own = text.text("currency", summary).strip()
    if own:
        return own
    used = Counter({name: n for name, n in text.coded("currency").in_use().items() if name})
    return used.most_common(1)[0][0] if used else ""
