"""Decisions of people as rows of the two sides, and what they say about candidate pairs."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from x3studio.matching.candidates import Pairs
from x3studio.matching.values import Judged
from x3studio.matching.vectors import Rows


@dataclass(frozen=True, slots=True)
class Disputed:
    """Decisions that do not go together: pairs judged both ways (the later judgement counts), and keys of
    source records that are matched with several others (all of them count).
    """

    turned: list[tuple[str, str]]
    several: list[str]


def disputed(decisions: Judged) -> Disputed:
    """What a list of decisions says twice and differently."""
    last: dict[tuple[str, str], bool] = {}
    turned: dict[tuple[str, str], None] = {}
    for source, target, matched in zip(
        decisions.source_ids, decisions.target_ids, decisions.matched, strict=True
    ):
        if last.get((source, target), matched) != matched:
            turned[source, target] = None
        last[source, target] = matched
    partners = Counter(source for (source, _), matched in last.items() if matched)
    return Disputed(list(turned), [source for source, count in partners.items() if count > 1])


@dataclass(frozen=True, slots=True)
class Decided:
    """Decisions by row: pairs (source, target) in the order they were judged; unknown keys are left out."""

    source: Rows
    target: Rows
    matched: NDArray[np.bool_]
    unknown: int

    @classmethod
    def of(cls, decisions: Judged, source_ids: list[str], target_ids: list[str]) -> "Decided":
        rows = {key: row for row, key in enumerate(source_ids)}
        columns = {key: row for row, key in enumerate(target_ids)}
        last: dict[tuple[int, int], bool] = {}
        unknown = 0
        for one, other, matched in zip(
            decisions.source_ids, decisions.target_ids, decisions.matched, strict=True
        ):
            if one in rows and other in columns:
                last.pop((rows[one], columns[other]), None)
                last[rows[one], columns[other]] = bool(matched)
            else:
                unknown += 1
        pairs = np.array(list(last), dtype=np.int64).reshape(-1, 2)
        return cls(pairs[:, 0], pairs[:, 1], np.array(list(last.values()), dtype=np.bool_), unknown)

    def labels(self, pairs: Pairs, *, targets: int) -> NDArray[np.float64]:
        """1, 0 or nan for each pair; the rivals of a matched pair count as judged not to match."""
        found = np.full(len(pairs), np.nan)
        found[np.isin(pairs.source, self.source[self.matched])] = 0.0
        found[self._named(pairs, matched=False, targets=targets)] = 0.0
        found[self._named(pairs, matched=True, targets=targets)] = 1.0
        return found

    def refused(self, pairs: Pairs, *, targets: int) -> NDArray[np.bool_]:
        """The pairs that were judged not to match themselves."""
        return self._named(pairs, matched=False, targets=targets)

    def _named(self, pairs: Pairs, *, matched: bool, targets: int) -> NDArray[np.bool_]:
        wanted = self.matched == matched
        return np.isin(pairs.source * targets + pairs.target, (self.source * targets + self.target)[wanted])
