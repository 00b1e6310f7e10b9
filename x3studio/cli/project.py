"""The project as one file: `export` hands it out, `import` takes one in."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from x3studio.cli import output
from x3studio.cli.arguments import Commands, json_argument, within, workspace_argument
from x3studio.cli.output import Exit
from x3studio.workspace import Workspace

if TYPE_CHECKING:
    from x3studio.workspace.bundle import Received


def add_parser(commands: Commands) -> None:
    """Adds `export` and `import`."""
    handing = commands.add_parser("export", help="the project as one file, without secrets and personal data")
    handing.add_argument("file", type=Path)
    handing.add_argument(
        "--only-rules", action="store_true", help="what serves the next customer too: rules and groups"
    )
    handing.set_defaults(verb=export)
    taking = commands.add_parser("import", help="take over a project file")
    taking.add_argument("file", type=Path)
    taking.add_argument("--dry-run", action="store_true", help="only say what it would bring")
    taking.add_argument("--replace", action="store_true", help="the file counts where both say something")
    taking.set_defaults(verb=take_in)
    for parser in (handing, taking):
        workspace_argument(parser)
        json_argument(parser)


def export(parsed: argparse.Namespace) -> int:
    """Writes the bundle."""

    async def work(workspace: Workspace) -> int:
        handed = await workspace.bundles.hand_out(parsed.file, only_rules=parsed.only_rules)
        if parsed.json:
            output.result(
                {
                    "file": str(parsed.file),
                    "decisions": handed.decisions,
                    "kept_back": handed.kept_back,
                    "project": handed.project,
                }
            )
        else:
            print(f"{handed.decisions} decisions written to {parsed.file}; project {handed.project[:16]}.")
        if handed.kept_back:
            output.say(f"{handed.kept_back} decisions about single buyers stay here: personal data.")
        return Exit.DONE

    return within(parsed, work)


def take_in(parsed: argparse.Namespace) -> int:
    """Takes over what is new; what stands otherwise waits for --replace."""

    async def work(workspace: Workspace) -> int:
        received = await workspace.bundles.look(parsed.file)
        left = received.conflicts + len(received.differing)
        taken = 0
        if not parsed.dry_run:
            taken = await workspace.bundles.take_over(received, replacing=parsed.replace)
            left = 0 if parsed.replace else left
        if parsed.json:
            output.result(_document(received, taken))
        else:
            brought = sum(len(answer.clear) for answer in received.answers) if parsed.dry_run else taken
            verb = "would be" if parsed.dry_run else "are"
            print(f"{brought} decisions and {len(received.fresh)} other parts {verb} taken over.")
        for name in received.differing:
            output.say(f"Stands otherwise here: {name}.")
        if received.conflicts:
            output.say(f"{received.conflicts} decisions stand otherwise here.")
        if left:
            output.say("With --replace the file counts.")
        return Exit.NEEDS_PERSON if left else Exit.DONE

    return within(parsed, work)


def _document(received: "Received", taken: int) -> dict[str, object]:
    return {
        "title": received.title,
        "project": received.project,
        "imported": taken,
        "unchanged": sum(answer.unchanged for answer in received.answers),
        "new": list(received.fresh),
        "differing": list(received.differing),
        "conflicts": received.conflicts,
    }
