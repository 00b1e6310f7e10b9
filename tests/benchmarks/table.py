"""One table for every measurement: ours, a peer measured in the same run, the bar, and whether it is met."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

_TITLES = ("Measured", "Ours", "Beside it", "Bar", "Met")


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `met` is None where there is no bar, or where the short form says nothing about it."""

    measured: str
    ours: str
    beside: str = ""
    bar: str = ""
    met: bool | None = None


def markdown(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table whose columns line up."""
    verdicts = {True: "yes", False: "no", None: ""}
    cells = [_TITLES, *((row.measured, row.ours, row.beside, row.bar, verdicts[row.met]) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_TITLES))]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |"
        for line in cells
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def circumstances() -> str:
    """The machine and how busy it is: numbers of a shared machine mean little without."""
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {system}{_load()}"


def _load() -> str:
    if not hasattr(os, "getloadavg"):
        return ""
    return ", load " + "/".join(f"{load:.1f}" for load in os.getloadavg())


def show(rows: Sequence[Row]) -> None:
    """Prints the table and what it was measured on."""
    print(markdown(rows))
    print(f"\nMeasured on {circumstances()} (1, 5 and 15 minutes, at the end).")


def median(values: Sequence[float]) -> float:
    """The value in the middle: one disturbed repetition does not move it."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 stay below."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]
