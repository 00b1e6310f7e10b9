"""The mapping workbench with many records: keys, facets, filter, frames, opening, memory.

Run: python -m tests.benchmarks.bench_workbench_window [--listings N] [--items N] [--decisions N]
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.mapping_rows import fill
from tests.benchmarks.process import live
from tests.benchmarks.table import Row, median, p95, show
from x3studio.store import Store
from x3studio.workspace.workbench.service import Workbench

KEY = b"workbench-of-many-records-000000"
_KEY_BAR, _COUNT_BAR, _TYPE_BAR, _FRAME_BAR, _OPEN_BAR, _MEMORY_BAR = 100, 150, 100, 16, 1_500, 1_200


def measure(*, listings: int = 200_000, items: int = 100_000, decisions: int = 200) -> list[Row]:
    """The rows of this benchmark, with the naive way beside them where there is one."""
    with tempfile.TemporaryDirectory(prefix="x3studio-workbench-") as place:
        file = Path(place) / "many.x3studio"
        asyncio.run(_fill(file, listings, items))
        private = {"HOME": place, "XDG_CONFIG_HOME": place, "XDG_DATA_HOME": place}
        probe = ["-m", "tests.benchmarks.workbench_probe", str(file), KEY.hex()]
        environment = {**os.environ, **private}
        first = json.loads(live([*probe, "4"], environment=environment).output.splitlines()[-1])
        asyncio.run(_made_ready(file))
        life = live([*probe, str(decisions)], environment=environment)
        seen: dict[str, Any] = json.loads(life.output.splitlines()[-1])
    unready = Row("The same with nothing made ready by a fetch or a search", f"{first['opened']:,.0f} ms")
    return [*_rows(seen, listings, items), unready, _memory(life.peak_mb), _plain(listings, seen["types"])]


async def _fill(file: Path, listings: int, items: int) -> None:
    store = Store.create(file, key=KEY)
    await fill(store, listings=listings, items=items)
    await store.close()


async def _made_ready(file: Path) -> None:
    """What the program does by itself at the end of each fetch and each search."""
    async with Store.open(file, key=KEY) as store:
        await Workbench(store).keep_ready()


def _rows(seen: dict[str, Any], listings: int, items: int) -> list[Row]:
    size = f"{listings:,} x {items:,}"
    opened = seen["opened"]
    return [
        Row(
            f"Workbench of {size}, opened", f"{opened:,.0f} ms", "", f"< {_OPEN_BAR:,} ms", opened < _OPEN_BAR
        ),
        _row("Key to the next record, saved", seen["decisions"], _KEY_BAR),
        _row("Facet chosen, all counted anew", seen["recounts"], _COUNT_BAR),
        _row("Letter in the filter", seen["types"], _TYPE_BAR),
        _row("Frame while scrolling", seen["scrolls"], _FRAME_BAR),
    ]


def _row(measured: str, values: Sequence[float], bar: int) -> Row:
    ours = f"p95 {p95(values):.1f} ms, median {median(values):.1f}, n {len(values)}"
    return Row(measured, ours, "", f"p95 < {bar} ms", p95(values) < bar)


def _memory(peak_mb: float) -> Row:
    return Row(
        "Memory of that session, peak",
        f"{peak_mb:,.0f} MB",
        "",
        f"< {_MEMORY_BAR:,} MB",
        peak_mb < _MEMORY_BAR,
    )


def _plain(listings: int, types: Sequence[float]) -> Row:
    """The same filter as a loop over plain Python texts, without counts and order."""
    texts = [f"HB-{n:06d} textmarker premium {n} stahl".casefold() for n in range(listings)]
    took = []
    for word in ("stahl", "12", "lampe", "hb-0001"):
        before = time.perf_counter()
        sum(word in text for text in texts)
        took.append((time.perf_counter() - before) * 1000)
    beside = f"a loop over texts, no counts: {median(took):.1f} ms"
    return Row("Letter in the filter, beside a loop", f"median {median(types):.1f} ms", beside)


def short() -> list[Row]:
    """Quick enough for every test run; says that it works, not how fast it is."""
    return measure(listings=400, items=300, decisions=8)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--listings", type=int, default=200_000)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--decisions", type=int, default=200)
    given = parser.parse_args(arguments)
    show(measure(listings=given.listings, items=given.items, decisions=given.decisions))


if __name__ == "__main__":
    main()
