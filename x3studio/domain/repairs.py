"""Lines of a damaged settlement as they came and as they should read, accepted by a named person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Cell(NamedTuple):
    """A cell that a repair changes; `column` is its name, or its place where the file names none."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Touch:
    """One line of a file, counted from 1, whole and without its line end; `new` "" takes the line out."""

    line: int
    old: str
    new: str

    def cells(self, columns: Sequence[str]) -> tuple[Cell, ...]:
        """The cells that become others; none where only the line's end was missing."""
        before, after = self.old.split("\t"), self.new.split("\t") if self.new else []
        wide = max(len(before), len(after))
        rows = zip(_filled(before, wide), _filled(after, wide), strict=True)
        return tuple(
            Cell(columns[place] if place < len(columns) else f"column {place + 1}", old, new)
            for place, (old, new) in enumerate(rows)
            if old != new
        )

    def told(self, columns: Sequence[str]) -> tuple[Cell, ...]:
        """What a person is shown: the cells, or that the line is left out, or that its end was missing."""
        if not self.new:
            return (Cell("whole line", " | ".join(filter(None, self.old.split("\t"))), "left out"),)
        return self.cells(columns) or (Cell("line end", "missing", "added"),)


def _filled(cells: Sequence[str], wide: int) -> list[str]:
    return [*cells, *[""] * (wide - len(cells))]


@dataclass(frozen=True, slots=True)
class Mend:
    """Lines that would have to read otherwise, and why; `proof` says with which figures it then adds up."""

    touches: tuple[Touch, ...]
    reason: str
    columns: tuple[str, ...] = ()
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Repair:
    """A mend that a named person accepted. The archived file stays as it came; reading follows the mend."""

    mend: Mend
    who: str
    at: datetime

    @property
    def words(self) -> str:
        """ "Line 7 was repaired by Ada on 2026-11-28: ..."."""
        lines = [touch.line for touch in self.mend.touches]
        named = ", ".join(f"{line:,}" for line in lines[:_TOLD]) + (" …" if len(lines) > _TOLD else "")
        what = f"Line {named} was" if len(lines) == 1 else f"{len(lines)} lines ({named}) were"
        return f"{what} repaired by {self.who} on {self.at:%Y-%m-%d %H:%M} UTC: {self.mend.reason}"


_TOLD = 5


@dataclass(frozen=True, slots=True)
class Mending:
    """What can be done about a settlement's file: mends to choose among, and the one that stands.

    `wrong` is what keeps the file from proving itself, "" where nothing does; `fixed` says that it is posted
    or on its way, and nothing of it may change any more.
    """

    entry: int
    file_name: str
    mends: tuple[Mend, ...]
    wrong: str = ""
    accepted: Repair | None = None
    fixed: bool = False
