"""Which X3 item or customer stands for which Amazon key, and who decided it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from x3studio.domain.workbench import Kind


class Judgement(StrEnum):
    """What a person (or a rule) decided about a record."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    """There is no X3 item for it."""
    WITHDRAWN = "withdrawn"
    """The earlier decision no longer holds; nothing stands in its place."""


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a kit: `quantity` units of `itmref` in one sold unit; `weight` shares the price."""

    itmref: str
    quantity: Decimal
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ItemPair:
    """A seller SKU stands for an X3 item, `pack_factor` sales units of it per Amazon unit.

    `marketplace` "" means everywhere. A kit has `components` and an empty `itmref`.
    """

    seller_sku: str
    itmref: str
    pack_factor: Decimal = Decimal(1)
    marketplace: str = ""
    components: tuple[Component, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class CustomerPair:
    """Buyers of a marketplace and channel stand for an X3 customer.

    With `vat_number` it holds for that business buyer alone; "" in the others means any.
    """

    bpcnum: str
    marketplace: str = ""
    channel: str = ""
    vat_number: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CodePair:
    """A foreign code stands for an X3 code; `details` are further values that belong to it, by name."""

    kind: Kind
    code: str
    target: str
    marketplace: str = ""
    channel: str = ""
    details: tuple[tuple[str, str], ...] = ()
    note: str = ""


Pair = ItemPair | CustomerPair | CodePair


@dataclass(frozen=True, slots=True)
class Decision:
    """One event in the life of a mapping; never changed, only followed by another.

    `step` is the action it was part of, `rule` the rule that took it, "" for a person's own; `reverts` the
    decision that it takes back; `taken_back` whether it no longer counts.
    """

    id: int
    at: datetime
    who: str
    judgement: Judgement
    pair: Pair
    step: int = 0
    rule: str = ""
    reverts: int | None = None
    taken_back: bool = False
