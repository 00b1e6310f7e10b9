"""What a replay would do with each record, judged from a live look-up in X3 and the mapping as it is now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from x3studio.domain.monitor import ExceptionCase
from x3studio.gui.exceptions.data import CaseRow
from x3studio.gui.states import State
from x3studio.gui.theme import Tone

MOST_LOOKED_UP = 500
"""X3 is asked for so many before a replay; the run itself looks up every single one."""


class Fate(Enum):
    """What will happen: icon, tone, words."""

    CREATE = ("plus", Tone.OK, "Create sales order")
    LINK = ("link", Tone.LIVE, "Link")
    LEAVE = ("circle-minus", Tone.BAD, "Leave: still no counterpart")
    SEVERAL = ("octagon-alert", Tone.BAD, "Leave: several in X3")

    def state(self, number: str = "") -> State:
        """As it stands in a cell."""
        icon, tone, words = self.value
        return State(icon, f"{words} to {number}" if number else words, tone)


_SHOWN = (Fate.SEVERAL, Fate.LEAVE, Fate.LINK, Fate.CREATE)


@dataclass(frozen=True, slots=True)
class Forecast:
    """One record: what X3 holds of it (None: not asked) and what a replay makes of it."""

    case: ExceptionCase
    held: tuple[str, ...] | None
    fate: Fate

    @property
    def looked_up(self) -> str:
        """ "not in X3", "already in X3", "2 in X3", "not asked"."""
        if self.held is None:
            return "not asked yet"
        if len(self.held) == 1:
            return "already in X3"
        return f"{len(self.held)} in X3" if self.held else "not in X3"

    @property
    def goes(self) -> bool:
        """Whether it is part of the replay."""
        return self.fate in (Fate.CREATE, Fate.LINK)

    @property
    def state(self) -> State:
        """What will happen, with X3's number where it links."""
        return self.fate.state(self.held[0] if self.fate is Fate.LINK and self.held else "")


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures above the preview; `worth` by currency of what is created or linked."""

    create: int
    link: int
    leave: int
    worth: Mapping[str, Decimal]

    @property
    def action(self) -> str:
        """What the button promises: "Replay 31, link 2"."""
        if not self.create and not self.link:
            return "Nothing to replay"
        if self.create and self.link:
            return f"Replay {self.create:,}, link {self.link:,}"
        return f"Link {self.link:,}" if self.link else f"Replay {self.create:,}"


def forecast(
    rows: Sequence[CaseRow], held: Mapping[str, Sequence[str]] | None, unmapped: frozenset[str]
) -> list[Forecast]:
    """One forecast per record; `held` None where X3 could not be asked."""
    found = [_one(row.case, held, unmapped, asked=n < MOST_LOOKED_UP) for n, row in enumerate(rows)]
    # What is not simply created comes first: that is what a person wants to see before pressing.
    return sorted(found, key=lambda one: _SHOWN.index(one.fate))


def summary(forecasts: Sequence[Forecast]) -> Summary:
    """The figures."""
    amounts: dict[str, Decimal] = {}
    for one in forecasts:
        if one.goes and one.case.worth is not None:
            currency = one.case.worth.currency
            amounts[currency] = amounts.get(currency, Decimal(0)) + one.case.worth.amount
    fates = [one.fate for one in forecasts]
    leave = len(fates) - fates.count(Fate.CREATE) - fates.count(Fate.LINK)
    return Summary(fates.count(Fate.CREATE), fates.count(Fate.LINK), leave, amounts)


def _one(
    case: ExceptionCase, held: Mapping[str, Sequence[str]] | None, unmapped: frozenset[str], *, asked: bool
) -> Forecast:
    numbers = tuple(held.get(case.reference, ())) if held is not None and asked else None
    if numbers and len(numbers) > 1:
        return Forecast(case, numbers, Fate.SEVERAL)
    if numbers:
        return Forecast(case, numbers, Fate.LINK)
    if case.cause == "mapping" and case.subject in unmapped:
        return Forecast(case, numbers, Fate.LEAVE)
    return Forecast(case, numbers, Fate.CREATE)
