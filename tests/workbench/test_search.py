"""Words in many texts, searched by every processor and letter by letter, against plain Python."""

import random

import pytest

from x3studio.workbench.search import Haystack, fold

_MANY = 60_000


@pytest.fixture(scope="module")
def texts() -> list[str]:
    dice = random.Random(1)
    words = ["stahl", "Größe", "Rot", "pack", "x.y", "1,5 l"]
    return [f"{' '.join(dice.choices(words, k=4))} {number}" for number in range(_MANY)]


@pytest.mark.parametrize("typed", ["stahl", "gross 99", "größe", "x.y 7", "zzz", "pack 12 rot"])
def test_each_letter_leaves_what_holds_every_word(texts: list[str], typed: str) -> None:
    hay, folded = Haystack(texts), [fold(text) for text in texts]
    for end in range(1, len(typed) + 1):
        words = fold(typed[:end]).split()
        assert hay.holding(*words).tolist() == [all(word in text for word in words) for text in folded]


def test_what_changed_is_found_by_its_new_words_alone(texts: list[str]) -> None:
    hay = Haystack(texts)
    assert not hay.holding("copper").any()
    hay.put(7, "Copper Ø")
    assert hay.holding("copper").nonzero()[0].tolist() == [7]
    assert not hay.holding("copper", fold(texts[7]).split()[0])[7]
    hay.put(_MANY, "copper at the end")
    assert hay.holding("copper").nonzero()[0].tolist() == [7, _MANY]
