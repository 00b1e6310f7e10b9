"""What the run monitor makes of the journal: lines, traces, comparisons, steps and sentences."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from x3studio.domain.documents import DocumentKind
from x3studio.domain.monitor import Direction, Exchange, System
from x3studio.domain.outbox import OutboxRecord, Stage
from x3studio.domain.runs import Counts, Run, RunState
from x3studio.gui.runs.compare import by_rules, with_held
from x3studio.gui.runs.content import ANSWER, COMPARE, RULES, SENT, contents
from x3studio.gui.runs.launch import read_day
from x3studio.gui.runs.pace import Pace
from x3studio.gui.runs.pretty import MOST_CHARACTERS, coloured, pretty
from x3studio.gui.runs.steps import arrived, life, order_of
from x3studio.gui.runs.trace import mapped_words, read_trace, spoken
from x3studio.gui.runs.words import full_state, headline, outcome, short_state, span, standing, waiting
from x3studio.gui.theme import Tone

from .scenes_runs import DOUBTFUL, NUMBER, TRACE, document_text, held_text, order_text, sent_text

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def step(operation: str, status: str, seconds: float, **facts: object) -> Exchange:
    return Exchange(
        DOUBTFUL,
        operation,
        System.X3,
        Direction.OUT,
        status,
        at=NOW + timedelta(seconds=seconds),
        id=round(seconds * 10) + 1,
        run=7,
        **facts,  # type: ignore[arg-type]
    )


def run(state: RunState, **facts: object) -> Run:
    counts = facts.pop("counts", Counts())
    return Run(
        4812,
        "orders",
        "Amazon EU>X3 BRKTST",
        state,
        "scheduler",
        queued_at=NOW,
        started_at=NOW,
        counts=counts,  # type: ignore[arg-type]
        **facts,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"a":1.10,"b":[]}', ["{", '  "a": 1.10,', '  "b": []', "}"]),
        (
            '{"a":[{"b":"x,{}"},2]}',
            ["{", '  "a": [', "    {", '      "b": "x,{}"', "    },", "    2", "  ]", "}"],
        ),
        ('GET https://x/y\n{"a":1}', ["GET https://x/y", "{", '  "a": 1', "}"]),
        ('{"a":"cut off in the mi', ["{", '  "a": "cut off in the mi']),
        ("<a x='1'><b>1 &lt; 2</b><c/></a>", ["<a x='1'>", "  <b>1 &lt; 2</b>", "  <c/>", "</a>"]),
        ("[2140 bytes of text/html]", ["[", "  2140 bytes of text/html", "]"]),
        ("", []),
    ],
)
def test_payloads_are_laid_out_without_changing_a_token(text: str, lines: list[str]) -> None:
    shown = pretty(text)
    if text.startswith("[2140"):
        assert "".join("".join(shown).split()) == "".join(text.split())
    else:
        assert shown == lines


def test_laying_out_keeps_json_as_it_is() -> None:
    for text in (order_text(DOUBTFUL, at=NOW), document_text(DOUBTFUL), held_text([DOUBTFUL])):
        assert json.loads("\n".join(pretty(text))) == json.loads(text)


def test_colours_tell_keys_strings_and_struck_parts_apart() -> None:
    line = '  "BPDNAM": "[redacted]", "X": "•••", "n": "a", "m": null'
    parts = {line[start : start + length]: token for start, length, token in coloured(line)}
    assert parts['"BPDNAM"'] == "text" and parts['"a"'] == "accent_text"
    assert parts['"[redacted]"'] == parts['"•••"'] == "muted" and parts["null"] == "text2"


def test_a_trace_is_read_back() -> None:
    trace = read_trace(TRACE.format(ref=DOUBTFUL))
    assert mapped_words(trace) == ["LT-GELB-6ER = LIN-TM-GE × 6", "LK-RONDO-S = LIN-KS-SW"]
    price = next(field for field in trace.fields if field.name == "GROPRI")
    assert (price.line, price.value, price.first, price.source) == (1, "3.99", "23.94", "line.total")
    customer = next(field for field in trace.fields if field.name == "BPCORD")
    assert customer.steps[0].rule == "customer mapping"
    lines = spoken(trace)
    assert "Header" in lines and "Line 2" in lines and lines[0].startswith(DOUBTFUL)
    assert read_trace("").fields == ()


def test_the_rules_are_compared_with_what_amazon_said() -> None:
    shown = by_rules(document_text(DOUBTFUL), read_trace(TRACE.format(ref=DOUBTFUL)))
    assert shown is not None and shown.differences == 6
    pairs = [(shown.lines[place].strip(), mark) for place, mark in shown.marks.items()]
    assert ('"QTY": "1",', "-") in pairs and ('"QTY": "6",', "+") in pairs
    assert pairs.index(('"QTY": "1",', "-")) + 1 == pairs.index(('"QTY": "6",', "+"))
    assert shown.title == "6 fields changed by the rules"
    kept = [line for place, line in enumerate(shown.lines) if shown.marks.get(place) != "-"]
    raw = json.loads(document_text(DOUBTFUL))
    assert json.loads("\n".join(kept)) == {**raw["header"], "lines": raw["lines"]}
    assert by_rules("no document", read_trace("")) is None


def test_what_x3_holds_is_compared_with_what_was_sent() -> None:
    same = with_held(sent_text(DOUBTFUL), held_text(["302-1", DOUBTFUL]), reference=DOUBTFUL)
    assert same is not None and same.differences == 0
    assert same.title == "No field differs from what was sent, 3 filled in by X3"
    held = json.loads(held_text([DOUBTFUL]))
    held["items"][0]["lines"][0]["QTY"] = "6.000"
    held["items"][0]["lines"][1]["GROPRI"] = "5.00"
    other = with_held(sent_text(DOUBTFUL), json.dumps(held), reference=DOUBTFUL)
    assert other is not None and other.differences == 1
    assert other.title.startswith("1 field differs")
    assert with_held(sent_text(DOUBTFUL), '{"items":[]}', reference=DOUBTFUL) is None
    assert with_held(sent_text(DOUBTFUL), "<xml/>", reference=DOUBTFUL) is None


def test_of_a_cut_answer_what_is_there_is_compared() -> None:
    cut = held_text(["302-1", DOUBTFUL, "302-3"])[:-40] + " [cut]"
    shown = with_held(sent_text(DOUBTFUL), cut, reference=DOUBTFUL)
    assert shown is not None and shown.differences == 0
    assert with_held(sent_text(DOUBTFUL), cut, reference="302-3") is None


def doubtful() -> list[Exchange]:
    answer = json.dumps({"SOHNUM": NUMBER})
    return [
        step("captured", "read", 0.1, answer=order_text(DOUBTFUL, at=NOW - timedelta(minutes=39))),
        step("mapped", "mapped", 0.4, sent=document_text(DOUBTFUL), note=TRACE.format(ref=DOUBTFUL)),
        step("look up", "absent", 0.9, answer='{"items":[]}', duration_ms=84),
        step(
            "create", "unknown", 31, sent=sent_text(DOUBTFUL), duration_ms=30_000, note="No answer in 30 s."
        ),
        step("look up", "absent", 930, answer='{"items":[]}', duration_ms=91),
        step("create", "taken", 932, sent=sent_text(DOUBTFUL), answer=answer, duration_ms=1_842),
        step("look up", "found", 940, answer=held_text([DOUBTFUL]), duration_ms=60),
        step("read back", "confirmed", 940.5, note=NUMBER),
    ]


def test_a_life_becomes_steps() -> None:
    steps = life(doubtful(), None)
    assert [one.step.title for one in steps] == [
        "Captured",
        "Mapped",
        "Looked up",
        "Sent",
        "Looked up",
        "Sent",
        "Answered",
        "Read back",
    ]
    first_try = steps[3]
    assert first_try.step.state.tone is Tone.WARN
    assert first_try.step.lines[0] == "Try 1: no usable answer after 30 s"
    assert first_try.at == NOW + timedelta(seconds=1)
    assert steps[4].step.lines == ("Not in X3 in 91 ms, so sending is safe", "15 min later")
    assert steps[5].step.lines[0] == "Try 2: answered in 1.8 s"
    assert steps[6].step.lines == (f"X3 created {NUMBER}",)
    assert steps[0].step.lines == ("2 lines, 43.90 EUR",)
    assert steps[7].shows == "compare" and steps[7].exchange is not None
    assert DOUBTFUL in steps[7].exchange.answer
    assert len({one.step.key for one in steps}) == len(steps)
    order, landed = order_of(doubtful()), arrived(doubtful())
    assert order is not None and landed is not None
    assert landed - order.created == timedelta(minutes=39, seconds=932)


@pytest.mark.parametrize(
    ("stage", "confirmed", "title"),
    [
        (Stage.DONE, False, "Read back"),
        (Stage.INDOUBT, False, "Look up"),
        (Stage.INTENT, False, "Sending"),
        (Stage.CONFLICT, False, "Decision"),
        (Stage.DONE, True, ""),
        (Stage.REJECTED, False, ""),
    ],
)
def test_what_is_still_to_come_is_said(stage: Stage, confirmed: bool, title: str) -> None:
    record = OutboxRecord(
        1, "orders", "a", DocumentKind.SALES_ORDER, DOUBTFUL, stage, "", "", confirmed=confirmed
    )
    coming = [one.step.title for one in life([], record)]
    assert coming == ([title] if title else [])


def test_refusals_and_rehearsals_are_steps_too() -> None:
    said = json.dumps({"$diagnoses": [{"$severity": "error", "$message": "Artikel gesperrt"}]})
    steps = life([step("create", "refused", 1, sent="{}", answer=said, duration_ms=5)], None)
    assert [one.step.title for one in steps] == ["Sent", "Answered"]
    assert steps[1].step.lines == ("Artikel gesperrt",) and steps[1].step.state.tone is Tone.BAD
    rehearsed = [
        step("would create", "mapped", 1, sent=document_text(DOUBTFUL), note=TRACE.format(ref=DOUBTFUL)),
        step("would link", "found", 2, note=NUMBER),
        step("would refuse", "refused", 3, note="No X3 item stands for the SKU X."),
        step("linked", "found", 4, note=f"X3 already holds {NUMBER}"),
        step("create", "unsent", 5, note="Connection refused."),
        step("not due", "ignored", 6, note="Cancelled."),
    ]
    titles = [one.step.title for one in life(rehearsed, None)]
    assert titles == ["Would be created", "Would be linked", "Would be refused", "Linked", "Sent", "Not due"]
    assert standing(rehearsed[0]).word == "Would be created"
    assert standing(step("something", "new", 1)).word == "Something: new"


def test_contents_say_why_there_is_nothing() -> None:
    exchanges = doubtful()
    first = contents(exchanges[0], exchanges, reference=DOUBTFUL)
    assert first[SENT].nothing and not first[SENT].lines
    assert first[COMPARE].nothing == "There is no document yet to compare with the order."
    assert first[RULES].nothing
    unknown = contents(exchanges[3], exchanges, reference=DOUBTFUL)
    assert unknown[ANSWER].nothing.startswith("No answer came")
    assert unknown[COMPARE].title == "6 fields changed by the rules"
    assert unknown[RULES].lines[0].startswith(DOUBTFUL)
    last = contents(exchanges[6], exchanges, reference=DOUBTFUL)
    assert last[COMPARE].title.startswith("No field differs")
    long = contents(step("captured", "read", 1, answer="x" * (MOST_CHARACTERS + 5)), [], reference=DOUBTFUL)
    assert len(long[ANSWER].lines[0]) == MOST_CHARACTERS and len(long[ANSWER].whole) == MOST_CHARACTERS + 5


def test_outcomes_in_words() -> None:
    before = run(RunState.DONE)
    nothing = outcome(run(RunState.DONE), before=before, now=NOW)
    assert nothing == f"0 orders: none changed since {NOW.astimezone():%H:%M}."
    counts = Counts(read=120, translated=104, refused=2, sent=93, confirmed=100, waiting=9)
    told = outcome(run(RunState.PARTIAL, counts=counts), before=before, now=NOW)
    assert told == (
        "120 read, 100 confirmed by read-back, 2 refused, 9 not due yet,"
        " 9 left out as cancelled or not for X3."
    )
    rehearsed = run(RunState.PARTIAL, dry_run=True, counts=Counts(read=20, translated=17, refused=1, known=2))
    assert outcome(rehearsed, before=None, now=NOW) == (
        "Nothing was written. Of 20 read, 15 documents would be created, 2 would be linked,"
        " 1 would be refused."
    )
    assert short_state(rehearsed).word == "Dry run" and full_state(rehearsed).word == "Dry run, done"
    assert short_state(run(RunState.PARTIAL, counts=counts)).word == "Done, 2 exc."
    lost = run(RunState.INTERRUPTED, reason="The program that carried it out ended.")
    assert "looked up in X3 by the next run" in outcome(lost, before=None, now=NOW)
    limited = run(RunState.RATE_LIMITED, reason="Amazon limits it", until=NOW + timedelta(minutes=9))
    assert waiting(limited, now=NOW) == "Amazon limits it. It goes on by itself in 9 min."
    assert waiting(run(RunState.RUNNING), now=NOW) == ""
    assert headline(limited, now=NOW).endswith("by the scheduler, Amazon EU to X3 BRKTST")


@pytest.mark.parametrize(
    ("length", "words"),
    [(0.031, "31 ms"), (1.84, "1.8 s"), (41, "41 s"), (120, "2 min"), (11_100, "3 h 5 min"), (-3, "0 ms")],
)
def test_spans(length: float, words: str) -> None:
    assert span(timedelta(seconds=length)) == words


def test_the_pace_knows_only_what_was_watched() -> None:
    pace = Pace()
    assert pace.per_minute() is None and pace.curve() == []
    for second in range(0, 121, 3):
        counts = Counts(read=400, confirmed=second)
        pace.sample(run(RunState.RUNNING, counts=counts), now=NOW + timedelta(seconds=second))
    assert pace.watched == timedelta(minutes=2) and pace.per_minute() == 60
    assert sum(pace.curve()) == pytest.approx(120) and max(pace.curve()) == pytest.approx(4)
    now = run(RunState.RUNNING, counts=Counts(read=400, confirmed=120))
    assert pace.left(now, 400) == timedelta(minutes=280 / 60)
    pace.sample(Run(9, "orders", "x", RunState.RUNNING, "I", queued_at=NOW), now=NOW)
    assert pace.watched == timedelta(0)


def test_days_are_read_as_they_are_typed() -> None:
    assert read_day(" ") is None
    day = read_day("2026-11-20")
    assert day is not None and day.tzinfo is not None and (day.hour, day.day) == (0, 20)
    with pytest.raises(ValueError, match="20"):
        read_day("20.11.2026")
