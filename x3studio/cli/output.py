"""How the command line speaks: results on standard output, everything else on standard error."""

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import IntEnum
from typing import Any

from x3studio.domain.errors import StudioError

_NOTHING = "–"
_BAR = 24


class Exit(IntEnum):
    """Exit codes other programs rely on."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTIAL = 3
    NEEDS_PERSON = 4
    INTERRUPTED = 130


def result(document: Any) -> None:
    """Prints one JSON document as the whole of standard output."""
    print(json.dumps(document, ensure_ascii=not _unicode(), default=_plain, indent=2))


def line(document: Any) -> None:
    """Prints one JSON object on a line of its own, at once."""
    print(json.dumps(document, ensure_ascii=not _unicode(), default=_plain), flush=True)


def _unicode() -> bool:
    """Whether standard output takes every character; elsewhere JSON escapes them."""
    return (sys.stdout.encoding or "utf-8").lower().replace("-", "") == "utf8"


def say(text: str) -> None:
    """Tells the person something that is no result."""
    print(text, file=sys.stderr, flush=True)


def progress(words: str, *, done: int, of: int) -> None:
    """Shows how far something is: one line that is written over on a terminal, else a line each time."""
    if not sys.stderr.isatty():
        say(words)
        return
    filled = _BAR * done // of if of else 0
    room = max(20, shutil.get_terminal_size().columns - _BAR - 4)
    bar = "#" * filled + "." * (_BAR - filled)
    print(f"\r\x1b[K[{bar}] {words[:room]}", end="", file=sys.stderr, flush=True)


def end_progress() -> None:
    """Clears the line of `progress` for what is said next."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def complain(fault: StudioError) -> None:
    """Shows an expected failure: what happened, the foreign words, what to do."""
    say(f"x3studio: {fault.title}")
    if fault.said:
        say(f"  it said: {fault.said}")
    if fault.advice:
        say(f"  {fault.advice}")


def table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Prints rows under headers, columns as wide as their longest cell; numbers to the right."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not cells:
        return
    widths = [max(len(head), *(len(row[i]) for row in cells)) for i, head in enumerate(headers)]
    columns = [[row[i] for row in cells if row[i] != _NOTHING] for i in range(len(headers))]
    right = [bool(column) and all(map(_is_number, column)) for column in columns]
    for row in ([*headers], *cells):
        padded = [
            text.rjust(width) if flush else text.ljust(width)
            for text, width, flush in zip(row, widths, right, strict=True)
        ]
        print("  ".join(padded).rstrip())


def _cell(value: Any) -> str:
    if value is None or value == "":
        return _NOTHING
    return " ".join(str(value).split())


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").lstrip("-").isdigit()


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
