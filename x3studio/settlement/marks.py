"""Decides a file's decimal mark from all its amounts and the total, or names the line that differs."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from x3studio.settlement.amounts import (
    OTHER,
    Evidence,
    NotAnAmount,
    mark_of,
    settle_ambiguity,
    to_decimal,
    total_of,
    weigh,
)
from x3studio.settlement.faults import BadAmount, ColumnsShifted, MixedMarks, SpreadsheetDamage
from x3studio.settlement.table import TextTable

_NAMES = {".": "decimal point", ",": "decimal comma"}
_REACH = 3


@dataclass(frozen=True, slots=True)
class Decided:
    """The mark, the total and the amounts read with it, and the rows that hold no amount."""

    mark: str
    total: Decimal
    amounts: pa.ChunkedArray
    empty: NDArray[np.intp]


def decide_mark(
    lines: TextTable, *, total: str, total_line: int, preferred: str, whole: bool = False
) -> Decided:
    """Reads all amounts with the one mark they prove; `preferred` only where nothing proves one.

    `whole` says that the currency knows no decimals.

    Errors: MixedMarks, BadAmount, ColumnsShifted, SpreadsheetDamage, each with its line.
    """
    evidence = weigh(lines.coded("amount"))
    if (row := evidence.first_unreadable()) >= 0:
        raise _unreadable(lines, row, lines.text("amount", row))
    for row in evidence.empty[:50]:
        _not_shifted(lines, int(row))
    try:
        total_mark = mark_of(total)
    except NotAnAmount as fault:
        raise _bad_total(total, total_line, fault) from fault
    proving = dict(evidence.proving)
    if total_mark:
        proving[total_mark] += 1
    marks = [mark for mark, count in proving.items() if count]
    if len(marks) == 2:
        raise _mixed(lines, evidence, total, total_line, total_mark)
    mark = marks[0] if marks else settle_ambiguity(evidence, total=total, preferred=preferred, whole=whole)
    try:
        return Decided(mark, to_decimal(total, mark), evidence.read(mark), evidence.empty)
    except NotAnAmount as fault:
        row = lines.coded("amount").first(str(fault))
        raise _unreadable(lines, row, str(fault)) from fault


def odd_marks(text: TextTable) -> tuple[str, tuple[tuple[int, str], ...]]:
    """The mark that fewer amounts use, and where: line and column of each amount, of the total too."""
    evidence, totals = weigh(text.coded("amount")), weigh(text.coded("total-amount"))
    counts = {mark: evidence.proving[mark] + totals.proving[mark] for mark in OTHER}
    rare = min(OTHER, key=lambda mark: counts[mark])
    found = [
        (int(text.numbers[row]), name)
        for name, column in (("amount", evidence), ("total-amount", totals))
        for row in column.rows(column.marks == rare).tolist()
    ]
    return rare, tuple(found)


def _mixed(lines: TextTable, evidence: Evidence, total: str, total_line: int, total_mark: str) -> MixedMarks:
    """Points at the mark fewer amounts use, and says whether reading each by its own adds up."""
    counts = evidence.proving
    rare = min(OTHER, key=lambda mark: (counts[mark], mark == total_mark))
    line = int(lines.numbers[evidence.first(rare)]) if counts[rare] else total_line
    cell = lines.text("amount", evidence.first(rare)) if counts[rare] else total
    many = sum(counts.values()) - counts[rare]
    advice = f"The other {many} amounts have a {_NAMES[OTHER[rare]]}. "
    if total_of(evidence.read(OTHER[rare], each_by_its_own=True)) == to_decimal(
        total, total_mark or OTHER[rare]
    ):
        advice += (
            f"Read with a {_NAMES[rare]} only where one stands, the file adds up to its total: "
            "it was probably edited. Download it again, or correct that line."
        )
    else:
        advice += "The file does not add up either way. Download it again."
    return MixedMarks(
        f"Line {line} writes {cell[:40]} with a {_NAMES[rare]}; the file mixes two ways of writing amounts.",
        advice=advice,
        line=line,
    )


def _bad_total(total: str, line: int, fault: NotAnAmount) -> BadAmount | SpreadsheetDamage:
    if fault.power:
        return _spreadsheet(total, line)
    return BadAmount(
        f"The total in line {line} is no amount: {total[:40]!r}.",
        advice="Download the settlement again.",
        line=line,
    )


def _spreadsheet(cell: str, line: int) -> SpreadsheetDamage:
    return SpreadsheetDamage(
        f"A spreadsheet rounded the amount in line {line} to {cell[:40]}.",
        advice="Use the file as Amazon delivers it; do not save it from a spreadsheet.",
        line=line,
    )


def _unreadable(lines: TextTable, row: int, cell: str) -> BadAmount | ColumnsShifted | SpreadsheetDamage:
    line = int(lines.numbers[row])
    if (shifted := _shifted(lines, row)) is not None:
        return shifted
    try:
        mark_of(cell)
    except NotAnAmount as fault:
        if fault.power:
            return _spreadsheet(cell, line)
    return BadAmount(
        f"The amount in line {line} cannot be read: {cell[:40]!r}.",
        advice="Download the settlement again; do not save it from a spreadsheet.",
        line=line,
    )


def _not_shifted(lines: TextTable, row: int) -> None:
    if (shifted := _shifted(lines, row)) is not None:
        raise shifted


def _shifted(lines: TextTable, row: int) -> ColumnsShifted | None:
    """Whether an amount stands in a column near the one it belongs to."""
    names = lines.table.column_names
    if lines.columns.wide or "amount" not in names:
        return None
    place = names.index("amount")
    for distance in (step * side for step in range(1, _REACH + 1) for side in (1, -1)):
        at = place + distance
        if 0 <= at < len(names) and _is_money(lines.text(names[at], row)):
            line = int(lines.numbers[row])
            count = f"{abs(distance)} column{'s' if abs(distance) > 1 else ''}"
            side = "right" if distance > 0 else "left"
            return ColumnsShifted(
                f"The cells of line {line} stand {count} too far {side}: its amount is under {names[at]}.",
                advice=f"A tab too {'many' if distance > 0 else 'few'} in that line. Move its cells back, or "
                "download the settlement again.",
                line=line,
            )
    return None


def _is_money(cell: str) -> bool:
    try:
        return bool(cell) and mark_of(cell) != ""
    except NotAnAmount:
        return False
