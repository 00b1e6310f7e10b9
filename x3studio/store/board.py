"""What a deck of items is loaded from: a few whole columns of several tables, in as few reads as can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from x3studio.domain.workbench import Key, Kind
from x3studio.store.neighbours import Neighbours
from x3studio.store.pairs import key_read, key_text
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


class Boards(Table, Neighbours):
    """Whole, or for single SKUs after a decision."""

    def items(self, skus: Sequence[str] | None = None, *, outcome_only: bool = False) -> Board:
        """Everything that a deck of items shows, of all SKUs or of some.

        `outcome_only` leaves out what no decision changes: listings and sales.
        """
        where, values = (
            ("", ())
            if skus is None
            else (" WHERE sku IN (SELECT value FROM json_each(?))", (bound_list(skus),))
        )

        def rows(columns: str, table: str, order: str = "") -> list[tuple[Any, ...]]:
            return self.conn.execute(f"SELECT {columns} FROM {table}{where}{order}", values).fetchall()

        # Orders that wait for a customer stand under that customer's name, which no offer has.
        named = f" {'WHERE' if skus is None else 'AND'} (sku NOT LIKE '%/FB_' OR marketplaces <> '[]')"
        known = rows(_SKUS, "skus", f"{named} ORDER BY sku, marketplace")
        pairs = rows(_PAIRS, "item_pairs")
        lookups, marks = _said(self.conn, known if skus is not None else None)
        refs = None if skus is None else {row[3] for row in pairs} | {row[2] for row in lookups}
        return Board(
            skus=known,
            pairs=pairs,
            listings=[] if outcome_only else rows(_LISTINGS, "listings"),
            sales=[]
            if outcome_only
            else rows("sku, marketplace, currency, units, lines, revenue", "sales_sums"),
            descriptions=self._descriptions(refs),
            lookups=lookups,
            marks=marks,
        )

    def outcome(self, skus: Sequence[str]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Pairs and marks, as in Board, of SKUs that are mapped for everywhere."""
        some = (bound_list(skus),)
        among = "IN (SELECT value FROM json_each(?))"
        pairs = self.conn.execute(f"SELECT {_PAIRS} FROM item_pairs WHERE sku {among}", some)
        marks = self.conn.execute(
            f"SELECT key, mark, value, about FROM marks WHERE kind = 'items' AND key {among}", some
        )
        return pairs.fetchall(), marks.fetchall()

    def found(self, skus: Sequence[str], refs: set[str]) -> tuple[list[tuple[Any, ...]], dict[str, str]]:
        """Look-ups, as in Board, of SKUs that are mapped for everywhere, and what their items are called."""
        lookups = self.conn.execute(
            "SELECT key, run, target, band, confidence, margin, conflicts, pack FROM lookups"
            " WHERE kind = 'items' AND key IN (SELECT value FROM json_each(?))",
            (bound_list(skus),),
        ).fetchall()
        return lookups, self._descriptions({row[2] for row in lookups} | refs)

    def snapshot(self, kind: Kind) -> tuple[str, bytes] | None:
        """The deck as it was put together last, and how far that had seen."""
        row = self.conn.execute(
            "SELECT marker, data FROM deck_snapshots WHERE kind = ?", (kind.value,)
        ).fetchone()
        return None if row is None else (str(row[0]), bytes(row[1]))

    def keep_snapshot(self, kind: Kind, marker: str, data: bytes) -> None:
        """Keeps a deck for the next start."""
        self.conn.execute(
            "INSERT OR REPLACE INTO deck_snapshots (kind, marker, data) VALUES (?, ?, ?)",
            (kind.value, marker, data),
        )

    def item_keys(self) -> list[tuple[str, str]]:
        """SKU and marketplace of every record of items that Amazon lists."""
        return self.conn.execute(
            "SELECT sku, marketplace FROM skus WHERE marketplaces <> '[]' ORDER BY sku, marketplace"
        ).fetchall()

    def touched(self, decision: int, mark: int) -> set[str]:
        """The SKUs that were decided or marked after these two events."""
        decided = self.conn.execute(
            "SELECT DISTINCT sku FROM decisions WHERE id > ? AND side = 'item'", (decision,)
        )
        skus = {str(sku) for (sku,) in decided}
        marked = self.conn.execute(
            "SELECT DISTINCT key FROM mark_events WHERE id > ? AND kind = ?", (mark, Kind.ITEMS.value)
        )
        return skus | {key_read(key).code for (key,) in marked}

    def customer_pairs(self) -> list[tuple[Any, ...]]:
        """marketplace, channel, vat_number, judgement, bpcnum, who, at, decision, rule of what stands."""
        return self.conn.execute(
            "SELECT marketplace, channel, vat_number, judgement, bpcnum, who, at, decision, rule"
            " FROM customer_pairs"
        ).fetchall()

    def code_pairs(self, kind: Kind) -> list[tuple[Any, ...]]:
        """code, marketplace, channel, judgement, target, details, who, at, decision, rule of what stands."""
        return self.conn.execute(
            "SELECT code, marketplace, channel, judgement, target, details, who, at, decision, rule"
            " FROM code_pairs WHERE kind = ?",
            (kind.value,),
        ).fetchall()

    def customer_names(self) -> dict[str, str]:
        """The name of every customer."""
        return dict(self.conn.execute("SELECT bpcnum, name FROM customers").fetchall())

    def offered_channels(self) -> list[tuple[str, int]]:
        """In which marketplaces something is offered, and whether Amazon sends it."""
        return self.conn.execute("SELECT DISTINCT marketplace, fulfilled_by_amazon FROM listings").fetchall()

    def sold_by_channel(self) -> list[tuple[Any, ...]]:
        """marketplace, whether Amazon sends it, lines, units, revenue in millionths over 90 days."""
        return self.conn.execute(
            "SELECT s.marketplace, COALESCE(l.fulfilled_by_amazon, 0), SUM(s.lines), SUM(s.units),"
            " SUM(s.revenue) FROM sales_sums AS s LEFT JOIN listings AS l ON l.sku = s.sku"
            " AND l.marketplace = s.marketplace GROUP BY 1, 2"
        ).fetchall()

    def waiting(self) -> dict[str, int]:
        """The SKUs that orders wait for, and how many each."""
        return dict(self.conn.execute("SELECT sku, waiting FROM skus WHERE -waiting < 0").fetchall())

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
        f"SELECT key, run, target, band, confidence, margin, conflicts, pack FROM lookups {where}",
        values,
    )
    marks = conn.execute(f"SELECT key, mark, value, about FROM marks {where}", values)
    return lookups.fetchall(), marks.fetchall()
