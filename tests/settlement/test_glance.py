"""The first picture of a file: what its first bytes say, whatever its encoding and however long it is."""

import gzip
from pathlib import Path

import pytest

from x3studio.domain.settlements import SettlementRefused
from x3studio.settlement.glance import glance

from .making import GERMAN, Draft, at, sale


def draft(orders: int) -> Draft:
    lines = [line for n in range(orders) for line in sale(n, "23.90", posted=at(17), marketplace="amazon.de")]
    return Draft(tuple(lines), currency="EUR")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_glance_tells_the_summary_and_the_first_lines(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "settlement.txt"
    file.write_bytes(draft(3).text(GERMAN, newline="\r\n").encode(encoding))
    seen = glance(file)
    assert seen.summary["settlement-id"] == "28471003921"
    assert seen.summary["total-amount"] == "62,70" and seen.summary["currency"] == "EUR"
    assert len(seen.rows) == 6
    assert seen.cell(seen.rows[0], "amount-description") == "Principal"
    assert seen.cell(seen.rows[0], "amount") == "23,90" and seen.cell(seen.rows[0], "no such") == ""


def test_a_long_file_shows_whole_lines_only(tmp_path: Path) -> None:
    file = tmp_path / "settlement.txt.gz"
    file.write_bytes(gzip.compress(draft(5_000).text().encode()))
    seen = glance(file, most=10_000)
    assert 100 < len(seen.rows) < 10_000
    assert {len(row) for row in seen.rows} == {len(seen.columns)}
    assert len(glance(file).rows) == 200 and seen.size == file.stat().st_size


def test_what_is_no_settlement_is_refused_at_once(tmp_path: Path) -> None:
    file = tmp_path / "orders.txt"
    file.write_text("amazon-order-id\titem-price\n")
    with pytest.raises(SettlementRefused):
        glance(file)
    with pytest.raises(SettlementRefused):
        glance(tmp_path / "gone.txt")
