"""The tables of the run monitor as columns: runs, records of a run, found exchanges."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from x3studio.domain.monitor import Exchange, System
from x3studio.domain.runs import Run
from x3studio.gui.runs.data import RecordRow
from x3studio.gui.runs.words import day_or_clock, flow_title, short_state, standing, started, took, when
from x3studio.gui.typography import Role
from x3studio.gui.widgets.table.columns import Column, Kind

_SYSTEMS = {System.X3: "X3", System.AMAZON: "Amazon", System.STUDIO: "Studio"}


def runs(flows: Mapping[str, str]) -> tuple[Column[Run], ...]:
    """The history; `flows` are the titles by name."""
    return (
        Column("state", "State", short_state, kind=Kind.STATE, width=132),
        Column("flow", "Flow", lambda run: flow_title(run, flows), role=Role.STRONG, stretch=True),
        Column("run", "Run", lambda run: run.id, kind=Kind.NUMBER, width=66, tone="text2"),
        Column("start", "Start", lambda run: day_or_clock(started(run), _now()), kind=Kind.NUMBER, width=68),
        Column(
            "took", "Took", lambda run: took(run, _now()) or None, kind=Kind.NUMBER, width=72, tone="text2"
        ),
        Column("confirmed", "Confirmed", _confirmed, kind=Kind.NUMBER, width=88),
        Column(
            "exceptions",
            "Exc.",
            lambda run: (0 if run.dry_run else run.counts.refused) or None,
            kind=Kind.NUMBER,
            width=50,
            role=Role.PANEL,
            tone="bad",
        ),
    )


RECORDS: tuple[Column[RecordRow], ...] = (
    Column("record", "Record", lambda row: row.reference, role=Role.STRONG, stretch=True),
    Column("status", "Status", lambda row: standing(row.last), kind=Kind.STATE, width=162),
    Column("number", "X3 number", lambda row: row.number, width=164, tone="text2"),
    Column("at", "Last step", lambda row: _clock(row.last), kind=Kind.NUMBER, width=84, tone="text2"),
)

EXCHANGES: tuple[Column[Exchange], ...] = (
    Column("at", "Time", lambda step: _when(step), width=96, tone="text2"),
    Column("record", "Record", lambda step: step.record, role=Role.STRONG, stretch=True, middle=True),
    Column("step", "Step", lambda step: step.operation.capitalize(), width=100),
    Column("outcome", "Outcome", lambda step: step.status, width=78),
    Column("with", "With", lambda step: _SYSTEMS[step.system], width=66, tone="text2"),
    Column("run", "Run", lambda step: step.run, kind=Kind.NUMBER, width=60, tone="text2"),
)


def _confirmed(run: Run) -> int | None:
    return None if run.dry_run else run.counts.confirmed


def _clock(step: Exchange) -> str | None:
    return f"{step.at.astimezone():%H:%M:%S}" if step.at else None


def _when(step: Exchange) -> str:
    if step.at is None:
        return ""
    recent = _now() - step.at < timedelta(hours=20)
    return f"{step.at.astimezone():%H:%M:%S}" if recent else when(step.at, _now())


def _now() -> datetime:
    return datetime.now(UTC)
