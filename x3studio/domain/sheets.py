"""A proven settlement as people look at it: bars, trees, comparisons and what is unusual; plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from x3studio.domain.bookkeeping import Explanation, Posting, Taken
from x3studio.domain.chain import Entry
from x3studio.domain.repairs import Repair
from x3studio.domain.settlements import Account, Group, Proof, Triple


@dataclass(frozen=True, slots=True)
class Bar:
    """One step: it takes the running sum from `start` to `end`. `kind` is rise, fall or total.

    `triples` are the kinds of amounts in it: the rows behind the bar.
    """

    id: str
    title: str
    amount: Decimal
    start: Decimal
    end: Decimal
    kind: str
    triples: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """The part of a group that goes to one account, marketplace and channel."""

    title: str
    marketplace: str
    channel: str
    triples: tuple[Triple, ...]
    rows: int
    amount: Decimal
    account: Account | None


@dataclass(frozen=True, slots=True)
class Branch:
    """One group with its leaves; `account` is None where none or several are set."""

    group: Group
    rows: int
    amount: Decimal
    account: Account | None
    leaves: tuple[Leaf, ...]

    @property
    def title(self) -> str:
        """The group's title."""
        return self.group.title


@dataclass(frozen=True, slots=True)
class Sheet:
    """All there is to say of one settlement; `proof` is None where its file could not be read as one.

    `digest` is the SHA-256 of the sheet, `quarantine` says which line to look at and what would mend it,
    `repair` which lines are read otherwise than they came, by whose decision.
    """

    entry: Entry
    proof: Proof | None
    bars: tuple[Bar, ...] = ()
    branches: tuple[Branch, ...] = ()
    explanations: Mapping[str, Explanation] = field(default_factory=dict)
    posting: Posting | None = None
    proven_at: datetime | None = None
    digest: str = ""
    quarantine: Taken | None = None
    repair: Repair | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind of amount in two settlements; `per_order` is the amount for each order line sold."""

    group: str
    title: str
    triple: Triple
    first: Decimal
    second: Decimal
    first_rows: int
    second_rows: int

    @property
    def change(self) -> Decimal:
        """What the second has more than the first."""
        return self.second - self.first


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two settlements side by side, the largest change first."""

    first: Entry
    second: Entry
    rows: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class Anomaly:
    """What is unusual against its own history: `stake` is the money beyond the usual, in the currency."""

    fee: str
    sku: str
    triple: Triple
    reason: str
    stake: Decimal
    usual: Decimal
    now: Decimal
    rows: int


@dataclass(frozen=True, slots=True)
class FeeChange:
    """A fee that was one amount for each unit until a settlement and another from then on."""

    fee: str
    sku: str
    since: date | None
    before: Decimal
    after: Decimal
    units: int

    @property
    def stake(self) -> Decimal:
        """What the change came to in the settlement."""
        return (self.after - self.before) * self.units


@dataclass(frozen=True, slots=True)
class Loss:
    """A SKU whose sales brought less than Amazon took; the cost of the goods is not in it."""

    sku: str
    sold: Decimal
    fees: Decimal
    lines: int

    @property
    def result(self) -> Decimal:
        """What is left of its sales."""
        return self.sold + self.fees


@dataclass(frozen=True, slots=True)
class Collected:
    """What asking Amazon came to: reports seen, files archived, and what became of each."""

    seen: int
    taken: tuple[Taken, ...]
