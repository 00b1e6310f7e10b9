"""The contract that every dialect passes: the same questions, the same answers, the same verdicts.

A dialect subclasses ReadingContract, or WritingContract where it creates documents, and names itself.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import httpx
import pytest

from tests.x3.demo import Bend, Bent, Demo, nobody_listens
from x3studio.domain.catalogue import Customer, Item
from x3studio.domain.connections import Dialect, SignIn
from x3studio.domain.documents import DocumentKind, Found, Rejected, Taken, Unknown, Unsent
from x3studio.domain.errors import ConnectionFault, CredentialFault, SettingFault
from x3studio.sandbox.fault_plan import plan_of
from x3studio.x3 import Pool, X3Client, open_x3
from x3studio.x3.master_tables import CUSTOMERS, ITEMS
from x3studio.x3.reading import read_masters

ORDER = DocumentKind.SALES_ORDER
ODD = "Müller & Söhne <é> \"漢字\" 'x'"
GARBAGE: dict[str, Bend] = {
    "cut": lambda _, status, body: (status, body[: len(body) // 2]),
    "empty": lambda _, status, body: (200, b""),
    "html": lambda _, status, body: (200, b"<html><body>Sign in</body></html>"),
    "another json": lambda _, status, body: (200, b'{"hello": "world"}'),
    "500": lambda _, status, body: (500, b"oops"),
    "503": lambda _, status, body: (503, body),
}


async def items(client: X3Client, since: datetime | None = None) -> list[Item]:
    """All items in all pages."""
    return [item async for page in read_masters(client, ITEMS, since=since) for item in page.values]


async def customers(client: X3Client, since: datetime | None = None) -> list[Customer]:
    """All customers in all pages."""
    return [who async for page in read_masters(client, CUSTOMERS, since=since) for who in page.values]


class ReadingContract:
    """Masters: all of them, only the changed ones, in pages; and every way in which reading fails."""

    dialect: ClassVar[Dialect]
    sign_in: ClassVar[SignIn] = SignIn.OAUTH
    changes: ClassVar[dict[str, Any]] = {}
    wrong_folder: ClassVar[dict[str, Any]] = {"folder": "HARTSD"}
    folder_field: ClassVar[str] = "folder"
    knows_kits: ClassVar[bool] = True

    @pytest.fixture
    async def demo(self) -> AsyncIterator[Demo]:
        """A demo X3 of its own for each test."""
        demo = Demo(self.dialect, sign_in=self.sign_in, **self.changes)
        yield demo
        await demo.aclose()

    async def test_all_items_come_once_and_whole(self, demo: Demo) -> None:
        found = await items(demo.client())
        world = {key: entry.item for key, entry in demo.world.items.items()}
        assert len(found) == len(world)
        for item in found:
            known = world[item.itmref]
            assert (item.description, item.ean, item.status, item.stock_unit, item.sales_unit) == (
                known.description,
                known.ean,
                known.status,
                known.stock_unit,
                known.sales_unit,
            )
            assert item.sales_to_stock == known.sales_to_stock
            assert not self.knows_kits or item.is_kit == known.is_kit

    async def test_all_customers_come_once_and_whole(self, demo: Demo) -> None:
        found = await customers(demo.client())
        world = demo.world.customers
        assert {c.bpcnum: (c.name, c.active, c.country, c.currency) for c in found} == {
            c.bpcnum: (c.name, c.active, c.country, c.currency) for c in world.values()
        }
        assert len(found) == len(world)

    async def test_since_brings_only_what_changed(self, demo: Demo) -> None:
        times = sorted(entry.item.modified for entry in demo.world.items.values())
        since = times[len(times) // 2]
        changed = await items(demo.client(), since)
        # X3 writes whole seconds, so what changed within the second of `since` may come along.
        second = since.replace(microsecond=0)
        assert {i.itmref for i in changed} == {
            key for key, entry in demo.world.items.items() if entry.item.modified >= second
        }
        assert 0 < len(changed) < len(times)

    async def test_since_tomorrow_brings_nothing(self, demo: Demo) -> None:
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        assert await items(demo.client(), tomorrow) == []
        assert await customers(demo.client(), tomorrow) == []

    async def test_existing_items_are_told_from_absent_ones(self, demo: Demo) -> None:
        known = list(demo.world.items)[:3]
        asked = [*known, "NO-SUCH-ITEM", "O'Hara \"&<>é漢", "A,B"]
        found = await demo.client().existing_items(asked)
        assert sorted(found) == sorted(known)
        assert found[known[0]].description == demo.world.items[known[0]].item.description
        assert await demo.client().existing_items([]) == {}

    async def test_a_token_that_runs_out_between_pages_is_renewed(self, demo: Demo) -> None:
        seen: list[Item] = []
        async for page in read_masters(demo.client(), ITEMS):
            seen += page.values
            demo.sandbox.x3.door.expire_tokens()
        assert len(seen) == len(demo.world.items)

    async def test_a_wrong_secret_is_a_credential_fault(self, demo: Demo) -> None:
        wrong = dict.fromkeys(demo.secrets, "wrong-secret-wrong-secret-wrong-secret")
        with pytest.raises(CredentialFault) as caught:
            await items(demo.client(secrets=wrong))
        assert caught.value.context["connection"] == "Demo"

    async def test_a_wrong_folder_names_the_setting(self, demo: Demo) -> None:
        with pytest.raises(SettingFault) as caught:
            await items(demo.client(**self.wrong_folder))
        assert caught.value.field == self.folder_field

    async def test_where_nobody_listens_nothing_was_sent(self, demo: Demo) -> None:
        async with nobody_listens() as address:
            greeting = demo.sandbox.greeting(x3_url=address)
            with pytest.raises(ConnectionFault) as caught:
                await items(demo.client(greeting=greeting))
        assert caught.value.unsent

    async def test_over_a_real_port_and_a_reset(self, demo: Demo) -> None:
        async with demo.sandbox.listening() as greeting:
            client = demo.client(greeting=greeting)
            assert len(await items(client)) == len(demo.world.items)
            demo.sandbox.set_faults(plan_of({"x3": {"reset_before": 1.0}}))
            with pytest.raises(ConnectionFault) as caught:
                await items(client)
            assert not caught.value.unsent
            await demo.aclose()

    @pytest.mark.parametrize("how", GARBAGE)
    async def test_an_answer_nobody_can_read_is_no_empty_list(self, demo: Demo, how: str) -> None:
        client = demo.client(bend=GARBAGE[how])
        with pytest.raises((ConnectionFault, SettingFault)):
            await items(client)
        with pytest.raises((ConnectionFault, SettingFault)):
            await client.existing_items([next(iter(demo.world.items))])

    async def test_every_call_is_recorded_without_secrets(self, demo: Demo) -> None:
        await items(demo.client())
        await customers(demo.client())
        operations = {exchange.operation for exchange in demo.exchanges}
        assert {"read items", "read customers"} <= operations
        written = json.dumps([(e.sent, e.answer, e.note) for e in demo.exchanges], ensure_ascii=False)
        assert demo.secrets["client_secret"] not in written
        assert demo.secrets["password"] not in written
        assert "Bearer" not in written
        assert all(c.name not in written for c in demo.world.customers.values())
        assert next(iter(demo.world.items)) in written


class WritingContract(ReadingContract):
    """Documents: created once, refused with X3's words, found by reference, and doubted whenever in doubt."""

    writes_deliveries: ClassVar[bool] = True

    async def test_a_created_order_is_read_back_as_sent(self, demo: Demo) -> None:
        client = demo.client()
        order = demo.order("302-1234567-1234567"[:20])
        verdict = await client.create(order)
        assert isinstance(verdict, Taken)
        held = demo.held(order.reference)
        assert [document.number for document in held] == [verdict.number]
        [found] = (await client.find(ORDER, [order.reference]))[order.reference]
        assert (found.number, found.reference) == (verdict.number, order.reference)
        assert {name: found.header[name] for name in order.header} == order.header
        assert len(found.lines) == 2
        for sent, back in zip(order.lines, found.lines, strict=True):
            assert back["ITMREF"] == sent["ITMREF"]
            assert Decimal(back["QTY"]) == Decimal(sent["QTY"])
        assert Decimal(found.lines[0]["GROPRI"]) == Decimal("3.99")
        assert found.lines[0]["DEMDLVDAT"] == "2026-11-26"

    async def test_a_refusal_is_x3s_own_words(self, demo: Demo) -> None:
        verdict = await demo.client().create(demo.order("R-1", item="NO-SUCH-ITEM"))
        assert isinstance(verdict, Rejected)
        assert any("NO-SUCH-ITEM" in message for message in verdict.messages)
        assert verdict.existing == ""
        assert demo.held("R-1") == []

    async def test_a_refusal_about_the_customer(self, demo: Demo) -> None:
        blocked = next(iter(demo.world.on_hold))
        verdict = await demo.client().create(demo.order("R-1", customer=blocked))
        assert isinstance(verdict, Rejected)
        assert any(blocked in message for message in verdict.messages)

    @pytest.mark.parametrize("language", ["ENG", "GER", "FRA"])
    async def test_the_verdict_does_not_depend_on_the_language(self, demo: Demo, language: str) -> None:
        demo.switches.unique_reference = True
        client = demo.client(language=language)
        taken = await client.create(demo.order("R-1"))
        assert isinstance(taken, Taken)
        again = await client.create(demo.order("R-1"))
        assert isinstance(again, Rejected)
        assert again.existing == taken.number
        assert isinstance(await client.create(demo.order("R-2", item="NO-SUCH-ITEM")), Rejected)

    async def test_none_one_and_two(self, demo: Demo) -> None:
        client = demo.client()
        for reference in ("ONE", "TWO", "TWO"):
            assert isinstance(await client.create(demo.order(reference)), Taken)
        held = await client.find(ORDER, ["NONE", "ONE", "TWO"])
        assert {reference: len(found) for reference, found in held.items()} == {"NONE": 0, "ONE": 1, "TWO": 2}
        assert {found.number for found in held["TWO"]} == {document.number for document in demo.held("TWO")}

    async def test_many_references_at_once(self, demo: Demo) -> None:
        client = demo.client()
        for number in range(0, 250, 50):
            await client.create(demo.order(f"MANY-{number}"))
        held = await client.find(ORDER, [f"MANY-{number}" for number in range(250)])
        assert len(held) == 250
        assert sorted(reference for reference, found in held.items() if found) == sorted(
            f"MANY-{number}" for number in range(0, 250, 50)
        )

    async def test_odd_characters_survive(self, demo: Demo) -> None:
        client = demo.client()
        reference = "A'&<é>\"漢%/#+"
        verdict = await client.create(demo.order(reference, BPDNAM=ODD))
        assert isinstance(verdict, Taken)
        [found] = (await client.find(ORDER, [reference]))[reference]
        assert found.header["BPDNAM"] == ODD
        assert demo.held(reference)[0].header["BPDNAM"] == ODD

    async def test_a_wildcard_matches_nothing_but_itself(self, demo: Demo) -> None:
        client = demo.client()
        for reference in ("W-1", "W-2", "w-1"):
            await client.create(demo.order(reference))
        held = await client.find(ORDER, ["W-*", "W-", "W-1", "W_1", "W-%"])
        assert {reference: len(found) for reference, found in held.items()} == {
            "W-*": 0,
            "W-": 0,
            "W-1": 1,
            "W_1": 0,
            "W-%": 0,
        }

    async def test_the_description_has_lengths_duties_and_lines(self, demo: Demo) -> None:
        described = await demo.client().describe(ORDER)
        assert described.fields["CUSORDREF"].length == 20
        assert described.fields["BPCORD"].mandatory
        assert not described.fields["CUSORDREF"].mandatory
        assert described.fields["ORDDAT"].kind == "date"
        assert described.line_fields["QTY"].kind == "decimal"
        assert described.line_fields["ITMREF"].length == 20
        assert described.line_fields["ITMREF"].in_lines
        assert described.most_lines == 1000

    async def test_what_the_description_forbids_is_not_sent(self, demo: Demo) -> None:
        client = demo.client()
        for document, field in (
            (demo.order("R" * 21), "CUSORDREF"),
            (demo.order("R-1", NOFIELD="1"), "NOFIELD"),
            (demo.order("R-1", BPCORD=""), "BPCORD"),
            (demo.order("R-1", ORDDAT="20.11.2026"), "ORDDAT"),
            (demo.order("R-1", BPDNAM="a\x00b"), "BPDNAM"),
        ):
            verdict = await client.create(document)
            assert isinstance(verdict, Rejected)
            assert verdict.field == field
        assert "create" not in {exchange.operation for exchange in demo.exchanges}

    async def test_a_token_that_ran_out_before_a_create_makes_one_document(self, demo: Demo) -> None:
        client = demo.client()
        await client.create(demo.order("R-0"))
        demo.sandbox.x3.door.expire_tokens()
        assert isinstance(await client.create(demo.order("R-1")), Taken)
        assert len(demo.held("R-1")) == 1

    async def test_a_rotated_secret_stops_a_create_without_a_document(self, demo: Demo) -> None:
        if self.sign_in is SignIn.BASIC:
            pytest.skip("a password is not rotated here")
        client = demo.client()
        await client.create(demo.order("R-0"))
        demo.sandbox.x3.door.rotate()
        with pytest.raises(CredentialFault):
            await client.create(demo.order("R-1"))
        assert demo.held("R-1") == []
        last = demo.exchanges[-1] if demo.exchanges[-1].operation == "create" else demo.exchanges[-2]
        assert (last.operation, last.status) == ("create", "unsent")

    async def test_a_wrong_folder_stops_a_create_without_a_document(self, demo: Demo) -> None:
        with pytest.raises(SettingFault) as caught:
            await demo.client(**self.wrong_folder).create(demo.order("R-1"))
        assert caught.value.field == self.folder_field
        assert demo.sandbox.ledger.written == 0

    async def test_where_nobody_listens_a_create_is_unsent(self, demo: Demo) -> None:
        async with nobody_listens() as address:
            client = demo.client(greeting=demo.sandbox.greeting(x3_url=address))
            assert isinstance(await client.create(demo.order("R-1")), Unsent)

    @pytest.mark.parametrize(
        ("mishap", "documents"),
        [
            ("reset_before", 0),
            ("reset_after", 1),
            ("error_500_after", 1),
            ("error_503_before", 0),
            ("late_commit", 1),
        ],
    )
    async def test_mishaps_on_a_real_port_are_doubt(self, demo: Demo, mishap: str, documents: int) -> None:
        async with demo.sandbox.listening() as greeting:
            client = demo.client(greeting=greeting)
            await client.describe(ORDER)
            demo.sandbox.set_faults(plan_of({"x3": {mishap: 1.0, "late_ms": [1, 5]}}))
            assert isinstance(await client.create(demo.order("R-1")), Unknown)
            await demo.sandbox.faults.settled()
            assert len(demo.held("R-1")) == documents
            demo.sandbox.set_faults(plan_of({}))
            assert len((await client.find(ORDER, ["R-1"]))["R-1"]) == documents
            await demo.aclose()

    @pytest.mark.parametrize("how", GARBAGE)
    async def test_an_answer_nobody_can_read_is_doubt(self, demo: Demo, how: str) -> None:
        saving = False

        def bend(request: httpx.Request, status: int, body: bytes) -> tuple[int, bytes]:
            return GARBAGE[how](request, status, body) if saving else (status, body)

        client = demo.client(bend=bend)
        await client.describe(ORDER)
        saving = True
        assert isinstance(await client.create(demo.order("R-1")), Unknown)
        assert len(demo.held("R-1")) == 1
        assert (demo.exchanges[-1].operation, demo.exchanges[-1].status) == ("create", "unknown")

    @pytest.mark.parametrize("how", GARBAGE)
    async def test_a_failed_look_up_is_never_nothing(self, demo: Demo, how: str) -> None:
        await demo.client().create(demo.order("R-1"))
        with pytest.raises((ConnectionFault, SettingFault)):
            await demo.client(bend=GARBAGE[how]).find(ORDER, ["R-1"])

    async def test_no_more_calls_at_once_than_slots(self, demo: Demo) -> None:
        transport = Bent(demo.sandbox.x3_app)
        pool = Pool(2)
        client: X3Client = open_x3(
            demo.connection(slots=2),
            demo.secrets,
            record=demo.exchanges.append,
            transport=transport,
            pool=pool,
        )
        await client.describe(ORDER)
        transport.gate.clear()
        creates = [asyncio.create_task(client.create(demo.order(f"S-{number}"))) for number in range(12)]
        for _ in range(200):  # every task has gone as far as it can
            await asyncio.sleep(0)
        assert transport.most == 2 and pool.used == 2
        transport.gate.set()
        assert all(isinstance(verdict, Taken) for verdict in await asyncio.gather(*creates))
        assert transport.most == 2 and pool.used == 0
        await client.aclose()

    async def test_the_journal_knows_the_order_but_not_the_person(self, demo: Demo) -> None:
        client = demo.client()
        await client.create(demo.order("R-1", BPDNAM="Kanaria Vogel", BPDADDLIG1="Käfigweg 1"))
        await client.create(demo.order("R-2", BPDNAM="Kanaria Vogel", item="NO-SUCH-ITEM"))
        await client.find(ORDER, ["R-1"])
        written = json.dumps([(e.sent, e.answer, e.note) for e in demo.exchanges], ensure_ascii=False)
        assert "Kanaria" not in written
        assert "Käfigweg" not in written
        assert demo.world.customers[demo.order("R-1").header["BPCORD"]].name not in written
        create = next(e for e in demo.exchanges if e.operation == "create")
        assert (create.record, create.status) == ("R-1", "taken")
        assert "R-1" in create.sent
        look_up = next(e for e in reversed(demo.exchanges) if e.operation == "look up")
        assert (look_up.record, look_up.status) == ("R-1", "found")

    async def test_a_site_field_can_carry_the_reference(self, demo: Demo) -> None:
        client = demo.client()
        item = next(entry.item for entry in demo.world.items.values() if entry.item.sellable)
        order = demo.order("R-1")
        delivery = type(order)(
            DocumentKind.DELIVERY,
            "D-1",
            {
                "STOFCY": order.header["SALFCY"],
                "SDHTYP": "SDN",
                "BPCORD": order.header["BPCORD"],
                "YAMZREF": "D-1",
            },
            ({"ITMREF": item.itmref, "QTY": "1"},),
        )
        if not self.writes_deliveries:
            with pytest.raises(SettingFault) as caught:
                await client.create(delivery)
            assert caught.value.field == "public_name"
            return
        verdict = await client.create(delivery)
        held: dict[str, Sequence[Found]] = dict(await client.find(DocumentKind.DELIVERY, ["D-1", "D-2"]))
        assert isinstance(verdict, Taken)
        assert [found.number for found in held["D-1"]] == [verdict.number]
        assert held["D-2"] == ()
