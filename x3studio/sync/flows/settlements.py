"""Amazon's settlements are archived, proven and become X3 journal entries."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from functools import partial

from x3studio.amazon import SETTLEMENT_REPORT, Report
from x3studio.domain.bookkeeping import Taken
from x3studio.domain.chain import Announced, Entry, SettlementState
from x3studio.domain.documents import DocumentKind
from x3studio.domain.errors import Refused
from x3studio.domain.money import Money
from x3studio.domain.outbox import OutboxRecord
from x3studio.settlement.figures import money
from x3studio.settlement.invoices import Bill, reference_of
from x3studio.store import Tables
from x3studio.sync.flow import NotDue, Outcome, Refusal, SourcePage, SourceRecord, Standing, Translated
from x3studio.sync.flows.surroundings import Surroundings
from x3studio.sync.settling.accruing import accruals, outcomes
from x3studio.sync.settling.archive import Arrival, keep, read
from x3studio.sync.settling.billing import bills_of
from x3studio.sync.settling.knowledge import Knowledge, knowledge
from x3studio.sync.settling.packing import Packing
from x3studio.sync.settling.posting import Ready, make_ready, references, source_of
from x3studio.sync.settling.proving import prove_again
from x3studio.sync.settling.target import SettlementTarget


class SettlementsFlow:
    """One run's view of the settlements of one seller and of how one site posts them."""

    name = "settlements"
    kind = DocumentKind.JOURNAL

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._seller = around.amazon.connection.seller_id
        self._ledger_read = False
        self.taken: list[Taken] = []
        """What became of each document that was fetched."""
        self.seen = 0
        """How many reports Amazon listed."""
        self.target = SettlementTarget(around.x3)
        """Where journals and invoices are written."""
        self._billed: dict[int, tuple[Bill, ...] | Refused | None] = {}

    async def pages(self, *, checkpoint: str | None, since: datetime | None) -> AsyncIterator[SourcePage]:
        """Archives what Amazon holds and is not archived yet, then hands out what is not in X3.

        Reports are looked for as far back as Amazon keeps them, whatever the checkpoint: a settlement that
        was missed is lost after 90 days.
        """
        del checkpoint
        began = datetime.now(UTC)
        async for _ in self.collect(since=since):
            pass
        known = await self._known()
        await self._around.store.write(lambda tables: prove_again(tables, None, known))
        entries = await self._around.store.read(lambda tables: self._waiting(tables, since))
        records = [record for entry, sheet in entries for record in await self._records(entry, sheet, known)]
        records += await self._around.store.read(lambda tables: self._accruals(tables, known, since=since))
        yield SourcePage(records, began.isoformat())

    async def collect(self, *, since: datetime | None = None) -> AsyncIterator[Taken]:
        """Archives each report that Amazon holds and this workspace does not."""
        async for page in self._around.amazon.reports((SETTLEMENT_REPORT,)):
            self.seen += len(page)
            await self._around.store.write(partial(self._announce, page=page))
        for report in await self._around.store.read(lambda tables: tables.settlements.announced()):
            if report.connection == self._around.amazon.connection.name and (
                since is None or report.created >= since
            ):
                taken = await self._fetch(report)
                self.taken.append(taken)
                yield taken

    def _announce(self, tables: Tables, *, page: Sequence[Report]) -> None:
        tables.settlements.announce(
            Announced(
                report_id=report.report_id,
                document_id=report.document_id,
                connection=self._around.amazon.connection.name,
                created=report.created,
                start=report.start,
                end=report.end,
            )
            for report in page
            if report.document_id
        )

    async def _fetch(self, report: Announced) -> Taken:
        packing = Packing()
        async for block in self._around.amazon.document(report.document_id, record=report.report_id):
            packing.add(block)
        arrival = Arrival(
            f"settlement report {report.report_id}", self._seller, packing.finish(), report.report_id
        )
        known = await self._known()
        found = await asyncio.to_thread(read, arrival, known)
        return await self._around.store.write(lambda tables: keep(tables, found))

    async def _known(self) -> Knowledge:
        if not self._ledger_read and self._around.read_ledger is not None:
            self._ledger_read = True
            await self._around.read_ledger()
        return await self._around.store.read(
            lambda tables: knowledge(tables, rules=self._around.rules, places=True)
        )

    def _waiting(self, tables: Tables, since: datetime | None) -> list[tuple[Entry, str]]:
        """Settlements of this seller that are not in X3, oldest first, each with the digest of its sheet."""
        found = [
            entry
            for entry in tables.settlements.entries()
            if entry.seller in ("", self._seller)
            and entry.state is not SettlementState.POSTED
            and (since is None or entry.end is None or entry.end >= since)
        ]
        found.sort(key=lambda entry: (entry.end or entry.archived_at, entry.id))
        return [(entry, tables.settlements.fingerprint(entry.id)) for entry in found]

    async def reread(self, wanted: Sequence[str]) -> Sequence[SourceRecord]:
        """Single parts as the archive has them now. Raises Refused for one that is not there."""
        known = await self._known()
        found = await self._around.store.read(
            lambda tables: [
                (entry, tables.settlements.fingerprint(entry.id)) for entry in tables.settlements.entries()
            ]
        )
        records = [record for entry, sheet in found for record in await self._records(entry, sheet, known)]
        records += await self._around.store.read(lambda tables: self._accruals(tables, known))
        by_reference = {record.reference: record for record in records}
        missing = [reference for reference in wanted if reference not in by_reference]
        if missing:
            raise Refused(f"No archived settlement has the part {missing[0]}.", cause="missing")
        return [by_reference[reference] for reference in wanted]

    async def translate(self, records: Sequence[OutboxRecord]) -> Sequence[Outcome]:
        """Journal entries, all parts of a settlement from one sheet; or why it is held back as a whole."""
        known = await self._known()
        account = self._around.account
        accrued = await self._around.store.read(
            lambda tables: outcomes(tables, records, known, account=account)
        )
        ready: dict[int, Ready | Refused] = {}
        settled = [record for record in records if record.reference not in accrued]
        for id in dict.fromkeys(_entry_of(record) for record in settled):
            made = await self._bills(id, known)
            ready[id] = (
                made
                if isinstance(made, Refused)
                else await self._around.store.write(partial(make_ready, id=id, known=known, made=made))
            )
        return [
            accrued[record.reference]
            if record.reference in accrued
            else _outcome(ready[_entry_of(record)], record.reference)
            for record in records
        ]

    async def _bills(self, id: int, known: Knowledge) -> tuple[Bill, ...] | Refused | None:
        """The bills of a settlement that is posted as individual documents, None where it is summarised."""
        if id not in self._billed:
            self._billed[id] = await bills_of(self._around.store, id, known)
        return self._billed[id]

    async def _records(self, entry: Entry, sheet: str, known: Knowledge) -> list[SourceRecord]:
        """The documents of a settlement as the outbox keeps them: invoices first, then the journal."""
        wanted = known.rules.value("post", entry.marketplace, entry.currency)
        ready = entry.state in (SettlementState.READY, SettlementState.POSTING)
        standing = Standing.WAITING if wanted == "released" and ready else Standing.DUE
        made = await self._bills(entry.id, known) if ready else None
        paid = made if isinstance(made, tuple) else ()
        names = [reference_of(bill, entry.settlement_id) for bill in paid if bill.total]
        return [
            SourceRecord(reference, source_of(entry, sheet), standing, note=entry.why)
            for reference in (*names, *references(entry))
        ]

    def _accruals(
        self, tables: Tables, known: Knowledge, *, since: datetime | None = None
    ) -> list[SourceRecord]:
        connection = self._around.amazon.connection.name
        return accruals(tables, known, connection=connection, account=self._around.account, since=since)

    def redacted(self, source: str) -> str:
        """A part names no buyer."""
        return source

    async def aclose(self) -> None:
        """Brings the sheets up to date with what was posted, and lets go of the Amazon client."""
        try:
            known = await self._around.store.read(lambda tables: knowledge(tables, rules=self._around.rules))
            await self._around.store.write(lambda tables: prove_again(tables, None, known))
        finally:
            await self._around.amazon.aclose()


def _entry_of(record: OutboxRecord) -> int:
    return int(json.loads(record.source)["entry"])


def _outcome(ready: Ready | Refused, reference: str) -> Outcome:
    if isinstance(ready, Refused):
        return Refusal(ready)
    document = ready.documents.get(reference)
    if document is None:
        return NotDue("The settlement is posted in another way now.")
    total, currency = ready.proof.header.total, ready.proof.header.currency
    words = [
        f"Settlement {ready.entry.settlement_id}, one of {len(ready.documents)} documents, "
        f"total {money(total, currency)}",
        *(f"{check.id} {check.verdict}: {check.detail}" for check in ready.proof.checks),
    ]
    return Translated(document=document, trace="\n".join(words), worth=Money(total, currency))
