"""From the store's tables to the columns of a deck of items."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from x3studio.domain.mappings import Judgement
from x3studio.domain.workbench import Confidence, ConflictCode, Mark, RecordState, conflict_bits
from x3studio.store.board import Board
from x3studio.store.pairs import IN_KEY
from x3studio.workbench.columns import NAN, Columns
from x3studio.workbench.states import Said, state_of
from x3studio.workbench.words import BETWEEN

_MILLIONTHS_PER_CENT = 10_000
ANSWERED = conflict_bits((ConflictCode.PACK, ConflictCode.PRICE, ConflictCode.UNIT))
"""Conflicts that a single piece has: whoever took the proposed factor has answered them."""
_MARKED = {Mark.UNSURE.value: int(RecordState.UNSURE), Mark.EXCLUDED.value: int(RecordState.EXCLUDED)}
_WORDED = {Mark.OWNER.value: "owners", Mark.CHANNEL.value: "channels", Mark.LINK.value: "families"}
_NUMBERED = {Mark.FLAG.value: "flagged", Mark.SHARE.value: "shared", Mark.APART.value: "apart"}
Rows = NDArray[np.int64]


def columns_of(board: Board, *, currency: str, estimate: bool) -> Columns:
    """The board as columns. Worth counts sales in `currency`; `estimate` takes price times stock instead."""
    return _Columns(board, currency, estimate).made()


def main_currency(board: Board) -> str:
    """The currency in which most was sold, else in which most is offered."""
    sold = len(board.sales[0]) > 0
    encoded = _texts(board.sales[2] if sold else board.listings[6]).dictionary_encode()
    names: list[str] = encoded.dictionary.to_pylist()
    worth = np.zeros(len(names), dtype=np.int64)
    np.add.at(worth, encoded.indices.to_numpy(), _whole(board.sales[5]) if sold else 1)
    return names[int(np.argmax(worth))] or "EUR" if names else "EUR"


class _Columns:
    """Fills one column after the other; rows are those of the board's SKUs."""

    def __init__(self, board: Board, currency: str, estimate: bool) -> None:
        self._board, self._currency, self._estimate = board, currency, estimate
        skus, marketplaces, titles, asins, channels, listed, waiting = board.skus
        self._count = count = len(skus)
        self._special = any(marketplaces) if isinstance(marketplaces, list) else _any_text(marketplaces)
        self._keys = _joined(skus, marketplaces) if self._special else _texts(skus)
        self._made = Columns(
            codes=_texts(skus),
            key_marketplaces=_texts(marketplaces) if self._special else [""] * count,
            key_channels=[""] * count,
            vat_numbers=[""] * count,
            titles=_texts(titles),
            subtitles=_texts(asins),
            channels=_texts(channels),
            marketplaces=_sets(_texts(listed)),
            waiting=_whole(waiting),
        )

    def made(self) -> Columns:
        self._listings()
        self._sales()
        self._looked_up()
        self._decided(self._said())
        itmrefs, descriptions = self._board.items
        titles = _texts(descriptions).take(pc.index_in(self._made.targets, value_set=_texts(itmrefs)))
        self._made.target_titles = pc.fill_null(titles, "")
        return self._made

    def _numbers(self, type: type = np.int64) -> NDArray[Any]:
        return np.zeros(self._count, dtype=type)

    def _rows_of(self, skus: Any, marketplaces: Any) -> Rows:
        """Where each offer shows: in the row of its marketplace if there is one, else in the base row."""
        rows = self._places(_texts(skus))
        if self._special:
            special = self._places(_joined(skus, marketplaces))
            rows = np.where(special >= 0, special, rows)
        return rows

    def _places(self, keys: pa.Array) -> Rows:
        """The rows of these keys, -1 where there is none."""
        if keys.equals(self._keys):
            return np.arange(self._count)
        found: Rows = pc.fill_null(pc.index_in(keys, value_set=self._keys), -1).to_numpy().astype(np.int64)
        return found

    def _spread(self, texts: pa.Array, rows: Rows, base: Any = None) -> pa.Array:
        """The texts in their rows, over what is there; of several for one row, the first."""
        places = np.full(self._count, -1, dtype=np.int64)
        known = np.flatnonzero(rows >= 0)[::-1]
        places[rows[known]] = known
        taken = texts.take(pa.array(places, mask=places < 0))
        return pc.fill_null(taken, "") if base is None else pc.coalesce(taken, base)

    def _listings(self) -> None:
        skus, where, brands, eans, families, *offers = self._board.listings
        rows = self._rows_of(skus, where)
        for name, values in (("brands", brands), ("eans", eans), ("families", families)):
            setattr(self._made, name, self._spread(_texts(values), rows))
        self._made.worths = self._estimated(rows, *offers) if self._estimate else self._numbers()

    def _estimated(self, rows: Rows, prices: Any, currencies: Any, quantities: Any) -> NDArray[np.int64]:
        texts = _texts(prices)
        amounts = pc.cast(
            pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts), _PRICE, safe=False
        )
        minor = pc.cast(pc.multiply(pc.fill_null(amounts, 0), pa.scalar(100)), pa.int64(), safe=False)
        counted = (rows >= 0) & _equal(_texts(currencies), self._currency)
        worth = self._numbers()
        np.add.at(worth, rows[counted], (minor.to_numpy() * _whole(quantities))[counted])
        return worth

    def _sales(self) -> None:
        skus, where, currencies, units, lines, revenues = self._board.sales
        rows = self._rows_of(skus, where)
        known = rows >= 0
        for name, values in (("units", units), ("lines", lines)):
            column = self._numbers()
            np.add.at(column, rows[known], _whole(values)[known])
            setattr(self._made, name, column)
        if not self._estimate:
            counted = known & _equal(_texts(currencies), self._currency)
            np.add.at(self._made.worths, rows[counted], _whole(revenues)[counted] // _MILLIONTHS_PER_CENT)

    def _looked_up(self) -> None:
        """What was looked up; what was said and decided then replaces it."""
        made = self._made
        keys, targets, bands, confidences, margins, conflicts, packs = self._board.lookups
        rows = self._places(_texts(keys))
        known = rows >= 0
        places = rows[known]
        made.targets, made.packs = self._spread(_texts(targets), rows), self._spread(_texts(packs), rows)
        made.states = np.full(self._count, int(RecordState.NOT_LOOKED_UP), dtype=np.int64)
        made.bands, made.conflicts = self._numbers(), self._numbers()
        made.confidences, made.margins = (np.full(self._count, NAN) for _ in range(2))
        made.bands[places], made.conflicts[places] = _whole(bands)[known], _whole(conflicts)[known]
        made.confidences[places], made.margins[places] = _real(confidences)[known], _real(margins)[known]
        has_target = ~_equal(_texts(targets), "")[known]
        kinds = (made.conflicts[places] << 3) + (made.bands[places] << 1) + has_target
        made.states[places] = _each_kind(
            kinds, lambda kind: _found_state(bool(kind & 1), kind >> 1 & 3, kind >> 3)
        )

    def _said(self) -> NDArray[np.int64]:
        """Takes the marks over; returns for each row the decision that its reopening is about, or -1."""
        made = self._made
        made.owners = [""] * self._count
        made.flagged, made.shared, made.apart = (self._numbers() for _ in range(3))
        reopened = np.full(self._count, -1, dtype=np.int64)
        worded: dict[str, dict[int, str]] = {name: {} for name in _WORDED.values()}
        keys, *said = self._board.marks
        listed = [each if isinstance(each, list) else each.to_pylist() for each in said]
        for row, mark, value, about in zip(self._places(_texts(keys)).tolist(), *listed, strict=True):
            if row < 0:
                continue
            if mark == Mark.REOPENED:
                reopened[row] = about
            elif mark in _MARKED:
                if made.states[row] != RecordState.EXCLUDED:
                    made.states[row] = _MARKED[mark]
            elif mark in _NUMBERED:
                getattr(made, _NUMBERED[mark])[row] = 1
            elif mark in _WORDED:
                worded[_WORDED[mark]][row] = value
        for name, words in worded.items():
            if words:
                self._worded(name, words)
        return reopened

    def _worded(self, name: str, words: Mapping[int, str]) -> None:
        """What a person said goes before what is known."""
        before = _texts(getattr(self._made, name))
        now = self._spread(_texts(list(words.values())), np.fromiter(words, dtype=np.int64), before)
        setattr(self._made, name, now)

    def _decided(self, reopened: NDArray[np.int64]) -> None:
        made = self._made
        skus, where, judgements, targets, factors, kits, who, at, decisions, rules = self._board.pairs
        all_rows = self._places(_joined(skus, where))
        known = all_rows >= 0
        rows = all_rows[known]
        words = _texts(judgements).dictionary_encode()
        names: list[str] = words.dictionary.to_pylist()
        kit = _whole(kits) != 0
        decision = _whole(decisions)[known]
        broken = (decision != 0) & (reopened[rows] == decision)
        ruled = ~_equal(_texts(rules), "")[known]
        kinds = (
            (words.indices.to_numpy()[known].astype(np.int64) << 3)
            + (kit[known] << 2)
            + (ruled << 1)
            + broken
        )
        made.states[rows] = _each_kind(
            kinds,
            lambda kind: decided_state(names[kind >> 3], *(bool(kind & bit) for bit in (4, 2, 1))),
        )
        texts, packs = _texts(targets), _texts(factors)
        before = pa.array(np.maximum(all_rows, 0)) if self._count else pa.array([], pa.int64())
        same = _equal(texts, made.targets.take(before))[known]
        taken = (_equal(packs, made.packs.take(before)) & ~_equal(packs, "1"))[known]
        other = rows[~same]
        made.bands[other], made.conflicts[other] = 0, 0
        made.confidences[other], made.margins[other] = NAN, NAN
        made.conflicts[rows[same & taken]] &= ~ANSWERED
        self._worked_out(rows, decision)
        made.targets = self._spread(texts, all_rows, made.targets)
        made.packs = self._spread(pc.if_else(pa.array(kit), "kit", packs), all_rows, made.packs)
        made.who, made.at = self._spread(_texts(who), all_rows), self._numbers()
        made.at[rows] = _whole(at)[known]

    def _worked_out(self, rows: Rows, decisions: NDArray[np.int64]) -> None:
        """What was found against the decisions themselves goes before what a search had found."""
        known, bits = (np.array(column, dtype=np.int64) for column in self._board.standing)
        if len(known) and len(rows):
            order = np.argsort(known)
            places = order[np.minimum(np.searchsorted(known, decisions, sorter=order), len(known) - 1)]
            hit = known[places] == decisions
            self._made.conflicts[rows[hit]] = bits[places[hit]]


_PRICE = pa.decimal128(18, 4)


def _each_kind(kinds: NDArray[np.int64], state: Callable[[int], int]) -> NDArray[np.int64]:
    """A state for each number of `kinds`, worked out once for each that occurs."""
    encoded = pa.array(kinds).dictionary_encode()
    states = np.array([state(kind) for kind in encoded.dictionary.to_pylist()], dtype=np.int64)
    found: NDArray[np.int64] = states[encoded.indices.to_numpy()]
    return found


@lru_cache(maxsize=1024)
def _found_state(has_target: bool, band: int, bits: int) -> int:
    return int(
        state_of(
            Said(looked_up=True, target="x" if has_target else "", band=Confidence(band), conflicts=bits)
        )
    )


@lru_cache(maxsize=64)
def decided_state(judgement: str, kit: bool, by_rule: bool, reopened: bool) -> int:
    """The state of a record that is decided, as decks hold it."""
    return int(state_of(Said(judgement=Judgement(judgement), is_kit=kit, by_rule=by_rule, reopened=reopened)))


def _texts(column: Sequence[str | None] | pa.Array) -> pa.Array:
    """A column of the board as an Arrow array of texts."""
    if isinstance(column, pa.Array):
        return column
    return pc.fill_null(pa.array(column, pa.string()), "")


def _whole(column: Sequence[int | None] | pa.Array) -> NDArray[np.int64]:
    """A column of the board as whole numbers, 0 where there is none."""
    numbers = column if isinstance(column, pa.Array) else pa.array(column, pa.int64())
    found: NDArray[np.int64] = pc.fill_null(numbers, 0).to_numpy()
    return found


def _real(column: Sequence[float | None] | pa.Array) -> NDArray[np.float64]:
    numbers = column if isinstance(column, pa.Array) else pa.array(column, pa.float64())
    found: NDArray[np.float64] = pc.fill_null(numbers, NAN).to_numpy()
    return found


def _equal(texts: pa.Array, other: Any) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = pc.equal(texts, other).to_numpy(zero_copy_only=False)
    return found


def _any_text(texts: pa.Array) -> bool:
    return len(texts) > 0 and int(pc.max(pc.binary_length(texts)).as_py()) > 0


def _joined(skus: Any, marketplaces: Any) -> pa.Array:
    """Keys as one text each, as the store writes them."""
    codes, where = _texts(skus), _texts(marketplaces)
    if not _any_text(where):
        return codes
    return pc.if_else(pc.equal(where, ""), codes, pc.binary_join_element_wise(codes, where, IN_KEY))


def _sets(listed: pa.Array) -> pa.DictionaryArray:
    """JSON lists as one text each."""
    encoded = listed.dictionary_encode()
    words = [BETWEEN.join(json.loads(text)) for text in encoded.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(words, pa.string()))
