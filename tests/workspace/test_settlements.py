"""Settlements in a workspace: collected once, held back until proven and mapped, posted as a whole."""

import gzip
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from tests.settlement.making import PLAIN as SAMPLE
from tests.settlement.making import Draft, at, other, sale
from tests.workspace.settled import Desk, desk, first_of_month, give_accounts, map_items, moved
from x3studio.domain.bookkeeping import AccountRule, BankLine, Took
from x3studio.domain.chain import Entry, SettlementState
from x3studio.domain.connections import Dialect
from x3studio.domain.errors import SettingFault
from x3studio.domain.runs import RunState
from x3studio.domain.settlements import Account, Triple, Verdict
from x3studio.store import Tables

PLAIN = moved(SAMPLE, first_of_month(1) + timedelta(days=1))
MONTH = f"{first_of_month(1):%Y-%m}"
UNKNOWN = Triple("ServiceFee", "other-transaction", "Parcel Locker Surcharge")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as opened:
        yield opened


def written(folder: Path, draft: Draft, name: str = "settlement.txt") -> Path:
    path = folder / name
    path.write_text(draft.text())
    return path


async def entry(here: Desk, settlement_id: str) -> Entry:
    return await here.workspace.settlements.find(settlement_id)


def journals(here: Desk) -> list[str]:
    folder = here.sandbox.world.test_folder
    return [document.reference for document in here.sandbox.world.documents.of("GAS", folder=folder)]


async def test_what_amazon_holds_is_archived_once(here: Desk) -> None:
    first = await here.workspace.settlements.collect()
    assert first.seen == len(first.taken) == 15
    assert {each.took for each in first.taken} == {Took.ARCHIVED}
    again = await here.workspace.settlements.collect()
    assert (again.seen, again.taken) == (15, ())
    chain = await here.workspace.settlements.chain()
    assert len(chain.entries) == 15 and not chain.announced and not chain.gaps


async def test_the_archived_file_comes_out_byte_for_byte(here: Desk, tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN)
    (taken,) = await here.workspace.settlements.take([path])
    assert taken.entry is not None
    await here.workspace.settlements.copy_out(taken.entry, tmp_path / "copy.txt")
    assert (tmp_path / "copy.txt").read_bytes() == path.read_bytes()


async def test_one_file_under_two_names_is_one_settlement(here: Desk, tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN)
    packed = tmp_path / "other name.txt.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    first, second = await here.workspace.settlements.take([path, packed])
    assert (first.took, second.took) == (Took.ARCHIVED, Took.KNOWN)
    assert first.entry == second.entry


async def test_a_reissued_settlement_is_left_to_a_person(here: Desk, tmp_path: Path) -> None:
    more = other("Storage Fee", "-1.00", posted=PLAIN.start + timedelta(days=4))
    changed = replace(PLAIN, lines=(*PLAIN.lines, more))
    paths = [written(tmp_path, PLAIN), written(tmp_path, changed, "again.txt")]
    _, again = await here.workspace.settlements.take(paths)
    assert again.took is Took.REISSUED and "other figures" in again.title
    assert (await entry(here, PLAIN.settlement_id)).total == PLAIN.sum


async def test_a_file_that_does_not_add_up_is_quarantined_until_a_whole_one_comes(
    here: Desk, tmp_path: Path
) -> None:
    short = replace(PLAIN, lines=PLAIN.lines[:-1], total=PLAIN.sum)
    (taken,) = await here.workspace.settlements.take([written(tmp_path, short)])
    assert taken.took is Took.QUARANTINED and taken.line and "420" in taken.title
    held = await entry(here, PLAIN.settlement_id)
    assert held.state is SettlementState.QUARANTINED
    with pytest.raises(SettingFault, match="cannot be posted"):
        await here.workspace.settlements.post(held.id)
    (better,) = await here.workspace.settlements.take([written(tmp_path, PLAIN, "whole.txt")])
    assert better.took is Took.ARCHIVED
    assert (await entry(here, PLAIN.settlement_id)).state is SettlementState.BLOCKED


async def test_another_report_is_refused_and_not_archived(here: Desk, tmp_path: Path) -> None:
    path = tmp_path / "orders.txt"
    path.write_text("amazon-order-id\tpurchase-date\n1\t2\n")
    (taken,) = await here.workspace.settlements.take([path])
    assert taken.took is Took.REFUSED and "orders report" in taken.title
    assert (await here.workspace.settlements.chain()).entries == ()


async def test_a_settlement_waits_for_its_accounts_and_goes_on_by_itself(here: Desk, tmp_path: Path) -> None:
    await here.workspace.settlements.take([written(tmp_path, PLAIN)])
    held = await entry(here, PLAIN.settlement_id)
    assert held.state is SettlementState.BLOCKED and "no account" in held.why
    await give_accounts(here.workspace, but="subscription")
    assert "Subscription" in (await entry(here, PLAIN.settlement_id)).why
    await give_accounts(here.workspace)
    ready = await entry(here, PLAIN.settlement_id)
    assert ready.state is SettlementState.READY
    posting = await here.workspace.settlements.post(ready.id, who="Ada")
    assert [part.number for part in posting.parts] and posting.who == "Ada" and not posting.blockers
    sheet = await here.workspace.settlements.sheet(ready.id)
    assert sheet.proof is not None and sheet.proof.check("B20").verdict is Verdict.PASS
    assert sheet.entry.state is SettlementState.POSTED


async def test_a_second_post_is_refused(here: Desk, tmp_path: Path) -> None:
    await here.workspace.settlements.take([written(tmp_path, PLAIN)])
    await give_accounts(here.workspace)
    found = await entry(here, PLAIN.settlement_id)
    posting = await here.workspace.settlements.post(found.id)
    with pytest.raises(SettingFault, match=posting.parts[0].number):
        await here.workspace.settlements.post(found.id)
    run = await here.workspace.running.carry_out(await here.workspace.running.queue("settlements", limit=1))
    assert run.state in (RunState.DONE, RunState.PARTIAL)
    assert journals(here).count(f"{PLAIN.settlement_id}-1") == 1


async def test_a_new_kind_of_amount_waits_for_a_named_person(here: Desk, tmp_path: Path) -> None:
    draft = replace(
        PLAIN,
        lines=(
            *PLAIN.lines,
            other(
                UNKNOWN.amount_description,
                "-5.00",
                posted=PLAIN.start + timedelta(days=4),
                transaction="ServiceFee",
            ),
        ),
    )
    await here.workspace.settlements.take([written(tmp_path, draft)])
    await give_accounts(here.workspace)
    (waiting,) = await here.workspace.settlements.unknown()
    assert waiting.triple == UNKNOWN and waiting.amounts == (("USD", Decimal("-5.00")),)
    assert waiting.suggestion is not None and waiting.reason
    await here.workspace.settlements.decide({UNKNOWN: "service-fees"}, who="Ada", why="like storage")
    (decided,) = await here.workspace.settlements.decided()
    assert (decided.triple, decided.group, decided.who) == (UNKNOWN, "service-fees", "Ada")
    assert (await entry(here, draft.settlement_id)).state is SettlementState.READY


async def test_a_run_turns_what_is_held_back_into_an_exception(here: Desk, tmp_path: Path) -> None:
    await here.workspace.settlements.take([written(tmp_path, PLAIN)])
    await give_accounts(here.workspace, but="sales")
    reference = f"{PLAIN.settlement_id}-1"
    run = await here.workspace.running.carry_out(
        await here.workspace.running.queue("settlements", records=[reference])
    )
    assert run.state is RunState.PARTIAL
    page = await here.workspace.store.read(lambda tables: tables.exceptions.page(limit=10))
    (case,) = page.rows
    assert (case.reference, case.cause, case.subject) == (reference, "mapping", "sales")
    await give_accounts(here.workspace)
    run = await here.workspace.running.carry_out(
        await here.workspace.running.queue("settlements", since=first_of_month(3))
    )
    assert reference in journals(here)


async def test_a_dry_run_writes_no_journal(here: Desk) -> None:
    await give_accounts(here.workspace)
    run = await here.workspace.running.carry_out(
        await here.workspace.running.queue("settlements", dry_run=True)
    )
    assert run.counts.translated > 15
    assert journals(here) == []


@pytest.mark.parametrize(
    ("account", "words"),
    [("8999", "inactive"), ("77777", "no account 77777"), ("1202", "takes GBP only")],
)
async def test_what_x3_would_refuse_is_seen_before(
    here: Desk, tmp_path: Path, account: str, words: str
) -> None:
    await here.workspace.settlements.take([written(tmp_path, PLAIN)])
    await give_accounts(here.workspace)
    await here.workspace.settlements.set_account(AccountRule("sales", Account(account)), who="Ada")
    await here.workspace.settlements.read_ledger()
    held = await entry(here, PLAIN.settlement_id)
    assert held.state is SettlementState.BLOCKED and words in held.why


async def test_a_closed_period_is_seen_before(here: Desk, tmp_path: Path) -> None:
    here.sandbox.x3.desk.switches.closed_before = first_of_month(0).date()
    await here.workspace.settlements.take([written(tmp_path, PLAIN)])
    await give_accounts(here.workspace)
    await here.workspace.settlements.read_ledger()
    held = await entry(here, PLAIN.settlement_id)
    assert held.state is SettlementState.BLOCKED and f"{MONTH} is closed" in held.why


async def test_a_missing_dimension_is_seen_before(here: Desk, tmp_path: Path) -> None:
    rules = (await here.workspace.store.read(_shipped)).replace('"*": "AMZ"}', '"*": ""}')
    await here.workspace.store.write(lambda tables: tables.settings.set("rules/settlements", rules))
    await here.workspace.settlements.take([written(tmp_path, PLAIN)])
    await give_accounts(here.workspace)
    await here.workspace.settlements.read_ledger()
    held = await entry(here, PLAIN.settlement_id)
    assert held.state is SettlementState.BLOCKED and "needs a dimension in CCE1" in held.why


def _shipped(_: object) -> str:
    from x3studio.shipped import shipped_text

    return shipped_text("templates/settlements.json")


async def test_parts_follow_one_sheet_whatever_is_decided_between_them(here: Desk, tmp_path: Path) -> None:
    """X3 refuses the second part; accounts change; the second part is posted as the first was proven."""
    draft = Draft(
        (
            *sale(1, "50.00", posted=first_of_month(2) + timedelta(days=20)),
            *sale(2, "30.00", posted=first_of_month(1) + timedelta(days=3)),
        ),
        start=first_of_month(2) + timedelta(days=19),
        end=first_of_month(1) + timedelta(days=4),
        deposit=first_of_month(1) + timedelta(days=6),
    )
    await here.workspace.settlements.take([written(tmp_path, draft)])
    await give_accounts(here.workspace)
    found = await entry(here, draft.settlement_id)
    switches, tomorrow = here.sandbox.x3.desk.switches, (datetime.now(UTC) + timedelta(days=1)).date()
    here.entered.append(lambda _: setattr(switches, "closed_before", tomorrow))
    await here.workspace.settlements.post(found.id, who="Ada")
    half = await entry(here, draft.settlement_id)
    assert half.state is SettlementState.POSTING and len(half.numbers) == 1
    sheet = await here.workspace.settlements.sheet(found.id)
    assert sheet.proof is not None and sheet.proof.check("B20").verdict is Verdict.FAIL
    here.entered.clear()
    switches.closed_before = None
    await here.workspace.settlements.set_account(AccountRule("sales", Account("8412")), who="Eve")
    await here.workspace.settlements.post(found.id)
    assert (await entry(here, draft.settlement_id)).state is SettlementState.POSTED
    folder = here.sandbox.world.test_folder
    documents = here.sandbox.world.documents.of("GAS", folder=folder)
    assert {
        line["ACC"] for document in documents for line in document.lines if line["DES"] == "Product sales"
    } == {"8410"}


async def test_an_explanation_closes_an_open_check_and_no_blocking_one(here: Desk, tmp_path: Path) -> None:
    await here.workspace.settlements.take([written(tmp_path, PLAIN)])
    found = await entry(here, PLAIN.settlement_id)
    assert found.open == 2  # nothing before it is archived, and a reserve comes back from there
    with pytest.raises(SettingFault, match="words"):
        await here.workspace.settlements.explain(found.id, "B12", "  ", who="Ada")
    await here.workspace.settlements.explain(found.id, "B12", "the first one", who="Ada")
    await here.workspace.settlements.explain(found.id, "B18", "never mind", who="Ada")
    after = await entry(here, PLAIN.settlement_id)
    assert (after.open, after.state) == (1, SettlementState.BLOCKED)
    sheet = await here.workspace.settlements.sheet(found.id)
    assert sheet.proof is not None and "the first one" in sheet.proof.check("B12").detail
    assert sheet.explanations["B12"].who == "Ada"


async def test_a_missing_settlement_shows_as_a_gap_and_as_a_reserve_that_does_not_come_back(
    here: Desk, tmp_path: Path
) -> None:
    def chained(number: int, start: datetime, *, back: str, kept: str) -> Draft:
        return Draft(
            (
                *sale(number, "100.00", posted=start + timedelta(days=2)),
                other("Previous Reserve Amount Balance", back, posted=start),
                other("Current Reserve Amount", f"-{kept}", posted=start + timedelta(days=13)),
            ),
            settlement_id=f"2847100400{number}",
            start=start,
            end=start + timedelta(days=14),
            deposit=start + timedelta(days=16),
        )

    four = [
        chained(n, at(1, month=9) + timedelta(days=14 * n), back=f"{n * 10}.00", kept=f"{(n + 1) * 10}.00")
        for n in range(4)
    ]
    paths = [written(tmp_path, each, f"{each.settlement_id}.txt") for each in (four[0], four[1], four[3])]
    await here.workspace.settlements.take(paths)
    chain = await here.workspace.settlements.chain()
    (gap,) = chain.gaps
    assert gap.seconds == 14 * 86_400
    last = await here.workspace.settlements.sheet((await entry(here, four[3].settlement_id)).id)
    assert last.proof is not None
    assert {name: last.proof.check(name).verdict for name in ("B9", "B10", "B12")} == {
        "B9": Verdict.OPEN,
        "B10": Verdict.OPEN,
        "B12": Verdict.OPEN,
    }
    await here.workspace.settlements.take([written(tmp_path, four[2], "late.txt")])
    assert (await here.workspace.settlements.chain()).gaps == ()
    last = await here.workspace.settlements.sheet((await entry(here, four[3].settlement_id)).id)
    assert last.proof is not None
    assert {last.proof.check(name).verdict for name in ("B9", "B10", "B12")} == {Verdict.PASS}


async def test_the_deposit_is_found_at_the_bank(here: Desk, tmp_path: Path) -> None:
    await here.workspace.settlements.take([written(tmp_path, PLAIN)])
    found = await entry(here, PLAIN.settlement_id)
    await here.workspace.settlements.add_bank([BankLine(PLAIN.deposit.date(), PLAIN.sum - 1, "USD")])
    sheet = await here.workspace.settlements.sheet(found.id)
    assert sheet.proof is not None and sheet.proof.check("B19").verdict is Verdict.OPEN
    await here.workspace.settlements.add_bank([BankLine(PLAIN.deposit.date(), PLAIN.sum, "USD")])
    sheet = await here.workspace.settlements.sheet(found.id)
    assert sheet.proof is not None and sheet.proof.check("B19").verdict is Verdict.PASS


async def test_an_account_rule_may_depend_on_marketplace_and_channel(here: Desk, tmp_path: Path) -> None:
    await here.workspace.settlements.take([written(tmp_path, PLAIN)])
    await give_accounts(here.workspace)
    await here.workspace.settlements.set_account(
        AccountRule("sales", Account("8411", "N19"), marketplace="amazon.com", channel="AFN"), who="Ada"
    )
    sheet = await here.workspace.settlements.sheet((await entry(here, PLAIN.settlement_id)).id)
    (sales,) = [branch for branch in sheet.branches if branch.group.id == "sales"]
    assert sales.account == Account("8411", "N19", (("CCE1", "AMZ"), ("CCE2", "FBA")))
    assert sheet.proof is not None
    (line,) = [line for line in sheet.proof.parts[0].lines if line.group == "sales"]
    assert line.account == sales.account


async def test_the_bars_lead_from_gross_sales_to_the_bank_line(here: Desk, tmp_path: Path) -> None:
    await here.workspace.settlements.take([written(tmp_path, PLAIN)])
    sheet = await here.workspace.settlements.sheet((await entry(here, PLAIN.settlement_id)).id)
    *steps, bank = sheet.bars
    assert sum((bar.amount for bar in steps), Decimal(0)) == bank.amount == PLAIN.sum
    assert all(after.start == before.end for before, after in pairwise(steps))
    assert [bar.id for bar in steps][:1] == ["sales"]


async def test_withheld_tax_is_compared_anew_once_its_kind_is_placed(here: Desk, tmp_path: Path) -> None:
    tax = [line for line in PLAIN.lines if line.kind == "ItemWithheldTax"]
    short = replace(tax[0], description="Parish Levy Withheld", amount=tax[0].amount + Decimal("1.00"))
    lines = tuple(short if line is tax[0] else line for line in PLAIN.lines)
    (taken,) = await here.workspace.settlements.take([written(tmp_path, replace(PLAIN, lines=lines))])
    assert taken.entry is not None
    kind = Triple(short.transaction, short.kind, short.description)

    async def b14() -> tuple[Verdict, str]:
        sheet = await here.workspace.settlements.sheet(taken.entry or 0)
        assert sheet.proof is not None
        return sheet.proof.check("B14").verdict, sheet.proof.check("B14").detail

    assert (await b14())[0] is Verdict.PASS and "1 order line:" in (await b14())[1]
    await here.workspace.settlements.decide({kind: "tax-withheld"}, who="Ada")
    verdict, words = await b14()
    assert verdict is Verdict.FAIL and "is off by 1.00 USD" in words
    assert (await here.workspace.settlements.find(str(taken.entry))).state is SettlementState.QUARANTINED
    await here.workspace.settlements.decide({kind: ""}, who="Ada")
    assert (await b14())[0] is Verdict.PASS


async def test_fees_alone_belong_where_a_person_says_and_the_next_ones_too(
    here: Desk, tmp_path: Path
) -> None:
    service = here.workspace.settlements
    fees = tuple(replace(line, marketplace="") for line in PLAIN.lines if not line.order)
    first = replace(PLAIN, lines=fees, currency="SEK", settlement_id="500")
    second = replace(first, settlement_id="501", start=first.end, end=first.end + timedelta(days=14))
    (taken,) = await service.take([written(tmp_path, first)])
    assert taken.entry is not None and (await entry(here, "500")).marketplace == ""
    await service.set_place(taken.entry, "amazon.se")
    await service.take([written(tmp_path, second, "second.txt")])
    assert [(await entry(here, each)).marketplace for each in ("500", "501")] == ["amazon.se"] * 2
    with pytest.raises(SettingFault, match=r"no marketplace 'amazon\.xy'"):
        await service.set_place(taken.entry, "amazon.xy")
    (named,) = await service.take([written(tmp_path, PLAIN, "named.txt")])
    assert named.entry is not None
    with pytest.raises(SettingFault, match="cannot be chosen"):
        await service.set_place(named.entry, "amazon.se")


async def test_the_proof_sheet_prints(here: Desk, tmp_path: Path) -> None:
    await here.workspace.settlements.take([written(tmp_path, PLAIN)])
    await give_accounts(here.workspace)
    found = await entry(here, PLAIN.settlement_id)
    posting = await here.workspace.settlements.post(found.id, who="Ada")
    page = await here.workspace.settlements.html(found.id)
    for words in (posting.parts[0].number, "Ada", "B23", "8410", found.digest, "Product sales"):
        assert words in page


@pytest.mark.parametrize("dialect", [Dialect.SOAP, Dialect.AUTO])
async def test_other_dialects_post_too(tmp_path: Path, dialect: Dialect) -> None:
    async with desk(tmp_path, dialect=dialect) as here:
        await here.workspace.settlements.take([written(tmp_path, PLAIN)])
        await give_accounts(here.workspace)
        found = await entry(here, PLAIN.settlement_id)
        posting = await here.workspace.settlements.post(found.id)
        assert all(part.number for part in posting.parts)
        sheet = await here.workspace.settlements.sheet(found.id)
        assert sheet.proof is not None and sheet.proof.check("B20").verdict is Verdict.PASS


IMPORTED = "AOWSIMPORT:YAMZGAS"


async def test_a_site_that_published_no_journal_imports_it(tmp_path: Path) -> None:
    async with desk(tmp_path, dialect=Dialect.SOAP, public_names={"GAS": IMPORTED}) as here:
        await here.workspace.settlements.take([written(tmp_path, PLAIN)])
        await give_accounts(here.workspace)
        found = await entry(here, PLAIN.settlement_id)
        posting = await here.workspace.settlements.post(found.id)
        assert all(part.number for part in posting.parts)
        sheet = await here.workspace.settlements.sheet(found.id)
        assert sheet.proof is not None and sheet.proof.check("B20").verdict is Verdict.PASS
        assert journals(here) == [f"{PLAIN.settlement_id}-1"]


async def test_what_an_import_refuses_is_told_in_x3s_words(tmp_path: Path) -> None:
    async with desk(tmp_path, dialect=Dialect.SOAP, public_names={"GAS": "AOWSIMPORT:NOSUCH"}) as here:
        await here.workspace.settlements.take([written(tmp_path, PLAIN)])
        await give_accounts(here.workspace)
        found = await entry(here, PLAIN.settlement_id)
        posting = await here.workspace.settlements.post(found.id)
        assert [part.number for part in posting.parts] == [""]
        page = await here.workspace.store.read(lambda tables: tables.exceptions.page(limit=10))
        assert "NOSUCH" in page.rows[0].said
        assert journals(here) == []


async def test_settled_orders_tie_to_those_in_x3(tmp_path: Path) -> None:
    """Orders go to X3 first; the newest settlement of the same orders then agrees with them."""
    async with desk(tmp_path, orders=120) as here:
        await map_items(here)
        await here.workspace.running.carry_out(await here.workspace.running.queue("orders"))
        await here.workspace.settlements.collect()
        chain = await here.workspace.settlements.chain()
        newest = max(
            (each for each in chain.entries if each.marketplace == "amazon.de"),
            key=lambda e: e.end or e.archived_at,
        )
        sheet = await here.workspace.settlements.sheet(newest.id)
        assert sheet.proof is not None
        check = sheet.proof.check("B16")
        assert (check.verdict, "orders agree with X3" in check.detail) == (Verdict.PASS, True), check.detail


async def test_a_refund_beyond_its_sale_stays_open(here: Desk, tmp_path: Path) -> None:
    (sold, *_) = PLAIN.lines
    back = replace(sold, transaction="Refund", amount=-sold.amount * 2)
    await here.workspace.settlements.take(
        [written(tmp_path, Draft((*PLAIN.lines, back), start=PLAIN.start, end=PLAIN.end))]
    )
    sheet = await here.workspace.settlements.sheet((await entry(here, PLAIN.settlement_id)).id)
    assert sheet.proof is not None and sheet.proof.check("B17").verdict is Verdict.OPEN


async def in_documents(here: Desk, *, item: str = "") -> None:
    """Switches the site to an invoice for each order; `item` stands for kits and for what is not mapped."""
    rules = _shipped(None).replace('"mode": "summary"', '"mode": "documents"')
    rules = rules.replace('"item": ""', f'"item": "{item}"')
    await here.workspace.store.write(lambda tables: tables.settings.set("rules/settlements", rules))
    await here.workspace.settlements.prove_all()


async def test_each_order_may_become_an_invoice_and_each_refund_a_credit_note(here: Desk) -> None:
    await map_items(here)
    await give_accounts(here.workspace)
    await in_documents(here, item="PORTO")
    await here.workspace.settlements.collect()
    chain = await here.workspace.settlements.chain()
    first = next(each for each in chain.entries if each.marketplace == "amazon.de")
    await here.workspace.settlements.post(first.id, who="Ada")
    assert (await entry(here, first.settlement_id)).state is SettlementState.POSTED
    folder, kept = here.sandbox.world.test_folder, here.sandbox.world.documents
    bills = kept.of("SIH", folder=folder)
    invoices = sum((value(each.lines) for each in bills if each.header["SIVTYP"] == "SIN"), Decimal(0))
    credits = sum((value(each.lines) for each in bills if each.header["SIVTYP"] == "SCN"), Decimal(0))
    assert invoices > 0 and credits > 0
    owed = sum(
        Decimal(line["SNS"]) * Decimal(line["AMTCUR"])
        for each in kept.of("GAS", folder=folder)
        for line in each.lines
        if line["ACC"] == "1366"
    )
    assert -owed == invoices - credits
    with pytest.raises(SettingFault, match="posted already"):
        await here.workspace.settlements.post(first.id)


def value(lines: list[dict[str, str]]) -> Decimal:
    return sum((Decimal(line["QTY"]) * Decimal(line["GROPRI"]) for line in lines), Decimal(0))


async def test_a_sku_without_an_item_holds_the_whole_settlement_back(here: Desk, tmp_path: Path) -> None:
    await give_accounts(here.workspace)
    await in_documents(here)
    await here.workspace.settlements.take([written(tmp_path, PLAIN)])
    found = await entry(here, PLAIN.settlement_id)
    posting = await here.workspace.settlements.post(found.id)
    assert [part.number for part in posting.parts] == [""]
    page = await here.workspace.store.read(lambda tables: tables.exceptions.page(limit=10))
    assert {case.cause for case in page.rows} == {"mapping"}
    assert journals(here) == []


async def test_a_foreign_journal_balances_in_the_ledgers_currency_too(here: Desk, tmp_path: Path) -> None:
    rules = _shipped(None).replace('"ledger_currency": ""', '"ledger_currency": "EUR"')
    rate = {"base": "USD", "quote": "EUR", "day": "2020-01-01", "value": "0.8765432", "source": "ECB"}

    def settle(tables: Tables) -> None:
        tables.settings.set("rules/settlements", rules)
        tables.settings.set("rates", [rate])

    await here.workspace.store.write(settle)
    await here.workspace.settlements.take([written(tmp_path, PLAIN)])
    found = await entry(here, PLAIN.settlement_id)
    for _ in range(2):  # the words are not added again each time
        sheet = await here.workspace.settlements.sheet(found.id)
        assert sheet.proof is not None
        check = sheet.proof.check("B4")
        assert check.verdict is Verdict.PASS
        assert check.detail.count("In the ledger:") == 1 and "residue" in check.detail
        await here.workspace.settlements.prove_all()
