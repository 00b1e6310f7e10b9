"""The truth about what was really created: one JSON line per document, flushed at creation."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, TextIO

Kind = Literal["SOH", "SDH", "SRH", "GAS", "SIH", "BPC", "ITM", "FEED", "MCF", "SHIPMENT"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One created document; `at` is UTC."""

    system: Literal["x3", "amazon"]
    kind: str
    number: str
    reference: str
    at: datetime

    def as_line(self) -> str:
        """One line of JSON, with the keys system, kind, number, reference and at."""
        return json.dumps(
            {
                "system": self.system,
                "kind": self.kind,
                "number": self.number,
                "reference": self.reference,
                "at": self.at.isoformat(),
            },
            ensure_ascii=False,
        )


class Ledger:
    """Counts what is created and, given a file, appends and flushes each entry. A context manager."""

    def __init__(self, path: Path | None = None, *, on_entry: Callable[[Entry], None] | None = None) -> None:
        self._file: TextIO | None = path.open("a", encoding="utf-8") if path else None
        self._on_entry = on_entry
        self.written = 0

    def add(self, system: Literal["x3", "amazon"], kind: Kind, number: str, reference: str) -> None:
        """Records one created document at this instant."""
        entry = Entry(system, kind, number, reference, datetime.now(UTC))
        self.written += 1
        if self._file is not None:
            self._file.write(entry.as_line() + "\n")
            self._file.flush()
        if self._on_entry is not None:
            self._on_entry(entry)

    def close(self) -> None:
        """Closes the file; nothing can be added to it afterwards."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
