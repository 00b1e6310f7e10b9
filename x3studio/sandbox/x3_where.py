"""The where expressions of Syracuse's REST: comparisons, left(), and, or, not, parentheses.

Literals: 'text' ('' is a quote), numbers, @2026-11-20@ and @2026-11-20T08:00:00Z@. Texts in ISO form compare
with date-times too.
"""

import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*'|\"[^\"]*\")|(?P<date>@[^@]*@)|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>\w+(?:\.\w+)*)|(?P<mark>[(),]))"
)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


class BadWhere(Exception):
    """The expression cannot be read."""


class UnknownProperty(Exception):
    """The expression names a property that the representation does not have."""


@dataclass(frozen=True, slots=True)
class Compare:
    """`property op literal`; `left` > 0 compares only that many characters."""

    name: str
    sign: str
    value: Any
    left: int = 0

    def holds(self, row: Row) -> bool:
        """Whether a row satisfies it; values of different kinds are never equal and never ordered."""
        found = row.get(self.name)
        if self.left:
            found = str(found)[: self.left]
        mine, other = _comparable(found, self.value)
        return type(mine) is type(other) and _COMPARE[self.sign](mine, other)

    def values(self, name: str) -> set[Any] | None:
        """The only values of `name` that can satisfy it, or None where any may."""
        fixed = self.name == name and self.sign == "eq" and not self.left
        return {self.value} if fixed else None

    def bounds(self, name: str) -> tuple[str, str]:
        """Between which texts `name` must lie, both included, "" where nothing is known."""
        if self.name != name or self.left or not isinstance(self.value, str):
            return "", ""
        return (
            self.value if self.sign in ("eq", "ge", "gt") else "",
            self.value if self.sign in ("eq", "le", "lt") else "",
        )


@dataclass(frozen=True, slots=True)
class Both:
    """`one and other`, or `one or other` with `either`."""

    one: "Condition"
    other: "Condition"
    either: bool = False

    def holds(self, row: Row) -> bool:
        """Whether a row satisfies it."""
        if self.either:
            return self.one.holds(row) or self.other.holds(row)
        return self.one.holds(row) and self.other.holds(row)

    def values(self, name: str) -> set[Any] | None:
        """The only values of `name` that can satisfy it, or None where any may."""
        mine, others = self.one.values(name), self.other.values(name)
        if self.either:
            return None if mine is None or others is None else mine | others
        return mine if others is None else others

    def bounds(self, name: str) -> tuple[str, str]:
        """Between which texts `name` must lie, both included, "" where nothing is known."""
        if self.either:
            return "", ""
        (low, high), (other_low, other_high) = self.one.bounds(name), self.other.bounds(name)
        return max(low, other_low), min(filter(None, (high, other_high)), default="")


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    one: "Condition"

    def holds(self, row: Row) -> bool:
        """Whether a row satisfies it."""
        return not self.one.holds(row)

    def values(self, name: str) -> set[Any] | None:
        """Nothing is known about the contrary."""
        del name
        return None

    def bounds(self, name: str) -> tuple[str, str]:
        """Nothing is known about the contrary."""
        del name
        return "", ""


Condition = Compare | Both | Not


def _comparable(found: Any, wanted: Any) -> tuple[Any, Any]:
    if isinstance(found, int | float) and not isinstance(found, bool):
        return Decimal(str(found)), wanted if isinstance(wanted, Decimal) else None
    if isinstance(found, str) and isinstance(wanted, str) and "T" in wanted + found:
        moments = _moment(found), _moment(wanted)
        if None not in moments:
            return moments
    return found, wanted


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parse_where(text: str, *, known: Collection[str]) -> Condition:
    """The condition; BadWhere where it cannot be read, UnknownProperty where it names none of `known`."""
    reader = _Reader(_tokens(text), known)
    condition = reader.either()
    if reader.peek() is not None:
        raise BadWhere(text)
    return condition


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, place = [], 0
    stripped = text.rstrip()
    while place < len(stripped):
        found = _TOKEN.match(stripped, place)
        if found is None or found.lastgroup is None:
            raise BadWhere(text)
        tokens.append((found.lastgroup, found[found.lastgroup]))
        place = found.end()
    return tokens


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]], known: Collection[str]) -> None:
        self._tokens = tokens
        self._known = known
        self._place = 0

    def peek(self) -> str | None:
        return self._tokens[self._place][1] if self._place < len(self._tokens) else None

    def _next(self, *kinds: str) -> tuple[str, str]:
        if self._place >= len(self._tokens) or (kinds and self._tokens[self._place][0] not in kinds):
            raise BadWhere("unexpected end or word")
        self._place += 1
        return self._tokens[self._place - 1]

    def _take(self, word: str) -> bool:
        if (self.peek() or "").lower() == word:
            self._place += 1
            return True
        return False

    def _need(self, word: str) -> None:
        if not self._take(word):
            raise BadWhere(f"{word} expected")

    def either(self) -> Condition:
        condition = self._both()
        while self._take("or"):
            condition = Both(condition, self._both(), either=True)
        return condition

    def _both(self) -> Condition:
        condition = self._single()
        while self._take("and"):
            condition = Both(condition, self._single())
        return condition

    def _single(self) -> Condition:
        if self._take("not"):
            return Not(self._single())
        if self._take("("):
            condition = self.either()
            self._need(")")
            return condition
        left = 0
        _, name = self._next("word")
        if name == "left" and self._take("("):
            _, name = self._next("word")
            self._need(",")
            left = int(self._next("number")[1])
            self._need(")")
        if name not in self._known:
            raise UnknownProperty(name)
        _, sign = self._next("word")
        if sign not in _COMPARE:
            raise BadWhere(f"{sign} is no comparison")
        return Compare(name, sign, self._literal(), left)

    def _literal(self) -> Any:
        kind, text = self._next("text", "date", "number")
        if kind == "number":
            return Decimal(text)
        return text[1:-1].replace("''", "'") if text[0] == "'" else text[1:-1]
