"""The window: how soon it is seen, what it costs at rest, and whether a run that it started makes it stutter.

Run: python -m tests.benchmarks.bench_window [--orders N] [--starts N] [--seconds S] [--short]
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.pipeline import KEY, QUIET, Pipeline
from tests.benchmarks.process import live
from tests.benchmarks.table import Row, median, p95, show
from tests.crash.served import served

_SEEN = (
    ("first", "Window, first paint"),
    ("opened", "Window, first paint of a workspace"),
    ("filled", "Window, its page read and painted"),
)
_PAINT_BAR, _IDLE_BAR, _TICK_BAR = 2.5, 0.01, 20.0


def measure(*, orders: int = 4_000, starts: int = 9, seconds: float = 20.0, settle: float = 4.0) -> list[Row]:
    """The rows of this benchmark; `settle` seconds pass between a start and what is measured after it."""
    with tempfile.TemporaryDirectory(prefix="x3studio-window-") as place:
        folder = Path(place)
        with served(folder, orders=orders, faults=QUIET) as systems:
            pipeline = Pipeline(systems, folder / "window.x3studio", KEY)
            pipeline.prepare()
            look = _Look(pipeline, home=folder)
            return [*_paints(look, starts), _idle(look, settle, seconds), _ticks(look, settle, orders)]


class _Look:
    """Starts the window's process over one workspace, with settings of its own."""

    def __init__(self, pipeline: Pipeline, *, home: Path) -> None:
        private = {"HOME": home, "XDG_CONFIG_HOME": home / "config", "XDG_DATA_HOME": home / "data"}
        self._environment = {
            **os.environ,
            **pipeline.environment(),
            **{k: str(v) for k, v in private.items()},
        }
        self._file = str(pipeline.path)

    def at(self, what: str, *more: object) -> dict[str, Any]:
        """What the probe saw."""
        rest = [] if what == "bare" else [self._file, *map(str, more)]
        life = live(
            ["-m", "tests.benchmarks.window_probe", what, *rest],
            environment={**self._environment, "BEGAN": repr(time.time())},
        )
        seen: dict[str, Any] = json.loads(life.output.splitlines()[-1])
        return seen


def _paints(look: _Look, starts: int) -> list[Row]:
    """Both windows in turn, so that whatever else the machine does befalls both; the first start warms up."""
    look.at("bare"), look.at("paint")
    pairs = [(look.at("bare")["first"], look.at("paint")) for _ in range(starts)]
    beside = f"bare PySide6 window {median([bare for bare, _ in pairs]):.2f} s"
    rows = []
    for key, measured in _SEEN:
        ours = median([seen[key] for _, seen in pairs])
        times = median([seen[key] / bare for bare, seen in pairs])
        bar = f"<= {_PAINT_BAR} times"
        rows.append(Row(measured, f"{ours:.2f} s, {times:.1f} times", beside, bar, times <= _PAINT_BAR))
    return rows


def _idle(look: _Look, settle: float, seconds: float) -> Row:
    share = look.at("idle", settle, seconds)["share"]
    return Row("Window at rest", f"{share:.1%} of a core", "", f"< {_IDLE_BAR:.0%}", share < _IDLE_BAR)


def _ticks(look: _Look, settle: float, orders: int) -> Row:
    seen = look.at("ticks", settle, orders)
    busy, own = ([gap[part] for gap in seen["busy"]] for part in (0, 1))
    rest = [gap for gap, _ in seen["rest"]]
    rate = seen["orders"] / seen["seconds"]
    return Row(
        f"Ticks of the window during a run at {rate:.0f} orders/s",
        f"p95 {p95(busy):.1f} ms, longest {max(busy):.0f};"
        f" without waits for a free processor {p95(own):.1f}, {max(own):.0f}",
        f"at rest p95 {p95(rest):.1f} ms, longest {max(rest):.0f}",
        f"p95 < {_TICK_BAR:.0f} ms",
        p95(busy) < _TICK_BAR,
    )


def short() -> list[Row]:
    """Quick enough for every test run; says that it works, not how fast it is."""
    return measure(orders=60, starts=1, seconds=0.2, settle=0.2)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--orders", type=int, default=4_000)
    parser.add_argument("--starts", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--short", action="store_true", help="600 orders, 3 starts, 5 s at rest")
    given = parser.parse_args(arguments)
    if given.short:
        given.orders, given.starts, given.seconds = 600, 3, 5.0
    show(measure(orders=given.orders, starts=given.starts, seconds=given.seconds))


if __name__ == "__main__":
    main()
