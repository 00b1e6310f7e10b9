"""The life of a run and the words an operator reads for it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RunState(StrEnum):
    """Where a run stands. The last seven are final."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING_RETRY = "waiting_retry"
    RATE_LIMITED = "rate_limited"
    PAUSED = "paused"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    SKIPPED = "skipped"


_LIVE = (RunState.RUNNING, RunState.WAITING_RETRY, RunState.RATE_LIMITED, RunState.PAUSED)
FINAL = frozenset(
    {
        RunState.DONE,
        RunState.PARTIAL,
        RunState.FAILED,
        RunState.CANCELLED,
        RunState.INTERRUPTED,
        RunState.SKIPPED,
    }
)
LEGAL_MOVES: dict[RunState, frozenset[RunState]] = {
    RunState.QUEUED: frozenset({RunState.RUNNING, RunState.SKIPPED, RunState.CANCELLED}),
    **{
        state: frozenset({other for other in _LIVE if other is not state} | FINAL - {RunState.SKIPPED})
        for state in _LIVE
    },
    **{state: frozenset[RunState]() for state in FINAL},
}


class IllegalMove(ValueError):
    """A bug: a run was asked to go where it cannot go from its state."""


def check_move(old: RunState, new: RunState) -> None:
    """Raises IllegalMove unless a run may go from `old` to `new`; staying is always legal."""
    if old is not new and new not in LEGAL_MOVES[old]:
        raise IllegalMove(f"A run that is {old} cannot become {new}.")


@dataclass(frozen=True, slots=True)
class Counts:
    """How far a run has come, in records."""

    read: int = 0
    translated: int = 0
    refused: int = 0
    sent: int = 0
    confirmed: int = 0
    waiting: int = 0
    """Orders that Amazon still holds as pending: looked at, not due yet."""
    known: int = 0
    """Records that an earlier run has already written."""
    in_doubt: int = 0


@dataclass(frozen=True, slots=True)
class Manner:
    """How a run goes about it, as the one who replays wants it; without a wish nothing holds it back."""

    most_failures: int | None = None
    """It stops after so many records were refused."""
    per_minute: int | None = None
    """At most so many documents leave within a minute."""
    afresh: bool = False
    """Its records are read again from the source, instead of going on with what was read."""
    as_of: int | None = None
    """The mapping that counts is that of this revision, instead of the one that stands now."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody asked of a run that goes on. `paused_by` is "" while nobody wants it to pause."""

    cancel: bool = False
    stop: bool = False
    paused_by: str = ""
    pause_reason: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """What a run takes of both sides, as it was last heard of; a `slots` or `burst` of 0 is not known."""

    sessions: int = 0
    """Sessions of X3 in use, out of `slots`."""
    slots: int = 0
    operation: str = ""
    """The operation of Amazon that has the smallest share of its requests left."""
    tokens: int = 0
    """Requests of it that may leave at once, out of `burst`."""
    burst: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a flow. Times are UTC; `reason` says why it waits, failed or was skipped."""

    id: int
    flow: str
    connection: str
    state: RunState
    started_by: str
    queued_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    until: datetime | None = None
    """When a waiting state is expected to end."""
    dry_run: bool = False
    counts: Counts = field(default_factory=Counts)
    total: int | None = None
    reason: str = ""
    since: datetime | None = None
    limit: int | None = None
    records: tuple[str, ...] = ()
    """References to replay; empty for an ordinary run."""
    paused_by: str = ""
    """Who wants it to pause; "" once it may go on."""
    manner: Manner = Manner()
    load: Load = Load()
