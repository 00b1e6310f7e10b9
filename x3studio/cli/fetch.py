"""Filling the local masters."""

import argparse

from x3studio.cli import output
from x3studio.cli.arguments import Commands, json_argument, within, workspace_argument
from x3studio.cli.output import Exit
from x3studio.workspace import FETCHABLE, Workspace


def add_parser(commands: Commands) -> None:
    """Adds `fetch`."""
    parser = commands.add_parser("fetch", help="read items, customers or listings into the workspace")
    parser.add_argument("kind", choices=FETCHABLE)
    parser.add_argument("--full", action="store_true", help="everything, not only what changed")
    workspace_argument(parser)
    json_argument(parser)
    parser.set_defaults(verb=fetch)


def fetch(parsed: argparse.Namespace) -> int:
    """Reads what has changed since the last time."""

    async def work(workspace: Workspace) -> int:
        fetched = await workspace.masters.fetch(
            parsed.kind, full=parsed.full, progress=lambda read: output.say(f"{read} {parsed.kind} read")
        )
        if parsed.json:
            output.result({"kind": parsed.kind, "read": fetched.rows})
        else:
            print(f"{fetched.rows} {parsed.kind} read.")
        return Exit.DONE

    return within(parsed, work)
