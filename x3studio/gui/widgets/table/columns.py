"""What a table shows: columns as values, and the kinds of cell the delegate can draw."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Generic, TypeVar

from x3studio.gui.states import State
from x3studio.gui.theme import Tone
from x3studio.gui.typography import Role

R = TypeVar("R")
MISSING = "–"


class Kind(Enum):
    """How a cell is drawn, and which value the column gives for it."""

    TEXT = "text"  # str; "" is shown as an en dash
    TWO_LINE = "two-line"  # tuple[str, str]: strong words, secondary words
    STATE = "state"  # State: icon and word in its tone
    NUMBER = "number"  # int, Decimal, formatted str, or None where missing
    CHECK = "check"  # ignored: the model knows which rows are checked
    BAR = "bar"  # Share
    ICONS = "icons"  # tuple[State, ...]: icons only, the words are the tool tip
    TREE = "tree"  # TreeCell: words behind a chevron, one step in for each level


@dataclass(frozen=True, slots=True)
class Share:
    """A small bar with its figure: `part` from 0 to 1."""

    part: float
    figure: str
    tone: Tone = Tone.LIVE


@dataclass(frozen=True, slots=True)
class TreeCell:
    """A place in a tree: `level` from 0, `open` None where nothing lies below it."""

    words: str
    level: int = 0
    open: bool | None = None


Cell = str | tuple[str, str] | State | tuple[State, ...] | Share | TreeCell | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column: `value` takes what is shown from a row, `sort` what is compared (None: not sortable).

    `width` is in logical pixels; a `stretch` column takes the room that is left. `tone` is a token or
    tone name for text and numbers, or a function of the row; so may be `role`. Titles carry the unit
    ("€ 90 d").
    """

    key: str
    title: str
    value: Callable[[R], Cell]
    kind: Kind = Kind.TEXT
    width: int = 120
    stretch: bool = False
    role: Role | Callable[[R], Role] = Role.BODY
    tone: str | Callable[[R], str] = "text"
    sort: Callable[[R], Any] | None = None
    sortable: bool = False
    """For paged rows, whose source sorts."""
    middle: bool = False
    """Long ids are cut in the middle, titles at the end."""

    @property
    def right(self) -> bool:
        """Numbers stand right, in their header too."""
        return self.kind is Kind.NUMBER

    @property
    def can_sort(self) -> bool:
        """Whether a click on the header sorts."""
        return self.sortable or self.sort is not None

    def text(self, row: R) -> str:
        """The cell as words: for the screen reader, for copies and exports."""
        return as_text(self.value(row))

    def colour(self, row: R) -> str:
        """The token or tone of the cell's words."""
        return self.tone if isinstance(self.tone, str) else self.tone(row)

    def face(self, row: R) -> Role:
        """The role of the cell's words."""
        return self.role if isinstance(self.role, Role) else self.role(row)


def as_text(cell: Cell) -> str:
    """A cell as words; an en dash where the value is missing, never 0 and never blank."""
    match cell:
        case None | "":
            return MISSING
        case bool():
            return "yes" if cell else "no"
        case int() | Decimal():
            return f"{cell:,}"
        case State():
            return cell.word
        case Share():
            return cell.figure
        case TreeCell():
            return cell.words
        case (str() as first, str() as second):
            return f"{first}, {second}" if second else first
        case tuple():
            return ", ".join(part.word if isinstance(part, State) else part for part in cell)
        case _:
            return cell
