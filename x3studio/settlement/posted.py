"""When each line was posted: the column of instants first, else the plain day, as a month in one zone."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from x3studio.settlement import arrow
from x3studio.settlement.coded import Coded
from x3studio.settlement.dates import Moment, NotADate, Order, decide, month_in, month_of, order_of, read
from x3studio.settlement.faults import BadDate, SpreadsheetDamage
from x3studio.settlement.table import TextTable

_SECONDS = r"^(.*[T ][0-9]{1,2}:[0-9]{2}):[0-5][0-9](?: UTC|Z|\+00:00)?$"
# How many characters of "2026-06-17 08:14:22 UTC" decide its month, and what may follow them.
_TO_THE_HOUR = 13
_UTC = r"(:[0-5]\d)?( UTC|Z|\+00:00)?"
_KEPT = {True: (_TO_THE_HOUR, re.compile(r":[0-5]\d" + _UTC)), False: (16, re.compile(_UTC))}
_EVEN = timedelta(0)
# What a spreadsheet leaves of an instant, how Amazon ends one, and the fewest characters of a whole one.
_TO_THE_MINUTE = r"[0-9][ T]+[0-9]{1,2}:[0-9]{2}$"
_TO_THE_SECOND = re.compile(r"\d[ T]+\d{1,2}:\d\d:\d\d")
_WHOLE = 17


@dataclass(frozen=True, slots=True)
class Posted:
    """For each line the month since year 0 and the day since 1970, -1 where the line has no date.

    `moved` counts the lines whose month differs from UTC's, `apart` is the first row whose two dates lie
    more than a day apart (-1: none), `order` how the file writes its dates.
    """

    months: NDArray[np.int32]
    days: NDArray[np.int32]
    moved: int
    apart: int
    order: Order


@dataclass(frozen=True, slots=True)
class Times:
    """The file's date columns as codes, and the order they are written in."""

    instants: Coded
    days: Coded
    order: Order


def read_times(
    text: TextTable, *, edges: Sequence[str], edges_line: int, preferred: Order, zone: ZoneInfo
) -> Times:
    """Decides the order of the file's dates; `edges` are the texts of start, end and deposit date.

    Errors: BadDate, SpreadsheetDamage, each with its line.
    """
    lengths = _lengths(text)
    instants = _instants(text, zone, lengths)
    days = text.coded("posted-date")
    for column in (instants, days):
        _one_kind(column, text)
    _not_shortened(text, edges, lengths)
    for value in filter(None, edges):
        try:
            order_of(value)
        except NotADate as fault:
            raise _bad_date(value, fault, edges_line) from fault
    order = decide([*_in_use(instants), *_in_use(days), *edges], edges=edges[:2], preferred=preferred)
    _no_contradiction(order, (instants, days), text)
    for value in filter(None, edges):
        if order_of(value) not in (order, Order.YEAR_FIRST, Order.UNDECIDED):
            raise _mixed(value, edges_line)
        try:
            read(value, order)
        except NotADate as fault:
            raise _bad_date(value, fault, edges_line) from fault
    return Times(instants, days, order)


def _lengths(text: TextTable) -> frozenset[int]:
    """How many characters the instants have; empty where the file has no such column."""
    name = "posted-date-time"
    if name not in text.table.column_names:
        return frozenset()
    return frozenset(pc.unique(pc.utf8_length(text.table[name])).to_pylist())


def _not_shortened(text: TextTable, edges: Sequence[str], lengths: frozenset[int]) -> None:
    """A spreadsheet's times without seconds and zone, beside a summary that has them."""
    name = "posted-date-time"
    # Compared here, not in columns: a number handed to Arrow's functions makes it load pandas.
    if not any(0 < length < _WHOLE for length in lengths) or not any(map(_TO_THE_SECOND.search, edges)):
        return
    column = text.table[name]
    hits = arrow.flags(pc.match_substring_regex(column, _TO_THE_MINUTE))
    if hits.any():
        row = int(np.argmax(hits))
        line = int(text.numbers[row])
        raise SpreadsheetDamage(
            f"A spreadsheet shortened the date in line {line} to {text.text(name, row)[:40]}.",
            advice="What it cut off may decide the month. Use the file as Amazon delivers it.",
            line=line,
        )


def _instants(text: TextTable, zone: ZoneInfo, lengths: frozenset[int]) -> Coded:
    """The instants without what never moves them into another month: hours instead of seconds."""
    name = "posted-date-time"
    if name not in text.table.column_names:
        return text.coded(name)
    column = text.table[name]
    kept, rest = _KEPT[_whole_hours(zone)]
    longest = max(lengths)
    if longest > kept and lengths <= {0, longest}:
        tails = pc.unique(pc.utf8_slice_codeunits(column, kept)).to_pylist()
        if all(rest.fullmatch(tail) for tail in tails if tail):
            return _coded(pc.utf8_slice_codeunits(column, 0, kept), ":00" if kept == _TO_THE_HOUR else "")
    whole = text.coded(name)
    shorter = _coded(pc.replace_substring_regex(whole.cells, _SECONDS, r"\1"), "")
    return Coded(shorter.codes[whole.codes], shorter.cells)


def _whole_hours(zone: ZoneInfo) -> bool:
    """Whether the zone's months begin on an hour of UTC; those of half-hour offsets do not."""
    days = (datetime(year, month, 1, tzinfo=zone) for year in (2016, 2026) for month in (1, 7))
    return all((day.utcoffset() or _EVEN) % timedelta(hours=1) == _EVEN for day in days)


def _coded(column: pa.Array | pa.ChunkedArray, ending: str) -> Coded:
    encoded = pc.dictionary_encode(column)
    chunks = encoded.chunks if isinstance(encoded, pa.ChunkedArray) else [encoded]
    codes = arrow.codes(encoded)
    cells = chunks[0].dictionary
    if ending:
        ends = [cell + ending if cell else "" for cell in cells.to_pylist()]
        cells = arrow.texts(ends)
    return Coded(codes, cells)


def _in_use(column: Coded) -> list[str]:
    return [value for value in column.in_use() if value]


def _one_kind(column: Coded, text: TextTable) -> None:
    """Every cell a date, and year first or last throughout the column."""
    kinds: dict[bool, str] = {}
    counts = column.in_use()
    for value in counts:
        if not value:
            continue
        try:
            kinds.setdefault(order_of(value) is Order.YEAR_FIRST, value)
        except NotADate as fault:
            raise _bad_date(value, fault, _line(column, value, text)) from fault
    if len(kinds) == 2:
        year_first = sum(n for v, n in counts.items() if v and order_of(v) is Order.YEAR_FIRST)
        rare = kinds[2 * year_first < sum(n for v, n in counts.items() if v)]
        raise _mixed(rare, _line(column, rare, text))


def _no_contradiction(order: Order, columns: tuple[Coded, ...], text: TextTable) -> None:
    for column in columns:
        for value in _in_use(column):
            own = order_of(value)
            if own not in (order, Order.YEAR_FIRST, Order.UNDECIDED):
                raise _mixed(value, _line(column, value, text))


def _line(column: Coded, value: str, text: TextTable) -> int:
    return int(text.numbers[column.first(value)])


def _bad_date(value: str, fault: NotADate, line: int) -> BadDate | SpreadsheetDamage:
    if fault.serial:
        return SpreadsheetDamage(
            f"A spreadsheet turned the date in line {line} into the number {value[:40]}.",
            advice="Use the file as Amazon delivers it; do not save it from a spreadsheet.",
            line=line,
        )
    return BadDate(
        f"Line {line} holds no date that can be read: {value[:40]!r}.",
        advice="Download the settlement again; if Amazon wrote this date, tell us its form.",
        line=line,
    )


def _mixed(value: str, line: int) -> SpreadsheetDamage:
    return SpreadsheetDamage(
        f"The date in line {line} ({value[:40]}) is written in another order than the others.",
        advice="A spreadsheet rewrote some of the dates. Use the file as Amazon delivers it.",
        line=line,
    )


def place(times: Times, text: TextTable, *, zone: ZoneInfo) -> Posted:
    """The month of every line in `zone`. Errors: BadDate, SpreadsheetDamage."""
    instants = _moments(times.instants, times.order, text)
    days = _moments(times.days, times.order, text)

    def each(column: Coded, moments: list[Moment | None], turn: Callable[[Moment], int]) -> NDArray[np.int32]:
        return np.array([-1 if m is None else turn(m) for m in moments], np.int32)[column.codes]

    def in_utc(moment: Moment) -> date:
        return moment.instant.date() if moment.instant else moment.day

    local = each(
        times.instants, instants, lambda m: month_in(m.instant, zone) if m.instant else month_of(m.day)
    )
    utc = each(times.instants, instants, lambda m: month_of(in_utc(m)))
    instant_days = each(times.instants, instants, lambda m: (in_utc(m) - _EPOCH).days)
    plain = each(times.days, days, lambda m: month_of(m.day))
    plain_days = each(times.days, days, lambda m: (m.day - _EPOCH).days)
    dated = local >= 0
    both = dated & (plain_days >= 0)
    apart = np.flatnonzero(both & (np.abs(instant_days - plain_days) > 1))
    return Posted(
        months=np.where(dated, local, plain),
        days=np.where(dated, instant_days, plain_days),
        moved=int(np.count_nonzero(dated & (local != utc))),
        apart=int(apart[0]) if apart.size else -1,
        order=times.order,
    )


def _moments(column: Coded, order: Order, text: TextTable) -> list[Moment | None]:
    used = column.in_use()
    moments: list[Moment | None] = []
    for value in column.values:
        try:
            moments.append(read(value, order) if value and value in used else None)
        except NotADate as fault:
            raise _bad_date(value, fault, _line(column, value, text)) from fault
    return moments


_EPOCH = date(1970, 1, 1)


def edge(text: str, order: Order) -> datetime | None:
    """A date of the summary line as an instant in UTC; a plain day is its midnight, "" is None."""
    if not text.strip():
        return None
    moment = read(text, order)
    return moment.instant or datetime(moment.day.year, moment.day.month, moment.day.day, tzinfo=UTC)
