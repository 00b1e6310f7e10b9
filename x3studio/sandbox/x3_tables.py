"""What the demo's REST shows of the company besides masters and documents: sites, purchases, balances."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from x3studio.sandbox.world import World
from x3studio.sandbox.x3_ledgers import signed_amount

Row = Mapping[str, Any]
Keyed = tuple[str, Row]


@dataclass(frozen=True, slots=True)
class RestClass:
    """One class. `rows(folder, after)` yields keys and rows behind a key; composite keys are joined by ~.

    `properties` are those of the query facet; `code` is the object behind a writable representation;
    `indexed` answers equality on a property without walking; `leading` is the property that keys begin with.
    """

    name: str
    properties: tuple[str, ...]
    rows: Callable[[str, str], Iterator[Keyed]]
    one: Callable[[str, str], Row | None]
    code: str = ""
    indexed: Mapping[str, Callable[[str, str], list[Keyed]]] | None = None
    leading: str = ""


def tables(world: World) -> list[RestClass]:
    """COMPANY, FACILITY, PORDER, PINVOICE, BALANCE and the tables of codes."""
    company = _company(world)
    shown = {"CPY": company["code"], "CPYNAM": company["name"], "CRY": company["country"]}
    return [
        _fixed("COMPANY", [shown], "CPY"),
        _fixed("FACILITY", _facilities(world), "FCY"),
        _fixed("PORDER", _purchases(world), "POHNUM"),
        _fixed("PINVOICE", _supplier_invoices(world), "NUM"),
        _balances(world),
        *(_fixed(name, rows, key) for name, key, rows in _codes(world.company)),
    ]


def _codes(company: Mapping[str, Any]) -> Iterator[tuple[str, str, list[Row]]]:
    """Class, key and rows of each table of codes; titles are in the fields that X3 keeps them in."""
    codes: Mapping[str, list[list[str]]] = company["codes"]
    for table, name, key, title in (
        ("carriers", "BPCARRIER", "BPTNUM", "BPTNAM"),
        ("delivery_modes", "TABMODELIV", "MDL", "DESAXX"),
        ("units", "TABUNIT", "UOM", "DESAXX"),
        ("tax_rates", "TABVAT", "VAT", "VATDES"),
        ("accounts", "GACCOUNT", "ACC", "DES"),
        ("order_types", "TABSOHTYP", "SOHTYP", "DESAXX"),
    ):
        yield name, key, [{key: code, title: words} for code, words in codes[table]]
    for table, name, key in (
        ("currencies", "TABCUR", "CUR"),
        ("tax_rules", "TABVACBPR", "VACBPR"),
        ("tax_levels", "TABVACITM", "VACITM"),
        ("payment_terms", "TABPAYTERM", "PTE"),
    ):
        yield name, key, [{key: code, "DESAXX": code} for code in company[table]]


def _fixed(name: str, rows: Sequence[Row], key: str) -> RestClass:
    by_key = {str(row[key]): row for row in sorted(rows, key=lambda row: str(row[key]))}

    def behind(folder: str, after: str) -> Iterator[Keyed]:
        del folder
        return ((found, row) for found, row in by_key.items() if found > after)

    return RestClass(name, tuple(rows[0]), behind, lambda _, wanted: by_key.get(wanted))


def _company(world: World) -> Mapping[str, Any]:
    found: Mapping[str, Any] = world.company["company"]
    return found


def _facilities(world: World) -> list[Row]:
    return [
        {
            "FCY": site.code,
            "FCYNAM": site.name,
            "CRY": site.country,
            "LEGCPY": _company(world)["code"],
            "SALFLG": 2 if site.sells else 1,
            "STOFLG": 2 if site.stores else 1,
        }
        for site in world.sites.values()
    ]


def _suppliers(world: World) -> Iterator[tuple[str, float, str, int]]:
    """Supplier, amount, day and number of a few purchases, the same for the same seed."""
    rng = random.Random(f"{world.seed}:purchases")
    names: Mapping[str, str] = world.company["suppliers"]
    for number, supplier in enumerate(sorted(set(names.values())), 1):
        day = (world.now - timedelta(days=rng.randint(3, 40))).date().isoformat()
        yield supplier, float(rng.randint(200, 9000)), day, number


def _purchases(world: World) -> list[Row]:
    return [
        {
            "POHNUM": f"POH{number:06d}",
            "BPSNUM": bps,
            "ORDDAT": day,
            "POHFCY": "HAM01",
            "CUR": "EUR",
            "AMTNOT": total,
        }
        for bps, total, day, number in _suppliers(world)
    ]


def _supplier_invoices(world: World) -> list[Row]:
    return [
        {"NUM": f"PIH{number:06d}", "BPR": bps, "ACCDAT": day, "FCY": "HAM01", "CUR": "EUR", "AMTNOT": total}
        for bps, total, day, number in _suppliers(world)
    ]


def _balances(world: World) -> RestClass:
    """Accounts with what the journals written here add up to; debit positive."""

    def rows(folder: str, after: str) -> Iterator[Keyed]:
        sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for document in world.documents.of("GAS", folder=folder):
            for line in document.lines:
                sums[line["ACC"], document.header["CUR"]] += signed_amount(line)
        for (account, currency), total in sorted(sums.items()):
            key = f"{account}~{currency}"
            if key > after:
                yield key, {"ACC": account, "CUR": currency, "BALANCE": float(total)}

    def one(folder: str, key: str) -> Row | None:
        return dict(rows(folder, "")).get(key)

    return RestClass("BALANCE", ("ACC", "CUR", "BALANCE"), rows, one)
