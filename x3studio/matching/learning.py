"""Logistic regression around a prior: the shipped weights stand until confirmations speak against them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

_PATIENCE = {"maxiter": 300, "ftol": 1e-9, "gtol": 1e-3}

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Belief:
    """What is held of the weights beforehand: their most likely values, how firmly, and their allowed range."""

    mean: Vector
    firmness: Vector
    lowest: Vector
    highest: Vector


def fit(values: Matrix, labels: Vector, weights: Vector, *, belief: Belief) -> Vector:
    """The most likely weights given rows (n, features), labels 0/1 and row weights under `belief`."""

    def cost(guess: Vector) -> tuple[float, Vector]:
        scores = values @ guess
        # log(1 + exp(s)) - y s, without overflow.
        losses = np.logaddexp(0.0, scores) - labels * scores
        away = guess - belief.mean
        slope = values.T @ (weights * (_sigmoid(scores) - labels)) + belief.firmness * away
        return float(weights @ losses + 0.5 * (belief.firmness * away) @ away), slope

    bounds = list(zip(belief.lowest, belief.highest, strict=True))
    start = np.clip(belief.mean, belief.lowest, belief.highest)
    found = minimize(cost, start, jac=True, method="L-BFGS-B", bounds=bounds, options=_PATIENCE)
    return np.asarray(found.x, dtype=np.float64)


def _sigmoid(scores: Vector) -> Vector:
    return 0.5 * (1.0 + np.tanh(0.5 * scores))


def probability(scores: NDArray[np.floating]) -> Vector:
    """Log odds as probabilities."""
    return _sigmoid(np.asarray(scores, dtype=np.float64))
