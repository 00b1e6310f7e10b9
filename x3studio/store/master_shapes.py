"""How each kind of master is laid out in its table: one column per field, and how a value is stored."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, Generic, TypeVar

from x3studio.domain.catalogue import (
    Bill,
    Code,
    CodeTable,
    Customer,
    CustomerAddress,
    Item,
    ItemSite,
    ItemStatus,
    Listing,
    Packing,
    StockTotal,
)
from x3studio.domain.mappings import Component
from x3studio.domain.money import Money
from x3studio.store.rows import micros_or_none, moment_or_none

T = TypeVar("T")
Turn = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """A kind: its table, its key, its columns in order, and those whose values are turned on the way."""

    table: str
    type: Callable[..., T]
    key: tuple[str, ...]
    columns: tuple[str, ...]
    turns: Mapping[str, tuple[Turn, Turn]]
    priced: bool = False
    """`price` is Money, whose currency has a column of its own right behind it."""

    def stored(self, values: Iterable[T], source: str) -> Iterator[tuple[Any, ...]]:
        """Rows, with where they come from as last column."""
        names = ["price" if self.priced and name == "currency" else name for name in self.columns]
        take = attrgetter(*names)
        turned = [(at, self.turns[name][0]) for at, name in enumerate(self.columns) if name in self.turns]
        price = self.columns.index("price") if self.priced else 0
        for value in values:
            row = list(take(value))
            for at, turn in turned:
                if row[at] is not None:
                    row[at] = turn(row[at])
            if self.priced and row[price] is not None:
                money: Money = row[price]
                row[price : price + 2] = str(money.amount), money.currency
            yield (*row, source)

    def read(self, row: tuple[Any, ...]) -> T:
        """The value of a row."""
        raw = dict(zip(self.columns, row, strict=True))
        for name, (_, turn) in self.turns.items():
            if raw[name] is not None:
                raw[name] = turn(raw[name])
        if self.priced:
            currency = raw.pop("currency")
            raw["price"] = None if raw["price"] is None else Money(Decimal(raw["price"]), currency)
        return self.type(**raw)

    def key_of(self, value: T) -> str:
        """Its key as one text."""
        return _UNIT.join(str(getattr(value, name)) for name in self.key)

    @property
    def key_sql(self) -> str:
        """What `key_of` returns, in SQL."""
        return " || char(31) || ".join(self.key)


_UNIT = "\x1f"
_NUMBER = (str, Decimal)
_TIME = (micros_or_none, moment_or_none)
_FLAG = (int, bool)
_DAY = (date.isoformat, date.fromisoformat)


def _packings(stored: str) -> tuple[Packing, ...]:
    return tuple(Packing(unit, Decimal(size)) for unit, size in json.loads(stored))


def _components(stored: str) -> tuple[Component, ...]:
    return tuple(
        Component(itmref, Decimal(quantity), None if weight is None else Decimal(weight))
        for itmref, quantity, weight in json.loads(stored)
    )


_PACKINGS = (lambda them: json.dumps([(it.unit, str(it.to_stock)) for it in them]), _packings)
_COMPONENTS = (
    lambda them: json.dumps(
        [(it.itmref, str(it.quantity), None if it.weight is None else str(it.weight)) for it in them]
    ),
    _components,
)
_FACTS = (lambda facts: json.dumps(dict(facts), ensure_ascii=False), json.loads)

ITEMS = Shape(
    "items",
    Item,
    ("itmref",),
    (
        *("itmref", "description", "status", "ean", "category", "accounting_code", "stock_unit"),
        *("sales_unit", "sales_to_stock", "tax_level", "price", "supplier", "weight", "is_kit", "modified"),
        *("more", "search_key", "successor", "by_lot", "by_serial", "by_expiry", "keeps_stock"),
        *("starts", "ends", "weight_unit", "packings"),
    ),
    {
        "status": (int, ItemStatus),
        **dict.fromkeys(("sales_to_stock", "price", "weight"), _NUMBER),
        **dict.fromkeys(("is_kit", "by_lot", "by_serial", "by_expiry", "keeps_stock"), _FLAG),
        **dict.fromkeys(("starts", "ends"), _DAY),
        "modified": _TIME,
        "packings": _PACKINGS,
    },
)
SITES = Shape(
    "item_sites",
    ItemSite,
    ("itmref", "site"),
    ("itmref", "site", "safety_stock", "modified"),
    {"safety_stock": _NUMBER, "modified": _TIME},
)
_AMOUNTS = (
    *("physical", "controlled", "rejected", "allocated", "globally_allocated", "ordered", "promised"),
    "average_cost",
)
STOCK = Shape(
    "stock",
    StockTotal,
    ("itmref", "site"),
    ("itmref", "site", *_AMOUNTS, "modified"),
    {**dict.fromkeys(_AMOUNTS, _NUMBER), "modified": _TIME},
)
BILLS = Shape(
    "bills",
    Bill,
    ("itmref",),
    ("itmref", "components", "modified"),
    {"components": _COMPONENTS, "modified": _TIME},
)
CUSTOMERS = Shape(
    "customers",
    Customer,
    ("bpcnum",),
    (
        *("bpcnum", "name", "active", "country", "currency", "vat_number", "tax_rule", "payment_terms"),
        *("city", "postcode", "modified", "street", "category", "language", "registration", "pays"),
        *("on_hold", "prices_with_tax"),
    ),
    {**dict.fromkeys(("active", "on_hold", "prices_with_tax"), _FLAG), "modified": _TIME},
)
ADDRESSES = Shape(
    "addresses",
    CustomerAddress,
    ("bpcnum", "code"),
    (
        *("bpcnum", "code", "name", "street", "postcode", "city", "region", "country", "is_main"),
        "modified",
    ),
    {"is_main": _FLAG, "modified": _TIME},
)
CODES = Shape(
    "codes",
    Code,
    ("kind", "code"),
    ("kind", "code", "title", "facts"),
    {"kind": (str, CodeTable), "facts": _FACTS},
)
LISTINGS = Shape(
    "listings",
    Listing,
    ("sku", "marketplace"),
    (
        *("sku", "asin", "title", "marketplace", "fulfilled_by_amazon", "status", "brand", "ean", "price"),
        *("currency", "quantity", "parent", "children", "theme", "size", "colour", "pack", "image"),
        *(
            "manufacturer",
            "model",
            "product_type",
            "condition",
            "opened",
            "looked_up",
            "parent_sku",
            "weight",
        ),
    ),
    {
        "fulfilled_by_amazon": _FLAG,
        **dict.fromkeys(("opened", "looked_up"), _TIME),
        "weight": _NUMBER,
    },
    priced=True,
)
SHAPES: Mapping[str, Shape[Any]] = {
    shape.table: shape for shape in (ITEMS, SITES, STOCK, BILLS, CUSTOMERS, ADDRESSES, CODES, LISTINGS)
}
"""By the name of the kind, which is the table's."""
