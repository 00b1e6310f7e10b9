"""All orders of the demo as one time line: never held in memory, read anywhere at the cost of a page."""

import bisect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from x3studio.domain.orders import OrderStatus
from x3studio.sandbox.amazon_sales import Inventor, Outline, Sale
from x3studio.sandbox.world import World

_DAYS = timedelta(days=20)
_QUIET = timedelta(minutes=15)
"""The newest order changed so long ago: whoever reads up to two minutes ago sees every order."""
_LONGEST_LIFE = 36 * 3600
_MODULUS = 10**14
_STRIDE = 61_803_398_874_989
"""Odd and no multiple of five, so that it has an inverse: an order number leads back to its place."""
_BACK = pow(_STRIDE, -1, _MODULUS)

Accept = Callable[[Outline], bool]


@dataclass(slots=True)
class _Change:
    """What happened to an order since the demo began; it then stands at `updated` in the time line."""

    updated: int
    status: OrderStatus
    place: int = -1
    """Where in the log it stands now; earlier entries of the same order no longer count."""
    shipped: dict[str, int] = field(default_factory=dict)
    packages: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the time line: the next order that nobody touched, or the next change."""

    base: int
    change: int = 0


class Orders:
    """Orders sorted by their last update: first those that nobody touched, then those that changed."""

    def __init__(self, world: World, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._inventor = Inventor(world)
        self._now = now
        self._count = world.orders_wanted
        self._first = int((world.now - _DAYS).timestamp()) + 60
        self._last = int((world.now - _QUIET).timestamp())
        self._present = int(world.now.timestamp())
        self._changes: dict[int, _Change] = {}
        self._log: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return self._count

    @property
    def ids(self) -> Iterator[str]:
        """Every order id, made as it is asked for."""
        return (self._id(index) for index in range(self._count))

    def everything(self) -> Iterator[Sale]:
        """Every order as it is now."""
        return (self._sale(index) for index in range(self._count))

    def get(self, order_id: str) -> Sale | None:
        """The order as it is now."""
        index = self._index(order_id)
        return None if index is None else self._sale(index)

    def packages(self, order_id: str) -> list[dict[str, Any]]:
        """The parcels that were confirmed for an order."""
        index = self._index(order_id)
        change = None if index is None else self._changes.get(index)
        return list(change.packages) if change else []

    def start(self, *, updated_from: int) -> Spot:
        """Where orders updated at or after that second begin."""
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            if self._updated(middle) < updated_from:
                low = middle + 1
            else:
                high = middle
        return Spot(low, bisect.bisect_left(self._log, (updated_from, -1)))

    def walk(self, spot: Spot, *, updated_to: int, accept: Accept) -> Iterator[tuple[Sale, Spot]]:
        """Accepted orders from `spot` on, up to and including that second, each with the spot after it."""
        for index in range(spot.base, self._count):
            if self._updated(index) > updated_to:
                break
            if index not in self._changes and accept(self._inventor.outline(index)):
                yield self._sale(index), Spot(index + 1, spot.change)
        for place in range(spot.change, len(self._log)):
            updated, index = self._log[place]
            if updated > updated_to:
                return
            change = self._changes[index]
            outline = self._inventor.outline(index)
            if change.place == place and accept(Outline(outline.place, outline.by_amazon, change.status)):
                yield self._sale(index), Spot(self._count, place + 1)

    def ship(self, order_id: str, units: Mapping[str, int], *, package: dict[str, Any]) -> None:
        """Marks units as shipped. The caller has checked that the order exists and holds them."""
        index, sale = self._known(order_id)
        change = self._changes.get(index) or _Change(sale.updated, sale.status)
        for line in sale.lines:
            change.shipped[line.item_id] = line.shipped + units.get(line.item_id, 0)
        done = all(change.shipped[line.item_id] >= line.quantity for line in sale.lines)
        change.status = OrderStatus.SHIPPED if done else OrderStatus.PARTIALLY_SHIPPED
        change.packages.append(package)
        self._log_change(index, change)

    def set_status(self, order_id: str, status: OrderStatus) -> None:
        """Something happened at Amazon: a buyer cancelled, a payment arrived. KeyError if unknown."""
        index, sale = self._known(order_id)
        change = self._changes.get(index) or _Change(sale.updated, sale.status)
        change.status = status
        self._log_change(index, change)

    def _log_change(self, index: int, change: _Change) -> None:
        latest = self._log[-1][0] if self._log else self._last
        change.updated = max(int(self._now().timestamp()), self._present, latest)
        change.place = len(self._log)
        self._changes[index] = change
        self._log.append((change.updated, index))

    def _known(self, order_id: str) -> tuple[int, Sale]:
        index = self._index(order_id)
        if index is None:
            raise KeyError(order_id)
        return index, self._sale(index)

    def _sale(self, index: int) -> Sale:
        base = self._updated(index)
        life = 60 + (index * 7919) % _LONGEST_LIFE
        change = self._changes.get(index)
        sale = self._inventor.sale(
            index,
            order_id=self._id(index),
            created=max(self._first - 30, base - life),
            updated=change.updated if change else base,
        )
        if change:
            sale.status = change.status
            for line in sale.lines:
                line.shipped = change.shipped.get(line.item_id, line.shipped)
        return sale

    def _updated(self, index: int) -> int:
        """When an untouched order was last updated; grows with the index."""
        return self._first + (self._last - self._first) * (index + 1) // max(1, self._count)

    def _id(self, index: int) -> str:
        number = f"{(index + 1) * _STRIDE % _MODULUS:014d}"
        return f"302-{number[:7]}-{number[7:]}"

    def _index(self, order_id: str) -> int | None:
        parts = order_id.split("-")
        if len(parts) != 3 or parts[0] != "302" or not all(len(part) == 7 for part in parts[1:]):
            return None
        digits = parts[1] + parts[2]
        if not (digits.isascii() and digits.isdigit()):
            return None
        index = int(digits) * _BACK % _MODULUS - 1
        return index if 0 <= index < self._count else None
