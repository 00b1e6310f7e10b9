"""Orders a second through the whole pipeline, beside loops that only post the same documents.

Run: python -m tests.benchmarks.bench_orders [--orders N] [--journal N] [--repeat N] [--short]
"""

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.peers import WAYS, post_again
from tests.benchmarks.pipeline import Carried, Pipeline, carried, copies, make_full, make_template
from tests.benchmarks.table import Row, median, show
from x3studio.domain.connections import Dialect

_BAR, _SOAP_BAR, _FULL_BAR = 200.0, 60.0, 0.9
_SLOW_SHARE = 4
"""The slower dialects get a quarter of the orders."""
_FEWEST = 60


class _Seen:
    """What was measured, one entry a repetition."""

    def __init__(self) -> None:
        self.ours: defaultdict[str, list[Carried]] = defaultdict(list)
        self.peers: defaultdict[str, list[float]] = defaultdict(list)

    def rate(self, name: str) -> float:
        """Orders a second, the median."""
        return median([done.rate for done in self.ours[name]])

    def shown(self, name: str) -> str:
        cpu = median([done.cpu_ms for done in self.ours[name]])
        return f"{self.rate(name):.0f} orders/s ({cpu:.1f} ms CPU each)"

    def share(self) -> float:
        """The full journal against the empty one: the median of the pairs, each run back to back."""
        pairs = zip(self.ours["gateway"], self.ours["full"], strict=True)
        return median([full.rate / empty.rate for empty, full in pairs])


def measure(*, orders: int = 4_000, journal: int = 1_000_000, repeat: int = 3) -> list[Row]:
    """The rows of this benchmark; every repetition serves new systems to a new workspace."""
    seen = _Seen()
    with tempfile.TemporaryDirectory(prefix="x3studio-orders-") as place:
        folder = Path(place)
        template = make_template(folder)
        ready = {name: copies(template, name, count=repeat) for name in ("soap", "syracuse", "gateway")}
        make_full(template, exchanges=journal)
        ready["full"] = copies(template, "full", count=repeat)
        for number in range(repeat):
            for name, files in ready.items():
                spot = folder / f"{name}-{number}"
                _once(seen, name, spot, files[number], orders=orders)
    return _rows(seen, journal=journal)


def _once(seen: _Seen, name: str, spot: Path, template: Path, *, orders: int) -> None:
    """One repetition of one kind; the gateway's is followed by the loops beside it."""
    dialect = Dialect.GATEWAY if name == "full" else Dialect(name)
    some = orders if dialect is Dialect.GATEWAY else max(_FEWEST, orders // _SLOW_SHARE)
    with carried(spot, template=template, orders=some, dialect=dialect) as (pipeline, done):
        seen.ours[name].append(done)
        if name == "gateway":
            _post_again(pipeline, seen)


def _post_again(pipeline: Pipeline, seen: _Seen) -> None:
    """Lets the plain loops post to the same X3 what the run has just written there."""
    documents = pipeline.documents()
    for way in WAYS:
        posted = post_again(way, x3=pipeline.served.x3, documents=documents, folder=pipeline.path.parent)
        seen.peers[way].append(posted.rate)


def _rows(seen: _Seen, *, journal: int) -> list[Row]:
    wire, noting = (median(seen.peers[way]) for way in WAYS)
    rate, soap, share = seen.rate("gateway"), seen.rate("soap"), seen.share()
    loops = f"loop that only posts {wire:.0f}; with one SQLite commit each {noting:.0f}"
    return [
        Row("Orders, gateway", seen.shown("gateway"), loops, f">= {_BAR:.0f} orders/s", rate >= _BAR),
        Row(
            f"Orders, gateway, {journal:,} rows in the journal",
            f"{seen.shown('full')}, {share:.0%}",
            f"empty journal {rate:.0f} orders/s",
            f">= {_FULL_BAR:.0%} of the empty one",
            share >= _FULL_BAR,
        ),
        Row("Orders, SOAP", seen.shown("soap"), "", f">= {_SOAP_BAR:.0f} orders/s", soap >= _SOAP_BAR),
        Row("Orders, Syracuse", seen.shown("syracuse")),
    ]


def short() -> list[Row]:
    """Quick enough for every test run; says that it works, not how fast it is."""
    return measure(orders=_FEWEST, journal=500, repeat=1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--orders", type=int, default=4_000)
    parser.add_argument("--journal", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--short", action="store_true", help="600 orders, 20,000 rows, once")
    given = parser.parse_args(arguments)
    if given.short:
        given.orders, given.journal, given.repeat = 600, 20_000, 1
    show(measure(orders=given.orders, journal=given.journal, repeat=given.repeat))


if __name__ == "__main__":
    main()
