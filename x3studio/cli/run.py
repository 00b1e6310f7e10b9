"""Running flows, reconciling them and replaying what waits."""

import argparse
import asyncio
from datetime import UTC, datetime, timedelta

from x3studio.cli import output
from x3studio.cli.arguments import (
    Commands,
    above_zero,
    flow_name,
    json_argument,
    moment,
    within,
    workspace_argument,
)
from x3studio.cli.output import Exit
from x3studio.domain.monitor import CaseState
from x3studio.domain.runs import FINAL, Manner, Run, RunState
from x3studio.sync.progress import counts_as_dict
from x3studio.workspace import Workspace, flow_names

UNRESOLVED = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)
_MANY = 1_000
_REPORT_EVERY = 1.0
_LOOKS, _LOOK_AGAIN = 5, 0.1
"""How often, and how many seconds apart, the end of a run is looked for that another process gives up."""
_EXITS = {
    RunState.DONE: Exit.DONE,
    RunState.SKIPPED: Exit.DONE,
    RunState.PARTIAL: Exit.PARTIAL,
    RunState.CANCELLED: Exit.INTERRUPTED,
}


def add_parser(commands: Commands) -> None:
    """Adds `run`, `reconcile` and `replay`."""
    run_parser = commands.add_parser("run", help="carry out one run of a flow")
    run_parser.add_argument("flow", type=flow_name, metavar="FLOW", help=", ".join(flow_names()))
    _common(run_parser)
    run_parser.add_argument("--dry-run", action="store_true", help="show what would be written")
    run_parser.add_argument("--since", type=moment, metavar="T", help="read from this time on")
    run_parser.add_argument("--limit", type=above_zero, metavar="N", help="read at most N records")
    run_parser.add_argument(
        "--no-wait", action="store_true", help="leave doubtful writes to the next run instead of waiting"
    )
    run_parser.set_defaults(verb=run)

    reconcile_parser = commands.add_parser("reconcile", help="list where the source and X3 differ")
    reconcile_parser.add_argument("flow", type=flow_name, metavar="FLOW", help=", ".join(flow_names()))
    _common(reconcile_parser)
    reconcile_parser.add_argument("--since", type=moment, metavar="T", help="default: 30 days back")
    reconcile_parser.set_defaults(verb=reconcile)

    replay_parser = commands.add_parser("replay", help="send the records of these exceptions again")
    replay_parser.add_argument("ids", nargs="+", type=int, metavar="ID", help="numbers of exceptions")
    _common(replay_parser)
    replay_parser.add_argument("--no-wait", action="store_true", help="leave doubtful writes to the next run")
    replay_parser.add_argument(
        "--afresh", action="store_true", help="read each record again from the source first"
    )
    replay_parser.add_argument(
        "--as-of", type=above_zero, metavar="REVISION", help="translate by the mapping as it was then"
    )
    replay_parser.add_argument(
        "--stop-after", type=above_zero, metavar="N", help="stop once N records were refused"
    )
    replay_parser.add_argument(
        "--per-minute", type=above_zero, metavar="N", help="send at most N documents a minute"
    )
    replay_parser.set_defaults(verb=replay)


def run(parsed: argparse.Namespace) -> int:
    """Queues a run, carries it out (or watches who does) and reports how it ended."""

    async def work(workspace: Workspace) -> int:
        workspace.running.wait_for_doubts = not parsed.no_wait
        run_id = await workspace.running.queue(
            parsed.flow,
            route=parsed.route,
            dry_run=parsed.dry_run,
            since=parsed.since,
            limit=parsed.limit,
        )
        ended = await watched(workspace, run_id, parsed)
        if parsed.dry_run and not parsed.json:
            await _show_rehearsal(workspace, run_id)
        return await closed(workspace, ended, parsed)

    return within(parsed, work)


def replay(parsed: argparse.Namespace) -> int:
    """Replays exceptions; the same path as every other write."""

    async def work(workspace: Workspace) -> int:
        workspace.running.wait_for_doubts = not parsed.no_wait
        codes = [
            await closed(workspace, await watched(workspace, run_id, parsed), parsed)
            for run_id in await workspace.running.queue_replay(
                parsed.ids, route=parsed.route, manner=_manner(parsed)
            )
        ]
        return max(codes)

    return within(parsed, work)


def _manner(parsed: argparse.Namespace) -> Manner:
    return Manner(
        most_failures=parsed.stop_after,
        per_minute=parsed.per_minute,
        afresh=parsed.afresh,
        as_of=parsed.as_of,
    )


def reconcile(parsed: argparse.Namespace) -> int:
    """Lists each difference between the source and X3; 3 when there is one."""
    since = parsed.since or datetime.now(UTC) - timedelta(days=30)

    async def work(workspace: Workspace) -> int:
        found = await workspace.running.reconcile(parsed.flow, since=since, route=parsed.route)
        rows = [
            {"reference": d.reference, "kind": d.kind, "numbers": d.numbers, "words": d.words}
            for d in found.differences
        ]
        if parsed.json:
            output.result({"compared": found.compared, "differences": rows})
        else:
            output.table(
                ("Reference", "Difference", "What is known"),
                [(row["reference"], row["kind"], row["words"]) for row in rows],
            )
            output.say(f"{found.compared} references compared, {len(rows)} differ.")
        return Exit.PARTIAL if rows else Exit.DONE

    return within(parsed, work)


def outcome(run: Run) -> dict[str, object]:
    """The last line of a run, as other programs read it."""
    counts = counts_as_dict(run.counts)
    return {
        "run": run.id,
        "flow": run.flow,
        "state": run.state.value,
        **{name: counts[name] for name in ("read", "translated", "refused", "sent", "confirmed")},
        "reason": run.reason,
    }


def more_counts(run: Run) -> dict[str, int]:
    """What the last line of a run leaves out."""
    counts = counts_as_dict(run.counts)
    return {name: counts[name] for name in ("waiting", "known", "in_doubt")}


async def watched(workspace: Workspace, run_id: int, parsed: argparse.Namespace) -> Run:
    """Carries the run out, or watches who does, with its progress; ended together with its command."""
    carrying = asyncio.ensure_future(workspace.running.carry_out(run_id))
    try:
        while not carrying.done():
            await asyncio.wait({carrying}, timeout=_REPORT_EVERY)
            current = await workspace.running.get(run_id)
            if current.state not in FINAL:
                _report(current, as_lines=parsed.json)
        return await carrying
    except asyncio.CancelledError:
        given_up = await asyncio.shield(_give_up(workspace, run_id, carrying))
        if parsed.json:
            output.line(outcome(given_up))
        raise
    finally:
        output.end_progress()
        carrying.cancel()
        await asyncio.gather(carrying, return_exceptions=True)


async def _give_up(workspace: Workspace, run_id: int, carrying: "asyncio.Future[Run]") -> Run:
    """Ends a run together with its command, also one that waits for another process or is carried there.

    One that somebody has paused stays so: that is to outlive every command.
    """
    carrying.cancel()
    await asyncio.gather(carrying, return_exceptions=True)
    if (run := await workspace.running.get(run_id)).paused_by:
        return run
    if run.state not in FINAL:
        await workspace.running.cancel(run_id)
    for _ in range(_LOOKS):
        if (run := await workspace.running.get(run_id)).state in FINAL:
            break
        await asyncio.sleep(_LOOK_AGAIN)
    return run


def _report(run: Run, *, as_lines: bool) -> None:
    if as_lines:
        output.line({**outcome(run), **more_counts(run), "progress": True})
        return
    counts = run.counts
    words = f"{counts.read} read, {counts.sent} sent, {counts.confirmed} confirmed"
    words += f", {counts.refused} refused" if counts.refused else ""
    state = f"paused by {run.paused_by}" if run.paused_by else run.state.value.replace("_", " ")
    output.progress(
        f"{state}: {words}{_because(run)}",
        done=counts.confirmed + counts.refused,
        of=counts.translated + counts.refused,
    )


def _because(run: Run) -> str:
    return f" ({run.reason})" if run.reason else ""


async def closed(workspace: Workspace, run: Run, parsed: argparse.Namespace) -> int:
    """Says how a run ended; returns the exit code."""
    if parsed.json:
        output.line(outcome(run))
    else:
        counts = run.counts
        print(
            f"Run {run.id} of {run.flow}: {run.state}. {counts.read} read, {counts.translated} translated, "
            f"{counts.refused} refused, {counts.sent} sent, {counts.confirmed} confirmed.{_because(run)}"
        )
    if await _needs_person(workspace, run):
        return Exit.NEEDS_PERSON
    return _EXITS.get(run.state, Exit.FAILED)


async def _needs_person(workspace: Workspace, run: Run) -> bool:
    """Whether the run ended as it did for want of a credential, or of a decision that nothing may take."""
    if run.state is RunState.FAILED:
        return bool({*run.connection.split(">")} & {*await workspace.connecting.signed_out()})
    if run.state is not RunState.PARTIAL or run.dry_run:
        return False
    conflicts = await workspace.store.read(
        lambda t: t.exceptions.page(states=UNRESOLVED, causes=("conflict",), limit=_MANY)
    )
    return any(case.flow == run.flow for case in conflicts.rows)


async def _show_rehearsal(workspace: Workspace, run_id: int) -> None:
    steps = await workspace.running.rehearsed(run_id)
    output.table(
        ("Reference", "Would", "Document or reason"),
        [(step.record, step.operation.removeprefix("would "), step.sent or step.note) for step in steps],
    )


def _common(parser: argparse.ArgumentParser) -> None:
    workspace_argument(parser)
    json_argument(parser)
    parser.add_argument("--route", metavar="AMAZON>X3", help="which connections, where several would do")
