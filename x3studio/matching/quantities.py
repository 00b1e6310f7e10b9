"""Reads pack counts, sizes and colours out of titles, so that variants of one article are told apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from x3studio.matching.normalise import fold
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
    """Columns of n titles: packs and pieces (nan: not said), sizes (n, dimension, 2) in base units, colours as bits."""

    packs: NDArray[np.float64]
    pieces: NDArray[np.float64]
    sizes: NDArray[np.float64]
    colours: NDArray[np.int64]


_UNIT_ALTERNATIVES = "|".join(sorted((re.escape(unit) for unit in UNITS), key=len, reverse=True))
_NUMBER = r"(?<![\w.,/])(\d{1,6}(?:[.,]\d{1,3})?)"
_SIZE = re.compile(rf"{_NUMBER}\s?-?({_UNIT_ALTERNATIVES})(?![a-z0-9])")
_TIMES_SIZE = re.compile(
    rf"(?<![\w.,])(\d{{1,3}})\s?[x*]\s?(?=\d{{1,6}}(?:[.,]\d+)?\s?(?:{_UNIT_ALTERNATIVES})(?![a-z]))"
)
_PACK_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?<![a-z])(?:{PACK_NOUNS})\s?(?:of|de|da|di|mit|a|von|van|po|x|=)\s?(\d{{1,4}})(?![\w.,]*\d)",
        rf"(?<![\w.,])(\d{{1,4}})\s?-?(?:er|fach|x)?[\s-]?(?:{PACK_NOUNS})(?![a-z])",
        r"(?<![\w.,])(\d{1,3})er(?![a-z])",
    )
)
_TIMES_ALONE = re.compile(r"(?<![\w.,])(?:x\s?(\d{1,3})|(\d{1,3})\s?x)(?![\w.,]|\s?\d)")
_PIECES = re.compile(rf"(?<![\w.,])(\d{{1,5}})[\s-]?(?:{PIECE_NOUNS})(?![a-z])")
_PAIRS = {
    "twin pack": 2.0,
    "double pack": 2.0,
    "doppelpack": 2.0,
    "duopack": 2.0,
    "2er": 2.0,
    "triple pack": 3.0,
}
_WORD = re.compile(r"[a-z]+")
_GARMENT_NAMED = re.compile(
    r"(?:size|sz|gr|groesse|grosse|taille|talla|taglia|maat|velikost|rozmiar|tamanho)\s?[.:]?\s?"
    r"(xxs|xs|s|m|l|xl|xxl|xxxl|[2-6]xl)(?![a-z0-9])"
)
_GARMENT_PLAIN = re.compile(r"(?<![\w'])(XXS|XS|XL|XXL|XXXL|[2-6]XL)(?!\w)|[-,(/]\s?(S|M|L)\)?\s*$")
_GARMENT_CODES = {size: float(index + 1) for index, size in enumerate(GARMENT_SIZES)} | {
    "2xl": 7.0,
    "3xl": 8.0,
}


def read_quantities(titles: Sequence[str]) -> Quantities:
    """The quantities of each title, columnar."""
    count = len(titles)
    packs, pieces = np.full(count, np.nan), np.full(count, np.nan)
    sizes = np.full((count, len(DIMENSIONS), _VALUES_EACH), np.nan)
    colours = np.zeros(count, dtype=np.int64)
    for row, title in enumerate(titles):
        if not title:
            continue
        folded = fold(title)
        colours[row] = _colours(folded)
        _garment(title, folded, sizes[row])
        if any(char.isdigit() for char in folded):
            packs[row] = _pack(folded)
            hit = _PIECES.search(folded)
            if hit:
                pieces[row] = float(hit.group(1))
            _sizes(folded, sizes[row])
        else:
            packs[row] = next((worth for name, worth in _PAIRS.items() if name in folded), np.nan)
    return Quantities(packs, pieces, sizes, colours)


def _pack(folded: str) -> float:
    for form in (*_PACK_FORMS, _TIMES_SIZE, _TIMES_ALONE):
        hit = form.search(folded)
        if hit:
            said = float(next(group for group in hit.groups() if group))
            return said if said > 0 else float("nan")
    return next((worth for name, worth in _PAIRS.items() if name in folded), float("nan"))


def _sizes(folded: str, row: NDArray[np.float64]) -> None:
    for number, unit in _SIZE.findall(folded):
        dimension, factor = UNITS[unit]
        _keep(row[DIMENSIONS.index(dimension)], float(number.replace(",", ".")) * factor)


def _garment(title: str, folded: str, row: NDArray[np.float64]) -> None:
    hit = _GARMENT_NAMED.search(folded)
    size = hit.group(1) if hit else ""
    if not size:
        plain = _GARMENT_PLAIN.search(title)
        size = (plain.group(1) or plain.group(2)).casefold() if plain else ""
    if size:
        _keep(row[-1], _GARMENT_CODES[size])


def _keep(values: NDArray[np.float64], value: float) -> None:
    for place in range(_VALUES_EACH):
        if np.isnan(values[place]):
            values[place] = value
            return


def _colours(folded: str) -> int:
    bits = 0
    for word in _WORD.findall(folded):
        index = COLOURS.get(word)
        if index is not None:
            bits |= 1 << index
    return bits
