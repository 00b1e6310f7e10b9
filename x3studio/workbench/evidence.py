"""One record beside its candidates: what both sides say, field by field, and what that is worth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from x3studio.domain.mappings import Component, Decision
from x3studio.domain.workbench import Confidence, Key, Kind, Mark, RecordState
from x3studio.workbench.conflicts import ConflictFinding


class Verdict(StrEnum):
    """What comparing one field says."""

    EQUAL = "equal"
    GOOD = "good"
    DIFFERS = "differs"
    WARN = "warn"
    BLOCK = "block"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One field of both sides. `points` are what it adds to the score, None where it was not weighed."""

    field: str
    amazon: str
    x3: str
    verdict: Verdict
    words: str
    points: int | None = None


def noted(marks: Mapping[Mark, str]) -> EvidenceRow | None:
    """What people said of a record, as a row of its own; None where nobody said anything."""
    said = [words(value) for mark, words in _NOTED.items() if (value := marks.get(mark, ""))]
    return EvidenceRow("Noted", "", "", Verdict.INFO, "; ".join(said)) if said else None


_SHARED: Mapping[str, str] = {
    "fba_fbm": "FBA and FBM",
    "relist": "listed twice",
    "marketplaces": "several marketplaces",
}
_NOTED: Mapping[Mark, Callable[[str], str]] = {
    Mark.SHARE: lambda value: f"stock is shared ({_SHARED.get(value, value)})",
    Mark.PUSH: lambda _value: "its quantity may be sent to Amazon",
    Mark.APART: lambda value: f"differs by marketplace on purpose: {value}",
    Mark.NEW_ITEM: lambda value: f"a new item is asked for: {value}",
    Mark.COMMENT: lambda value: value,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One X3 record that may stand for the foreign one.

    `confidence` is 0..1, None while uncalibrated; `margin` its lead over the next. `reason` is its
    strongest argument in a few words, `waterfall` all of them with points that add up to its score.
    """

    target: str
    description: str
    band: Confidence
    confidence: float | None = None
    margin: float | None = None
    reason: str = ""
    waterfall: tuple[tuple[str, int], ...] = ()
    conflicts: tuple[ConflictFinding, ...] = ()
    pack: Decimal = Decimal(1)
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True)
class LikeThis:
    """How pairs of the same confidence fared when people judged them."""

    judged: int = 0
    right: int = 0

    def __str__(self) -> str:
        return f"of {self.judged} like this, {self.right} were right" if self.judged else ""


@dataclass(frozen=True, slots=True)
class Similar:
    """Records that one rule would decide as well: "14 more SKUs end in -6PK"."""

    words: str = ""
    rule: str = ""
    """What the rule says, as `rules` reads it ("suffix:-6PK=6")."""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one record, for the chosen candidate.

    `chosen` is the place of the candidate that `rows` compare, -1 where there is none; `standing` what is
    decided now ("" where nothing is), `pack` the factor that stands or is expected.
    """

    kind: Kind
    key: Key
    title: str
    subtitle: str
    state: RecordState
    conflicts: tuple[ConflictFinding, ...] = ()
    rows: tuple[EvidenceRow, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    chosen: int = -1
    standing: str = ""
    pack: Decimal = Decimal(1)
    components: tuple[Component, ...] = ()
    note: str = ""
    history: tuple[Decision, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    """What people said without deciding, by mark: ("flag", "1")."""
    looked_up: bool = False
    masters_at: datetime | None = None
    """When the X3 side was last brought up to date."""
    like_this: LikeThis = LikeThis()
    similar: Similar = Similar()
    image: str = ""
    reopened: str = ""
    """Why the decision no longer holds."""
