"""The cells of a line that a tab too many or too few moved, put back so that they look like the others'."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from x3studio.settlement.columns import Columns

_SAMPLE = 400
_STEPS = 3
_CLEARLY = 0.5
_DIGITS, _LETTERS = re.compile("[0-9]+"), re.compile(r"[^\W\d_]+")
# Columns with few values, where a value seen before tells more than its shape.
_REPEATED = (
    "settlement-id",
    "currency",
    "transaction-type",
    "marketplace-name",
    "amount-type",
    "amount-description",
    "fulfillment-id",
)


def sampled(around: int) -> range:
    """The lines whose look decides: some hundred before and after."""
    return range(max(around - _SAMPLE // 2, 2), max(around - _SAMPLE // 2, 2) + _SAMPLE)


@dataclass(frozen=True, slots=True)
class Profile:
    """How whole lines look, column by column: the share of each shape, and the values of few-valued ones."""

    width: int
    shapes: tuple[dict[str, float], ...]
    values: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, lines: Iterable[str], columns: Columns) -> "Profile":
        """From those lines that have all their cells."""
        width = len(columns.names)
        rows = [cells for line in lines if len(cells := line.split("\t")) == width]
        repeated = {columns.place(name) for name in _REPEATED}
        return cls(
            width,
            tuple(_shares(row[place] for row in rows) for place in range(width)),
            tuple(
                frozenset(row[place] for row in rows) if place in repeated else frozenset()
                for place in range(width)
            ),
        )

    def likeness(self, cells: Sequence[str]) -> float:
        """How much a line looks like the others; cells beyond the last column count against it."""
        here = list(cells[: self.width]) + [""] * (self.width - len(cells))
        score = -float(sum(bool(cell.strip()) for cell in cells[self.width :]))
        for place, cell in enumerate(here):
            score += self.shapes[place].get(_shape(cell), 0.0) + (cell in self.values[place])
        return score


def put_back(line: str, profile: Profile) -> str:
    """The line with its cells in their columns, "" where moving them makes it look no more like others."""
    best = line.split("\t")
    start = score = profile.likeness(best)
    for _ in range(_STEPS):
        found = max(_moved(best, profile.width), key=profile.likeness, default=best)
        if profile.likeness(found) <= score:
            break
        best, score = found, profile.likeness(found)
    best += [""] * (profile.width - len(best))
    if score < start + _CLEARLY or any(cell.strip() for cell in best[profile.width :]):
        return ""
    return "\t".join(best[: profile.width])


def _moved(cells: list[str], width: int) -> Iterator[list[str]]:
    """Every way to take one tab out of a line, or to put one in."""
    for place in range(len(cells) - 1):
        for between in ("", " ") if cells[place] and cells[place + 1] else ("",):
            joined = cells[place] + between + cells[place + 1]
            yield [*cells[:place], joined, *cells[place + 2 :]]
    for place in range(min(len(cells), width) + 1):
        yield [*cells[:place], "", *cells[place:]]
    for place, cell in enumerate(cells):
        for space in (at for at, letter in enumerate(cell) if letter == " "):
            yield [*cells[:place], cell[:space], cell[space + 1 :], *cells[place + 1 :]]


def _shares(cells: Iterable[str]) -> dict[str, float]:
    counts = Counter(_shape(cell) for cell in cells)
    return {shape: count / counts.total() for shape, count in counts.items()}


def _shape(cell: str) -> str:
    """ "-9.9" of "-19.49", "a-9" of "INX-17"."""
    return _LETTERS.sub("a", _DIGITS.sub("9", cell.strip()))
