"""The monitor's tables: runs, exceptions and exchanges."""

import argparse
from collections.abc import Sequence
from functools import partial

from x3studio.cli import output
from x3studio.cli.arguments import (
    Commands,
    above_zero,
    json_argument,
    within,
    workspace_argument,
)
from x3studio.cli.output import Exit
from x3studio.cli.run import UNRESOLVED, more_counts, outcome
from x3studio.domain.monitor import ExceptionCase, Exchange
from x3studio.domain.runs import Run
from x3studio.store import Tables
from x3studio.workspace import Workspace


def add_parser(commands: Commands) -> None:
    """Adds `runs`, `exceptions` and `exchanges`."""
    runs_parser = commands.add_parser("runs", help="the latest runs, newest first")
    runs_parser.add_argument("--limit", type=above_zero, default=50)
    runs_parser.set_defaults(verb=runs)
    exceptions_parser = commands.add_parser("exceptions", help="what needs a person")
    exceptions_parser.add_argument("--all", action="store_true", help="also those that are resolved")
    exceptions_parser.add_argument("--limit", type=above_zero, default=10_000)
    exceptions_parser.set_defaults(verb=exceptions)
    exchanges_parser = commands.add_parser("exchanges", help="what was said to and by X3 and Amazon")
    exchanges_parser.add_argument("--record", metavar="R", help="one order, oldest first")
    exchanges_parser.add_argument("--search", metavar="TEXT", help="full text")
    exchanges_parser.add_argument("--limit", type=above_zero, default=200)
    exchanges_parser.set_defaults(verb=exchanges)
    for parser in (runs_parser, exceptions_parser, exchanges_parser):
        workspace_argument(parser)
        json_argument(parser)


def runs(parsed: argparse.Namespace) -> int:
    """Lists runs."""

    async def work(workspace: Workspace) -> int:
        page = await workspace.store.read(lambda t: t.runs.page(limit=parsed.limit))
        if parsed.json:
            output.result([_run_document(run) for run in page.rows])
            return Exit.DONE
        output.table(
            ("Run", "Flow", "State", "Started", "Read", "Sent", "Confirmed", "Refused", "Reason"),
            map(_run_row, page.rows),
        )
        if not page.rows:
            output.say("No run yet. Start one: x3studio run orders")
        return Exit.DONE

    return within(parsed, work)


def _run_document(run: Run) -> dict[str, object]:
    return {
        **outcome(run),
        **more_counts(run),
        "connection": run.connection,
        "started_by": run.started_by,
        "dry_run": run.dry_run,
        "queued_at": run.queued_at,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
    }


def _run_row(run: Run) -> Sequence[object]:
    counts, began = run.counts, run.started_at or run.queued_at
    return (
        run.id,
        run.flow,
        run.state.value,
        f"{began:%Y-%m-%d %H:%M}",
        counts.read,
        counts.sent,
        counts.confirmed,
        counts.refused,
        run.reason,
    )


def exceptions(parsed: argparse.Namespace) -> int:
    """Lists exceptions; 0 whether or not there are any."""
    states = None if parsed.all else UNRESOLVED

    async def work(workspace: Workspace) -> int:
        page = await workspace.store.read(lambda t: t.exceptions.page(limit=parsed.limit, states=states))
        cases = [_case_document(case) for case in page.rows]
        if parsed.json:
            output.result(cases)
            return Exit.DONE
        output.table(
            ("Id", "Flow", "Reference", "Class", "What happened", "What to do", "State"),
            [tuple(case.values()) for case in cases],
        )
        if not cases:
            output.say("No exception waits.")
        return Exit.DONE

    return within(parsed, work)


def _case_document(case: ExceptionCase) -> dict[str, object]:
    return {
        "id": case.id,
        "flow": case.flow,
        "reference": case.reference,
        "class": case.cause,
        "message": " ".join(part for part in (case.title, case.said) if part),
        "advice": case.advice,
        "state": case.state.value,
    }


def exchanges(parsed: argparse.Namespace) -> int:
    """Lists exchanges."""

    async def work(workspace: Workspace) -> int:
        rows = await workspace.store.read(partial(_exchanges, parsed=parsed))
        if parsed.json:
            output.result([_exchange_document(row) for row in rows])
        else:
            output.table(
                ("Id", "When", "Run", "Record", "System", "Operation", "Status", "ms", "Note"),
                map(_exchange_row, rows),
            )
        return Exit.DONE

    return within(parsed, work)


def _exchanges(tables: Tables, *, parsed: argparse.Namespace) -> Sequence[Exchange]:
    """One record's from the first step on, or the newest ones first."""
    if parsed.search:
        return tables.journal.search(parsed.search, limit=parsed.limit).rows
    if parsed.record:
        return tables.journal.timeline(parsed.record)[: parsed.limit]
    return tables.journal.page(limit=parsed.limit).rows


def _exchange_document(row: Exchange) -> dict[str, object]:
    return {
        "id": row.id,
        "run": row.run,
        "record": row.record,
        "operation": row.operation,
        "direction": row.direction.value,
        "system": row.system.value,
        "status": row.status,
        "duration_ms": row.duration_ms,
        "at": row.at,
    }


def _exchange_row(row: Exchange) -> Sequence[object]:
    return (
        row.id,
        f"{row.at:%Y-%m-%d %H:%M:%S}",
        row.run,
        row.record,
        row.system.value,
        row.operation,
        row.status,
        row.duration_ms,
        row.note[:60],
    )
