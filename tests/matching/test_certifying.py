"""The automatic lane opens only on proof, and the past is told in counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from x3studio.matching import certify
from x3studio.matching.reliability import Alike, History, bins, like


def test_six_hundred_checks_without_an_error_prove_99_5_percent() -> None:
    assert certify(600, 0).open
    assert not certify(500, 0).open
    assert certify(0, 0).needed == 598
    assert certify(0, 0).lower_bound == 0.0


def test_an_error_costs_more_checks() -> None:
    spoilt = certify(700, 1)
    assert not spoilt.open
    assert spoilt.needed > 900
    assert "more checked pairs" in str(spoilt)


@given(st.integers(0, 3_000), st.integers(0, 10))
def test_the_needed_number_is_the_smallest_that_proves(checked: int, wrong: int) -> None:
    wrong = min(wrong, checked)
    needed = certify(checked, wrong).needed
    assert certify(needed, wrong).open
    assert needed <= max(checked, wrong + 1) or not certify(needed - 1, wrong).open


def test_more_errors_than_checks_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="more errors"):
        certify(3, 4)


def test_like_this_counts_what_had_about_this_confidence() -> None:
    confidence = np.array([0.55] * 8 + [0.99] * 4)
    right = np.array([True] * 5 + [False] * 3 + [True] * 4)
    known = bins(History(confidence, right, confidence > 0.98))
    assert like(known, 0.58) == Alike(8, 5)
    assert str(like(known, 0.58)) == "of 8 like this, 5 were right"
    assert like(known, 0.99) is None, "four say nothing"
    assert like(known, 0.1) is None
    assert sum(each.judged for each in known) == 12
