"""Making a workspace."""

import argparse
from pathlib import Path

from x3studio.cli import output
from x3studio.cli.arguments import (
    Commands,
    interruptible,
    json_argument,
    workspace_argument,
    workspace_path,
)
from x3studio.cli.output import Exit
from x3studio.workspace import Workspace


def add_parser(commands: Commands) -> None:
    """Adds `init`."""
    parser = commands.add_parser("init", help="make a workspace: one encrypted file")
    workspace_argument(parser)
    json_argument(parser)
    parser.add_argument("file", nargs="?", type=Path, help="the file to make, NAME.x3studio")
    parser.add_argument("--title", default="", help="the customer's name, shown in the window")
    parser.set_defaults(verb=init)


def init(parsed: argparse.Namespace) -> int:
    """Makes the file; its key goes into the keyring."""
    path: Path = parsed.file or workspace_path(parsed)

    async def make() -> None:
        workspace = await Workspace.create(path, title=parsed.title)
        await workspace.close()

    interruptible(make())
    if parsed.json:
        output.result({"workspace": str(path), "title": parsed.title or path.stem})
    else:
        output.say(f"Made {path}.")
    return Exit.DONE
