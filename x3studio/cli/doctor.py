"""Looking at the machine, the workspace and the connections."""

import argparse
import os
from dataclasses import asdict
from pathlib import Path

from x3studio.cli import output
from x3studio.cli.arguments import WORKSPACE, Commands, json_argument, within, workspace_argument
from x3studio.cli.output import Exit
from x3studio.domain.errors import StoreFault, VaultFault
from x3studio.workspace import Workspace, health


def add_parser(commands: Commands) -> None:
    """Adds `doctor`."""
    parser = commands.add_parser("doctor", help="platform, keyring, workspace, clock and connections")
    workspace_argument(parser)
    json_argument(parser)
    parser.add_argument("--bundle", type=Path, metavar="FILE", help="write the findings for support")
    parser.set_defaults(verb=doctor)


def doctor(parsed: argparse.Namespace) -> int:
    """Prints what was found; 1 where something is wrong. Without a workspace it looks at the machine only."""
    findings = health.machine()
    if parsed.workspace or os.environ.get(WORKSPACE):

        async def work(workspace: Workspace) -> list[health.Finding]:
            return [finding async for finding in health.examine(workspace)]

        try:
            findings += within(parsed, work)
        except (StoreFault, VaultFault) as fault:
            # A workspace that does not open is a finding, and why somebody asked.
            findings.append(health.unopened(fault))
    if parsed.bundle:
        health.write_bundle(parsed.bundle, findings)
        output.say(
            f"Written to {parsed.bundle}. It holds no secret and no buyer's data; read it before you send it."
        )
    if parsed.json:
        output.result([asdict(finding) for finding in findings])
    else:
        print(health.as_text(findings), end="")
    return Exit.DONE if all(finding.good for finding in findings) else Exit.FAILED
