"""How much is mapped by records, order lines and revenue, and how long the rest will take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from x3studio.domain.workbench import MAPPED_STATES, OPEN_STATES, RecordState

if TYPE_CHECKING:
    from x3studio.workbench.deck import Deck

PACE_OVER = timedelta(minutes=10)
_MAPPED = np.array(sorted(MAPPED_STATES), dtype=np.uint8)
_OPEN = np.array(sorted(OPEN_STATES), dtype=np.uint8)
_ALMOST_ALL = 0.99


@dataclass(frozen=True, slots=True)
class Bar:
    """One measure: how much there is, and how much of it is mapped by hand and by rule."""

    total: int
    by_hand: int
    by_rule: int

    @property
    def share(self) -> float:
        """The mapped part, 0..1; 1 where there is nothing to map."""
        return (self.by_hand + self.by_rule) / self.total if self.total else 1.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """The three bars, and the shortest way to almost all order lines.

    `worth` counts minor units of `currency`; `worth_is_estimated` where it is price times stock for want of
    sales. What was excluded, and what has no X3 item, counts as dealt with and is left out of the totals.
    """

    records: Bar
    lines: Bar
    worth: Bar
    currency: str
    worth_is_estimated: bool
    open: int
    more: int
    """So many records more give `aim` of the order lines (of the revenue where no lines are known)."""
    aim: float = _ALMOST_ALL


@dataclass(frozen=True, slots=True)
class Pace:
    """Decisions a minute over the last ten minutes, and when the rest would be done at that pace."""

    per_minute: float
    left: int
    ends: datetime | None
    worth_left: int = 0


def coverage(deck: "Deck", *, aim: float = _ALMOST_ALL) -> Coverage:
    """Where the mapping of this kind stands."""
    counted = ~np.isin(deck.states, (RecordState.EXCLUDED, RecordState.REJECTED))
    mapped = counted & np.isin(deck.states, _MAPPED)
    by_rule = mapped & (deck.states == RecordState.BY_RULE)
    lines, worths = deck.lines.astype(np.int64), deck.worths
    ones = np.ones(deck.count, dtype=np.int64)

    def bar(weights: NDArray[np.int64]) -> Bar:
        rule = int(weights[by_rule].sum())
        return Bar(int(weights[counted].sum()), int(weights[mapped].sum()) - rule, rule)

    weights = lines if lines[counted].sum() else worths
    return Coverage(
        records=bar(ones),
        lines=bar(lines),
        worth=bar(worths),
        currency=deck.currency,
        worth_is_estimated=deck.worth_is_estimated,
        open=open_records(deck),
        more=_fewest(weights[counted & ~mapped], done=int(weights[mapped].sum()), aim=aim),
        aim=aim,
    )


def open_records(deck: "Deck") -> int:
    """How many records still need a person."""
    return int(np.count_nonzero(np.isin(deck.states, _OPEN)))


def open_worth(deck: "Deck") -> int:
    """What they are worth, in minor units."""
    return int(deck.worths[np.isin(deck.states, _OPEN)].sum())


def _fewest(left: NDArray[np.int64], *, done: int, aim: float) -> int:
    """How many of the weights, heaviest first, bring `done` to `aim` of everything."""
    whole = done + int(left.sum())
    if not whole or done >= aim * whole:
        return 0
    heaviest = np.cumsum(np.sort(left)[::-1]) + done
    return int(np.searchsorted(heaviest, aim * whole)) + 1


def pace(decided: Sequence[datetime], *, now: datetime, left: int, worth_left: int = 0) -> Pace:
    """The pace of the decisions taken in the last ten minutes; a shorter session counts from its start."""
    recent = [at for at in decided if now - at <= PACE_OVER]
    if not recent:
        return Pace(0.0, left, None, worth_left)
    span = max(now - min(recent), timedelta(minutes=1))
    per_minute = len(recent) / (span / timedelta(minutes=1))
    return Pace(per_minute, left, now + timedelta(minutes=left / per_minute), worth_left)
