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

_MOST_COLUMNS = 9


def add_parser(commands: Commands) -> None:
    """Adds `explore`."""
    parser = commands.add_parser("explore", help="read an X3 object")
    parser.add_argument("object", type=_object, metavar="OBJECT", help=", ".join(map(_word, EXPLORABLE)))
    parser.add_argument(
        "--where", default="", metavar="E", help="words that stand in the row, or like: ITMREF eq 'A1'"
    )
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
            columns = [name for name in rows[0] if any(row.get(name) not in (None, "") for row in rows)]
            shown = columns[:_MOST_COLUMNS]
            output.table(shown, [[row.get(name) for name in shown] for row in rows])
            if len(columns) > len(shown):
                output.say(f"{len(columns) - len(shown)} more fields: --json shows them all.")
        else:
            output.say("X3 answered: nothing found.")
        return Exit.DONE

    return within(parsed, work)


def _object(text: str) -> str:
    wanted = text.replace("-", " ").lower()
    if wanted not in EXPLORABLE:
        known = ", ".join(map(_word, EXPLORABLE))
        raise argparse.ArgumentTypeError(f"there is no object {text!r}; there are {known}")
    return wanted


def _word(name: str) -> str:
    return name.replace(" ", "-")
