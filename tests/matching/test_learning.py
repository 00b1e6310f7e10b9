"""The fit around a prior, the assignment, and probabilities that hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from x3studio.matching.assignment import one_to_one
from x3studio.matching.calibration import calibration_error
from x3studio.matching.learning import Belief, fit, probability

FREE = (np.full(3, -np.inf), np.full(3, np.inf))


def _rows(seed: int, count: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    dice = np.random.default_rng(seed)
    values = np.column_stack([dice.normal(size=(count, 2)), np.ones(count)])
    truth = np.array([1.5, -2.0, 0.5])
    labels = (dice.random(count) < probability(values @ truth)).astype(np.float64)
    return values, labels, truth


def test_many_rows_speak_louder_than_the_prior() -> None:
    values, labels, truth = _rows(1, 20_000)
    found = fit(values, labels, np.ones(len(labels)), belief=Belief(np.zeros(3), np.full(3, 1.0), *FREE))
    assert found == pytest.approx(truth, abs=0.15)


def test_no_rows_leave_the_prior_as_it_was() -> None:
    mean = np.array([1.0, 2.0, 3.0])
    found = fit(np.zeros((0, 3)), np.zeros(0), np.zeros(0), belief=Belief(mean, np.ones(3), *FREE))
    assert found == pytest.approx(mean)


@pytest.mark.parametrize("seed", range(5))
def test_the_answer_is_where_no_step_helps(seed: int) -> None:
    values, labels, _ = _rows(seed)
    belief = Belief(np.array([0.0, 0.5, 0.0]), np.full(3, 2.0), np.array([0.0, 0.0, -9.0]), np.full(3, 9.0))
    found = fit(values, labels, np.ones(len(labels)), belief=belief)
    slope = values.T @ (probability(values @ found) - labels) + belief.firmness * (found - belief.mean)
    inside = (found > belief.lowest) & (found < belief.highest)
    assert np.abs(slope[inside]).max(initial=0.0) < 0.05
    assert (slope[found <= belief.lowest] >= 0).all(), "held back at its limit, not stopped before it"
    assert (found >= belief.lowest).all() and (found <= belief.highest).all()


@given(
    arrays.arrays(np.int64, 30, elements=st.integers(0, 6)),
    arrays.arrays(np.int64, 30, elements=st.integers(0, 6)),
    arrays.arrays(np.float64, 30, elements=st.floats(-5, 5)),
)
def test_an_assignment_uses_nothing_twice_and_leaves_nothing_out(
    source: np.ndarray, target: np.ndarray, points: np.ndarray
) -> None:
    chosen = one_to_one(source, target, points)
    assert len(set(source[chosen])) == len(set(target[chosen])) == chosen.sum()
    free = ~np.isin(source, source[chosen]) & ~np.isin(target, target[chosen])
    assert not free.any()
    assert chosen[np.argmax(points)]


def test_calibration_error_is_the_gap_between_said_and_true() -> None:
    said = np.array([0.75] * 100)
    assert calibration_error(said, np.arange(100) < 75) == pytest.approx(0.0)
    assert calibration_error(said, np.arange(100) < 25) == pytest.approx(0.5)
