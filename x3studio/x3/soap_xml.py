"""X3's SOAP documents: PARAM and RESULT as blocks of fields, to and from XML and their JSON twin.

GRP ID is one row of fields, TAB ID a table of LIN rows, FLD NAME a value, LST NAME a list of ITM; queries
answer with bare LIN rows. All values are text. (Sage's SOAP tester; NAM for NAME was seen on one site.)
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from x3studio.x3 import faults

Cell = str | tuple[str, ...]
"""A field's value, or the values of an LST."""
Row = Mapping[str, Cell]

TYPES: Mapping[str, str] = {
    "text": "Char",
    "integer": "Integer",
    "menu": "Integer",
    "decimal": "Decimal",
    "date": "Date",
}


@dataclass(frozen=True, slots=True)
class Group:
    """A GRP: one row of fields."""

    id: str
    fields: Row


@dataclass(frozen=True, slots=True)
class Table:
    """A TAB: rows of fields; `dim` is the most rows X3 takes (0 = unknown). Bare rows have the id ""."""

    id: str
    rows: tuple[Row, ...]
    dim: int = 0


Block = Group | Table


def param_xml(blocks: Sequence[Block], *, types: Mapping[tuple[str, str], str] | None = None) -> str:
    """A PARAM document; `types` gives the TYPE of a field by (block id, field name), where known."""
    known = types or {}
    root = Element("PARAM")
    for block in blocks:
        if isinstance(block, Group):
            _write_row(SubElement(root, "GRP", ID=block.id), block.id, block.fields, known)
            continue
        attributes = {"DIM": str(block.dim)} if block.dim else {}
        table = SubElement(root, "TAB", {**attributes, "ID": block.id, "SIZE": str(len(block.rows))})
        for number, row in enumerate(block.rows, start=1):
            _write_row(SubElement(table, "LIN", NUM=str(number)), block.id, row, known)
    return '<?xml version="1.0" encoding="UTF-8"?>' + tostring(root, encoding="unicode")


def _write_row(parent: Element, block: str, row: Row, types: Mapping[tuple[str, str], str]) -> None:
    for name, cell in row.items():
        kind = types.get((block, name))
        decoration = {"TYPE": kind} if kind else {}
        if isinstance(cell, str):
            SubElement(parent, "FLD", {"NAME": name, **decoration}).text = cell
            continue
        size = str(len(cell))
        values = SubElement(parent, "LST", {"NAME": name, "SIZE": size, **decoration})
        for value in cell:
            SubElement(values, "ITM").text = value


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a PARAM or RESULT, XML or JSON; raises ConnectionFault where it is neither."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped.startswith(("{", "[")):
        return from_json(lenient_json(stripped))
    return _blocks(element(stripped))


def element(text: str | bytes) -> Element:
    """Parsed XML without DTD, entities or external references; raises ConnectionFault where it is none."""
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise faults.garbled("it is no XML") from error
    return root


def _blocks(root: Element) -> tuple[Block, ...]:
    blocks: list[Block] = []
    loose: dict[str, Cell] = {}
    bare: list[Row] = []
    for child in root:
        tag = local(child)
        if tag == "GRP":
            blocks.append(Group(_name(child, "ID"), _read_row(child)))
        elif tag == "TAB":
            rows = tuple(_read_row(line) for line in child if local(line) == "LIN")
            blocks.append(Table(_name(child, "ID"), rows, dim=_whole(child.get("DIM"))))
        elif tag == "LIN":
            bare.append(_read_row(child))
        elif tag in ("FLD", "LST"):
            loose[_name(child, "NAME")] = _cell(child)
    if loose:
        blocks.insert(0, Group("", loose))
    if bare:
        blocks.append(Table("", tuple(bare)))
    return tuple(blocks)


def _read_row(parent: Element) -> dict[str, Cell]:
    return {_name(child, "NAME"): _cell(child) for child in parent if local(child) in ("FLD", "LST")}


def _cell(child: Element) -> Cell:
    if local(child) == "LST":
        return tuple(item.text or "" for item in child if local(item) == "ITM")
    return "".join(child.itertext())


def _name(child: Element, attribute: str) -> str:
    name = child.get(attribute) or child.get("NAM") or child.get("NAME") or ""
    if not name:
        raise faults.garbled(f"a {local(child)} has no name")
    return name


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0


def local(child: Element) -> str:
    """A tag without its namespace, whichever prefix the server chose."""
    tag = child.tag if isinstance(child.tag, str) else ""
    return tag.rpartition("}")[2]


_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)


def lenient_json(text: str) -> Any:
    """JSON as X3 writes and reads it: a comma before a closing bracket is forgiven."""
    strict = _STRING_OR_COMMA.sub(lambda found: found[0] if found[0] != "," else "", text)
    try:
        return json.loads(strict, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise faults.garbled("it is no JSON") from error


def from_json(data: Any) -> tuple[Block, ...]:
    """The blocks of the JSON twin: objects are groups, lists are tables; a bare list is a query's rows."""
    if isinstance(data, list):
        return (Table("", tuple(_json_row(row) for row in data)),)
    if not isinstance(data, dict):
        raise faults.garbled("it is no JSON object")
    if data and not any(isinstance(value, dict | list) for value in data.values()):
        return (Table("", (_json_row(data),)),)
    blocks: list[Block] = []
    for name, value in data.items():
        if isinstance(value, dict):
            blocks.append(Group(name, _json_row(value)))
        elif isinstance(value, list):
            blocks.append(Table(name, tuple(_json_row(row) for row in value)))
    return tuple(blocks)


def _json_row(row: Any) -> dict[str, Cell]:
    if not isinstance(row, dict):
        raise faults.garbled("a row of it is no JSON object")
    return {
        name: tuple(_word(item) for item in value) if isinstance(value, list) else _word(value)
        for name, value in row.items()
    }


def _word(value: Any) -> str:
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def to_json(blocks: Sequence[Block]) -> dict[str, Any]:
    """The JSON twin of blocks: groups as objects, tables as lists, lists as lists, every value text."""
    return {
        block.id: _twin(block.fields) if isinstance(block, Group) else [_twin(row) for row in block.rows]
        for block in blocks
    }


def _twin(row: Row) -> dict[str, Any]:
    return {name: cell if isinstance(cell, str) else list(cell) for name, cell in row.items()}


def rows(blocks: Sequence[Block]) -> Iterator[Row]:
    """Every row of every table, bare ones included."""
    for block in blocks:
        if isinstance(block, Table):
            yield from block.rows


def header(blocks: Sequence[Block]) -> dict[str, Cell]:
    """All group fields flattened; the first group that has a field wins."""
    flat: dict[str, Cell] = {}
    for block in blocks:
        if isinstance(block, Group):
            for name, cell in block.fields.items():
                flat.setdefault(name, cell)
    return flat
