"""The life of a record: exchanges as the steps of a timeline, tries counted, look-ups folded in."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from x3studio.amazon import order_from_json
from x3studio.domain.documents import NUMBER_FIELD
from x3studio.domain.errors import StudioError
from x3studio.domain.monitor import Exchange
from x3studio.domain.orders import Order
from x3studio.domain.outbox import OutboxRecord, Stage
from x3studio.gui.runs.trace import mapped_words, read_trace
from x3studio.gui.runs.words import span
from x3studio.gui.states import State, counted
from x3studio.gui.theme import Tone
from x3studio.gui.widgets.timeline import Step

_DONE = State("check", "done", Tone.OK)
_FOUND = State("search", "done", Tone.OK)
_AGAIN = State("refresh-cw", "tried again", Tone.WARN)
_BAD = State("x", "failed", Tone.BAD)
_NOW = State("loader-circle", "under way", Tone.LIVE)
_NOTED = State("minus", "noted", Tone.IDLE)
_LENT = ("found", "asked")
_LONG_PAUSE = timedelta(seconds=5)
_MOST_LINES = 3
_NUMBERS = frozenset(NUMBER_FIELD.values())


@dataclass(frozen=True, slots=True)
class LifeStep:
    """One step, the exchange behind it (None where it is still to come) and what is best shown of it.

    `shows` is sent, answer, compare or rules.
    """

    step: Step
    exchange: Exchange | None = None
    at: datetime | None = None
    shows: str = "sent"


def life(exchanges: Sequence[Exchange], record: OutboxRecord | None) -> list[LifeStep]:
    """The steps, oldest first; the last one may be what happens next."""
    steps = [step for step in _steps(_folded(exchanges)) if step]
    coming = _coming(record) if record is not None else None
    return _timed(steps) + ([coming] if coming else [])


def order_of(exchanges: Sequence[Exchange]) -> Order | None:
    """The order as it was captured, without personal data; None where that is gone."""
    source = next((one.answer for one in exchanges if one.operation == "captured"), "")
    if not source:
        return None
    try:
        return order_from_json(source)
    except StudioError:
        return None


def arrived(exchanges: Sequence[Exchange]) -> datetime | None:
    """When X3 was first known to hold the document."""
    proofs = (("create", "taken"), ("linked", "found"), ("read back", "confirmed"))
    return next((one.at for one in exchanges if (one.operation, one.status) in proofs), None)


def _folded(exchanges: Sequence[Exchange]) -> Iterator[Exchange]:
    """A look-up whose result the next step tells lends that step its payloads."""
    held: Exchange | None = None
    for exchange in exchanges:
        if held is not None:
            if exchange.operation in ("linked", "read back") and held.status in _LENT:
                exchange = replace(exchange, sent=held.sent, answer=held.answer, duration_ms=held.duration_ms)
            else:
                yield held
            held = None
        if exchange.operation == "look up":
            held = exchange
        else:
            yield exchange
    if held is not None:
        yield held


def _steps(exchanges: Iterator[Exchange]) -> Iterator[LifeStep]:
    tries = 0
    for exchange in exchanges:
        if exchange.operation == "create":
            tries += 1
            yield from _sending(exchange, tries)
        else:
            yield _plain(exchange)


def _plain(exchange: Exchange) -> LifeStep:
    note = tuple(exchange.note.splitlines()[:_MOST_LINES])
    match exchange.operation, exchange.status:
        case "captured", _:
            return _made(exchange, _DONE, "Captured", _order_words(exchange) + note, shows="answer")
        case (("mapped" | "would create"), _):
            title = "Mapped" if exchange.operation == "mapped" else "Would be created"
            lines = _mapping_words(exchange)
            return _made(exchange, _DONE, title, lines, shows="compare")
        case "look up", _:
            return _looked_up(exchange, note)
        case "linked", _:
            return _made(exchange, _DONE, "Linked", note, shows="compare")
        case "read back", "confirmed":
            lines = (f"X3 holds {exchange.note} as it was sent", *_lasted(exchange))
            return _made(exchange, _DONE, "Read back", lines, shows="compare")
        case "read back", _:
            return _made(exchange, _BAD, "Read back", note, shows="compare")
        case (("refused" | "would refuse"), _):
            title = "Refused" if exchange.operation == "refused" else "Would be refused"
            return _made(exchange, _BAD, title, note)
        case "would link", _:
            return _made(exchange, _FOUND, "Would be linked", (f"X3 already holds {exchange.note}",))
        case _:
            return _made(exchange, _NOTED, exchange.operation.capitalize(), (exchange.status, *note)[:3])


def _looked_up(exchange: Exchange, note: tuple[str, ...]) -> LifeStep:
    lasted = " ".join(("", *_lasted(exchange)))
    match exchange.status:
        case "found":
            return _made(exchange, _FOUND, "Looked up", (f"Found in X3{lasted}",), shows="answer")
        case "absent":
            told = f"Not in X3{lasted}, so sending is safe"
            return _made(exchange, _FOUND, "Looked up", (told,), shows="answer")
        case "asked":
            told = f"Asked together with others{lasted}; the kept answer is cut"
            return _made(exchange, _NOTED, "Looked up", (told,), shows="answer")
        case _:
            return _made(exchange, _AGAIN, "Looked up", ("X3 did not answer", *note), shows="sent")


def _sending(exchange: Exchange, tries: int) -> Iterator[LifeStep]:
    """A write: when it was sent, and when and what X3 answered."""
    lasted = timedelta(milliseconds=exchange.duration_ms)
    began = exchange.at - lasted if exchange.at else None
    attempt = f"Try {tries}: " if tries > 1 or exchange.status in ("unknown", "unsent") else ""
    if exchange.status == "unknown":
        silent = f"{attempt}no usable answer after {span(lasted)}"
        doubt = "In doubt, looked up before trying again"
        yield _made(exchange, _AGAIN, "Sent", (silent, doubt, exchange.note), at=began)
        return
    if exchange.status == "unsent":
        told = (f"{attempt}never reached X3", exchange.note, "Tried again by itself")
        yield _made(exchange, _AGAIN, "Sent", tuple(line for line in told if line), at=began)
        return
    answered = f"{attempt}answered in {span(lasted)}"
    yield _made(exchange, _DONE, "Sent", (answered[:1].upper() + answered[1:],), at=began)
    if exchange.status == "taken":
        number = number_in(exchange.answer)
        created = f"X3 created {number}" if number else "X3 created the document"
        yield _made(exchange, _DONE, "Answered", (created,), shows="answer", mark="answer")
    else:
        words = _messages(exchange.answer) or ("X3 refused the document",)
        yield _made(exchange, _BAD, "Answered", words[:_MOST_LINES], shows="answer", mark="answer")


def _coming(record: OutboxRecord) -> LifeStep | None:
    words = {
        Stage.INTENT: ("Sending", "X3 has it in hand"),
        Stage.INDOUBT: ("Look up", "X3 is asked once the settle time has passed"),
        Stage.CONFLICT: ("Decision", "Several documents carry this reference: a person decides"),
    }
    if record.stage is Stage.DONE and not record.confirmed:
        return LifeStep(Step("coming", _NOW, "Read back", "due", ("Compared field by field",)))
    if record.stage not in words:
        return None
    title, line = words[record.stage]
    return LifeStep(Step("coming", _NOW, title, "due", (line,)))


def _made(
    exchange: Exchange,
    state: State,
    title: str,
    lines: Sequence[str],
    *,
    shows: str = "sent",
    at: datetime | None = None,
    mark: str = "",
) -> LifeStep:
    return LifeStep(
        Step(f"{exchange.id}{mark}", state, title, "", tuple(lines)), exchange, at or exchange.at, shows
    )


def _timed(steps: Sequence[LifeStep]) -> list[LifeStep]:
    """With times: the day where it is another than before, and how long a pause was."""
    timed: list[LifeStep] = []
    before: datetime | None = None
    for each in steps:
        here = each.at.astimezone() if each.at else None
        time, lines = "", each.step.lines
        if here is not None:
            another = before is None or before.date() != here.date()
            time = f"{here:%H:%M:%S}.{here.microsecond // 1000:03}"
            if another:
                time = f"{here.day} {here:%b %H:%M:%S}"
            if before is not None and here - before >= _LONG_PAUSE:
                lines = (*lines, f"{span(here - before)} later")
            before = here
        timed.append(replace(each, step=replace(each.step, time=time, lines=lines)))
    return timed


def _order_words(exchange: Exchange) -> tuple[str, ...]:
    order = order_of([exchange])
    if order is None:
        return ()
    parts = [counted(len(order.lines), "line")]
    parts += [str(order.total)] if order.total else []
    parts += [order.ship_to.country] if order.ship_to and order.ship_to.country else []
    return (", ".join(parts),)


def _mapping_words(exchange: Exchange) -> tuple[str, ...]:
    words = mapped_words(read_trace(exchange.note))
    more = len(words) - 2
    return (*words[:2], *([f"and {counted(more, 'more line')}"] if more > 0 else []))


def _lasted(exchange: Exchange) -> tuple[str, ...]:
    return (f"in {span(timedelta(milliseconds=exchange.duration_ms))}",) if exchange.duration_ms else ()


def number_in(answer: str) -> str:
    """The number X3 gave, where its answer names it."""
    try:
        raw = json.loads(answer)
    except ValueError:
        return ""
    return next((str(raw[name]) for name in _NUMBERS if raw.get(name)), "") if isinstance(raw, dict) else ""


def _messages(answer: str) -> tuple[str, ...]:
    try:
        return tuple(_spoken(json.loads(answer)))
    except ValueError:
        return ()


def _spoken(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("$message", "message") and isinstance(inner, str):
                yield inner
            else:
                yield from _spoken(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _spoken(inner)
