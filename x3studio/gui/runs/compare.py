"""Two versions of a document as one marked text: Amazon's and the rules', sent and held."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from x3studio.gui.runs.trace import Trace
from x3studio.gui.states import counted
from x3studio.sync.readback import same

_INDENT = "  "
_BRACES = 50


@dataclass(slots=True)
class Comparison:
    """`marks` tells by line number which lines are of the one ("-") and of the other ("+") version."""

    title: str = ""
    lines: list[str] = field(default_factory=list)
    marks: dict[int, str] = field(default_factory=dict)

    @property
    def differences(self) -> int:
        """How many fields differ."""
        return sum(mark == "+" for mark in self.marks.values())

    def add(self, text: str, *, mark: str = "") -> None:
        """One more line."""
        if mark:
            self.marks[len(self.lines)] = mark
        self.lines.append(text)


def by_rules(document: str, trace: Trace) -> Comparison | None:
    """The document after the rules, with what Amazon said where that was something else; None without one."""
    raw = _parsed(document)
    if raw is None or "header" not in raw:
        return None
    lines = [dict(line) for line in raw.get("lines", ())]
    said: dict[str, Any] = {}
    said_lines: list[dict[str, Any]] = [{} for _ in lines]
    for traced in trace.fields:
        if traced.first and traced.line <= len(lines):
            (said_lines[traced.line - 1] if traced.line else said)[traced.name] = traced.first
    shown = Comparison()
    _render({**raw["header"], "lines": lines}, {**said, "lines": said_lines}, shown, other_first=True)
    shown.title = f"{counted(shown.differences, 'field')} changed by the rules"
    return shown


def with_held(sent: str, answer: str, *, reference: str) -> Comparison | None:
    """What was sent beside what X3 showed afterwards; None where either is not JSON or not in the answer."""
    document, held = _parsed(sent), held_document(answer, reference)
    if document is None or held is None:
        return None
    shown = Comparison()
    _render(document, held, shown, other_first=False)
    more = len(set(held) - set(document))
    filled = f", {more:,} filled in by X3" if more else ""
    shown.title = f"{_differ(shown)} from what was sent{filled}"
    return shown


def held_document(answer: str, reference: str) -> Mapping[str, Any] | None:
    """The document with this reference in an answer of X3, however deep it lies."""
    try:
        return _holding(json.loads(answer), reference)
    except ValueError:
        return _salvaged(answer, reference)


def _salvaged(answer: str, reference: str) -> Mapping[str, Any] | None:
    """The same from an answer of which only the beginning was kept."""
    end, decoder = answer.find(reference), json.JSONDecoder()
    for _ in range(_BRACES):
        end = answer.rfind("{", 0, max(end, 0))
        if end < 0:
            return None
        try:
            found, _place = decoder.raw_decode(answer, end)
        except ValueError:
            continue
        if (held := _holding(found, reference)) is not None:
            return held
    return None


def _holding(value: Any, reference: str) -> Mapping[str, Any] | None:
    if isinstance(value, dict):
        if reference in [inner for inner in value.values() if isinstance(inner, str)]:
            return value
        value = list(value.values())
    if isinstance(value, list):
        return next((found for inner in value if (found := _holding(inner, reference)) is not None), None)
    return None


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        raw = json.loads(text)
    except ValueError:
        return None
    return raw if isinstance(raw, dict) else None


def _differ(shown: Comparison) -> str:
    number = shown.differences
    return (
        f"{counted(number, 'field')} {'differs' if number == 1 else 'differ'}"
        if number
        else "No field differs"
    )


def _render(
    value: Any,
    other: Any,
    into: Comparison,
    *,
    other_first: bool,
    depth: int = 0,
    lead: str = "",
    tail: str = "",
) -> None:
    """One value of the document; `other` is its counterpart, None where that has none."""
    indent = _INDENT * depth
    if isinstance(value, dict | list):
        keyed = isinstance(value, dict)
        into.add(f"{indent}{lead}{'{' if keyed else '['}")
        entries = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
        for place, (key, inner) in enumerate(entries):
            _render(
                inner,
                _counterpart(other, key),
                into,
                other_first=other_first,
                depth=depth + 1,
                lead=f"{json.dumps(key, ensure_ascii=False)}: " if keyed else "",
                tail="," if place < len(entries) - 1 else "",
            )
        into.add(f"{indent}{'}' if keyed else ']'}{tail}")
        return
    ours = f"{indent}{lead}{json.dumps(value, ensure_ascii=False)}{tail}"
    if other is None or isinstance(other, dict | list) or same(str(value), str(other)):
        into.add(ours)
        return
    theirs = f"{indent}{lead}{json.dumps(other, ensure_ascii=False)}{tail}"
    first, second = (theirs, ours) if other_first else (ours, theirs)
    into.add(first, mark="-")
    into.add(second, mark="+")


def _counterpart(other: Any, key: Any) -> Any:
    if isinstance(other, dict):
        return other.get(key)
    if isinstance(other, list) and isinstance(key, int):
        return other[key] if key < len(other) else None
    return None
