"""Logistic regression around a prior: the shipped weights stand until confirmations speak against them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MOST_STEPS, _MOST_HALVINGS = 60, 30
_SMALL = 1e-7
"""A step that lowers the cost by less than this share of it is the last."""

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Belief:
    """What is held of the weights beforehand: their most likely values, how firmly, and their allowed
    range.
    """

    mean: Vector
    firmness: Vector
    lowest: Vector
    highest: Vector


def fit(values: Matrix, labels: Vector, weights: Vector, *, belief: Belief) -> Vector:
    """The most likely weights given rows (n, features), labels 0/1 and row weights under `belief`.

    Newton's method, projected onto the allowed range: a few steps of small matrices, where a general
    optimiser takes hundreds and starts threads for each.
    """

    def cost(guess: Vector) -> float:
        scores = values @ guess
        away = guess - belief.mean
        # log(1 + exp(s)) - y s, without overflow.
        losses = np.logaddexp(0.0, scores) - labels * scores
        return float(weights @ losses + 0.5 * (belief.firmness * away) @ away)

    guess = np.clip(belief.mean, belief.lowest, belief.highest)
    now = cost(guess)
    for _ in range(_MOST_STEPS):
        step = _step(values, labels, weights, belief=belief, guess=guess)
        found, then = guess, now
        share = 1.0
        for _ in range(_MOST_HALVINGS):
            found = np.clip(guess + share * step, belief.lowest, belief.highest)
            then = cost(found)
            if then <= now:
                break
            share *= 0.5
        if then > now - _SMALL * (abs(now) + 1.0):
            return found if then <= now else guess
        guess, now = found, then
    return guess


def _step(values: Matrix, labels: Vector, weights: Vector, *, belief: Belief, guess: Vector) -> Vector:
    """Where the quadratic at `guess` has its lowest point, with weights left out that press against their
    limit.
    """
    chance = _sigmoid(values @ guess)
    slope = values.T @ (weights * (chance - labels)) + belief.firmness * (guess - belief.mean)
    pressed = ((guess <= belief.lowest) & (slope > 0)) | ((guess >= belief.highest) & (slope < 0))
    free = np.flatnonzero(~pressed)
    part = values[:, free]
    bend = part.T @ (part * (weights * chance * (1.0 - chance))[:, None])
    bend[np.diag_indices_from(bend)] += belief.firmness[free] + 1e-9
    step = np.zeros(len(guess))
    step[free] = -np.linalg.solve(bend, slope[free])
    return step


def _sigmoid(scores: Vector) -> Vector:
    return 0.5 * (1.0 + np.tanh(0.5 * scores))


def probability(scores: NDArray[np.floating]) -> Vector:
    """Log odds as probabilities."""
    return _sigmoid(np.asarray(scores, dtype=np.float64))
