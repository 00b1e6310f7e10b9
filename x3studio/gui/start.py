"""Finds and opens the workspace that the window shows."""

import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from x3studio.domain.errors import SettingFault, StoreFault, VaultFault
from x3studio.gui.memory import Memory
from x3studio.workspace import Workspace

VARIABLE = "X3STUDIO_WORKSPACE"
DEMO = "demo"
_REMEMBERED = "workspace"


@dataclass(frozen=True, slots=True)
class Opened:
    """An open workspace and how to let go of it, with whatever serves it."""

    workspace: Workspace
    close: Callable[[], Awaitable[None]]


Ask = Callable[[VaultFault | StoreFault, bool], Awaitable[str]]
"""Asks for a passphrase: why it is needed, and whether the file is a new one; "" gives up."""


async def open_workspace(arguments: Sequence[str], memory: Memory, ask: Ask) -> Opened:
    """The demo company, the workspace named by argument or X3STUDIO_WORKSPACE, the last one, or a new one.

    Where there is no keyring the passphrase is asked for. Raises StudioError where it cannot be opened.
    """
    if len(arguments) > 1:
        raise SettingFault(
            f"The window does not know what to do with {arguments[1]}.",
            field="workspace",
            advice="Start it with one workspace file, with demo, or without any.",
        )
    if list(arguments) == [DEMO]:
        from x3studio.workspace.demo import open_demo

        demo = await open_demo()
        return Opened(demo.workspace, demo.close)
    named = arguments[0] if arguments else os.environ.get(VARIABLE, "") or memory.text(_REMEMBERED)
    path = Path(named) if named else Path(platformdirs.user_data_path("X3 Studio")) / "workspace.x3studio"
    workspace = await _opened(path, may_create=not arguments, ask=ask)
    memory.keep(_REMEMBERED, str(path))
    return Opened(workspace, workspace.close)


async def _opened(path: Path, *, may_create: bool, ask: Ask) -> Workspace:
    new = may_create and _is_new(path)
    try:
        return await (Workspace.create(path) if new else Workspace.open(path))
    except VaultFault as fault:
        return await _under_passphrase(path, fault, new=new, ask=ask)


def _is_new(path: Path) -> bool:
    """Whether the file must be made; its folder then stands."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    return True


async def _under_passphrase(path: Path, fault: VaultFault, *, new: bool, ask: Ask) -> Workspace:
    """Asks until the passphrase opens the file or the person gives up."""
    why: VaultFault | StoreFault = fault
    while passphrase := await ask(why, new):
        try:
            return await Workspace.under_passphrase(path, passphrase, new=new)
        except StoreFault as wrong:
            why = wrong
    raise fault
