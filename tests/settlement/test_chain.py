"""Several settlements: reserves, gaps, debts and the facts from X3 and the bank."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from tests.settlement.making import PLAIN, Draft, Line, at, other, proven, sale
from x3studio.domain.bookkeeping import BankLine, LedgerAccount, OrderSum
from x3studio.domain.deferrals import Accrued, Deferral
from x3studio.domain.settlements import CLEARING, Account, Check, JournalLine, Proof, Verdict
from x3studio.settlement import evidence
from x3studio.settlement.chain import (
    Link,
    check_reserve,
    check_returning,
    check_sequence,
    in_order,
    link,
)
from x3studio.settlement.deferred import DeferredAmount, accrue, amounts_of, check_deferred
from x3studio.settlement.ledger import check_converted, convert
from x3studio.settlement.vat import Movement, VatLine, VatRule, check_vat, extract, treatment

_WEEKS = timedelta(days=14)


def four(folder: Path) -> list[Link]:
    """A chain of four: each keeps a reserve and returns the one before."""
    links = []
    kept = ["100.00", "250.50", "80.25", "40.00"]
    for place, reserve in enumerate(kept):
        start = PLAIN.start + place * _WEEKS
        lines = [
            *sale(place, "500.00", posted=start),
            other("Current Reserve Amount", f"-{reserve}", posted=start),
        ]
        if place:
            lines.append(other("Previous Reserve Amount Balance", kept[place - 1], posted=start))
        draft = Draft(tuple(lines), settlement_id=str(place), start=start, end=start + _WEEKS)
        links.append(link(proven(folder, draft.text())))
    return links


def test_a_whole_chain(tmp_path: Path) -> None:
    links = four(tmp_path)
    assert check_reserve(None, links[0]).verdict is Verdict.PASS
    for before, after in pairwise(links):
        assert check_reserve(before, after).verdict is Verdict.PASS
        assert check_sequence(before, after).verdict is Verdict.PASS
    assert in_order(links[::-1]) == tuple(links)


def test_one_absent_is_seen_twice(tmp_path: Path) -> None:
    links = four(tmp_path)
    reserve, sequence = check_reserve(links[1], links[3]), check_sequence(links[1], links[3])
    assert (reserve.verdict, sequence.verdict) == (Verdict.OPEN, Verdict.OPEN)
    assert "kept 250.50 USD, 80.25 USD came back" in reserve.detail
    assert "14.0 days are missing" in sequence.detail
    assert check_reserve(None, links[1]).verdict is Verdict.OPEN
    assert "stand in both" in check_sequence(links[2], links[1]).detail


def test_failed_transfers_and_debts_return_to_zero_over_settlements(tmp_path: Path) -> None:
    failed = other("Transfer of funds unsuccessful: no such account", "120.00", posted=at(20))
    again = replace(failed, amount=Decimal("-120.00"))
    debt = Line(
        "Debt Adjustment", "Debt Adjustment", "Cross-Account Debt Adjustment for FR", Decimal("-9.00"), at(20)
    )
    first = link(proven(tmp_path, Draft((failed, debt)).text()))
    second = link(proven(tmp_path, Draft((again,)).text()))
    third = link(proven(tmp_path, Draft((replace(debt, amount=Decimal("9.00")),)).text()))
    assert check_returning([first, second, third]).verdict is Verdict.PASS
    rest = check_returning([first, second])
    assert (rest.verdict, "cross-debt: -9.00 USD" in rest.detail) == (Verdict.OPEN, True)


@pytest.fixture
def proof(tmp_path: Path) -> Proof:
    return proven(tmp_path, PLAIN.text())


def test_facts_replace_what_was_not_applicable(proof: Proof) -> None:
    posted = Check("B13", Verdict.FAIL, "Posted as JRN-7.")
    again = evidence.with_evidence(proof, [posted])
    assert proof.postable and not again.postable
    assert [check.id for check in again.checks] == [check.id for check in proof.checks]


def test_the_deposit_on_the_bank(proof: Proof) -> None:
    right = BankLine(date(2026, 7, 4), PLAIN.sum, "USD")
    late = replace(right, day=date(2026, 7, 9))
    euros = BankLine(date(2026, 7, 4), Decimal("540.00"), "EUR")
    assert evidence.check_deposit(proof, [right]).verdict is Verdict.PASS
    assert (
        evidence.check_deposit(proof, [late, replace(right, amount=right.amount + 1)]).verdict is Verdict.OPEN
    )
    rate = Decimal("540.10") / PLAIN.sum
    assert (
        evidence.check_deposit(proof, [euros], rate=rate, tolerance=Decimal("0.20")).verdict is Verdict.PASS
    )
    assert evidence.check_deposit(proof, [euros], rate=rate).verdict is Verdict.OPEN


def test_targets_x3_would_refuse(proof: Proof) -> None:
    def targets(**changes: object) -> str:
        lines = tuple(replace(line, account=Account("701")) for line in proof.parts[0].lines)
        account = LedgerAccount("701", **changes)  # type: ignore[arg-type]
        check = evidence.check_targets(
            [replace(proof.parts[0], lines=lines)], accounts={"701": account}, closed=(), currency="USD"
        )
        return check.detail if check.verdict is Verdict.FAIL else ""

    assert targets() == ""
    assert "inactive" in targets(active=False)
    assert "takes EUR only" in targets(currency="EUR")
    nothing = evidence.check_targets(proof.parts, accounts={}, closed=(), currency="USD")
    assert "no account is mapped" in nothing.detail
    closed = evidence.check_targets(proof.parts, accounts={}, closed={"2026-06"}, currency="USD")
    assert "period 2026-06 is closed" in closed.detail
    long = replace(proof.parts[0], lines=proof.parts[0].lines * 2000)
    assert "9999" in evidence.check_targets([long], accounts={}, closed=(), currency="USD").detail


def test_amazons_own_figures(proof: Proof) -> None:
    right = {("Order", "Principal"): Decimal("218.99")}
    assert evidence.check_summary(proof, right).verdict is Verdict.PASS
    assert evidence.check_summary(proof, {("Order", "Principal"): Decimal("1")}).verdict is Verdict.OPEN


def test_balances_orders_and_refunds() -> None:
    one, two = Decimal(1), Decimal(2)
    assert evidence.check_reserve_account(one, kept=one, currency="EUR").verdict is Verdict.PASS
    assert evidence.check_reserve_account(one, kept=two, currency="EUR").verdict is Verdict.OPEN
    held = {"A": evidence.OrderInX3(one, Decimal("0.02"))}
    tax = Decimal("0.19")
    for settled, verdict in ((one, Verdict.PASS), (one - tax, Verdict.PASS), (two, Verdict.OPEN)):
        sums = [OrderSum("A", settled, tax), OrderSum("B", two, tax)]
        assert evidence.check_orders(sums, held, currency="EUR").verdict is verdict
    less = evidence.check_orders([OrderSum("A", one / 2, Decimal(0))], held, currency="EUR")
    assert less.verdict is Verdict.OPEN and "1 settled less than X3 holds (timing), 0 more" in less.detail
    refunds = [OrderSum("A", two, tax, -one, -tax), OrderSum("B", Decimal(0), Decimal(0), -one)]
    whole = evidence.check_refunds(refunds, currency="EUR")
    assert whole.verdict is Verdict.PASS and "1 were sold before the archive begins" in whole.detail
    assert evidence.check_refunds([OrderSum("A", one, tax, -two)], currency="EUR").verdict is Verdict.OPEN
    assert (
        evidence.check_refunds([OrderSum("A", one, tax, -one, -one)], currency="EUR").verdict is Verdict.OPEN
    )


def test_conversion_keeps_the_balance_and_shows_its_residue(proof: Proof) -> None:
    converted = convert(proof.parts[0].lines, rate=Decimal("0.87654321"), currency="EUR")
    assert sum(converted.amounts) == 0
    assert abs(converted.residue) <= converted.bound
    assert check_converted(converted, "EUR").verdict is Verdict.PASS
    assert proof.parts[0].lines[converted.on].net != 0
    assert check_converted(replace(converted, residue=Decimal(9)), "EUR").verdict is Verdict.FAIL
    lopsided = [JournalLine(CLEARING, None, Decimal(5), Decimal(0), "")]
    assert check_converted(convert(lopsided, rate=Decimal(1), currency="EUR"), "EUR").verdict is Verdict.FAIL


_FEES_BEFORE = VatRule(
    "GB fees until August 2024", "V0", Decimal(0), date(2000, 1, 1), date(2024, 8, 1), fee_country="GB"
)
_FEES = VatRule("GB fees", "V20", Decimal("0.20"), date(2024, 8, 1), fee_country="GB")
_SALES = VatRule("sales in GB", "S20", Decimal("0.20"), date(2000, 1, 1), destination="GB", facilitator=False)
_FACILITATED = VatRule("Amazon owes it", "S0", Decimal(0), date(2000, 1, 1), facilitator=True)
_EXPORT = VatRule(
    "from GB to anywhere", "X0", Decimal(0), date(2000, 1, 1), ship_from="GB", facilitator=False
)
_RULES = (_FEES_BEFORE, _FEES, _SALES, _FACILITATED, _EXPORT)


@pytest.mark.parametrize(
    ("movement", "code"),
    [
        (Movement(date(2024, 7, 31), fee_country="GB"), "V0"),
        (Movement(date(2024, 8, 1), fee_country="GB"), "V20"),
        (Movement(date(2026, 1, 1), destination="GB"), "S20"),
        (Movement(date(2026, 1, 1), destination="GB", facilitator=True), "S0"),
        (Movement(date(2026, 1, 1), destination="US", ship_from="GB"), "X0"),
        (Movement(date(2026, 1, 1), destination="GB", ship_from="GB"), None),
        (Movement(date(2026, 1, 1), destination="US"), None),
    ],
)
def test_dated_rules_choose_a_treatment_or_ask(movement: Movement, code: str | None) -> None:
    rule = treatment(_RULES, movement)
    assert (rule.tax_code if rule else None) == code


def test_vat_is_taken_out_of_the_gross() -> None:
    lines = [extract(Decimal(cents).scaleb(-2), _SALES, currency="GBP") for cents in range(-500, 500)]
    assert all(line.net + line.vat == line.gross for line in lines)
    assert check_vat(lines, "GBP").verdict is Verdict.PASS
    drifted = VatLine("S20", Decimal("0.20"), Decimal("12.00"), Decimal("9.99"), Decimal("2.01"))
    assert check_vat([drifted], "GBP").verdict is Verdict.FAIL


def test_deferred_amounts_are_accrued_and_reversed_once() -> None:
    amounts = [
        DeferredAmount("a", "sales", date(2026, 6, 20), Decimal("100.00"), date(2026, 7, 3)),
        DeferredAmount("b", "sales", date(2026, 6, 29), Decimal("50.00")),
        DeferredAmount("c", "selling-fees", date(2026, 6, 29), Decimal("-7.50")),
        DeferredAmount("d", "sales", date(2026, 6, 10), Decimal("9.00"), date(2026, 6, 25)),
    ]
    accrual = accrue(amounts, month_end=date(2026, 6, 30), accounts={"sales": Account("701")})
    nets = {line.group: line.net for line in accrual.lines}
    assert nets == {
        "sales": Decimal("150.00"),
        "selling-fees": Decimal("-7.50"),
        "deferred": Decimal("-142.50"),
    }
    assert [line.net for line in accrual.reversal] == [-line.net for line in accrual.lines]
    assert accrual.reversed_on == date(2026, 7, 1)
    assert accrual.total == Decimal("142.50")
    booked = Accrued(accrual.day, accrual.total, "Ada", at(30))
    good = check_deferred(amounts, [booked], on=date(2026, 6, 30), currency="USD")
    assert (good.verdict, "open 142.50 USD" in good.detail) == (Verdict.PASS, True)
    missing = check_deferred(amounts, [], on=date(2026, 7, 5), currency="USD")
    assert missing.verdict is Verdict.OPEN and "not accrued" in missing.detail
    assert "released 109.00 USD, open 42.50 USD on 2026-07-05" in missing.detail
    other = replace(booked, total=Decimal("142.49"))
    differs = check_deferred(amounts, [other], on=date(2026, 6, 30), currency="USD")
    assert differs.verdict is Verdict.OPEN and "Ada accrued 142.49 USD" in differs.detail
    assert check_deferred(amounts, [], on=date(2026, 6, 29), currency="USD").verdict is Verdict.PASS


def test_a_transaction_is_taken_apart_only_where_its_parts_come_to_it() -> None:
    held = Deferral("T", "Order Payment", "DEFERRED", at(20), Decimal("85.00"), "EUR", "amazon.de")
    parts = (("Sales", Decimal("100.00")), ("Expenses", Decimal("-15.00")))
    found = amounts_of([replace(held, parts=parts), held, replace(held, parts=parts[:1])])
    assert [(each.group, each.amount) for each in found] == [
        ("sales", Decimal("100.00")),
        ("selling-fees", Decimal("-15.00")),
        ("sales", Decimal("85.00")),
        ("sales", Decimal("85.00")),
    ]
    (back,) = amounts_of([replace(held, amount=Decimal("-5"))])
    assert (back.group, back.released) == ("refunds", None)
    released = replace(held, status="DEFERRED_RELEASED", matures=date(2026, 6, 27))
    assert not amounts_of([released])[0].open_on(date(2026, 6, 27))
    assert replace(released, matures=None, seen=at(28)).released == date(2026, 6, 28)
