"""A workbook of 50,000 SKUs, out and back, beside pandas that only writes and reads the same cells.

Run: python -m tests.benchmarks.bench_workbook [--short]
"""

import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import pandas as pd

from tests.benchmarks.table import Row, median, show
from x3studio.domain.workbench import Kind
from x3studio.workbench.merge import Fate, Values, merge
from x3studio.workbench.sheets import form_of
from x3studio.workspace import workbook
from x3studio.workspace.workbook import OutRow

_BAR = 20.0
_TOLD = ("title", "asin", "fulfilment", "status", "units_90_days", "revenue_90_days", "suggestion")
_REPEATS = 3


def short() -> list[Row]:
    """So few rows that only the way is tried."""
    return _measured(500, repeats=1)


def measure() -> list[Row]:
    """The size a large customer answers."""
    return _measured(50_000, repeats=_REPEATS)


def _measured(count: int, *, repeats: int) -> list[Row]:
    rows = list(map(_row, range(count)))
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder) / "ours.xlsx", Path(folder) / "theirs.xlsx"
        out = _seconds(lambda: _hand_out(ours, rows), repeats)
        back = _seconds(lambda: _come_home(ours, rows), repeats)
        peer_out = _seconds(lambda: _pandas_out(theirs, rows), repeats)
        peer_back = _seconds(lambda: pd.read_excel(theirs, dtype=str, engine="openpyxl"), repeats)
    return [
        Row(
            f"Excel export of {count:,} rows, locked and sealed",
            f"{out:.1f} s",
            f"{peer_out:.1f} s, pandas, cells alone",
            f"{_BAR:.0f} s",
            out < _BAR,
        ),
        Row(
            f"the same read back and merged in three ways, {count:,} rows",
            f"{back:.1f} s",
            f"{peer_back:.1f} s, pandas, cells alone",
            f"{_BAR:.0f} s",
            back < _BAR,
        ),
    ]


def _row(number: int) -> OutRow:
    values: Values = ("accepted", f"ITM{number % 9000:05}", "1", "", "")
    told = (f"Lindner Textmarker Classic {number}", f"B{number:09}", "FBM", "accepted", "12", "340.20", "")
    return OutRow((f"HB-{number:06}", ""), told, values if number % 3 else ("",) * 5)


def _hand_out(path: Path, rows: list[OutRow]) -> None:
    at = datetime.now(UTC)
    workbook.write(path, rows, kind=Kind.ITEMS, told=_TOLD, at=at, workspace="benchmark")


def _come_home(path: Path, rows: list[OutRow]) -> None:
    home = workbook.read(path, kind=Kind.ITEMS)
    if home is None:
        raise SystemExit("the workbook was not recognised")
    standing = {row.key: row.values for row in rows if any(row.values)}
    found = merge(home.rows, standing, handed_out=home.handed_out, atoms=form_of(Kind.ITEMS).atoms)
    if {one.fate for one in found} != {Fate.UNTOUCHED}:
        raise SystemExit("a row came back changed")


def _pandas_out(path: Path, rows: list[OutRow]) -> None:
    table = pd.DataFrame([(*row.key, *row.told, *row.values) for row in rows], dtype=str)
    table.to_excel(path, index=False)


def _seconds(work: Callable[[], object], repeats: int) -> float:
    took = []
    for _ in range(repeats):
        began = perf_counter()
        work()
        took.append(perf_counter() - began)
    return median(took)


if __name__ == "__main__":
    show(short() if "--short" in sys.argv else measure())
