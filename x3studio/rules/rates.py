"""Exchange rates by day and source; an order is converted by the last one known on its day."""

import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from x3studio.domain.errors import Refused


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `base` is worth `value` units of `quote` from `day` on; `source` says who states it."""

    base: str
    quote: str
    day: date
    value: Decimal
    source: str


class Conversion(NamedTuple):
    """The rate a document was made with; `words` tell how it was found."""

    value: Decimal
    day: date | None
    source: str
    pair: str
    words: str


NO_CONVERSION = Conversion(Decimal(1), None, "", "", "The order stays in its own currency.")


@dataclass(frozen=True, slots=True)
class RateTable:
    """Dated rates. Build with `RateTable.of(rows)`; an empty table converts nothing."""

    by_pair: Mapping[tuple[str, str], tuple[Rate, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Rate]) -> "RateTable":
        """The table of these rows; a rate that is not above zero is refused with ValueError."""
        pairs: dict[tuple[str, str], list[Rate]] = {}
        for row in rows:
            if row.value <= 0:
                raise ValueError(f"the rate {row.base}/{row.quote} of {row.day} is not above zero")
            pairs.setdefault((row.base, row.quote), []).append(row)
        return cls({pair: tuple(sorted(rates, key=_day)) for pair, rates in pairs.items()})

    def convert(self, base: str, quote: str, *, on: date, oldest_days: int | None = None) -> Conversion:
        """The last rate on or before the day, direct or turned round. Raises Refused where there is none."""
        if base == quote:
            return NO_CONVERSION
        direct, inverse = self._last(base, quote, on), self._last(quote, base, on)
        rate = direct or inverse
        advice = f"Enter a rate {base}/{quote} dated on or shortly before {on}, with its source."
        if rate is None:
            raise Refused(
                f"No exchange rate {base}/{quote} is known for {on}.",
                advice=advice,
                cause="missing",
                subject=f"{base}/{quote}",
            )
        if oldest_days is not None and (on - rate.day).days > oldest_days:
            raise Refused(
                f"The last exchange rate {base}/{quote} before {on} is of {rate.day}: too old.",
                advice=advice,
                cause="missing",
                subject=f"{base}/{quote}",
            )
        words = f"1 {rate.base} = {rate.value} {rate.quote}, {rate.source}, {rate.day}"
        if direct is not None:
            return Conversion(rate.value, rate.day, rate.source, f"{base}/{quote}", f"{words}.")
        value = Decimal(1) / rate.value
        return Conversion(value, rate.day, rate.source, f"{base}/{quote}", f"{words}, turned round.")

    def _last(self, base: str, quote: str, on: date) -> Rate | None:
        rates = self.by_pair.get((base, quote), ())
        place = bisect.bisect_right(rates, on, key=_day)
        return rates[place - 1] if place else None


def _day(rate: Rate) -> date:
    return rate.day
