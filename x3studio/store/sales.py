"""What each SKU sold: by day, so that the window of 90 days can move on, and summed for the workbench."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from x3studio.domain.catalogue import Sales
from x3studio.domain.money import Money
from x3studio.store.rows import Table, bound_list, worth_read, worth_stored

_COLUMNS = "sku, marketplace, currency, units, lines, revenue"


@dataclass(frozen=True, slots=True)
class SalesSum:
    """What a SKU sold over the window, in one currency."""

    sku: str
    marketplace: str
    currency: str
    units: int
    lines: int
    revenue: Decimal


class SalesTable(Table):
    """Days are replaced as a whole: a report read twice counts once."""

    def replace(self, marketplace: str, first: date, last: date, sales: Sequence[Sales]) -> None:
        """Puts `sales` in the place of what this marketplace sold from `first` to `last`, both included."""
        self.conn.execute(
            "DELETE FROM sales WHERE marketplace = ? AND day BETWEEN ? AND ?",
            (marketplace, first.toordinal(), last.toordinal()),
        )
        self.conn.executemany(
            "INSERT INTO sales (marketplace, day, sku, currency, units, lines, revenue)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (marketplace, day, sku, currency) DO UPDATE SET units = units + excluded.units,"
            " lines = lines + excluded.lines, revenue = revenue + excluded.revenue",
            (
                (
                    *(it.marketplace, it.day.toordinal(), it.sku, it.currency, it.units, it.lines),
                    worth_stored(Money(it.revenue, it.currency)),
                )
                for it in sales
            ),
        )

    def sum_up(self, *, since: date) -> None:
        """Sums every SKU's sales from `since` on, and drops what is older."""
        self.conn.execute("DELETE FROM sales WHERE day < ?", (since.toordinal(),))
        self.conn.execute("DELETE FROM sales_sums")
        self.conn.execute(
            f"INSERT INTO sales_sums ({_COLUMNS}) SELECT sku, marketplace, currency, SUM(units), SUM(lines),"
            " SUM(revenue) FROM sales GROUP BY sku, marketplace, currency"
        )

    def columns(self) -> list[tuple[Any, ...]]:
        """sku, marketplace, currency, units, lines and revenue in millionths of every sum, for a deck."""
        return self.conn.execute(f"SELECT {_COLUMNS} FROM sales_sums").fetchall()

    def last_days(self, skus: Sequence[str]) -> dict[tuple[str, str], date]:
        """The day on which each of these SKUs last sold, by SKU and marketplace."""
        rows = self.conn.execute(
            "SELECT sku, marketplace, MAX(day) FROM sales WHERE sku IN (SELECT value FROM json_each(?))"
            " GROUP BY sku, marketplace",
            (bound_list(skus),),
        )
        return {(sku, marketplace): date.fromordinal(day) for sku, marketplace, day in rows}

    def of(self, skus: Sequence[str]) -> list[SalesSum]:
        """The sums of these SKUs."""
        rows = self.conn.execute(
            f"SELECT {_COLUMNS} FROM sales_sums WHERE sku IN (SELECT value FROM json_each(?))",
            (bound_list(skus),),
        )
        return [
            SalesSum(sku, marketplace, currency, units, lines, worth_read(revenue, currency))
            for sku, marketplace, currency, units, lines, revenue in rows
        ]
