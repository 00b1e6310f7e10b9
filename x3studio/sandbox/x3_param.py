"""PARAM and RESULT: how SOAP carries an X3 object, as XML or as its JSON twin."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from x3studio.sandbox.documents import StoredDocument
from x3studio.sandbox.x3_masters import Fields
from x3studio.sandbox.x3_objects import FieldSpec, ObjectSpec
from x3studio.sandbox.x3_rules import Finding
from x3studio.sandbox.x3_words import say

Row = dict[str, str]
Blocks = dict[str, Row | list[Row]]
"""Fields or rows by block id; fields directly under PARAM are in the block ""."""

_TYPES = {"text": "Char", "integer": "Integer", "menu": "Integer", "decimal": "Decimal", "date": "Date"}
_TRAILING_COMMA = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])')


class Unreadable(Exception):
    """The parameter is neither PARAM XML nor its JSON twin."""


def read_param(text: str) -> Blocks:
    """Blocks of a parameter in XML (NAME or NAM) or in JSON, trailing commas forgiven; else Unreadable."""
    stripped = text.lstrip("\ufeff \t\r\n")
    return _from_xml(stripped) if stripped.startswith("<") else _from_json(stripped)


def _from_xml(text: str) -> Blocks:
    try:
        root = fromstring(text.encode(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError) as fault:
        raise Unreadable("XML") from fault
    blocks: Blocks = {}
    for block in root:
        if block.tag == "GRP":
            blocks[block.get("ID", "")] = _row(block)
        elif block.tag == "TAB":
            blocks[block.get("ID", "")] = [_row(line) for line in block if line.tag == "LIN"]
    loose = _row(root)
    if loose:
        blocks[""] = loose
    return blocks


def _row(parent: Element) -> Row:
    """The fields right below; of an LST its first value, which is all this X3 keeps."""
    row: Row = {}
    for child in parent:
        name = child.get("NAME") or child.get("NAM") or ""
        if child.tag == "FLD":
            row[name] = (child.text or "").strip()
        elif child.tag == "LST":
            row[name] = next(((item.text or "").strip() for item in child), "")
    return row


def _from_json(text: str) -> Blocks:
    try:
        raw = json.loads(_TRAILING_COMMA.sub(lambda found: found.group(1) or "", text))
    except ValueError as fault:
        raise Unreadable("JSON") from fault
    if not isinstance(raw, dict):
        raise Unreadable("JSON")
    blocks: Blocks = {}
    loose = {}
    for key, value in raw.items():
        if isinstance(value, dict):
            blocks[key] = _json_row(value)
        elif isinstance(value, list) and all(isinstance(row, dict) for row in value):
            blocks[key] = [_json_row(row) for row in value]
        else:
            loose[key] = value
    if loose:
        blocks[""] = _json_row(loose)
    return blocks


def _json_row(raw: Mapping[str, Any]) -> Row:
    row = {}
    for name, value in raw.items():
        first = (value[0] if value else "") if isinstance(value, list) else value
        row[name] = "" if first is None else str(first).strip()
    return row


def group_of(field: FieldSpec, groups: Mapping[str, str]) -> str:
    """The block of a field at this site."""
    return groups.get(field.group, field.group)


def unfold(
    spec: ObjectSpec, blocks: Blocks, *, groups: Mapping[str, str], language: str
) -> tuple[Row, list[Row], list[Finding]]:
    """Header, lines and what does not fit: a field in a block where this site did not publish it."""
    header: Row = {}
    lines: list[Row] = []
    findings: list[Finding] = []
    table = groups.get(spec.lines_group, spec.lines_group)
    for block, content in blocks.items():
        if isinstance(content, list):
            if block != table:
                findings.append(Finding(say("unknown field", language, value=block)))
                continue
            lines = [_dated(spec.line_fields, row) for row in content]
            continue
        for name in content:
            field = spec.fields.get(name) or spec.fields.get(name.removeprefix("Z"))
            if field is None or block not in ("", group_of(field, groups)):
                findings.append(Finding(say("unknown field", language, value=name), name))
        header |= _dated(spec.fields, content)
    return header, lines, findings


def _dated(fields: Mapping[str, FieldSpec], row: Row) -> Row:
    """The row with dates as ISO; SOAP writes YYYYMMDD, and any other form stays wrong."""
    dated = dict(row)
    for name, value in row.items():
        field = fields.get(name)
        if field is not None and field.type == "date" and value:
            whole = len(value) == 8 and value.isdigit()
            dated[name] = f"{value[:4]}-{value[4:6]}-{value[6:]}" if whole else f"?{value}"
    return dated


def fold(
    spec: ObjectSpec, document: StoredDocument, *, groups: Mapping[str, str], user: str
) -> dict[str, Any]:
    """A stored document as blocks, with the ADXTEC block that says who changed it last."""
    blocks: dict[str, Any] = {}
    first = group_of(next(iter(spec.fields.values())), groups)
    for name, value in document.header.items():
        field = spec.fields.get(name)
        block = group_of(field, groups) if field else first
        blocks.setdefault(block, {})[name] = undated(field, value)
    table = groups.get(spec.lines_group, spec.lines_group)
    blocks[table] = [
        {name: undated(spec.line_fields.get(name), value) for name, value in line.items()}
        for line in document.lines
    ]
    blocks["ADXTEC"] = {"WW_MODSTAMP": document.modified.strftime("%Y%m%d%H%M%S"), "WW_MODUSER": user}
    return blocks


def undated(field: FieldSpec | None, value: str) -> str:
    """A value as SOAP writes it."""
    return value.replace("-", "") if field is not None and field.type == "date" else value


def result_xml(spec: ObjectSpec, blocks: Mapping[str, Any]) -> str:
    """RESULT with GRP and TAB blocks."""
    root = Element("RESULT")
    for block, content in blocks.items():
        if isinstance(content, list):
            table = SubElement(root, "TAB", ID=block, DIM=str(spec.most_lines), SIZE=str(len(content)))
            for number, row in enumerate(content, 1):
                _fields(SubElement(table, "LIN", NUM=str(number)), row, spec.line_fields)
        else:
            _fields(SubElement(root, "GRP", ID=block), content, spec.fields)
    return tostring(root, encoding="unicode")


def rows_xml(spec: ObjectSpec, rows: Iterable[Fields]) -> str:
    """RESULT of a query: bare LIN rows."""
    root = Element("RESULT")
    for number, row in enumerate(rows, 1):
        _fields(SubElement(root, "LIN", NUM=str(number)), row, spec.fields)
    return tostring(root, encoding="unicode")


def _fields(parent: Element, row: Mapping[str, str | int], specs: Mapping[str, FieldSpec]) -> None:
    for name, value in row.items():
        spec = specs.get(name)
        SubElement(parent, "FLD", NAME=name, TYPE=_TYPES[spec.type] if spec else "Char").text = str(value)


def description_xml(spec: ObjectSpec, *, groups: Mapping[str, str]) -> str:
    """What getDescription says: blocks with their fields, types (TYP), lengths (LEN) and duties (OBL).

    The form is a guess made once for the sandbox: no public answer of this operation is known.
    """
    root = Element("RESULT")
    by_group: dict[str, list[FieldSpec]] = {}
    for field in spec.fields.values():
        by_group.setdefault(group_of(field, groups), []).append(field)
    for block, fields in by_group.items():
        _described(SubElement(root, "GRP", NAM=block, DIM="1"), fields)
    table = groups.get(spec.lines_group, spec.lines_group)
    _described(SubElement(root, "TAB", NAM=table, DIM=str(spec.most_lines)), list(spec.line_fields.values()))
    return tostring(root, encoding="unicode")


def _described(parent: Element, fields: Iterable[FieldSpec]) -> None:
    for field in fields:
        SubElement(
            parent,
            "FLD",
            NAM=field.name,
            TYP=_TYPES[field.type],
            LEN=str(field.length),
            OBL="2" if field.mandatory else "1",
            MEN="1" if field.type == "menu" else "0",
            C_ENG=field.title,
        )
