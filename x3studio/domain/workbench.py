"""The words of the workbench: kinds of records, where each stands, and what may speak against a pair."""

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What is mapped: items, customers, and the code tables that a sync needs."""

    ITEMS = "items"
    CUSTOMERS = "customers"
    MARKETPLACES = "marketplaces"
    CARRIERS = "carriers"
    TAXES = "taxes"
    UNITS = "units"
    CURRENCIES = "currencies"
    STATUSES = "statuses"
    RETURN_REASONS = "return_reasons"
    FEES = "fees"

    @property
    def is_code_table(self) -> bool:
        """Whether a record is a single foreign code."""
        return self not in (Kind.ITEMS, Kind.CUSTOMERS)


class Key(NamedTuple):
    """What a record is called: a SKU, or a foreign code; of customers the last three.

    `marketplace` "" means everywhere.
    """

    code: str = ""
    marketplace: str = ""
    channel: str = ""
    vat_number: str = ""


class RecordState(IntEnum):
    """Where a record stands. Stored: new states go to the end."""

    NOT_LOOKED_UP = 0
    """Never mistaken for NO_CANDIDATE, which says that a search found nothing."""
    NO_CANDIDATE = 1
    CANDIDATES = 2
    SUGGESTED = 3
    """The first candidate is likely or certain, and nothing blocks it."""
    ACCEPTED = 4
    BY_RULE = 5
    REJECTED = 6
    """There is no X3 record for it."""
    KIT = 7
    UNSURE = 8
    REOPENED = 9
    """Decided once; the masters have changed so that the decision no longer holds."""
    BLOCKED = 10
    """The first candidate has a conflict that must be solved first."""
    EXCLUDED = 11
    """Not to be mapped at all."""

    @property
    def word(self) -> str:
        """As it is written in files."""
        return self.name.lower()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide."""
        return self in OPEN_STATES


OPEN_STATES = frozenset(
    {
        RecordState.NOT_LOOKED_UP,
        RecordState.NO_CANDIDATE,
        RecordState.CANDIDATES,
        RecordState.SUGGESTED,
        RecordState.UNSURE,
        RecordState.REOPENED,
        RecordState.BLOCKED,
    }
)
MAPPED_STATES = frozenset({RecordState.ACCEPTED, RecordState.BY_RULE, RecordState.KIT})


class Confidence(IntEnum):
    """How far to trust a candidate, in words; the order is meant. Stored."""

    NONE = 0
    WEAK = 1
    LIKELY = 2
    CERTAIN = 3

    @property
    def word(self) -> str:
        """As it is written in files."""
        return self.name.lower()


class Severity(StrEnum):
    """What a conflict asks of a person."""

    BLOCK = "block"
    """It must be solved; it caps the confidence at weak."""
    WARN = "warn"
    ASK = "ask"
    """It is legal with a declared reason."""
    BUILD = "build"
    """Something has to be put together, as a kit."""
    INFO = "info"


class ConflictCode(StrEnum):
    """What may speak against a pair. Stored as one bit each, in this order: new codes go to the end."""

    EAN_CHECK = "EAN_CHECK"
    EAN_SHARED = "EAN_SHARED"
    EAN_DISAGREE = "EAN_DISAGREE"
    PACK = "PACK"
    UNIT = "UNIT"
    INACTIVE = "INACTIVE"
    N_TO_1 = "N_TO_1"
    ONE_TO_N = "ONE_TO_N"
    CROSS_MKT = "CROSS_MKT"
    PARENT = "PARENT"
    FBA_QTY = "FBA_QTY"
    PRICE = "PRICE"
    TEXT = "TEXT"
    LOTSER = "LOTSER"
    BPC_BLOCKED = "BPC_BLOCKED"
    BPC_CURRENCY = "BPC_CURRENCY"
    BPC_TAX = "BPC_TAX"
    BPC_SHARED = "BPC_SHARED"
    STALE = "STALE"
    SIZE = "SIZE"
    COLOUR = "COLOUR"
    VAT_DISAGREE = "VAT_DISAGREE"
    COUNTRY = "COUNTRY"
    VANISHED = "VANISHED"
    """The X3 record of a decision is no longer in the masters."""
    ADDRESS = "ADDRESS"
    ADDRESS_RIVAL = "ADDRESS_RIVAL"
    """The address fits another record better."""

    @property
    def bit(self) -> int:
        """Its bit in a set of conflicts."""
        return _BITS[self]


_BITS = {code: 1 << place for place, code in enumerate(ConflictCode)}


def conflict_bits(codes: "frozenset[ConflictCode] | tuple[ConflictCode, ...]") -> int:
    """A set of conflicts as one number."""
    return sum(code.bit for code in set(codes))


def conflicts_in(bits: int) -> tuple[ConflictCode, ...]:
    """The conflicts that `conflict_bits` made a number of."""
    return tuple(code for code, bit in _BITS.items() if bits & bit)


HARD = frozenset(
    {
        ConflictCode.EAN_CHECK,
        ConflictCode.PACK,
        ConflictCode.UNIT,
        ConflictCode.INACTIVE,
        ConflictCode.PARENT,
        ConflictCode.FBA_QTY,
        ConflictCode.BPC_BLOCKED,
        ConflictCode.BPC_CURRENCY,
        ConflictCode.SIZE,
        ConflictCode.COLOUR,
        ConflictCode.VAT_DISAGREE,
        ConflictCode.COUNTRY,
        ConflictCode.VANISHED,
    }
)
"""Those that cap the confidence at weak, whatever the score."""


class Mark(StrEnum):
    """What a person can say about a record without deciding it. One value each, "" takes it away."""

    UNSURE = "unsure"
    EXCLUDED = "excluded"
    FLAG = "flag"
    COMMENT = "comment"
    OWNER = "owner"
    CHANNEL = "channel"
    """FBA or FBM, where the listing does not say or says it wrong."""
    PUSH = "push"
    """"on" where the quantity may be sent to Amazon; refused for what Amazon itself stocks."""
    SHARE = "share"
    """Why several SKUs may stand for one item, and how they share its stock."""
    APART = "apart"
    """Why a SKU stands for different items in different marketplaces."""
    NEW_ITEM = "new_item"
    """A new X3 item is asked for, in words."""
    REOPENED = "reopened"
    """Why a decision no longer holds; set by the re-check alone, for the decision it names."""
    LINK = "link"
    """A reference or tag that holds a family together where a site has no parent and child."""
