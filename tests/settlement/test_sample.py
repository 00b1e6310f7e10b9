"""Other people's files: a complete synthetic settlement, and the header and summary of real ones."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.settlement.making import PLAIN, failing
from x3studio.domain.settlements import Verdict
from x3studio.settlement.columns import V2, read_columns
from x3studio.settlement.faults import ColumnsMissing, NothingInside
from x3studio.settlement.proof import prove
from x3studio.settlement.reading import read_settlement

# By hand from the file's 23 lines.
GROUPS = {
    "sales": "474.49",
    "sales-shipping": "7.99",
    "refunds": "-129.99",
    "reimbursements": "18.75",
    "selling-fees": "-71.18",
    "selling-fees-refunded": "19.50",
    "refund-fees": "-5.00",
    "fba-fulfilment-fees": "-19.85",
    "fba-storage-fees": "-64.28",
    "shipping-chargebacks": "-7.99",
    "subscription": "-39.99",
    "tax-collected": "10.40",
    "tax-withheld": "-10.40",
    "reserve": "400.44",
}


def test_the_synthetic_settlement(foreign_data: Path) -> None:
    proof = prove(read_settlement(foreign_data / "amazon" / "settlement-sample.txt"))
    assert (proof.rows, proof.sum, proof.header.total) == (23, Decimal("582.89"), Decimal("582.89"))
    assert {t.group.id: t.amount for t in proof.groups} == {k: Decimal(v) for k, v in GROUPS.items()}
    assert proof.unmapped == ()
    assert [part.month for part in proof.parts] == ["2026-06"]
    assert failing(proof) == set()
    passed = [check.id for check in proof.checks if check.verdict is Verdict.PASS]
    assert passed == [*(f"B{n}" for n in range(1, 9)), "B14", "B15"]


def test_the_columns_are_amazons(foreign_data: Path) -> None:
    line = (foreign_data / "amazon" / "settlement-header.txt").read_text().rstrip("\n")
    assert read_columns(line).names == V2
    with pytest.raises(NothingInside):
        read_settlement(foreign_data / "amazon" / "settlement-header.txt")


def test_a_german_summary_line_alone_is_no_settlement(foreign_data: Path) -> None:
    with pytest.raises(ColumnsMissing, match="currency"):
        read_settlement(foreign_data / "amazon" / "settlement-de-summary-row.txt")


def test_a_german_summary_line_in_a_whole_file(foreign_data: Path, tmp_path: Path) -> None:
    german = (foreign_data / "amazon" / "settlement-de-summary-row.txt").read_text().splitlines()[1]
    rows = PLAIN.text().splitlines()
    rows[1] = german
    lines = [row.replace("28471003921", "19482314502").replace("USD", "EUR") for row in rows[2:3]]
    body = lines[0].replace("129.99", "1141,18").replace("2026-06-17", "2023-03-17")
    path = tmp_path / "german.txt"
    path.write_text("\n".join([rows[0], german, body]) + "\n")
    proof = prove(read_settlement(path))
    assert proof.header.total == proof.sum == Decimal("1141.18")
    assert proof.header.start is not None
    assert proof.header.start.isoformat() == "2023-03-14T07:49:55+00:00"
    assert failing(proof) == set()
