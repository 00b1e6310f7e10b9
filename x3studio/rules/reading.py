"""Reads a JSON document strictly, so that a slip is reported with the exact place where it was made."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from x3studio.domain.errors import SettingFault

COMMENT = "why"
"""The key that any part of a document may carry for its readers."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise SettingFault(
                f'"{key}" is given twice in the same place.', field=key, advice="Remove one of the two."
            )
        found[key] = value
    return found


def read_json(text: str, *, what: str) -> "Node":
    """The document's root; raises SettingFault for anything that is not one JSON object."""
    try:
        raw = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as fault:
        raise SettingFault(
            f"{what} is not valid JSON: {fault.msg} in line {fault.lineno}, column {fault.colno}.",
            field=f"line {fault.lineno}",
            advice="Correct that line; JSON wants double quotes and no comma after the last entry.",
        ) from fault
    return Node(raw, "").object(what)


class Node:
    """One value of the document together with its path, such as `header[3].rules[0].length`."""

    __slots__ = ("_seen", "path", "raw")

    def __init__(self, raw: Any, path: str) -> None:
        self.raw = raw
        self.path = path
        self._seen = {COMMENT}

    def fault(self, title: str, *, advice: str = "") -> NoReturn:
        """Raises a SettingFault that names this place."""
        place = self.path or "the document"
        raise SettingFault(f"{place}: {title}", field=self.path, advice=advice)

    def object(self, what: str = "") -> "Node":
        """This node, which must be an object."""
        if not isinstance(self.raw, Mapping):
            self.fault(f"{what or 'this'} must be an object in braces.")
        return self

    def has(self, key: str) -> bool:
        """Whether the key is given; asking marks it as known."""
        self._seen.add(key)
        return key in self.object().raw

    def at(self, key: str) -> "Node":
        """The value under a key that must be there."""
        if not self.has(key):
            self.fault(f'"{key}" is missing.', advice=f'Add "{key}" there.')
        return Node(self.raw[key], f"{self.path}.{key}" if self.path else key)

    def items(self) -> "Iterator[Node]":
        """The values of a list."""
        if not isinstance(self.raw, list):
            self.fault("this must be a list in brackets.")
        for index, value in enumerate(self.raw):
            yield Node(value, f"{self.path}[{index}]")

    def entries(self) -> "Iterator[tuple[str, Node]]":
        """Keys and values of an object, comments left out."""
        for key in self.object().raw:
            if key != COMMENT:
                yield key, self.at(key)

    def text(self, key: str, default: str | None = None) -> str:
        """The text under a key; without a default the key must be there and not be empty."""
        if default is not None and not self.has(key):
            return default
        node = self.at(key)
        value = node.plain()
        if not value and default is None:
            node.fault("this must not be empty.")
        return value

    def plain(self) -> str:
        """This value, which must be text."""
        if not isinstance(self.raw, str):
            self.fault("this must be text in double quotes.")
        return self.raw

    def whole(self, key: str, default: int) -> int:
        """The whole number, zero or more, under a key."""
        if not self.has(key):
            return default
        node = self.at(key)
        if not isinstance(node.raw, int) or isinstance(node.raw, bool) or node.raw < 0:
            node.fault("this must be a whole number, zero or more.")
        return int(node.raw)

    def flag(self, key: str, *, default: bool) -> bool:
        """true or false under a key."""
        if not self.has(key):
            return default
        node = self.at(key)
        if not isinstance(node.raw, bool):
            node.fault("this must be true or false.")
        return bool(node.raw)

    def choice(self, key: str, options: tuple[str, ...], default: str | None = None) -> str:
        """One of the given words."""
        value = self.text(key, default)
        if value not in options:
            self.at(key).fault(
                f'"{value}" is not possible here.', advice=f"Choose one of {', '.join(options)}."
            )
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts under a key."""
        node = self.at(key)
        return (node.plain(),) if isinstance(node.raw, str) else tuple(part.plain() for part in node.items())

    def table(self, key: str) -> dict[str, str]:
        """A flat table of texts under a key; empty where the key is not given."""
        return {name: node.plain() for name, node in self.at(key).entries()} if self.has(key) else {}

    def finish(self) -> None:
        """Refuses keys that nobody asked for: they are most likely misspelt."""
        unknown = [key for key in self.raw if key not in self._seen]
        if unknown:
            known = ", ".join(sorted(self._seen))
            place = f"{self.path}.{unknown[0]}" if self.path else unknown[0]
            raise SettingFault(
                f"{place}: nothing is known by this name.", field=place, advice=f"Known here: {known}."
            )
