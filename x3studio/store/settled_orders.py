"""What each order came to in the settlements: beside X3's orders, and refunds beside their sales."""

from collections.abc import Iterable
from decimal import Decimal

from x3studio.domain.bookkeeping import OrderSum
from x3studio.store.rows import Table

_MOST = 50_000


class SettledOrders(Table):
    """Sums by settlement and order id."""

    def put(self, settlement: int, sums: Iterable[OrderSum]) -> None:
        """Replaces the sums of a settlement."""
        self.conn.execute("DELETE FROM settlement_orders WHERE settlement = ?", (settlement,))
        self.conn.executemany(
            "INSERT INTO settlement_orders VALUES (?, ?, ?, ?, ?, ?)",
            (
                (
                    settlement,
                    each.order,
                    str(each.sold),
                    str(each.tax),
                    str(each.refunded),
                    str(each.tax_refunded),
                )
                for each in sums
            ),
        )

    def in_x3(self, settlement: int) -> list[tuple[OrderSum, str]]:
        """The orders of a settlement that were written to X3 from here, each with the document that was sent.

        Documents whose buyer's data was erased are left out; at most fifty thousand orders.
        """
        rows = self.conn.execute(
            "SELECT s.order_id, s.sold, s.tax, o.document FROM settlement_orders AS s"
            " JOIN outbox AS o ON o.reference = s.order_id AND o.flow = 'orders' AND o.stage = 'done'"
            " WHERE s.settlement = ? AND o.document <> '' AND s.sold <> '0' LIMIT ?",
            (settlement, _MOST),
        )
        return [(OrderSum(row[0], Decimal(row[1]), Decimal(row[2])), row[3]) for row in rows]

    def refunds(self, settlement: int) -> list[OrderSum]:
        """The orders this settlement refunded, each with its sums over all archived settlements."""
        rows = self.conn.execute(
            "SELECT a.order_id, a.sold, a.tax, a.refunded, a.tax_refunded FROM settlement_orders AS s"
            " JOIN settlement_orders AS a ON a.order_id = s.order_id"
            " WHERE s.settlement = ? AND CAST(s.refunded AS REAL) <> 0 ORDER BY a.order_id LIMIT ?",
            (settlement, _MOST),
        )
        found: dict[str, OrderSum] = {}
        for order, *sums in rows:
            sold, tax, refunded, tax_refunded = map(Decimal, sums)
            known = found.get(order, OrderSum(order, Decimal(0), Decimal(0)))
            found[order] = OrderSum(
                order,
                known.sold + sold,
                known.tax + tax,
                known.refunded + refunded,
                known.tax_refunded + tax_refunded,
            )
        return list(found.values())
