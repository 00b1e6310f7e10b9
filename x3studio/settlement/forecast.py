"""The settlement that is still open at Amazon, forecast from those before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from x3studio.domain.bookkeeping import Entry

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
    usual = timedelta(seconds=median((end - start).total_seconds() for start, end in spans[-_SAMPLE:]))
    if usual < _SHORTEST or last > now or now - last > _STALE * usual:
        return None
    totals = [entry.total for entry in entries[-_SAMPLE:] if entry.total is not None]
    return Expected(last, last + usual, median(totals).quantize(Decimal(1)) if len(totals) > 1 else None)
