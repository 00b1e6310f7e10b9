"""The vocabulary of states: for each its icon, its word and its tone, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from x3studio.domain.connections import Environment, Verdict
from x3studio.domain.monitor import CaseState
from x3studio.domain.outbox import Stage
from x3studio.domain.runs import Run, RunState
from x3studio.gui.theme import Tone


@dataclass(frozen=True, slots=True)
class State:
    """How a state is shown: a Lucide icon, a word, a tone. Always all three."""

    icon: str
    word: str
    tone: Tone

    def saying(self, word: str) -> "State":
        """The same state in other words, such as "Done, 88 confirmed"."""
        return replace(self, word=word)


_OK, _WARN, _BAD, _LIVE, _IDLE = Tone.OK, Tone.WARN, Tone.BAD, Tone.LIVE, Tone.IDLE

RECORD: Mapping[str, State] = {
    "not_looked_up": State("circle-dashed", "Not looked up", _IDLE),
    "no_candidate": State("search-x", "No candidate", _IDLE),
    "candidates": State("list", "Candidates", _IDLE),
    "suggested": State("sparkles", "Suggested", _LIVE),
    "accepted": State("circle-check", "Accepted", _OK),
    "by_rule": State("zap", "Accepted by rule", _OK),
    "kit": State("boxes", "Kit", _OK),
    "no_item": State("ban", "No X3 item", _IDLE),
    "unsure": State("circle-question-mark", "Unsure", _WARN),
    "reopened": State("rotate-ccw", "Reopened", _WARN),
    "blocked": State("octagon-alert", "Blocked", _BAD),
    "excluded": State("circle-minus", "Excluded", _IDLE),
}

CONFIDENCE: Mapping[str, State] = {
    "certain": State("shield-check", "Certain", _OK),
    "likely": State("circle-dot", "Likely", _LIVE),
    "weak": State("circle-question-mark", "Weak", _WARN),
    "none": State("circle-slash", "None", _IDLE),
}

SCHEDULED = State("calendar-clock", "Scheduled", _IDLE)
LATE = State("clock", "Late", _WARN)
WAITING_FOR_SLOT = State("hourglass", "Waiting for slot", _IDLE)
CANNOT_SIGN_IN = State("key-round", "Paused, cannot sign in", _BAD)
CRASHED = State("bug", "Crashed", _BAD)
NEVER_RUN = State("circle-dashed", "Never run", _IDLE)
NOT_SET_UP = State("circle-dashed", "Not set up", _IDLE)
CHECKED = State("circle-check", "Checked", _OK)

RUN: Mapping[RunState, State] = {
    RunState.QUEUED: State("circle-dashed", "Queued", _IDLE),
    RunState.RUNNING: State("loader-circle", "Running", _LIVE),
    RunState.WAITING_RETRY: State("refresh-cw", "Waiting for retry", _WARN),
    RunState.RATE_LIMITED: State("gauge", "Rate-limited", _WARN),
    RunState.PAUSED: State("circle-pause", "Paused", _IDLE),
    RunState.DONE: State("circle-check", "Done", _OK),
    RunState.PARTIAL: State("triangle-alert", "Done with exceptions", _WARN),
    RunState.FAILED: State("circle-x", "Failed", _BAD),
    RunState.CANCELLED: State("circle-slash", "Cancelled", _IDLE),
    RunState.INTERRUPTED: State("unlink", "Interrupted", _WARN),
    RunState.SKIPPED: State("circle-minus", "Skipped", _IDLE),
}

VERDICT: Mapping[Verdict, State] = {
    Verdict.PASS: State("check", "Pass", _OK),
    Verdict.FAIL: State("x", "Fail", _BAD),
    Verdict.WARN: State("triangle-alert", "Warning", _WARN),
    Verdict.TESTING: State("loader-circle", "Testing", _LIVE),
    Verdict.WAITING: State("circle-dashed", "Waiting", _IDLE),
    Verdict.SKIPPED: State("circle-minus", "Skipped", _IDLE),
}

CASE: Mapping[CaseState, State] = {
    CaseState.NEW: State("circle-dot", "New", _BAD),
    CaseState.OPEN: State("clock", "Open", _WARN),
    CaseState.WAITING: State("user", "Waiting on someone", _IDLE),
    CaseState.RESOLVED: State("circle-check", "Resolved", _OK),
}

STAGE: Mapping[Stage, State] = {
    Stage.NEW: State("circle-dashed", "Not sent yet", _IDLE),
    Stage.INTENT: State("loader-circle", "Sending", _LIVE),
    Stage.INDOUBT: State("circle-question-mark", "In doubt", _WARN),
    Stage.DONE: State("circle-check", "In X3", _OK),
    Stage.REJECTED: State("circle-x", "Refused", _BAD),
    Stage.CONFLICT: State("octagon-alert", "Conflict", _BAD),
}

CONFLICT: Mapping[str, State] = {
    "PACK": State("package", "PACK", _BAD),
    "UNIT": State("scale", "UNIT", _WARN),
    "EAN_CHECK": State("hash", "EAN_CHECK", _BAD),
    "EAN_SHARED": State("copy", "EAN_SHARED", _WARN),
    "EAN_DISAGREE": State("equal-not", "EAN_DISAGREE", _WARN),
    "INACTIVE": State("circle-x", "INACTIVE", _BAD),
    "N_TO_1": State("merge", "N_TO_1", _WARN),
    "ONE_TO_N": State("boxes", "ONE_TO_N", _IDLE),
    "CROSS_MKT": State("git-compare", "CROSS_MKT", _WARN),
    "PARENT": State("network", "PARENT", _BAD),
    "FBA": State("truck", "FBA", _IDLE),
    "FBA_QTY": State("truck", "FBA_QTY", _BAD),
    "PRICE": State("percent", "PRICE", _WARN),
    "TEXT": State("case-sensitive", "TEXT", _IDLE),
    "LOTSER": State("calendar-clock", "LOTSER", _WARN),
    "BPC_BLOCKED": State("lock", "BPC_BLOCKED", _BAD),
    "BPC_CURRENCY": State("coins", "BPC_CURRENCY", _BAD),
    "BPC_TAX": State("percent", "BPC_TAX", _WARN),
    "BPC_SHARED": State("users", "BPC_SHARED", _WARN),
    "STALE": State("history", "STALE", _IDLE),
    "SIZE": State("ruler", "SIZE", _BAD),
    "COLOUR": State("palette", "COLOUR", _BAD),
    "VAT_DISAGREE": State("equal-not", "VAT_DISAGREE", _BAD),
    "COUNTRY": State("globe", "COUNTRY", _BAD),
    "VANISHED": State("ghost", "VANISHED", _BAD),
    "ADDRESS": State("house", "ADDRESS", _WARN),
    "ADDRESS_RIVAL": State("git-compare", "ADDRESS_RIVAL", _WARN),
}

CONNECTION: Mapping[str, State] = {
    "ok": State("circle-check", "Connected", _OK),
    "expired": State("circle-x", "Credential expired", _BAD),
    "unreachable": State("cloud-off", "Not reachable", _BAD),
    "untested": State("circle-dashed", "Not tested yet", _IDLE),
}

ENVIRONMENT: Mapping[Environment, State] = {
    Environment.TEST: State("flask-conical", "TEST", _WARN),
    Environment.PROD: State("", "LIVE", _IDLE),
}


def clock(moment: datetime | None) -> str:
    """hh:mm in the reader's own time zone, an en dash where there is none."""
    return moment.astimezone().strftime("%H:%M") if moment else "–"


def run_state(run: Run) -> State:
    """The state of a run in full words: "Running, 56 of 96", "Rate-limited until 06:20"."""
    state = RUN[run.state]
    counts = run.counts
    match run.state:
        case RunState.RUNNING if run.total:
            done = counts.confirmed + counts.refused + counts.known + counts.waiting
            return state.saying(f"Running, {min(done, run.total):,} of {run.total:,}")
        case RunState.RATE_LIMITED | RunState.WAITING_RETRY if run.until:
            return state.saying(f"{state.word} until {clock(run.until)}")
        case RunState.PAUSED if run.paused_by:
            return state.saying(f"Paused by {run.paused_by}")
        case RunState.PARTIAL:
            return state.saying(f"Done with {counted(counts.refused, 'exception')}")
        case RunState.DONE if counts.confirmed:
            return state.saying(f"Done, {counts.confirmed:,} confirmed")
        case RunState.DONE:
            return state.saying("Done, nothing to send")
        case _:
            return state


def counted(number: int, thing: str, many: str = "") -> str:
    """ "1 order", "2 orders", "1,204 orders"."""
    return f"{number:,} {thing if number == 1 else many or thing + 's'}"
