"""The states of one write, from the first sight of its reference to X3's number.

NEW       seen and stored; nothing sent
INTENT    about to be sent: committed before the first byte leaves
INDOUBT   sent, or perhaps sent; the answer is unknown and is looked up after the settle time
DONE      X3 holds exactly this document; its number is known
REJECTED  cannot be written as it is; an exception is open
CONFLICT  X3 holds several documents with the reference; only a person decides
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from x3studio.domain.documents import DocumentKind


class Stage(StrEnum):
    """Where one record of the outbox stands."""

    NEW = "new"
    INTENT = "intent"
    INDOUBT = "indoubt"
    DONE = "done"
    REJECTED = "rejected"
    CONFLICT = "conflict"


LEGAL_STAGES: dict[Stage, frozenset[Stage]] = {
    Stage.NEW: frozenset({Stage.INTENT, Stage.REJECTED, Stage.DONE, Stage.CONFLICT}),
    Stage.INTENT: frozenset({Stage.DONE, Stage.REJECTED, Stage.INDOUBT, Stage.NEW}),
    Stage.INDOUBT: frozenset({Stage.DONE, Stage.NEW, Stage.CONFLICT}),
    Stage.REJECTED: frozenset({Stage.NEW}),
    Stage.CONFLICT: frozenset({Stage.NEW, Stage.DONE}),
    Stage.DONE: frozenset(),
}


class IllegalStage(ValueError):
    """A bug: a record was asked to take a step the protocol forbids."""


def check_stage(old: Stage, new: Stage) -> None:
    """Raises IllegalStage unless a record may go from `old` to `new`."""
    if new not in LEGAL_STAGES[old]:
        raise IllegalStage(f"A record that is {old} cannot become {new}.")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point on a clock that neither jumps nor stops in sleep, valid within one boot.

    `seconds` counts since that boot (CLOCK_BOOTTIME or the platform's equal).
    """

    boot: str
    seconds: float


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """One record on its way: `source` is the foreign record's canonical text, `document` what is sent."""

    id: int
    flow: str
    account: str
    kind: DocumentKind
    reference: str
    stage: Stage
    source: str
    source_hash: str
    document: str = ""
    document_hash: str = ""
    attempt: int = 0
    number: str = ""
    confirmed: bool = False
    run: int | None = None
    doubt_since: Moment | None = None
    seen_at: datetime | None = None
    changed_at: datetime | None = None
