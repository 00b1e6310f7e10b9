"""The workspace's settlements: collected, proven, explained, given accounts, and posted."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from x3studio.domain.bookkeeping import Posting, Taken, Took
from x3studio.domain.chain import Chain, Entry, SettlementState
from x3studio.domain.connections import AmazonConnection
from x3studio.domain.errors import Refused, SettingFault, StudioError
from x3studio.domain.monitor import Exchange
from x3studio.domain.outbox import Stage
from x3studio.domain.runs import RunState
from x3studio.domain.settlements import SettlementRefused
from x3studio.domain.sheets import Collected, Sheet
from x3studio.settlement.reading import read_settlement
from x3studio.settlement.source import blocks
from x3studio.store import Store, Tables
from x3studio.sync.flows import FLOWS
from x3studio.sync.settling.archive import Arrival, keep, read
from x3studio.sync.settling.billing import bills_of
from x3studio.sync.settling.knowledge import Knowledge, knowledge
from x3studio.sync.settling.packing import blocks_of, packed
from x3studio.sync.settling.posting import FLOW, Ready, make_ready, references
from x3studio.workspace.binding import bind
from x3studio.workspace.connecting import Connecting
from x3studio.workspace.running import Running
from x3studio.workspace.settlement_accounts import entry_in, named
from x3studio.workspace.settlement_deferred import SettlementDeferred
from x3studio.workspace.settlement_facts import SettlementFacts
from x3studio.workspace.settlement_insight import SettlementInsight
from x3studio.workspace.settlement_repairs import SettlementRepairs
from x3studio.workspace.settlement_views import chain_of, posting_of, sheet_of

if TYPE_CHECKING:
    from x3studio.settlement.settlement import Settlement

Progress = Callable[[int, int, int], None]
"""Hears of a file's place among several, the bytes read so far and its size."""
_OPENED = 2


class Settlements(SettlementFacts, SettlementRepairs, SettlementDeferred, SettlementInsight):
    """Everything about settlements that pages and commands ask for."""

    def __init__(self, store: Store, connecting: Connecting, running: Running) -> None:
        super().__init__(store, connecting)
        self._running = running
        self._opened: dict[int, Settlement] = {}

    async def chain(self) -> Chain:
        """Every settlement, each chain oldest first, with gaps, ladder and what Amazon still holds."""
        return await self._store.read(chain_of)

    async def sheet(self, id: int) -> Sheet:
        """One settlement with proof, bars, branches, explanations and what posting writes."""
        route = await self._route()

        def work(tables: Tables) -> Sheet:
            entry = entry_in(tables, id)
            known = knowledge(tables)
            found = sheet_of(tables, entry, known, None)
            if found.proof is None:
                return found
            return replace(found, posting=posting_of(tables, entry, found.proof, known, route))

        return await self._store.read(work)

    async def lines(self, id: int) -> "Settlement":
        """The parsed file with all its lines in columns; the last two are kept at hand."""
        if id not in self._opened:
            _, data, known, repair = await self._file(id)
            zone = known.rules.value("zone")
            touches = repair.mend.touches if repair else ()
            opened = await asyncio.to_thread(read_settlement, data, zone=zone, touches=touches)
            while len(self._opened) >= _OPENED:
                self._opened.pop(next(iter(self._opened)))
            self._opened[id] = opened
        return self._opened[id]

    def _forget(self, id: int) -> None:
        self._opened.pop(id, None)

    async def find(self, name: str) -> Entry:
        """An entry by its number in the archive or by Amazon's settlement id."""

        def work(tables: Tables) -> Entry | None:
            found = tables.settlements.by_settlement_id(name)
            return found or (tables.settlements.get(int(name)) if name.isdecimal() else None)

        entry = await self._store.read(work)
        if entry is None:
            raise SettingFault(
                f"There is no settlement {name} in the archive.",
                field="settlement",
                advice="x3studio settlement archive lists them.",
            )
        return entry

    async def take(
        self,
        paths: Sequence[Path],
        *,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> tuple[Taken, ...]:
        """Archives files a person downloaded; each is told what became of it, none stops the others."""
        seller = await self._seller()
        found = []
        for place, path in enumerate(paths):
            if cancelled():
                break
            known = await self._store.read(lambda tables: knowledge(tables, places=True))
            found.append(
                await self._take(path, seller, known, partial(progress, place) if progress else None)
            )
        await self.prove_all()
        return tuple(found)

    async def _take(
        self, path: Path, seller: str, known: Knowledge, progress: Callable[[int, int], None] | None
    ) -> Taken:
        def prepared() -> Arrival:
            size = path.stat().st_size if path.exists() else 0
            told = (lambda done: progress(done, size)) if progress else (lambda _: None)
            return Arrival(path.name, seller, packed(blocks(path), read=told))

        try:
            arrival = await asyncio.to_thread(prepared)
        except SettlementRefused as fault:
            return Taken(path.name, Took.REFUSED, None, fault.title, fault.advice, fault.line)
        found = await asyncio.to_thread(read, arrival, known)
        return await self._store.write(lambda tables: keep(tables, found))

    async def collect(self) -> Collected:
        """Asks Amazon for settlement reports and archives what is new; nothing is posted."""
        from x3studio.sync.flows.settlements import SettlementsFlow

        exchanges: list[Exchange] = []
        taken: list[Taken] = []
        seen = 0
        for route in await self._connecting.routes():
            bound = await bind(
                FLOWS[FLOW],
                route,
                store=self._store,
                connecting=self._connecting,
                record=exchanges.append,
                waiting=lambda *_: None,
                wait_for_doubts=False,
            )
            flow = bound.flow
            assert isinstance(flow, SettlementsFlow)
            try:
                taken += [each async for each in flow.collect()]
                seen += flow.seen
            finally:
                await bound.aclose()
                await self._store.write(lambda tables: tables.journal.add(exchanges))
                exchanges.clear()
        await self.prove_all()
        return Collected(seen, tuple(taken))

    async def explain(self, id: int, check: str, words: str, *, who: str = "") -> None:
        """A named person's words close an open check."""
        if not words.strip():
            raise SettingFault("An explanation needs words.", field="words")
        name = named(who)
        await self._store.write(
            lambda tables: tables.settlements.explain(
                entry_in(tables, id).id, check, words=words.strip(), who=name
            )
        )
        await self.prove_all([id])

    async def assign(self, id: int, check: str, owner: str) -> None:
        """Who is to find the explanation."""
        await self._store.write(
            lambda tables: tables.settlements.assign(entry_in(tables, id).id, check, owner=owner.strip())
        )

    async def posting(self, id: int) -> Posting:
        """What posting would write and where, what stands in the way, and X3's numbers once written."""
        found = (await self.sheet(id)).posting
        if found is None:
            raise SettingFault("This settlement cannot be read as one.", field="settlement")
        return found

    async def post(
        self, id: int, *, who: str = "", progress: Callable[[int], None] = lambda _: None
    ) -> Posting:
        """Writes a settlement's journals, every part, and reads them back; returns what X3 holds.

        `progress` hears the number of the run. Raises SettingFault where it is posted already or a check
        stands in the way, StudioError where the run fails.
        """
        route = await self._route()
        entry = await self._store.read(lambda tables: entry_in(tables, id))
        if entry.state is SettlementState.POSTED:
            raise _refused(f"Settlement {entry.settlement_id} is posted already: {', '.join(entry.numbers)}.")
        if entry.state not in (SettlementState.READY, SettlementState.POSTING):
            raise _refused(f"Settlement {entry.settlement_id} cannot be posted. {entry.why}")
        wanted = await self._take_up(entry, who=named(who))
        run = await self._running.queue(
            FLOW,
            route=route.name if route else None,
            records=wanted,
            started_by=named(who),
        )
        progress(run)
        ended = await self._running.carry_out(run)
        if ended.state is RunState.FAILED:
            raise StudioError(f"Posting stopped: {ended.reason}", advice="Nothing is lost; post it again.")
        return await self.posting(id)

    async def _take_up(self, entry: Entry, *, who: str) -> list[str]:
        """Releases a settlement in a person's name; the references of all its documents."""
        known = await self._store.read(knowledge)
        made = await bills_of(self._store, entry.id, known)
        if isinstance(made, Refused):
            raise _refused(made.title)

        def work(tables: Tables) -> list[str]:
            ready = make_ready(tables, entry.id, known, who=who, made=made)
            wanted = list(ready.documents) if isinstance(ready, Ready) else references(entry)
            for reference in wanted:
                record = tables.outbox.find(reference=reference)
                if record is not None and record.flow == FLOW and record.stage is Stage.REJECTED:
                    tables.outbox.retry(record.id)
            return wanted

        return await self._store.write(work)

    async def refresh_ledger(self) -> None:
        """Reads X3's accounts and periods before posting; where X3 cannot be asked, it judges by itself."""
        if await self._route() is not None:
            await self.read_ledger()

    async def copy_out(self, id: int, path: Path) -> int:
        """Writes the archived file as it came; returns its size in bytes."""
        data = await self._store.read(lambda tables: tables.settlements.data(entry_in(tables, id).id))

        def write() -> int:
            size = 0
            with path.open("wb") as file:
                for block in blocks_of(data):
                    size += file.write(block)
            return size

        return await asyncio.to_thread(write)

    async def html(self, id: int) -> str:
        """The proof sheet as one printable page, the same that a window prints."""
        from x3studio.domain.paper import page
        from x3studio.settlement.printing import proof_html

        sheet = await self.sheet(id)
        title = await self._store.read(lambda tables: tables.settings.get("title", ""))
        return page(proof_html(sheet, title=title))

    async def _seller(self) -> str:
        """The one seller of this workspace, "" where there are several or none."""
        connections = [saved.connection for saved in await self._connecting.all()]
        sellers = {each.seller_id for each in connections if isinstance(each, AmazonConnection)}
        return sellers.pop() if len(sellers) == 1 else ""


def _refused(title: str) -> SettingFault:
    return SettingFault(
        title, field="settlement", advice="Its proof sheet says which check stands in the way."
    )
