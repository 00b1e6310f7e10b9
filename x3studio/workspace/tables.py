"""Tables of text from and to CSV and Excel files: forgiving in what is read, safe in what is written."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from x3studio.domain.errors import SettingFault
from x3studio.workspace.whole_file import whole_file

Row = Mapping[str, str]
_MOST_BYTES = 200_000_000
_MOST_ROWS = 2_000_000
_SEPARATORS = ",;\t|"
_FOREIGN = (OSError, UnicodeDecodeError, BadZipFile, ValueError, KeyError, TypeError, ParseError, csv.Error)
"""What files that are no tables make csv, zipfile and openpyxl raise."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read(path: Path, *, needed: Sequence[str]) -> list[Row]:
    """The rows of a table as text by lower-case column name; a cell that is missing is "".

    Raises SettingFault for what is no table, is too large, or has none of the columns `needed`.
    """
    try:
        _check_size(path)
        rows = (_from_excel if is_excel(path) else _from_csv)(path)
        header = [cell.strip().lower() for cell in next(rows, [])]
        found = [_named(header, row) for row in islice(rows, _MOST_ROWS)]
    except _FOREIGN as fault:
        raise _unreadable(path, str(fault)) from fault
    if not set(needed) & set(header):
        raise _unreadable(path, f"It has no column {' or '.join(needed)}.")
    return found


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str) -> int:
    """Writes a table, all or nothing; returns how many rows.

    Text that a spreadsheet would run as a formula is written as text, and read back as it was.
    """
    safe = [[_safe(cell) for cell in row] for row in rows]
    writes: Callable[..., None] = _to_excel if is_excel(path) else _to_csv
    with whole_file(path) as unfinished:
        writes(unfinished, [list(columns), *safe], title=title)
    return len(safe)


def is_excel(path: Path) -> bool:
    """Whether the name says that it is an Excel file."""
    return path.suffix.lower() in (".xlsx", ".xlsm")


def _check_size(path: Path) -> None:
    size = path.stat().st_size
    if is_excel(path):
        with ZipFile(path) as archive:
            # What it says of itself is binding: zipfile reads no more than that.
            size = max(size, sum(member.file_size for member in archive.infolist()))
    if size > _MOST_BYTES:
        raise SettingFault(
            f"{path.name} is larger than 200 MB.", field="file", advice="Split it into several files."
        )


def _from_csv(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = file.readline()
        file.seek(0)
        separator = max(_SEPARATORS, key=header.count)
        yield from csv.reader(file, delimiter=separator, strict=True)


def _from_excel(path: Path) -> Iterator[list[str]]:
    # Imported here: most commands never see a spreadsheet.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except InvalidFileException as fault:
        raise ValueError(str(fault)) from fault
    try:
        sheet = book.worksheets[0] if book.worksheets else None
        for row in sheet.iter_rows(values_only=True) if sheet is not None else ():
            yield [_text(cell) for cell in row]
    finally:
        book.close()


def _text(cell: Any) -> str:
    """A cell as a person sees it: whole numbers without a point."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _named(header: Sequence[str], row: Sequence[str]) -> Row:
    cells = [_plain(cell.strip()) for cell in row[: len(header)]]
    return dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=True))


def _to_csv(path: Path, rows: Iterable[Sequence[str]], *, title: str) -> None:
    del title
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _to_excel(path: Path, rows: Iterable[Sequence[str]], *, title: str) -> None:
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row])
    book.save(path)


def _safe(cell: str) -> str:
    return "'" + cell if cell.lstrip("'").startswith(_FORMULA) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell


def _unreadable(path: Path, said: str) -> SettingFault:
    return SettingFault(
        f"{path.name} cannot be read as a table.",
        field="file",
        advice="Save it as CSV (UTF-8) or XLSX with the column names in the first row.",
        said=said.splitlines()[0] if said else "",
    )
