"""The older V1 layout turned into V2's: each filled amount of a wide line becomes a line of its own."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from x3studio.settlement import arrow
from x3studio.settlement.columns import V1_PAIRS, V1_REASON, V1_SINGLES
from x3studio.settlement.table import TextTable

_OTHER = "other-transaction"
# Transactions that name what the money is for; every other V1 type is itself the description in V2.
_SALES = ("order", "refund", "chargeback", "a-to-z", "guarantee", "liquidation", "retrocharge", "shipment")


def unfold(text: TextTable, *, summary: int) -> TextTable:
    """V2 columns from a V1 table; the summary stays one line, amounts stay text.

    Amazon's table for the change: a `*-type` column names the amount-type, its value the amount-description,
    `*-amount` the amount; transaction-type becomes transaction-type or amount-description, and the
    reason of another fee the amount-description.
    """
    rows: list[np.ndarray] = []
    parts: list[tuple[pa.Array, pa.Array, pa.Array, pa.Array]] = []
    for picked, columns in _amounts(text, summary):
        rows.append(picked)
        parts.append(columns)
    rows.append(np.array([summary]))
    empty = arrow.texts([""])
    parts.append((empty, empty, empty, empty))
    order = np.argsort(np.concatenate(rows), kind="stable")
    taken = np.concatenate(rows)[order]
    names = ("transaction-type", "amount-type", "amount-description", "amount")
    built = [pa.concat_arrays([part[i] for part in parts]).take(arrow.column(order)) for i in range(4)]
    gone = {*V1_SINGLES, V1_REASON, *names, *(name for pair in V1_PAIRS for name in pair[:2])}
    kept = [name for name in text.table.column_names if name not in gone]
    table = text.table.select(kept).take(arrow.column(taken))
    for name, column in zip(names, built, strict=True):
        table = table.append_column(name, pa.chunked_array([column.dictionary_encode()]))
    return replace(text, table=table, numbers=text.numbers[taken])


def _amounts(
    text: TextTable, summary: int
) -> Iterator[tuple[np.ndarray, tuple[pa.Array, pa.Array, pa.Array, pa.Array]]]:
    transactions = _column(text, "transaction-type")
    for type_name, amount_name, amount_type in V1_PAIRS:
        picked = _filled(text, amount_name, summary)
        if picked.size:
            chosen = arrow.column(picked)
            yield (
                picked,
                (
                    transactions.take(chosen),
                    arrow.texts([amount_type] * picked.size),
                    _column(text, type_name).take(chosen),
                    _column(text, amount_name).take(chosen),
                ),
            )
    for name in V1_SINGLES:
        picked = _filled(text, name, summary)
        if picked.size:
            yield picked, _single(text, name, picked, transactions)


def _single(
    text: TextTable, name: str, picked: np.ndarray, transactions: pa.Array
) -> tuple[pa.Array, pa.Array, pa.Array, pa.Array]:
    chosen = arrow.column(picked)
    reasons = _column(text, V1_REASON).take(chosen).to_pylist()
    kinds = transactions.take(chosen).to_pylist()
    triples = []
    for kind, reason in zip(kinds, reasons, strict=True):
        of_sale = any(word in kind.casefold() for word in _SALES)
        if name == "other-fee-amount":
            triples.append((kind if of_sale else _OTHER, "ItemFees" if of_sale else _OTHER, reason or kind))
        elif of_sale:
            triples.append((kind, _OTHER, reason or name.removesuffix("-amount")))
        else:
            triples.append((_OTHER, _OTHER, kind or reason))
    columns = [arrow.texts([triple[i] for triple in triples]) for i in range(3)]
    return columns[0], columns[1], columns[2], _column(text, name).take(chosen)


def _column(text: TextTable, name: str) -> pa.Array:
    if name not in text.table.column_names:
        return arrow.texts([""] * text.table.num_rows)
    return pa.concat_arrays(pc.cast(text.table[name], pa.string()).chunks)


def _filled(text: TextTable, name: str, summary: int) -> np.ndarray:
    if name not in text.table.column_names:
        return np.zeros(0, np.intp)
    filled = arrow.flags(pc.not_equal(pc.cast(text.table[name], pa.string()), arrow.text(""))).copy()
    filled[summary] = False
    return np.flatnonzero(filled)
