"""Sums that would overflow 64 bits, and columns that travel between Arrow and numpy, stay exact."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.settlement.making import PLAIN, check, failing, proven
from x3studio.domain.settlements import Verdict
from x3studio.settlement import arrow
from x3studio.settlement.amounts import EXACT
from x3studio.settlement.exact import scaled, sums_by
from x3studio.settlement.grains import together
from x3studio.settlement.table import read_table

_LARGEST = Decimal("9999999999999.9999")


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.decimals(-_LARGEST, _LARGEST, places=4, allow_nan=False)),
        min_size=1,
        max_size=60,
    )
)
def test_grouped_sums_are_exact(rows: list[tuple[int, Decimal]]) -> None:
    amounts = pa.chunked_array([pa.array([amount for _, amount in rows], EXACT)])
    count, groups = together([(np.array([group for group, _ in rows], np.int32), 4)])
    sums = sums_by(groups, scaled(amounts), count=count)
    expected: dict[int, Decimal] = {}
    for place, (_, amount) in zip(groups.tolist(), rows, strict=True):
        expected[place] = expected.get(place, Decimal(0)) + amount
    assert {place: sums[place] for place in range(count)} == expected
    assert set(sums.not_zero().tolist()) == {place for place, amount in expected.items() if amount}
    assert sums.together(np.ones(count, bool)) == sum(expected.values())


def test_a_sum_beyond_64_bits() -> None:
    amounts = pa.chunked_array([pa.array([_LARGEST], EXACT)] * 200_000)
    sums = sums_by(np.zeros(200_000, np.int32), scaled(amounts), count=1)
    assert sums[0] == _LARGEST * 200_000 > Decimal(2**63) / 10_000


@given(st.lists(st.booleans(), max_size=40), st.integers(0, 10))
def test_truth_values_travel_both_ways(values: list[bool], start: int) -> None:
    column = arrow.column(np.array(values, bool))
    assert arrow.flags(column).tolist() == values
    assert arrow.flags(column.slice(start)).tolist() == values[start:]


@given(st.lists(st.text(max_size=5), max_size=20))
def test_texts_and_codes_travel_both_ways(values: list[str]) -> None:
    column = arrow.texts(values)
    assert column.to_pylist() == values
    encoded = pa.chunked_array([column.dictionary_encode()])
    cells = encoded.chunk(0).dictionary.to_pylist()
    assert [cells[code] for code in arrow.codes(encoded)] == values


def test_columns_the_proof_does_not_need_are_read_again_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "settlement.txt"
    path.write_text(PLAIN.text())
    proof_columns, all_columns = read_table(path), read_table(path, everything=True)
    assert "promotion-id" not in proof_columns.table.column_names
    assert all_columns.table.column_names == list(all_columns.columns.names)
    assert proof_columns.text("deposit-date", 0) == all_columns.text("deposit-date", 0) != ""


@pytest.mark.parametrize("place", [3, 8])
def test_a_summary_that_moved_is_found_and_told(tmp_path: Path, place: int) -> None:
    rows = PLAIN.text().splitlines(keepends=True)
    rows.insert(place, rows.pop(1))
    proof = proven(tmp_path, "".join(rows))
    assert failing(proof) == set()
    assert proof.header.deposit == PLAIN.deposit
    assert (check(proof, "B1").verdict, check(proof, "B1").line) == (Verdict.WARN, place + 1)
