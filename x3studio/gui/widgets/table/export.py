"""Rows as text for other programs: TSV for the clipboard, CSV for spreadsheets without live formulas."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from x3studio.domain.errors import StudioError
from x3studio.gui.widgets.table.columns import MISSING, Column, Kind

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Columns = Sequence[Column[Any]]


def tsv(columns: Columns, rows: Iterable[Any]) -> str:
    """The titles and these rows, tab between cells; what a cell holds of tabs and breaks becomes a space."""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in line) for line in _lines(columns, rows))


def write_csv(path: Path, columns: Columns, rows: Sequence[Any]) -> int:
    """Writes titles and rows (UTF-8 with a mark, for Excel) and returns how many rows; StudioError."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as target:
            csv.writer(target).writerows([harmless(cell) for cell in line] for line in _lines(columns, rows))
    except OSError as fault:
        raise StudioError(
            f"The file {path.name} could not be written.",
            advice="Choose another folder, or close the program that has it open.",
            said=str(fault.strerror or fault),
        ) from fault
    return len(rows)


def harmless(cell: str) -> str:
    """A cell no spreadsheet runs: text that begins like a formula gets an apostrophe, numbers stay."""
    if not cell.startswith(_FORMULA):
        return cell
    try:
        float(cell.replace(",", ""))
    except ValueError:
        return f"'{cell}"
    return cell


def _lines(columns: Columns, rows: Iterable[Any]) -> Iterator[list[str]]:
    shown = [column for column in columns if column.kind is not Kind.CHECK]
    yield [column.title for column in shown]
    for row in rows:
        texts = (column.text(row) for column in shown)
        yield ["" if text == MISSING else text for text in texts]
