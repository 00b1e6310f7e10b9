"""A source and a target that do what a test tells them, in place of Amazon and X3."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

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
from x3studio.domain.errors import ConnectionFault, Refused, Unmapped
from x3studio.domain.monitor import Exchange
from x3studio.domain.outbox import OutboxRecord
from x3studio.domain.runs import Run
from x3studio.store import Store
from x3studio.sync.context import Limits
from x3studio.sync.dispatcher import Dispatcher
from x3studio.sync.engine import Bound, Ending
from x3studio.sync.flow import Outcome, Refusal, SourcePage, SourceRecord, Standing, Translated
from x3studio.x3 import Sending

ACCOUNT = "http://127.0.0.1#TEST"
ROUTE = "seller>folder"


def due(*references: str) -> list[SourceRecord]:
    """Records that are due, one per reference."""
    return [SourceRecord(reference, f"source of {reference}", Standing.DUE) for reference in references]


@dataclass
class ScriptedFlow:
    """Pages as given; a reference that contains "unmapped" is refused while `mapped` is False."""

    script: Sequence[Sequence[SourceRecord]]
    mapped: bool = False
    asked: list[str | None] = field(default_factory=list)
    name: str = "orders"
    kind: DocumentKind = DocumentKind.SALES_ORDER
    between: Callable[[], None] = lambda: None
    news: Mapping[str, SourceRecord] = field(default_factory=dict)
    """What reading single records again brings, where it is not what it was."""
    reject: set[str] = field(default_factory=set)
    """References whose translation is refused."""

    async def pages(self, *, checkpoint: str | None, since: datetime | None) -> AsyncIterator[SourcePage]:
        self.asked.append(checkpoint)
        for number, records in enumerate(self.script, start=1):
            yield SourcePage(list(records), f"page {number}")
            self.between()

    async def reread(self, references: Sequence[str]) -> Sequence[SourceRecord]:
        return [self.news.get(record.reference, record) for record in due(*references)]

    async def translate(self, records: Sequence[OutboxRecord]) -> Sequence[Outcome]:
        return [self._translate(record) for record in records]

    def _translate(self, record: OutboxRecord) -> Outcome:
        if "unmapped" in record.reference and not self.mapped:
            return Refusal(Unmapped("No X3 item stands for SKU A-1.", subject="A-1", advice="Map it."))
        if record.reference in self.reject:
            return Refusal(Refused("The order has no price.", advice="Correct it."))
        document = Document(self.kind, record.reference, {"CUSORDREF": record.reference}, ({"QTY": "1"},))
        return Translated(document, trace="as it is")

    def redacted(self, source: str) -> str:
        return source

    async def aclose(self) -> None:
        return None


@dataclass
class ScriptedX3:
    """Holds documents by reference. `verdicts` are used up one per write of a reference, then it takes all.

    "late" answers unknown and holds the document only once `settle` is called; "taken unseen" holds it
    at once and answers unknown.
    """

    verdicts: dict[str, list[str]] = field(default_factory=dict)
    held: dict[str, list[Found]] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    late: list[Document] = field(default_factory=list)
    away: int = 0
    batch: int = 10
    gate: asyncio.Event | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    """Set with the first write."""
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set with the first look-up."""

    async def create(self, document: Document, *, sending: Sending | None = None) -> Verdict:
        if sending is not None:
            await sending()
        self.writes.append(document.reference)
        self.reached.set()
        if self.gate is not None:
            await self.gate.wait()
        waiting = self.verdicts.get(document.reference, [])
        return self._answer(waiting.pop(0) if waiting else "taken", document)

    def _answer(self, word: str, document: Document) -> Verdict:
        if word == "taken":
            return Taken(self.hold(document))
        if word == "refused":
            return Rejected(("Artikel nicht vorhanden",), field="ITMREF", line=1)
        if word == "unsent":
            return Unsent("nobody listens there")
        if word == "taken unseen":
            self.hold(document)
        if word == "late":
            self.late.append(document)
        return Unknown("no answer")

    def hold(self, document: Document) -> str:
        documents = self.held.setdefault(document.reference, [])
        number = f"SOH{sum(map(len, self.held.values())) + 1:05}"
        documents.append(Found(number, document.reference, document.header, document.lines))
        return number

    def settle(self) -> None:
        while self.late:
            self.hold(self.late.pop())

    async def find(self, kind: DocumentKind, references: Sequence[str]) -> Mapping[str, Sequence[Found]]:
        self.looks.extend(references)
        self.asked.set()
        if self.away:
            self.away -= 1
            raise ConnectionFault("X3 did not answer.")
        return {reference: tuple(self.held.get(reference, ())) for reference in references}

    async def aclose(self) -> None:
        return None


@dataclass
class Stage:
    """A store, a flow and a target, and runs over them."""

    store: Store
    flow: ScriptedFlow
    x3: ScriptedX3
    limits: Limits = field(default_factory=lambda: Limits(settle=0.0, slots=3, patience=30.0))
    endings: list[Ending] = field(default_factory=list)
    account: str = ACCOUNT
    route: str = ROUTE

    def dispatcher(self) -> Dispatcher:
        return Dispatcher(
            self.store, account=self.account, connections=[self.route], bind=self._bind, ended=self._ended
        )

    async def queue(
        self, *, dry_run: bool = False, limit: int | None = None, records: Sequence[str] = ()
    ) -> int:
        run = await self.store.write(
            lambda t: t.runs.queue(
                flow="orders",
                connection=self.route,
                started_by="test",
                dry_run=dry_run,
                limit=limit,
                records=records,
            )
        )
        return run.id

    async def run(
        self, *, dry_run: bool = False, limit: int | None = None, records: Sequence[str] = ()
    ) -> Run:
        run_id = await self.queue(dry_run=dry_run, limit=limit, records=records)
        return await self.dispatcher().carry_out(run_id)

    async def _bind(
        self,
        run: Run,
        record: Callable[[Exchange], None],
        waiting: Callable[[str, datetime], None],
    ) -> Bound:
        return Bound(flow=self.flow, target=self.x3, account=self.account, limits=self.limits)

    async def _ended(self, run: Run, ending: Ending) -> None:
        self.endings.append(ending)


def moment() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)
