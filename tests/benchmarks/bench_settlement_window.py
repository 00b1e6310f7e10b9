"""A settlement of a million lines in the window: first picture, waterfall, rows, and how little it stutters.

Run: python -m tests.benchmarks.bench_settlement_window [--lines N]
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.bench_settlement import plain_loop, write_settlement
from tests.benchmarks.process import live
from tests.benchmarks.table import Row, p95, show

_FIRST_BAR, _WATERFALL_BAR, _FRAME_BAR = 1.0, 0.2, 16.0


def measure(*, lines: int = 1_000_000) -> list[Row]:
    """The rows of this benchmark."""
    with tempfile.TemporaryDirectory(prefix="x3studio-settlement-") as place:
        folder = Path(place)
        file = folder / "settlement.txt"
        write_settlement(file, lines)
        environment = {**os.environ, "HOME": place, "XDG_CONFIG_HOME": place, "XDG_DATA_HOME": place}
        probe, workspace = ["-m", "tests.benchmarks.settlement_probe"], str(folder / "w.x3studio")
        life = live([*probe, "take", workspace, str(file)], environment=environment)
        again = live([*probe, "open", workspace], environment=environment)
        began = time.perf_counter()
        plain_loop(file)
        plain = time.perf_counter() - began
    seen = {
        key: value
        for each in (life, again)
        for key, value in json.loads(each.output.splitlines()[-1]).items()
    }
    return _rows(seen, lines, plain=plain, peak=life.peak_mb)


def _rows(seen: dict[str, Any], lines: int, *, plain: float, peak: float) -> list[Row]:
    first, waterfall, archived = seen["first"], seen["waterfall"], seen["archived"]
    frames, ticks = seen["frames"], [own for _, own in seen["ticks"]]
    many = f"{lines:,} lines"
    return [
        Row(
            f"First picture of a dropped file of {many}",
            f"{first:.2f} s",
            "",
            f"< {_FIRST_BAR:.0f} s",
            first < _FIRST_BAR,
        ),
        Row("Archived, grouped and proven", f"{seen['read']:.1f} s", f"plain loop, sums only {plain:.1f} s"),
        Row(
            "Waterfall painted after that",
            f"{waterfall * 1000:.0f} ms, {seen['waterfall_cpu'] * 1000:.0f} ms of computing",
            "",
            f"< {_WATERFALL_BAR * 1000:.0f} ms",
            waterfall < _WATERFALL_BAR,
        ),
        Row(
            "Page built over the archive, waterfall painted",
            f"{archived * 1000:.0f} ms",
            "",
            f"< {_FIRST_BAR:.0f} s",
            archived < _FIRST_BAR,
        ),
        Row("Its rows opened from the archive", f"{seen['rows']:.1f} s"),
        Row(
            "Scrolled from end to end in 60 frames",
            f"p95 {p95(frames):.1f} ms of computing, longest {max(frames):.1f} ms",
            "",
            f"p95 < {_FRAME_BAR:.0f} ms",
            p95(frames) < _FRAME_BAR,
        ),
        Row(
            "Rows of one bar; sorted by amount",
            f"{seen['filter'] * 1000:.0f} ms; {seen['sort'] * 1000:.0f} ms",
        ),
        Row(
            "Ticks of the window meanwhile, by its own doing",
            f"p95 {p95(ticks):.0f} ms, longest {max(ticks):.0f} ms",
        ),
        Row("Peak memory of the window", f"{peak:.0f} MB"),
    ]


def short() -> list[Row]:
    """Quick enough for every test run; says that it works, not how fast it is."""
    return measure(lines=2_000)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    show(measure(lines=parser.parse_args(arguments).lines))


if __name__ == "__main__":
    main()
