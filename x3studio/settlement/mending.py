"""What would mend a damaged settlement, line by line; only what the total then proves is suggested at all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from x3studio.domain.repairs import Mend, Touch
from x3studio.domain.settlements import Proof, SettlementRefused
from x3studio.settlement.columns import read_columns
from x3studio.settlement.faults import BadAmount, BadDate, ColumnsShifted, MixedMarks
from x3studio.settlement.figures import figure
from x3studio.settlement.marks import odd_marks
from x3studio.settlement.proof import FILE_CHECKS, prove
from x3studio.settlement.reading import read_settlement
from x3studio.settlement.repair import Hint, hints
from x3studio.settlement.settlement import Settlement
from x3studio.settlement.source import Source
from x3studio.settlement.table import read_table
from x3studio.settlement.touching import texts_of
from x3studio.settlement.unshifting import Profile, put_back, sampled
from x3studio.settlement.vocabulary import Vocabulary

_ROUNDS = 20
_MOST = 3
_MOST_LINES = 200
_MOVED = "cells of {} moved back into their columns"
_OTHER_MARK = {",": "decimal comma read as the decimal point of all other amounts", ".": "decimal point "
               "read as the decimal comma of all other amounts"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Draft:
    """A file as it would read: touched lines by number, and why each group of them."""

    source: Source
    zone: str
    touches: dict[int, Touch] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()

    def read(self) -> Settlement:
        return read_settlement(self.source, zone=self.zone, touches=self.all)

    @property
    def all(self) -> tuple[Touch, ...]:
        return tuple(self.touches[line] for line in sorted(self.touches))

    def with_lines(self, lines: dict[int, str], reason: str) -> "_Draft":
        """With these lines too, each over what was touched before."""
        known = texts_of(self.source, [line for line in lines if line not in self.touches])
        touches = dict(self.touches)
        for line, new in lines.items():
            touches[line] = Touch(line, touches[line].old if line in touches else known[line], new)
        return _Draft(self.source, self.zone, touches, (*self.reasons, reason))

    def text(self, line: int) -> str:
        """A line as it reads now."""
        if line in self.touches:
            return self.touches[line].new
        return texts_of(self.source, [line]).get(line, "")


def mends(source: Source, *, zone: str = "", vocabulary: Vocabulary | None = None) -> tuple[Mend, ...]:
    """The likeliest first, each proven by the total; () for a whole file, or where nothing mends it."""
    begun = _readable(_Draft(source, zone))
    if begun is None or begun[1].columns.wide:
        return ()
    draft, settlement = _in_columns(*begun)

    def holds(proof: Proof) -> bool:
        return not any(proof.check(name).blocks for name in FILE_CHECKS)

    found: list[Mend] = []
    for candidate in _candidates(draft, settlement):
        mended = _prove(candidate, vocabulary, holds)
        if mended is not None and all(mended.touches != each.touches for each in found):
            found.append(mended)
        if len(found) == _MOST:
            break
    return tuple(found)


def _prove(draft: _Draft, vocabulary: Vocabulary | None, holds: Callable[[Proof], bool]) -> Mend | None:
    if not draft.touches:
        return None
    try:
        settlement = draft.read()
    except SettlementRefused:
        return None
    if settlement.sum != settlement.header.total:
        return None
    proof = prove(settlement, vocabulary=vocabulary)
    if not holds(proof):
        return None
    reason = f"{_sentence(draft.reasons)}."
    return Mend(draft.all, reason, settlement.columns.names, proof.check("B2").detail)


def _sentence(reasons: Sequence[str]) -> str:
    words = "; ".join(dict.fromkeys(reasons))
    return words[:1].upper() + words[1:]


def _readable(draft: _Draft) -> tuple[_Draft, Settlement] | None:
    """Mends what keeps the file from being read at all; None where that cannot be mended."""
    for _ in range(_ROUNDS):
        try:
            return draft, draft.read()
        except MixedMarks:
            found = _remarked(draft)
        except (ColumnsShifted, BadDate, BadAmount) as fault:
            found = _unshifted(draft, [fault.line] if fault.line else [])
        except SettlementRefused:
            return None
        if found is None:
            return None
        draft = found
    return None


def _remarked(draft: _Draft) -> _Draft | None:
    """Amounts with the rarer decimal mark, written with the other."""
    text = read_table(draft.source, touches=draft.all)
    mark, cells = odd_marks(text)
    if not cells or len(cells) > _MOST_LINES:
        return None
    swap = str.maketrans(".,", ",.")
    lines = {}
    for line, column in cells:
        place = text.columns.place(column)
        row = draft.text(line).split("\t")
        row[place] = row[place].translate(swap)
        lines[line] = "\t".join(row)
    return draft.with_lines(lines, _OTHER_MARK[mark])


def _unshifted(draft: _Draft, wanted: Sequence[int]) -> _Draft | None:
    """Lines whose cells stand in the wrong columns, put back; None where none of them is one."""
    lines: dict[int, str] = {}
    columns = None
    for line in wanted[:_ROUNDS]:
        sample = texts_of(draft.source, [1, *sampled(line)])
        columns = columns or read_columns(sample.get(1, ""))
        others = [text for number, text in sample.items() if number not in (1, *wanted)]
        if back := put_back(draft.text(line), Profile.of(others, columns)):
            lines[line] = back
    if not lines:
        return None
    named = f"line {min(lines)}" if len(lines) == 1 else f"{len(lines)} lines"
    return draft.with_lines(lines, _MOVED.format(named))


def _in_columns(draft: _Draft, settlement: Settlement) -> tuple[_Draft, Settlement]:
    """Lines with cells too many, without amount or without date, where moving their cells mends them."""
    shape, odd = settlement.shape, settlement.oddities
    undated = settlement.numbers[np.flatnonzero(settlement.posted.months < 0)[:_ROUNDS]].tolist()
    wanted = {*shape.long, *odd.without_amount, *undated} - {odd.summary_line, shape.last}
    found = _unshifted(draft, sorted(wanted)) if wanted else None
    if found is None:
        return draft, settlement
    try:
        return found, found.read()
    except SettlementRefused:
        return draft, settlement


def _candidates(draft: _Draft, settlement: Settlement) -> Iterator[_Draft]:
    """What to try, the likeliest first: what was mended so far, the file's end, single lines."""
    yield draft
    ends = [draft, *_ended(draft, settlement)]
    yield from ends[1:]
    for end in ends:
        try:
            now = settlement if end is draft else end.read()
        except SettlementRefused:
            continue
        for hint in hints(now):
            if (changed := _changed(end, now, hint)) is not None:
                yield changed


def _ended(draft: _Draft, settlement: Settlement) -> Iterator[_Draft]:
    """The last line completed: as it stands, or without the cell that the file's end cut in two."""
    shape, width = settlement.shape, len(settlement.columns.names)
    if shape.ended and shape.last not in shape.short:
        return
    cells = draft.text(shape.last).split("\t")
    missing = width - len(cells)
    if missing <= 0:
        words = f"line {shape.last} is whole but for its line end"
        yield draft.with_lines({shape.last: "\t".join(cells)}, words)
        return
    for kept, words in ((cells[:-1], " without the cell that was cut"), (cells, "")):
        filled = [*kept, *[""] * (width - len(kept))]
        reason = f"the file stops in line {shape.last}, which is completed with empty cells{words}"
        yield draft.with_lines({shape.last: "\t".join(filled)}, reason)


def _changed(draft: _Draft, settlement: Settlement, hint: Hint) -> _Draft | None:
    if hint.drop:
        words = f"line {hint.line} is left out, as it repeats the line before it"
        return draft.with_lines({hint.line: ""}, words)
    if not hint.column:
        return None
    cells = draft.text(hint.line).split("\t")
    place = settlement.columns.place(hint.column)
    if place >= len(cells):
        return None
    before, cells[place] = cells[place], _written(hint.value, settlement)
    whole = hint.column == "amount"
    words = (
        f"{f'in line {hint.line}' if whole else 'the total'} {before} read as {cells[place]}, "
        f"{'with which the lines add up to the total' if whole else 'to which the lines add up'}"
    )
    return draft.with_lines({hint.line: "\t".join(cells)}, words)


def _written(amount: Decimal, settlement: Settlement) -> str:
    """An amount as this file writes them."""
    return figure(amount, settlement.header.currency).replace(".", settlement.mark)
