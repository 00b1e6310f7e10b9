"""The trace of a translation, read back from the journal's words: which rules made which field."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

_FIELD = re.compile(
    r"(?:line (?P<line>\d+) )?(?P<field>[A-Z][A-Z0-9_]*) = (?P<value>.*?)(?: \(from (?P<source>.*)\))?"
)
_RULE = re.compile(r"    (?P<rule>[^:]+): (?P<words>.*?)(?: \[(?P<before>.*) -> (?P<after>.*)\])?")
EMPTY = "(empty)"


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One rule in a field's life; `before` and `after` are "" where it changed nothing."""

    rule: str
    words: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class TracedField:
    """One field of the document (`line` 0 in its header), where it came from and what was done to it."""

    name: str
    line: int
    value: str
    source: str
    steps: tuple[RuleStep, ...] = ()

    @property
    def first(self) -> str:
        """What the source said where the rules made something else of it, otherwise ""."""
        said = next((step.before for step in self.steps if step.before), "")
        foreign = self.source.startswith(("order.", "line."))
        return said if foreign and said not in (EMPTY, self.value) else ""


@dataclass(frozen=True, slots=True)
class Trace:
    """`notes` are facts for the whole document."""

    notes: tuple[str, ...]
    fields: tuple[TracedField, ...]


def read_trace(text: str) -> Trace:
    """The trace in the words of a "mapped" or "would create" step; empty where there is none."""
    notes: list[str] = []
    fields: list[TracedField] = []
    for line in text.splitlines():
        rule = _RULE.fullmatch(line)
        field = _FIELD.fullmatch(line)
        if rule and fields:
            step = RuleStep(rule["rule"], rule["words"], rule["before"] or "", rule["after"] or "")
            fields[-1] = replace(fields[-1], steps=(*fields[-1].steps, step))
        elif field:
            source = field["source"] or ""
            fields.append(TracedField(field["field"], int(field["line"] or 0), field["value"], source))
        elif line.strip():
            notes.append(line.strip())
    return Trace(tuple(notes), tuple(fields))


def mapped_words(trace: Trace) -> list[str]:
    """ "LT-GELB-6ER = LIN-TM-GE × 6" for every line whose item a mapping chose."""
    return [_pair(field, trace.fields) for field in trace.fields if field.name == "ITMREF" and field.first]


def spoken(trace: Trace) -> list[str]:
    """The trace as lines for a person, a blank line between header and lines."""
    return list(_spoken(trace))


def _spoken(trace: Trace) -> Iterator[str]:
    yield from trace.notes
    place = -1
    for field in trace.fields:
        if field.line != place:
            place = field.line
            yield ""
            yield f"Line {place}" if place else "Header"
        origin = f", from {field.source}" if field.source else ""
        yield f"  {field.name} = {field.value}{origin}"
        for step in field.steps:
            change = f"  {step.before} → {step.after}" if step.before else ""
            yield f"      {step.words}{change}"


def _pair(item: TracedField, fields: Sequence[TracedField]) -> str:
    quantity = next((one for one in fields if one.line == item.line and one.name == "QTY"), None)
    factor = _factor(quantity) if quantity is not None else None
    return f"{item.first} = {item.value}" + (f" × {factor:f}" if factor not in (None, 1) else "")


def _factor(quantity: TracedField) -> Decimal | None:
    try:
        return (Decimal(quantity.value) / Decimal(quantity.first or quantity.value)).normalize()
    except (InvalidOperation, ZeroDivisionError):
        return None
