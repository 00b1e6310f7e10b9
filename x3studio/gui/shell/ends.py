"""Runs that end while the window is open, whoever started them: one piece of news, not one per record."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from x3studio.domain.runs import Run, RunState
from x3studio.gui.states import State, counted, run_state
from x3studio.gui.theme import Tone

Tell = Callable[[State, Run | None], object]
"""Shows news; with the run it is about, or None where it is about several."""
_QUIET = (RunState.SKIPPED, RunState.CANCELLED)
_TOLD_APART = 2


class Ends:
    """Knows which ends have been told. `flows` gives each flow's title."""

    def __init__(self, flows: Mapping[str, str], tell: Tell) -> None:
        self._flows, self._tell = flows, tell
        self.since = datetime.now(UTC)
        """Ends before this moment have been told, or came before the window did."""

    def take(self, ended: Sequence[Run]) -> None:
        """Tells of runs that ended since the last time; what came to nothing is not worth a word."""
        fresh = [run for run in ended if run.ended_at is not None and run.ended_at > self.since]
        self.since = max((run.ended_at for run in fresh if run.ended_at is not None), default=self.since)
        worth = [run for run in fresh if _worth_a_word(run)]
        if len(worth) > _TOLD_APART:
            self._tell(_several(worth), None)
            return
        for run in worth:
            self._tell(_one(run, self._flows.get(run.flow, run.flow)), run)


def _worth_a_word(run: Run) -> bool:
    """Whoever cancels knows it already, and a schedule that found nothing new is as it should be."""
    idle = run.state is RunState.DONE and not run.counts.confirmed and not run.dry_run
    return run.state not in _QUIET and not idle


def _one(run: Run, title: str) -> State:
    """ "Orders to X3, run 12: Failed. X3 at x3.example.com cannot be reached." """
    state = run_state(run)
    why = run.reason.partition("\n")[0] if run.state in (RunState.FAILED, RunState.INTERRUPTED) else ""
    rehearsed = ", dry run" if run.dry_run else ""
    said = ". ".join(part for part in (state.word, why) if part)
    return state.saying(f"{title}{rehearsed}, run {run.id:,}: {said}")


def _several(runs: Sequence[Run]) -> State:
    bad = sum(run.state in (RunState.FAILED, RunState.INTERRUPTED) for run in runs)
    exceptions = sum(run.counts.refused for run in runs if not run.dry_run)
    parts = [f"{len(runs):,} runs ended"]
    parts += [f"{bad:,} failed"] if bad else []
    parts += [counted(exceptions, "exception")] if exceptions else []
    tone = Tone.BAD if bad else Tone.WARN if exceptions else Tone.OK
    return State("circle-x" if bad else "circle-check", ", ".join(parts), tone)
