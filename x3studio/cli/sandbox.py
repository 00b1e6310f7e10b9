"""Serving the demo X3 and the demo Amazon on this machine."""

import argparse
from pathlib import Path

from x3studio.cli.arguments import Commands
from x3studio.cli.output import Exit
from x3studio.workspace import serve_sandbox


def add_parser(commands: Commands) -> None:
    """Adds `sandbox`."""
    parser = commands.add_parser("sandbox", help="serve a demo X3 and a demo Amazon on 127.0.0.1")
    parser.add_argument(
        "--port", type=int, default=0, help="X3's port; Amazon's is the next; default: free ones"
    )
    parser.add_argument("--seed", type=int, default=7, help="another seed, another company")
    parser.add_argument("--orders", type=int, default=240)
    parser.add_argument("--items", type=int, default=72)
    parser.add_argument("--faults", type=Path, metavar="FILE", help="JSON: which faults, how often")
    parser.add_argument("--ledger", type=Path, metavar="FILE", help="a JSON line per document really created")
    parser.add_argument("--mappings", type=Path, metavar="FILE", help="write the complete mapping as CSV")
    # For the demo: the servers must not outlive the window, however it ends.
    parser.add_argument("--leash", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(verb=sandbox)


def sandbox(parsed: argparse.Namespace) -> int:
    """Serves until it is told to end; the first line on standard output says where."""
    serve_sandbox(
        port=parsed.port,
        seed=parsed.seed,
        orders=parsed.orders,
        items=parsed.items,
        faults=parsed.faults,
        ledger=parsed.ledger,
        mappings=parsed.mappings,
        leash=parsed.leash,
    )
    return Exit.DONE
