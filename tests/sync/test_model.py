"""Whatever fails or dies, and in whatever order: one document per order, none lost, every number true."""

import asyncio
import logging
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.sync.model_world import BUYER, SETTLE, Died, LateX3, Life, MortalStore, Source, news
from x3studio.domain.documents import Document, DocumentKind
from x3studio.domain.monitor import CaseState, ExceptionCase, Exchange
from x3studio.domain.outbox import Moment, OutboxRecord, Stage
from x3studio.domain.runs import Run, RunState
from x3studio.store import Tables
from x3studio.sync.context import Limits
from x3studio.sync.dispatcher import Dispatcher
from x3studio.sync.engine import Bound, Ending
from x3studio.sync.flow import Standing
from x3studio.sync.reconcile import reconcile

T = TypeVar("T")

ACCOUNT = "http://127.0.0.1#TEST"
ROUTE = "seller>folder"
LIMITS = Limits(settle=SETTLE, slots=2, patience=0.0, most_attempts=3)
"""Without patience a run ends at the first failure that costs a wait: the next run has to cope."""
KEY = bytes(range(32))
OPEN = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)
MOODS = ("taken", "taken unseen", "late", "lost", "unsent", "refused", "turned away")
ON_THEIR_WAY = {Stage.NEW, Stage.INTENT, Stage.INDOUBT}

names = st.sampled_from(["A", "B", "C", "unmapped-1", "unmapped-2"])


class ExactlyOnce(RuleBasedStateMachine):
    """Every rule is one process: it opens the file, works, and ends or dies."""

    @initialize()
    def begin(self) -> None:
        logging.disable(logging.CRITICAL)
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "model.x3studio"
        self.life = Life()
        self.source = Source(self.life)
        self.x3 = LateX3(self.life)
        self.by_hand = set[str]()
        MortalStore.life = self.life
        asyncio.run(MortalStore.create(self.path, key=KEY).close())

    def teardown(self) -> None:
        self._quiet_end()
        logging.disable(logging.NOTSET)
        shutil.rmtree(self.folder)

    @rule(reference=names, standing=st.sampled_from([Standing.DUE, Standing.DUE, Standing.CANCELLED]))
    def amazon_has_news(self, reference: str, standing: Standing) -> None:
        told = {record.reference: record.standing for record in self.source.news}
        if told.get(reference) is not Standing.CANCELLED:
            self.source.news.append(news(reference, standing, version=len(self.source.news)))

    @rule()
    def an_item_is_mapped(self) -> None:
        self.source.mapped = True

    @rule(moods=st.lists(st.sampled_from(MOODS), min_size=1, max_size=4), away=st.integers(0, 1))
    def x3_is_moody(self, moods: list[str], away: int) -> None:
        self.x3.moods.extend(moods)
        self.x3.away = away

    @rule()
    def amazon_is_away(self) -> None:
        self.source.away = 1

    @precondition(lambda self: self.source.news)
    @rule(reference=names)
    def somebody_keys_an_order_by_hand(self, reference: str) -> None:
        """Before any run has seen it; later it would be a second document of a person's making."""
        if asyncio.run(self._open(lambda store: store.read(lambda t: t.outbox.find(reference=reference)))):
            return
        if not self.x3.of(reference):
            self.x3.hold(Document(DocumentKind.SALES_ORDER, reference, {"CUSORDREF": reference}))
            self.by_hand.add(reference)

    @rule()
    def a_run(self) -> None:
        self._run()

    @rule(steps=st.integers(0, 25))
    def a_run_that_is_killed(self, steps: int) -> None:
        self.life.left = steps
        self._run()

    @rule()
    def a_person_replays_every_exception_twice(self) -> None:
        references = asyncio.run(self._open(lambda store: store.write(_take_up)))
        for _ in range(2):
            self._run(records=references)

    @rule()
    def the_machine_is_booted(self) -> None:
        asyncio.run(self._open(lambda store: store.write(_booted)))

    @rule()
    def an_older_copy_of_the_file_is_restored(self) -> None:
        """Long after it was made: what was late has landed."""
        copy = self.folder / "copy"
        if copy.exists():
            self.x3.land(all_of_them=True)
            shutil.copy(copy, self.path)
        else:
            shutil.copy(self.path, copy)

    @invariant()
    def no_order_has_two_documents(self) -> None:
        self.x3.land()
        held = Counter(document.reference for document in self.x3.documents)
        assert not [reference for reference, times in held.items() if times > 1]

    @invariant()
    def what_is_done_is_in_x3_and_what_was_read_is_stored(self) -> None:
        rows, checkpoint, _ = self._look()
        held = {document.number: document.reference for document in self.x3.documents}
        for row in rows.values():
            assert row.stage is not Stage.DONE or held[row.number] == row.reference
        read = self.source.news[: int(checkpoint or 0)]
        assert {record.reference for record in read if record.standing is Standing.DUE} <= rows.keys()

    def _quiet_end(self) -> None:
        """Nothing fails any more: one run, and every order stands where it belongs."""
        self.x3.moods.clear()
        self.x3.away = self.source.away = 0
        run = self._run()
        rows, _, cases = self._look()
        assert run is not None and run.state in (RunState.DONE, RunState.PARTIAL), run
        assert run.counts.in_doubt == 0
        assert not [row for row in rows.values() if row.stage in ON_THEIR_WAY]
        assert all(row.confirmed for row in rows.values() if row.stage is Stage.DONE)
        self.no_order_has_two_documents()
        for reference, standing in self._standings().items():
            held = self.x3.of(reference)
            if standing is Standing.DUE:
                assert held or reference in cases, f"{reference} is lost"
                assert not (rows[reference].stage is Stage.DONE and reference in cases)
            elif not held:
                assert reference not in cases, f"{reference} needs nobody"
            elif rows[reference].stage is Stage.DONE:
                assert cases.get(reference) == "cancelled", f"{reference} is in X3, and nobody was told"
        self._reconciled()
        self._nobody_is_named()

    def _reconciled(self) -> None:
        """Finds what no run can: documents of cancelled orders that this file never knew of."""

        async def compare(store: MortalStore) -> None:
            await reconcile(store, await self._bind(), since=datetime(2026, 1, 1, tzinfo=UTC))

        asyncio.run(self._open(compare))
        _, _, cases = self._look()
        cancelled = [name for name, last in self._standings().items() if last is Standing.CANCELLED]
        assert {reference for reference in cancelled if self.x3.of(reference)} <= cases.keys()

    def _nobody_is_named(self) -> None:
        written, cases = asyncio.run(self._open(lambda store: store.read(_everything_told)))
        assert BUYER not in repr(written)
        assert BUYER not in repr(cases)

    def _standings(self) -> dict[str, Standing]:
        """How each order stands at last; one that was never due is left out."""
        due = {record.reference for record in self.source.news if record.standing is Standing.DUE}
        return {record.reference: record.standing for record in self.source.news if record.reference in due}

    def _run(self, *, records: Sequence[str] = ()) -> Run | None:
        """One process; None where it died."""
        try:
            return asyncio.run(self._open(lambda store: self._carried_out(store, records)))
        finally:
            self.life.left, self.life.over = None, False

    async def _carried_out(self, store: MortalStore, records: Sequence[str]) -> Run | None:
        try:
            run = await store.write(
                lambda t: t.runs.queue(flow="orders", connection=ROUTE, started_by="model", records=records)
            )
            return await Dispatcher(
                store, account=ACCOUNT, connections=[ROUTE], bind=self._bind, ended=_nothing
            ).carry_out(run.id)
        except Died:
            return None

    async def _bind(self, *_: object) -> Bound:
        return Bound(flow=self.source, target=self.x3, account=ACCOUNT, limits=LIMITS)

    async def _open(self, work: Callable[[MortalStore], Awaitable[T]]) -> T:
        store = MortalStore.open(self.path, key=KEY)
        try:
            return await work(store)
        finally:
            await store.close()

    def _look(self) -> tuple[dict[str, OutboxRecord], str | None, dict[str, str]]:
        def look(tables: Tables) -> tuple[dict[str, OutboxRecord], str | None, dict[str, str]]:
            found = (tables.outbox.find(reference=reference) for reference in _NAMES)
            cases = tables.exceptions.page(states=OPEN).rows
            return (
                {row.reference: row for row in found if row},
                tables.checkpoints.get("orders", f"{ROUTE} {ACCOUNT}"),
                {case.reference: case.cause for case in cases},
            )

        return asyncio.run(self._open(lambda store: store.read(look)))


_NAMES = ("A", "B", "C", "unmapped-1", "unmapped-2")


async def _nothing(_: Run, __: Ending) -> None:
    return None


def _take_up(tables: Tables) -> list[str]:
    references = [case.reference for case in tables.exceptions.page(states=OPEN).rows]
    for reference in references:
        row = tables.outbox.find(reference=reference)
        if row and row.stage in (Stage.REJECTED, Stage.CONFLICT):
            tables.outbox.retry(row.id)
    return references


def _booted(tables: Tables) -> None:
    for row in tables.outbox.doubtful(flow="orders", account=ACCOUNT):
        tables.outbox.first_sight(row.id, Moment(boot=os.urandom(8).hex(), seconds=0.0))


def _everything_told(tables: Tables) -> tuple[list[Exchange], list[ExceptionCase]]:
    ids = [exchange.id for exchange in tables.journal.page(limit=10_000).rows]
    return [tables.journal.payload(id) for id in ids], list(tables.exceptions.page(limit=10_000).rows)


TestExactlyOnce = ExactlyOnce.TestCase
TestExactlyOnce.settings = settings(
    max_examples=400 if os.environ.get("X3STUDIO_LONG") == "1" else 25,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
