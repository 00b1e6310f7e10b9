"""Finds and opens the workspace that the window shows."""

import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from x3studio.domain.errors import SettingFault
from x3studio.gui.memory import Memory
from x3studio.workspace import Workspace
from x3studio.workspace.demo import open_demo

VARIABLE = "X3STUDIO_WORKSPACE"
DEMO = "demo"
_REMEMBERED = "workspace"


@dataclass(frozen=True, slots=True)
class Opened:
    """An open workspace and how to let go of it, with whatever serves it."""

    workspace: Workspace
    close: Callable[[], Awaitable[None]]


async def open_workspace(arguments: Sequence[str], memory: Memory) -> Opened:
    """The demo company, the workspace named by argument or X3STUDIO_WORKSPACE, the last one, or a new one.

    Raises StudioError where it cannot be opened.
    """
    if len(arguments) > 1:
        raise SettingFault(
            f"The window does not know what to do with {arguments[1]}.",
            field="workspace",
            advice="Start it with one workspace file, with demo, or without any.",
        )
    if list(arguments) == [DEMO]:
        demo = await open_demo()
        return Opened(demo.workspace, demo.close)
    named = arguments[0] if arguments else os.environ.get(VARIABLE, "") or memory.text(_REMEMBERED)
    path = Path(named) if named else Path(platformdirs.user_data_path("X3 Studio")) / "workspace.x3studio"
    if path.exists() or arguments:
        workspace = await Workspace.open(path)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        workspace = await Workspace.create(path)
    memory.keep(_REMEMBERED, str(path))
    return Opened(workspace, workspace.close)
