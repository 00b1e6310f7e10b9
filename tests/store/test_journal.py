"""The journal: what was exchanged is found again by record, by words and by page, and only that."""

from asyncio import gather
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.conftest import KEY, HandClock, indexed
from x3studio.domain.monitor import Direction, Exchange, System
from x3studio.store import Store, Tables
from x3studio.store.journal import INDEXED_TOGETHER
from x3studio.store.slices import SLICE, indexed_up_to
from x3studio.store.sqlite import database
from x3studio.store.words import value_words


def exchange(record: str = "026-1234567-7654321", **parts: object) -> Exchange:
    told: dict[str, object] = {
        "operation": "send",
        "system": System.X3,
        "direction": Direction.OUT,
        "status": "taken",
        **parts,
    }
    return Exchange(record, **told)  # type: ignore[arg-type]


async def _add(store: Store, *exchanges: Exchange) -> None:
    await store.write(lambda t: t.journal.add(exchanges))


async def _near_the_end(store: Store) -> None:
    """Leaves room for six more exchanges in the slice of words."""
    await store.write(
        lambda t: t.conn.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES ('exchanges', ?)", (SLICE - 6,)
        )
    )


async def _records(store: Store, text: str) -> list[str]:
    """What is found, which is the same whether the words are in the index yet or not."""
    fresh = await store.read(lambda t: t.journal.search(text))
    await indexed(store)
    assert await store.read(lambda t: t.journal.search(text)) == fresh
    return [found.record for found in fresh.rows]


async def test_an_exchange_reads_back_whole(store: Store, clock: HandClock) -> None:
    earlier = clock.at - timedelta(hours=1, microseconds=7)
    told = exchange(
        sent='{"ä": "€"}', answer="<a/>", note="slow", run=4, attempt=2, duration_ms=312, at=earlier
    )
    await _add(store, told, exchange("other"))
    (found,) = await store.read(lambda t: t.journal.timeline(told.record))
    assert found == Exchange(**{name: getattr(told, name) for name in told.__slots__} | {"id": found.id})
    bare = (await store.read(lambda t: t.journal.page(record=told.record))).rows[0]
    assert (bare.sent, bare.answer, bare.note) == ("", "", "slow")
    assert await store.read(lambda t: t.journal.payload(found.id)) == found
    stamped = (await store.read(lambda t: t.journal.page(record="other"))).rows[0]
    assert stamped.at == clock.at
    with pytest.raises(LookupError):
        await store.read(lambda t: t.journal.payload(99))


async def test_filters_combine(store: Store) -> None:
    await _add(
        store,
        *(
            exchange(f"r{i}", run=i % 2, status=status, operation=operation, system=system)
            for i, (status, operation, system) in enumerate(
                (status, operation, system)
                for status in ("taken", "refused")
                for operation in ("send", "read back")
                for system in System
            )
        ),
    )
    await _filters(store)
    await indexed(store)
    await _filters(store)


async def _filters(store: Store) -> None:
    page = await store.read(
        lambda t: t.journal.page(run=1, status="refused", operation="send", system=System.AMAZON)
    )
    assert [it.record for it in page.rows] == ["r7"]
    page = await store.read(lambda t: t.journal.page(operation="read back", before=10))
    assert [it.record for it in page.rows] == ["r5", "r4", "r3"]
    page = await store.read(lambda t: t.journal.page(system=System.STUDIO, run=0))
    assert {it.system for it in page.rows} == {System.STUDIO}
    assert [it.id for it in await store.read(lambda t: t.journal.timeline("r7"))] == [8]


async def test_pages_by_key_while_rows_come_in(store: Store) -> None:
    await _add(store, *(exchange(f"r{i}") for i in range(7)))
    first = await store.read(lambda t: t.journal.page(limit=4))
    await _add(store, exchange("late"))
    second = await store.read(lambda t: t.journal.page(before=first.next, limit=4))
    assert [it.record for it in (*first.rows, *second.rows)] == [f"r{i}" for i in range(6, -1, -1)]
    assert second.next is None


class TestSearch:
    async def test_words_of_every_part_are_found(self, store: Store) -> None:
        await _add(
            store,
            exchange("026-1", sent='{"ITMREF":"BMS001","note":"Größe"}'),
            exchange("026-2", answer="Tax code missing"),
            exchange("026-3", status="refused", note="Kunde gesperrt"),
        )
        assert await _records(store, "bms001") == ["026-1"]
        assert await _records(store, "grosse") == []
        assert (
            await _records(store, "größe") == await _records(store, "GROSSE".replace("SS", "ß")) == ["026-1"]
        )
        assert await _records(store, "tax miss") == ["026-2"]
        assert await _records(store, "missing tax") == ["026-2"]
        assert await _records(store, "refused kunde") == ["026-3"]
        assert await _records(store, "026") == ["026-3", "026-2", "026-1"]

    async def test_an_order_id_is_a_phrase_and_may_be_unfinished(self, store: Store) -> None:
        await _add(store, exchange("026-1234567-7654321"), exchange("026-7654321-1234567"))
        assert await _records(store, "026-1234567-7654321") == ["026-1234567-7654321"]
        assert await _records(store, "026-1234567-76") == ["026-1234567-7654321"]
        assert await _records(store, "026-12345") == ["026-1234567-7654321"]

    async def test_no_words_show_the_newest(self, store: Store) -> None:
        await _add(store, exchange("r1"), exchange("r2"))
        assert await _records(store, "  ") == ["r2", "r1"]

    @pytest.mark.parametrize(
        "hostile",
        [
            '"',
            '""',
            'a" OR 1=1 --',
            "NEAR(a b)",
            "record:x",
            "a AND NOT b",
            "^x",
            "*",
            "(",
            "'; DROP TABLE exchanges; --",
            "a\0b",
            "{a}",
            "-",
            "+a -b",
            "\u202e\U0001f600",
        ],
    )
    async def test_hostile_text_is_only_text(self, store: Store, hostile: str) -> None:
        await _add(store, exchange("plain", note="nothing of that kind"))
        assert await _records(store, hostile) == []

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(text=st.text(max_size=30))
    async def test_any_text_can_be_searched(self, store: Store, text: str) -> None:
        await store.read(lambda t: t.journal.search(text))

    async def test_no_text_can_pose_as_a_value(self, store: Store) -> None:
        (word,) = value_words([("status", "refused")])
        await _add(store, exchange("honest", status="refused"), exchange("forged", note=word))
        page = await store.read(lambda t: t.journal.page(status="refused"))
        assert [it.record for it in page.rows] == ["honest"]
        assert "honest" not in await _records(store, word)

    async def test_across_slices_and_pages(self, store: Store) -> None:
        await _near_the_end(store)
        for i in range(0, 12, 3):
            await indexed(store)
            await _add(store, *(exchange(f"r{i + n}", note="needle") for n in range(3)))
        tables = await store.read(lambda t: database(t.conn).table_names())
        assert f"exchange_words_{SLICE + 1}" in tables
        first = await store.read(lambda t: t.journal.search("needle", limit=9))
        second = await store.read(lambda t: t.journal.search("need", before=first.next, limit=9))
        assert [it.record for it in (*first.rows, *second.rows)] == [f"r{i}" for i in range(11, -1, -1)]
        assert second.next is None

    async def test_what_was_rolled_back_is_not_found(self, store: Store) -> None:
        def add_then_fail(tables: Tables) -> None:
            tables.journal.add([exchange("ghost")])
            raise ZeroDivisionError

        await _near_the_end(store)
        await _add(store, *(exchange("full") for _ in range(6)))
        await indexed(store)
        with pytest.raises(ZeroDivisionError):
            await store.write(add_then_fail)
        await _add(store, exchange("real"))
        assert await _records(store, "real taken") == ["real"]
        assert await _records(store, "ghost") == []

    async def test_what_a_killed_program_left_is_found_and_indexed_by_the_next(
        self, store: Store, path: Path
    ) -> None:
        # As its words come in a later transaction than the exchange, none may ever be taken twice either.
        await store.write(lambda t: t.journal.add([exchange(f"r{i}", note="left") for i in range(3)]))
        async with Store.open(path, key=KEY) as other:
            found = await other.read(lambda t: t.journal.search("left"))
            await other.write(lambda t: t.journal.add([exchange("next", note="left")]))
            await gather(indexed(other), indexed(store))
            assert len(found.rows) == 3
        assert await _records(store, "left") == ["next", "r2", "r1", "r0"]

    async def test_many_at_once_are_indexed_before_the_file_is_closed(self, path: Path) -> None:
        many = [exchange(f"r{i}", note="bulk") for i in range(4 * INDEXED_TOGETHER)]
        async with Store.create(path, key=KEY) as store:
            await store.write(lambda t: t.journal.add(many))
            await store.write(lambda t: t.journal.add(many[:1]))
        async with Store.open(path, key=KEY) as store:
            assert await store.read(lambda t: indexed_up_to(t.conn)) == len(many) + 1
            page = await store.read(lambda t: t.journal.search("bulk", limit=10_000))
            assert [row.id for row in page.rows] == list(range(len(many) + 1, 0, -1))


async def test_hourly(store: Store, clock: HandClock) -> None:
    hour = timedelta(hours=1)
    await _add(
        store,
        *(exchange(operation="read back", at=clock.at - n * hour) for n in (5, 2, 2, 0)),
        exchange(operation="send"),
    )
    counted = await store.read(lambda t: t.journal.hourly(hours=4))
    assert counted == [
        (clock.at - 3 * hour, 0),
        (clock.at - 2 * hour, 2),
        (clock.at - hour, 0),
        (clock.at, 1),
    ]


async def test_the_journal_outlives_a_restart(path: Path) -> None:
    async with Store.create(path, key=KEY) as store:
        await _add(store, exchange("before"))
    async with Store.open(path, key=KEY) as store:
        await _add(store, exchange("after"))
        assert await _records(store, "taken") == ["after", "before"]
