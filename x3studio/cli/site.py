"""The site's own choices: which X3 sites sell and ship, order type, units, time zone."""

import argparse
import json
from pathlib import Path

from x3studio.cli import output
from x3studio.cli.arguments import Commands, within, workspace_argument
from x3studio.cli.output import Exit
from x3studio.domain.errors import SettingFault
from x3studio.workspace import Workspace


def add_parser(commands: Commands) -> None:
    """Adds `site show|set`."""
    verbs = commands.add_parser(
        "site", help="which X3 sites sell and ship, order type, units"
    ).add_subparsers(title="verbs", metavar="VERB", required=True)
    showing = verbs.add_parser("show", help="print the choices, or the demo company's as a template")
    showing.set_defaults(verb=show)
    setting = verbs.add_parser("set", help="take the choices over from a JSON file")
    setting.add_argument("file", type=Path)
    setting.set_defaults(verb=set_site)
    for parser in (showing, setting):
        workspace_argument(parser)


def show(parsed: argparse.Namespace) -> int:
    """Prints the choices as JSON."""

    async def work(workspace: Workspace) -> int:
        text, own = await workspace.site()
        output.result(json.loads(text))
        if not own:
            output.say("These are the demo company's: change them, then 'x3studio site set FILE'.")
        return Exit.DONE

    return within(parsed, work)


def set_site(parsed: argparse.Namespace) -> int:
    """Checks the file and keeps it."""
    try:
        text = parsed.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingFault(
            f"{parsed.file} cannot be read.", field="file", advice="Give a JSON file.", said=str(fault)
        ) from fault

    async def work(workspace: Workspace) -> int:
        await workspace.set_site(text)
        output.say("The site's choices are kept.")
        return Exit.DONE

    return within(parsed, work)
