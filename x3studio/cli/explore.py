"""Reading X3's objects."""

import argparse

from x3studio.cli import output
from x3studio.cli.arguments import (
    Commands,
    above_zero,
    json_argument,
    within,
    workspace_argument,
)
from x3studio.cli.output import Exit
from x3studio.workspace import EXPLORABLE, Workspace


def add_parser(commands: Commands) -> None:
    """Adds `explore`."""
    parser = commands.add_parser("explore", help="read an X3 object")
    parser.add_argument("object", choices=EXPLORABLE)
    parser.add_argument("--where", default="", metavar="E", help="a key, or a part of the description")
    parser.add_argument("--limit", type=above_zero, default=50)
    workspace_argument(parser)
    json_argument(parser)
    parser.set_defaults(verb=explore)


def explore(parsed: argparse.Namespace) -> int:
    """Prints what X3 has."""

    async def work(workspace: Workspace) -> int:
        rows = await workspace.masters.explore(parsed.object, where=parsed.where, limit=parsed.limit)
        if parsed.json:
            output.result(rows)
        elif rows:
            output.table(tuple(rows[0]), [tuple(row.values()) for row in rows])
        else:
            output.say("X3 answered: nothing found.")
        return Exit.DONE

    return within(parsed, work)
