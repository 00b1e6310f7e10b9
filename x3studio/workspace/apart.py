"""Runs in a process of their own: the window stays smooth, and a run outlives a window that dies.

The process is handed its secrets through its standard input, where no list of processes shows them. A line
that follows asks it to end; that the input ends means nothing, for a window that died does not ask.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from x3studio.domain.errors import StudioError
from x3studio.domain.runs import FINAL, Run, RunState
from x3studio.store import Store
from x3studio.vault import KEY, WORKSPACE, MemoryVault, Vault
from x3studio.workspace.connecting import Connecting

VERB = "carry"
STOP = "stop"
_PATIENCE = 20.0
"""Longer than X3 takes to save: what is on its way may still be answered."""
_BEHIND = 5
"""How much nicer than the window it is."""
_ENDED = (*FINAL, RunState.PAUSED)


class Apart:
    """Starts the processes and waits for them; they hold the account's lock, as the command line does."""

    def __init__(self, store: Store, connecting: Connecting, vault: Vault) -> None:
        self._store = store
        self._connecting = connecting
        self._vault = vault

    async def carry_out(self, run_id: int) -> Run:
        """Has a queued run carried out and returns it ended, or paused by a person.

        Raises StudioError where the process cannot do it. Cancelled, it has the run cancelled too and waits.
        """
        line = await self.handed()
        process = await asyncio.to_thread(_started, self._store.path, run_id, line)
        talk = asyncio.ensure_future(asyncio.to_thread(process.stdout.read))  # type: ignore[union-attr]
        try:
            said = await asyncio.shield(talk)
        except asyncio.CancelledError:
            await asyncio.shield(_stopped(process, talk))
            raise
        await asyncio.to_thread(_closed, process)
        return await self._ended(run_id, said, code=process.returncode)

    async def handed(self) -> str:
        """What the process must be told: the file's key and the secrets of every connection."""
        secrets = {
            saved.connection.name: await self._connecting.secrets_of(saved.connection)
            for saved in await self._connecting.all()
        }
        key = await asyncio.to_thread(self._vault.get, WORKSPACE, KEY)
        return json.dumps({**secrets, WORKSPACE: {KEY: key or ""}})

    async def _ended(self, run_id: int, said: str, *, code: int) -> Run:
        run = await self._store.read(lambda tables: tables.runs.get(run_id))
        if run is not None and run.state in _ENDED:
            return run
        fault = json.loads(said) if said else {}
        raise StudioError(
            fault.get("title") or f"The process of run {run_id} ended without a result ({code}).",
            advice=fault.get("advice", "Start the flow again: what was sent unanswered is looked up first."),
            said=fault.get("said", ""),
        )


def vault_handed(line: str) -> Vault:
    """The secrets of a line that `Apart` wrote, in memory."""
    given: Mapping[str, Mapping[str, str]] = json.loads(line)
    vault = MemoryVault({})
    for connection, secrets in given.items():
        for name, secret in secrets.items():
            if secret:
                vault.put(connection, name, secret)
    return vault


def told(fault: StudioError) -> str:
    """A fault as the process that waits reads it."""
    return json.dumps({"title": fault.title, "advice": fault.advice, "said": fault.said})


_UNSEEN_AND_SECOND = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(
    subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0
)
"""On Windows: without a console, and behind the window a person looks at; elsewhere see `give_way`."""


def give_way() -> None:
    """Lets the window that waits for this process have the processor first."""
    if hasattr(os, "nice"):
        os.nice(_BEHIND)


def program() -> list[str]:
    """How this program is started once more: frozen, or by this Python."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "x3studio"]


def _started(path: Path, run_id: int, line: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [*program(), VERB, str(run_id), "--workspace", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        creationflags=_UNSEEN_AND_SECOND,
    )
    _say(process, line)
    return process


async def _stopped(process: "subprocess.Popen[str]", talk: "asyncio.Future[Any]") -> None:
    """Asks the process to end in good order; one that does not hear is ended."""
    await asyncio.to_thread(_say, process, STOP)
    done, _ = await asyncio.wait({talk}, timeout=_PATIENCE)
    if not done:
        process.terminate()
        await talk
    await asyncio.to_thread(_closed, process)


def _say(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
    except OSError:
        # It has ended by itself: why is read from what it left.
        return


def _closed(process: "subprocess.Popen[str]") -> None:
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
