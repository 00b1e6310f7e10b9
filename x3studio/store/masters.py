"""Local copies of X3's items and customers and of Amazon's listings, so that look-ups need no network."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from x3studio.domain.catalogue import (
    Bill,
    Code,
    CodeTable,
    Customer,
    CustomerAddress,
    Item,
    ItemSite,
    Listing,
    StockTotal,
)
from x3studio.store import skus
from x3studio.store.master_shapes import (
    ADDRESSES,
    BILLS,
    CODES,
    CUSTOMERS,
    ITEMS,
    LISTINGS,
    SHAPES,
    SITES,
    STOCK,
    Shape,
)
from x3studio.store.rows import Page, Table, bound_list, micros, moment, page_of
from x3studio.store.words import words_query

T = TypeVar("T")

_PLACES = ("itmref", "sites", "physical", "available")


class Masters(Table):
    """Each kind is upserted by its own key; a kind has the name of its table (see SHAPES).

    `source` says where rows come from (a connection, a file): a whole fetch removes only rows of its own.
    """

    def put(
        self, kind: str, values: Sequence[Any], *, source: str = "", columns: Collection[str] = ()
    ) -> int:
        """Stores values of a kind; of known ones only `columns` change, all where none are named.

        Returns how many are new or different.
        """
        changed = self._put(_shape(kind), values, source, columns)
        if kind == "listings":
            skus.refresh(self.conn, {listing.sku for listing in values})
        if kind in ("item_sites", "stock"):
            self._sum_places({value.itmref for value in values})
        return changed

    def put_items(self, items: Sequence[Item], *, source: str = "") -> None:
        """Stores items by ITMREF."""
        self._put(ITEMS, items, source)

    def put_customers(self, customers: Sequence[Customer], *, source: str = "") -> None:
        """Stores customers by BPCNUM."""
        self._put(CUSTOMERS, customers, source)

    def put_listings(self, listings: Sequence[Listing], *, source: str = "") -> None:
        """Stores listings by SKU and marketplace."""
        self.put("listings", listings, source=source)

    def put_sites(self, sites: Sequence[ItemSite], *, source: str = "") -> None:
        """Stores at which sites items may be used."""
        self.put("item_sites", sites, source=source)

    def put_stock(self, totals: Sequence[StockTotal], *, source: str = "") -> None:
        """Stores stock totals by item and site."""
        self.put("stock", totals, source=source)

    def put_bills(self, bills: Sequence[Bill], *, source: str = "") -> None:
        """Stores what kits are made of."""
        self._put(BILLS, bills, source)

    def put_addresses(self, addresses: Sequence[CustomerAddress], *, source: str = "") -> None:
        """Stores addresses by customer and code."""
        self._put(ADDRESSES, addresses, source)

    def replace_codes(self, kind: CodeTable, codes: Sequence[Code], *, source: str = "") -> int:
        """Puts these codes in the place of all of their table; returns how many are gone."""
        known = bound_list(code.code for code in codes)
        removed = self.remove(
            "codes", "kind = ? AND code NOT IN (SELECT value FROM json_each(?))", (kind.value, known)
        )
        self._put(CODES, codes, source)
        return removed

    def items_by_ref(self, refs: Collection[str]) -> dict[str, Item]:
        """Those of these items that are known."""
        return {item.itmref: item for item in self._among(ITEMS, "itmref", refs)}

    def listings_by_sku(self, skus: Collection[str]) -> dict[str, list[Listing]]:
        """The listings of each of these SKUs, by marketplace; a SKU without any is absent."""
        found: dict[str, list[Listing]] = {}
        for listing in self._among(LISTINGS, "sku", skus):
            found.setdefault(listing.sku, []).append(listing)
        return found

    def sites_of(self, refs: Collection[str]) -> list[ItemSite]:
        """Where these items may be used."""
        return self._among(SITES, "itmref", refs)

    def stock_of(self, refs: Collection[str]) -> list[StockTotal]:
        """The stock of these items, site by site."""
        return self._among(STOCK, "itmref", refs)

    def bills_of(self, refs: Collection[str]) -> dict[str, Bill]:
        """What those of these items that are kits are made of."""
        return {bill.itmref: bill for bill in self._among(BILLS, "itmref", refs)}

    def addresses_of(self, bpcnum: str) -> list[CustomerAddress]:
        """The addresses of a customer."""
        return self._among(ADDRESSES, "bpcnum", [bpcnum])

    def codes(self, kind: CodeTable) -> list[Code]:
        """The codes of an X3 table, in order; empty where this X3 does not publish it."""
        return self._among(CODES, "kind", [kind.value])

    def search_items(self, text: str, limit: int = 20) -> list[Item]:
        """Items whose key starts with `text`, then those that hold all its words."""
        return self._search(ITEMS, text, limit)

    def search_customers(self, text: str, limit: int = 20) -> list[Customer]:
        """Customers whose key starts with `text`, then those that hold all its words."""
        return self._search(CUSTOMERS, text, limit)

    def customer(self, bpcnum: str) -> Customer | None:
        """The customer with this key."""
        found = self._among(CUSTOMERS, "bpcnum", [bpcnum])
        return found[0] if found else None

    def items_page(self, *, after: str | None = None, limit: int = 500) -> Page[Item]:
        """Items by ITMREF."""
        rows = self._select(ITEMS, "WHERE itmref > ? ORDER BY itmref LIMIT ?", (after or "", limit + 1))
        return page_of(rows, limit=limit, key=lambda item: item.itmref)

    def customers_page(self, *, after: str | None = None, limit: int = 500) -> Page[Customer]:
        """Customers by BPCNUM."""
        rows = self._select(CUSTOMERS, "WHERE bpcnum > ? ORDER BY bpcnum LIMIT ?", (after or "", limit + 1))
        return page_of(rows, limit=limit, key=lambda customer: customer.bpcnum)

    def listings_page(self, *, after: tuple[str, str] | None = None, limit: int = 500) -> Page[Listing]:
        """Listings by SKU and marketplace."""
        rows = self._select(
            LISTINGS,
            "WHERE (sku, marketplace) > (?, ?) ORDER BY sku, marketplace LIMIT ?",
            (*(after or ("", "")), limit + 1),
        )
        return page_of(rows, limit=limit, key=lambda listing: (listing.sku, listing.marketplace))

    def columns(self, kind: str, names: Sequence[str]) -> list[tuple[Any, ...]]:
        """These columns of a whole kind as they are stored, in no order: for a deck in memory.

        `item_places` is a kind here as well. Amounts are decimal text, times microseconds since 1970, flags
        0 or 1, a missing value None.
        """
        known = _PLACES if kind == "item_places" else _shape(kind).columns
        if unknown := set(names) - set(known):
            raise ValueError(f"{kind} has no {', '.join(sorted(unknown))}.")
        return self.conn.execute(f"SELECT {', '.join(names)} FROM {kind}").fetchall()

    def count(self, kind: str) -> int:
        """How many there are."""
        row = self.conn.execute(f"SELECT COUNT(*) FROM {_shape(kind).table}").fetchone()
        return int(row[0])

    def age(self, kind: str) -> datetime | None:
        """When they were last brought up to date, None before the first time."""
        row = self.conn.execute("SELECT at FROM master_ages WHERE kind = ?", (kind,)).fetchone()
        return None if row is None else moment(row[0])

    def watermark(self, kind: str, connection: str) -> datetime | None:
        """Up to which change of the source this kind was read from a connection."""
        row = self.conn.execute(
            "SELECT at FROM watermarks WHERE kind = ? AND connection = ?", (kind, connection)
        ).fetchone()
        return None if row is None else moment(row[0])

    def set_watermark(self, kind: str, connection: str, at: datetime) -> None:
        """Moves the watermark; to be called in the work that stores what was read."""
        self.conn.execute(
            "INSERT INTO watermarks (kind, connection, at) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, connection) DO UPDATE SET at = excluded.at",
            (kind, connection, micros(at)),
        )

    def _put(self, shape: Shape[T], values: Iterable[T], source: str, columns: Collection[str] = ()) -> int:
        """Upserts; a row that is already as it comes is left alone, with the words that index it."""
        names = (*shape.columns, "source")
        others = [name for name in names if name not in shape.key and (not columns or name in columns)]
        stored = self.conn.executemany(
            f"INSERT INTO {shape.table} ({', '.join(names)}) VALUES ({', '.join('?' for _ in names)})"
            f" ON CONFLICT ({', '.join(shape.key)}) DO UPDATE"
            f" SET {', '.join(f'{name} = excluded.{name}' for name in others)}"
            f" WHERE ({', '.join(f'{shape.table}.{name}' for name in others)})"
            f" IS NOT ({', '.join(f'excluded.{name}' for name in others)})",
            shape.stored(values, source),
        )
        self.touch(shape.table)
        return stored.rowcount

    def touch(self, kind: str) -> None:
        """Notes that a kind is up to date as of now."""
        self.conn.execute(
            "INSERT INTO master_ages (kind, at) VALUES (?, ?)"
            " ON CONFLICT (kind) DO UPDATE SET at = excluded.at",
            (kind, self.now()),
        )

    def remove(self, kind: str, condition: str, values: tuple[Any, ...]) -> int:
        """Removes the rows that meet a condition of this program's own making, and what hangs on them."""
        shape = _shape(kind)
        gone = self.conn.execute(
            f"SELECT DISTINCT {shape.key[0]} FROM {kind} WHERE {condition}", values
        ).fetchall()
        removed = self.conn.execute(f"DELETE FROM {kind} WHERE {condition}", values).rowcount
        keys = {key for (key,) in gone}
        if kind == "listings":
            skus.refresh(self.conn, keys)
        if kind in ("item_sites", "stock"):
            self._sum_places(keys)
        return removed

    def _sum_places(self, refs: Collection[str]) -> None:
        """Brings each item's one row of sites and stock up to date."""
        if not refs:
            return
        some = (bound_list(refs),)
        among = "WHERE itmref IN (SELECT value FROM json_each(?)) ORDER BY itmref, site"
        sites: dict[str, list[str]] = {ref: [] for ref in refs}
        for ref, site in self.conn.execute(f"SELECT itmref, site FROM item_sites {among}", some):
            sites[ref].append(site)
        there = dict.fromkeys(refs, (Decimal(0), Decimal(0)))
        for total in self._select(STOCK, among, some):
            physical, available = there[total.itmref]
            there[total.itmref] = (physical + total.physical, available + total.available)
        self.conn.executemany(
            f"INSERT OR REPLACE INTO item_places ({', '.join(_PLACES)}) VALUES (?, ?, ?, ?)",
            ((ref, " ".join(sites[ref]), *(f"{amount:f}" for amount in there[ref])) for ref in refs),
        )

    def _search(self, shape: Shape[T], text: str, limit: int) -> list[T]:
        key, start = shape.key[0], text.strip().upper()
        found = self._select(
            shape,
            f"WHERE {key} >= ? AND {key} < ? ORDER BY {key} LIMIT ?",
            (start, start + "\U0010ffff", limit),
        )
        query = words_query(text)
        if not query or len(found) >= limit:
            return found
        known = {getattr(row, key) for row in found}
        hits = self._select(
            shape,
            f"WHERE id IN (SELECT rowid FROM {shape.table}_fts WHERE {shape.table}_fts MATCH ? LIMIT ?)",
            (query, limit + len(found)),
        )
        return (found + [row for row in hits if getattr(row, key) not in known])[:limit]

    def _among(self, shape: Shape[T], column: str, values: Collection[str]) -> list[T]:
        keys = ", ".join(shape.key)
        return self._select(
            shape,
            f"WHERE {column} IN (SELECT value FROM json_each(?)) ORDER BY {keys}",
            (bound_list(values),),
        )

    def _select(self, shape: Shape[T], rest: str, values: tuple[Any, ...]) -> list[T]:
        rows = self.conn.execute(
            f"SELECT {', '.join(shape.columns)} FROM {shape.table} {rest}", values
        ).fetchall()
        return [shape.read(row) for row in rows]


def _shape(kind: str) -> Shape[Any]:
    if kind not in SHAPES:
        raise ValueError(f"{kind} is no kind of master data: {', '.join(SHAPES)}.")
    return SHAPES[kind]
