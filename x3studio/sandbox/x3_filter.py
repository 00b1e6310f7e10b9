"""The filter strings of X3's GraphQL: objects in JavaScript's spelling, such as {code: {_gt: 'A'}}."""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

Filter = dict[str, Any]
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>[A-Za-z_]\w*)|(?P<mark>[{}\[\]:,]))"
)
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
_DEEPEST = 20


class BadFilter(ValueError):
    """The filter cannot be read."""


def parse_filter(text: str) -> Filter:
    """The filter as nested dictionaries; BadFilter where it cannot be read."""
    tokens: list[tuple[str, str]] = []
    place = 0
    stripped = text.strip()
    while place < len(stripped):
        found = _TOKEN.match(stripped, place)
        if found is None or found.lastgroup is None:
            raise BadFilter(text)
        tokens.append((found.lastgroup, found[found.lastgroup]))
        place = found.end()
    value, rest = _value(tokens, 0, 0)
    if rest != len(tokens) or not isinstance(value, dict):
        raise BadFilter(text)
    return value


def _value(tokens: list[tuple[str, str]], place: int, depth: int) -> tuple[Any, int]:
    if place >= len(tokens) or depth > _DEEPEST:
        raise BadFilter("unexpected end")
    kind, text = tokens[place]
    if kind == "text":
        return re.sub(r"\\(.)", r"\1", text[1:-1]), place + 1
    if kind == "number":
        return (float(text) if "." in text else int(text)), place + 1
    if kind == "word" and text in _WORDS:
        return _WORDS[text], place + 1
    if text == "{":
        return _members(tokens, place + 1, depth + 1)
    if text == "[":
        return _entries(tokens, place + 1, depth + 1)
    raise BadFilter(text)


def _members(tokens: list[tuple[str, str]], place: int, depth: int) -> tuple[Filter, int]:
    members: Filter = {}
    while place + 1 < len(tokens) and tokens[place][1] != "}":
        kind, name = tokens[place]
        if kind not in ("word", "text") or tokens[place + 1][1] != ":":
            raise BadFilter(name)
        value, place = _value(tokens, place + 2, depth)
        members[name.strip("'\"")] = value
        place = _comma(tokens, place, "}")
    return members, _closed(tokens, place, "}")


def _entries(tokens: list[tuple[str, str]], place: int, depth: int) -> tuple[list[Any], int]:
    entries = []
    while place < len(tokens) and tokens[place][1] != "]":
        value, place = _value(tokens, place, depth)
        entries.append(value)
        place = _comma(tokens, place, "]")
    return entries, _closed(tokens, place, "]")


def _closed(tokens: list[tuple[str, str]], place: int, end: str) -> int:
    if place >= len(tokens) or tokens[place][1] != end:
        raise BadFilter(f"{end} expected")
    return place + 1


def _comma(tokens: list[tuple[str, str]], place: int, end: str) -> int:
    if place < len(tokens) and tokens[place][1] == ",":
        return place + 1
    if place < len(tokens) and tokens[place][1] == end:
        return place
    raise BadFilter("comma expected")


def fits(node: Mapping[str, Any], condition: Mapping[str, Any]) -> bool:
    """Whether a node satisfies a filter; BadFilter where it names a field or an operator that is unknown."""
    for name, wanted in condition.items():
        if name == "_and":
            holds = all(fits(node, part) for part in wanted)
        elif name == "_or":
            holds = any(fits(node, part) for part in wanted)
        elif name not in node:
            raise BadFilter(f"unknown field {name}")
        else:
            holds = _field(node[name], wanted)
        if not holds:
            return False
    return True


def _field(found: Any, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return bool(found == wanted)
    if isinstance(found, dict):
        return fits(found, wanted)
    return all(_operate(found, sign, value) for sign, value in wanted.items())


def _operate(found: Any, sign: str, value: Any) -> bool:
    if sign == "_regex":
        return re.search(str(value), str(found)) is not None
    if sign in ("_in", "_nin"):
        return (found in value) is (sign == "_in")
    compare = _COMPARE.get(sign)
    if compare is None:
        raise BadFilter(f"unknown operator {sign}")
    if sign in ("_eq", "_ne"):
        return compare(found, value)
    return type(found) is type(value) and compare(found, value)


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "_eq": operator.eq,
    "_ne": operator.ne,
    "_gt": operator.gt,
    "_gte": operator.ge,
    "_lt": operator.lt,
    "_lte": operator.le,
}
