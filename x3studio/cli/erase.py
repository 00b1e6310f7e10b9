"""Erasing what may no longer be kept, and the proof of what was erased."""

import argparse
import getpass

from x3studio.cli import output
from x3studio.cli.arguments import Commands, json_argument, within, workspace_argument
from x3studio.cli.output import Exit
from x3studio.workspace import Workspace
from x3studio.workspace.retention import Erasure, erasures_in


def add_parser(commands: Commands) -> None:
    """Adds `erase`."""
    parser = commands.add_parser("erase", help="erase buyers' data and exchanges that are due, with proof")
    parser.add_argument("--show", action="store_true", help="only list what was erased before")
    workspace_argument(parser)
    json_argument(parser)
    parser.set_defaults(verb=erase)


def erase(parsed: argparse.Namespace) -> int:
    """Erases now and prints the proof; 1 where a count afterwards still found something."""

    async def work(workspace: Workspace) -> int:
        if not parsed.show:
            await workspace.retention.erase(by=getpass.getuser())
        found = await workspace.store.read(erasures_in)
        shown = found if parsed.show else found[:1]
        if parsed.json:
            output.result([_document(each) for each in shown])
        else:
            output.table(
                ("When", "By", "Delivered", "Refused", "Exchanges", "Backups", "Left", "On their way"),
                [tuple(_document(each).values()) for each in shown],
            )
        return Exit.DONE if all(each.proven for each in shown) else Exit.FAILED

    return within(parsed, work)


def _document(erasure: Erasure) -> dict[str, object]:
    purged = erasure.purged
    return {
        "at": erasure.at,
        "by": erasure.by,
        "delivered": purged.buyers,
        "refused": purged.refused,
        "exchanges": purged.exchanges,
        "backups": purged.backups,
        "left": purged.left,
        "on_their_way": purged.moving,
    }
