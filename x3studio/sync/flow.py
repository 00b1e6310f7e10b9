"""What a flow is: where its records come from and what each becomes. How they travel is the engine's."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from x3studio.domain.documents import Document, DocumentKind, Found, Verdict
from x3studio.domain.errors import Refused
from x3studio.domain.money import Money
from x3studio.domain.outbox import OutboxRecord
from x3studio.x3 import Sending


class Standing(StrEnum):
    """What the source says of a record at the moment it is read."""

    DUE = "due"
    WAITING = "waiting"
    """Not final yet: it is looked at again when the source reports a change."""
    CANCELLED = "cancelled"
    """Never to be written; a problem if it was written before."""
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One foreign record: its reference, its canonical text and how it stands."""

    reference: str
    source: str
    standing: Standing
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourcePage:
    """Some records, and the checkpoint that holds once exactly these are stored."""

    records: Sequence[SourceRecord]
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Translated:
    """A record in the target's words. `trace` is text for people: which rule made which field."""

    document: Document
    trace: str
    worth: Money | None = None


@dataclass(frozen=True, slots=True)
class NotDue:
    """The record is not to be written (any more); `reason` says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """The record cannot be written as it is; `worth` is what waits with it."""

    fault: Refused
    worth: Money | None = None


Outcome = Translated | NotDue | Refusal


class Flow(Protocol):
    """One stream of records, bound to the connections it reads from and writes to."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> DocumentKind: ...

    def pages(self, *, checkpoint: str | None, since: datetime | None) -> AsyncIterator[SourcePage]: ...

    async def reread(self, references: Sequence[str]) -> Sequence[SourceRecord]:
        """The records as the source has them now; for reconciling and for replays after a purge."""
        ...

    async def translate(self, records: Sequence[OutboxRecord]) -> Sequence[Outcome]:
        """One outcome per record, in order, under the mapping as it is now."""
        ...

    def redacted(self, source: str) -> str:
        """The canonical text without secrets and personal data, fit for the journal."""
        ...

    async def aclose(self) -> None: ...


class Target(Protocol):
    """Where documents are written: an X3 client, or Amazon for Multi-Channel Fulfilment."""

    @property
    def batch(self) -> int: ...

    async def create(self, document: Document, *, sending: Sending | None = None) -> Verdict:
        """Writes the document; `sending` is awaited right before its first byte leaves."""
        ...

    async def find(self, kind: DocumentKind, references: Sequence[str]) -> Mapping[str, Sequence[Found]]: ...

    async def aclose(self) -> None: ...
