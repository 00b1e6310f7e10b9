"""What is compared of each candidate pair, worked out in columns: nan means that a side does not say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from x3studio.matching.candidates import Pairs
from x3studio.matching.normalise import numbers
from x3studio.matching.records import CustomerSide, Side
from x3studio.matching.vectors import Bags, Pause, Rows, Space, bags, go_on, gram_space

Column = NDArray[np.float32]
Columns = dict[str, Column]


@dataclass(frozen=True, slots=True)
class Spaces:
    """The vector spaces of both sides: words of titles, of everything, spelling of titles."""

    words: Bags
    grams: Space
    titles: Space
    everything: Space


_TITLE_A, _TITLE_B, _ALL_A, _ALL_B = range(4)


def build_spaces(source: Side, target: Side, *, pause: Pause = go_on) -> Spaces:
    """The spaces retrieval and features share."""
    mine, theirs = _said(source, str.split), _said(target, str.split)
    pause()
    words = bags(mine[0], theirs[0], mine[1], theirs[1])
    pause()
    titles = words.units(_TITLE_A, _TITLE_B)
    return Spaces(
        words=words,
        grams=gram_space(_names(source), _names(target)),
        titles=titles,
        everything=titles if _only_titles(words) else words.units(_ALL_A, _ALL_B),
    )


def _only_titles(words: Bags) -> bool:
    """Whether titles are all that both sides say."""
    columns = words.columns
    return columns[_ALL_A] is columns[_TITLE_A] and columns[_ALL_B] is columns[_TITLE_B]


def _names(side: Side) -> list[str]:
    return side.core if isinstance(side, CustomerSide) else side.title


def _said(side: Side, cut: Callable[[str], list[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """The titles and all texts of a side cut into tokens; one object where titles are all there is."""
    titles = [cut(text) for text in side.title]
    if side.everything == side.title:
        return titles, titles
    return titles, [cut(text) for text in side.everything]


def text_features(spaces: Spaces, pairs: Pairs, *, pause: Pause) -> Columns:
    """Cosines and how much of one side's title the other side says anywhere."""
    rows, columns = pairs.source, pairs.target
    words = spaces.words
    mine, theirs = _covered(words, pairs, pause=pause)
    return {
        "spelling": spaces.grams.cosine(rows, columns, pause=pause),
        "all words": spaces.everything.cosine(rows, columns, pause=pause),
        "source title covered": _share(mine, words.weight(_TITLE_A)[rows]),
        "target title covered": _share(theirs, words.weight(_TITLE_B)[columns]),
    }


def _covered(words: Bags, pairs: Pairs, *, pause: Pause = go_on) -> tuple[Column, Column]:
    """The weight of the source title's words that the target says anywhere, and the other way round."""
    mine = words.shared(_TITLE_A, _ALL_B, pairs.source, pairs.target, pause=pause)
    if _only_titles(words):
        return mine, mine
    return mine, words.shared(_TITLE_B, _ALL_A, pairs.target, pairs.source, pause=pause)


def _share(part: Column, whole: Column) -> Column:
    return np.where(whole > 0, part / np.maximum(whole, 1e-6), np.nan).astype(np.float32)


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


def competition(base: Column, source: Rows, target: Rows) -> Columns:
    """How far a pair's base score lies ahead of (or behind) the best other pair of its source and its
    target.
    """
    by_source, lead_source = _lead(base, source)
    by_target, lead_target = _lead(base, target)
    return {
        "lead over other targets": lead_source,
        "lead over other sources": lead_target,
        "best of both": (by_source & by_target).astype(np.float32),
    }


def _lead(base: Column, group: Rows) -> tuple[NDArray[np.bool_], Column]:
    """Whether each value is the first of its group, and how far ahead of (or behind) the best other it is."""
    if not len(base):
        return np.zeros(0, dtype=np.bool_), np.zeros(0, dtype=np.float32)
    # Pairs come ordered by source; only by target have they to be brought together.
    order = None if (group[1:] >= group[:-1]).all() else np.argsort(group, kind="stable")
    values, grouped = (base, group) if order is None else (base[order], group[order])
    starts = np.flatnonzero(np.concatenate([[True], grouped[1:] != grouped[:-1]]))
    place = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(values))))
    best = np.maximum.reduceat(values, starts)
    tops = np.flatnonzero(values == best[place])
    # Of equals the first leads.
    tops = tops[np.concatenate([[True], place[tops][1:] != place[tops][:-1]])]
    others = values.copy()
    others[tops] = -np.inf
    second = np.maximum.reduceat(others, starts)
    second[np.isneginf(second)] = 0.0
    first = np.zeros(len(values), dtype=np.bool_)
    first[tops] = True
    lead = np.where(first, values - second[place], values - best[place]).astype(np.float32)
    if order is None:
        return first, lead
    back_first, back_lead = np.empty_like(first), np.empty_like(lead)
    back_first[order], back_lead[order] = first, lead
    return back_first, back_lead


def number_features(source: Side, target: Side, pairs: Pairs) -> Columns:
    """Numbers in titles: shared, and those the other side says nowhere."""
    mine_all, theirs_all = _said(source, numbers), _said(target, numbers)
    sets = bags(mine_all[0], theirs_all[0], mine_all[1], theirs_all[1])
    sets = Bags(sets.columns, np.ones_like(sets.idf))
    rows, columns = pairs.source, pairs.target
    mine_said, theirs_said = _covered(sets, pairs)
    both = mine_said if _only_titles(sets) else sets.shared(_TITLE_A, _TITLE_B, rows, columns)
    mine, theirs = sets.weight(_TITLE_A)[rows], sets.weight(_TITLE_B)[columns]
    union = mine + theirs - both
    return {
        "numbers": np.where(union > 0, both / np.maximum(union, 1), np.nan).astype(np.float32),
        "source numbers missing": mine - mine_said,
        "target numbers missing": theirs - theirs_said,
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


def field_agreement(
    source: Sequence[tuple[str, ...]], target: Sequence[tuple[str, ...]], pairs: Pairs
) -> Column:
    """1 where a code column of one side equals one of the other, 0 where all differ, nan where one is
    empty.
    """
    if not any(map(any, source)) or not any(map(any, target)):
        return np.full(len(pairs), np.nan, dtype=np.float32)
    return overlap(
        [list(filter(None, codes)) for codes in source],
        [list(filter(None, codes)) for codes in target],
        pairs,
    )


def overlap(source: Sequence[Sequence[str]], target: Sequence[Sequence[str]], pairs: Pairs) -> Column:
    """1 where two sets share a member, 0 where they do not, nan where one is empty."""
    sets = bags(source, target)
    rows, columns = pairs.source, pairs.target
    both = (sets.weight(0)[rows] > 0) & (sets.weight(1)[columns] > 0)
    return np.where(both, sets.shared(0, 1, rows, columns) > 0, np.nan).astype(np.float32)
