"""Arguments that several verbs share, and how a verb gets at its workspace."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from getpass import getpass
from pathlib import Path
from typing import Any, TypeVar

from x3studio.domain.errors import SettingFault
from x3studio.workspace import Workspace

T = TypeVar("T")
WORKSPACE = "X3STUDIO_WORKSPACE"
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
    """The workspace file the command is about; raises SettingFault when none is named."""
    named = parsed.workspace or os.environ.get(WORKSPACE, "")
    if not named:
        raise SettingFault(
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


def day(text: str) -> date:
    """Reads 2026-11-20."""
    return moment(text).date()


def read_secrets(source: str | None, names: tuple[str, ...], *, connection: str) -> dict[str, str]:
    """Secrets by name, asked for at the terminal or taken from the environment or standard input.

    From the environment: X3STUDIO_SECRET_<CONNECTION>_<NAME>. From standard input: one JSON object.
    """
    if source == "stdin":
        return _secrets_from_stdin(names)
    if source == "env":
        prefix = "X3STUDIO_SECRET_" + _shell_name(connection)
        return {name: os.environ.get(f"{prefix}_{name.upper()}", "") for name in names}
    return {name: getpass(f"{name.replace('_', ' ')} (leave empty if none): ") for name in names}


def _secrets_from_stdin(names: tuple[str, ...]) -> dict[str, str]:
    try:
        given = json.loads(sys.stdin.read())
    except ValueError as fault:
        raise SettingFault(
            "Standard input holds no JSON object.",
            field="secrets-from",
            advice='Send one object such as {"client_id": "…", "client_secret": "…"}.',
        ) from fault
    if not isinstance(given, dict):
        raise SettingFault("The secrets must be one JSON object.", field="secrets-from")
    return {name: str(given.get(name) or "") for name in names}


def _shell_name(name: str) -> str:
    return "".join(char if char.isalnum() else "_" for char in name).upper()
