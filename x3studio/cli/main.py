"""Reads the command line, hands it to one verb and turns every expected failure into words and a code."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence

from x3studio import __version__
from x3studio.cli import (
    carry,
    connect,
    doctor,
    erase,
    explore,
    fetch,
    mapping,
    matching,
    monitor,
    output,
    project,
    run,
    sandbox,
    schedule,
    settlement,
    site,
    steering,
    workspaces,
)
from x3studio.cli.arguments import Misused
from x3studio.cli.output import Exit
from x3studio.domain.errors import CredentialFault, StudioError

_VERBS = (
    sandbox,
    workspaces,
    connect,
    site,
    fetch,
    matching,
    mapping,
    project,
    run,
    steering,
    monitor,
    settlement,
    schedule,
    erase,
    explore,
    doctor,
    carry,
)


def main(arguments: Sequence[str]) -> int:
    """Carries out one command and returns its exit code."""
    parser = _parser()
    if not all(_is_text(argument) for argument in arguments):
        parser.error("an argument holds a line's end, or bytes that are no text in UTF-8")
    parsed = parser.parse_args(arguments)
    verb: Callable[[argparse.Namespace], int] = parsed.verb
    try:
        return verb(parsed)
    except CredentialFault as fault:
        output.complain(fault)
        return Exit.NEEDS_PERSON
    except Misused as fault:
        output.complain(fault)
        return Exit.USAGE
    except StudioError as fault:
        output.complain(fault)
        return Exit.FAILED
    except (KeyboardInterrupt, asyncio.CancelledError):
        output.say("Interrupted. What was sent without an answer is looked up by the next run.")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader went away; Python would complain once more while it closes the stream.
        sys.stderr.close()
        return Exit.FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="x3studio",
        description="Between Sage X3 and Amazon. Without a command the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"x3studio {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    commands.add_parser("demo", help="open the window on a demo company; no account, nothing to type")
    for verb in _VERBS:
        verb.add_parser(commands)
    return parser


def _is_text(argument: str) -> bool:
    """Whether an argument can be stored, sent and shown: bytes that are no UTF-8 arrive as surrogates."""
    return not any("\ud800" <= char <= "\udfff" or char in "\r\n" for char in argument)
