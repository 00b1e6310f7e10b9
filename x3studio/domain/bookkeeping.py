"""The books of settlements: accounts and periods, who decided what, and how far posting has come."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from x3studio.domain.settlements import Account, Check, Group, Triple


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
class OrderPlace:
    """Where an order went and where it came from, as ISO 3166-1 alpha-2 codes; "" where that is not known."""

    order: str
    destination: str = ""
    ship_from: str = ""


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
