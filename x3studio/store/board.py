"""What a deck of items is loaded from: a few whole columns of several tables, in as few reads as can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from x3studio.domain.workbench import Key, Kind
from x3studio.store.pairs import key_text
from x3studio.store.rows import Table, bound_list

_SKUS = "sku, marketplace, title, asin, channel, marketplaces, waiting"
_PAIRS = "sku, marketplace, judgement, itmref, pack_factor, components <> '[]', who, at, decision, rule"
_LISTINGS = "sku, marketplace, brand, ean, parent, asin, children, price, currency, quantity"


@dataclass(frozen=True, slots=True)
class Board:
    """Rows as they are stored; `skus` in the order of SKU and marketplace.

    skus: sku, marketplace, title, asin, channel, marketplaces (JSON), waiting.
    pairs: sku, marketplace, judgement, itmref, pack_factor, is a kit, who, at, decision, rule.
    listings: sku, marketplace, brand, ean, parent, asin, children, price, currency, quantity.
    sales: sku, marketplace, currency, units, lines, revenue in millionths. descriptions: by ITMREF.
    lookups: as Lookups.columns. marks: key, mark, value, about.
    """

    skus: list[tuple[Any, ...]]
    pairs: list[tuple[Any, ...]]
    listings: list[tuple[Any, ...]]
    sales: list[tuple[Any, ...]]
    descriptions: dict[str, str]
    lookups: list[tuple[Any, ...]]
    marks: list[tuple[Any, ...]]


class Boards(Table):
    """Whole, or for single SKUs after a decision."""

    def items(self, skus: Sequence[str] | None = None) -> Board:
        """Everything that a deck of items shows, of all SKUs or of some."""
        where, values = (
            ("", ())
            if skus is None
            else (" WHERE sku IN (SELECT value FROM json_each(?))", (bound_list(skus),))
        )

        def rows(columns: str, table: str, order: str = "") -> list[tuple[Any, ...]]:
            return self.conn.execute(f"SELECT {columns} FROM {table}{where}{order}", values).fetchall()

        known = rows(_SKUS, "skus", " ORDER BY sku, marketplace")
        pairs = rows(_PAIRS, "item_pairs")
        lookups, marks = _said(self.conn, known if skus is not None else None)
        refs = None if skus is None else {row[3] for row in pairs} | {row[3] for row in lookups}
        return Board(
            skus=known,
            pairs=pairs,
            listings=rows(_LISTINGS, "listings"),
            sales=rows("sku, marketplace, currency, units, lines, revenue", "sales_sums"),
            descriptions=self._descriptions(refs),
            lookups=lookups,
            marks=marks,
        )

    def _descriptions(self, refs: set[str] | None) -> dict[str, str]:
        if refs is None:
            return dict(self.conn.execute("SELECT itmref, description FROM items").fetchall())
        return dict(
            self.conn.execute(
                "SELECT itmref, description FROM items WHERE itmref IN (SELECT value FROM json_each(?))",
                (bound_list(refs),),
            ).fetchall()
        )


def _said(
    conn: Connection, known: Sequence[tuple[Any, ...]] | None
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """What was found for and said of these SKUs, or of all items."""
    where, values = "WHERE kind = ?", [Kind.ITEMS.value]
    if known is not None:
        where += " AND key IN (SELECT value FROM json_each(?))"
        values.append(bound_list(key_text(Key(row[0], row[1])) for row in known))
    lookups = conn.execute(
        f"SELECT key, run, facts, target, band, confidence, margin, conflicts, pack FROM lookups {where}",
        values,
    )
    marks = conn.execute(f"SELECT key, mark, value, about FROM marks {where}", values)
    return lookups.fetchall(), marks.fetchall()
