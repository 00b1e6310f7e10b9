"""What looks damaged in a file of masters, counted and shown, and never put right in silence."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from x3studio.workbench.gtin import read_gtin

_EXAMPLES = 5
_EANS = {
    "is in scientific notation: a spreadsheet rounded it": "ean_scientific",
    "has lost a leading zero": "ean_zero",
    "has a wrong check digit": "ean_digit",
}
_WORDS = {
    "ean_scientific": "EANs in scientific notation: a spreadsheet rounded them, and the digits are lost",
    "ean_zero": "EANs that have lost a leading zero",
    "ean_digit": "EANs whose check digit is wrong",
    "ean_other": "article numbers that are no EAN",
    "key_missing": "rows without a key, which are left out",
    "key_twice": "keys that come more than once: the last row counts",
    "title_missing": "rows without a title",
    "number_odd": "numbers that cannot be read, which are left empty",
    "cells_more": "rows with more cells than columns: a separator may stand inside a text",
    "mixed": "rows in another encoding than the rest, read as Windows-1252",
}


@dataclass(frozen=True, slots=True)
class Damage:
    """One kind of damage: how many rows, and some of them as "row: value"."""

    code: str
    words: str
    count: int
    examples: tuple[str, ...]


@dataclass(slots=True)
class Damages:
    """Collects damage while rows are read."""

    _counts: dict[str, int] = field(default_factory=dict)
    _examples: dict[str, list[str]] = field(default_factory=dict)

    def note(self, code: str, row: int, value: str = "") -> None:
        """Counts one row; `row` as a spreadsheet numbers it."""
        self._counts[code] = self._counts.get(code, 0) + 1
        shown = self._examples.setdefault(code, [])
        if len(shown) < _EXAMPLES:
            shown.append(f"row {row}: {value[:60]}" if value else f"row {row}")

    def look(self, cells: Mapping[str, str], row: int, *, key: str, title: str) -> None:
        """Notes what is wrong with one row's cells, by field."""
        if not cells.get(key):
            self.note("key_missing", row)
        if title in cells and not cells[title]:
            self.note("title_missing", row, cells.get(key, ""))
        number = read_gtin(cells.get("ean", ""))
        if number.fault:
            self.note(_EANS.get(number.fault, "ean_other"), row, cells["ean"])

    def all(self) -> tuple[Damage, ...]:
        """Every kind of damage that occurs, the most frequent first."""
        found = sorted(self._counts.items(), key=lambda entry: -entry[1])
        return tuple(Damage(code, _WORDS[code], count, tuple(self._examples[code])) for code, count in found)
