"""Joins on what identifies a record by itself: a proven article number, a code of its own, a proven VAT
number.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from x3studio.matching.candidates import Pairs
from x3studio.matching.records import CustomerSide, Side
from x3studio.matching.vectors import Rows

SAME_EAN, SAME_CODE, SAME_VAT = "same article number", "same code", "same VAT number"
_SHORTEST_CODE = 4

_Keys = list[tuple[str, list[Sequence[str]], list[Sequence[str]]]]


@dataclass(frozen=True, slots=True)
class Joins:
    """Pairs joined one to one, with the key that joined them; and the rows whose article number is shared."""

    source: Rows
    target: Rows
    by: list[str]
    shared_source: NDArray[np.bool_]
    shared_target: NDArray[np.bool_]


def join(source: Side, target: Side) -> Joins:
    """Every pair that one of the keys joins without ambiguity; the strongest key names it."""
    found: dict[tuple[int, int], str] = {}
    for name, left, right in _keys(source, target):
        for pair in _one_to_one(left, right):
            found.setdefault(pair, name)
    pairs = sorted(found)
    return Joins(
        source=np.array([pair[0] for pair in pairs], dtype=np.int64),
        target=np.array([pair[1] for pair in pairs], dtype=np.int64),
        by=[found[pair] for pair in pairs],
        shared_source=_repeated(source.eans),
        shared_target=_repeated(target.eans),
    )


def _keys(source: Side, target: Side) -> _Keys:
    keys: _Keys = [(SAME_EAN, [[ean] for ean in source.eans], [[ean] for ean in target.eans])]
    if isinstance(source, CustomerSide) and isinstance(target, CustomerSide):
        keys.append((SAME_VAT, [[vat] for vat in source.vat_valid], [[vat] for vat in target.vat_valid]))
    keys.append((SAME_CODE, [*map(_own_codes, source.code_fields)], [*map(_own_codes, target.code_fields)]))
    return keys


def _own_codes(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Codes long and mixed enough to stand for one article; running numbers are none."""
    return tuple(
        code
        for code in codes
        if len(code) >= _SHORTEST_CODE
        and any(char.isdigit() for char in code)
        and (len(code) > _SHORTEST_CODE + 1 or not code.isdigit())
    )


def _one_to_one(left: Sequence[Sequence[str]], right: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    if not any(map(any, left)) or not any(map(any, right)):
        return []
    mine, theirs = _places(left), _places(right)
    return [
        (rows[0], theirs[key][0])
        for key, rows in mine.items()
        if len(rows) == 1 and len(theirs.get(key, ())) == 1
    ]


def _places(keys: Sequence[Sequence[str]]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for row, several in enumerate(keys):
        for key in dict.fromkeys(several):
            if key:
                places[key].append(row)
    return places


def _repeated(eans: Sequence[str]) -> NDArray[np.bool_]:
    if not any(eans):
        return np.zeros(len(eans), dtype=np.bool_)
    places = _places([[ean] for ean in eans])
    return np.array([bool(ean) and len(places[ean]) > 1 for ean in eans], dtype=np.bool_)


def add_joins(pairs: Pairs, source: Rows, target: Rows, *, targets: int) -> Pairs:
    """The candidate pairs and these pairs, each once, ordered by source."""
    if not len(source):
        return pairs
    keys = pairs.source * targets + pairs.target
    fresh = ~np.isin(source * targets + target, keys)
    rows = np.concatenate([pairs.source, source[fresh]])
    columns = np.concatenate([pairs.target, target[fresh]])
    scores = np.concatenate([pairs.score, np.zeros(int(fresh.sum()), dtype=np.float32)])
    order = np.lexsort((-scores, rows))
    return Pairs(rows[order], columns[order], scores[order])


def marks(pairs: Pairs, joins: Joins, *, targets: int) -> NDArray[np.str_]:
    """For each pair the key that joins it, or ""."""
    found = np.full(len(pairs), "", dtype="<U24")
    keys = joins.source * targets + joins.target
    place = np.searchsorted(keys, pairs.source * targets + pairs.target)
    inside = place < len(keys)
    hit = np.zeros(len(pairs), dtype=np.bool_)
    hit[inside] = keys[place[inside]] == (pairs.source * targets + pairs.target)[inside]
    found[hit] = np.array(joins.by, dtype="<U24")[place[hit]] if len(keys) else ""
    return found
