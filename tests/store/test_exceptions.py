"""Exceptions: one open case per record, groups that add up, and filters that page."""

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.store.conftest import HandClock
from x3studio.domain.money import Money
from x3studio.domain.monitor import CaseState, ExceptionCase
from x3studio.store import Store, Tables

UNRESOLVED = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)


def case(reference: str, *, cause: str = "value", fingerprint: str = "f1", **parts: object) -> ExceptionCase:
    return ExceptionCase(
        flow="orders",
        reference=reference,
        cause=cause,
        title="X3 refused the tax code.",
        advice="Set the tax level of the item.",
        fingerprint=fingerprint,
        **parts,  # type: ignore[arg-type]
    )


async def _open(store: Store, *cases: ExceptionCase) -> list[int]:
    return await store.write(lambda t: [t.exceptions.open(it) for it in cases])


async def test_a_case_reads_back_whole(store: Store, clock: HandClock) -> None:
    told = case("r1", said="Tax code: missing", subject="BMS001", run=3, worth=Money(Decimal("7.90"), "EUR"))
    (id,) = await _open(store, told)
    found = await store.read(lambda t: t.exceptions.get(id))
    assert found is not None
    assert (found.said, found.subject, found.run, found.worth) == (
        told.said,
        "BMS001",
        3,
        Money(Decimal("7.90"), "EUR"),
    )
    assert (found.state, found.times, found.first_at, found.last_at) == (CaseState.NEW, 1, clock.at, clock.at)
    assert str(found.worth) == "7.90 EUR"
    assert await store.read(lambda t: t.exceptions.get(id + 1)) is None


async def test_the_same_record_updates_its_open_case(store: Store, clock: HandClock) -> None:
    (id,) = await _open(store, case("r1", subject="A"))
    await store.write(lambda t: t.exceptions.assign([id], "ann"))
    clock.forward(timedelta(days=1))
    (again,) = await _open(store, case("r1", cause="lock", fingerprint="f2", subject="B"))
    assert again == id
    found = await store.read(lambda t: t.exceptions.get(id))
    assert found is not None
    assert (found.times, found.cause, found.subject, found.owner) == (2, "lock", "B", "ann")
    assert found.last_at == clock.at
    assert found.first_at == clock.at - timedelta(days=1)
    groups = await store.read(lambda t: t.exceptions.groups())
    assert [(group.fingerprint, group.count, sum(group.daily)) for group in groups] == [("f2", 1, 1)]


async def test_a_resolved_record_gets_a_new_case(store: Store) -> None:
    (id,) = await _open(store, case("r1"))
    for left in (1, 0):
        resolved = await store.write(
            lambda t: t.exceptions.resolve(flow="orders", references=["r1"], note="sent")
        )
        assert resolved == left
    old = await store.read(lambda t: t.exceptions.get(id))
    assert old is not None
    assert (old.state, old.note) == (CaseState.RESOLVED, "sent")
    (second,) = await _open(store, case("r1"))
    assert second != id
    assert await store.write(lambda t: t.exceptions.set_state([id], CaseState.OPEN)) == 0


async def test_other_flows_have_cases_of_their_own(store: Store) -> None:
    (id,) = await _open(store, case("r1"))
    stock = ExceptionCase("stock", "r1", "value", "t", "a", "f")
    (other,) = await _open(store, stock)
    assert other != id
    await store.write(lambda t: t.exceptions.resolve(flow="stock", references=["r1"]))
    assert await store.read(lambda t: t.exceptions.references()) == ["r1"]


async def test_references_by_cause_and_subject(store: Store) -> None:
    await _open(
        store,
        case("r1", cause="mapping", subject="SKU1"),
        case("r2", cause="mapping", subject="SKU2"),
        case("r3", subject="SKU1"),
    )
    found = await store.read(
        lambda t: (
            t.exceptions.references(cause="mapping"),
            t.exceptions.references(cause="mapping", subject="SKU1"),
            t.exceptions.references(subject="SKU1"),
        )
    )
    assert found == (["r1", "r2"], ["r1"], ["r1", "r3"])


class TestGroups:
    async def test_worth_is_exact_per_currency(self, store: Store) -> None:
        await _open(
            store,
            *(case(f"e{i}", worth=Money(Decimal("0.10"), "EUR")) for i in range(3)),
            case("y", worth=Money(Decimal(120), "JPY")),
            case("none"),
        )
        (group,) = await store.read(lambda t: t.exceptions.groups())
        assert group.count == 5
        assert {currency: str(amount) for currency, amount in group.worth.items()} == {
            "EUR": "0.30",
            "JPY": "120",
        }

    async def test_days_and_times(self, store: Store, clock: HandClock) -> None:
        first = clock.at
        await _open(store, case("r1"))
        clock.forward(timedelta(days=2))
        await _open(store, case("r2"), case("r3"))
        (group,) = await store.read(lambda t: t.exceptions.groups())
        assert group.daily == (0, 0, 0, 0, 0, 1, 0, 2)
        assert (group.first_at, group.last_at) == (first, clock.at)
        clock.forward(timedelta(days=6))
        (group,) = await store.read(lambda t: t.exceptions.groups())
        assert group.daily == (0, 2, 0, 0, 0, 0, 0, 0)

    async def test_whatever_happens_the_counts_add_up(self, store: Store) -> None:
        dice = random.Random(7)

        def live(tables: Tables) -> None:
            for _ in range(600):
                reference = f"r{dice.randrange(60)}"
                match dice.randrange(5):
                    case 0 | 1:
                        tables.exceptions.open(
                            case(
                                reference,
                                cause=dice.choice(["value", "lock", "mapping"]),
                                fingerprint=f"f{dice.randrange(4)}",
                                subject=f"SKU{dice.randrange(3)}",
                                worth=Money(Decimal(dice.randrange(99)), dice.choice(["EUR", "GBP"])),
                            )
                        )
                    case 2:
                        tables.exceptions.resolve(flow="orders", references=[reference])
                    case 3:
                        tables.exceptions.assign([dice.randrange(90)], dice.choice(["", "ann"]))
                    case _:
                        tables.exceptions.set_state([dice.randrange(90)], dice.choice(list(CaseState)))

        await store.write(live)
        for states in (None, UNRESOLVED, (CaseState.RESOLVED,)):
            for owner in (None, "ann"):
                page = await store.read(
                    lambda t, s=states, o=owner: t.exceptions.page(states=s, owner=o, limit=9_999)  # type: ignore[misc]
                )
                groups = await store.read(
                    lambda t, s=states, o=owner: t.exceptions.groups(states=s, owner=o)  # type: ignore[misc]
                )
                counted = Counter((it.fingerprint, it.cause) for it in page.rows)
                assert {(group.fingerprint, group.cause): group.count for group in groups} == counted
                worth = sum(it.worth.amount for it in page.rows if it.worth and it.worth.currency == "EUR")
                assert sum(group.worth.get("EUR", Decimal(0)) for group in groups) == worth
        cases = (await store.read(lambda t: t.exceptions.page(limit=9_999))).rows
        counts = await store.read(lambda t: t.exceptions.counts())
        assert counts["state"] == Counter(it.state.value for it in cases)
        still = [it for it in cases if it.state is not CaseState.RESOLVED]
        assert counts["cause"] == Counter(it.cause for it in still)
        assert counts["owner"] == Counter(it.owner for it in still)


async def test_daily(store: Store, clock: HandClock) -> None:
    await _open(store, case("r1"), case("r2"))
    clock.forward(timedelta(days=1))
    await store.write(lambda t: t.exceptions.resolve(flow="orders", references=["r1"]))
    await _open(store, case("r3"))
    clock.forward(timedelta(days=1))
    await store.write(lambda t: t.exceptions.resolve(flow="orders", references=["r2", "r3"]))
    assert await store.read(lambda t: t.exceptions.daily(days=4)) == [
        (date(2026, 11, 19), 0, 0),
        (date(2026, 11, 20), 2, 2),
        (date(2026, 11, 21), 2, 1),
        (date(2026, 11, 22), 0, 0),
    ]


async def test_pages_and_filters(store: Store) -> None:
    ids = await _open(store, *(case(f"r{i}", cause=("value", "lock")[i % 2]) for i in range(9)))
    await store.write(lambda t: t.exceptions.set_state(ids[3:5], CaseState.WAITING))
    await store.write(lambda t: t.exceptions.set_state(ids[5:6], CaseState.RESOLVED))
    first = await store.read(lambda t: t.exceptions.page(states=UNRESOLVED, limit=5))
    second = await store.read(lambda t: t.exceptions.page(states=UNRESOLVED, limit=5, before=first.next))
    assert [it.id for it in (*first.rows, *second.rows)] == [id for id in ids[::-1] if id != ids[5]]
    assert second.next is None
    locks = await store.read(
        lambda t: t.exceptions.page(states=[CaseState.WAITING], causes=["lock"], fingerprint="f1", owner="")
    )
    assert [it.id for it in locks.rows] == [ids[3]]
    assert (await store.read(lambda t: t.exceptions.page(states=[]))).rows == ()
    assert (await store.read(lambda t: t.exceptions.page(causes=[]))).rows == ()


@pytest.mark.parametrize("note", ["a note", ""])
async def test_a_note_is_replaced(store: Store, note: str) -> None:
    (id,) = await _open(store, case("r1"))
    await store.write(lambda t: t.exceptions.annotate(id, note))
    found = await store.read(lambda t: t.exceptions.get(id))
    assert found is not None
    assert found.note == note


async def test_cases_are_counted_by_the_hour_they_came_up(store: Store, clock: HandClock) -> None:
    clock.at = clock.at.replace(minute=15)
    await _open(store, case("r1"), case("r2"))
    clock.forward(timedelta(hours=2))
    (id,) = await _open(store, case("r3"))
    await store.write(lambda t: t.exceptions.set_state([id], CaseState.RESOLVED))
    await _open(store, case("r1"))
    hours = await store.read(lambda t: t.exceptions.hourly(hours=3))
    now = clock.at.replace(minute=0)
    assert hours == [(now - timedelta(hours=2), 2), (now - timedelta(hours=1), 0), (now, 1)]
