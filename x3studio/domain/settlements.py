"""An Amazon settlement, the journal it becomes and the checks that prove one from the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from x3studio.domain.errors import StudioError

# Checks that keep a journal from being posted; the others stay open until a named person explains them.
BLOCKING = frozenset({"B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B13", "B14", "B15", "B18"})


CHECK_TITLES = {
    "B1": "One settlement, whole",
    "B2": "Rows add up to the total",
    "B3": "Each row in one group",
    "B4": "Debits equal credits",
    "B5": "Bank line equals total",
    "B6": "Month parts add up",
    "B7": "Roll-over returns to zero",
    "B8": "Dates in their month",
    "B9": "Reserve in = last out",
    "B10": "Reserve account balance",
    "B11": "Failed transfers net to zero",
    "B12": "No gap to the one before",
    "B13": "Not posted before",
    "B14": "Facilitator tax nets to zero",
    "B15": "Gross = net + VAT",
    "B16": "Orders tie to X3",
    "B17": "Refunds reverse sales",
    "B18": "X3 takes every line",
    "B19": "Deposit at the bank",
    "B20": "Read back from X3",
    "B21": "Clearing account is zero",
    "B22": "Deferred amounts reversed",
    "B23": "Amazon's own summary",
}


class SettlementRefused(StudioError):
    """A file that cannot be read as one settlement; `line` counts from 1, None where no line fits."""

    def __init__(self, title: str, *, advice: str, line: int | None = None) -> None:
        super().__init__(title, advice=advice, context={} if line is None else {"line": str(line)})
        self.line = line


class Triple(NamedTuple):
    """What Amazon says an amount is; no list of the possible values is published."""

    transaction_type: str
    amount_type: str
    amount_description: str

    def __str__(self) -> str:
        return " / ".join(part or "(empty)" for part in self)


class Role(StrEnum):
    """Groups whose amounts a check follows beyond their sum."""

    NONE = ""
    RESERVE = "reserve"
    TAX_COLLECTED = "tax collected"
    TAX_WITHHELD = "tax withheld"
    FAILED_TRANSFER = "failed transfer"
    CARD_CHARGE = "card charge"
    NEGATIVE_BALANCE = "negative balance"
    CROSS_DEBT = "cross-debt"


class Verdict(StrEnum):
    """OPEN waits for a person's explanation; NOT_APPLICABLE needs facts that are not at hand."""

    PASS = "pass"
    FAIL = "fail"
    WARN = "warn"
    OPEN = "open"
    NOT_APPLICABLE = "n/a"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the proof sheet: `detail` holds the figures, `line` the place to look at, if any.

    `figure` is the one figure that tells most, short enough for a column: an amount, or "2 parts".
    """

    id: str
    verdict: Verdict
    detail: str
    line: int | None = None
    figure: str = ""

    @property
    def title(self) -> str:
        """What is checked, in a few words."""
        return CHECK_TITLES.get(self.id, self.id)

    @property
    def blocks(self) -> bool:
        """Whether this verdict keeps the journal from being posted."""
        return self.id in BLOCKING and self.verdict in (Verdict.FAIL, Verdict.OPEN)


@dataclass(frozen=True, slots=True)
class Group:
    """A kind of money: `id` is stable, `kind` is income, expense, asset, liability or tax.

    `step` is the bar of the way from gross sales to the bank line that it belongs to.
    """

    id: str
    title: str
    kind: str
    role: Role = Role.NONE
    step: str = "other"


@dataclass(frozen=True, slots=True)
class Account:
    """Where a group is posted: an account of the ledger and its tax code, "" where none is set.

    `dimensions` are pairs of X3's dimension type and value, in order of the type.
    """

    code: str
    tax_code: str = ""
    dimensions: tuple[tuple[str, str], ...] = ()


Accounts = Mapping[str, Account]
NO_ACCOUNTS: Accounts = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Amount:
    """The sum of one triple in one month, marketplace and channel; the finest grain a journal is built from.

    `month` is "YYYY-MM". `channel` is AFN (Amazon ships), MFN (the seller ships), MCF or "".
    `line` is the product line of the SKUs, "" unless product lines were given; countries are ISO codes,
    "" where only the marketplace is known; `facilitator` says that Amazon owes the tax.
    """

    triple: Triple
    month: str
    marketplace: str
    channel: str
    amount: Decimal
    rows: int
    line: str = ""
    destination: str = ""
    ship_from: str = ""
    facilitator: bool = False


@dataclass(frozen=True, slots=True)
class SettlementHeader:
    """The summary line. Times are aware and in UTC, None where the file leaves them empty."""

    settlement_id: str
    start: datetime | None
    end: datetime | None
    deposit: datetime | None
    total: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class GroupTotal:
    """One group with its triples and their sums; `account` is None where none is mapped, or several are."""

    group: Group
    triples: tuple[tuple[Triple, Decimal], ...]
    account: Account | None
    amount: Decimal
    rows: int = 0


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of a part: exactly one side is not zero. `group` is a group's id or one of the three below."""

    group: str
    account: Account | None
    debit: Decimal
    credit: Decimal
    text: str

    @property
    def net(self) -> Decimal:
        """Credit minus debit: positive is money towards the seller's income."""
        return self.credit - self.debit


# Journal lines of no group of Amazon's: the deposit, the balance between months, unmapped triples.
CLEARING = "clearing"
ROLLOVER = "rollover"
UNMAPPED = "unmapped"


@dataclass(frozen=True, slots=True)
class JournalPart:
    """The journal of one month, "YYYY-MM"."""

    month: str
    lines: tuple[JournalLine, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A settlement as it will be posted, with the checks B1 to B23 in order.

    `total` is what Amazon says it pays, `sum` what the lines add up to, `rows` the lines without the summary.
    `amounts` are the grains that groups and parts were made of.
    """

    header: SettlementHeader
    rows: int
    sum: Decimal
    groups: tuple[GroupTotal, ...]
    unmapped: tuple[tuple[Triple, Decimal], ...]
    parts: tuple[JournalPart, ...]
    checks: tuple[Check, ...]
    zone: str
    amounts: tuple[Amount, ...] = ()

    def check(self, name: str) -> Check:
        """One check by its id. KeyError: there is none."""
        return next(check for check in self.checks if check.id == name)

    @property
    def postable(self) -> bool:
        """Whether no blocking check stands in the way."""
        return not any(check.blocks for check in self.checks)
