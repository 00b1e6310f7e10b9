"""Reads a CSV file of any common encoding and delimiter into a table of texts, within bounds."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from x3studio.domain.errors import SettingFault
from x3studio.matching.values import Table

_SAMPLE_BYTES = 256 * 1024
_DELIMITERS = ",;\t|#^"
_MOST_BYTES = 2 * 1024**3
_MOST_ROWS = 3_000_000
_MOST_CHARS = 4_000
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_LONGEST_CELL = 1 << 17


def read_table(path: Path, *, field: str, id_column: str | None = None) -> Table:
    """Reads `path`; `field` names it in errors as the command line does.

    The key is `id_column`, else the column called id, else the first. Raises SettingFault for a file that is
    missing, empty, unreadable or too large, for an unknown column and for keys that are empty or not unique.
    """
    sample = _sample(path, field=field)
    encoding = _encoding(sample, path)
    delimiter, headed = _layout(_decode(sample, encoding), file=path.name, field=field)
    frame = _frame(path, encoding=encoding, delimiter=delimiter, field=field, headed=headed)
    if frame.empty:
        raise SettingFault(
            f"{path.name} has no rows.",
            field=field,
            advice="Give a CSV file with a header and at least one row.",
        )
    key = key_column(list(frame.columns), named=id_column, file=path.name, field=f"{field}-id")
    frame[key] = frame[key].str.strip()
    _check_keys(frame[key], file=path.name, field=f"{field}-id")
    return Table(path.name, frame, key)


def key_column(columns: Sequence[str], *, named: str | None, file: str, field: str) -> str:
    """The column that holds the keys; raises SettingFault when the one named is not there."""
    if named is None:
        return next((column for column in columns if column.casefold() == "id"), columns[0])
    if named in columns:
        return named
    raise SettingFault(
        f"{file} has no column {named}.", field=field, advice=f"Choose one of {', '.join(columns[:20])}."
    )


def _sample(path: Path, *, field: str) -> bytes:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            sample = file.read(_SAMPLE_BYTES)
    except OSError as fault:
        raise SettingFault(
            f"{path} cannot be read.", field=field, advice="Check the path.", said=fault.strerror or ""
        ) from fault
    if size > _MOST_BYTES:
        raise SettingFault(
            f"{path.name} is larger than 2 GB.", field=field, advice="Split it, or leave out columns."
        )
    if not sample.strip():
        raise SettingFault(f"{path.name} is empty.", field=field, advice="Give a CSV file with a header.")
    if b"\0" in sample and not sample.startswith(tuple(_BOMS)):
        raise SettingFault(
            f"{path.name} is no text file.",
            field=field,
            advice="Save it as CSV; a workbook is not read here.",
        )
    return sample


def _encoding(sample: bytes, path: Path) -> str:
    for mark, encoding in _BOMS.items():
        if sample.startswith(mark):
            return encoding
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _decode(sample: bytes, encoding: str) -> str:
    return sample.decode(encoding, errors="replace")


def _layout(text: str, *, file: str, field: str) -> tuple[str, bool]:
    """The delimiter, and whether the first row names the columns."""
    # The limit is the whole process's: whoever reads tables sets what it can bear.
    csv.field_size_limit(_LONGEST_CELL)
    try:
        delimiter = sniff_delimiter(text)
        return delimiter, has_header(text, delimiter)
    except csv.Error as fault:
        raise SettingFault(
            f"{file} has a cell that is too long to be read.",
            field=field,
            advice="Look for a quote that is opened and never closed, or leave that column out.",
            said=str(fault),
        ) from fault


def sniff_delimiter(text: str) -> str:
    """The delimiter that cuts most rows of the sample into the same number of columns, more than one."""
    best, best_score = ",", 0.0
    # The last line may be cut off by the end of the sample.
    lines = text.splitlines(keepends=True)[:200]
    for delimiter in _DELIMITERS:
        rows = [row for row in csv.reader(io.StringIO("".join(lines)), delimiter=delimiter) if row]
        if not rows or len(rows[0]) < 2:
            continue
        width, count = Counter(len(row) for row in rows).most_common(1)[0]
        score = count / len(rows) * (1.5 if width == len(rows[0]) else 0.5) + min(width, 12) / 100
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


_NUMBER = re.compile(r"[\d.,\s€$£+-]*\d[\d.,\s€$£+-]*")


def has_header(text: str, delimiter: str) -> bool:
    """Whether the first row names the columns: not where it has a number above a column of numbers."""
    lines = text.splitlines(keepends=True)[:50]
    first, *rest = [row for row in csv.reader(lines, delimiter=delimiter) if row] or [[]]
    for place, cell in enumerate(first):
        below = [row[place] for row in rest if len(row) > place and row[place].strip()]
        numbers = sum(1 for text in below if _NUMBER.fullmatch(text.strip()))
        if _NUMBER.fullmatch(cell.strip()) and numbers > len(below) / 2:
            return False
    return True


def _frame(path: Path, *, encoding: str, delimiter: str, field: str, headed: bool = True) -> pd.DataFrame:
    try:
        frame = pd.read_csv(
            path,
            sep=delimiter,
            header=0 if headed else None,
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            encoding=encoding,
            encoding_errors="replace",
            nrows=_MOST_ROWS + 1,
            on_bad_lines="error",
        )
    except (ValueError, OSError, csv.Error) as fault:
        # pandas' ParserError and EmptyDataError are both ValueErrors.
        raise SettingFault(
            f"{path.name} cannot be read as a table.",
            field=field,
            advice="Every row needs as many columns as the header; texts with the delimiter need quotes.",
            said=str(fault).strip(),
        ) from fault
    if len(frame) > _MOST_ROWS:
        raise SettingFault(
            f"{path.name} has more than {_MOST_ROWS:,} rows.", field=field, advice="Split the file."
        )
    frame = _without_surplus(frame, file=path.name, field=field)
    names = [str(column) if headed else "" for column in frame.columns]
    frame.columns = pd.Index(_column_names(names))
    # A short last column arrives as missing values even with na_filter off.
    frame = frame.fillna("")
    for column in frame.columns:
        frame[column] = frame[column].str.slice(0, _MOST_CHARS)
    return frame


def _without_surplus(frame: pd.DataFrame, *, file: str, field: str) -> pd.DataFrame:
    """The table without the empty cells that delimiters at the ends of rows make; a surplus cell that says
    something is refused.

    pandas takes the first cells of rows that are longer than the header for an index.
    """
    if isinstance(frame.index, pd.RangeIndex):
        return frame
    count, names = frame.index.nlevels, frame.columns
    whole = frame.fillna("").reset_index(names=[f"\0{level}" for level in range(count)])
    filled = (whole.iloc[:, -count:] != "").any(axis=1).to_numpy()
    if filled.any():
        raise SettingFault(
            f"Row {int(filled.argmax()) + 1} below the header of {file} has more cells than the header.",
            field=field,
            advice="Put quotes around texts that hold the delimiter.",
        )
    return whole.iloc[:, :-count].set_axis(names, axis=1)


def _column_names(names: Sequence[str]) -> list[str]:
    return [
        f"column {place}" if not name.strip() or name.startswith("Unnamed: ") else name.strip()
        for place, name in enumerate(names, start=1)
    ]


def _check_keys(keys: pd.Series, *, file: str, field: str) -> None:
    empty = int((keys == "").sum())
    if empty:
        raise SettingFault(
            f"{empty} rows of {file} have no {keys.name}.",
            field=field,
            advice="Fill them or choose another key.",
        )
    again = keys[keys.duplicated()].unique()
    if len(again):
        shown = ", ".join(again[:5]) + (" ..." if len(again) > 5 else "")
        raise SettingFault(
            f"{keys.name} is not unique in {file}: {shown}",
            field=field,
            advice="Remove the repeated rows or choose another key column.",
        )


def read_decisions(path: Path) -> pd.DataFrame:
    """The judged pairs: columns source_id, target_id, judgement (matched or no_match); others are ignored."""
    sample = _sample(path, field="decisions")
    encoding = _encoding(sample, path)
    delimiter, _ = _layout(_decode(sample, encoding), file=path.name, field="decisions")
    frame = _frame(path, encoding=encoding, delimiter=delimiter, field="decisions")
    missing = [name for name in ("source_id", "target_id", "judgement") if name not in frame.columns]
    if missing:
        raise SettingFault(
            f"{path.name} has no column {', '.join(missing)}.",
            field="decisions",
            advice="It needs source_id, target_id and judgement.",
        )
    judged: pd.DataFrame = frame[["source_id", "target_id", "judgement"]].apply(
        lambda column: column.str.strip()
    )
    wrong = judged[~judged["judgement"].str.casefold().isin(["matched", "no_match"])]
    if len(wrong):
        raise SettingFault(
            f"{path.name} has the judgement {wrong['judgement'].iloc[0]!r}.",
            field="decisions",
            advice="Write matched or no_match.",
        )
    return judged
