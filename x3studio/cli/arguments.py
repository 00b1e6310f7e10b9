"""Arguments that several verbs share, and how a verb gets at its workspace."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from getpass import getpass
from pathlib import Path
from typing import Any, TypeVar

from x3studio.domain.errors import SettingFault
from x3studio.workspace import Workspace, flow_names

T = TypeVar("T")


class Misused(SettingFault):
    """The command cannot work the way it was given; `field` names the argument."""


WORKSPACE = "X3STUDIO_WORKSPACE"
_MOST_SECONDS = 7 * 86_400
_MOST_CHARACTERS = 1_000_000
Commands = Any
"""argparse's sub-parser action, which has no public type."""


def workspace_argument(parser: argparse.ArgumentParser) -> None:
    """Adds --workspace."""
    parser.add_argument(
        "--workspace", metavar="FILE", help=f"the workspace file (or the variable {WORKSPACE})"
    )


def json_argument(parser: argparse.ArgumentParser) -> None:
    """Adds --json."""
    parser.add_argument("--json", action="store_true", help="print JSON on standard output")


def workspace_path(parsed: argparse.Namespace) -> Path:
    """The workspace file the command is about; raises Misused when none is named."""
    named = parsed.workspace or os.environ.get(WORKSPACE, "")
    if not named:
        raise Misused(
            "No workspace is named.",
            field="workspace",
            advice=f"Give --workspace FILE or set {WORKSPACE}; 'x3studio init' makes a new one.",
        )
    return Path(named)


def within(parsed: argparse.Namespace, work: Callable[[Workspace], Awaitable[T]]) -> T:
    """Opens the workspace, carries out `work` in it and closes it again."""

    async def inside() -> T:
        workspace = await Workspace.open(workspace_path(parsed))
        try:
            return await work(workspace)
        finally:
            await workspace.close()

    return interruptible(inside())


def interruptible(work: Awaitable[T]) -> T:
    """Runs `work`; the first Ctrl+C or SIGTERM cancels it in good order."""

    async def watched() -> T:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        if sys.platform != "win32":
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, task.cancel)
        return await task

    return asyncio.run(watched())


def moment(text: str) -> datetime:
    """Reads 2026-11-20 or an ISO time; without a zone it is taken as UTC."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write 2026-11-20") from fault
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def above_zero(text: str) -> int:
    """Reads 1, 2, 3 …"""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above zero")
    return int(text)


def zero_or_more(text: str) -> int:
    """Reads 0, 1, 2 …"""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 on")
    return int(text)


def seconds(text: str) -> float:
    """Reads 900 or 0.5."""
    try:
        given = float(text)
    except ValueError:
        given = -1.0
    if not 0 <= given < _MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds; write 900 or 0.5")
    return given


def connection_name(text: str) -> str:
    """Reads the name of a connection: it stands in tables, in routes and in the names of variables."""
    if not text.strip() or not text.isprintable() or ">" in text:
        raise argparse.ArgumentTypeError(f"{text!r} is no name for a connection; choose one such as x3")
    return text.strip()


def flow_name(text: str) -> str:
    """Reads the name of a flow that exists."""
    if text not in flow_names():
        raise argparse.ArgumentTypeError(f"there is no flow {text!r}; there is {', '.join(flow_names())}")
    return text


def read_secrets(source: str | None, names: tuple[str, ...], *, connection: str) -> dict[str, str]:
    """Secrets by name, asked for at the terminal or taken from the environment or standard input.

    From the environment: X3STUDIO_SECRET_<CONNECTION>_<NAME>. From standard input: one JSON object.
    Raises Misused where they cannot be had that way.
    """
    if source == "stdin":
        given = _secrets_from_stdin(names)
    elif source == "env":
        prefix = "X3STUDIO_SECRET_" + _shell_name(connection)
        given = {name: os.environ.get(f"{prefix}_{name.upper()}", "") for name in names}
    else:
        given = _secrets_asked_for(names)
    for name, value in given.items():
        if not value.isprintable():
            raise Misused(
                f"The {name.replace('_', ' ')} holds a character that cannot be typed, such as a line's end.",
                field=name,
                advice="Pass the secret alone, as it was issued.",
            )
    return given


def _secrets_asked_for(names: tuple[str, ...]) -> dict[str, str]:
    if not sys.stdin.isatty():
        # Without one, getpass would show what is typed.
        raise Misused(
            "There is no terminal to ask for the secrets at.",
            field="secrets-from",
            advice="Give --secrets-from env or --secrets-from stdin.",
        )
    return {name: getpass(f"{name.replace('_', ' ')} (leave empty if none): ") for name in names}


def _secrets_from_stdin(names: tuple[str, ...]) -> dict[str, str]:
    try:
        given = json.loads(sys.stdin.read(_MOST_CHARACTERS))
    except ValueError as fault:
        raise Misused(
            "Standard input holds no JSON object.",
            field="secrets-from",
            advice='Send one object such as {"client_id": "…", "client_secret": "…"}.',
        ) from fault
    if not isinstance(given, dict) or not all(isinstance(given.get(name, ""), str) for name in names):
        raise Misused(
            "The secrets must be one JSON object of texts.",
            field="secrets-from",
            advice='Send one object such as {"client_id": "…", "client_secret": "…"}.',
        )
    return {name: given.get(name, "") for name in names}


def _shell_name(name: str) -> str:
    return "".join(char if char.isalnum() else "_" for char in name).upper()
