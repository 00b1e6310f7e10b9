"""Holding a run back and ending it, from another terminal than the one that started it."""

import argparse

from x3studio.cli import output
from x3studio.cli.arguments import Commands, above_zero, json_argument, within, workspace_argument
from x3studio.cli.output import Exit
from x3studio.cli.run import closed, outcome, watched
from x3studio.domain.errors import SettingFault
from x3studio.domain.runs import FINAL
from x3studio.workspace import Workspace


def add_parser(commands: Commands) -> None:
    """Adds `pause`, `resume`, `stop` and `cancel`."""
    for name, verb, words in (
        ("pause", pause, "have a run stand still after its current records, until it is resumed"),
        ("resume", resume, "let a paused run go on, and see to it"),
        ("stop", stop, "end a run after its current records"),
        ("cancel", cancel, "end a run at once; what was sent without an answer is looked up by the next"),
    ):
        parser = commands.add_parser(name, help=words)
        parser.add_argument(
            "run", type=above_zero, metavar="RUN", help="its number, as x3studio runs shows it"
        )
        workspace_argument(parser)
        json_argument(parser)
        if verb is pause:
            parser.add_argument("--reason", default="", metavar="WORDS", help="why, for whoever wonders")
        parser.set_defaults(verb=verb)


def pause(parsed: argparse.Namespace) -> int:
    """Asks for the pause; whoever carries the run out hears of it within a second."""

    async def work(workspace: Workspace) -> int:
        await workspace.running.pause(parsed.run, reason=parsed.reason)
        return await _told(workspace, parsed, f"It goes on with: x3studio resume {parsed.run}")

    return within(parsed, work)


def resume(parsed: argparse.Namespace) -> int:
    """Lets it go on and stays until it has ended, like the command that started it."""

    async def work(workspace: Workspace) -> int:
        await workspace.running.resume(parsed.run)
        return await closed(workspace, await watched(workspace, parsed.run, parsed), parsed)

    return within(parsed, work)


def stop(parsed: argparse.Namespace) -> int:
    """Asks the run to end in good order."""

    async def work(workspace: Workspace) -> int:
        await _going(workspace, parsed.run)
        await workspace.running.stop_after_current(parsed.run)
        return await _told(workspace, parsed, "It ends once its current records are done.")

    return within(parsed, work)


def cancel(parsed: argparse.Namespace) -> int:
    """Asks the run to end now."""

    async def work(workspace: Workspace) -> int:
        await _going(workspace, parsed.run)
        await workspace.running.cancel(parsed.run)
        return await _told(workspace, parsed, "It ends within a second.")

    return within(parsed, work)


async def _going(workspace: Workspace, number: int) -> None:
    """Raises SettingFault for a run that has ended already, or never was."""
    run = await workspace.running.get(number)
    if run.state in FINAL:
        raise SettingFault(f"Run {number} has ended: {run.state}.", field="run")


async def _told(workspace: Workspace, parsed: argparse.Namespace, what: str) -> int:
    run = await workspace.running.get(parsed.run)
    if parsed.json:
        output.result({**outcome(run), "paused_by": run.paused_by})
    else:
        print(f"Run {run.id} of {run.flow}: {run.state}. {what}")
    return Exit.DONE
