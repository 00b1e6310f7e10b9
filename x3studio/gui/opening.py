"""Finds and opens the workspace the window shows, and is what pages know of it."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import platformdirs

from x3studio.domain.errors import SettingFault
from x3studio.gui.host import FlowInfo
from x3studio.gui.memory import Memory
from x3studio.gui.tasks import Tasks
from x3studio.store import Store
from x3studio.workspace import Workspace

VARIABLE = "X3STUDIO_WORKSPACE"
_REMEMBERED = "workspace"


class OpenWorkspace:
    """A workspace as the window's Host: what it starts runs in the window's task runner."""

    def __init__(self, workspace: Workspace, tasks: Tasks) -> None:
        self.workspace = workspace
        self._tasks = tasks

    @property
    def store(self) -> Store:
        """What pages read."""
        return self.workspace.store

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.workspace.path

    @property
    def title(self) -> str:
        """The customer's name."""
        return self.workspace.title

    @property
    def vault_note(self) -> str:
        """What a person must know of the secrets, or ""."""
        return self.workspace.vault_note

    def flows(self) -> Sequence[FlowInfo]:
        """The flows that exist."""
        return self.workspace.flows()

    async def launch(
        self, flow: str, *, dry_run: bool = False, since: datetime | None = None, limit: int | None = None
    ) -> int:
        """Queues a run and carries it out in the background; returns its number."""
        run = await self.workspace.running.queue(flow, dry_run=dry_run, since=since, limit=limit)
        self._tasks.start(self.workspace.running.carry_out(run), name=f"carry out run {run}")
        return run

    async def cancel(self, run_id: int) -> None:
        """Ends a run before its next record."""
        await self.workspace.running.cancel(run_id)

    async def stop_after_current(self, run_id: int) -> None:
        """Ends a run once the record in hand is done."""
        await self.workspace.running.stop_after_current(run_id)

    async def resume(self, connection: str) -> None:
        """Lets flows that waited for this connection's sign-in go on."""
        await self.store.write(lambda tables: tables.connections.set_state(connection, "ok"))


async def open_workspace(arguments: Sequence[str], memory: Memory) -> Workspace:
    """The workspace named by argument or X3STUDIO_WORKSPACE, else the last one, else a new one.

    Raises StudioError where it cannot be opened.
    """
    if len(arguments) > 1:
        raise SettingFault(
            f"The window does not know what to do with {arguments[1]}.",
            field="workspace",
            advice="Start it with one workspace file, or without any.",
        )
    named = arguments[0] if arguments else os.environ.get(VARIABLE, "") or memory.text(_REMEMBERED)
    path = Path(named) if named else Path(platformdirs.user_data_path("X3 Studio")) / "workspace.x3studio"
    if path.exists() or arguments:
        workspace = await Workspace.open(path)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        workspace = await Workspace.create(path)
    memory.keep(_REMEMBERED, str(path))
    return workspace
