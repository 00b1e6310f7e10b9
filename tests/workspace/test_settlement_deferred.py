"""What Amazon holds back: read, accrued at a month's end, booked once, and told by every settlement."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.workspace.settled import Desk, connect_also, desk, give_accounts
from x3studio.domain.deferrals import Deferral
from x3studio.domain.documents import DocumentKind
from x3studio.domain.errors import SettingFault
from x3studio.domain.runs import Run
from x3studio.domain.settlements import Verdict
from x3studio.sandbox.documents import StoredDocument
from x3studio.shipped import shipped_text
from x3studio.store import Capture, Tables
from x3studio.sync.settling.accruing import accruals
from x3studio.sync.settling.knowledge import knowledge

LAST = datetime.now(UTC).date().replace(day=1) - timedelta(days=1)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as opened:
        yield opened


def held(number: int, amount: str, *, days: int = 2, wait: int = 7) -> Deferral:
    """A sale so many days before the end of last month, held back for some days."""
    earned = datetime(LAST.year, LAST.month, LAST.day, 12, tzinfo=UTC) - timedelta(days=days)
    matures = (earned + timedelta(days=wait)).date()
    released = matures < datetime.now(UTC).date()
    status = "DEFERRED_RELEASED" if released else "DEFERRED"
    return Deferral(
        f"T{number}", "Order Payment", status, earned, Decimal(amount), "EUR", "amazon.de", matures=matures
    )


async def put(here: Desk, *rows: Deferral) -> None:
    await here.workspace.store.write(lambda tables: tables.deferrals.put("amazon", rows))


async def test_amazon_is_asked_and_nothing_is_kept_twice(here: Desk) -> None:
    service = here.workspace.settlements
    count = await service.read_deferred()
    stored = await here.workspace.store.read(
        lambda tables: tables.conn.execute("SELECT count(*) FROM settlement_deferrals").fetchone()[0]
    )
    assert await service.read_deferred() == count == stored > 5


async def test_what_is_open_at_a_months_end_is_accrued_and_reversed_the_next_day(here: Desk) -> None:
    service = here.workspace.settlements
    parts = (("Sales", Decimal("60.00")), ("Expenses", Decimal("-10.00")))
    await put(here, replace(held(1, "50.00"), parts=parts), held(2, "9.00", days=20), held(3, "25.00"))
    (end,) = await service.month_end()
    assert (end.marketplace, end.currency, end.transactions, end.kept) == ("amazon.de", "EUR", 2, None)
    assert (end.accrual.day, end.accrual.total) == (LAST, Decimal("75.00"))
    nets = {line.group: line.net for line in end.accrual.lines}
    assert nets == {"sales": 85, "selling-fees": -10, "deferred": -75}
    assert end.accrual.reversed_on == LAST + timedelta(days=1)
    assert sum(line.net for line in (*end.accrual.lines, *end.accrual.reversal)) == 0


async def test_a_months_end_is_booked_once_in_a_persons_name(here: Desk) -> None:
    service = here.workspace.settlements
    await put(here, held(1, "50.00"))
    assert await service.keep_accrual(who="Ada") == 1
    assert await service.keep_accrual(who="Bob") == 0
    (end,) = await service.month_end()
    assert end.kept is not None and (end.kept.who, end.kept.total) == ("Ada", Decimal("50.00"))
    with pytest.raises(SettingFault, match="until then more may be earned"):
        await service.keep_accrual(datetime.now(UTC).date(), who="Ada")


def _accruals(here: Desk, folder: str = "") -> list[StoredDocument]:
    """Those of X3's journals that an accrual made, in the folder that the desk is connected to or another."""
    world = here.sandbox.world
    found = world.documents.of("GAS", folder=folder or world.test_folder)
    return [each for each in found if each.reference.startswith("ACC")]


async def _run(here: Desk, route: str | None = None) -> Run:
    running = here.workspace.running
    return await running.carry_out(await running.queue("settlements", route=route))


async def test_both_journals_of_an_accepted_month_are_written_once_and_balance(here: Desk) -> None:
    service = here.workspace.settlements
    await give_accounts(here.workspace)
    await put(here, held(1, "50.00"), held(2, "25.00"))
    await _run(here)
    assert _accruals(here) == [], "nobody has accepted the month"
    await service.keep_accrual(who="Ada")
    for sent in (2, 0):
        run = await _run(here)
        written = _accruals(here)
        assert (run.counts.sent, len(written)) == (sent, 2)
    (end,) = await service.month_end()
    assert end.numbers == tuple(each.number for each in written)
    for each, sign in zip(written, (1, -1), strict=True):
        lines = each.lines
        nets = [Decimal(line["SNS"]) * Decimal(line["AMTCUR"]) for line in lines]
        assert sum(nets) == 0 and Decimal("75.00") * sign in nets
    assert written[0].header["ACCDAT"] == LAST.isoformat()
    assert written[1].header["ACCDAT"] == (LAST + timedelta(days=1)).isoformat()


async def test_a_rehearsal_shows_both_journals_and_writes_none(here: Desk) -> None:
    await give_accounts(here.workspace)
    await put(here, held(1, "50.00"))
    await here.workspace.settlements.keep_accrual(who="Ada")
    running = here.workspace.running
    run = await running.carry_out(await running.queue("settlements", dry_run=True))
    shown = {
        each.record: json.loads(each.sent)["header"]["ACCDAT"]
        for each in await running.rehearsed(run.id)
        if each.sent
    }
    accrued = [day for reference, day in shown.items() if reference.startswith("ACC")]
    assert accrued == [LAST.isoformat(), (LAST + timedelta(days=1)).isoformat()]
    assert len(shown) == run.counts.translated
    assert _accruals(here) == []


async def test_of_two_folders_of_x3_only_the_first_to_run_gets_the_journals(here: Desk) -> None:
    await connect_also(here, "x3", name="school", folder="BRKSCH")
    await give_accounts(here.workspace)
    await put(here, held(1, "50.00"))
    await here.workspace.settlements.keep_accrual(who="Ada")
    for route in ("amazon>school", "amazon>x3", "amazon>school", "amazon>x3"):
        await _run(here, route)
        assert (len(_accruals(here, "BRKSCH")), len(_accruals(here))) == (2, 0), route
    (end,) = await here.workspace.settlements.month_end()
    assert end.numbers == tuple(each.number for each in _accruals(here, "BRKSCH"))


async def test_only_the_account_whose_money_is_held_back_hands_the_journals_out(here: Desk) -> None:
    await connect_also(here, "amazon", name="other", seller_id="A2OTHERSELLER")
    await give_accounts(here.workspace)
    await put(here, held(1, "50.00"))
    await here.workspace.settlements.keep_accrual(who="Ada")
    await _run(here, "other>x3")
    assert _accruals(here) == []
    await _run(here, "amazon>x3")
    assert len(_accruals(here)) == 2


@pytest.mark.parametrize("first", ["x3", "school"])
async def test_of_two_runs_that_read_a_month_at_once_only_the_first_writes_it(here: Desk, first: str) -> None:
    await connect_also(here, "x3", name="school", folder="BRKSCH")
    await give_accounts(here.workspace)
    await put(here, held(1, "50.00"))
    await here.workspace.settlements.keep_accrual(who="Ada")
    routes = {each.x3.name: each for each in await here.workspace.connecting.routes()}
    second = next(name for name in routes if name != first)

    def both_read(tables: Tables) -> None:
        known = knowledge(tables)
        found = [
            (name, each)
            for name in (first, second)
            for each in accruals(tables, known, connection="amazon", account=routes[name].x3.account)
        ]
        for name, each in found:
            account = routes[name].x3.account
            row = Capture(
                "settlements", account, DocumentKind.JOURNAL, each.reference, each.source, name, None
            )
            tables.outbox.capture([row])

    await here.workspace.store.write(both_read)
    for name in (second, first, second):
        await _run(here, f"amazon>{name}")
    written = {"x3": len(_accruals(here)), "school": len(_accruals(here, "BRKSCH"))}
    assert written == {first: 2, second: 0}


async def test_an_accrual_waits_for_the_account_that_lacks_and_for_nobody_where_it_is_booked_by_hand(
    here: Desk,
) -> None:
    service = here.workspace.settlements
    await give_accounts(here.workspace, but="deferred")
    await put(here, held(1, "50.00"))
    await service.keep_accrual(who="Ada")
    await _run(here)
    cases = await here.workspace.store.read(lambda tables: tables.exceptions.page().rows)
    mine = [case for case in cases if case.reference.startswith("ACC")]
    assert len(mine) == 2 and all("the group deferred has no account" in case.title for case in mine)
    by_hand = shipped_text("templates/settlements.json").replace('"*": "post"}', '"*": "hand"}')
    await here.workspace.store.write(lambda tables: tables.settings.set("rules/settlements", by_hand))
    await give_accounts(here.workspace)
    await _run(here)
    assert _accruals(here) == []


async def test_settlements_tell_in_b22_what_is_not_accrued(here: Desk) -> None:
    service = here.workspace.settlements
    await service.collect()
    ours = [each for each in (await service.chain()).entries if each.marketplace == "amazon.de"]
    entry = ours[-1]
    assert entry.end is not None

    async def b22() -> tuple[Verdict, str]:
        sheet = await service.sheet(entry.id)
        assert sheet.proof is not None
        check = sheet.proof.check("B22")
        return check.verdict, check.detail

    assert (await b22())[0] is Verdict.NOT_APPLICABLE
    before = entry.end.replace(day=1) - timedelta(days=3)
    waiting = replace(
        held(1, "50.00"), earned=before, matures=(before + timedelta(days=90)).date(), status="DEFERRED"
    )
    await put(here, waiting)
    verdict, words = await b22()
    assert verdict is Verdict.OPEN and "50.00 EUR were open on" in words and "not accrued" in words
    await service.keep_accrual(before.date(), who="Ada")
    verdict, words = await b22()
    assert verdict is Verdict.PASS and words.startswith(
        "Deferred 50.00 EUR, released 0.00 EUR, open 50.00 EUR"
    )
    await put(here, replace(waiting, amount=Decimal("49.00")))
    verdict, words = await b22()
    assert verdict is Verdict.OPEN and "Ada accrued 50.00 EUR" in words
