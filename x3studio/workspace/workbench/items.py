"""From the store's tables to the columns of a deck of items."""

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from x3studio.domain.mappings import Judgement
from x3studio.domain.workbench import Confidence, ConflictCode, Key, Mark, RecordState, conflict_bits
from x3studio.store.board import Board
from x3studio.store.pairs import key_text
from x3studio.workbench.columns import NAN, Columns
from x3studio.workbench.states import Said, state_of

_MILLIONTHS_PER_CENT = 10_000
ANSWERED = conflict_bits((ConflictCode.PACK, ConflictCode.PRICE, ConflictCode.UNIT))
"""Conflicts that a single piece has: whoever took the proposed factor has answered them."""
_MARKED = {Mark.UNSURE.value: int(RecordState.UNSURE), Mark.EXCLUDED.value: int(RecordState.EXCLUDED)}
Rows = NDArray[np.int64]
Objects = NDArray[np.object_]


def columns_of(board: Board, *, currency: str, estimate: bool) -> Columns:
    """The board as columns. Worth counts sales in `currency`; `estimate` takes price times stock instead."""
    return _Columns(board, currency, estimate).made()


def main_currency(board: Board) -> str:
    """The currency in which most was sold, else in which most is offered."""
    worth: dict[str, int] = {}
    for _, _, currency, _, _, revenue in board.sales:
        worth[currency] = worth.get(currency, 0) + revenue
    if not worth:
        for row in board.listings:
            worth[row[8] or ""] = worth.get(row[8] or "", 0) + 1
    return max(worth, key=worth.__getitem__, default="EUR") or "EUR"


class _Columns:
    """Fills one column after the other; rows are those of the board's SKUs."""

    def __init__(self, board: Board, currency: str, estimate: bool) -> None:
        self._board, self._currency, self._estimate = board, currency, estimate
        self._count = len(board.skus)
        skus, marketplaces, titles, asins, channels, listed, waiting = _transposed(board.skus, 7)
        keys = [
            sku if not where else key_text(Key(sku, where))
            for sku, where in zip(skus, marketplaces, strict=True)
        ]
        self._row = {key: row for row, key in enumerate(keys)}
        self._made = Columns(
            codes=skus,
            key_marketplaces=marketplaces,
            key_channels=[""] * self._count,
            vat_numbers=[""] * self._count,
            titles=titles,
            subtitles=asins,
            channels=channels,
            marketplaces=[_names(text) for text in listed],
            waiting=waiting,
        )

    def made(self) -> Columns:
        self._listings()
        self._sales()
        self._outcome()
        return self._made

    def _texts(self, fill: str = "") -> Objects:
        return np.full(self._count, fill, dtype=object)

    def _numbers(self, type: type = np.int64) -> NDArray[Any]:
        return np.zeros(self._count, dtype=type)

    def _rows_of(self, skus: Sequence[str], marketplaces: Sequence[str]) -> Rows:
        """Where each offer shows: in the row of its marketplace if there is one, else in the base row."""
        get = self._row.get
        rows = np.fromiter((get(sku, -1) for sku in skus), dtype=np.int64, count=len(skus))
        if any(self._made.key_marketplaces):
            for place, key in enumerate(map(key_text, map(Key, skus, marketplaces))):
                rows[place] = get(key, rows[place])
        return rows

    def _listings(self) -> None:
        skus, where, brands, eans, parents, asins, children, prices, currencies, quantities = _transposed(
            self._board.listings, 10
        )
        rows = self._rows_of(skus, where)
        # Backwards, so that of several offers the first one is what shows.
        order = np.flatnonzero(rows >= 0)[::-1]
        families = [
            parent or (asin if heads else "")
            for parent, asin, heads in zip(parents, asins, children, strict=True)
        ]
        for name, values in (("brands", brands), ("eans", eans), ("families", families)):
            column = self._texts()
            column[rows[order]] = np.array(values, dtype=object)[order]
            setattr(self._made, name, column.tolist())
        self._made.worths = self._numbers()
        if self._estimate:
            self._made.worths = self._estimated(rows, prices, currencies, quantities)

    def _estimated(
        self,
        rows: Rows,
        prices: Sequence[str | None],
        currencies: Sequence[str | None],
        quantities: Sequence[int | None],
    ) -> NDArray[np.int64]:
        amounts = pc.cast(pa.array(prices, pa.string()), pa.decimal128(18, 4), safe=False)
        minor = pc.cast(pc.multiply(pc.fill_null(amounts, 0), pa.scalar(100)), pa.int64(), safe=False)
        stock = np.array([quantity or 0 for quantity in quantities], dtype=np.int64)
        counted = (rows >= 0) & np.array(
            [currency == self._currency for currency in currencies], dtype=np.bool_
        )
        worth = self._numbers()
        np.add.at(worth, rows[counted], (minor.to_numpy() * stock)[counted])
        return worth

    def _sales(self) -> None:
        skus, where, currencies, units, lines, revenues = _transposed(self._board.sales, 6)
        rows = self._rows_of(skus, where)
        known = rows >= 0
        for name, values in (("units", units), ("lines", lines)):
            column = self._numbers()
            np.add.at(column, rows[known], np.array(values, dtype=np.int64)[known])
            setattr(self._made, name, column)
        if not self._estimate:
            counted = known & np.array(
                [currency == self._currency for currency in currencies], dtype=np.bool_
            )
            worth = np.zeros(self._count, dtype=np.int64)
            np.add.at(
                worth, rows[counted], np.array(revenues, dtype=np.int64)[counted] // _MILLIONTHS_PER_CENT
            )
            self._made.worths = worth

    def _outcome(self) -> None:
        """What was looked up, said and decided, in this order: the later replaces the earlier."""
        made, count = self._made, self._count
        made.states, made.bands, made.conflicts = (
            [int(RecordState.NOT_LOOKED_UP)] * count,
            [0] * count,
            [0] * count,
        )
        made.confidences, made.margins = [NAN] * count, [NAN] * count
        made.targets, made.packs = [""] * count, [""] * count
        made.who, made.at, made.owners = [""] * count, [0] * count, [""] * count
        made.flagged, made.shared, made.apart = [0] * count, [0] * count, [0] * count
        self._looked_up()
        self._decided(self._said())
        described = self._board.descriptions
        made.target_titles = [described.get(target, "") for target in made.targets]

    def _looked_up(self) -> None:
        made = self._made
        states, bands, conflicts = _lists(made.states, made.bands, made.conflicts)
        confidences, margins = _lists(made.confidences, made.margins)
        for key, _, target, band, confidence, margin, bits, pack in self._board.lookups:
            row = self._row.get(key, -1)
            if row >= 0:
                states[row] = _found_state(target != "", band, bits)
                bands[row], conflicts[row] = band, bits
                made.targets[row], made.packs[row] = target, pack
                confidences[row] = NAN if confidence is None else confidence
                margins[row] = NAN if margin is None else margin
        made.states, made.bands, made.conflicts = states, bands, conflicts
        made.confidences, made.margins = confidences, margins

    def _said(self) -> dict[int, int]:
        """Takes the marks over; returns the decision that each reopened row is about."""
        made = self._made
        states, flagged, shared = _lists(made.states, made.flagged, made.shared)
        (apart,) = _lists(made.apart)
        reopened: dict[int, int] = {}
        for key, mark, value, about in self._board.marks:
            row = self._row.get(key, -1)
            if row < 0:
                continue
            if mark == Mark.REOPENED:
                reopened[row] = about
            elif mark in (Mark.UNSURE, Mark.EXCLUDED):
                if states[row] != RecordState.EXCLUDED:
                    states[row] = _MARKED[mark]
            elif mark in (Mark.FLAG, Mark.SHARE):
                (flagged if mark == Mark.FLAG else shared)[row] = 1
            elif mark == Mark.APART:
                apart[row] = 1
            else:
                self._worded(row, mark, value)
        made.states, made.flagged, made.shared, made.apart = states, flagged, shared, apart
        return reopened

    def _worded(self, row: int, mark: str, value: str) -> None:
        made = self._made
        if mark == Mark.OWNER:
            made.owners[row] = value
        elif mark == Mark.CHANNEL:
            made.channels[row] = value
        elif mark == Mark.LINK and not made.families[row]:
            made.families[row] = value

    def _decided(self, reopened: dict[int, int]) -> None:
        made = self._made
        states, bands, conflicts, at = _lists(made.states, made.bands, made.conflicts, made.at)
        confidences, margins = _lists(made.confidences, made.margins)
        for sku, where, judgement, target, factor, kit, decider, moment, decision, rule in self._board.pairs:
            row = self._row.get(sku if not where else key_text(Key(sku, where)), -1)
            if row < 0:
                continue
            broken = bool(decision) and reopened.get(row) == decision
            states[row] = decided_state(judgement, bool(kit), bool(rule), broken)
            if target != made.targets[row]:
                bands[row], confidences[row], margins[row], conflicts[row] = 0, NAN, NAN, 0
            elif factor != "1" and factor == made.packs[row]:
                conflicts[row] &= ~ANSWERED
            made.targets[row], made.packs[row] = target, "kit" if kit else factor
            at[row], made.who[row] = moment, decider
        made.states, made.bands, made.conflicts, made.at = states, bands, conflicts, at
        made.confidences, made.margins = confidences, margins


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


def _lists(*columns: Iterable[Any]) -> list[list[Any]]:
    """The columns as lists to be changed."""
    return [list(column) for column in columns]


@lru_cache(maxsize=4096)
def _names(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _transposed(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows as columns, `width` empty ones of none."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
