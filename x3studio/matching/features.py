"""What is compared of each candidate pair, worked out in columns: nan means that a side does not say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from x3studio.matching.candidates import Pairs
from x3studio.matching.normalise import numbers
from x3studio.matching.records import CustomerSide, ItemSide, Side
from x3studio.matching.vectors import Bags, Rows, Space, bags, gram_space

Column = NDArray[np.float32]
Columns = dict[str, Column]


@dataclass(frozen=True, slots=True)
class Spaces:
    """The vector spaces of both sides: words of titles, of everything, runs of characters of titles."""

    words: Bags
    grams: Space
    runs: Space
    titles: Space
    everything: Space


_TITLE_A, _TITLE_B, _ALL_A, _ALL_B = range(4)


def build_spaces(source: Side, target: Side) -> Spaces:
    """The spaces retrieval and features share."""
    mine, theirs = _said(source, str.split), _said(target, str.split)
    words = bags(mine[0], theirs[0], mine[1], theirs[1])
    return Spaces(
        words=words,
        grams=gram_space(_names(source), _names(target)),
        runs=gram_space(source.title, target.title, across=True),
        titles=words.units(_TITLE_A, _TITLE_B),
        everything=words.units(_ALL_A, _ALL_B),
    )


def _names(side: Side) -> list[str]:
    return side.core if isinstance(side, CustomerSide) else side.title


def _said(side: Side, cut: Callable[[str], list[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """The titles and all texts of a side cut into tokens; one object where titles are all there is."""
    titles = [cut(text) for text in side.title]
    if side.everything == side.title:
        return titles, titles
    return titles, [cut(text) for text in side.everything]


def text_features(spaces: Spaces, pairs: Pairs) -> Columns:
    """Cosines and how much of one side's title the other side says anywhere."""
    rows, columns = pairs.source, pairs.target
    words = spaces.words
    found = {
        "title words": spaces.titles.cosine(rows, columns),
        "spelling": spaces.grams.cosine(rows, columns),
        "spelling and order": spaces.runs.cosine(rows, columns),
        "all words": spaces.everything.cosine(rows, columns),
    }
    for name, left, right, mine, theirs in (
        ("source title covered", _TITLE_A, _ALL_B, rows, columns),
        ("target title covered", _TITLE_B, _ALL_A, columns, rows),
    ):
        weight = words.weight(left)[mine]
        shared = words.shared(left, right, mine, theirs)
        found[name] = np.where(weight > 0, shared / np.maximum(weight, 1e-6), np.nan).astype(np.float32)
    return found


def edit_features(source: Sequence[str], target: Sequence[str], pairs: Pairs, *, threads: int) -> Columns:
    """Edit-based likeness of two texts, 0..1."""
    left = [source[row] for row in pairs.source]
    right = [target[row] for row in pairs.target]
    scorers = {"word set": fuzz.token_set_ratio, "word order": fuzz.token_sort_ratio}
    return {
        name: np.asarray(
            process.cpdist(left, right, scorer=scorer, workers=threads, dtype=np.float32) / np.float32(100),
            dtype=np.float32,
        )
        for name, scorer in scorers.items()
    }


def competition(base: Column, source: Rows, target: Rows, *, sources: int, targets: int) -> Columns:
    """How far a pair's base score lies ahead of (or behind) the best other pair of its source and its target."""
    by_source, lead_source = _lead(base, source, sources)
    by_target, lead_target = _lead(base, target, targets)
    return {
        "lead over other targets": lead_source,
        "lead over other sources": lead_target,
        "best of both": (by_source & by_target).astype(np.float32),
    }


def _lead(base: Column, group: Rows, groups: int) -> tuple[NDArray[np.bool_], Column]:
    order = np.lexsort((-base, group))
    grouped, ordered = group[order], base[order]
    starts = np.searchsorted(grouped, np.arange(groups + 1))
    sizes = np.diff(starts)
    best, second = np.zeros(groups, np.float32), np.zeros(groups, np.float32)
    some, more = sizes > 0, sizes > 1
    best[some] = ordered[starts[:-1][some]]
    second[more] = ordered[starts[:-1][more] + 1]
    first = np.zeros(len(base), dtype=np.bool_)
    first[order[starts[:-1][some]]] = True
    return first, np.where(first, base - second[group], base - best[group]).astype(np.float32)


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
        "code columns": _field_agreement(source.code_fields, target.code_fields, pairs),
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


def _field_agreement(
    source: Sequence[tuple[str, ...]], target: Sequence[tuple[str, ...]], pairs: Pairs
) -> Column:
    """1 where a code column of one side equals one of the other, 0 where all differ, nan where one is empty."""
    if not any(map(any, source)) or not any(map(any, target)):
        return np.full(len(pairs), np.nan, dtype=np.float32)
    return _overlap(
        [list(filter(None, codes)) for codes in source],
        [list(filter(None, codes)) for codes in target],
        pairs,
    )


def _overlap(source: Sequence[Sequence[str]], target: Sequence[Sequence[str]], pairs: Pairs) -> Column:
    """1 where two sets share a member, 0 where they do not, nan where one is empty."""
    sets = bags(source, target)
    rows, columns = pairs.source, pairs.target
    both = (sets.weight(0)[rows] > 0) & (sets.weight(1)[columns] > 0)
    return np.where(both, sets.shared(0, 1, rows, columns) > 0, np.nan).astype(np.float32)


def number_features(source: Side, target: Side, pairs: Pairs) -> Columns:
    """Numbers in titles: shared, and those the other side says nowhere."""
    mine_all, theirs_all = _said(source, numbers), _said(target, numbers)
    sets = bags(mine_all[0], theirs_all[0], mine_all[1], theirs_all[1])
    sets = Bags(sets.columns, np.ones_like(sets.idf))
    rows, columns = pairs.source, pairs.target
    both = sets.shared(_TITLE_A, _TITLE_B, rows, columns)
    mine, theirs = sets.weight(_TITLE_A)[rows], sets.weight(_TITLE_B)[columns]
    union = mine + theirs - both
    return {
        "numbers": np.where(union > 0, both / np.maximum(union, 1), np.nan).astype(np.float32),
        "source numbers missing": mine - sets.shared(_TITLE_A, _ALL_B, rows, columns),
        "target numbers missing": theirs - sets.shared(_TITLE_B, _ALL_A, columns, rows),
    }


def length_feature(spaces: Spaces, pairs: Pairs) -> Columns:
    """Shorter title over longer title, in weighted words."""
    left = spaces.words.weight(_TITLE_A)[pairs.source]
    right = spaces.words.weight(_TITLE_B)[pairs.target]
    longest = np.maximum(np.maximum(left, right), 1e-6)
    return {"title length": (np.minimum(left, right) / longest).astype(np.float32)}


def equality(source: Sequence[str], target: Sequence[str], pairs: Pairs) -> Column:
    """1 equal, 0 different, nan where a side is empty."""
    names = {"": 0}
    left = np.array([names.setdefault(text, len(names)) for text in source])[pairs.source]
    right = np.array([names.setdefault(text, len(names)) for text in target])[pairs.target]
    return np.where((left == 0) | (right == 0), np.nan, left == right).astype(np.float32)


def likeness(source: Sequence[str], target: Sequence[str], pairs: Pairs, *, threads: int) -> Column:
    """Word-set likeness 0..1, nan where a side is empty."""
    found = np.full(len(pairs), np.nan, dtype=np.float32)
    has_source = np.array([bool(text) for text in source])[pairs.source]
    has_target = np.array([bool(text) for text in target])[pairs.target]
    places = np.flatnonzero(has_source & has_target)
    if len(places):
        left = [source[row] for row in pairs.source[places]]
        right = [target[row] for row in pairs.target[places]]
        score = process.cpdist(left, right, scorer=fuzz.token_set_ratio, workers=threads, dtype=np.float32)
        found[places] = score / np.float32(100)
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
    """Packs, sizes and colours: agreement 1, contradiction 0, nan where a side does not say.

    A pack of several on one side while the other says nothing is 0.5.
    """
    left, right = source.quantities, target.quantities
    rows, columns = pairs.source, pairs.target
    mine, theirs = left.packs[rows], right.packs[columns]
    either = ~np.isnan(mine) | ~np.isnan(theirs)
    pack = np.where(either, np.nan_to_num(mine, nan=1.0) == np.nan_to_num(theirs, nan=1.0), np.nan)
    one_sided = either & (np.isnan(mine) | np.isnan(theirs))
    pieces = np.where(left.pieces[rows] == right.pieces[columns], 1.0, 0.0)
    pieces[np.isnan(left.pieces[rows]) | np.isnan(right.pieces[columns])] = np.nan
    said, agreed = _sizes(left.sizes[rows], right.sizes[columns])
    hues, others = left.colours[rows], right.colours[columns]
    colour = np.where((hues != 0) & (others != 0), (hues & others) != 0, np.nan)
    return {
        "pack": np.where(one_sided & (pack == 0), 0.5, pack).astype(np.float32),
        "pieces": pieces.astype(np.float32),
        "size": np.where(said > 0, agreed / np.maximum(said, 1), np.nan).astype(np.float32),
        "colour": colour.astype(np.float32),
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


def company_features(source: CustomerSide, target: CustomerSide, pairs: Pairs, *, threads: int) -> Columns:
    """Names without legal forms, addresses and the numbers that identify a company."""
    left = [source.core[row] for row in pairs.source]
    right = [target.core[row] for row in pairs.target]
    winkler = process.cpdist(
        left, right, scorer=JaroWinkler.normalized_similarity, workers=threads, dtype=np.float32
    )
    compact = process.cpdist(
        [text.replace(" ", "") for text in left],
        [text.replace(" ", "") for text in right],
        scorer=fuzz.ratio,
        workers=threads,
        dtype=np.float32,
    ) / np.float32(100)
    return {
        "name beginning": winkler,
        "name letters": compact,
        "name equal": equality(source.core, target.core, pairs),
        "legal form": _overlap([*map(sorted, source.forms)], [*map(sorted, target.forms)], pairs),
        "street": likeness(source.street, target.street, pairs, threads=threads),
        "house number": equality(source.house, target.house, pairs),
        "city": likeness(source.city, target.city, pairs, threads=threads),
        "postcode": _postcodes(source.postcode, target.postcode, pairs),
        "country": equality(source.country, target.country, pairs),
        "VAT number": equality(source.vat, target.vat, pairs),
        "telephone": equality(source.phone, target.phone, pairs),
        "mail domain": equality(source.domain, target.domain, pairs),
        "code columns": _field_agreement(source.code_fields, target.code_fields, pairs),
    }


def _postcodes(source: Sequence[str], target: Sequence[str], pairs: Pairs) -> Column:
    """1 equal, 0.5 where the first two characters agree, 0 different, nan where a side is empty."""
    equal = equality(source, target, pairs)
    region = equality([text[:2] for text in source], [text[:2] for text in target], pairs)
    return np.where(equal == 0, region * np.float32(0.5), equal).astype(np.float32)


def item_columns(
    source: ItemSide, target: ItemSide, spaces: Spaces, pairs: Pairs, *, threads: int
) -> Columns:
    """Every feature of item pairs, by name."""
    found = text_features(spaces, pairs)
    found |= edit_features(source.title, target.title, pairs, threads=threads)
    found |= code_features(source, target, pairs)
    found |= number_features(source, target, pairs)
    found |= length_feature(spaces, pairs)
    found |= brand_feature(source, target, pairs, threads=threads)
    found |= price_features(source, target, pairs)
    found |= quantity_features(source, target, pairs)
    found["article number"] = equality(source.eans, target.eans, pairs)
    return found


def customer_columns(
    source: CustomerSide, target: CustomerSide, spaces: Spaces, pairs: Pairs, *, threads: int
) -> Columns:
    """Every feature of customer pairs, by name."""
    found = text_features(spaces, pairs)
    found |= edit_features(source.title, target.title, pairs, threads=threads)
    found |= length_feature(spaces, pairs)
    found |= company_features(source, target, pairs, threads=threads)
    return found


def compare(source: Side, target: Side, spaces: Spaces, pairs: Pairs, *, threads: int) -> Columns:
    """Every feature of the pairs of two sides of one kind, by name."""
    if isinstance(source, ItemSide) and isinstance(target, ItemSide):
        return item_columns(source, target, spaces, pairs, threads=threads)
    assert isinstance(source, CustomerSide) and isinstance(target, CustomerSide)
    return customer_columns(source, target, spaces, pairs, threads=threads)
