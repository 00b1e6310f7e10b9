"""What a file seems to be, for a person to confirm before anything of it is taken over."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from x3studio.domain.errors import SettingFault
from x3studio.workspace.sources.columns import FIELDS, KINDS, guess_columns
from x3studio.workspace.sources.damage import Damage, Damages
from x3studio.workspace.sources.rows import (
    MOST_BYTES,
    Mixed,
    is_excel,
    padded,
    plain_faults,
    rows_of,
    unreadable,
)

_HEAD = 256 * 1024
_SAMPLE, _EXAMINED = 20, 20_000
_DELIMITERS = ",;\t|"
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_COMMA = re.compile(r"-?\d{1,3}(?:[. ]\d{3})*,\d+|-?\d+,\d+")
_POINT = re.compile(r"-?\d{1,3}(?:[, ]\d{3})*\.\d+|-?\d+\.\d+")
_NUMBERS = frozenset({"price", "weight", "sales_to_stock", "revenue", "discount"})
TITLES = {"items": "description", "customers": "name", "listings": "title", "sales": ""}


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file seems to be. Everything may be corrected with `replace` before it is taken over.

    `columns` says which field is read from which column (by place); `sample` are its first rows; `damages`
    were found in the first `examined` rows. `delimiter` and `encoding` are "" for a workbook.
    """

    path: Path
    kind: str
    encoding: str
    delimiter: str
    decimal_mark: str
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    columns: Mapping[str, int]
    damages: tuple[Damage, ...]
    examined: int
    size: int

    def with_decimal_mark(self, mark: str) -> "Sniffed":
        """With numbers read by this mark."""
        return replace(self, decimal_mark=mark)

    def with_columns(self, names: Mapping[str, str]) -> "Sniffed":
        """With fields read from columns by name, such as {"itmref": "Artikel"}. Raises SettingFault."""
        columns = dict(self.columns)
        for field, name in names.items():
            if field not in FIELDS[self.kind]:
                raise SettingFault(
                    f"{self.kind} have no field {field}.",
                    field="role",
                    advice=f"Choose one of {', '.join(FIELDS[self.kind])}.",
                )
            if name not in self.header:
                raise SettingFault(
                    f"{self.path.name} has no column {name}.",
                    field="role",
                    advice=f"Choose one of {', '.join(self.header[:30])}.",
                )
            columns[field] = self.header.index(name)
        return replace(self, columns=columns)


def sniff(path: Path, kind: str) -> Sniffed:
    """Looks at a file of items, customers, listings or sales. Raises SettingFault for what is no table."""
    if kind not in KINDS:
        raise ValueError(f"{kind} cannot come from a file: {', '.join(KINDS)}.")
    with plain_faults(path):
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise unreadable(path, "It is larger than 2 GB: split it.")
        encoding, delimiter = text_form(path)
        mixed = Mixed()
        rows = rows_of(path, encoding=encoding, delimiter=delimiter, mixed=mixed)
        header = tuple(next(rows, []))
        found = list(islice(rows, _EXAMINED))
    if not any(header):
        raise unreadable(path, "It has no header.")
    columns = guess_columns(kind, header)
    return Sniffed(
        path=path,
        kind=kind,
        encoding=encoding,
        delimiter=delimiter,
        decimal_mark=_decimal_mark(found, columns),
        header=header,
        sample=tuple(tuple(padded(row, len(header))) for row in found[:_SAMPLE]),
        columns=columns,
        damages=_damages(found, columns, kind, width=len(header), mixed=mixed.count),
        examined=len(found),
        size=size,
    )


def text_form(path: Path) -> tuple[str, str]:
    """Encoding and delimiter of a text file, "" and "" of a workbook. Raises SettingFault for no text."""
    if is_excel(path):
        return "", ""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise unreadable(path, "It is empty.")
    encoding = next((name for mark, name in _MARKS.items() if head.startswith(mark)), "")
    if not encoding and b"\0" in head:
        raise unreadable(path, "It is no text.")
    if not encoding:
        encoding = "utf-8" if _is_utf8(head) else "cp1252"
    return encoding, _delimiter(head.decode(encoding, errors="replace"))


def _is_utf8(head: bytes) -> bool:
    """Whether what lies beyond ASCII is UTF-8 rather than a code page; the last bytes may be cut."""
    good = sum(1 for _ in re.finditer(rb"[\xc2-\xf4][\x80-\xbf]+", head))
    beyond = sum(1 for _ in re.finditer(rb"[\x80-\xff]+", head))
    return good * 2 >= beyond


def _delimiter(text: str) -> str:
    """What cuts most of the first lines into the same number of cells, more than one."""
    lines = text.splitlines(keepends=True)[:200]
    whole = "".join(lines[:-1] or lines)
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(whole), delimiter=delimiter) if row]
        except csv.Error:
            continue
        if not rows or len(rows[0]) < 2:
            continue
        width, count = Counter(map(len, rows)).most_common(1)[0]
        score = count / len(rows) * (1.5 if width == len(rows[0]) else 0.5) + min(width, 12) / 100
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _decimal_mark(rows: Sequence[Sequence[str]], columns: Mapping[str, int]) -> str:
    """The mark that most amounts of the file have, a point where none has any."""
    places = [place for field, place in columns.items() if field in _NUMBERS]
    return decimal_mark(row[place] for row in rows for place in places if place < len(row))


def decimal_mark(amounts: Iterable[str]) -> str:
    """The mark that most of the amounts have, a point where none has any."""
    cells = list(amounts)
    commas = sum(1 for cell in cells if _COMMA.fullmatch(cell))
    points = sum(1 for cell in cells if _POINT.fullmatch(cell))
    return "," if commas > points else "."


def _damages(
    rows: Sequence[Sequence[str]], columns: Mapping[str, int], kind: str, *, width: int, mixed: int
) -> tuple[Damage, ...]:
    damages, key = Damages(), FIELDS[kind][0]
    seen = set[tuple[str, ...]]()
    for number, row in enumerate(rows, 2):
        if not any(row):
            continue
        if len(row) > width:
            damages.note("cells_more", number)
        cells = {field: row[place] if place < len(row) else "" for field, place in columns.items()}
        damages.look(cells, number, key=key, title=TITLES[kind])
        mine = (cells.get(key, ""), cells.get("marketplace", ""))
        if kind != "sales" and mine[0]:
            if mine in seen:
                damages.note("key_twice", number, mine[0])
            seen.add(mine)
    for _ in range(mixed):
        damages.note("mixed", 0)
    return damages.all()
