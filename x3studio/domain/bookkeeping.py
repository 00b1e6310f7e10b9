"""What a workspace knows of its settlements: the archive, who decided what, and how far posting has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from x3studio.domain.settlements import Account, Check, Group, Role, Triple

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
    returning: Mapping[Role, Decimal] = field(default_factory=dict)

    @property
    def chain(self) -> tuple[str, str, str]:
        """Settlements with the same key follow one another: seller, marketplace, currency."""
        return (self.seller, self.marketplace, self.currency)


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
    returning: Mapping[Role, Decimal]


@dataclass(frozen=True, slots=True)
class Chain:
    """All settlements, each chain oldest first, with its gaps, and what Amazon still holds."""

    entries: tuple[Entry, ...]
    announced: tuple[Announced, ...]
    gaps: tuple[Gap, ...]
    ladder: tuple[LadderStep, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A named person's words for a check that stayed open; `owner` is who is to find them, where assigned."""

    check: str
    words: str
    who: str
    at: datetime
    owner: str = ""


@dataclass(frozen=True, slots=True)
class AccountRule:
    """Where a group is posted; the most telling rule holds: "" means any marketplace, channel or line."""

    group: str
    account: Account
    marketplace: str = ""
    channel: str = ""
    line: str = ""
    who: str = ""
    at: datetime | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What the rule is about; a second rule for it replaces the first."""
        return (self.group, self.marketplace, self.channel, self.line)


@dataclass(frozen=True, slots=True)
class TripleDecision:
    """A kind of amount that a named person put into a group."""

    triple: Triple
    group: str
    who: str
    at: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class UnknownTriple:
    """A kind of amount no rule knows, over all archived settlements, with an explained suggestion."""

    triple: Triple
    amounts: tuple[tuple[str, Decimal], ...]
    rows: int
    entries: tuple[int, ...]
    suggestion: Group | None
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """One journal of a settlement: its reference in X3, and the number once it is there."""

    month: str
    day: str
    reference: str
    lines: int
    debit: Decimal
    number: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Posting:
    """What posting would write, or has written, and where; `blockers` are the checks in the way."""

    connection: str
    folder: str
    test: bool
    site: str
    entry_type: str
    journal: str
    mode: str
    parts: tuple[PlannedPart, ...]
    blockers: tuple[Check, ...]
    who: str = ""
    at: datetime | None = None


class Took(StrEnum):
    """What became of a file."""

    ARCHIVED = "archived"
    KNOWN = "known"
    """The same settlement with the same figures is archived already, perhaps under another name."""
    REISSUED = "reissued"
    """The same settlement is archived with other figures: a person decides."""
    QUARANTINED = "quarantined"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Taken:
    """One file: what became of it, the archived settlement, and words with the line to look at."""

    name: str
    took: Took
    entry: int | None = None
    title: str = ""
    advice: str = ""
    line: int | None = None


def journal_reference(settlement_id: str, part: int) -> str:
    """What finds a part in X3 (REFINT takes 25 characters); `part` counts from 1."""
    return f"{settlement_id}-{part}"


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """An account of X3 as far as posting depends on it; `currency` "" takes any.

    `dimensions` are the fields that must not stay empty on its lines.
    """

    code: str
    title: str = ""
    active: bool = True
    currency: str = ""
    dimensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerPeriod:
    """An accounting period of X3; `start` and `end` are its first and last day, YYYY-MM-DD."""

    start: str
    end: str
    open: bool


@dataclass(frozen=True, slots=True)
class BankLine:
    """A movement on the bank account."""

    day: date
    amount: Decimal
    currency: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class OrderSum:
    """What one order came to in a settlement: goods, shipping and rebates, their tax, and what went back."""

    order: str
    sold: Decimal
    tax: Decimal
    refunded: Decimal = Decimal(0)
    tax_refunded: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class FeeSum:
    """What one kind of amount came to for one SKU in one settlement."""

    sku: str
    marketplace: str
    triple: Triple
    lines: int
    units: int
    amount: Decimal
    entry: int = 0
    at: datetime | None = None
