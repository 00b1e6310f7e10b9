"""The classes that the demo's REST shows: rows in key order, one row by key, and what an index can answer."""

import bisect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from x3studio.domain.catalogue import Customer
from x3studio.sandbox.documents import StoredDocument
from x3studio.sandbox.world import World, WorldItem
from x3studio.sandbox.x3_masters import (
    address_fields,
    component_fields,
    customer_fields,
    item_fields,
    site_fields,
    stamp,
    stock_fields,
)
from x3studio.sandbox.x3_objects import ObjectSpec, objects
from x3studio.sandbox.x3_tables import Keyed, RestClass, Row, tables

_NUMBERS = {
    *("SAUSTUCOE", "BASPRI", "ITMWEI", "PHYSTO", "CTLSTO", "REJSTO", "PHYALL", "GLOALL", "QTY", "GROPRI"),
    *("ORDSTO", "SALSTO", "AVC", "SAFSTO", "LIKQTY", "BASQTY", "PCUSTUCOE1", "PCUSTUCOE2"),
    *("ORDNOT", "DISCRGVAL1", "DISCRGVAL2", "AMTCUR", "DEB", "CDT"),
}
_NOT_IN_BPCUSTOMER = ("CRY", "EECNUM", "CTY", "POSCOD", "BPAADDLIG1", "LAN")
_BARE = ("ITMREF", "BOMALT", "BOMSEQ", "UPDDATTIM")
"""What a class shows that has no rows: a company so small that it has no kits."""
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
        _parts(world, "ITMMVT", stock_rows),
        _parts(world, "ITMFACILIT", site_rows),
        _parts(world, "STOCK", lambda entry: {site: _stock_line(entry, site) for site in entry.stock}),
        _parts(world, "BOM", _bill_rows),
        _parts(world, "BOMD", component_rows),
        _customers(world, "BPCUSTOMER", "BPCNUM", lambda row: _without(row, *_NOT_IN_BPCUSTOMER)),
        _customers(world, "BPARTNER", "BPRNUM", _partner),
        _addresses(world),
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


def stock_rows(entry: WorldItem) -> Mapping[str, Row]:
    """ITMMVT of an item by site."""
    return {site: _numbers(stock_fields(entry, site, level)) for site, level in entry.stock.items()}


def site_rows(entry: WorldItem) -> Mapping[str, Row]:
    """ITMFACILIT of an item by site."""
    return {site: _numbers(site_fields(entry, site)) for site in entry.sites}


def component_rows(entry: WorldItem) -> Mapping[str, Row]:
    """BOMD of a kit by alternative and sequence; BASQTY is in BOM only."""
    rows = (component_fields(entry, place) for place in range(len(entry.components)))
    return {f"{row['BOMALT']}~{row['BOMSEQ']}": _numbers(_without(row, "BASQTY")) for row in rows}


def _bill_rows(entry: WorldItem) -> Mapping[str, Row]:
    if not entry.components:
        return {}
    return {"1": {"ITMREF": entry.item.itmref, "BOMALT": "1", "BOMALTTYP": 1, "BASQTY": 1.0}}


def address_rows(customer: Customer) -> Mapping[str, Row]:
    """BPADDRESS of a customer by code: companies have one to deliver to besides the main one."""
    codes = ("001", "002") if customer.vat_number and customer.city else ("001",)
    return {code: address_fields(customer, code) for code in codes}


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
        leading="ITMREF",
        indexed={"ITMREF": lambda folder, key: [(key, row)] if (row := one(folder, key)) else []},
    )


def _parts(world: World, name: str, show: Callable[[WorldItem], Mapping[str, Row]]) -> RestClass:
    """A class with several rows for an item; its keys are the item's and the part's, joined by ~."""
    entries = world.items
    first = next((row for entry in entries.values() for row in show(entry).values()), dict.fromkeys(_BARE))
    return _composite(name, "ITMREF", first, world.item_keys, lambda key: show(entries[key]))


def _addresses(world: World) -> RestClass:
    people = world.customers
    first = next(iter(address_rows(next(iter(people.values()))).values()))
    keys = world.customer_keys
    return _composite("BPADDRESS", "BPANUM", first, keys, lambda key: address_rows(people[key]))


def _composite(
    name: str, leading: str, first: Row, keys: Sequence[str], show: Callable[[str], Mapping[str, Row]]
) -> RestClass:
    def of(key: str) -> list[Keyed]:
        place = bisect.bisect_left(keys, key)
        known = keys[place : place + 1] == [key]
        return [(f"{key}~{part}", row) for part, row in sorted(show(key).items())] if known else []

    def rows(folder: str, after: str) -> Iterator[Keyed]:
        del folder
        head = after.partition("~")[0]
        start = bisect.bisect_left(keys, head) if head else 0
        for index in range(start, len(keys)):
            yield from (keyed for keyed in of(keys[index]) if keyed[0] > after)

    def one(folder: str, key: str) -> Row | None:
        del folder
        return dict(of(key.partition("~")[0])).get(key)

    indexed = {leading: lambda _, key: of(key)}
    return RestClass(name, tuple(first), rows, one, indexed=indexed, leading=leading)


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
        leading=key_name,
        indexed={key_name: lambda folder, key: [(key, found)] if (found := one(folder, key)) else []},
    )


def _partner(row: Row) -> Row:
    return {
        "BPRNUM": row["BPCNUM"],
        "BPRNAM": row["BPCNAM"],
        "CRY": row["CRY"],
        "CUR": row["CUR"],
        "EECNUM": row["EECNUM"],
        "LAN": row["LAN"],
        "BPCFLG": 2,
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
