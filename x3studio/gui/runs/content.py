"""What the payload view shows of a step: sent, answer, compare, rules; or why there is nothing to show."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from x3studio.domain.monitor import Exchange
from x3studio.gui.runs.compare import Comparison, by_rules, with_held
from x3studio.gui.runs.pretty import MOST_CHARACTERS, pretty
from x3studio.gui.runs.trace import read_trace, spoken

SENT, ANSWER, COMPARE, RULES = "sent", "answer", "compare", "rules"
_DOCUMENTS = ("mapped", "would create")


@dataclass(frozen=True, slots=True)
class Content:
    """`whole` is what copying takes. Without lines `nothing` says why."""

    title: str = ""
    lines: Sequence[str] = ()
    marks: Mapping[int, str] = field(default_factory=dict)
    whole: str = ""
    nothing: str = ""


def contents(step: Exchange, life: Sequence[Exchange], *, reference: str) -> dict[str, Content]:
    """The four views of one step; slow for large payloads, so call it off the window's thread."""
    past = [one for one in life if one.id <= step.id] or [step]
    mapped = next((one for one in reversed(past) if one.operation in _DOCUMENTS), None)
    return {
        SENT: _payload(step.sent, "Nothing was sent in this step."),
        ANSWER: _payload(step.answer, _no_answer(step)),
        COMPARE: _compared(step, past, mapped, reference),
        RULES: _rules(mapped),
    }


def _payload(text: str, nothing: str) -> Content:
    if not text:
        return Content(nothing=nothing)
    cut = (
        f"The first {MOST_CHARACTERS:,} characters; copying takes all" if len(text) > MOST_CHARACTERS else ""
    )
    return Content(cut, pretty(text), {}, text)


def _no_answer(step: Exchange) -> str:
    if step.operation == "create" and step.status == "unknown":
        return "No answer came, or none that says whether X3 wrote it."
    return "No answer is kept of this step."


def _compared(step: Exchange, past: Sequence[Exchange], mapped: Exchange | None, reference: str) -> Content:
    if step.operation in ("linked", "read back", "look up") and step.answer:
        shown = with_held(_sent(past, mapped), step.answer, reference=reference)
        if shown is not None:
            return _marked(shown)
        if step.operation == "read back":
            return Content(
                nothing="X3's answer does not hold this document in a form that can be laid beside it."
            )
    shown = by_rules(mapped.sent, read_trace(mapped.note)) if mapped is not None else None
    if shown is None:
        return Content(nothing="There is no document yet to compare with the order.")
    return _marked(shown)


def _sent(past: Sequence[Exchange], mapped: Exchange | None) -> str:
    """The document as it was sent, as JSON; where another dialect was spoken, as it was meant."""
    sent = next((one.sent for one in reversed(past) if one.operation == "create" and one.sent), "")
    if sent.startswith("{") or mapped is None:
        return sent
    raw = json.loads(mapped.sent)
    return json.dumps({**raw["header"], "lines": raw["lines"]}, ensure_ascii=False)


def _rules(mapped: Exchange | None) -> Content:
    lines = spoken(read_trace(mapped.note)) if mapped is not None else []
    if not lines:
        return Content(nothing="No rule has been applied to it yet.")
    return Content("Which rule made which field", lines, {}, "\n".join(lines))


def _marked(shown: Comparison) -> Content:
    whole = "\n".join(f"{shown.marks.get(place, ' ')} {line}" for place, line in enumerate(shown.lines))
    return Content(shown.title, shown.lines, dict(shown.marks), whole)
