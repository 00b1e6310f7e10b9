"""Cheap draws: the same for the same name, spread over what was asked for."""

from collections import Counter

import pytest

from x3studio.sandbox.dice import Dice


def test_a_name_always_draws_the_same_and_another_name_something_else() -> None:
    one, same, other = (Dice(name) for name in ("7:item:1", "7:item:1", "7:item:2"))
    drawn = [one.randint(0, 10**6) for _ in range(8)]
    assert drawn == [same.randint(0, 10**6) for _ in range(8)]
    assert drawn != [other.randint(0, 10**6) for _ in range(8)]


@pytest.mark.parametrize("place", range(0, 50, 7))
def test_every_value_is_drawn_about_as_often_whatever_was_drawn_before(place: int) -> None:
    seen: Counter[int] = Counter()
    for number in range(4_000):
        dice = Dice(str(number))
        for _ in range(place):
            dice.randint(0, 499)
        seen[dice.randint(1, 4)] += 1
    assert sorted(seen) == [1, 2, 3, 4]
    assert max(seen.values()) - min(seen.values()) < 250


def test_shares_and_choices_stay_within_what_there_is() -> None:
    shares = [Dice(str(number)).random() for number in range(2_000)]
    assert 0 <= min(shares) < 0.01 and 0.99 < max(shares) < 1
    letters = Dice("letters").choices("ABC", k=30)
    assert len(letters) == 30 and set(letters) == set("ABC")
    assert Dice("one").choice(["only"]) == "only"
