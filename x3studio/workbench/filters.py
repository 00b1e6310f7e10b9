"""What a person filters by, and what a filtered view answers: rows in order, and live counts per facet."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Facet(StrEnum):
    """What records are grouped by beside the table. The values chosen inside one are alternatives."""

    STATUS = "status"
    """Values are RecordState codes."""
    BAND = "band"
    """Values are Confidence codes."""
    CONFLICT = "conflict"
    """Values are ConflictCode; a record may have several."""
    DECILE = "decile"
    """1 (the tenth of the records that is worth most) to 10."""
    BRAND = "brand"
    FAMILY = "family"
    CHANNEL = "channel"
    MARKETPLACE = "marketplace"
    """A record may be listed in several."""
    OWNER = "owner"
    FLAG = "flag"
    """1 where a person flagged the record, else 0."""
    WAITING = "waiting"
    """1 where orders wait for the record, else 0."""


class Sort(StrEnum):
    """What a view can be ordered by; the key breaks ties."""

    KEY = "key"
    TITLE = "title"
    TARGET = "target"
    STATE = "state"
    CONFIDENCE = "confidence"
    WORTH = "worth"
    LINES = "lines"
    UNITS = "units"
    WAITING = "waiting"
    AT = "at"
    """When it was decided."""
    PACK = "pack"
    CONFLICTS = "conflicts"
    """Blocking ones first."""


FacetValue = int | str


_NEAR = 20
"""So many of the rows behind it are asked where a row belongs."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What is wanted: every word of `text` and, of each facet named, one of its values."""

    text: str = ""
    chosen: Mapping[Facet, frozenset[FacetValue]] = field(default_factory=dict)

    def choosing(self, facet: Facet, *values: FacetValue) -> "Filter":
        """The same filter with just these values of one facet; none lifts the limit."""
        chosen = {each: wanted for each, wanted in self.chosen.items() if each is not facet}
        if values:
            chosen[facet] = frozenset(values)
        return replace(self, chosen=chosen)

    def toggled(self, facet: Facet, value: FacetValue) -> "Filter":
        """The same filter with one value more, or less where it was chosen."""
        return self.choosing(facet, *(self.chosen.get(facet, frozenset()) ^ {value}))

    def saying(self, text: str) -> "Filter":
        """The same filter with other words."""
        return replace(self, text=text)


@dataclass(frozen=True, slots=True)
class View:
    """Rows of the deck in the wanted order, and how many records each facet value has.

    Each facet is counted under the other filters, so that its own values stay comparable; values that
    no record has are left out. `revision` is the deck's when it was made.
    """

    rows: NDArray[np.int32]
    facets: Mapping[Facet, Mapping[FacetValue, int]]
    revision: int

    def __len__(self) -> int:
        return len(self.rows)

    def place_of(self, row: int) -> int:
        """Where a row of the deck stands in this view, -1 where it is not in it."""
        found = np.flatnonzero(self.rows == row)
        return int(found[0]) if len(found) else -1

    def keeping(self, row: int, *, of: "View") -> "View":
        """This view with a row of the one before where it stood, although it no longer passes."""
        place = of.place_of(row) if row >= 0 else -1
        if place < 0 or self.place_of(row) >= 0:
            return self
        for follower in of.rows[place + 1 : place + 1 + _NEAR].tolist():
            at = self.place_of(follower)
            if at >= 0:
                return View(np.insert(self.rows, at, row), self.facets, self.revision)
        return View(np.append(self.rows, np.int32(row)), self.facets, self.revision)
