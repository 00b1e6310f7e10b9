"""How suggestions like this one fared: judged records by the confidence they had before they were judged."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_EDGES = (0.0, 0.05, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
_FEW = 5


@dataclass(frozen=True, slots=True)
class Bin:
    """Judged first candidates whose confidence lay in [lowest, highest): how many, how many right, their
    mean.
    """

    lowest: float
    highest: float
    judged: int
    right: int
    mean: float


@dataclass(frozen=True, slots=True)
class Alike:
    """Of `judged` suggestions of about this confidence, `right` were right."""

    judged: int
    right: int

    def __str__(self) -> str:
        return f"of {self.judged:,} like this, {self.right:,} were right"


@dataclass(frozen=True, slots=True)
class History:
    """First candidates as they stood before they were judged: confidence, verdict, and whether they were
    certain.
    """

    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    certain: NDArray[np.bool_]

    @classmethod
    def none(cls) -> "History":
        empty = np.zeros(0, dtype=np.bool_)
        return cls(np.zeros(0), empty, empty)


def bins(history: History) -> tuple[Bin, ...]:
    """The history in steps of confidence; empty steps are left out."""
    places = _places(history.confidence)
    found = []
    for place in range(len(_EDGES) - 1):
        inside = places == place
        if inside.any():
            found.append(
                Bin(
                    _EDGES[place],
                    _EDGES[place + 1],
                    judged=int(inside.sum()),
                    right=int(history.right[inside].sum()),
                    mean=float(history.confidence[inside].mean()),
                )
            )
    return tuple(found)


def like(known: Sequence[Bin], confidence: float) -> Alike | None:
    """The step that `confidence` lies in; None where too few were judged to say anything."""
    for each in known:
        if each.lowest <= confidence and (confidence < each.highest or each.highest == _EDGES[-1]):
            return Alike(each.judged, each.right) if each.judged >= _FEW else None
    return None


def _places(confidence: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.clip(np.searchsorted(_EDGES, confidence, side="right") - 1, 0, len(_EDGES) - 2)
