"""Hands a workbook out: ids are locked, answers are text cells, and no cell is ever a formula."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from x3studio.domain.workbench import Kind
from x3studio.workbench.merge import Key, Values, seal
from x3studio.workbench.sheets import ACCEPTED, NO_TARGET, Form, form_of, tidy
from x3studio.workspace.whole_file import whole_file
from x3studio.workspace.workbook.shape import BASE, FACTS, FORMAT, KEYS, MAPPING, SEAL, OutRow

_LONGEST = 32_000
"""A cell holds 32,767 characters at most."""
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDTHS = {"seller_sku": 26, "title": 52, "note": 36, "components": 30, "description": 40, "details": 30}
_FREE_ROWS = 1_000
"""So many rows below the last one take new keys."""
_PROGRESS_ROWS = 1_000


def write(
    path: Path,
    rows: Iterable[OutRow],
    *,
    kind: Kind,
    told: Sequence[str],
    at: datetime,
    workspace: str,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Writes the workbook, all or nothing; returns how many rows. Raises SettingFault where it cannot."""
    # Imported here: most starts never see a spreadsheet.
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxWriterException

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    facts = {"format": FORMAT, "kind": kind.value, "at": at.isoformat(), "workspace": workspace}
    with whole_file(path, foreign=(XlsxWriterException,)) as unfinished:
        book = xlsxwriter.Workbook(str(unfinished), options)
        keys = _rows(book, rows, kind=kind, told=told, progress=progress)
        _facts(book, facts)
        _keys(book, keys)
        book.close()
    return len(keys)


def _rows(
    book: Any,
    rows: Iterable[OutRow],
    *,
    kind: Kind,
    told: Sequence[str],
    progress: Callable[[int], None],
) -> list[Key]:
    form = form_of(kind)
    sheet = book.add_worksheet(MAPPING)
    columns = (*form.key, *told, *form.values, BASE, SEAL)
    free, locked, head = _formats(book)
    _lay_out(sheet, columns, form, free=free)
    for place, name in enumerate(columns):
        sheet.write_string(0, place, name, head)
    keys: list[Key] = []
    for number, row in enumerate(rows, start=1):
        base = _base(row.values, form, kind=kind)
        cells = (*row.key, *(_writable(cell) for cell in row.told))
        for place, cell in enumerate(cells):
            sheet.write_string(number, place, cell, locked)
        for place, cell in enumerate(base, start=len(cells)):
            sheet.write_string(number, place, cell, free)
        # In a list rather than in cells of their own: what is empty must come back as empty.
        sheet.write_string(number, len(columns) - 2, json.dumps(base, ensure_ascii=False), locked)
        sheet.write_string(number, len(columns) - 1, seal(row.key, base), locked)
        keys.append(row.key)
        if number % _PROGRESS_ROWS == 0:
            progress(number)
    _finish(sheet, columns, form, count=len(keys))
    return keys


def _formats(book: Any) -> tuple[Any, Any, Any]:
    """Cells that are answered, locked ones, and the header. Text everywhere: 00123 keeps its zeros."""
    return (
        book.add_format({"locked": False, "num_format": "@"}),
        book.add_format({"locked": True, "num_format": "@", "font_color": "#5C6676"}),
        book.add_format({"locked": True, "bold": True, "bottom": 1, "num_format": "@"}),
    )


def _lay_out(sheet: Any, columns: Sequence[str], form: Form, *, free: Any) -> None:
    for place, name in enumerate(columns):
        hidden = {"hidden": True} if name in (BASE, SEAL) else {}
        sheet.set_column(place, place, _WIDTHS.get(name, 16), free, hidden)
    sheet.freeze_panes(1, len(form.key))
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    may = ("format_columns", "format_rows", "autofilter", "insert_rows", "sort", "select_locked_cells")
    sheet.protect("", dict.fromkeys(may, True))


def _finish(sheet: Any, columns: Sequence[str], form: Form, *, count: int) -> None:
    sheet.autofilter(0, 0, max(count, 1), len(columns) - 3)
    place = columns.index(form.values[0])
    choices = {
        "validate": "list",
        "source": [ACCEPTED, NO_TARGET],
        "ignore_blank": True,
        "error_title": "Decision",
        "error_message": f"{ACCEPTED}, {NO_TARGET} (nothing in X3 stands for it), or empty.",
    }
    sheet.data_validation(1, place, count + _FREE_ROWS, place, choices)


def _facts(book: Any, facts: dict[str, Any]) -> None:
    sheet = book.add_worksheet(FACTS)
    sheet.very_hidden()
    for place, (name, value) in enumerate(facts.items()):
        sheet.write_string(place, 0, name)
        sheet.write_string(place, 1, str(value))


def _keys(book: Any, keys: Sequence[Key]) -> None:
    sheet = book.add_worksheet(KEYS)
    sheet.very_hidden()
    # A sheet without a row would keep its temporary file open.
    sheet.write_string(0, 0, "key")
    for place, key in enumerate(keys, start=1):
        sheet.write_string(place, 0, json.dumps(key, ensure_ascii=False))


def _writable(text: str) -> str:
    """What a cell can hold: no control characters, one kind of line end, not too long."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n"))[:_LONGEST]


def _base(values: Values, form: Form, *, kind: Kind) -> Values:
    """What stands as it is written and compared; an odd old decision goes out as it is."""
    cells = tuple(map(_writable, values))
    try:
        return tidy(dict(zip(form.values, cells, strict=True)), kind=kind)
    except ValueError:
        return cells
