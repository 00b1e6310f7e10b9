"""Decisions from and to CSV and Excel files: forgiving in what it reads, safe in what it writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from zipfile import BadZipFile

from x3studio.domain.errors import SettingFault
from x3studio.domain.mappings import Component, CustomerPair, ItemPair

ITEM_COLUMNS = ("kind", "seller_sku", "itmref", "pack_factor", "marketplace", "components", "note")
CUSTOMER_COLUMNS = ("kind", "marketplace", "channel", "vat_number", "bpcnum", "note")
_MOST_BYTES = 200_000_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Pair = ItemPair | CustomerPair


@dataclass(frozen=True, slots=True)
class Rows:
    """What a file holds: pairs in file order, and the rows that could not be read, in words."""

    pairs: tuple[Pair, ...]
    problems: tuple[str, ...]


def read(path: Path, *, kind: str) -> Rows:
    """The pairs of a file. A column `kind` decides for each row; without one, `kind` does."""
    pairs: list[Pair] = []
    problems: list[str] = []
    for number, row in enumerate(_records(path), start=2):
        try:
            pairs.append(_pair(row, row.get("kind", "") or kind))
        except ValueError as fault:
            problems.append(f"Row {number}: {fault}")
    return Rows(tuple(pairs), tuple(problems))


def write(path: Path, pairs: Iterable[Pair], *, kind: str) -> int:
    """Writes the pairs; text that a spreadsheet would run as a formula is kept as text."""
    import pandas

    columns = ITEM_COLUMNS if kind == "items" else CUSTOMER_COLUMNS
    rows = [[_safe(cell) for cell in _cells(pair)] for pair in pairs]
    table = pandas.DataFrame(rows, columns=list(columns), dtype=str)
    try:
        if path.suffix.lower() == ".xlsx":
            table.to_excel(path, index=False, sheet_name=kind)
        else:
            table.to_csv(path, index=False, encoding="utf-8")
    except OSError as fault:
        raise SettingFault(
            f"{path} cannot be written.", field="file", advice="Choose another place.", said=str(fault)
        ) from fault
    return len(rows)


def _records(path: Path) -> Sequence[Mapping[str, str]]:
    """The file's rows as text by lower-case column name; leading zeros stay."""
    import pandas

    try:
        if path.stat().st_size > _MOST_BYTES:
            raise SettingFault(
                f"{path.name} is larger than 200 MB.", field="file", advice="Split it into several files."
            )
        if path.suffix.lower() == ".xlsx":
            table = pandas.read_excel(path, dtype=str, keep_default_na=False)
        else:
            table = pandas.read_csv(path, dtype=str, keep_default_na=False, sep=None, engine="python")
    except (OSError, UnicodeDecodeError, BadZipFile, ValueError, KeyError) as fault:
        raise SettingFault(
            f"{path.name} cannot be read as a table.",
            field="file",
            advice="Save it as CSV (UTF-8) or XLSX with the column names in the first row.",
            said=str(fault).splitlines()[0] if str(fault) else "",
        ) from fault
    table.columns = [str(name).strip().lower() for name in table.columns]
    return [
        {str(name): str(value).strip() for name, value in row.items()} for row in table.to_dict("records")
    ]


def _pair(row: Mapping[str, str], kind: str) -> Pair:
    if kind == "customers":
        return CustomerPair(
            bpcnum=_needed(row, "bpcnum"),
            marketplace=row.get("marketplace", ""),
            channel=row.get("channel", ""),
            vat_number=row.get("vat_number", ""),
            note=_unsafe(row.get("note", "")),
        )
    if kind != "items":
        raise ValueError(f"the kind {kind!r} is neither items nor customers")
    components = _components(row.get("components", ""))
    return ItemPair(
        seller_sku=_unsafe(_needed(row, "seller_sku")),
        itmref="" if components else _needed(row, "itmref"),
        pack_factor=_positive(row.get("pack_factor", "") or "1", "pack_factor"),
        marketplace=row.get("marketplace", ""),
        components=components,
        note=_unsafe(row.get("note", "")),
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
        parts.append(Component(itmref.strip(), _positive(quantity or "1", "components")))
    return tuple(parts)


def _positive(text: str, column: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation as fault:
        raise ValueError(f"{column} {text!r} is no number") from fault
    if not number.is_finite() or number <= 0:
        raise ValueError(f"{column} {text!r} is not above zero")
    return number


def _cells(pair: Pair) -> tuple[str, ...]:
    if isinstance(pair, CustomerPair):
        return ("customers", pair.marketplace, pair.channel, pair.vat_number, pair.bpcnum, pair.note)
    components = "+".join(f"{part.itmref}*{part.quantity}" for part in pair.components)
    factor = str(pair.pack_factor)
    return ("items", pair.seller_sku, pair.itmref, factor, pair.marketplace, components, pair.note)


def _safe(cell: str) -> str:
    return "'" + cell if cell.startswith(_FORMULA) else cell


def _unsafe(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
