"""Starts a program inside the environment: in fitting surroundings, in place of this process or below it."""

import os
import signal
import stat
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

FOREIGN = frozenset({"PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__"})
"""These would lead the environment's interpreter to another Python's modules."""


def own_surroundings(surroundings: Mapping[str, str]) -> dict[str, str]:
    """The surroundings without what leads Python or pip elsewhere, for commands that install."""
    kept = {name: value for name, value in surroundings.items() if name not in FOREIGN}
    return {**kept, "DEBIAN_FRONTEND": "noninteractive", "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}


def program_surroundings(
    surroundings: Mapping[str, str],
    *,
    environment: Path,
    platform: str,
    offscreen: bool,
    runtime: Path | None,
) -> dict[str, str]:
    """The surroundings of a program in the environment; `runtime` is its private folder where it has none."""
    result = {name: value for name, value in surroundings.items() if name not in FOREIGN}
    scripts = environment / ("Scripts" if platform == "win32" else "bin")
    result["VIRTUAL_ENV"] = str(environment)
    result["PATH"] = os.pathsep.join([str(scripts), result.get("PATH", os.defpath)])
    if offscreen:
        result.setdefault("QT_QPA_PLATFORM", "offscreen")
    if runtime is not None:
        result["XDG_RUNTIME_DIR"] = str(runtime)
    if platform.startswith("linux") and result.get("LC_ALL") in ("C", "POSIX"):
        # Qt wants UTF-8 and warns about anything else.
        result["LC_ALL"] = "C.UTF-8"
    return result


def has_runtime(surroundings: Mapping[str, str], *, user: int) -> bool:
    """Tell whether the system gave this user a private folder; Qt warns about a missing or foreign one."""
    folder = Path(surroundings.get("XDG_RUNTIME_DIR") or os.devnull)
    return folder.is_dir() and folder.stat().st_uid == user


def private_folder(parent: Path, *, user: int) -> Path:
    """A folder only this user may enter, the same at each start; a fresh one where somebody else took it."""
    folder = parent / f"x3studio-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if stat.S_ISDIR(found.st_mode) and found.st_uid == user and stat.S_IMODE(found.st_mode) == 0o700:
        return folder
    return Path(tempfile.mkdtemp(prefix=f"x3studio-{user}-", dir=parent))


def replace(command: Sequence[str], *, surroundings: Mapping[str, str], folder: Path | None) -> int:
    """Become the command, so that signals and the exit code are its own; Windows can only wait for it."""
    if os.name != "nt":
        if folder is not None:
            os.chdir(folder)
        os.execve(command[0], list(command), dict(surroundings))  # noqa: S606
    return subprocess.call(command, env=surroundings, cwd=folder)


def watch(command: Sequence[str], *, surroundings: Mapping[str, str]) -> int:
    """Run the command to its end and hand each signal on to it exactly once; returns its exit code."""
    # A session of its own: Ctrl-C reaches it through us alone.
    program = subprocess.Popen(command, env=surroundings, start_new_session=True)

    def hand_on(number: int, _frame: FrameType | None) -> None:
        program.send_signal(number)

    before = {
        number: signal.signal(number, hand_on) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        code = program.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code
