"""Which of many records a bulk action touches, and which ones a person should look at first."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from x3studio.domain.workbench import HARD, OPEN_STATES, Key, RecordState, conflict_bits

if TYPE_CHECKING:
    from x3studio.workbench.deck import Deck

SHOWN = 10
SAMPLED = 0.05
_HARD = conflict_bits(HARD)
CONFLICT, UNKNOWN, NO_CANDIDATE, DECIDED, AMAZONS = (
    "conflict",
    "unknown",
    "no candidate",
    "decided already",
    "stocked by Amazon",
)
"""Why records are left out."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Rows that will be touched, and how many are left out by the reason."""

    rows: list[int]
    left_out: tuple[tuple[str, int], ...]


def rows_of(deck: "Deck", keys: Sequence[Key]) -> Sorted:
    """The rows of these records; those the deck does not know are left out."""
    rows = [deck.row_of(key) for key in dict.fromkeys(keys)]
    missing = sum(row < 0 for row in rows)
    return Sorted([row for row in rows if row >= 0], ((UNKNOWN, missing),) if missing else ())


def acceptable(deck: "Deck", keys: Sequence[Key], *, with_conflicts: bool) -> Sorted:
    """Open records with a candidate; conflicts stay out unless they are asked for."""
    known = rows_of(deck, keys)
    taken, reasons = [], Counter(dict(known.left_out))
    for row in known.rows:
        reason = _against(deck, row, with_conflicts=with_conflicts)
        if reason:
            reasons[reason] += 1
        else:
            taken.append(row)
    return Sorted(taken, tuple(reasons.most_common()))


def _against(deck: "Deck", row: int, *, with_conflicts: bool) -> str:
    state = deck.state(row)
    if state not in OPEN_STATES and state is not RecordState.REOPENED:
        return DECIDED
    if not deck.targets[row]:
        return NO_CANDIDATE
    if int(deck.conflicts[row]) and not with_conflicts:
        return CONFLICT
    return ""


def targeted(deck: "Deck", keys: Sequence[Key]) -> Sorted:
    """Records that have a target, decided or suggested."""
    known = rows_of(deck, keys)
    rows = [row for row in known.rows if deck.targets[row]]
    missing = len(known.rows) - len(rows)
    return Sorted(rows, (*known.left_out, *(((NO_CANDIDATE, missing),) if missing else ())))


def pushable(deck: "Deck", keys: Sequence[Key]) -> Sorted:
    """Records whose quantity may be sent to Amazon: never one that Amazon itself stocks."""
    known = rows_of(deck, keys)
    rows = [row for row in known.rows if may_push(deck, row)]
    refused = len(known.rows) - len(rows)
    return Sorted(rows, (*known.left_out, *(((AMAZONS, refused),) if refused else ())))


def may_push(deck: "Deck", row: int) -> bool:
    """Whether Amazon stocks this offer nowhere."""
    return "FBA" not in deck.channels[row]


def worst_first(deck: "Deck", rows: Sequence[int], *, most: int = SHOWN) -> list[int]:
    """The rows a person should look at: blocked ones, then the least certain, then what is worth most."""
    if not rows:
        return []
    chosen = np.array(rows)
    hard = (deck.conflicts[chosen] & np.uint32(_HARD)) != 0
    sure = np.nan_to_num(deck.confidences[chosen], nan=0.0)
    order = np.lexsort((-deck.worths[chosen], sure, deck.bands[chosen], ~hard))
    return [int(row) for row in chosen[order[:most]]]


def sampled(rows: Sequence[int], *, share: float = SAMPLED) -> list[int]:
    """A random part of the rows, one at least, to be judged a second time."""
    if not rows:
        return []
    return sorted(secrets.SystemRandom().sample(list(rows), max(1, round(len(rows) * share))))
