"""Reads the command line, hands it to one verb and turns every expected failure into words and a code."""

import argparse
import asyncio
import io
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from x3studio import __version__
from x3studio.cli import output
from x3studio.cli.arguments import Misused
from x3studio.cli.output import Exit
from x3studio.domain.errors import CredentialFault, StudioError

_VERBS = {
    "sandbox": ("sandbox",),
    "workspaces": ("init",),
    "connect": ("connect", "check"),
    "site": ("site",),
    "fetch": ("fetch",),
    "matching": ("match",),
    "mapping": ("map",),
    "project": ("export", "import"),
    "run": ("run", "reconcile", "replay"),
    "steering": ("pause", "resume", "stop", "cancel"),
    "monitor": ("runs", "exceptions", "exchanges"),
    "settlement": ("settlement",),
    "schedule": ("schedule",),
    "erase": ("erase",),
    "explore": ("explore",),
    "doctor": ("doctor",),
    "carry": ("carry",),
}
"""The commands of each module of this package, in the order of the help."""


def main(arguments: Sequence[str]) -> int:
    """Carries out one command and returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console that lacks a character shows its code
            stream.reconfigure(errors="backslashreplace")
    parser = parser_for(arguments)
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


def parser_for(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the command that is named first, or of all where none of ours is.

    Each module of commands is imported only when it is wanted: some load libraries that take a second.
    """
    parser = argparse.ArgumentParser(
        prog="x3studio",
        description="Between Sage X3 and Amazon. Without a command the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"x3studio {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    commands.add_parser("demo", help="open the window on a demo company; no account, nothing to type")
    for module in _wanted(arguments):
        import_module(f"x3studio.cli.{module}").add_parser(commands)
    return parser


def _wanted(arguments: Sequence[str]) -> Sequence[str]:
    if arguments[:1] == ["--version"]:
        return []
    named = [module for module, commands in _VERBS.items() if {*arguments[:1]} & {*commands}]
    return named or list(_VERBS)


def _is_text(argument: str) -> bool:
    """Whether an argument can be stored, sent and shown: bytes that are no UTF-8 arrive as surrogates."""
    return not any("\ud800" <= char <= "\udfff" or char in "\r\n" for char in argument)
