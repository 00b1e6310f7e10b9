"""The largest memory of one run of the real command, beside the loop that only posts the same documents.

Run: python -m tests.benchmarks.bench_memory [--orders N] [--short]
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.peers import post_again
from tests.benchmarks.pipeline import carried, make_template
from tests.benchmarks.table import Row, show

_BAR = 150.0


def measure(*, orders: int = 100_000) -> list[Row]:
    """The row of this benchmark."""
    with tempfile.TemporaryDirectory(prefix="x3studio-memory-") as place:
        folder = Path(place)
        with carried(folder / "run", template=make_template(folder), orders=orders) as (pipeline, done):
            documents = pipeline.documents()
            loop = post_again("wire", x3=pipeline.served.x3, documents=documents, folder=folder)
    peak = done.life.peak_mb
    return [
        Row(
            f"Peak memory of a run, {orders:,} orders",
            f"{peak:.0f} MB ({done.orders:,} written, {done.rate:.0f} orders/s)",
            f"loop that only posts {loop.life.peak_mb:.0f} MB",
            f"< {_BAR:.0f} MB",
            peak < _BAR,
        )
    ]


def short() -> list[Row]:
    """Quick enough for every test run; says that it works, not how large it grows."""
    return measure(orders=60)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--short", action="store_true", help="5,000 orders")
    given = parser.parse_args(arguments)
    show(measure(orders=5_000 if given.short else given.orders))


if __name__ == "__main__":
    main()
