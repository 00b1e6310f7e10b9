"""The additive model: every feature gives points, the points add up, so each suggestion can be explained.

First the evidence of a pair alone is weighed. Then what that evidence is worth next to its rivals: the same
candidate is worth less when another one is nearly as good, or when another source fits it better.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from x3studio.matching.features import Columns

RIVALRY = ("evidence", "lead over other targets", "lead over other sources", "best of both")
LEAD_LIMIT = 12.0

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """A piecewise linear function, level outside its range."""

    x: Vector
    y: Vector

    def __call__(self, values: NDArray[np.floating]) -> Vector:
        return np.asarray(np.interp(values, self.x, self.y), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Model:
    """`weights` is (2 x features + 1): of the standardised values, of their absence, and the intercept.

    `mix` scales the rivalry curves and holds a last intercept; (1, 1, 1, 1, 0) as shipped.
    """

    name: str
    features: tuple[str, ...]
    mean: Vector
    scale: Vector
    weights: Vector
    curves: tuple[Curve, ...]
    mix: Vector

    def table(self, columns: Columns) -> NDArray[np.float32]:
        """The features this model knows, (pairs, features)."""
        return np.column_stack([columns[name] for name in self.features]).astype(np.float32)

    def design(self, values: NDArray[np.float32]) -> Vector:
        """Standardised values with 0 where missing, then the marks of absence, then a one."""
        missing = np.isnan(values)
        standard = np.where(missing, 0.0, (values - self.mean) / self.scale)
        return np.hstack([standard, missing, np.ones((len(values), 1))])

    def evidence(self, design: Vector) -> Vector:
        """Log odds of each pair by itself."""
        return np.asarray(design @ self.weights)

    def rivalry(self, columns: Sequence[NDArray[np.floating]]) -> Vector:
        """The curves' values (pairs, 4) and a one; `columns` as `RIVALRY` names them."""
        limited = [columns[0], *(np.clip(column, -LEAD_LIMIT, LEAD_LIMIT) for column in columns[1:])]
        parts = [curve(column) for curve, column in zip(self.curves, limited, strict=True)]
        return np.column_stack([*parts, np.ones(len(columns[0]))])

    def parts(self, design: Vector) -> NDArray[np.float32]:
        """Points of each feature by itself (pairs, features), in log odds."""
        count = len(self.features)
        return (
            design[:, :count] * self.weights[:count] + design[:, count:-1] * self.weights[count:-1]
        ).astype(np.float32)

    def learned(self, *, weights: Vector | None = None, mix: Vector | None = None) -> "Model":
        """The same model with weights that confirmations have moved."""
        return replace(
            self,
            weights=self.weights if weights is None else weights,
            mix=self.mix if mix is None else mix,
        )

    def to_json(self) -> dict[str, Any]:
        """As it ships."""
        return {
            "name": self.name,
            "features": list(self.features),
            "mean": _rounded(self.mean),
            "scale": _rounded(self.scale),
            "weights": _rounded(self.weights),
            "curves": [{"x": _rounded(curve.x), "y": _rounded(curve.y)} for curve in self.curves],
            "mix": _rounded(self.mix),
        }


def _rounded(values: Vector) -> list[float]:
    return [round(float(value), 6) for value in values]


def model_from_json(stored: Mapping[str, Any]) -> Model:
    """Reads what `Model.to_json` wrote."""
    return Model(
        name=str(stored["name"]),
        features=tuple(stored["features"]),
        mean=np.array(stored["mean"], dtype=np.float64),
        scale=np.array(stored["scale"], dtype=np.float64),
        weights=np.array(stored["weights"], dtype=np.float64),
        curves=tuple(
            Curve(np.array(curve["x"], dtype=np.float64), np.array(curve["y"], dtype=np.float64))
            for curve in stored["curves"]
        ),
        mix=np.array(stored["mix"], dtype=np.float64),
    )


def load_model(path: Path) -> Model:
    """Reads a shipped model."""
    return model_from_json(json.loads(path.read_text(encoding="utf-8")))
