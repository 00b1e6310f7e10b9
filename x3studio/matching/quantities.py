"""Reads pack counts, sizes and colours out of titles, so that variants of one article are told apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
from numpy.typing import NDArray

from x3studio.matching.vocabulary import (
    COLOURS,
    DIMENSIONS,
    GARMENT_SIZES,
    PACK_NOUNS,
    PIECE_NOUNS,
    UNITS,
)

_VALUES_EACH = 2
"""Values kept of each dimension; a title that lists more is a description."""


@dataclass(frozen=True, slots=True)
class Quantities:
    """Columns of n titles: packs and pieces (nan: not said), sizes (n, dimension, 2) in base units, colours
    as bits.

    A pack is said by an outer wrapping ("pack of 6", "6 x 330 ml"), pieces by what is inside ("80 ct").
    """

    packs: NDArray[np.float64]
    pieces: NDArray[np.float64]
    sizes: NDArray[np.float64]
    colours: NDArray[np.int64]


_WORD = re.compile(r"[a-z]+")
_LETTERS = "".join(sign if "a" <= sign <= "z" else " " for sign in map(chr, range(128)))
_NUMBERED = re.compile(r"(\d(?<![\w.,/]\d)\d{0,5}(?:[.,]\d{1,3})?)[\s-]?([a-z]+|\")(?![\d])")
"""A number and the word behind it, with nothing but a blank or a hyphen between.

Beginning with a digit, not with what must not stand before it, is what makes the search quick.
"""
_NAMED_NUMBER = re.compile(
    r"([a-z]+)\s?(?:of|de|da|di|mit|a|von|van|po|x|=|:|)\s?(\d{1,4})(?![\w.,/]*\d|[a-z]|\s?(?:ml|cl|l|mg|g|kg|mm|cm|m)\b)"
)
_TIMES = re.compile(r"(\d(?<![\w.,]\d)\d{0,2})\s?[x*]\s?(\d{1,6}(?:[.,]\d+)?)\s?([a-z]+|\")(?![\w])")
_TIMES_ALONE = re.compile(
    r"(?<![\w.,\"'])(?<!\d\s)(?<![\"']\s)(?:x\s?(\d{1,3})|(\d{1,3})\s?x)(?![\w.,\"'%]|\s?[\d\"']|\s?-)"
    r"(?!\s?(?:mm|cm|m|in|inch|zoll|ft)\b)"
)
"""Six in "glasses x6" and "6x glasses"; nothing in 4x4, in 16" x 5" or in 10x-20x."""
_GARMENT_NAMES = "size|sz|gr|groesse|grosse|taille|talla|taglia|maat|velikost|rozmiar|tamanho"
_GARMENT_NAMED = re.compile(rf"(?:{_GARMENT_NAMES})\s?[.:]?\s?(xxs|xs|s|m|l|xl|xxl|xxxl|[2-6]xl)(?![a-z0-9])")
_GARMENT_PLAIN = re.compile(r"(?<![\w'])(xxs|xs|xl|xxl|xxxl|[2-6]xl)(?!\w)|[-,(/]\s?(s|m|l)\)?\s*$")
_GARMENT_HINT = re.compile(rf"x[sl]|{_GARMENT_NAMES}")
_GARMENT_CODES = {size: float(place) for place, size in enumerate(GARMENT_SIZES, start=1)} | {
    "2xl": 7.0,
    "3xl": 8.0,
}
_COLOUR_WORDS = frozenset(COLOURS)
_UNSAID = float("nan")


def read_quantities(folded: Sequence[str]) -> Quantities:
    """The quantities of each folded title, columnar."""
    count = len(folded)
    packs, pieces = [_UNSAID] * count, [_UNSAID] * count
    sizes = np.full((count, len(DIMENSIONS), _VALUES_EACH), np.nan)
    colours = np.zeros(count, dtype=np.int64)
    for row, title in enumerate(folded):
        said = _words(title)
        for hue in said & _COLOUR_WORDS:
            colours[row] |= 1 << COLOURS[hue]
        packs[row] = _pack_in_words(said)
        if _hints_at_garment(title):
            _garment(title, sizes[row])
        numbered = _NUMBERED.findall(title)
        if numbered or not said.isdisjoint(PACK_NOUNS) or "x" in said:
            packs[row], pieces[row] = _counts(title, said, numbered, packs[row])
            _sizes(title, numbered, sizes[row])
    return Quantities(np.array(packs, dtype=np.float64), np.array(pieces, dtype=np.float64), sizes, colours)


def _pack_in_words(said: set[str]) -> float:
    if "doppelpack" in said or "duopack" in said or ("pack" in said and said & {"twin", "double", "duo"}):
        return 2.0
    return 3.0 if "pack" in said and "triple" in said else _UNSAID


def _counts(title: str, said: set[str], numbered: list[tuple[str, str]], pack: float) -> tuple[float, float]:
    """Outer packs and pieces; what names the pack counts before what merely multiplies a size."""
    pieces = _UNSAID
    if not said.isdisjoint(PACK_NOUNS):
        named = [number for word, number in _NAMED_NUMBER.findall(title) if word in PACK_NOUNS]
        pack = float(named[0]) if named else pack
    for number, word in numbered:
        amount = float(number.replace(",", "."))
        if not amount.is_integer():
            continue
        if word in PIECE_NOUNS and isnan(pieces):
            pieces = amount
        elif (word in PACK_NOUNS or word in ("er", "fach")) and isnan(pack):
            pack = amount
    if isnan(pack):
        pack = _multiplied(title)
    return (pack if pack > 0 else _UNSAID), pieces


def _multiplied(title: str) -> float:
    """6 in "6 x 330 ml" and in "glasses x6", but nothing in "4x4" or "20 x 30 cm"."""
    if "x" not in title and "*" not in title:
        return _UNSAID
    times = _TIMES.search(title)
    if times:
        unit = UNITS.get(times.group(3))
        return float(times.group(1)) if unit is not None and unit[0] != "length" else _UNSAID
    alone = _TIMES_ALONE.search(title)
    return float(alone.group(1) or alone.group(2)) if alone else _UNSAID


def _sizes(title: str, numbered: list[tuple[str, str]], row: NDArray[np.float64]) -> None:
    if "x" in title or "*" in title:
        numbered = numbered + [(number, unit) for _, number, unit in _TIMES.findall(title)]
    for number, word in numbered:
        unit = UNITS.get(word)
        if unit is not None:
            _keep(row[DIMENSIONS.index(unit[0])], float(number.replace(",", ".")) * unit[1])


def _hints_at_garment(title: str) -> bool:
    tail = title.rstrip().removesuffix(")")
    return (tail.endswith(("s", "m", "l")) and tail[:-1].rstrip().endswith(("-", ",", "(", "/"))) or (
        _GARMENT_HINT.search(title) is not None
    )


def _words(title: str) -> set[str]:
    """The runs of letters from a to z."""
    return set(title.translate(_LETTERS).split() if title.isascii() else _WORD.findall(title))


def _garment(title: str, row: NDArray[np.float64]) -> None:
    hit = _GARMENT_NAMED.search(title) or _GARMENT_PLAIN.search(title)
    if hit:
        _keep(row[-1], _GARMENT_CODES[next(group for group in hit.groups() if group)])


def _keep(values: NDArray[np.float64], value: float) -> None:
    for place in range(_VALUES_EACH):
        if isnan(values[place]) or values[place] == value:
            values[place] = value
            return
