"""B1: whether the file has the shape of one whole settlement."""

import re
from dataclasses import replace

import numpy as np

from x3studio.domain.money import minor_unit
from x3studio.domain.repairs import Repair
from x3studio.domain.settlements import Check, Verdict
from x3studio.settlement.exact import SCALE, scaled
from x3studio.settlement.figures import counted, figure, money
from x3studio.settlement.settlement import Settlement

Finding = tuple[str, int | None]
_CODE = re.compile("[A-Z]{3}")


def check_shape(settlement: Settlement, repair: Repair | None = None) -> Check:
    """Fails for a truncated or changed file, warns of what is odd but harmless, each with the first line.

    Lines that a person repaired are named with who and when; a repaired file never passes without a word.
    """
    found = _shape(settlement)
    if repair is None:
        return found
    lines = repair.mend.touches
    return replace(
        found,
        verdict=Verdict.WARN if found.verdict is Verdict.PASS else found.verdict,
        detail=f"{repair.words} {found.detail}",
        line=lines[0].line,
        figure=f"{counted(len(lines), 'line')} repaired",
    )


def _shape(settlement: Settlement) -> Check:
    failures = [*_ends(settlement), *_mixtures(settlement), *_cells(settlement)]
    warnings = [*_short(settlement), *_fine(settlement), *_unknown(settlement), *_header(settlement)]
    if failures:
        return _check(Verdict.FAIL, [*failures, *warnings], failures[0][1])
    if warnings:
        return _check(Verdict.WARN, warnings, warnings[0][1])
    header = settlement.header
    return Check(
        "B1",
        Verdict.PASS,
        f"One summary and {counted(settlement.rows, 'line')}, all of settlement {header.settlement_id} in "
        f"{header.currency}; {len(settlement.columns.names)} columns; read as {settlement.encoding}.",
        figure=f"{settlement.rows:,} {'row' if settlement.rows == 1 else 'rows'}",
    )


def _check(verdict: Verdict, findings: list[Finding], line: int | None) -> Check:
    return Check("B1", verdict, " ".join(text for text, _ in findings), line)


def _ends(settlement: Settlement) -> list[Finding]:
    shape = settlement.shape
    if shape.last in shape.short:
        how = "is cut off" if not shape.ended else "has too few cells"
        return [(f"The last line, {shape.last}, {how}: the file is truncated.", shape.last)]
    if not shape.ended:
        return [(f"The last line, {shape.last}, has no line end: the file may be truncated.", shape.last)]
    return []


def _mixtures(settlement: Settlement) -> list[Finding]:
    odd = settlement.oddities
    findings: list[Finding] = [
        (f"The required column {name} is missing.", 1) for name in settlement.columns.missing
    ]
    if odd.other_ids:
        name, line = odd.other_ids[0]
        whose = f"settlement {name}" if name else "no settlement-id"
        findings.append((f"Line {line} carries {whose} instead of {settlement.header.settlement_id}.", line))
    if odd.other_currencies:
        name, line = odd.other_currencies[0]
        findings.append((f"Line {line} is in {name} instead of {settlement.header.currency}.", line))
    if not odd.currency_named:
        findings.append(("No line names a currency.", odd.summary_line))
    elif not _CODE.fullmatch(settlement.header.currency):
        findings.append((f"{settlement.header.currency!r} is no currency.", odd.summary_line))
    return findings


def _cells(settlement: Settlement) -> list[Finding]:
    findings: list[Finding] = []
    shape, odd = settlement.shape, settlement.oddities
    if shape.long:
        line = shape.long[0]
        findings.append((f"{_lines(len(shape.long))} more cells than columns, first line {line}.", line))
    short = set(shape.short)
    empty = [line for line in odd.without_amount if line not in short]
    if empty:
        findings.append((f"{_lines(len(empty))} no amount, first line {empty[0]}.", empty[0]))
    return findings


def _short(settlement: Settlement) -> list[Finding]:
    exempt = {settlement.shape.last, settlement.oddities.summary_line}
    short = [line for line in settlement.shape.short if line not in exempt]
    return (
        [(f"{_lines(len(short))} fewer cells than columns, first line {short[0]}.", short[0])]
        if short
        else []
    )


def _fine(settlement: Settlement) -> list[Finding]:
    """Amounts with more decimals than the currency has: Amazon writes none, a spreadsheet may."""
    currency = settlement.header.currency
    unit = minor_unit(currency)
    rows = np.flatnonzero(scaled(settlement.amounts) % int(unit * SCALE))
    if not rows.size:
        return []
    line = int(settlement.numbers[rows[0]])
    amount = figure(settlement.amounts[int(rows[0])].as_py(), currency)
    return [(f"The amount in line {line}, {amount}, is finer than {money(unit, currency)}.", line)]


def _unknown(settlement: Settlement) -> list[Finding]:
    unknown = settlement.columns.unknown
    word = "column" if len(unknown) == 1 else "columns"
    return [(f"Kept without meaning: {word} {', '.join(unknown[:5])}.", 1)] if unknown else []


def _header(settlement: Settlement) -> list[Finding]:
    odd, header = settlement.oddities, settlement.header
    findings: list[Finding] = []
    if not odd.summary_first:
        findings.append((f"The summary stands in line {odd.summary_line}, not first.", odd.summary_line))
    if header.start is None or header.end is None:
        findings.append(("The summary names no start or no end.", odd.summary_line))
    elif header.end < header.start:
        findings.append(("The settlement ends before it starts.", odd.summary_line))
    return findings


def _lines(count: int) -> str:
    return "1 line has" if count == 1 else f"{count} lines have"
