"""What the matching room takes in and hands out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

import pandas as pd


class Kind(StrEnum):
    """What the records are; each kind has its own prior model."""

    ITEMS = "items"
    CUSTOMERS = "customers"


class State(IntEnum):
    """Where a source record stands; "not looked up" is never mistaken for "no candidate"."""

    NOT_LOOKED_UP = 0
    NO_CANDIDATE = 1
    CANDIDATES = 2
    DECIDED = 3


class Conflict(StrEnum):
    """Facts of both sides that speak against each other: any caps the band at likely, a hard one at weak."""

    PACK = "PACK"
    SIZE = "SIZE"
    COLOUR = "COLOUR"
    EAN_CHECK = "EAN_CHECK"
    EAN_DISAGREE = "EAN_DISAGREE"
    EAN_SHARED = "EAN_SHARED"
    VAT_DISAGREE = "VAT_DISAGREE"
    COUNTRY = "COUNTRY"
    ADDRESS = "ADDRESS"
    """Two of street, postcode and city contradict: another branch, or another company of that name."""
    ADDRESS_RIVAL = "ADDRESS_RIVAL"
    """Another candidate of that name agrees better on the address."""


class Cancelled(Exception):
    """The caller asked to stop; nothing was decided and nothing is lost."""


@dataclass(frozen=True, slots=True)
class Table:
    """One side: `frame` holds texts only ("" where empty), one row a record; ids are unique and not empty."""

    name: str
    frame: pd.DataFrame
    id_column: str

    @classmethod
    def of(cls, name: str, columns: Mapping[str, Sequence[str]], *, id_column: str) -> "Table":
        """A table of columns of texts, all of one length; the ids are unique and not empty."""
        return cls(name, pd.DataFrame({column: list(texts) for column, texts in columns.items()}), id_column)

    @property
    def ids(self) -> list[str]:
        """The key of each row."""
        return [str(value) for value in self.frame[self.id_column]]

    def __len__(self) -> int:
        return len(self.frame)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a person said about pairs of keys: columns of equal length, the later judgement of a pair
    counts.
    """

    source_ids: Sequence[str] = ()
    target_ids: Sequence[str] = ()
    matched: Sequence[bool] = ()

    def __len__(self) -> int:
        return len(self.source_ids)


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the explanation; with the start, the points of all reasons add up to the total."""

    word: str
    points: int
