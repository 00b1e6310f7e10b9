"""Decisions as rows of CSV and Excel files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from x3studio.domain.mappings import Component, CustomerPair, ItemPair
from x3studio.workspace import tables

ITEM_COLUMNS = ("kind", "seller_sku", "itmref", "pack_factor", "marketplace", "components", "note")
CUSTOMER_COLUMNS = ("kind", "marketplace", "channel", "vat_number", "bpcnum", "note")
_MOST_UNITS = 1_000_000_000
Pair = ItemPair | CustomerPair


@dataclass(frozen=True, slots=True)
class Rows:
    """What a file holds: pairs in file order, and the rows that could not be read, in words."""

    pairs: tuple[Pair, ...]
    problems: tuple[str, ...]


def read(path: Path, *, kind: str) -> Rows:
    """The pairs of a file. A column `kind` decides for each row; without one, `kind` does.

    Raises SettingFault for a file that is no table of decisions.
    """
    pairs: list[Pair] = []
    problems: list[str] = []
    for number, row in enumerate(tables.read(path, needed=("seller_sku", "bpcnum")), start=2):
        if not any(row.values()):
            continue
        try:
            pairs.append(_pair(row, row.get("kind", "") or kind))
        except ValueError as fault:
            problems.append(f"Row {number}: {fault}")
    return Rows(tuple(pairs), tuple(problems))


def write(path: Path, pairs: Iterable[Pair], *, kind: str) -> int:
    """Writes the pairs, all or nothing; returns how many. Raises SettingFault where it cannot."""
    columns = ITEM_COLUMNS if kind == "items" else CUSTOMER_COLUMNS
    return tables.write(path, columns, map(_cells, pairs), title=kind)


def pack_factor(text: str) -> Decimal:
    """How many stock units one sold unit is: a number above zero. Raises ValueError."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation as fault:
        raise ValueError(f"{text!r} is no number") from fault
    if not number.is_finite() or not 0 < number < _MOST_UNITS:
        raise ValueError(f"{text!r} is no number above zero")
    return number


def _pair(row: Mapping[str, str], kind: str) -> Pair:
    if kind == "customers":
        return CustomerPair(
            bpcnum=_needed(row, "bpcnum"),
            marketplace=row.get("marketplace", ""),
            channel=row.get("channel", ""),
            vat_number=row.get("vat_number", ""),
            note=row.get("note", ""),
        )
    if kind != "items":
        raise ValueError(f"the kind {kind!r} is neither items nor customers")
    components = _components(row.get("components", ""))
    return ItemPair(
        seller_sku=_needed(row, "seller_sku"),
        itmref="" if components else _needed(row, "itmref"),
        pack_factor=_units(row.get("pack_factor", "") or "1", "pack_factor"),
        marketplace=row.get("marketplace", ""),
        components=components,
        note=row.get("note", ""),
    )


def _needed(row: Mapping[str, str], column: str) -> str:
    value = row.get(column, "")
    if not value:
        raise ValueError(f"{column} is missing")
    return value


def _components(text: str) -> tuple[Component, ...]:
    """Reads ITM1*2+ITM2*1."""
    parts = []
    for part in filter(None, text.split("+")):
        itmref, _, quantity = part.partition("*")
        parts.append(Component(itmref.strip(), _units(quantity or "1", "components")))
    return tuple(parts)


def _units(text: str, column: str) -> Decimal:
    try:
        return pack_factor(text)
    except ValueError as fault:
        raise ValueError(f"{column} {fault}") from fault


def _cells(pair: Pair) -> tuple[str, ...]:
    if isinstance(pair, CustomerPair):
        return ("customers", pair.marketplace, pair.channel, pair.vat_number, pair.bpcnum, pair.note)
    components = "+".join(f"{part.itmref}*{part.quantity}" for part in pair.components)
    factor = str(pair.pack_factor)
    return ("items", pair.seller_sku, pair.itmref, factor, pair.marketplace, components, pair.note)
