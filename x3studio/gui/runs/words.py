"""Runs in words: what came of one, who started it, how long it took, why it waits."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from x3studio.domain.monitor import Exchange
from x3studio.domain.runs import FINAL, Counts, Run, RunState
from x3studio.gui.states import RUN, State, clock, counted, run_state
from x3studio.gui.theme import Tone

_OK, _WARN, _BAD, _LIVE, _IDLE = Tone.OK, Tone.WARN, Tone.BAD, Tone.LIVE, Tone.IDLE

STANDING: Mapping[tuple[str, str], State] = {
    ("captured", "read"): State("circle-dashed", "Captured", _IDLE),
    ("mapped", "mapped"): State("loader-circle", "Mapped", _LIVE),
    ("refused", "refused"): State("circle-x", "Refused", _BAD),
    ("not due", "ignored"): State("circle-minus", "Not due", _IDLE),
    ("look up", "absent"): State("search", "Looked up", _LIVE),
    ("look up", "found"): State("search", "Looked up", _LIVE),
    ("create", "taken"): State("loader-circle", "Sent, to be read back", _LIVE),
    ("create", "refused"): State("circle-x", "Refused by X3", _BAD),
    ("create", "unknown"): State("circle-question-mark", "In doubt", _WARN),
    ("create", "unsent"): State("refresh-cw", "Not sent yet", _WARN),
    ("linked", "found"): State("link", "Linked, to be read back", _LIVE),
    ("read back", "confirmed"): State("circle-check", "Confirmed", _OK),
    ("read back", "differs"): State("circle-x", "Stored differently", _BAD),
    ("would create", "mapped"): State("plus", "Would be created", _LIVE),
    ("would link", "found"): State("link", "Would be linked", _IDLE),
    ("would refuse", "refused"): State("circle-x", "Would be refused", _BAD),
}


REHEARSED = State("flask-conical", "Dry run", _IDLE)


def standing(last: Exchange) -> State:
    """Where a record stands after its last step."""
    known = STANDING.get((last.operation, last.status))
    return known or State("circle-dot", f"{last.operation.capitalize()}: {last.status}", _IDLE)


def short_state(run: Run) -> State:
    """The state as a table cell; the counts stand in columns of their own."""
    state = RUN[run.state]
    if run.dry_run and run.state in (RunState.DONE, RunState.PARTIAL):
        return REHEARSED
    if run.state is RunState.PARTIAL:
        return state.saying(f"Done, {run.counts.refused:,} exc." if run.counts.refused else "Done, in doubt")
    return state


def full_state(run: Run) -> State:
    """The state in full words, for a header."""
    if run.dry_run and run.state in (RunState.DONE, RunState.PARTIAL):
        return REHEARSED.saying("Dry run, done")
    return run_state(run)


_REQUESTS = {
    "searchOrders": "Amazon orders",
    "getOrder": "Amazon order details",
    "confirmShipment": "Amazon shipments",
    "getReports": "Amazon reports",
    "getReportDocument": "Amazon documents",
    "createReport": "Amazon report requests",
    "listTransactions": "Amazon transactions",
}


def requests(operation: str) -> str:
    """What an operation of Amazon is about, for a bar of its requests."""
    return _REQUESTS.get(operation, "Amazon requests")


def what(run: Run, flows: Mapping[str, str]) -> str:
    """ "Orders to X3", "Orders to X3, dry run", "Orders to X3, replay of 34"."""
    return f"{flow_title(run, flows)}, dry run" if run.dry_run else flow_title(run, flows)


def flow_title(run: Run, flows: Mapping[str, str]) -> str:
    """ "Orders to X3", "Orders to X3, replay of 34"."""
    title = flows.get(run.flow, run.flow)
    return f"{title}, replay of {len(run.records):,}" if run.records else title


def started(run: Run) -> datetime:
    """When it began, or was asked for."""
    return run.started_at or run.queued_at


def when(at: datetime, now: datetime) -> str:
    """ "07:40" today, "19 Nov 07:40" earlier, in the reader's own time zone."""
    here, today = at.astimezone(), now.astimezone().date()
    return clock(at) if here.date() == today else f"{here.day} {here:%b %H:%M}"


def day_or_clock(at: datetime, now: datetime) -> str:
    """ "07:40" today, "19 Nov" earlier."""
    here = at.astimezone()
    return clock(at) if here.date() == now.astimezone().date() else f"{here.day} {here:%b}"


def span(length: timedelta) -> str:
    """ "31 ms", "1.8 s", "41 s", "2 min", "3 h 5 min"."""
    seconds = max(length.total_seconds(), 0.0)
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60:,} h {minutes % 60} min"


def took(run: Run, now: datetime) -> str:
    """How long it ran; "" where it never began."""
    if run.started_at is None:
        return ""
    return span((run.ended_at or now) - run.started_at)


def headline(run: Run, *, now: datetime) -> str:
    """ "Run 17, started 07:40 by the scheduler, Amazon EU to BRKTST"."""
    who = "the scheduler" if run.started_by == "scheduler" else run.started_by
    verb = "started" if run.started_at else "asked for"
    return f"Run {run.id:,}, {verb} {when(started(run), now)} by {who}, {run.connection.replace('>', ' to ')}"


def outcome(run: Run, *, before: Run | None, now: datetime) -> str:
    """What came of it, for zero records too; `before` is the run of the same flow that went before."""
    counts = run.counts
    if run.dry_run and run.state in FINAL:
        return _rehearsed(run)
    match run.state:
        case RunState.DONE if not counts.read and not counts.confirmed:
            since = f" since {when(started(before), now)}" if before else ""
            return f"0 orders: none changed{since}."
        case RunState.DONE | RunState.PARTIAL:
            return _sentence(counts, f"{counts.confirmed:,} confirmed by read-back", ended=True)
        case RunState.INTERRUPTED:
            return f"{run.reason} What was on its way is looked up in X3 by the next run.".strip()
        case RunState.FAILED | RunState.CANCELLED | RunState.SKIPPED:
            reached = f" {_sentence(counts, f'{counts.confirmed:,} confirmed')}" if counts.read else ""
            return f"{run.reason}{reached}".strip()
        case RunState.QUEUED:
            return "Waits until the run before it has ended."
        case _:
            return waiting(run, now=now) or _sentence(counts, f"{counts.confirmed:,} confirmed so far")


def waiting(run: Run, *, now: datetime) -> str:
    """Why it waits and until when; "" where it does not wait."""
    if run.state not in (RunState.WAITING_RETRY, RunState.RATE_LIMITED, RunState.PAUSED):
        return ""
    reason = f"{run.reason.rstrip('.')}." if run.reason else ""
    if run.state is RunState.PAUSED:
        return reason or "No reason was given. Nothing is sent until somebody resumes it."
    if run.until is None:
        return reason
    left = run.until - now
    again = f"in {span(left)}" if left > timedelta(0) else "now"
    return f"{reason} It goes on by itself {again}.".strip()


def _sentence(counts: Counts, first: str, *, ended: bool = False) -> str:
    parts = [f"{counts.read:,} read", first]
    settled = counts.confirmed + counts.refused + counts.in_doubt + counts.waiting + counts.known
    for number, word in (
        (counts.refused, "refused"),
        (counts.in_doubt, "in doubt"),
        (counts.waiting, "not due yet"),
        (counts.known, "known before"),
        (counts.read - settled if ended else 0, "left out as cancelled or not for X3"),
    ):
        if number > 0:
            parts.append(f"{number:,} {word}")
    return f"{', '.join(parts)}."


def _rehearsed(run: Run) -> str:
    counts = run.counts
    parts = [f"{counted(max(counts.translated - counts.known, 0), 'document')} would be created"]
    for number, word in (
        (counts.known, "would be linked"),
        (counts.refused, "would be refused"),
        (counts.waiting, "not due yet"),
    ):
        if number:
            parts.append(f"{number:,} {word}")
    ended = "" if run.state in (RunState.DONE, RunState.PARTIAL) else f" {run.reason}"
    return f"Nothing was written. Of {counts.read:,} read, {', '.join(parts)}.{ended}".strip()
