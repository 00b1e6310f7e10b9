"""Whole tables as columns: SQLite joins a column to one long text, Arrow cuts it up again.

That is twice as quick as one Python object a cell, and leaves the interpreter to the window meanwhile.
"""

from collections.abc import Mapping
from sqlite3 import Connection

import pyarrow as pa
import pyarrow.compute as pc

TEXT = pa.string()
_TYPES = {
    **dict.fromkeys(("waiting", "components <> '[]'", "at", "decision", "quantity"), pa.int64()),
    **dict.fromkeys(("units", "lines", "revenue", "band", "conflicts", "about"), pa.int64()),
    **dict.fromkeys(("confidence", "margin"), pa.float64()),
}
"""What is not text."""
_BETWEEN = "\x1e"


def whole(
    conn: Connection, table: str, columns: Mapping[str, pa.DataType], where: str = ""
) -> tuple[pa.Array, ...]:
    """The columns (SQL and type) of every row that meets the condition, in no order that is promised.

    A text that is NULL reads as empty.
    """
    joined = ", ".join(f"CAST(group_concat(COALESCE({column}, ''), char(30)) AS BLOB)" for column in columns)
    condition = f" WHERE {where}" if where else ""
    count, *texts = conn.execute(f"SELECT COUNT(*), {joined} FROM {table}{condition}").fetchone()
    if not count:
        return tuple(pa.array([], kind) for kind in columns.values())
    cut = [pc.split_pattern(pa.array([text], pa.string()), _BETWEEN).flatten() for text in texts]
    if any(len(each) != count for each in cut):
        # Somebody's title holds the very character that was to lie between.
        rows = conn.execute(f"SELECT {', '.join(columns)} FROM {table}{condition}").fetchall()
        return tuple(
            pc.fill_null(array, "") if kind == TEXT else array
            for array, kind in (
                (pa.array(values, kind), kind)
                for values, kind in zip(zip(*rows, strict=True), columns.values(), strict=True)
            )
        )
    return tuple(_typed(each, kind) for each, kind in zip(cut, columns.values(), strict=True))


def typed(columns: str) -> dict[str, pa.DataType]:
    """Columns by name, each with its type."""
    return {name: _TYPES.get(name, TEXT) for name in columns.split(", ")}


def ordered(block: tuple[pa.Array, ...], *, by: int) -> tuple[pa.Array, ...]:
    """The rows in the order of the first columns."""
    keys = [str(place) for place in range(by)]
    table = pa.table(list(block[:by]), names=keys)
    order = pc.sort_indices(table, sort_keys=[(key, "ascending") for key in keys])
    return tuple(each.take(order) for each in block)


def _typed(texts: pa.Array, kind: pa.DataType) -> pa.Array:
    if kind == TEXT:
        return texts
    return pc.cast(pc.if_else(pc.equal(texts, ""), pa.scalar(None, TEXT), texts), kind)
