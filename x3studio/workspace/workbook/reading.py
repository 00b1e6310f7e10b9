"""Takes a workbook back that anybody may have changed: bounded, cell by cell, and nothing of it is run."""

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from x3studio.domain.errors import SettingFault
from x3studio.domain.workbench import Kind
from x3studio.workbench.merge import Key, Returned
from x3studio.workbench.sheets import Form, form_of, tidy
from x3studio.workspace.workbook.shape import BASE, FACTS, KEYS, SEAL, Homecoming

_MOST_BYTES = 500_000_000
_BLOCK = 1 << 20
_BROKEN = (OSError, EOFError, BadZipFile, zlib.error, ValueError, KeyError, TypeError, RuntimeError)
"""What zipfile and json raise for archives that are damaged, encrypted or packed in a way of their own."""


def read(path: Path, *, kind: Kind) -> Homecoming | None:
    """What came back; None where the file never was such a workbook.

    Raises SettingFault for what is no workbook, and for one of another kind.
    """
    # Imported here for the same reason.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        formulas = _checked(path)
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if FACTS not in names:
            return None
        facts = {str(name): value for name, value in _cells(book, FACTS)}
        handed_out = tuple(_key(cell) for cell, *_ in _cells(book, KEYS)[1:]) if KEYS in names else ()
        for name in names:
            table = _cells(book, name)
            if table and {BASE, SEAL} <= set(table[0]):
                found = formulas_in(path, name) if formulas else frozenset()
                return _homecoming(table, facts, handed_out, found, path=path, kind=kind)
    except (*_BROKEN, CalamineError) as fault:
        raise SettingFault(
            f"{path.name} cannot be read as a workbook.",
            field="file",
            advice="Save it as XLSX, with the column names in the first row as they were handed out.",
            said=str(fault).splitlines()[0] if str(fault) else "",
        ) from fault
    raise SettingFault(
        f"{path.name} has lost the columns {BASE} and {SEAL}.",
        field="file",
        advice="They are hidden and say what was handed out. Ask for the file with them, or hand out anew.",
    )


def formulas_in(path: Path, sheet: str) -> frozenset[tuple[int, int]]:
    """Row and column, from 0, of the cells of a sheet that hold a formula."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=False)
    try:
        return frozenset(
            (row_place, place)
            for row_place, row in enumerate(book[sheet].iter_rows())
            for place, cell in enumerate(row)
            if cell.data_type == "f"
        )
    finally:
        book.close()


def _checked(path: Path) -> bool:
    """Reads every member through to its end within bounds; returns whether a sheet holds a formula.

    What an archive says of its sizes is a claim; zipfile stops there, and the checksum then tells.
    """
    with ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > _MOST_BYTES:
            raise ValueError("It is larger than 500 MB when unpacked.")
        found = False
        for member in archive.infolist():
            sheet = member.filename.startswith("xl/worksheets/")
            with archive.open(member) as stream:
                tail = b""
                while block := stream.read(_BLOCK):
                    found = found or (sheet and (b"<f>" in tail + block or b"<f " in tail + block))
                    tail = block[-3:]
    return found


def _cells(book: Any, name: str) -> list[list[str]]:
    return [
        [_text(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    ]


def _text(cell: Any) -> str:
    """A cell as a person sees it: whole numbers without a point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _key(cell: str) -> Key:
    return tuple(str(part) for part in json.loads(cell))


def _homecoming(
    table: list[list[str]],
    facts: dict[str, str],
    handed_out: tuple[Key, ...],
    formulas: frozenset[tuple[int, int]],
    *,
    path: Path,
    kind: Kind,
) -> Homecoming:
    if facts.get("kind") != kind.value:
        raise SettingFault(
            f"{path.name} holds {facts.get('kind', 'something else')}, not {kind.value}.",
            field="kind",
            advice=f"Import it as {facts.get('kind', 'its own kind')}.",
        )
    form = form_of(kind)
    header = table[0]
    lost = [name for name in (*form.key, *form.values) if name not in header]
    if lost:
        raise SettingFault(
            f"{path.name} has lost its column {' and '.join(lost)}.",
            field="file",
            advice="Put the column back under its old name, or hand the workbook out again.",
        )
    places = {name: header.index(name) for name in (*form.key, *form.values, BASE, SEAL)}
    answered = {places[name] for name in form.values}
    wrong = {row for row, column in formulas if column in answered}
    rows = tuple(
        _returned(number, cells, places, form, kind=kind, formula=number in wrong)
        for number, cells in enumerate(table[1:], start=1)
        if any(cells)
    )
    workspace = facts.get("workspace", "")
    return Homecoming(kind, workspace, rows, handed_out, _strange(header, table))


def _strange(header: Sequence[str], table: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The columns that somebody added behind the last hidden one."""
    last = max(header.index(BASE), header.index(SEAL))
    return tuple(
        name or f"column {place + 1}" for place, name in enumerate(header) if place > last and len(table) > 1
    )


def _returned(
    number: int, cells: Sequence[str], places: dict[str, int], form: Form, *, kind: Kind, formula: bool
) -> Returned:
    def cell(name: str) -> str:
        place = places[name]
        return cells[place] if place < len(cells) else ""

    key = tuple(cell(name).strip() if not cell(SEAL) else cell(name) for name in form.key)
    raw = {name: cell(name) for name in form.values}
    fault, values = "", tuple(raw.values())
    try:
        base = tuple(str(part) for part in json.loads(cell(BASE))) if cell(BASE) else None
        if formula:
            raise ValueError("a cell holds a formula; write the value itself")
        if values != base:
            values = tidy(raw, kind=kind)
    except ValueError as wrong:
        fault, base = f"Row {number + 1}: {wrong}.", None
    if not fault and not any(key):
        fault = f"Row {number + 1}: {form.key[0]} is missing."
    return Returned(number + 1, key, values, base=base, seal=cell(SEAL), fault=fault)
