"""The settlements every accountant meets: months, reserves, debts, currencies, treatments, sizes."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.settlement.making import (
    FRENCH,
    GERMAN,
    GERMAN_GROUPED,
    ISO,
    JAPANESE,
    PLAIN,
    Draft,
    Form,
    Line,
    at,
    check,
    failing,
    other,
    proven,
    sale,
)
from x3studio.domain.settlements import CLEARING, ROLLOVER, Proof, Verdict
from x3studio.settlement.columns import V2
from x3studio.settlement.grains import grains
from x3studio.settlement.reading import read_settlement


def held(proof: Proof) -> bool:
    """Sums, parts and every journal balance, to the cent."""
    parts = proof.parts
    return (
        proof.postable
        and proof.sum == proof.header.total
        and sum((g.amount for g in proof.groups), Decimal(0)) == proof.header.total
        and all(sum(x.debit for x in p.lines) == sum(x.credit for x in p.lines) for p in parts)
    )


def by_group(proof: Proof, month: str) -> dict[str, Decimal]:
    part = next(p for p in proof.parts if p.month == month)
    return {line.group: line.net for line in part.lines}


def test_plain_settlement_passes_every_check_a_file_can_pass(tmp_path: Path) -> None:
    proof = proven(tmp_path, PLAIN.text())
    assert held(proof)
    assert [c.id for c in proof.checks] == [f"B{n}" for n in range(1, 24)]
    waiting = {c.id for c in proof.checks if c.verdict is Verdict.NOT_APPLICABLE}
    assert waiting == {*(f"B{n}" for n in range(9, 14)), *(f"B{n}" for n in range(16, 24))}
    assert {c.verdict for c in proof.checks if c.id not in waiting} == {Verdict.PASS}
    assert proof.rows == len(PLAIN.lines)
    assert by_group(proof, "2026-06")["reserve"] == Decimal("400.44")


def test_lines_posted_in_two_months_roll_over_once(tmp_path: Path) -> None:
    draft = Draft((*sale(1, "100.00", posted=at(20)), *sale(2, "50.00", posted=at(2, month=7))))
    proof = proven(tmp_path, draft.text())
    assert held(proof)
    assert by_group(proof, "2026-06")[ROLLOVER] == Decimal("-85.00")
    assert by_group(proof, "2026-07")[ROLLOVER] == Decimal("85.00")
    assert by_group(proof, "2026-07")[CLEARING] == -draft.sum
    assert CLEARING not in by_group(proof, "2026-06")


def test_three_months_carry_the_whole_balance_forward(tmp_path: Path) -> None:
    draft = Draft(
        (
            *sale(1, "100.00", posted=at(20, month=5)),
            *sale(2, "200.00", posted=at(20)),
            *sale(3, "400.00", posted=at(2, month=7)),
        )
    )
    proof = proven(tmp_path, draft.text())
    assert held(proof)
    assert [p.month for p in proof.parts] == ["2026-05", "2026-06", "2026-07"]
    middle = [line.net for line in proof.parts[1].lines if line.group == ROLLOVER]
    assert middle == [Decimal("85.00"), Decimal("-255.00")]
    rollover = [line.net for p in proof.parts for line in p.lines if line.group == ROLLOVER]
    assert sum(rollover) == 0
    assert "returns to zero" in check(proof, "B7").detail


def test_a_month_ends_at_the_marketplaces_midnight_and_a_zone_can_be_chosen(tmp_path: Path) -> None:
    night = datetime(2026, 7, 1, 3, tzinfo=UTC)
    draft = Draft((*sale(1, "100.00", posted=night),))
    assert [p.month for p in proven(tmp_path, draft.text()).parts] == ["2026-06"]
    assert [p.month for p in proven(tmp_path, draft.text(), zone="UTC").parts] == ["2026-07"]
    assert (
        "2 lines would fall into another month by UTC" in check(proven(tmp_path, draft.text()), "B8").detail
    )
    tokyo = Draft((*sale(1, "100", posted=at(30, 16), marketplace="amazon.co.jp"),), currency="JPY")
    assert [p.month for p in proven(tmp_path, tokyo.text()).parts] == ["2026-07"]


def test_a_negative_settlement_reverses_the_deposit_side(tmp_path: Path) -> None:
    proof = proven(tmp_path, Draft((other("Subscription Fee", "-39.99", posted=at(20)),)).text())
    assert held(proof)
    deposit = next(line for line in proof.parts[0].lines if line.group == CLEARING)
    assert (deposit.debit, deposit.credit) == (Decimal(0), Decimal("39.99"))


def test_a_zero_settlement_has_no_deposit_line(tmp_path: Path) -> None:
    proof = proven(
        tmp_path,
        Draft((*sale(1, "100.00", posted=at(20)), other("Storage Fee", "-85.00", posted=at(21)))).text(),
    )
    assert held(proof)
    assert CLEARING not in by_group(proof, "2026-06")
    assert check(proof, "B5").verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("description", "group"),
    [
        (
            "Transfer of funds unsuccessful: We could not transfer funds to your bank account.",
            "failed-transfers",
        ),
        ("Successful charge", "card-charges"),
        ("Payable to Amazon", "card-charges"),
        ("Repayment of negative Amazon balance", "negative-balance"),
        ("Current Reserve Amount", "reserve"),
    ],
)
def test_money_that_only_moves_has_accounts_of_its_own(tmp_path: Path, description: str, group: str) -> None:
    proof = proven(tmp_path, Draft((other(description, "12.00", posted=at(20)),)).text())
    assert held(proof)
    assert by_group(proof, "2026-06")[group] == Decimal("12.00")


def test_debt_moved_from_another_marketplace_is_recognised_whatever_countries_it_names(
    tmp_path: Path,
) -> None:
    line = Line(
        "Debt Adjustment",
        "Debt Adjustment",
        "Cross-Account Debt Adjustment for BE, ES, NL",
        Decimal("-5"),
        at(20),
    )
    assert by_group(proven(tmp_path, Draft((line,)).text()), "2026-06")["cross-debt"] == Decimal("-5.00")


def test_yen_have_no_decimals(tmp_path: Path) -> None:
    draft = Draft(
        (
            *sale(1, "12980", posted=at(17), tax="1180", marketplace="Amazon.co.jp"),
            other("Subscription Fee", "-4900", posted=at(30, 4)),
        ),
        currency="JPY",
    )
    for form in (ISO, JAPANESE):
        proof = proven(tmp_path, draft.text(form))
        assert held(proof)
        assert proof.sum == draft.sum
        assert proof.zone == "Asia/Tokyo"


@pytest.mark.parametrize("form", [GERMAN, GERMAN_GROUPED, FRENCH])
def test_decimal_commas_and_local_dates(tmp_path: Path, form: object) -> None:
    draft = Draft(
        (
            *sale(1, "1234567.89", posted=at(17), marketplace="Amazon.de"),
            other("Storage Fee", "-1.10", posted=at(30)),
        ),
        currency="EUR",
    )
    proof = proven(tmp_path, draft.text(form))  # type: ignore[arg-type]
    assert held(proof)
    assert proof.header.start == draft.start
    assert proof.zone == "Europe/Berlin"


def test_an_unknown_kind_blocks_with_a_suggestion_and_keeps_its_amount(tmp_path: Path) -> None:
    draft = Draft(
        (*sale(1, "100.00", posted=at(20)), other("FBA Storage Surcharge 2027", "-3.00", posted=at(21)))
    )
    proof = proven(tmp_path, draft.text())
    assert failing(proof) == {"B3"}
    assert [(t.amount_description, a) for t, a in proof.unmapped] == [
        ("FBA Storage Surcharge 2027", Decimal("-3.00"))
    ]
    assert "perhaps 'FBA storage fees'" in check(proof, "B3").detail
    assert check(proof, "B3").line == 5
    line = next(x for x in proof.parts[0].lines if x.group == "unmapped")
    assert (line.account, line.debit) == (None, Decimal("3.00"))
    assert sum(x.net for x in proof.parts[0].lines) == 0


def test_identical_lines_are_all_kept(tmp_path: Path) -> None:
    twice = sale(1, "100.00", posted=at(20))
    proof = proven(tmp_path, Draft((*twice, *twice, *twice)).text())
    assert held(proof)
    assert (proof.rows, proof.sum) == (6, Decimal("255.00"))


def test_only_fees_without_a_marketplace(tmp_path: Path) -> None:
    fee = Line(
        "other-transaction", "other-transaction", "Storage Fee", Decimal("-3.33"), at(20), marketplace=""
    )
    proof = proven(tmp_path, Draft((fee,), currency="GBP").text())
    assert held(proof)
    assert proof.zone == "Europe/London"


def test_multi_channel_orders_are_a_channel_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "mcf.txt"
    path.write_text(Draft((*sale(1, "100.00", posted=at(20), marketplace="Non-Amazon CA"),)).text())
    assert {grain.channel for grain in grains(read_settlement(path))} == {"MCF"}


def test_three_vat_treatments_in_one_file(tmp_path: Path) -> None:
    own_tax = Line("Order", "ItemPrice", "Tax", Decimal("20.00"), at(20), order="3", item="33")
    draft = Draft(
        (
            *sale(1, "100.00", posted=at(20), tax="20.00", marketplace="amazon.co.uk"),
            *sale(2, "100.00", posted=at(20), marketplace="amazon.co.uk"),
            own_tax,
        ),
        currency="GBP",
    )
    proof = proven(tmp_path, draft.text())
    assert held(proof)
    assert by_group(proof, "2026-06")["tax-collected"] == Decimal("40.00")
    assert "1 order line: collected 20.00 GBP, withheld -20.00 GBP" in check(proof, "B14").detail


def test_withheld_tax_that_was_never_collected_is_found(tmp_path: Path) -> None:
    lines = [line for line in sale(1, "100.00", posted=at(20), tax="8.00") if line.description != "Tax"]
    proof = proven(tmp_path, Draft((*lines, *sale(2, "10.00", posted=at(20), tax="1.00"))).text())
    assert failing(proof) == {"B14"}
    assert "off by -8.00 USD (line 5)" in check(proof, "B14").detail


def test_a_missing_line_is_no_rounding(tmp_path: Path) -> None:
    rows = PLAIN.text().splitlines(keepends=True)
    proof = proven(tmp_path, "".join(rows[:4] + rows[5:]))
    assert "B2" in failing(proof)
    assert not proof.postable


def test_a_hundred_thousand_lines(tmp_path: Path) -> None:
    lines = [
        line
        for n in range(25_000)
        for line in sale(n, f"{n % 997}.{n % 100:02d}", posted=at(17 + n % 13), tax="1.00")
    ]
    proof = proven(tmp_path, Draft(tuple(lines)).text())
    assert held(proof)
    assert proof.rows == 100_000


def test_more_columns_are_kept_and_told_and_columns_may_change_places(tmp_path: Path) -> None:
    text = PLAIN.text(columns=(*reversed(V2), "tax-collection-model"))
    proof = proven(tmp_path, text)
    assert held(proof)
    assert check(proof, "B1").verdict is Verdict.WARN
    assert "tax-collection-model" in check(proof, "B1").detail
    assert "tax-collection-model" in read_settlement(tmp_path / "settlement.txt").text.column_names


def test_short_lines_warn_but_count(tmp_path: Path) -> None:
    rows = PLAIN.text().splitlines()
    short = [rows[0], rows[1].rstrip("\t"), *(row.rstrip("\t") for row in rows[2:-1]), rows[-1]]
    proof = proven(tmp_path, "\n".join(short) + "\n")
    assert held(proof)
    assert check(proof, "B1").verdict is Verdict.WARN
    assert check(proof, "B1").line == 3
    alone = [rows[0], rows[1].rstrip("\t"), *rows[2:]]
    assert check(proven(tmp_path, "\n".join(alone) + "\n"), "B1").verdict is Verdict.PASS


def test_the_older_wide_layout(tmp_path: Path) -> None:
    names = [
        *("settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date", "total-amount"),
        *("currency", "transaction-type", "order-id", "marketplace-name", "shipment-fee-type"),
        *("shipment-fee-amount", "fulfillment-id", "posted-date", "order-item-code", "sku", "price-type"),
        *("price-amount", "item-related-fee-type", "item-related-fee-amount", "promotion-type"),
        *("promotion-amount", "other-fee-amount", "other-fee-reason-description", "other-amount"),
    ]

    def row(**cells: str) -> str:
        return "\t".join(cells.get(name.replace("-", "_"), "") for name in names) + "\n"

    common = {
        "settlement_id": "5",
        "posted_date": "2026-06-17T08:14:22+00:00",
        "marketplace_name": "Amazon.com",
    }
    order = {**common, "transaction_type": "Order", "order_id": "1", "order_item_code": "11", "sku": "A"}
    text = "\t".join(names) + "\n"
    text += row(
        settlement_id="5",
        settlement_start_date="2026-06-16T00:00:00+00:00",
        settlement_end_date="2026-06-30T00:00:00+00:00",
        total_amount="70.01",
        currency="USD",
    )
    text += row(
        **order,
        price_type="Principal",
        price_amount="100.00",
        item_related_fee_type="Commission",
        item_related_fee_amount="-15.00",
    )
    text += row(**order, promotion_type="Principal", promotion_amount="-5.00")
    text += row(**common, transaction_type="Storage Fee", other_amount="-9.99")
    proof = proven(tmp_path, text)
    assert held(proof)
    assert proof.rows == 3
    assert {g.group.id: g.amount for g in proof.groups} == {
        "sales": Decimal("100.00"),
        "promotions": Decimal("-5.00"),
        "selling-fees": Decimal("-15.00"),
        "fba-storage-fees": Decimal("-9.99"),
    }
    assert [p.month for p in proof.parts] == ["2026-06"]


def test_a_summary_of_five_cells_takes_its_currency_from_the_lines(tmp_path: Path) -> None:
    draft = Draft((*sale(1, "95.00", posted=at(20), marketplace="amazon.de"),), currency="EUR")
    rows = draft.text(GERMAN).splitlines()
    rows[1] = "\t".join(rows[1].split("\t")[:5])
    proof = proven(tmp_path, "\n".join(rows) + "\n")
    assert held(proof)
    assert proof.header.currency == "EUR"


def test_a_currency_without_decimals_has_none_however_thousands_are_written(tmp_path: Path) -> None:
    line = Line(
        "Order", "ItemPrice", "Principal", Decimal(12345), at(17), marketplace="Amazon.co.jp", sku="A"
    )
    draft = Draft((line,), currency="JPY")
    for thousands in ("", ",", "."):
        proof = proven(tmp_path, draft.text(Form(thousands=thousands)))
        assert proof.sum == Decimal(12345) and proof.postable
