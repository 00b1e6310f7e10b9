"""Whether the automatic lane may open: what checked pairs without or with few errors prove of its
precision.
"""

import math
from dataclasses import dataclass

from scipy.special import betaincinv

WANTED = 0.995
_CERTAINTY = 0.95


@dataclass(frozen=True, slots=True)
class Certificate:
    """`checked` pairs of the lane were judged by people and `wrong` of them refused.

    `lower_bound` is the precision that this proves with 95 % certainty (Clopper and Pearson, one-sided);
    `needed` is how many pairs would have to be checked, with no further error, to prove `wanted`.
    """

    checked: int
    wrong: int
    lower_bound: float
    wanted: float
    needed: int

    @property
    def open(self) -> bool:
        """Whether the lane may accept by itself."""
        return self.lower_bound >= self.wanted

    def __str__(self) -> str:
        proven = (
            f"{self.checked:,} pairs checked, {self.wrong:,} wrong: at least {self.lower_bound:.1%} are right"
        )
        if self.open:
            return f"{proven}."
        more = self.needed - self.checked
        return f"{proven}; {self.wanted:.1%} needs {more:,} more checked pairs without an error."


def certify(checked: int, wrong: int, *, wanted: float = WANTED) -> Certificate:
    """What `checked` judged pairs with `wrong` errors prove; the pairs must not have been picked by hand."""
    if not 0 <= wrong <= checked:
        raise ValueError("more errors than checked pairs")
    return Certificate(checked, wrong, _proven(checked, wrong), wanted, _needed(checked, wrong, wanted))


def _proven(checked: int, wrong: int) -> float:
    if checked == wrong:
        return 0.0
    return float(betaincinv(checked - wrong, wrong + 1, 1.0 - _CERTAINTY))


def _needed(checked: int, wrong: int, wanted: float) -> int:
    """The smallest number of checks, at least those made, that proves `wanted` with this many errors."""
    low, high = max(checked, wrong + 1), max(checked, wrong + 1)
    while _proven(high, wrong) < wanted:
        low, high = high, high * 2 + math.ceil(1.0 / (1.0 - wanted))
    while low < high:
        middle = (low + high) // 2
        if _proven(middle, wrong) >= wanted:
            high = middle
        else:
            low = middle + 1
    return low
