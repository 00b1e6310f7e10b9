"""When flows run by themselves, and what becomes of runs that were missed."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Plan:
    """A flow's schedule on one route: every so many minutes (0 = off). `missed` is once or skip."""

    flow: str
    every_minutes: int = 0
    missed: str = "once"
    last: datetime | None = None
    """When a run was last due and started, or when the schedule was set."""
    route: str = ""
    """From which connection to which; "" while there is no such pair yet."""

    @property
    def due(self) -> datetime | None:
        """When the next run should start; None while the schedule is off."""
        if not self.every_minutes or self.last is None:
            return None
        return self.last + timedelta(minutes=self.every_minutes)


def missed_runs(plan: Plan, *, now: datetime) -> int:
    """How many due times have passed without a run."""
    if plan.due is None or now < plan.due:
        return 0
    return 1 + int((now - plan.due) / timedelta(minutes=plan.every_minutes))


def is_due(plan: Plan, *, now: datetime) -> bool:
    """Whether a run should start now. Several missed ones count as one, or as none where they are skipped."""
    missed = missed_runs(plan, now=now)
    return missed == 1 or (missed > 1 and plan.missed == "once")


def advanced(plan: Plan, *, now: datetime) -> datetime:
    """The due time to count from once `now` has been dealt with: the rhythm is kept."""
    missed = missed_runs(plan, now=now)
    start = plan.last or now
    return start + timedelta(minutes=plan.every_minutes) * missed
