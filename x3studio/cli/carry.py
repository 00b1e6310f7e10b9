"""Carrying out one queued run for a window: what the program starts itself as, and no person types."""

import argparse
import asyncio
import contextlib
import sys
import threading
from pathlib import Path
from typing import Any

from x3studio.cli.arguments import Commands, above_zero, interruptible
from x3studio.cli.output import Exit
from x3studio.domain.errors import StudioError


def add_parser(commands: Commands) -> None:
    """Adds `carry`, which the help leaves out."""
    parser = commands.add_parser("carry")
    parser.add_argument("run", type=above_zero)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.set_defaults(verb=carry)


def carry(parsed: argparse.Namespace) -> int:
    """Takes the secrets from the first line of standard input; a second line asks it to end."""
    from x3studio.workspace.apart import give_way, told

    give_way()
    line = sys.stdin.readline()
    try:
        interruptible(_carried(parsed.workspace, parsed.run, line))
    except StudioError as fault:
        print(told(fault), flush=True)
        return Exit.FAILED
    except asyncio.CancelledError:
        return Exit.INTERRUPTED
    return Exit.DONE


async def _carried(path: Path, run: int, line: str) -> None:
    from x3studio.workspace import Workspace
    from x3studio.workspace.apart import vault_handed

    workspace = await Workspace.open(path, vault=vault_handed(line))
    try:
        work = asyncio.ensure_future(workspace.running.carry_out(run, past_pause=False))
        _listen(work)
        await work
    finally:
        await workspace.close()


def _listen(work: "asyncio.Future[Any]") -> None:
    """Cancels the work when a line comes. The end of the input is no wish: the window may have died."""
    loop = asyncio.get_running_loop()

    def listen() -> None:
        if sys.stdin.readline():
            with contextlib.suppress(RuntimeError):
                # The loop may be closed by now, when there is nothing left to cancel.
                loop.call_soon_threadsafe(work.cancel)

    threading.Thread(target=listen, name="listens for the window", daemon=True).start()
