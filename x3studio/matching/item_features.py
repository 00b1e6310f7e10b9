"""What is compared of items: part numbers, brands, prices, counts, sizes and colours."""

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from x3studio.matching.candidates import Pairs
from x3studio.matching.features import (
    Column,
    Columns,
    Spaces,
    equality,
    field_agreement,
    length_feature,
    likeness,
    number_features,
    text_features,
)
from x3studio.matching.quantities import Quantities
from x3studio.matching.records import ItemSide, Side
from x3studio.matching.vectors import Pause, bags

Amounts = NDArray[np.float64]


def code_features(source: Side, target: Side, pairs: Pairs) -> Columns:
    """Part numbers in texts and in code columns."""
    codes = bags(source.codes, target.codes)
    rows, columns = pairs.source, pairs.target
    shared = codes.shared(0, 1, rows, columns)
    lightest = np.minimum(codes.weight(0)[rows], codes.weight(1)[columns])
    both = lightest > 0
    return {
        "part numbers shared": shared,
        "part numbers covered": np.where(both, shared / np.maximum(lightest, 1e-6), np.nan).astype(
            np.float32
        ),
        "part number near": _near_codes(source, target, pairs, both & (shared == 0)),
        "code columns": field_agreement(source.code_fields, target.code_fields, pairs),
    }


def _near_codes(source: Side, target: Side, pairs: Pairs, wanted: NDArray[np.bool_]) -> Column:
    """Likeness of the longest part numbers where none is shared; nan elsewhere."""
    found = np.full(len(pairs), np.nan, dtype=np.float32)
    places = np.flatnonzero(wanted)
    if len(places):
        longest_source = [max(codes, key=len, default="") for codes in source.codes]
        longest_target = [max(codes, key=len, default="") for codes in target.codes]
        left = [longest_source[row] for row in pairs.source[places]]
        right = [longest_target[row] for row in pairs.target[places]]
        found[places] = process.cpdist(
            left, right, scorer=JaroWinkler.normalized_similarity, dtype=np.float32
        )
    return found


def brand_feature(source: Side, target: Side, pairs: Pairs, *, threads: int) -> Columns:
    """The brand of one side against the other's brand, or its title where it has no brand."""
    brands_source = [brand or title for brand, title in zip(source.brand, source.title, strict=True)]
    brands_target = [brand or title for brand, title in zip(target.brand, target.title, strict=True)]
    either = np.array([bool(text) for text in source.brand])[pairs.source]
    either |= np.array([bool(text) for text in target.brand])[pairs.target]
    places = np.flatnonzero(either)
    found = np.full(len(pairs), np.nan, dtype=np.float32)
    if len(places):
        part = Pairs(pairs.source[places], pairs.target[places], pairs.score[places])
        found[places] = likeness(brands_source, brands_target, part, threads=threads)
    return {"brand": found}


def price_features(source: Side, target: Side, pairs: Pairs) -> Columns:
    """The distance of prices as the logarithm of their ratio."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.abs(np.log(source.price[pairs.source] / target.price[pairs.target]))
    return {"price": np.minimum(ratio, 5.0).astype(np.float32)}


_TOLERANCE = 0.03


def quantity_features(source: ItemSide, target: ItemSide, pairs: Pairs) -> Columns:
    """How far counts, sizes and colours contradict each other or agree, 0..1; 0 too where a side does not
    say.

    A pack of several on one side while the other names no count contradicts by half.
    """
    left, right = source.quantities, target.quantities
    rows, columns = pairs.source, pairs.target
    # Of a title that was cut off it is not known whether it said a count.
    packs = np.where(target.cut[columns], np.nan, left.packs[rows])
    others = np.where(source.cut[rows], np.nan, right.packs[columns])
    found = _counts(_counted(left)[rows], _counted(right)[columns], packs, others)
    said, agreed = _sizes(left.sizes[rows], right.sizes[columns])
    share = agreed / np.maximum(said, 1)
    hues, others = left.colours[rows], right.colours[columns]
    both, shared = (hues != 0) & (others != 0), (hues & others) != 0
    found |= {
        "size differs": np.where(said > 0, 1 - share, 0),
        "size agrees": np.where(said > 0, share, 0),
        "colour differs": both & ~shared,
        "colour agrees": both & shared,
    }
    return {name: np.asarray(column, dtype=np.float32) for name, column in found.items()}


def _counted(side: Quantities) -> NDArray[np.float64]:
    """What a title may mean by its count: packs, pieces, and the pieces of all packs (n, 3)."""
    return np.column_stack([side.packs, side.pieces, side.packs * side.pieces])


def _counts(
    mine: Amounts, theirs: Amounts, packs: Amounts, others: Amounts
) -> dict[str, NDArray[np.generic]]:
    """Counts agree where any reading of one side is one of the other: "4 ct" is a "pack of 4"."""
    agree = (mine[:, :, None] == theirs[:, None, :]).any(axis=(1, 2))
    said, answered = ~np.isnan(mine).all(axis=1), ~np.isnan(theirs).all(axis=1)
    alone = ((packs > 1) & ~answered) | ((others > 1) & ~said)
    # One pack said on both sides says nothing of what may be in it.
    single = (packs == 1) & (others == 1)
    return {
        "count differs": np.where(said & answered & ~agree, 1.0, np.where(alone, 0.5, 0.0)),
        "count agrees": agree & ~single,
    }


def _sizes(left: NDArray[np.float64], right: NDArray[np.float64]) -> tuple[Column, Column]:
    """In how many dimensions both sides say a size, and in how many of those a value agrees."""
    said = (~np.isnan(left[:, :, 0]) & ~np.isnan(right[:, :, 0])).sum(axis=1)
    agreed = np.zeros(left.shape[:2], dtype=np.bool_)
    for mine in range(left.shape[2]):
        for theirs in range(right.shape[2]):
            one, other = left[:, :, mine], right[:, :, theirs]
            with np.errstate(invalid="ignore"):
                agreed |= np.abs(one - other) <= _TOLERANCE * np.maximum(one, other)
    return said.astype(np.float32), agreed.sum(axis=1).astype(np.float32)


def item_columns(
    source: ItemSide, target: ItemSide, spaces: Spaces, pairs: Pairs, *, threads: int, pause: Pause
) -> Columns:
    """Every feature of item pairs, by name."""
    found = text_features(spaces, pairs, pause=pause)
    found |= code_features(source, target, pairs)
    pause()
    found |= number_features(source, target, pairs)
    pause()
    found |= length_feature(spaces, pairs)
    found |= brand_feature(source, target, pairs, threads=threads)
    pause()
    found |= price_features(source, target, pairs)
    found |= quantity_features(source, target, pairs)
    found["article number"] = equality(source.eans, target.eans, pairs)
    return found
