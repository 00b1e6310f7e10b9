"""Every benchmark of this folder, one after the other, as one Markdown table.

Run: python -m tests.benchmarks [--short] [NAME ...], for instance: python -m tests.benchmarks matching orders
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace

from tests.benchmarks import (
    bench_journal,
    bench_matching,
    bench_memory,
    bench_orders,
    bench_settlement_window,
    bench_window,
    bench_workbench,
    bench_workbench_window,
    bench_workbook,
)
from tests.benchmarks.table import Row, show

_ALL = {
    "orders": bench_orders,
    "journal": bench_journal,
    "memory": bench_memory,
    "window": bench_window,
    "settlement-window": bench_settlement_window,
    "workbench": bench_workbench,
    "workbench-window": bench_workbench_window,
    "workbook": bench_workbook,
    "matching": bench_matching,
}


def main() -> None:
    """Measures, saying on the error stream what is under way, and prints the table at the end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--short", action="store_true", help="the smallest sizes: does everything run?")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(_ALL)}")
    parsed = parser.parse_args()
    if unknown := [name for name in parsed.names if name not in _ALL]:
        parser.error(f"there is no benchmark {unknown[0]}")
    short: bool = parsed.short
    rows: list[Row] = []
    for benchmark in [_ALL[name] for name in parsed.names or _ALL]:
        print(f"{benchmark.__name__} ...", file=sys.stderr, flush=True)
        take: Callable[[], list[Row]] = benchmark.short if short else benchmark.measure
        # Sizes as small as these say nothing about a bar.
        rows += [replace(row, met=None) if short else row for row in take()]
    show(rows)


if __name__ == "__main__":
    main()
