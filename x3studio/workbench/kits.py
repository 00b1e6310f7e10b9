"""Kits: one offer that holds several items; its price is shared, the scarcest part gives its stock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from x3studio.domain.mappings import Component
from x3studio.domain.money import Money, minor_unit, split


@dataclass(frozen=True, slots=True)
class KitPart:
    """One component: `quantity` sales units in one kit. `price` is X3's for one, `available` its stock.

    `weight` shares the kit's price, `share` is what falls on all units of this part.
    """

    itmref: str
    description: str
    quantity: Decimal
    price: Decimal | None = None
    available: Decimal | None = None
    weight: Decimal | None = None
    share: Money | None = None
    usable: bool = True


@dataclass(frozen=True, slots=True)
class Kit:
    """A kit as it stands or is proposed; `stock` None where a part's stock is unknown.

    `source` is decided, x3 (the kit that X3 itself knows) or draft.
    """

    parts: tuple[KitPart, ...]
    price: Money | None = None
    stock: int | None = None
    source: str = "draft"

    @property
    def components(self) -> tuple[Component, ...]:
        """The kit as a decision holds it."""
        return tuple(Component(part.itmref, part.quantity, part.weight) for part in self.parts)


def weights(parts: Sequence[KitPart]) -> tuple[Decimal, ...]:
    """What shares the price: the weights said, else price times quantity, else the quantities."""
    if all(part.weight is not None for part in parts):
        return tuple(part.weight or Decimal(0) for part in parts)
    if all(part.price for part in parts):
        return tuple((part.price or Decimal(0)) * part.quantity for part in parts)
    return tuple(part.quantity for part in parts)


def shares(price: Money, parts: Sequence[KitPart]) -> tuple[Money, ...]:
    """The kit's price on its parts by largest remainder: the shares add up to it, to the last cent."""
    if not parts:
        return ()
    unit = minor_unit(price.currency)
    amounts = split(price.rounded().amount, weights(parts), unit=unit)
    return tuple(Money(amount, price.currency) for amount in amounts)


def stock(parts: Sequence[KitPart]) -> int | None:
    """How many whole kits can be made: the smallest of stock over quantity, rounded down, never below 0."""
    made = []
    for part in parts:
        if part.available is None or part.quantity <= 0:
            return None
        made.append(int(part.available // part.quantity))
    return max(min(made), 0) if made else None


def assembled(parts: Sequence[KitPart], price: Money | None, *, source: str) -> Kit:
    """The kit of these parts, with shares and stock worked out."""
    found = shares(price, parts) if price is not None else (None,) * len(parts)
    shared = tuple(replace(part, share=share) for part, share in zip(parts, found, strict=True))
    return Kit(shared, price, stock(parts), source)


def offered(available: int, claims: Mapping[str, int]) -> dict[str, int]:
    """What each of several SKUs of one item may offer, by weight; together never more than there is.

    A weight is what a SKU sold, or 1 each for equal parts; all 0 counts as equal.
    """
    if available <= 0 or not claims:
        return dict.fromkeys(claims, 0)
    skus = sorted(claims)
    parts = split(Decimal(available), [Decimal(max(claims[sku], 0)) for sku in skus], unit=Decimal(1))
    return {sku: int(part) for sku, part in zip(skus, parts, strict=True)}
