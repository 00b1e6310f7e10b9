"""Items, customers and documents out of X3's own field names, whichever dialect carried them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from x3studio.domain.catalogue import (
    Bill,
    Code,
    CodeTable,
    Customer,
    CustomerAddress,
    Item,
    ItemSite,
    ItemStatus,
    Packing,
    StockTotal,
)
from x3studio.domain.documents import NUMBER_FIELD, REFERENCE_FIELD, DocumentKind, Found
from x3studio.domain.mappings import Component

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
        modified=modified(fields),
        more=" ".join(part for name in ("ITMDES2", "ITMDES3") if (part := text(fields.get(name)))),
        search_key=text(fields.get("SEAKEY")),
        successor=text(fields.get("RPLITM")),
        by_lot=text(fields.get("LOTMGTCOD")) in ("3", "4"),
        by_serial=text(fields.get("SERMGTCOD")) not in ("", "0", "1"),
        by_expiry=text(fields.get("EXYMGTCOD")) not in ("", "0", "1"),
        keeps_stock=text(fields.get("STOMGTCOD")) != "1",
        starts=_day(fields.get("LIFSTRDAT")),
        ends=_day(fields.get("LIFENDDAT")),
        weight_unit=text(fields.get("WEU")),
        packings=tuple(_packings(fields)),
    )


def _packings(fields: Fields) -> Iterator[Packing]:
    """PCU and PCUSTUCOE are arrays: one field each with a list, or PCU1, PCU2 ... beside each other."""
    units, sizes = fields.get("PCU"), fields.get("PCUSTUCOE")
    if not isinstance(units, list) or not isinstance(sizes, list):
        units = [fields.get(f"PCU{place}") for place in range(1, 5)]
        sizes = [fields.get(f"PCUSTUCOE{place}") for place in range(1, 5)]
    for unit, size in zip(units, sizes, strict=False):
        number = decimal(size)
        if text(unit) and number:
            yield Packing(text(unit), number)


def item_site(fields: Fields) -> ItemSite:
    """That an item may be used at a site, from ITMFACILIT."""
    return ItemSite(
        itmref=text(fields.get("ITMREF")),
        site=text(fields.get("STOFCY")),
        safety_stock=_amount(fields, "SAFSTO"),
        modified=modified(fields),
    )


def stock_total(fields: Fields) -> StockTotal:
    """The totals of an item at a site, from ITMMVT."""
    return StockTotal(
        itmref=text(fields.get("ITMREF")),
        site=text(fields.get("STOFCY")),
        physical=_amount(fields, "PHYSTO"),
        controlled=_amount(fields, "CTLSTO"),
        rejected=_amount(fields, "REJSTO"),
        allocated=_amount(fields, "PHYALL"),
        globally_allocated=_amount(fields, "GLOALL"),
        ordered=_amount(fields, "ORDSTO"),
        promised=_amount(fields, "SALSTO"),
        average_cost=decimal(fields.get("AVC")),
        modified=modified(fields),
    )


def bill(rows: Sequence[Fields]) -> Bill | None:
    """A commercial bill of material from the BOMD rows of one item, with BASQTY of its BOM; None for others.

    BOMALTTYP 1 is a sales kit (menu 224). LIKQTY is for BASQTY kits. Where a kit has several alternatives
    the first counts.
    """
    sold = [row for row in rows if text(row.get("BOMALTTYP")) in ("", "1") and text(row.get("CPNITMREF"))]
    if not sold:
        return None
    first = min(text(row.get("BOMALT")) for row in sold)
    chosen = [row for row in sold if text(row.get("BOMALT")) == first]
    return Bill(
        itmref=text(chosen[0].get("ITMREF")),
        components=tuple(
            Component(
                text(row.get("CPNITMREF")),
                _amount(row, "LIKQTY") / (decimal(row.get("BASQTY")) or Decimal(1)),
            )
            for row in chosen
        ),
        modified=max((at for row in chosen if (at := modified(row))), default=None),
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
        modified=modified(fields),
        street=_street(fields),
        category=text(fields.get("BCGCOD")),
        language=text(fields.get("LAN")),
        registration=text(fields.get("CRN")),
        pays=text(fields.get("BPCPYR")) or text(fields.get("BPCINV")),
        on_hold=text(fields.get("OSTCTL")) == "3",
        prices_with_tax=text(fields.get("PRITYP")) == "2",
    )


def customer_address(fields: Fields) -> CustomerAddress | None:
    """An address from BPADDRESS; None for one of a company, a site or a user (BPATYP above 1)."""
    if text(fields.get("BPATYP")) not in ("", "1"):
        return None
    return CustomerAddress(
        bpcnum=text(fields.get("BPANUM")),
        code=text(fields.get("BPAADD")),
        name=text(fields.get("BPADES")),
        street=_street(fields),
        postcode=text(fields.get("POSCOD")),
        city=text(fields.get("CTY")),
        region=text(fields.get("SAT")),
        country=text(fields.get("CRY")),
        is_main=text(fields.get("BPAADDFLG")) == "2",
        modified=modified(fields),
    )


def code(fields: Fields, *, kind: CodeTable, key: str) -> Code:
    """A code from the row of any code table: its title is what looks like one, the rest are facts."""
    shown = {name: value for name, value in _row(fields).items() if value and name != key}
    title = next((shown[name] for name in sorted(shown, key=_title_rank) if _title_rank(name) < 3), "")
    facts = {name: value for name, value in shown.items() if not name.startswith("UPD") and value != title}
    return Code(kind=kind, code=text(fields.get(key)), title=title, facts=facts)


def _title_rank(name: str) -> int:
    """Full names before translated ones before short ones."""
    endings = (("NAM", "DES"), ("DESAXX", "AXX"), ("SHO", "SYM"))
    return next((rank for rank, names in enumerate(endings) if name.endswith(names)), len(endings))


def _street(fields: Fields) -> str:
    lines = fields.get("BPAADDLIG")
    if not isinstance(lines, list):
        lines = [lines, *(fields.get(f"BPAADDLIG{place}") for place in range(1, 4))]
    return ", ".join(line for line in map(text, lines) if line)


def _amount(fields: Fields, name: str) -> Decimal:
    return decimal(fields.get(name)) or Decimal(0)


def _day(value: object) -> date | None:
    at = moment(value)
    return at.date() if at else None


def _status(code: str) -> ItemStatus:
    try:
        return ItemStatus(int(code))
    except ValueError:
        # A status that nobody knows must not make an item sellable.
        return ItemStatus.NOT_USABLE


def modified(fields: Fields) -> datetime | None:
    """When a row last changed, where X3 tells."""
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
