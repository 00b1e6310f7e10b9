"""What a translation leaves behind: the document, and for every field each step that led to its value."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from x3studio.domain.documents import REDACTED, Document, is_personal
from x3studio.rules.paths import personal


class TraceStep(NamedTuple):
    """One step of one field. `line` is the 1-based line of the document, 0 in its header.

    `rule` is a transform's name or what the program itself did (taken, mapping, price ...), `ref` the
    place in the rule set document. A tuple, because a translation makes dozens of them.
    """

    field: str
    line: int
    source: str
    before: str
    rule: str
    words: str
    after: str
    ref: str


class Origin(NamedTuple):
    """How a computed value came about: what it was computed from, and why it is what it is."""

    source: str
    before: str
    rule: str
    words: str


Origins = Mapping[str, Origin]


@dataclass(frozen=True, slots=True)
class Translation:
    """An X3 document and its trace. `total` is what its lines add up to in `currency`.

    `as_of` is the revision of the mappings it was made with; `notes` are facts for the whole document.
    """

    document: Document
    trace: tuple[TraceStep, ...]
    total: Decimal
    currency: str
    notes: tuple[str, ...] = ()
    as_of: int = 0

    def of(self, field: str, *, line: int = 0) -> tuple[TraceStep, ...]:
        """The steps of one field."""
        return tuple(step for step in self.trace if step.field == field and step.line == line)


@dataclass(frozen=True, slots=True)
class NotDue:
    """Nothing to write yet; the record is looked at again when it changes."""

    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to write, and never will be as things stand."""

    reference: str
    reason: str


Outcome = Translation | NotDue | Ignored

_IDENTIFYING = frozenset({"order.vat_number"})
"""Sources that name a business buyer; what is made of them, a customer code, does not."""


def explain(outcome: Outcome) -> list[str]:
    """The outcome in plain words, one line per field, for people who read a dry run.

    A buyer's data is left out: the words are journalled.
    """
    if isinstance(outcome, NotDue):
        return [f"{outcome.reference} waits: {outcome.reason}"]
    if isinstance(outcome, Ignored):
        return [f"{outcome.reference} is left out: {outcome.reason}"]
    document = outcome.document
    told = [
        f"{document.reference} becomes a document {document.kind} over {outcome.total} {outcome.currency}."
    ]
    told += outcome.notes
    place = ""
    for step in outcome.trace:
        here = f"line {step.line} {step.field}" if step.line else step.field
        if here != place:
            origin = f" (from {step.source})" if step.source else ""
            shown = REDACTED if _is_private(step) else _last(outcome, step)
            told.append(f"{here} = {shown}{origin}")
            place = here
        told.append(f"    {step.rule}: {step.words}{_change(step)}")
    return told


def _last(outcome: Translation, step: TraceStep) -> str:
    document = outcome.document
    fields = document.lines[step.line - 1] if step.line else document.header
    return fields.get(step.field) or "(empty)"


def _is_private(step: TraceStep) -> bool:
    return is_personal(step.field) or bool(personal(step.source))


def _change(step: TraceStep) -> str:
    if _is_private(step) or step.source in _IDENTIFYING:
        return ""
    return "" if step.before == step.after else f" [{step.before or '(empty)'} -> {step.after or '(empty)'}]"
