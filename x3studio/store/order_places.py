"""The countries orders went to and came from: from VAT reports, and from orders that were read here."""

from collections.abc import Iterable

from x3studio.domain.bookkeeping import OrderPlace
from x3studio.store.rows import Table

_OF_ORDERS = (
    "SELECT reference, UPPER(COALESCE(json_extract(source, '$.recipient.deliveryAddress.countryCode'), ''))"
    " AS country FROM outbox WHERE flow = 'orders' AND source <> '' AND country <> ''"
)


class OrderPlaces(Table):
    """By order id; what a report says goes before what the order's address says."""

    def put(self, places: Iterable[OrderPlace]) -> None:
        """Keeps what is known; an empty country never takes the place of a known one."""
        self.conn.executemany(
            "INSERT INTO order_places VALUES (?, ?, ?) ON CONFLICT (order_id) DO UPDATE SET"
            " destination = COALESCE(NULLIF(excluded.destination, ''), destination),"
            " ship_from = COALESCE(NULLIF(excluded.ship_from, ''), ship_from)",
            [(each.order, each.destination, each.ship_from) for each in places],
        )

    def remember(self) -> None:
        """Keeps the countries of orders that are at hand now: their addresses are erased one day."""
        self.conn.execute(
            f"INSERT INTO order_places SELECT reference, country, '' FROM ({_OF_ORDERS}) WHERE true"
            " ON CONFLICT (order_id) DO UPDATE SET destination = excluded.destination WHERE destination = ''"
        )

    def all(self) -> dict[str, OrderPlace]:
        """Every order whose country is known."""
        found = {row[0]: OrderPlace(row[0], row[1]) for row in self.conn.execute(_OF_ORDERS)}
        for order, destination, ship_from in self.conn.execute(
            "SELECT order_id, destination, ship_from FROM order_places"
        ):
            known = found.get(order)
            found[order] = OrderPlace(order, destination or (known.destination if known else ""), ship_from)
        return found
