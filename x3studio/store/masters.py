"""Local copies of X3's items and customers and of Amazon's listings, so that look-ups need no network."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from x3studio.domain.catalogue import Customer, Item, ItemStatus, Listing
from x3studio.domain.money import Money
from x3studio.store import skus
from x3studio.store.rows import Page, Table, bound_list, micros, moment, moment_or_none, page_of
from x3studio.store.words import words_query

T = TypeVar("T")

_ITEM = tuple(field.name for field in fields(Item))
_CUSTOMER = tuple(field.name for field in fields(Customer))
_LISTING = (
    *("sku", "marketplace", "asin", "title", "fulfilled_by_amazon"),
    *("status", "brand", "ean", "price", "currency", "quantity"),
)
_KINDS = ("items", "customers", "listings")


class Masters(Table):
    """Each kind is upserted by its own key; `kind` is items, customers or listings."""

    def put_items(self, items: Sequence[Item]) -> None:
        """Stores items by ITMREF."""
        self._put("items", _ITEM, key=("itmref",), rows=[_plain(item, _ITEM) for item in items])

    def put_customers(self, customers: Sequence[Customer]) -> None:
        """Stores customers by BPCNUM."""
        self._put(
            "customers",
            _CUSTOMER,
            key=("bpcnum",),
            rows=[_plain(customer, _CUSTOMER) for customer in customers],
        )

    def put_listings(self, listings: Sequence[Listing]) -> None:
        """Stores listings by SKU and marketplace."""
        self._put(
            "listings",
            _LISTING,
            key=("sku", "marketplace"),
            rows=[_listing_row(listing) for listing in listings],
        )
        skus.refresh(self.conn, {listing.sku for listing in listings})

    def items_by_ref(self, refs: Collection[str]) -> dict[str, Item]:
        """Those of these items that are known."""
        rows = self._rows(
            "items", _ITEM, "WHERE itmref IN (SELECT value FROM json_each(?))", (bound_list(refs),)
        )
        return {item.itmref: item for item in map(_item, rows)}

    def search_items(self, text: str, limit: int = 20) -> list[Item]:
        """Items whose key starts with `text`, then those that hold all its words."""
        return [_item(row) for row in self._search("items", _ITEM, text, limit)]

    def search_customers(self, text: str, limit: int = 20) -> list[Customer]:
        """Customers whose key starts with `text`, then those that hold all its words."""
        return [_customer(row) for row in self._search("customers", _CUSTOMER, text, limit)]

    def customer(self, bpcnum: str) -> Customer | None:
        """The customer with this key."""
        rows = self._rows("customers", _CUSTOMER, "WHERE bpcnum = ?", (bpcnum,))
        return _customer(rows[0]) if rows else None

    def items_page(self, *, after: str | None = None, limit: int = 500) -> Page[Item]:
        """Items by ITMREF."""
        return self._page("items", _ITEM, after, limit, read=_item, key=lambda item: item.itmref)

    def customers_page(self, *, after: str | None = None, limit: int = 500) -> Page[Customer]:
        """Customers by BPCNUM."""
        return self._page(
            "customers", _CUSTOMER, after, limit, read=_customer, key=lambda customer: customer.bpcnum
        )

    def listings_page(self, *, after: tuple[str, str] | None = None, limit: int = 500) -> Page[Listing]:
        """Listings by SKU and marketplace."""
        rows = self._rows(
            "listings",
            _LISTING,
            "WHERE (sku, marketplace) > (?, ?) ORDER BY sku, marketplace LIMIT ?",
            (*(after or ("", "")), limit + 1),
        )
        return page_of(
            [_listing(row) for row in rows],
            limit=limit,
            key=lambda listing: (listing.sku, listing.marketplace),
        )

    def count(self, kind: str) -> int:
        """How many there are."""
        row = self.conn.execute(f"SELECT COUNT(*) FROM {_known(kind)}").fetchone()
        return int(row[0])

    def age(self, kind: str) -> datetime | None:
        """When they were last brought up to date, None before the first time."""
        row = self.conn.execute("SELECT at FROM master_ages WHERE kind = ?", (_known(kind),)).fetchone()
        return None if row is None else moment(row[0])

    def watermark(self, kind: str, connection: str) -> datetime | None:
        """Up to which change of the source this kind was read from a connection."""
        row = self.conn.execute(
            "SELECT at FROM watermarks WHERE kind = ? AND connection = ?", (_known(kind), connection)
        ).fetchone()
        return None if row is None else moment(row[0])

    def set_watermark(self, kind: str, connection: str, at: datetime) -> None:
        """Moves the watermark; to be called in the work that stores what was read."""
        self.conn.execute(
            "INSERT INTO watermarks (kind, connection, at) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, connection) DO UPDATE SET at = excluded.at",
            (_known(kind), connection, micros(at)),
        )

    def _put(
        self, kind: str, columns: tuple[str, ...], *, key: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
    ) -> None:
        marks = ", ".join("?" for _ in columns)
        news = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in key)
        self.conn.executemany(
            f"INSERT INTO {kind} ({', '.join(columns)}) VALUES ({marks})"
            f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {news}",
            rows,
        )
        self.conn.execute(
            "INSERT INTO master_ages (kind, at) VALUES (?, ?)"
            " ON CONFLICT (kind) DO UPDATE SET at = excluded.at",
            (kind, self.now()),
        )

    def _search(self, kind: str, columns: tuple[str, ...], text: str, limit: int) -> list[tuple[Any, ...]]:
        key, start = columns[0], text.strip().upper()
        found = self._rows(
            kind,
            columns,
            f"WHERE {key} >= ? AND {key} < ? ORDER BY {key} LIMIT ?",
            (start, start + "\U0010ffff", limit),
        )
        query = words_query(text)
        if not query or len(found) >= limit:
            return found
        known = {row[0] for row in found}
        hits = self._rows(
            kind,
            columns,
            f"WHERE id IN (SELECT rowid FROM {kind}_fts WHERE {kind}_fts MATCH ? LIMIT ?)",
            (query, limit + len(found)),
        )
        return (found + [row for row in hits if row[0] not in known])[:limit]

    def _page(
        self,
        kind: str,
        columns: tuple[str, ...],
        after: str | None,
        limit: int,
        *,
        read: Callable[[tuple[Any, ...]], T],
        key: Callable[[T], str],
    ) -> Page[T]:
        rows = self._rows(
            kind, columns, f"WHERE {columns[0]} > ? ORDER BY {columns[0]} LIMIT ?", (after or "", limit + 1)
        )
        return page_of([read(row) for row in rows], limit=limit, key=key)

    def _rows(
        self, kind: str, columns: tuple[str, ...], rest: str, values: tuple[Any, ...]
    ) -> list[tuple[Any, ...]]:
        return self.conn.execute(f"SELECT {', '.join(columns)} FROM {kind} {rest}", values).fetchall()


def _known(kind: str) -> str:
    if kind not in _KINDS:
        raise ValueError(f"{kind} is no kind of master data: {', '.join(_KINDS)}.")
    return kind


def _plain(value: Item | Customer, columns: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(_stored(getattr(value, column)) for column in columns)


def _stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return micros(value) if isinstance(value, datetime) else value


def _listing_row(listing: Listing) -> tuple[Any, ...]:
    price = listing.price
    return (
        *(listing.sku, listing.marketplace, listing.asin, listing.title, listing.fulfilled_by_amazon),
        *(listing.status, listing.brand, listing.ean),
        *((None, None) if price is None else (str(price.amount), price.currency)),
        listing.quantity,
    )


def _item(row: tuple[Any, ...]) -> Item:
    raw = dict(zip(_ITEM, row, strict=True))
    return Item(
        **raw
        | {
            "status": ItemStatus(raw["status"]),
            "sales_to_stock": Decimal(raw["sales_to_stock"]),
            "price": _decimal(raw["price"]),
            "weight": _decimal(raw["weight"]),
            "is_kit": bool(raw["is_kit"]),
            "modified": moment_or_none(raw["modified"]),
        }
    )


def _customer(row: tuple[Any, ...]) -> Customer:
    raw = dict(zip(_CUSTOMER, row, strict=True))
    return Customer(**raw | {"active": bool(raw["active"]), "modified": moment_or_none(raw["modified"])})


def _listing(row: tuple[Any, ...]) -> Listing:
    raw = dict(zip(_LISTING, row, strict=True))
    currency = raw.pop("currency")
    return Listing(
        **raw
        | {
            "fulfilled_by_amazon": bool(raw["fulfilled_by_amazon"]),
            "price": None if raw["price"] is None else Money(Decimal(raw["price"]), currency),
        }
    )


def _decimal(stored: str | None) -> Decimal | None:
    return None if stored is None else Decimal(stored)
