"""Two large invented catalogues that say the same in other words, to measure speed at sizes of real
masters.
"""

import random
from collections.abc import Sequence

from tests.matching.invented import word
from x3studio.matching.values import Table

_UNITS = ("ml", "g", "cm", "mm", "W", "GB")


def large_catalogues(rows: int, *, seed: int = 7) -> tuple[Table, Table]:
    """`rows` articles on each side; the key of a record is the same on both sides."""
    dice = random.Random(seed)
    words = list({word(dice, syllables=dice.choice((1, 2, 2, 3))) for _ in range(max(2_000, rows // 5))})
    brands = [word(dice).capitalize() for _ in range(max(50, rows // 200))]
    # A few words stand in very many titles, as in any catalogue.
    weights = [1.0 / (place + 3) for place in range(len(words))]
    drawn = dice.choices(words, weights, k=rows * 5)
    ours, theirs = [], []
    for place in range(rows):
        model = f"{''.join(dice.choices('ABCDEFGHKLMNPRSTVWX', k=2))}{dice.randint(10, 99_999)}"
        size = f"{dice.choice((1, 2, 5, 10, 25, 50, 100, 250, 500))} {dice.choice(_UNITS)}"
        said = [dice.choice(brands), *drawn[place * 5 : place * 5 + 5], model, size]
        ours.append(" ".join(said))
        theirs.append(_again(dice, said))
    keys = [str(place) for place in range(rows)]
    return _table("A", keys, ours), _table("B", keys, theirs)


def _again(dice: random.Random, said: Sequence[str]) -> str:
    """The same article as another shop writes it: words left out, moved, shortened, misspelt."""
    parts = [part for part in said if dice.random() > 0.15]
    if dice.random() < 0.3:
        dice.shuffle(parts)
    if dice.random() < 0.4 and parts:
        place = dice.randrange(len(parts))
        text = parts[place]
        cut = dice.randrange(len(text))
        parts[place] = text[:cut] + dice.choice("aeinrst") + text[cut + 1 :]
    return " ".join(parts) or said[0]


def _table(name: str, keys: Sequence[str], titles: Sequence[str]) -> Table:
    return Table.of(name, {"id": keys, "title": titles}, id_column="id")
