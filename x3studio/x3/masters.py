"""Items, customers and documents out of X3's own field names, whichever dialect carried them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from x3studio.domain.catalogue import Customer, Item, ItemStatus
from x3studio.domain.documents import NUMBER_FIELD, REFERENCE_FIELD, DocumentKind, Found

Fields = Mapping[str, Any]

# X3 knows no NULL: an empty date is one of these (X3's own, and SQL Server's smallest).
_EMPTY_DATES = ("1599-12-31", "15991231", "1753-01-01", "17530101", "0000-00-00", "00000000")


def text(value: object) -> str:
    """A value as X3 shows it: "" for nothing, arrays by their first member, decimals without exponent."""
    if value is None:
        return ""
    if isinstance(value, list):
        return text(value[0]) if value else ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def decimal(value: object) -> Decimal | None:
    """A number, or None where there is none."""
    try:
        number = Decimal(text(value).strip() or "NaN")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def moment(value: object) -> datetime | None:
    """A date-time of X3 (ISO, or YYYYMMDD[HHMMSS]; UTC where it names no zone), None for an empty one."""
    written = text(value).strip()
    if not written or written.startswith(_EMPTY_DATES):
        return None
    try:
        if written.isdigit() and len(written) in (8, 14):
            shape = "%Y%m%d" if len(written) == 8 else "%Y%m%d%H%M%S"
            return datetime.strptime(written, shape).replace(tzinfo=UTC)
        read = datetime.fromisoformat(written)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def iso_date(value: str) -> str:
    """YYYYMMDD as YYYY-MM-DD; anything else as it is."""
    if len(value) == 8 and value.isdigit():
        try:
            return date.fromisoformat(f"{value[:4]}-{value[4:6]}-{value[6:]}").isoformat()
        except ValueError:
            return value
    return value


def item(fields: Fields) -> Item:
    """An Item from ITMMASTER's fields (ITMDES1 in the table, DES1AXX in the published object)."""
    return Item(
        itmref=text(fields.get("ITMREF")),
        description=text(fields.get("ITMDES1")) or text(fields.get("DES1AXX")),
        status=_status(text(fields.get("ITMSTA"))),
        ean=text(fields.get("EANCOD")),
        category=text(fields.get("TCLCOD")),
        accounting_code=text(fields.get("ACCCOD")),
        stock_unit=text(fields.get("STU")) or "UN",
        sales_unit=text(fields.get("SAU")) or text(fields.get("STU")) or "UN",
        sales_to_stock=decimal(fields.get("SAUSTUCOE")) or Decimal(1),
        tax_level=text(fields.get("VACITM1")) or text(fields.get("VACITM")),
        price=decimal(fields.get("BASPRI")),
        supplier=text(fields.get("BPSNUM")),
        weight=decimal(fields.get("ITMWEI")),
        is_kit=text(fields.get("ITMTYP")) == "2",
        modified=_modified(fields),
    )


def customer(fields: Fields) -> Customer:
    """A Customer from BPCUSTOMER's fields (with those of its BPARTNER where the dialect joins them)."""
    return Customer(
        bpcnum=text(fields.get("BPCNUM")),
        name=text(fields.get("BPCNAM")) or text(fields.get("BPRNAM")),
        active=text(fields.get("BPCSTA")) in ("", "2"),
        country=text(fields.get("CRY")) or text(fields.get("BPACRY")),
        currency=text(fields.get("CUR")),
        vat_number=text(fields.get("EECNUM")),
        tax_rule=text(fields.get("VACBPR")),
        payment_terms=text(fields.get("PTE")),
        city=text(fields.get("CTY")),
        postcode=text(fields.get("POSCOD")),
        modified=_modified(fields),
    )


def _status(code: str) -> ItemStatus:
    try:
        return ItemStatus(int(code))
    except ValueError:
        # A status that nobody knows must not make an item sellable.
        return ItemStatus.NOT_USABLE


def _modified(fields: Fields) -> datetime | None:
    return moment(fields.get("UPDDATTIM")) or moment(fields.get("UPDDAT"))


def reference_field(kind: DocumentKind, configured: Mapping[str, str]) -> str:
    """The field that carries our reference at this site; "" where the kind has none."""
    return configured.get(kind.value, "") or REFERENCE_FIELD.get(kind, "")


def found(kind: DocumentKind, *, header: Fields, lines: Iterable[Fields], reference: str) -> Found:
    """A document as read back; internal `$` fields are left out."""
    return Found(
        number=text(header.get(NUMBER_FIELD.get(kind, "NUM"))),
        reference=reference,
        header=_row(header),
        lines=tuple(_row(line) for line in lines),
    )


def _row(fields: Fields) -> dict[str, str]:
    return {
        name: text(value)
        for name, value in fields.items()
        if not name.startswith("$") and not isinstance(value, dict) and not _is_table(value)
    }


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)
