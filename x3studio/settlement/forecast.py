"""The settlement that is still open at Amazon, forecast from those before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from x3studio.domain.chain import Entry

T = TypeVar("T", timedelta, Decimal)
_SAMPLE = 4
_SHORTEST = timedelta(days=1)
_STALE = 3
"""After that many usual lengths without a settlement nothing is expected any more."""


@dataclass(frozen=True, slots=True)
class Expected:
    """From where the last one ended to about when this one ends; `amount` is about what it pays."""

    start: datetime
    end: datetime
    amount: Decimal | None


def expected(entries: Sequence[Entry], now: datetime) -> Expected | None:
    """As long as the last four of one chain were, worth as much as their median; None where nothing tells."""
    spans = [
        (entry.start, entry.end) for entry in entries if entry.start and entry.end and entry.end > entry.start
    ]
    if not spans:
        return None
    last = spans[-1][1]
    low, high = _middle([end - start for start, end in spans[-_SAMPLE:]])
    usual = (low + high) / 2
    if usual < _SHORTEST or last > now or now - last > _STALE * usual:
        return None
    totals = [entry.total for entry in entries[-_SAMPLE:] if entry.total is not None]
    if len(totals) < 2:
        return Expected(last, last + usual, None)
    less, more = _middle(totals)
    return Expected(last, last + usual, ((less + more) / 2).quantize(Decimal(1)))


def _middle(values: Sequence[T]) -> tuple[T, T]:
    """The two values in the middle, twice the same where their number is odd.

    Not the statistics module: it takes longer to load than the window's first page to read.
    """
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
