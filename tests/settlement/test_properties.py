"""For any settlement in any local form the sums hold to the cent; for any damage the right check fails."""

import os
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.settlement.making import FORMS, Draft, Form, Line, check, failing, proven
from x3studio.domain.settlements import CLEARING, ROLLOVER, Proof, SettlementRefused, Triple
from x3studio.settlement.resources import sites
from x3studio.settlement.vocabulary import starting_vocabulary

_LONG = os.environ.get("X3STUDIO_LONG") == "1"
_SETTINGS = settings(
    max_examples=2_000 if _LONG else 60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_SITES = {
    site.site: site for site in sites() if site.site in ("US", "CA", "UK", "DE", "FR", "IT", "ES", "JP", "AU")
}
_KINDS = [
    ("Order", "ItemPrice", "Principal"),
    ("Order", "ItemPrice", "Shipping"),
    ("Order", "ItemFees", "Commission"),
    ("Order", "ItemFees", "FBAPerUnitFulfillmentFee"),
    ("Order", "Promotion", "Principal"),
    ("Refund", "ItemPrice", "Principal"),
    ("Refund", "ItemFees", "RefundCommission"),
    ("ServiceFee", "Cost of Advertising", "TransactionTotalAmount"),
    ("other-transaction", "other-transaction", "Storage Fee"),
    ("other-transaction", "other-transaction", "Current Reserve Amount"),
    ("other-transaction", "other-transaction", "Previous Reserve Amount Balance"),
    ("other-transaction", "FBA Inventory Reimbursement", "WAREHOUSE_LOST"),
    ("Debt Adjustment", "Debt Adjustment", "Cross-Account Debt Adjustment against DE, FR"),
]
_START = datetime(2026, 3, 13, tzinfo=UTC)


@st.composite
def amounts(draw: st.DrawFn, currency: str) -> Decimal:
    cents = draw(st.integers(-5_000_000_00, 5_000_000_00))
    return Decimal(cents // 100) if currency == "JPY" else Decimal(cents).scaleb(-2)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Settlements of all nine sites over up to four months, with withheld tax on some order lines."""
    site = draw(st.sampled_from(sorted(_SITES.values(), key=lambda each: each.site)))
    lines: list[Line] = []
    for number in range(draw(st.integers(1, 14))):
        transaction, kind, description = draw(st.sampled_from(_KINDS))
        posted = _START + timedelta(seconds=draw(st.integers(0, 110 * 86_400)))
        common = {
            "posted": posted,
            "order": f"026-{number:07d}-1" if transaction in ("Order", "Refund") else "",
            "item": f"{number + 10**10}" if transaction in ("Order", "Refund") else "",
            "marketplace": site.marketplace.replace("amazon", draw(st.sampled_from(["amazon", "Amazon"]))),
        }
        lines.append(Line(transaction, kind, description, draw(amounts(site.currency)), **common))  # type: ignore[arg-type]
        if transaction == "Order" and draw(st.booleans()):
            tax = draw(amounts(site.currency))
            lines.append(Line("Order", "ItemPrice", "Tax", tax, **common))  # type: ignore[arg-type]
            withheld = "MarketplaceFacilitatorVAT-Principal"
            lines.append(Line("Order", "ItemWithheldTax", withheld, -tax, **common))  # type: ignore[arg-type]
    end = _START + timedelta(days=111)
    return Draft(tuple(lines), currency=site.currency, start=_START, end=end, deposit=end)


def expected(draft: Draft, zone: str) -> tuple[dict[str, Decimal], dict[tuple[str, str], Decimal]]:
    """Sums by group and by month and group, the plain way."""
    groups: dict[str, Decimal] = defaultdict(Decimal)
    months: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in draft.lines:
        group = starting_vocabulary().group_of(Triple(line.transaction, line.kind, line.description))
        assert group is not None and line.posted is not None
        month = line.posted.astimezone(ZoneInfo(zone)).strftime("%Y-%m")
        groups[group.id] += line.amount
        months[month, group.id] += line.amount
    return groups, months


def journal_sums(proof: Proof) -> dict[tuple[str, str], Decimal]:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for part in proof.parts:
        for line in part.lines:
            if line.group not in (CLEARING, ROLLOVER):
                sums[part.month, line.group] += line.net
    return sums


@_SETTINGS
@given(
    drafts(), st.sampled_from(FORMS), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8", "utf-16"])
)
def test_every_settlement_holds_to_the_cent(
    tmp_path: Path, draft: Draft, form: Form, newline: str, encoding: str
) -> None:
    proof = proven(tmp_path, draft.text(form, newline=newline).encode(encoding))
    groups, months = expected(draft, proof.zone)
    assert failing(proof) == set()
    assert proof.postable
    assert (proof.rows, proof.sum, proof.header.total) == (len(draft.lines), draft.sum, draft.sum)
    assert (proof.header.start, proof.header.end) == (draft.start, draft.end)
    assert {total.group.id: total.amount for total in proof.groups} == groups
    assert journal_sums(proof) == {key: amount for key, amount in months.items() if amount}
    carried = Decimal(0)
    for place, part in enumerate(proof.parts):
        assert sum(x.debit for x in part.lines) == sum(x.credit for x in part.lines)
        assert all((x.debit > 0) != (x.credit > 0) for x in part.lines)
        assert (CLEARING in {x.group for x in part.lines}) == (
            place + 1 == len(proof.parts) and draft.sum != 0
        )
        carried += sum(x.net for x in part.lines if x.group == ROLLOVER)
    assert carried == 0


def _rows(draft: Draft, form: Form) -> list[str]:
    return draft.text(form).splitlines(keepends=True)


@_SETTINGS
@given(drafts(), st.sampled_from(FORMS), st.data())
def test_a_lost_or_doubled_line_fails_the_sum(
    tmp_path: Path, draft: Draft, form: Form, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(draft.lines) - 1))
    assume(draft.lines[place].amount != 0 and len(draft.lines) > 1)
    rows = _rows(draft, form)
    for damaged in (rows[: place + 2] + rows[place + 3 :], rows[: place + 3] + rows[place + 2 :]):
        proof = proven(tmp_path, "".join(damaged))
        assert "B2" in failing(proof)
        assert not proof.postable


@_SETTINGS
@given(drafts(), st.sampled_from(FORMS), st.data())
def test_any_cut_is_found(tmp_path: Path, draft: Draft, form: Form, data: st.DataObject) -> None:
    text = draft.text(form)
    cut = data.draw(st.integers(1, len(text) - 1))
    try:
        proof = proven(tmp_path, text[:cut])
    except SettlementRefused as fault:
        assert cut <= sum(map(len, _rows(draft, form)[:3])) or fault.line
        return
    assert {"B1", "B2"} & failing(proof)
    assert not proof.postable


@_SETTINGS
@given(drafts(), st.sampled_from(FORMS), st.data())
def test_one_wrong_decimal_mark_is_refused_with_its_line(
    tmp_path: Path, draft: Draft, form: Form, data: st.DataObject
) -> None:
    assume(draft.currency != "JPY" and len(draft.lines) > 2)
    place = data.draw(st.integers(0, len(draft.lines) - 1))
    rows = _rows(draft, form)
    cells = rows[place + 2].split("\t")
    cells[14] = cells[14].replace(form.thousands, "") if form.thousands else cells[14]
    cells[14] = cells[14].replace(form.mark, "," if form.mark == "." else ".")
    rows[place + 2] = "\t".join(cells)
    with pytest.raises(SettlementRefused) as caught:
        proven(tmp_path, "".join(rows))
    assert caught.value.line == place + 3
    assert "adds up to its total" in caught.value.advice


@_SETTINGS
@given(drafts(), st.data())
def test_withheld_tax_that_differs_by_a_cent_is_found(
    tmp_path: Path, draft: Draft, data: st.DataObject
) -> None:
    taxed = [i for i, line in enumerate(draft.lines) if line.kind == "ItemWithheldTax"]
    assume(taxed)
    place = data.draw(st.sampled_from(taxed))
    lines = list(draft.lines)
    cent = Decimal(1) if draft.currency == "JPY" else Decimal("0.01")
    line = lines[place]
    lines[place] = Line(**{**line.__dict__, "amount": line.amount + cent})
    proof = proven(tmp_path, Draft(**{**draft.__dict__, "lines": tuple(lines)}).text())
    assert failing(proof) == {"B14"}


@_SETTINGS
@given(
    drafts(), st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=6, max_size=20), st.data()
)
def test_an_unknown_description_is_never_mapped(
    tmp_path: Path, draft: Draft, word: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(draft.lines) - 1))
    lines = list(draft.lines)
    line = Line(**{**lines[place].__dict__, "description": f"New {word}"})
    lines[place] = line
    assume(line.amount)
    proof = proven(tmp_path, Draft(**{**draft.__dict__, "lines": tuple(lines)}).text())
    assert "B3" in failing(proof)
    assert (Triple(line.transaction, line.kind, line.description), line.amount) in proof.unmapped
    assert check(proof, "B4").verdict.value == "pass"
