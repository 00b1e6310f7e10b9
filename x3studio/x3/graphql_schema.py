"""What this release's GraphQL schema calls X3's columns: found by introspection, never assumed.

X3 names its column in a field's description, as in "Customer category (BCGCOD)" (Sage's published samples).
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from x3studio.domain.errors import ConnectionFault, SettingFault
from x3studio.x3 import faults, masters

ROOTS = ("x3MasterData", "xtremX3MasterData")
"""Since 2023 R2, and before."""
_COLUMN = re.compile(r"\(([A-Z][A-Z0-9]{1,11})\)\s*\Z")
_MENUS: Mapping[str, str] = {
    "active": "1",
    "inDevelopment": "2",
    "onShortage": "3",
    "notRenewed": "4",
    "obsolete": "5",
    "notUsable": "6",
    "True": "2",
    "False": "1",
    "notManaged": "1",
    "managed": "2",
    "optionalLot": "2",
    "mandatoryLot": "3",
    "lotAndSublot": "4",
    "hold": "3",
}
"""Names of a menu's choices, and their numbers; published are those of statuses, the rest is assumed."""
_MENU_COLUMNS = frozenset({"ITMSTA", "BPCSTA", "LOTMGTCOD", "SERMGTCOD", "EXYMGTCOD", "OSTCTL", "BPAADDFLG"})
_NAMED = "name kind ofType{name kind ofType{name kind ofType{name kind}}}"
Ask = Callable[[str, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
"""Sends a query with its variables and returns the data."""


@dataclass(frozen=True, slots=True)
class Node:
    """A readable node of this release: its type, and field name and X3 column of what is asked for."""

    root: str
    name: str
    type: str
    columns: Mapping[str, str]
    objects: frozenset[str]
    """Fields that are references: their `_id` is the code."""

    @property
    def selection(self) -> str:
        """What to ask of each node."""
        return " ".join(f"{name}{{_id}}" if name in self.objects else name for name in self.columns)

    def field_of(self, column: str) -> str:
        """The name of a column's field, "" where this release has none."""
        return next((name for name, known in self.columns.items() if known == column), "")

    def fields(self, row: Mapping[str, Any]) -> dict[str, str]:
        """A node's values under X3's own names."""
        shown = {}
        for name, column in self.columns.items():
            value = row.get(name)
            plain = masters.text(value.get("_id") if isinstance(value, dict) else value)
            shown[column] = _MENUS.get(plain, plain) if column in _MENU_COLUMNS else plain
        return shown


class MissingNode(ConnectionFault):
    """The schema of this release has no such node."""


async def introspect(ask: Ask, name: str, wanted: Mapping[str, str]) -> Node:
    """Where this release keeps a node (product, customer) and how it calls its fields.

    `wanted` maps usual field names to X3's columns. Raises MissingNode where the schema lacks the node.
    """
    root = await root_name(ask)
    step = (await _type(ask, "Query"))[root]
    fields: dict[str, Mapping[str, Any]] = {}
    for hop in (name, "query", "edges", "node"):
        fields = await _type(ask, _named(step))
        if hop not in fields:
            raise MissingNode(f"X3's schema has no {name}.", advice="Choose another dialect to read it.")
        step = fields[hop]
    fields = await _type(ask, _named(step))
    by_column = {
        found[1]: field
        for field, row in fields.items()
        if (found := _COLUMN.search(masters.text(row.get("description"))))
    }
    columns = {
        field: column
        for usual, column in wanted.items()
        if (field := usual if usual in fields else by_column.get(column, ""))
    }
    objects = frozenset(field for field in columns if _kind(fields[field]) == "OBJECT")
    return Node(root=root, name=name, type=_named(step), columns=columns, objects=objects)


async def root_name(ask: Ask) -> str:
    """The name under which this release keeps its master data."""
    known = await _type(ask, "Query")
    root = next((root for root in ROOTS if root in known), "")
    if not root:
        raise SettingFault(
            "X3 Services here offer no master data.",
            field="dialect",
            advice="Choose another dialect, or ask for the node rights of this user.",
            said=", ".join(sorted(known)[:20]),
        )
    return root


async def _type(ask: Ask, name: str) -> dict[str, Mapping[str, Any]]:
    query = f"query($name: String!){{__type(name: $name){{fields{{name description type{{{_NAMED}}}}}}}}}"
    data = await ask(query, {"name": name})
    found = data.get("__type")
    rows = found.get("fields") if isinstance(found, dict) else None
    if not isinstance(rows, list):
        raise faults.garbled(f"its schema has no type {name}")
    return {masters.text(row.get("name")): row for row in rows if isinstance(row, dict)}


def _innermost(row: Mapping[str, Any]) -> Mapping[str, Any]:
    found = row.get("type")
    while isinstance(found, dict) and isinstance(found.get("ofType"), dict):
        found = found["ofType"]
    return found if isinstance(found, dict) else {}


def _named(row: Mapping[str, Any]) -> str:
    return masters.text(_innermost(row).get("name"))


def _kind(row: Mapping[str, Any]) -> str:
    return masters.text(_innermost(row).get("kind"))
