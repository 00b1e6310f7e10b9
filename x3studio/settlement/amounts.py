"""Amounts as exact decimals; point or comma is decided once per file from all amounts, never cell by cell."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from x3studio.settlement import arrow
from x3studio.settlement.coded import Coded

# Fifteen digits before the mark and four after hold any settlement; sums widen to 38 digits by themselves.
EXACT = pa.decimal128(19, 4)
_PLAIN = r"^-?[0-9]{1,13}$"
_WITH_MARK = {".": r"^-?[0-9]{1,13}\.[0-9]{1,2}$", ",": r"^-?[0-9]{1,13},[0-9]{1,2}$"}
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'\u2019")
_SIGNED = re.compile(r"(?P<open>\()?(?P<minus>[-−+])?(?P<body>[0-9.,]+)(?P<after>-)?(?(open)\))")
_POWER = re.compile(r"-?[0-9]+([.,][0-9]+)?E[+-]?[0-9]+", re.IGNORECASE)
OTHER = {".": ",", ",": "."}


class NotAnAmount(ValueError):
    """A cell that cannot be read; `power` where it is a number in powers of ten, as spreadsheets write."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.power = bool(_POWER.fullmatch(text.strip()))


def mark_of(text: str) -> str:
    """The decimal mark a cell proves, "" where it can be read either way. Error: NotAnAmount."""
    body = _parts(text)[1]
    marks = {mark for mark in ".," if mark in body}
    if not marks:
        return ""
    if len(marks) == 2:
        last = max(".,", key=body.rfind)
        if body.count(last) > 1 or not _grouped(body.partition(last)[0], OTHER[last]):
            raise NotAnAmount(text)
        return last
    mark = marks.pop()
    if body.count(mark) > 1:
        if not _grouped(body, mark):
            raise NotAnAmount(text)
        return OTHER[mark]
    whole, _, part = body.partition(mark)
    could_group = len(part) == 3 and 1 <= len(whole) <= 3 and whole != "0"
    return "" if could_group else mark


def to_decimal(text: str, mark: str) -> Decimal:
    """One cell read with a decimal mark; an empty cell is zero. Error: NotAnAmount."""
    if not text.strip():
        return Decimal(0)
    sign, body = _parts(text)
    whole, found, part = body.partition(mark)
    if OTHER[mark] in part or mark in part or not _grouped(whole, OTHER[mark]):
        raise NotAnAmount(text)
    whole = whole.replace(OTHER[mark], "")
    if not (whole or part) or len(whole) > 13 or len(part) > 4 or (found and not part):
        raise NotAnAmount(text)
    return Decimal(f"{sign}{whole or 0}.{part or 0}")


def _parts(text: str) -> tuple[str, str]:
    found = _SIGNED.fullmatch(text.translate(_SPACES))
    if not found or not any(letter.isdigit() for letter in found["body"]):
        raise NotAnAmount(text)
    negative = bool(found["open"]) + (found["minus"] in ("-", "−")) + bool(found["after"])
    if negative > 1:
        raise NotAnAmount(text)
    return ("-" if negative else "", found["body"])


def _grouped(whole: str, separator: str) -> bool:
    """Thousands as 1,234,567; with commas also lakhs and crores as India writes them, 12,34,567."""
    first, *groups = whole.split(separator)
    if not groups:
        return True
    if 1 <= len(first) <= 3 and all(len(group) == 3 for group in groups):
        return True
    *pairs, last = groups
    indian = separator == "," and 1 <= len(first) <= 2 and len(last) == 3
    return indian and all(len(group) == 2 for group in pairs)


@dataclass(frozen=True)
class Evidence:
    """What the cells of a column say about their decimal mark, before one is chosen.

    Index i of every tuple and array but `column` speaks of the distinct text column.cells[i].
    `marks` holds the mark a text proves, "" for none; only texts that occur are looked at.
    """

    column: Coded
    texts: pa.Array
    simple: NDArray[np.bool_]
    marks: NDArray[np.str_]
    unreadable: tuple[int, ...]

    @cached_property
    def proving(self) -> dict[str, int]:
        """How many lines prove each mark."""
        return {mark: int(self.column.counts[self.marks == mark].sum()) for mark in OTHER}

    @cached_property
    def empty(self) -> NDArray[np.intp]:
        """The rows without an amount."""
        return self.rows(arrow.flags(pc.equal(self.texts, arrow.text(""))))

    def rows(self, texts: NDArray[np.bool_]) -> NDArray[np.intp]:
        """The rows that hold one of the chosen texts."""
        return np.flatnonzero(texts[self.column.codes])

    def first(self, mark: str) -> int:
        """The first row that proves `mark`."""
        return int(self.rows(self.marks == mark)[0])

    def first_unreadable(self) -> int:
        """The first row that holds no amount at all, -1 where all do."""
        rows = np.flatnonzero(np.isin(self.column.codes, self.unreadable))
        return int(rows[0]) if rows.size else -1

    def read(self, mark: str, *, each_by_its_own: bool = False) -> pa.ChunkedArray:
        """All cells as exact decimals; unreadable and empty ones as zero.

        `each_by_its_own` reads a text that proves the other mark by that one: only for telling a person
        that this would make the file add up. Error: NotAnAmount where `mark` does not fit a text.
        """
        simple = self.simple & ((self.marks == mark) | (self.marks == "") | each_by_its_own)
        plain = pc.if_else(arrow.column(simple), pc.replace_substring(self.texts, ",", "."), arrow.text("0"))
        used = self.column.counts > 0
        odd = [i for i in np.flatnonzero(used & ~simple).tolist() if i not in self.unreadable]
        if odd:
            read = [
                f"{to_decimal(self.texts[i].as_py(), self._mark(i, mark, each_by_its_own)):f}" for i in odd
            ]
            mask = np.zeros(len(plain), bool)
            mask[odd] = True
            plain = pc.replace_with_mask(plain, arrow.column(mask), arrow.texts(read))
        return pa.chunked_array([pc.cast(plain, EXACT).take(arrow.column(self.column.codes))])

    def _mark(self, text: int, mark: str, own: bool) -> str:
        return str(self.marks[text]) or mark if own else mark


def weigh(column: Coded) -> Evidence:
    """What a column of amounts proves; almost all texts are judged without looking at them one by one."""
    texts = pc.utf8_trim_whitespace(column.cells)
    marks = np.full(len(texts), "", dtype="<U1")
    simple = _matches(texts, _PLAIN)
    for mark, pattern in _WITH_MARK.items():
        fits = _matches(texts, pattern)
        marks[fits] = mark
        simple |= fits
    bad = []
    for i in np.flatnonzero((column.counts > 0) & ~simple).tolist():
        text = texts[i].as_py()
        if text:
            try:
                marks[i] = mark_of(text)
            except NotAnAmount:
                bad.append(i)
    marks[column.counts == 0] = ""
    return Evidence(column, texts, simple, marks, tuple(bad))


def _matches(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    return arrow.flags(pc.match_substring_regex(texts, pattern))


def total_of(values: pa.ChunkedArray) -> Decimal:
    """The exact sum of a column of amounts."""
    added = pc.sum(values).as_py()
    return Decimal(0) if added is None else Decimal(added)


def settle_ambiguity(evidence: Evidence, *, total: str, preferred: str, whole: bool = False) -> str:
    """The mark where no cell proves one: the reading whose sum is the total, else `preferred`.

    `whole` says that the currency knows no decimals: a reading that gives some is none.
    """
    order: Sequence[str] = (preferred, OTHER[preferred])
    for mark in order:
        try:
            amounts = evidence.read(mark)
            if whole and pc.any(pc.not_equal(pc.floor(amounts), amounts)).as_py():
                continue
            if total_of(amounts) == to_decimal(total, mark):
                return mark
        except NotAnAmount:
            continue
    return preferred
