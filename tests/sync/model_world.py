"""The world of the model check: a source that changes, an X3 that commits late, and processes that die."""

import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from x3studio.domain.documents import (
    Document,
    DocumentKind,
    Found,
    Rejected,
    Taken,
    Unknown,
    Unsent,
    Verdict,
)
from x3studio.domain.errors import ConnectionFault, CredentialFault, Unmapped
from x3studio.domain.outbox import OutboxRecord
from x3studio.store import Store, Tables
from x3studio.sync.flow import (
    NotDue,
    Outcome,
    Refusal,
    SourcePage,
    SourceRecord,
    Standing,
    Translated,
)
from x3studio.x3 import Sending

T = TypeVar("T")

BUYER = "Erika Mustermann"
"""Stands in every document, and X3 repeats it: the journal and the exceptions must not."""
LATEST = 0.02
"""Seconds by which a commit is late at most."""
SETTLE = 0.03


class Died(BaseException):
    """The process ended here; nothing after it happened. No Exception, so that nobody handles it."""


@dataclass
class Life:
    """How many more steps the process lives; None means that it is not killed."""

    left: int | None = None
    over: bool = False

    def breathe(self) -> None:
        """To be called wherever a kill may strike: around every commit and every call."""
        if self.left is not None and not self.over:
            self.left -= 1
            self.over = self.left < 0
        if self.over:
            raise Died


class MortalStore(Store):
    """A store whose process may die right before or right after any commit."""

    life: Life

    async def write(self, work: Callable[[Tables], T]) -> T:
        self.life.breathe()
        result = await super().write(work)
        self.life.breathe()
        return result

    async def read(self, work: Callable[[Tables], T]) -> T:
        if self.life.over:
            raise Died
        return await super().read(work)


@dataclass
class Source:
    """Orders as a list of news; the checkpoint is how many of them were read."""

    life: Life
    news: list[SourceRecord] = field(default_factory=list)
    mapped: bool = False
    away: int = 0
    name: str = "orders"
    kind: DocumentKind = DocumentKind.SALES_ORDER

    async def pages(self, *, checkpoint: str | None, since: object) -> AsyncIterator[SourcePage]:
        if since is not None:
            yield SourcePage(list({record.reference: record for record in self.news}.values()), "")
            return
        start = int(checkpoint or 0)
        while start < len(self.news):
            if self.away:
                self.away -= 1
                raise ConnectionFault("Amazon did not answer.")
            page = self.news[start : start + 2]
            start += len(page)
            yield SourcePage(page, str(start))

    async def reread(self, references: Sequence[str]) -> Sequence[SourceRecord]:
        last = {record.reference: record for record in self.news}
        return [last[reference] for reference in references]

    async def translate(self, records: Sequence[OutboxRecord]) -> Sequence[Outcome]:
        return [self._translate(record) for record in records]

    def _translate(self, record: OutboxRecord) -> Outcome:
        if record.source == "cancelled":
            return NotDue("Cancelled on Amazon.")
        if "unmapped" in record.reference and not self.mapped:
            return Refusal(Unmapped("No X3 item stands for SKU A-1.", subject="A-1"))
        header = {"CUSORDREF": record.reference, "BPDNAM": BUYER}
        return Translated(Document(self.kind, record.reference, header, ({"QTY": "1"},)), trace="as it is")

    def redacted(self, source: str) -> str:
        return source

    async def aclose(self) -> None:
        return None


@dataclass
class LateX3:
    """Holds documents in order of their writing; `moods` says what happens to the next writes."""

    life: Life
    documents: list[Found] = field(default_factory=list)
    moods: deque[str] = field(default_factory=deque)
    away: int = 0
    batch: int = 2
    _late: list[tuple[float, Document]] = field(default_factory=list)

    async def create(self, document: Document, *, sending: Sending | None = None) -> Verdict:
        if sending is not None:
            await sending()
        self.life.breathe()
        mood = self.moods.popleft() if self.moods else "taken"
        verdict = self._act(mood, document)
        self.life.breathe()
        return verdict

    def _act(self, mood: str, document: Document) -> Verdict:
        if mood == "turned away":
            raise CredentialFault("X3 refused the sign-in.")
        if mood == "unsent":
            return Unsent("nobody listens there")
        if mood == "refused":
            return Rejected((f"{BUYER}: Adresse unvollständig",), field="BPDNAM")
        if mood == "late":
            self._late.append((time.monotonic() + LATEST, document))
            return Unknown("HTTP 504")
        if mood == "lost":
            return Unknown("the connection broke")
        number = self.hold(document)
        return Taken(number) if mood == "taken" else Unknown("HTTP 500")

    def hold(self, document: Document) -> str:
        """Writes a document: X3 has no objection to a second one."""
        number = f"SOH{len(self.documents) + 1:05}"
        self.documents.append(Found(number, document.reference, document.header, document.lines))
        return number

    def land(self, *, all_of_them: bool = False) -> None:
        """Late commits whose time has come are documents now."""
        now = time.monotonic()
        due = [document for at, document in self._late if all_of_them or at <= now]
        self._late = [] if all_of_them else [(at, document) for at, document in self._late if at > now]
        for document in due:
            self.hold(document)

    def of(self, reference: str) -> tuple[Found, ...]:
        """What X3 holds of a reference."""
        self.land()
        return tuple(held for held in self.documents if held.reference == reference)

    async def find(self, kind: DocumentKind, references: Sequence[str]) -> Mapping[str, Sequence[Found]]:
        self.life.breathe()
        if self.away:
            self.away -= 1
            raise ConnectionFault("X3 did not answer.")
        return {reference: self.of(reference) for reference in references}

    async def aclose(self) -> None:
        return None


def news(reference: str, standing: Standing, *, version: int) -> SourceRecord:
    """What the source says of an order from now on."""
    source = "cancelled" if standing is Standing.CANCELLED else f"{reference} as of {version}"
    return SourceRecord(reference, source, standing)
