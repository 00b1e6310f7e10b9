"""What every table shares: pages by key, times as whole microseconds, and a clock that tests can set."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from sqlite3 import Connection, Cursor
from typing import Any, Generic, TypeVar

from x3studio.domain.money import Money, minor_unit

T = TypeVar("T")
Clock = Callable[[], datetime]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WORTH_DIGITS = 6
DAY = 86_400_000_000
HOUR = 3_600_000_000
NO_END = 2**62
"""Above every id."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows, and where the next page starts: pass `next` back as it is, None means the end."""

    rows: tuple[T, ...]
    next: Any = None


class Table:
    """One table on one thread's connection."""

    def __init__(self, conn: Connection, *, clock: Clock) -> None:
        self.conn = conn
        self._clock = clock

    def now(self) -> int:
        """The present, in microseconds since 1970."""
        return micros(self._clock())


def utc_now() -> datetime:
    """The clock of ordinary operation."""
    return datetime.now(UTC)


def micros(at: datetime) -> int:
    """A point in time as microseconds since 1970; a time without a zone is a bug."""
    if at.tzinfo is None:
        raise ValueError("A time without its zone cannot be stored.")
    return (at - _EPOCH) // _MICROSECOND


def moment(stored: int) -> datetime:
    """The point in time that `micros` stored, in UTC."""
    return _EPOCH + timedelta(microseconds=stored)


def micros_or_none(at: datetime | None) -> int | None:
    """`micros`, where there may be no time."""
    return None if at is None else micros(at)


def moment_or_none(stored: int | None) -> datetime | None:
    """`moment`, where there may be no time."""
    return None if stored is None else moment(stored)


def worth_stored(worth: Money) -> int:
    """An amount as whole millionths, so that SQL can add amounts exactly."""
    return int(worth.amount.scaleb(_WORTH_DIGITS).to_integral_value())


def worth_read(stored: int, currency: str) -> Decimal:
    """The amount that `worth_stored` made, with the digits of its currency where these suffice."""
    digits = _digits(currency)
    whole, rest = divmod(stored, 10 ** (_WORTH_DIGITS - digits))
    if rest:
        return Decimal(stored).scaleb(-_WORTH_DIGITS).normalize()
    return Decimal(whole).scaleb(-digits)


@cache
def _digits(currency: str) -> int:
    return len(str(minor_unit(currency)).partition(".")[2])


def bound_list(values: Iterable[str | int]) -> str:
    """Many values as one bound parameter, for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps(list(values))


def insert_rows(conn: Connection, into: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Inserts rows by few statements: between two of them the writer waits for Python's other threads.

    `into` names table and columns.
    """
    start = 0
    for size in (64, 8, 1):
        while len(rows) - start >= size:
            some = rows[start : start + size]
            marks = f"({', '.join('?' * len(some[0]))})"
            values = [value for row in some for value in row]
            conn.execute(f"INSERT INTO {into} VALUES {', '.join([marks] * size)}", values)
            start += size


def inserted(cursor: Cursor) -> int:
    """The id of the row that was just inserted.

    RETURNING would say it as well, but SQLite then keeps a copy of every page it touches, which SQLCipher
    encrypts: that costs many times the insert itself.
    """
    if cursor.lastrowid is None:
        raise ValueError("Nothing was inserted.")
    return cursor.lastrowid


def page_of(rows: Sequence[T], *, limit: int, key: Callable[[T], Any]) -> Page[T]:
    """The page out of `limit` + 1 fetched rows: the extra row only tells that there is more."""
    if len(rows) <= limit:
        return Page(tuple(rows))
    return Page(tuple(rows[:limit]), key(rows[limit - 1]))
