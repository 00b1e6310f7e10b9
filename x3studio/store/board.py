"""What a deck of items is loaded from: a few whole columns of several tables, in as few reads as can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from x3studio.domain.workbench import Key, Kind
from x3studio.store.neighbours import Neighbours
from x3studio.store.pairs import key_read, key_text
from x3studio.store.rows import Table, bound_list

_SKUS = "sku, marketplace, title, asin, channel, marketplaces, waiting"
_PAIRS = "sku, marketplace, judgement, itmref, pack_factor, components <> '[]', who, at, decision, rule"
_FAMILY = "CASE WHEN parent <> '' THEN parent WHEN children <> 0 THEN asin ELSE '' END"
_LISTINGS = f"sku, marketplace, brand, ean, {_FAMILY}"
_OFFERS = "price, currency, quantity"
_SALES = "sku, marketplace, currency, units, lines, revenue"
_LOOKUPS = "key, target, band, confidence, margin, conflicts, pack"
_MARKS = "key, mark, value, about"
_ITEMS = "itmref, description"
_OFFERED = "(sku NOT LIKE '%/FB_' OR marketplaces <> '[]')"
"""Orders that wait for a customer stand under that customer's name, which no offer has."""
LARGE = 20_000
"""So many records take long enough to put together that the result is kept."""
Block = tuple[Any, ...]
"""Some columns of a table, all of one length: lists, or Arrow arrays where the table is read whole."""


@dataclass(frozen=True, slots=True)
class Board:
    """Columns as they are stored; `skus` in the order of SKU and marketplace.

    skus: sku, marketplace, title, asin, channel, marketplaces (JSON), waiting.
    pairs: sku, marketplace, judgement, itmref, pack_factor, is a kit, who, at, decision, rule.
    listings: sku, marketplace, brand, ean, family; where there are no sales also price, currency,
    quantity. sales: sku, marketplace, currency, units, lines, revenue in millionths.
    items: itmref, description. lookups: key, target, band, confidence, margin, conflicts, pack.
    marks: key, mark, value, about.
    """

    skus: Block
    pairs: Block
    listings: Block
    sales: Block
    items: Block
    lookups: Block
    marks: Block
    standing: Block = ((), ())
    """decision, bits: what speaks against pairs, where it was worked out for what was decided."""


def block(rows: Sequence[tuple[Any, ...]], columns: str) -> Block:
    """Rows as columns, empty ones of none."""
    return tuple(map(list, zip(*rows, strict=True))) if rows else tuple([] for _ in columns.split(", "))


class Boards(Table, Neighbours):
    """Whole, or for single SKUs after a decision."""

    def is_large(self) -> bool:
        """Whether there are so many listings that what is put together of them is kept."""
        return int(self.conn.execute("SELECT COUNT(*) FROM listings").fetchone()[0]) >= LARGE

    def whole(self) -> tuple[Block, Block, Block, Block, Block]:
        """skus, pairs, sales, items and marks, as in Board, of everything; the rest is `offered`."""
        # Arrow is read by those alone who load a deck.
        from x3studio.store import whole

        known = whole.whole(self.conn, "skus", whole.typed(_SKUS), _OFFERED)
        return (
            whole.ordered(known, by=2),
            whole.whole(self.conn, "item_pairs", whole.typed(_PAIRS)),
            whole.whole(self.conn, "sales_sums", whole.typed(_SALES)),
            whole.whole(self.conn, "items", whole.typed(_ITEMS)),
            whole.whole(self.conn, "marks", whole.typed(_MARKS), "kind = 'items'"),
        )

    def offered(self) -> tuple[Block, Block]:
        """listings and lookups, as in Board, of everything: about half of the work."""
        from x3studio.store import whole

        (sold,) = self.conn.execute("SELECT EXISTS (SELECT 1 FROM sales_sums)").fetchone()
        return (
            whole.whole(self.conn, "listings", whole.typed(_LISTINGS if sold else f"{_LISTINGS}, {_OFFERS}")),
            whole.whole(self.conn, "lookups", whole.typed(_LOOKUPS), "kind = 'items'"),
        )

    def items(self, skus: Sequence[str], *, outcome_only: bool = False) -> Board:
        """Everything that a deck of items shows of some SKUs.

        `outcome_only` leaves out what no decision changes: listings and sales.
        """
        values = (bound_list(skus),)

        def rows(columns: str, table: str, more: str = "") -> Block:
            where = f"sku IN (SELECT value FROM json_each(?)){more}"
            return block(
                self.conn.execute(f"SELECT {columns} FROM {table} WHERE {where}", values).fetchall(), columns
            )

        known = rows(_SKUS, "skus", f" AND {_OFFERED} ORDER BY sku, marketplace")
        pairs = rows(_PAIRS, "item_pairs")
        keys = bound_list(key_text(Key(*parts)) for parts in zip(known[0], known[1], strict=True))
        lookups, marks = self._said(_LOOKUPS, "lookups", keys), self._said(_MARKS, "marks", keys)
        offers = f"{_LISTINGS}, {_OFFERS}"
        return Board(
            skus=known,
            pairs=pairs,
            listings=block((), offers) if outcome_only else rows(offers, "listings"),
            sales=block((), _SALES) if outcome_only else rows(_SALES, "sales_sums"),
            items=self._described({*pairs[3], *lookups[1]}),
            lookups=lookups,
            marks=marks,
            standing=self.standing(pairs[8]),
        )

    def standing(self, decisions: Sequence[int] | None = None) -> Block:
        """decision, bits, as in Board; None for all."""
        among = "" if decisions is None else " WHERE decision IN (SELECT value FROM json_each(?))"
        values = () if decisions is None else (bound_list(decisions),)
        rows = self.conn.execute(f"SELECT decision, bits FROM standing_conflicts{among}", values)
        return block(rows.fetchall(), "decision, bits")

    def keep_standing(self, rows: Sequence[tuple[int, int]]) -> None:
        """Keeps what speaks against decisions: (decision, bits of ConflictCode)."""
        self.conn.executemany(
            "INSERT OR REPLACE INTO standing_conflicts (decision, bits) VALUES (?, ?)", rows
        )

    def outcome(self, skus: Sequence[str]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Pairs and marks, as rows of what is in Board, of SKUs that are mapped for everywhere."""
        some = (bound_list(skus),)
        among = "IN (SELECT value FROM json_each(?))"
        pairs = self.conn.execute(f"SELECT {_PAIRS} FROM item_pairs WHERE sku {among}", some)
        marks = self.conn.execute(f"SELECT {_MARKS} FROM marks WHERE kind = 'items' AND key {among}", some)
        return pairs.fetchall(), marks.fetchall()

    def left_standing(
        self,
        known: Sequence[tuple[Any, ...]],
        pairs: Sequence[tuple[Any, ...]],
        marks: Sequence[tuple[Any, ...]],
    ) -> Board:
        """A board of these rows, with what was looked up for their SKUs; offers and sales left out."""
        lookups = self._said(_LOOKUPS, "lookups", bound_list(row[0] for row in known))
        return Board(
            skus=block(known, _SKUS),
            pairs=block(pairs, _PAIRS),
            listings=block((), f"{_LISTINGS}, {_OFFERS}"),
            sales=block((), _SALES),
            items=self._described({*lookups[1], *(pair[3] for pair in pairs)}),
            lookups=lookups,
            marks=block(marks, _MARKS),
            standing=self.standing([pair[8] for pair in pairs]),
        )

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

    def _described(self, refs: set[str]) -> Block:
        found = self.conn.execute(
            f"SELECT {_ITEMS} FROM items WHERE itmref IN (SELECT value FROM json_each(?))",
            (bound_list(refs),),
        )
        return block(found.fetchall(), _ITEMS)

    def _said(self, columns: str, table: str, keys: str) -> Block:
        """What was found for and said of these keys."""
        found = self.conn.execute(
            f"SELECT {columns} FROM {table} WHERE kind = 'items' AND key IN (SELECT value FROM json_each(?))",
            (keys,),
        )
        return block(found.fetchall(), columns)
