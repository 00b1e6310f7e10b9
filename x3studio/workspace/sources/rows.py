"""Rows of a CSV or Excel file as texts, one after the other, whatever encoding they are in."""

import codecs
import csv
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO
from zipfile import BadZipFile, ZipFile

from x3studio.domain.errors import SettingFault

MOST_BYTES = 2 << 30
_MOST_UNPACKED = 500_000_000
_LONGEST_CELL, _LONGEST_LINE = 1 << 20, 1 << 22
_BLOCK = 1 << 20
_FOREIGN = (
    OSError,
    UnicodeError,
    BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    KeyError,
    TypeError,
    RuntimeError,
)
"""What csv, zipfile and codecs raise for files that are no tables (csv.Error is caught beside them)."""
Cells = list[str]


class Mixed:
    """Reads bytes that are no UTF-8 as Windows-1252, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        self.count += 1
        odd = error.object[error.start : error.end]
        return odd.decode("cp1252", errors="replace"), error.end


def is_excel(path: Path) -> bool:
    """Whether the name says that it is an Excel file."""
    return path.suffix.lower() in (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


@contextmanager
def plain_faults(path: Path) -> Iterator[None]:
    """Turns what a file that is no table raises into one clear error."""
    # python-calamine is imported here: most commands never see a spreadsheet.
    from python_calamine import CalamineError

    try:
        yield
    except (*_FOREIGN, csv.Error, CalamineError) as fault:
        raise unreadable(path, str(fault)) from fault


def unreadable(path: Path, said: str) -> SettingFault:
    """The error for a file that is no table."""
    return SettingFault(
        f"{path.name} cannot be read as a table.",
        field="file",
        advice="Save it as CSV (UTF-8) or XLSX with the column names in the first row.",
        said=said.splitlines()[0][:300] if said else "",
    )


def rows_of(
    path: Path, *, encoding: str, delimiter: str, mixed: Mixed | None = None, strict: bool = False
) -> Iterator[Cells]:
    """Every row, the header first. A CSV file is streamed; a workbook is held in memory, and so bounded.

    `strict` refuses a quote that is never closed: it would swallow the rows behind it.
    """
    if is_excel(path):
        yield from _excel(path)
        return
    errors = "strict"
    if mixed is not None:
        errors = f"mixed-{id(mixed)}"
        codecs.register_error(errors, mixed)
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        # Amazon's tabs come without quotes, so that one in a title is only a title's; Excel's come with them.
        bare = delimiter == "\t" and not file.readline(_LONGEST_LINE).startswith('"')
        file.seek(0)
        read = (
            csv.reader(_lines(file), delimiter=delimiter, quoting=csv.QUOTE_NONE)
            if bare
            else csv.reader(_lines(file), delimiter=delimiter, strict=strict)
        )
        for row in read:
            yield [cell.strip() for cell in row]


def _lines(file: TextIO) -> Iterator[str]:
    """Lines of bounded length; NUL means nothing in a table."""
    while line := file.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise ValueError("One of its lines is longer than four million characters.")
        yield line.replace("\0", "")


def _excel(path: Path) -> Iterator[Cells]:
    from python_calamine import CalamineWorkbook

    if path.suffix.lower() in (".xlsx", ".xlsm", ".xlsb", ".ods"):
        _check_unpacked(path)
    book = CalamineWorkbook.from_path(str(path))
    for row in book.get_sheet_by_index(0).iter_rows():
        yield [_shown(cell) for cell in row]


def _check_unpacked(path: Path) -> None:
    """Unpacks every member once without keeping it: what an archive says of itself may be a lie."""
    left = _MOST_UNPACKED
    with ZipFile(path) as archive:
        for member in archive.infolist():
            with archive.open(member) as file:
                while block := file.read(_BLOCK):
                    left -= len(block)
                    if left < 0:
                        raise ValueError("It is larger than 500 MB when unpacked: save it as CSV.")


def _shown(cell: object) -> str:
    """A cell as a person sees it: whole numbers without a point, days without midnight."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).removesuffix(" 00:00:00").strip()


def padded(row: Sequence[str], width: int) -> Sequence[str]:
    """A row that is short has "" in what it lacks."""
    return row if len(row) >= width else [*row, *[""] * (width - len(row))]
