"""What sold, out of the all-orders report: summed by SKU and day, without anything of the buyers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from x3studio.amazon.listing_report import decimal_of
from x3studio.amazon.marketplaces import Marketplace, marketplace
from x3studio.domain.catalogue import Sales

NEEDED = ("sku", "quantity", "purchase-date")
_NOT_SOLD = ("cancelled", "canceled")


@dataclass(slots=True)
class SalesSum:
    """Adds rows up, from `first` to `last`. A day is one of the marketplace's own zone.

    Cancelled lines do not count, nor those of other marketplaces than these or of other shops, whose orders
    Amazon only sends out.
    """

    marketplaces: Sequence[str]
    first: date
    last: date
    unread: int = 0
    """Rows without a date that can be read."""
    _sums: dict[tuple[str, str, date, str], list[Decimal]] = field(
        default_factory=lambda: defaultdict(lambda: [Decimal(0)] * 3)
    )
    _places: dict[str, Marketplace] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = [marketplace(place) for place in self.marketplaces]
        self._places = {place.domain.removeprefix("www."): place for place in known}

    def add(self, row: Mapping[str, str]) -> None:
        """Counts one row of the report. Its price is the line's, as Amazon states it, less promotions."""
        status = (row.get("item-status") or row.get("order-status", "")).strip().lower()
        units = decimal_of(row.get("quantity", ""))
        place = self._place(row)
        if status in _NOT_SOLD or not row.get("sku") or not units or place is None:
            return
        day = _day(row.get("purchase-date", ""), ZoneInfo(place.zone))
        if day is None:
            self.unread += 1
            return
        if not self.first <= day <= self.last:
            return
        price = decimal_of(row.get("item-price", "")) or Decimal(0)
        discount = decimal_of(row.get("item-promotion-discount", "")) or Decimal(0)
        sums = self._sums[place.id, row["sku"], day, row.get("currency", "") or place.currency]
        sums[:] = [sums[0] + units, sums[1] + 1, sums[2] + price - abs(discount)]

    def _place(self, row: Mapping[str, str]) -> Marketplace | None:
        """A row without a channel is of the only marketplace that was asked for."""
        channel = row.get("sales-channel", "").lower().removeprefix("www.")
        if not channel and len(self._places) == 1:
            return next(iter(self._places.values()))
        return self._places.get(channel)

    def result(self) -> tuple[Sales, ...]:
        """One value for each marketplace, SKU, day and currency."""
        return tuple(
            Sales(
                sku=sku,
                marketplace=place,
                day=day,
                currency=currency,
                units=int(units),
                lines=int(lines),
                revenue=revenue,
            )
            for (place, sku, day, currency), (units, lines, revenue) in sorted(self._sums.items())
        )


def _day(text: str, zone: ZoneInfo) -> date | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(zone).date() if moment.tzinfo else moment.date()
