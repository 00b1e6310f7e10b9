"""Draws that follow from a name alone: made a hundred thousand times, as quickly as may be."""

import hashlib
import random
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

T = TypeVar("T")
_FINE = 1 << 24


class Dice:
    """The draws of `random.Random` that a demo world needs, without its twenty microseconds of seeding.

    A name gives 512 random bits, and every draw divides what is left of them: enough for the fifty draws of
    an item.
    """

    __slots__ = ("_left",)

    def __init__(self, name: str) -> None:
        self._left = int.from_bytes(hashlib.blake2b(name.encode()).digest(), "little")

    def randint(self, lowest: int, highest: int) -> int:
        """A whole number of these or between them."""
        self._left, drawn = divmod(self._left, highest - lowest + 1)
        return lowest + drawn

    def random(self) -> float:
        """A number from 0 to below 1."""
        self._left, drawn = divmod(self._left, _FINE)
        return drawn / _FINE

    def choice(self, among: Sequence[T]) -> T:
        """One of these."""
        self._left, drawn = divmod(self._left, len(among))
        return among[drawn]

    def choices(self, among: Sequence[T], *, k: int) -> list[T]:
        """So many of these, any of them more than once."""
        return [self.choice(among) for _ in range(k)]


Chance = random.Random | Dice
Chances = Callable[[str, str, str], Chance]
"""What is drawn for, its name, and the item it belongs to."""


def chances(seed: int, by_hand: Collection[str]) -> Chances:
    """Draws for each name: what the seed file describes by hand keeps the draws it always had."""

    def chance(kind: str, name: str, itmref: str) -> Chance:
        known = itmref in by_hand or not itmref
        return random.Random(f"{seed}:{kind}{name}") if known else Dice(f"{seed}:{kind}{name}")

    return chance
