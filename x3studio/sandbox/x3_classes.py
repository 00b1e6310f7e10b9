"""The classes that the demo's REST shows: rows in key order, one row by key, and what an index can answer."""

import bisect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from x3studio.sandbox.documents import StoredDocument
from x3studio.sandbox.world import World, WorldItem
from x3studio.sandbox.x3_masters import customer_fields, item_fields, stamp, stock_fields
from x3studio.sandbox.x3_objects import ObjectSpec, objects
from x3studio.sandbox.x3_tables import Keyed, RestClass, Row, tables

_NUMBERS = {
    *("SAUSTUCOE", "BASPRI", "ITMWEI", "PHYSTO", "CTLSTO", "REJSTO", "PHYALL", "GLOALL", "QTY", "GROPRI"),
    *("ORDNOT", "DISCRGVAL1", "DISCRGVAL2", "AMTCUR", "DEB", "CDT"),
}
_MENUS = {
    *("ORDSTA", "DLVSTA", "INVSTA", "PRITYP", "CFMFLG", "FOCFLG", "CAT", "RTNSTOUPD", "STOMVTFLG"),
    *("SOPLIN", "SNS", "LIN"),
}


def classes(world: World) -> dict[str, RestClass]:
    """Every class by name."""
    found = [
        _masters(
            world, "ITMMASTER", lambda entry: _numbers(_without(item_fields(entry), "BASPRI", "ITMTYP"))
        ),
        _masters(world, "ITMSALES", _sales),
        _per_site(
            world, "ITMMVT", lambda entry, site: _numbers(stock_fields(entry, site, entry.stock[site]))
        ),
        _per_site(world, "ITMFACILIT", _facilit),
        _per_site(world, "STOCK", _stock_line),
        _customers(
            world, "BPCUSTOMER", "BPCNUM", lambda row: _without(row, "CRY", "EECNUM", "CTY", "POSCOD")
        ),
        _customers(world, "BPARTNER", "BPRNUM", _partner),
        _customers(world, "BPADDRESS", "BPANUM", _address),
        *(_documents(world, spec) for spec in objects().values() if spec.code not in ("BPC", "ITM")),
        *tables(world),
    ]
    return {entry.name: entry for entry in found}


def _numbers(row: Mapping[str, Any]) -> dict[str, Any]:
    """Decimals and menus as JSON numbers."""
    return {
        name: float(value)
        if name in _NUMBERS and value != ""
        else int(value)
        if name in _MENUS and value != ""
        else value
        for name, value in row.items()
    }


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _sales(entry: WorldItem) -> Row:
    row = item_fields(entry)
    return _numbers({name: row[name] for name in ("ITMREF", "BASPRI", "ITMTYP", "SAU", "UPDDATTIM")})


def _facilit(entry: WorldItem, site: str) -> Row:
    return {
        "ITMREF": entry.item.itmref,
        "STOFCY": site,
        "SAFSTO": 0.0,
        "UPDDATTIM": stamp(entry.item.modified),
    }


def _stock_line(entry: WorldItem, site: str) -> Row:
    level = entry.stock[site]
    quantity = float(level.physical)
    return {
        "STOFCY": site,
        "STOCOU": 1,
        "ITMREF": entry.item.itmref,
        "STA": "A",
        "PCU": entry.item.stock_unit,
        "QTYSTU": quantity,
        "QTYSTUACT": quantity,
        "CUMALLQTY": float(level.allocated),
        "UPDDATTIM": stamp(entry.item.modified),
    }


def _behind(keys: Sequence[str], after: str) -> Iterator[str]:
    for index in range(bisect.bisect_right(keys, after) if after else 0, len(keys)):
        yield keys[index]


def _masters(world: World, name: str, show: Callable[[WorldItem], Row]) -> RestClass:
    def rows(folder: str, after: str) -> Iterator[Keyed]:
        del folder
        return ((key, show(world.items[key])) for key in _behind(world.item_keys, after))

    def one(folder: str, key: str) -> Row | None:
        del folder
        return show(world.items[key]) if key in world.items else None

    first = show(world.items[world.item_keys[0]])
    return RestClass(
        name,
        tuple(first),
        rows,
        one,
        code="ITM" if name == "ITMMASTER" else "",
        indexed={"ITMREF": lambda folder, key: [(key, row)] if (row := one(folder, key)) else []},
    )


def _per_site(world: World, name: str, show: Callable[[WorldItem, str], Row]) -> RestClass:
    def of(key: str) -> list[Keyed]:
        entry = world.items.get(key)
        return [(f"{key}~{site}", show(entry, site)) for site in sorted(entry.stock)] if entry else []

    def rows(folder: str, after: str) -> Iterator[Keyed]:
        del folder
        item = after.partition("~")[0]
        start = bisect.bisect_left(world.item_keys, item) if item else 0
        for index in range(start, len(world.item_keys)):
            yield from (keyed for keyed in of(world.item_keys[index]) if keyed[0] > after)

    def one(folder: str, key: str) -> Row | None:
        del folder
        return dict(of(key.partition("~")[0])).get(key)

    stocked = next(entry for entry in world.items.values() if entry.stock)
    properties = tuple(show(stocked, next(iter(stocked.stock))))
    return RestClass(name, properties, rows, one, indexed={"ITMREF": lambda _, key: of(key)})


def _customers(world: World, name: str, key_name: str, show: Callable[[Row], Row]) -> RestClass:
    def row(key: str) -> Row:
        return show(customer_fields(world, world.customers[key]))

    def rows(folder: str, after: str) -> Iterator[Keyed]:
        del folder
        return ((key, row(key)) for key in _behind(world.customer_keys, after))

    def one(folder: str, key: str) -> Row | None:
        del folder
        return row(key) if key in world.customers else None

    return RestClass(
        name,
        tuple(row(world.customer_keys[0])),
        rows,
        one,
        code="BPC" if name == "BPCUSTOMER" else "",
        indexed={key_name: lambda folder, key: [(key, found)] if (found := one(folder, key)) else []},
    )


def _partner(row: Row) -> Row:
    return {
        "BPRNUM": row["BPCNUM"],
        "BPRNAM": row["BPCNAM"],
        "CRY": row["CRY"],
        "CUR": row["CUR"],
        "EECNUM": row["EECNUM"],
        "BPCFLG": 2,
        "UPDDATTIM": row["UPDDATTIM"],
    }


def _address(row: Row) -> Row:
    return {
        "BPATYP": 1,
        "BPANUM": row["BPCNUM"],
        "BPAADD": "001",
        "POSCOD": row["POSCOD"],
        "CTY": row["CTY"],
        "CRY": row["CRY"],
        "BPAADDFLG": 2,
        "UPDDATTIM": row["UPDDATTIM"],
    }


def _documents(world: World, spec: ObjectSpec) -> RestClass:
    """A class of written documents; lines only in the details."""

    def header(document: StoredDocument) -> Row:
        empty = dict.fromkeys(spec.fields, "")
        shown = _numbers({**empty, **document.header, "UPDDATTIM": stamp(document.modified)})
        if spec.code == "SOH":
            name = document.header.get("BPCNAM", "")
            shown["BPCORD_REF"] = {"$title": document.header["BPCORD"], "$description": name}
        return shown

    def rows(folder: str, after: str) -> Iterator[Keyed]:
        for number in _behind(world.documents.numbers(spec.code, folder=folder), after):
            document = world.documents.get(spec.code, number, folder=folder)
            if document is not None:
                yield number, header(document)

    def one(folder: str, key: str) -> Row | None:
        document = world.documents.get(spec.code, key, folder=folder)
        if document is None:
            return None
        return {**header(document), spec.lines_key: [_numbers(line) for line in document.lines]}

    def by_reference(folder: str, reference: str) -> list[Keyed]:
        found = world.documents.by_reference(spec.code, reference, folder=folder)
        return [(document.number, header(document)) for document in found]

    return RestClass(
        spec.table,
        (*spec.fields, "ORDNOT", "ORDSTA", "DLVSTA", "INVSTA", "UPDDATTIM"),
        rows,
        one,
        code="SOH" if spec.code == "SOH" else "",
        indexed={spec.reference: by_reference},
    )
