"""Second looks: a random sample judged again without the score, and how often both judgements agree."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from x3studio.domain.workbench import Key

TOP_SHARE = 0.2
"""The records that together make this part of the revenue need a second person."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often a second judgement agreed with the first; `open` are still to be judged."""

    judged: int
    agreed: int
    open: int

    @property
    def rate(self) -> float | None:
        """The part that agreed, None before anything was judged."""
        return self.agreed / self.judged if self.judged else None

    def __str__(self) -> str:
        if not self.judged:
            return f"{self.open:,} to judge again"
        return f"{self.agreed:,} of {self.judged:,} judged the same, {self.open:,} to go"


def sample(decided: Sequence[tuple[Key, int]], *, size: int) -> list[tuple[Key, int]]:
    """A random part of the decisions, in random order, so that nothing hints at what was chosen."""
    return secrets.SystemRandom().sample(list(decided), min(size, len(decided)))


def top_records(worths: Sequence[tuple[Key, int]], *, share: float = TOP_SHARE) -> list[Key]:
    """The records worth most that together make `share` of everything."""
    ordered = sorted(worths, key=lambda each: -each[1])
    whole, done, found = sum(worth for _, worth in ordered), 0, []
    for key, worth in ordered:
        if worth <= 0 or done >= share * whole:
            break
        found.append(key)
        done += worth
    return found
