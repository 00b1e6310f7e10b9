"""Local dates: the order of day and month is decided once per file; instants become months in a time zone."""

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from zoneinfo import ZoneInfo

# Abbreviations Amazon's files carry, as offsets in minutes; UTC in every V2 file seen.
_OFFSETS = {
    "": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 60, "WEST": 60, "CET": 60, "MEZ": 60, "CEST": 120,
    "MESZ": 120, "JST": 540, "AEST": 600, "AEDT": 660, "ACST": 570, "ACDT": 630, "AWST": 480,
    "PST": -480, "PDT": -420, "MST": -420, "MDT": -360, "CST": -360, "CDT": -300, "EST": -300, "EDT": -240,
}  # fmt: skip
_DATE = re.compile(
    r"(?P<a>\d{1,4})(?P<mark>[./-])(?P<b>\d{1,2})(?P=mark)(?P<c>\d{1,4})"
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>[A-Za-z]{1,5}|[+-]\d\d:?\d\d)?)?"
)
# What a spreadsheet leaves of a date it took for a number: days since 1900, with or without a fraction.
_SERIAL = re.compile(r"[3-6]\d{4}([.,]\d+)?|\d+([.,]\d+)?E[+-]?\d+", re.IGNORECASE)


class Order(StrEnum):
    """Which number of a date is the year, the month and the day."""

    YEAR_FIRST = "ymd"
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    UNDECIDED = ""


class NotADate(ValueError):
    """A cell that cannot be read; `serial` where a spreadsheet made it a number."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.serial = bool(_SERIAL.fullmatch(text.strip()))


@dataclass(frozen=True, slots=True)
class Moment:
    """A cell's meaning: the day as written and, where a time stands there, the instant in UTC."""

    day: date
    instant: datetime | None


def order_of(text: str) -> Order:
    """The order a cell proves; UNDECIDED where day and month could change places. Error: NotADate."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        raise NotADate(text)
    if len(found["a"]) == 4:
        return Order.YEAR_FIRST
    if len(found["a"]) > 2 or len(found["c"]) not in (2, 4):
        raise NotADate(text)
    if found["mark"] == ".":
        return Order.DAY_FIRST
    first, second = int(found["a"]), int(found["b"])
    if first > 12:
        return Order.DAY_FIRST
    return Order.MONTH_FIRST if second > 12 else Order.UNDECIDED


def read(text: str, order: Order) -> Moment:
    """One cell in the order decided for the file. Error: NotADate."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        raise NotADate(text)
    own = order_of(text)
    numbers = [int(found[name]) for name in "abc"]
    year, month, day = {
        Order.YEAR_FIRST: (0, 1, 2),
        Order.DAY_FIRST: (2, 1, 0),
        Order.MONTH_FIRST: (2, 0, 1),
        Order.UNDECIDED: (2, 1, 0),
    }[own or order]
    years = numbers[year] + (2000 if len(found["abc"[year]]) == 2 else 0)
    try:
        written = date(years, numbers[month], numbers[day])
        if not 1995 <= years <= 2100:
            raise NotADate(text)
        return Moment(written, _instant(written, found) if found["hour"] else None)
    except (ValueError, OverflowError) as fault:
        raise NotADate(text) from fault


def _instant(day: date, found: re.Match[str]) -> datetime:
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise NotADate(found[0])
        hour = hour % 12 + (12 if found["half"][0] in "Pp" else 0)
    zone = (found["zone"] or "").upper()
    if zone and zone[0] in "+-":
        minutes = int(zone[1:3]) * 60 + int(zone[-2:])
        offset = minutes if zone[0] == "+" else -minutes
    elif zone in _OFFSETS:
        offset = _OFFSETS[zone]
    else:
        raise NotADate(found[0])
    local = datetime(
        day.year,
        day.month,
        day.day,
        hour,
        int(found["minute"]),
        int(found["second"] or 0),
        tzinfo=timezone(timedelta(minutes=offset)),
    )
    return local.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """The settlement's first and last day, to tell days from months where nothing else does."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether a line may be posted on that day: Amazon posts some lines of earlier weeks."""
        return self.first - timedelta(days=10) <= day <= self.last + timedelta(days=1)


def decide(cells: Iterable[str], *, edges: Sequence[str], preferred: Order) -> Order:
    """The one order of a file's dates with slashes or hyphens; contradictions are the caller's to find.

    `edges` are the texts of the settlement's start and end. Where no cell decides, the order in which more
    days lie inside the settlement's period wins, then `preferred`.
    """
    texts = list(dict.fromkeys([*cells, *edges]))
    found = {order_of(text) for text in texts if text.strip()}
    proven = found - {Order.YEAR_FIRST, Order.UNDECIDED}
    if len(proven) == 1:
        return proven.pop()
    if Order.UNDECIDED not in found:
        return preferred
    other = Order.MONTH_FIRST if preferred is Order.DAY_FIRST else Order.DAY_FIRST
    return max((preferred, other), key=lambda order: _inside(texts, edges, order))


def _inside(texts: Sequence[str], edges: Sequence[str], order: Order) -> int:
    try:
        days = [read(text, order).day for text in edges if text.strip()]
        if len(days) != 2 or days[0] > days[1] or (days[1] - days[0]).days > 120:
            return 0
        period = Period(*days)
        return sum(period.holds(read(text, order).day) for text in texts if text.strip())
    except NotADate:
        return 0


def month_in(instant: datetime, zone: ZoneInfo) -> int:
    """Months since year 0 of an instant in a zone."""
    local = instant.astimezone(zone)
    return local.year * 12 + local.month - 1


def month_of(day: date) -> int:
    """Months since year 0 of a day."""
    return day.year * 12 + day.month - 1


def end_of_month(day: date) -> date:
    """The last day of the month that a day lies in."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def end_of_month_before(day: date) -> date:
    """The last day of the month before the one that a day lies in."""
    return day.replace(day=1) - timedelta(days=1)


def month_name(month: int) -> str:
    """ "2026-06" of a month counted from year 0."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"
