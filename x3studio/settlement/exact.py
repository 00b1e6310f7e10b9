"""Exact sums of a million amounts: 64-bit whole numbers in two halves, so that no sum can overflow."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

# settlement.amounts.EXACT keeps four decimals: an amount is a number of ten-thousandths.
SCALE = 10_000
_HALF = 32
_LOW = (1 << _HALF) - 1


def scaled(amounts: pa.ChunkedArray) -> NDArray[np.int64]:
    """The amounts in ten-thousandths; exact, because their seventeen digits fit 64 bits."""
    parts = []
    for chunk in amounts.chunks:
        words = np.frombuffer(chunk.buffers()[1], np.int64)
        parts.append(words[2 * chunk.offset : 2 * (chunk.offset + len(chunk)) : 2])
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Sums:
    """One sum for each group, as high * 2**32 + low; two billion rows fit."""

    high: NDArray[np.int64]
    low: NDArray[np.int64]

    def __getitem__(self, group: int) -> Decimal:
        """The sum of one group as an amount."""
        return Decimal((int(self.high[group]) << _HALF) + int(self.low[group])) / SCALE

    def not_zero(self) -> NDArray[np.intp]:
        """The groups whose sum is not zero."""
        return np.flatnonzero((self.high + (self.low >> _HALF) != 0) | (self.low & _LOW != 0))

    def together(self, groups: NDArray[np.bool_]) -> Decimal:
        """The sum over the chosen groups."""
        high, low = int(self.high[groups].sum()), int(self.low[groups].sum())
        return Decimal((high << _HALF) + low) / SCALE


def sums_by(groups: NDArray[np.int32], values: NDArray[np.int64], *, count: int) -> Sums:
    """Sums `values` by group number; every number below `count` must occur."""
    small = groups.astype(np.int16) if count < 1 << 15 else groups  # few groups sort without comparing
    order = np.argsort(small, kind="stable")
    starts = np.searchsorted(small[order], np.arange(count, dtype=small.dtype))
    ordered = values[order]
    return Sums(np.add.reduceat(ordered >> _HALF, starts), np.add.reduceat(ordered & _LOW, starts))
