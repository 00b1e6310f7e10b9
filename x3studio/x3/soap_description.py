"""getDescription read into an ObjectDescription, and a flat document placed into this site's blocks by it.

Block ids (SOH0_1, SOH4_1 ...) depend on the entry transaction a site has published: they are discovered,
never known. Attribute names differ between releases, so several spellings are read.
"""

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from x3studio.domain.documents import Document, DocumentKind
from x3studio.domain.errors import Refused
from x3studio.x3 import faults
from x3studio.x3.dialect import Field, ObjectDescription
from x3studio.x3.soap_xml import TYPES, Block, Cell, Group, Table, element, local

_KINDS: Mapping[str, str] = {
    "char": "text",
    "clbfile": "text",
    "integer": "integer",
    "short": "integer",
    "long": "integer",
    "decimal": "decimal",
    "date": "date",
    "menu": "menu",
}
_LINE_NUMBER = "NUMLIG"
"""Zero in it asks X3 for a new line (Sage's sample payloads); not every transaction publishes it."""


def read_description(xml: str, *, kind: DocumentKind) -> ObjectDescription:
    """The description in a getDescription result; raises ConnectionFault where it describes nothing."""
    header: dict[str, Field] = {}
    lines: dict[str, Field] = {}
    tables: list[tuple[int, int]] = []
    for block, in_lines in _described_blocks(element(xml)):
        group = _attribute(block, "ID", "NAM", "NAME")
        found = {
            field.name: field
            for row in block.iter()
            if local(row) in ("FLD", "LST") and (field := _field(row, group=group, in_lines=in_lines)).name
        }
        if in_lines:
            tables.append((len(found), _whole(_attribute(block, "DIM", "SIZE", "LEN"))))
        for name, field in found.items():
            (lines if in_lines else header).setdefault(name, field)
    if not header and not lines:
        raise faults.garbled(f"it describes no field of {kind.value}")
    return ObjectDescription(
        kind=kind,
        fields={**lines, **header},
        most_lines=max(tables)[1] if tables else 0,
        line_fields=lines,
    )


def _described_blocks(root: Element) -> Iterator[tuple[Element, bool]]:
    for block in root.iter():
        tag = local(block)
        if tag in ("GRP", "TAB", "BLC", "BLK"):
            repeated = tag == "TAB" or _attribute(block, "TYPE", "TYP").upper() in (
                "TAB",
                "TABLE",
                "LST",
                "LIST",
            )
            yield block, repeated


def _field(row: Element, *, group: str, in_lines: bool) -> Field:
    type_name = _attribute(row, "TYPE", "TYB", "TYP").lower()
    kind = "menu" if _whole(_attribute(row, "MENULOCAL", "MENU", "MEN")) else _KINDS.get(type_name, "text")
    return Field(
        name=_attribute(row, "NAME", "NAM"),
        title=_attribute(row, "TITLE", "LIB", "DES", "C_ENG", "INTIT"),
        group=group,
        kind=kind,
        length=_whole(_attribute(row, "LEN", "LENGTH", "LG")) if kind == "text" else 0,
        mandatory=_attribute(row, "MANDATORY", "OBLIG", "OBL", "REQUIRED").lower() in _YES,
        in_lines=in_lines,
    )


_YES = ("2", "true", "yes")
"""Local menu 1 of X3: 1 is no, 2 is yes."""


def _attribute(row: Element, *names: str) -> str:
    return next((value for name in names if (value := row.get(name))), "")


def _whole(text: str) -> int:
    digits = text.partition(".")[0]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 0


def place(document: Document, description: ObjectDescription) -> tuple[Block, ...]:
    """The blocks of a save: every field where this site has published it, blanks left out.

    Raises Refused (subject = the field) where lines do not fit into one table.
    """
    header = {name: field for name, field in description.fields.items() if not field.in_lines}
    groups: dict[str, dict[str, Cell]] = {}
    for name, value in document.header.items():
        if value:
            groups.setdefault(header[name].group, {})[name] = _shape(value, header[name])
    blocks: list[Block] = [Group(group, fields) for group, fields in groups.items()]
    if document.lines:
        blocks.append(_lines(document, description))
    return tuple(blocks)


def _lines(document: Document, description: ObjectDescription) -> Table:
    known = description.line_fields
    used = {known[name].group: name for line in document.lines for name, value in line.items() if value}
    if len(used) > 1:
        raise Refused(
            "The lines of this document would go into several tables of X3.",
            advice="Map only fields of one table.",
            subject=sorted(used.values())[0],
        )
    table = next(iter(used), "")
    number = known.get(_LINE_NUMBER)
    new: dict[str, Cell] = {_LINE_NUMBER: "0"} if number is not None and number.group == table else {}
    rows = tuple(
        {**new, **{name: _shape(value, known[name]) for name, value in line.items() if value}}
        for line in document.lines
    )
    return Table(table, rows, dim=description.most_lines)


def types(description: ObjectDescription) -> dict[tuple[str, str], str]:
    """The TYPE attribute of every field, by block and name."""
    return {
        (field.group, field.name): TYPES[field.kind]
        for fields in (description.fields, description.line_fields)
        for field in fields.values()
        if field.kind in TYPES
    }


def _shape(value: str, field: Field) -> str:
    """Dates as X3's SOAP wants them: YYYYMMDD."""
    return value.replace("-", "") if field.kind == "date" and len(value) == 10 else value
