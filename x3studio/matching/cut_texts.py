"""Titles of systems with short fields: cut off at the field's length, and colours written in two letters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SHORTEST, _LONGEST = 20, 80
_CUT_AT_LEAST, _CUT_SHARE = 5, 0.03
_PILED = 2.5
"""So many times more texts of the field's full length than of one character less are no chance."""
_COLOURS = {
    spelling: colour
    for colour, spellings in {
        "black": "sw schw nr neg ner blk",
        "white": "ws weis blc bc bco bia wht",
        "grey": "gr gry",
        "red": "rt rge rj ros",
        "blue": "bl az blu",
        "green": "gn vt vd grn",
        "yellow": "ge jn am gia yel",
        "brown": "br",
    }.items()
    for spelling in spellings.split()
}
_ABBREVIATED = re.compile(
    rf"(?<![\w.,/&-])({'|'.join(_COLOURS)})(?![\w&/-])"
    r"(?!\.?\s?(?:\d+(?![\w.,])|(?:xxs|xs|s|m|l|xl|xxl|xxxl|[2-6]xl)(?!\w)))"
)
"""A colour in two or three letters; not what names a size or a number."""
_AMOUNT = re.compile(r"(?:^|\s)\d+(?:[.,]\d+)?\s$")


@dataclass(frozen=True, slots=True)
class CutTexts:
    """Folded titles as quantities are read from them, and which of them the field's length cut off."""

    texts: Sequence[str]
    cut: NDArray[np.bool_]


def read_cut(titles: Sequence[str], folded: Sequence[str]) -> CutTexts:
    """Of titles that were cut off, the last word is unknown; where titles are cut, colours are abbreviated.

    Everything stays as it is where no field's length shows.
    """
    lengths = np.array([len(title) for title in titles], dtype=np.int64)
    cut = _cut_off(lengths)
    if not cut.any():
        return CutTexts(folded, cut)
    texts = [
        _ABBREVIATED.sub(_colour, _without_last(text) if short else text)
        for text, short in zip(folded, cut.tolist(), strict=True)
    ]
    return CutTexts(texts, cut)


def _colour(hit: re.Match[str]) -> str:
    """The colour in full, or what stood there where it is the unit of a number before it ("500 gr")."""
    return hit.group() if _AMOUNT.search(hit.string[: hit.start()]) else f" {_COLOURS[hit.group(1)]} "


def _cut_off(lengths: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Marks texts of the greatest length where so many have it that it must be the field's."""
    longest = int(lengths.max(initial=0))
    cut: NDArray[np.bool_] = lengths == longest
    count, nearly = int(cut.sum()), int((lengths == longest - 1).sum())
    piled = count >= max(_CUT_AT_LEAST, _CUT_SHARE * len(lengths)) and count >= _PILED * nearly
    if not _SHORTEST <= longest <= _LONGEST or not piled or count == len(lengths):
        return np.zeros(len(lengths), dtype=np.bool_)
    return cut


def _without_last(text: str) -> str:
    return text.rstrip().rpartition(" ")[0] or text
