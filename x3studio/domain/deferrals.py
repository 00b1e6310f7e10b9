"""Money earned at Amazon that no settlement holds yet, because Amazon keeps it back for some days."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

HELD = "DEFERRED"


@dataclass(frozen=True, slots=True)
class Deferral:
    """One transaction; `status` is DEFERRED or DEFERRED_RELEASED, `reason` such as DD7 or B2B.

    `matures` is the day of release that Amazon names, None where it names none. `parts` are the first
    level of what the amount is made of, in Amazon's words.
    """

    transaction: str
    kind: str
    status: str
    earned: datetime
    amount: Decimal
    currency: str
    marketplace: str
    order: str = ""
    reason: str = ""
    matures: date | None = None
    parts: tuple[tuple[str, Decimal], ...] = ()
    seen: datetime | None = None
    """When the status was first read as it is now."""

    @property
    def released(self) -> date | None:
        """The day it was let go: the day Amazon names, else the day it was first seen as released."""
        if self.status == HELD:
            return None
        return self.matures or (self.seen.date() if self.seen else self.earned.date())


@dataclass(frozen=True, slots=True)
class Accrued:
    """A month end that a person accepted: what was open then, `nets` by group with the line against them."""

    day: date
    total: Decimal
    who: str
    at: datetime
    marketplace: str = ""
    currency: str = ""
    nets: tuple[tuple[str, Decimal], ...] = ()

    def reference(self, *, reversal: bool) -> str:
        """What finds its journal, or that journal's reversal, in X3 (REFINT takes 25 characters)."""
        place = self.marketplace.removeprefix("amazon.").replace(".", "").upper()
        return f"ACC{self.day:%y%m%d}-{place}-{self.currency}" + ("-R" if reversal else "")
