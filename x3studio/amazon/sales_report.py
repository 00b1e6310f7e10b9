"""What sold, out of the all-orders report: summed by SKU and day, without anything of the buyers."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal

from x3studio.amazon.listing_report import decimal_of
from x3studio.domain.catalogue import Sales

NEEDED = ("sku", "quantity", "purchase-date")
_NOT_SOLD = ("cancelled", "canceled")


@dataclass(slots=True)
class SalesSum:
    """Adds rows up. A day is one of `zone`; cancelled lines and foreign channels do not count."""

    marketplace: str
    zone: tzinfo
    first: date
    last: date
    unread: int = 0
    """Rows without a date that can be read."""
    _sums: dict[tuple[str, date, str], list[Decimal]] = field(
        default_factory=lambda: defaultdict(lambda: [Decimal(0)] * 3)
    )

    def add(self, row: Mapping[str, str]) -> None:
        """Counts one row of the report. Its price is the line's, as Amazon states it, less promotions."""
        status = (row.get("item-status") or row.get("order-status", "")).strip().lower()
        units = decimal_of(row.get("quantity", ""))
        if status in _NOT_SOLD or not row.get("sku") or not units or _elsewhere(row):
            return
        day = self._day(row.get("purchase-date", ""))
        if day is None:
            self.unread += 1
            return
        if not self.first <= day <= self.last:
            return
        price = decimal_of(row.get("item-price", "")) or Decimal(0)
        discount = decimal_of(row.get("item-promotion-discount", "")) or Decimal(0)
        sums = self._sums[row["sku"], day, row.get("currency", "")]
        sums[:] = [sums[0] + units, sums[1] + 1, sums[2] + price - abs(discount)]

    def _day(self, text: str) -> date | None:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return moment.astimezone(self.zone).date() if moment.tzinfo else moment.date()

    def result(self) -> tuple[Sales, ...]:
        """One value for each SKU, day and currency."""
        return tuple(
            Sales(
                sku=sku,
                marketplace=self.marketplace,
                day=day,
                currency=currency,
                units=int(units),
                lines=int(lines),
                revenue=revenue,
            )
            for (sku, day, currency), (units, lines, revenue) in sorted(self._sums.items())
        )


def _elsewhere(row: Mapping[str, str]) -> bool:
    """Multi-channel orders are other shops' sales that Amazon only sends out."""
    return row.get("sales-channel", "").lower().startswith("non-amazon")
