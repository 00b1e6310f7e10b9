"""The outbox: one row per reference, and no step that the protocol forbids, whatever is asked."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from sqlite3 import Connection
from typing import cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from sqlcipher3 import dbapi2 as sqlcipher

from tests.store.conftest import HandClock
from x3studio.domain.documents import DocumentKind
from x3studio.domain.monitor import ExceptionCase
from x3studio.domain.outbox import LEGAL_STAGES, IllegalStage, Moment, OutboxRecord, Stage
from x3studio.store import Capture, Store, Tables
from x3studio.store.outbox import Intent
from x3studio.store.schema import STEPS
from x3studio.store.sqlite import database

KIND = DocumentKind.SALES_ORDER
MOMENT = Moment(boot="b1", seconds=12.5)


def capture(reference: str, *, source: str = "{}", account: str = "a", flow: str = "orders") -> Capture:
    return Capture(flow, account, KIND, reference, source, f"hash of {source}", 1)


async def _captured(store: Store, *references: str) -> list[OutboxRecord]:
    results = await store.write(lambda t: t.outbox.capture([capture(it) for it in references]))
    return [result.record for result in results]


def _intend(tables: Tables, id: int) -> None:
    tables.outbox.intend([Intent(id, "d", "h")], run=1)


async def _found(store: Store, reference: str) -> OutboxRecord:
    row = await store.read(lambda t: t.outbox.find(reference=reference))
    assert row is not None
    return row


class TestCapture:
    async def test_a_reference_is_captured_once(self, store: Store) -> None:
        first = await store.write(lambda t: t.outbox.capture([capture("r1"), capture("r2"), capture("r1")]))
        assert [result.fresh for result in first] == [True, True, False]
        assert first[0].record == first[2].record
        again = await store.write(lambda t: t.outbox.capture([capture("r1", source="changed")]))
        assert (again[0].fresh, again[0].record.source, again[0].record.stage) == (
            False,
            "changed",
            Stage.NEW,
        )

    async def test_what_is_on_its_way_keeps_the_source_it_was_made_of(self, store: Store) -> None:
        (row,) = await _captured(store, "r1")
        await store.write(lambda t: t.outbox.intend([Intent(row.id, "d", "h")], run=1))
        again = await store.write(lambda t: t.outbox.capture([capture("r1", source="changed")]))
        assert (again[0].record.stage, again[0].record.source) == (Stage.INTENT, "{}")

    async def test_other_accounts_and_kinds_have_rows_of_their_own(self, store: Store) -> None:
        invoice = Capture("orders", "a", DocumentKind.INVOICE, "r1", "{}", "h", 1)
        rows = await store.write(
            lambda t: t.outbox.capture([capture("r1"), capture("r1", account="b"), invoice])
        )
        assert len({row.record.id for row in rows}) == 3
        found = await store.read(
            lambda t: t.outbox.find(account="a", kind=DocumentKind.INVOICE, reference="r1")
        )
        assert found == rows[2].record

    async def test_a_rejected_row_comes_back_only_with_a_changed_source(self, store: Store) -> None:
        (row,) = await _captured(store, "r1")
        await store.write(lambda t: t.outbox.reject(row.id, run=1))
        same = await store.write(lambda t: t.outbox.capture([capture("r1")]))
        assert same[0].record.stage is Stage.REJECTED
        changed = await store.write(lambda t: t.outbox.capture([capture("r1", source="better")]))
        assert (changed[0].record.stage, changed[0].record.source) == (Stage.NEW, "better")
        assert not changed[0].fresh


class TestSteps:
    async def test_the_straight_way(self, store: Store, clock: HandClock) -> None:
        (row,) = await _captured(store, "r1")
        clock.forward(timedelta(seconds=1))
        await store.write(lambda t: t.outbox.intend([Intent(row.id, "doc", "dh")], run=2))
        await store.write(lambda t: t.outbox.done({row.id: "SON1"}, run=2))
        done = await _found(store, "r1")
        assert (done.stage, done.number, done.document, done.run) == (Stage.DONE, "SON1", "doc", 2)
        assert done.attempt == 1
        assert (done.seen_at, done.changed_at) == (clock.at - timedelta(seconds=1), clock.at)
        assert await store.read(lambda t: t.outbox.by_number("SON1")) == [done]
        assert await store.read(lambda t: t.outbox.by_number("")) == []
        assert await store.read(lambda t: t.outbox.numbers(["r1", "r2"])) == {"r1": "SON1"}

    async def test_in_doubt_and_back(self, store: Store) -> None:
        (row,) = await _captured(store, "r1")
        await store.write(lambda t: t.outbox.intend([Intent(row.id, "d", "h")], run=1))
        await store.write(lambda t: t.outbox.doubt(row.id, moment=MOMENT))
        (doubtful,) = await store.read(lambda t: t.outbox.doubtful(flow="orders", account="a"))
        assert doubtful.doubt_since == MOMENT
        rebooted = Moment(boot="b2", seconds=0.5)
        await store.write(lambda t: t.outbox.first_sight(row.id, rebooted))
        assert (await _found(store, "r1")).doubt_since == rebooted
        await store.write(lambda t: t.outbox.retry(row.id))
        again = await _found(store, "r1")
        assert (again.stage, again.attempt, again.doubt_since) == (Stage.NEW, 1, None)
        await store.write(lambda t: _intend(t, row.id))
        assert (await _found(store, "r1")).attempt == 2

    async def test_a_restart_doubts_every_intent_of_its_account(self, store: Store) -> None:
        rows = await _captured(store, "r1", "r2", "r3")
        (other,) = await store.write(lambda t: t.outbox.capture([capture("r1", account="b")]))
        for id in (rows[0].id, rows[1].id, other.record.id):
            await store.write(partial(_intend, id=id))
        assert await store.write(lambda t: t.outbox.recover(account="a", moment=MOMENT)) == 2
        doubtful = await store.read(lambda t: t.outbox.doubtful(flow="orders", account="a"))
        assert [row.reference for row in doubtful] == ["r1", "r2"]
        assert all(row.doubt_since == MOMENT for row in doubtful)

    async def test_due_rows_come_in_order_and_by_key(self, store: Store) -> None:
        rows = await _captured(store, *(f"r{i}" for i in range(5)))
        await store.write(lambda t: t.outbox.reject(rows[1].id, run=1))
        first = await store.read(lambda t: t.outbox.due(flow="orders", account="a", limit=2))
        assert [row.reference for row in first] == ["r0", "r2"]
        rest = await store.read(
            lambda t: t.outbox.due(flow="orders", account="a", limit=9, after=first[-1].id)
        )
        assert [row.reference for row in rest] == ["r3", "r4"]
        assert await store.read(lambda t: t.outbox.due(flow="stock", account="a", limit=9)) == []

    async def test_read_back(self, store: Store) -> None:
        rows = await _captured(store, "r1", "r2")
        await store.write(lambda t: t.outbox.done({rows[0].id: "S1"}, run=1))
        waiting = await store.read(lambda t: t.outbox.unconfirmed(flow="orders", account="a", limit=9))
        assert [row.reference for row in waiting] == ["r1"]
        await store.write(lambda t: t.outbox.confirm([row.id for row in rows]))
        assert await store.read(lambda t: t.outbox.unconfirmed(flow="orders", account="a", limit=9)) == []
        assert ((await _found(store, "r1")).confirmed, (await _found(store, "r2")).confirmed) == (True, False)

    async def test_rows_that_wait_for_a_mapping(self, store: Store) -> None:
        rows = await _captured(store, "r1", "r2", "r3")

        def reject(tables: Tables) -> None:
            for row, cause in zip(rows, ("mapping", "value", "mapping"), strict=True):
                tables.outbox.reject(row.id, run=1)
                tables.exceptions.open(ExceptionCase("orders", row.reference, cause, "t", "a", "f"))

        await store.write(reject)
        await store.write(lambda t: t.exceptions.resolve(flow="orders", references=["r3"]))
        waiting = await store.read(lambda t: t.outbox.waiting_on_mapping(flow="orders", account="a"))
        assert [row.reference for row in waiting] == ["r1"]

    async def test_buyers_data_goes_only_from_what_is_done_long_ago(
        self, store: Store, clock: HandClock
    ) -> None:
        rows = await _captured(store, "old", "open")
        await store.write(lambda t: t.outbox.done({rows[0].id: "S1"}, run=1))
        clock.forward(timedelta(days=31))
        (young,) = await _captured(store, "young")
        await store.write(lambda t: t.outbox.done({young.id: "S2"}, run=1))
        before = clock.at - timedelta(days=30)
        assert await store.write(lambda t: t.outbox.forget_sources(before=before)) == (1, 0)
        assert await store.write(lambda t: t.outbox.forget_sources(before=before)) == (0, 0)
        sources = [(await _found(store, reference)).source for reference in ("old", "open", "young")]
        assert sources == ["", "{}", "{}"]

    async def test_an_unknown_row_is_a_bug(self, store: Store) -> None:
        with pytest.raises(LookupError):
            await store.write(lambda t: t.outbox.retry(99))


STEP: dict[Stage, Callable[[Tables, int], object]] = {
    Stage.NEW: lambda t, id: t.outbox.retry(id),
    Stage.INTENT: _intend,
    Stage.INDOUBT: lambda t, id: t.outbox.doubt(id, moment=MOMENT),
    Stage.DONE: lambda t, id: t.outbox.done({id: "S"}, run=1),
    Stage.REJECTED: lambda t, id: t.outbox.reject(id, run=1),
    Stage.CONFLICT: lambda t, id: t.outbox.conflict(id),
}


class OutboxMachine(RuleBasedStateMachine):
    """Any order of steps leaves the table as a plain dictionary says it must be."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        memory = cast(Connection, sqlcipher.connect(":memory:", isolation_level=None))
        STEPS.apply(database(memory))
        self.tables = Tables(memory)
        self.stages: dict[int, Stage] = {}
        self.attempts: dict[int, int] = {}

    @rule(target=ids, number=st.integers(0, 5), source=st.sampled_from(["one", "two"]))
    def capture(self, number: int, source: str) -> object:
        (result,) = self.tables.outbox.capture([capture(f"r{number}", source=source)])
        record = result.record
        assert result.fresh == (record.id not in self.stages)
        before = self.stages.get(record.id)
        expected = Stage.NEW if before is None else before
        if before is Stage.REJECTED and record.stage is Stage.NEW:
            expected = Stage.NEW
        if expected is Stage.NEW:
            assert record.source == source
        assert record.stage is expected
        self.stages[record.id] = expected
        return record.id if result.fresh else multiple()

    @rule(id=ids, stage=st.sampled_from(Stage))
    def step(self, id: int, stage: Stage) -> None:
        before = self.stages[id]
        if stage in LEGAL_STAGES[before]:
            STEP[stage](self.tables, id)
            self.stages[id] = stage
            self.attempts[id] = self.attempts.get(id, 0) + (stage is Stage.INTENT)
        else:
            with pytest.raises(IllegalStage):
                STEP[stage](self.tables, id)

    @rule()
    def restart(self) -> None:
        intents = [id for id, stage in self.stages.items() if stage is Stage.INTENT]
        assert self.tables.outbox.recover(account="a", moment=MOMENT) == len(intents)
        self.stages.update(dict.fromkeys(intents, Stage.INDOUBT))

    @rule(id=consumes(ids))
    def confirm(self, id: int) -> None:
        self.tables.outbox.confirm([id])

    @invariant()
    def the_table_agrees(self) -> None:
        for id, stage in self.stages.items():
            row = self.tables.outbox.select("WHERE o.id = ?", (id,))[0]
            assert row.stage is stage
            assert row.attempt == self.attempts.get(id, 0)
            assert (row.number != "") == (stage is Stage.DONE)
            assert (row.doubt_since is not None) == (stage is Stage.INDOUBT)
            assert not row.confirmed or stage is Stage.DONE
        due = self.tables.outbox.due(flow="orders", account="a", limit=99)
        assert [row.id for row in due] == [
            id for id, stage in sorted(self.stages.items()) if stage is Stage.NEW
        ]


TestOutboxMachine = OutboxMachine.TestCase
TestOutboxMachine.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


async def test_two_writers_never_both_take_a_row(store: Store) -> None:
    (row,) = await _captured(store, "r1")
    intents = [store.write(lambda t: t.outbox.intend([Intent(row.id, "d", "h")], run=1)) for _ in range(100)]
    results = await asyncio.gather(*intents, return_exceptions=True)
    assert [isinstance(result, IllegalStage) for result in results].count(False) == 1


class TestMorning:
    async def test_what_waits_is_counted_with_its_oldest(self, store: Store, clock: HandClock) -> None:
        began = clock.at
        rows = await _captured(store, "r1", "r2", "r3", "r4", "r5")
        await store.write(lambda t: t.outbox.done({rows[0].id: "SON1"}, run=1))
        await store.write(lambda t: t.outbox.reject(rows[1].id, run=1))
        await store.write(lambda t: _intend(t, rows[2].id))
        await store.write(lambda t: t.outbox.doubt(rows[2].id, moment=MOMENT))
        await store.write(lambda t: _intend(t, rows[3].id))
        clock.forward(timedelta(minutes=40))
        await store.write(lambda t: t.outbox.capture([capture("r6"), capture("r7", account="b")]))
        wait = timedelta(minutes=30)
        assert await store.read(lambda t: t.outbox.waiting(clock.at - wait)) == (3, began)
        clock.forward(timedelta(hours=1))
        assert await store.read(lambda t: t.outbox.waiting(clock.at - wait)) == (5, began)
        only = await store.read(lambda t: t.outbox.waiting(clock.at - wait, accounts=["b"]))
        assert only == (1, began + timedelta(minutes=40))
        assert await store.read(lambda t: t.outbox.waiting(began)) == (0, None)

    async def test_counting_what_waits_reads_an_index_alone(self, store: Store, clock: HandClock) -> None:
        def plans(tables: Tables) -> str:
            heard: list[str] = []
            tables.conn.set_trace_callback(heard.append)
            tables.outbox.waiting(clock.at, accounts=["a"])
            tables.outbox.latest()
            tables.exceptions.hourly()
            tables.conn.set_trace_callback(None)
            asked = [each for each in heard if each.startswith("SELECT")]
            rows = [row for each in asked for row in tables.conn.execute(f"EXPLAIN QUERY PLAN {each}")]
            return " / ".join(str(row[3]) for row in rows)

        told = await store.read(plans)
        assert "COVERING INDEX outbox_waiting" in told and "COVERING INDEX cases_by_time" in told
        assert "USING INDEX outbox_in_hand (rowid<?)" in told or "INDEX outbox_in_hand (id<?)" in told

    async def test_rows_in_hand_are_paged_from_the_newest(self, store: Store) -> None:
        assert not await store.read(lambda t: t.outbox.delivered())
        rows = await _captured(store, "r1", "r2", "r3", "r4")
        for row in rows[:3]:
            await store.write(partial(_reject, row.id))
        first = await store.read(lambda t: t.outbox.latest(limit=2))
        assert [row.reference for row in first.rows] == ["r3", "r2"]
        last = await store.read(lambda t: t.outbox.latest(before=first.next, limit=2))
        assert [row.reference for row in last.rows] == ["r1"] and last.next is None
        await store.write(lambda t: t.outbox.done({rows[3].id: "SON1"}, run=1))
        assert await store.read(lambda t: t.outbox.delivered())


def _reject(id: int, tables: Tables) -> None:
    tables.outbox.reject(id, run=1)
