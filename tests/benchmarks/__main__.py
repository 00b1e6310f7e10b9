"""Every benchmark of this folder, one after the other, as one Markdown table.

Run: python -m tests.benchmarks [--short]
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace

from tests.benchmarks import (
    bench_journal,
    bench_memory,
    bench_orders,
    bench_window,
    bench_workbench,
    bench_workbook,
)
from tests.benchmarks.table import Row, show

_ALL = (bench_orders, bench_journal, bench_memory, bench_window, bench_workbench, bench_workbook)


def main() -> None:
    """Measures, saying on the error stream what is under way, and prints the table at the end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--short", action="store_true", help="the smallest sizes: does everything run?")
    short = parser.parse_args().short
    rows: list[Row] = []
    for benchmark in _ALL:
        print(f"{benchmark.__name__} ...", file=sys.stderr, flush=True)
        take: Callable[[], list[Row]] = benchmark.short if short else benchmark.measure
        # Sizes as small as these say nothing about a bar.
        rows += [replace(row, met=None) if short else row for row in take()]
    show(rows)


if __name__ == "__main__":
    main()
