"""The chain of settlements: what is archived, what is announced, where gaps and reserves are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Only its name: the morning page shows chains and must not wait for the whole vocabulary.
    from x3studio.domain.settlements import Role

# Amazon deletes settlement reports some 90 days after it made them.
KEPT_BY_AMAZON = timedelta(days=90)


class SettlementState(StrEnum):
    """How far a settlement has come."""

    QUARANTINED = "quarantined"
    """Archived, but it does not prove itself: a person looks at the line that is named."""
    BLOCKED = "blocked"
    """Proven, but something of ours is missing: an account, an unknown kind of amount, an open period."""
    READY = "ready"
    POSTING = "posting"
    """Some parts are in X3 or on their way; the rest is being driven there."""
    POSTED = "posted"


@dataclass(frozen=True, slots=True)
class Entry:
    """One archived settlement, from the store alone. `why` is what stands in the way, "" where nothing does.

    `blocking` and `open` count checks. `returning` are failed transfers, card charges, negative balances
    and cross-debt by role. Signs are the file's: a reserve kept is negative.
    """

    id: int
    settlement_id: str
    seller: str
    marketplace: str
    currency: str
    start: datetime | None
    end: datetime | None
    deposit: datetime | None
    total: Decimal | None
    rows: int
    state: SettlementState
    archived_at: datetime
    file_name: str
    by_hand: bool
    digest: str
    why: str = ""
    blocking: int = 0
    open: int = 0
    parts: int = 0
    numbers: tuple[str, ...] = ()
    reserve_kept: Decimal = Decimal(0)
    reserve_returned: Decimal = Decimal(0)
    returning: "Mapping[Role, Decimal]" = field(default_factory=dict)

    @property
    def chain(self) -> tuple[str, str, str]:
        """Settlements with the same key follow one another: seller, marketplace, currency."""
        return (self.seller, self.marketplace, self.currency)

    @property
    def fixed(self) -> bool:
        """Whether it is posted, or partly on its way: what it was proven with may not change any more."""
        return self.state in (SettlementState.POSTED, SettlementState.POSTING)


@dataclass(frozen=True, slots=True)
class Announced:
    """A report Amazon still holds and this workspace does not: it is lost on `lost_on`."""

    report_id: str
    document_id: str
    connection: str
    created: datetime
    start: datetime | None = None
    end: datetime | None = None

    @property
    def lost_on(self) -> datetime:
        """When Amazon deletes it."""
        return self.created + KEPT_BY_AMAZON


@dataclass(frozen=True, slots=True)
class Gap:
    """Between two settlements of one chain: days that stand in none (`seconds` > 0) or in both (< 0)."""

    before: int
    after: int
    seconds: int


@dataclass(frozen=True, slots=True)
class LadderStep:
    """Money between Amazon and the seller after one settlement that must return to zero; positive: Amazon
    holds it. `rollover` is what months carried, `returning` failed transfers, charges and debts."""

    entry: int
    settlement_id: str
    at: datetime | None
    kept: Decimal
    returned: Decimal
    reserve: Decimal
    rollover: Decimal
    returning: "Mapping[Role, Decimal]"


@dataclass(frozen=True, slots=True)
class Chain:
    """All settlements, each chain oldest first, with its gaps, and what Amazon still holds."""

    entries: tuple[Entry, ...]
    announced: tuple[Announced, ...]
    gaps: tuple[Gap, ...]
    ladder: tuple[LadderStep, ...]
