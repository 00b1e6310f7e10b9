"""Lists of text from CSV and Excel files and to CSV: forgiving in what is read, safe in what is written."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path

from x3studio.workspace.sources.rows import Mixed, is_excel, padded, plain_faults, rows_of, unreadable
from x3studio.workspace.sources.sniffing import text_form
from x3studio.workspace.whole_file import whole_file

__all__ = ["Row", "is_excel", "read", "write"]

Row = Mapping[str, str]
_MOST_BYTES = 200_000_000
_MOST_ROWS = 2_000_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read(path: Path, *, needed: Sequence[str]) -> list[Row]:
    """The rows of a list as text by lower-case column name; a cell that is missing is "".

    Raises SettingFault for what is no list, is larger than 200 MB, or has none of the columns `needed`.
    """
    with plain_faults(path):
        if path.stat().st_size > _MOST_BYTES:
            raise unreadable(path, "It is larger than 200 MB: split it.")
        encoding, delimiter = text_form(path)
        rows = rows_of(path, encoding=encoding, delimiter=delimiter, mixed=Mixed(), strict=True)
        header = [cell.lower() for cell in next(rows, [])]
        found = [_named(header, row) for row in islice(rows, _MOST_ROWS)]
    if not set(needed) & set(header):
        raise unreadable(path, f"It has no column {' or '.join(needed)}.")
    return found


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Writes a CSV file in UTF-8, all or nothing; returns how many rows.

    Text that a spreadsheet would run as a formula is written as text, and read back as it was.
    """
    safe = [[_safe(cell) for cell in row] for row in rows]
    with whole_file(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *safe])
    return len(safe)


def _named(header: Sequence[str], row: Sequence[str]) -> Row:
    cells = padded([_plain(cell) for cell in row[: len(header)]], len(header))
    return dict(zip(header, cells, strict=True))


def _safe(cell: str) -> str:
    return "'" + cell if cell.lstrip("'").startswith(_FORMULA) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell
