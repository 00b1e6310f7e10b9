"""A desktop of its own: a screen in memory, a session bus, the window, and a foreign reader beside it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from installer.needs import READING, SCREEN, WINDOW
from installer.screen import lent_screen
from installer.system import is_present
from installer.voice import Voice

ROOT = Path(__file__).parents[2]
READER = Path(__file__).with_name("reader.py")
SYSTEM_PYTHON = "/usr/bin/python3"
_BUS_FORMAT = ("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1")
_END_WITHIN = 30.0


class Unread(AssertionError):
    """What the foreign reader did not find."""


@dataclass
class Reader:
    """The foreign program; each call is one request to it."""

    process: "subprocess.Popen[str]"

    def __call__(self, do: str, **arguments: object) -> Any:
        """Asks for one thing and returns what was told; raises Unread where it never came."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "fault" in answer:
            raise Unread(f"{answer['fault']}; shown: {self._shown()}")
        return answer["told"]

    def _shown(self) -> list[str]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write('{"do": "tree"}\n')
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline()).get("told", [])
        return [f"{each['role']} {each['name']}" for each in told if each["name"]]


def missing() -> str:
    """Why there can be no such desktop here, "" where there can."""
    if not sys.platform.startswith("linux"):
        return "AT-SPI is the accessibility bus of Linux"
    lacking = [need.package for need in (*SCREEN, *WINDOW, *READING) if not is_present(need)]
    return f"this machine lacks {', '.join(sorted(set(lacking)))}" if lacking else ""


@contextmanager
def desktop(home: Path, *arguments: str, **given: str) -> Iterator[Reader]:
    """The program with these arguments, in a window of its own, for as long as the block runs."""
    surroundings = _surroundings(home, given)
    with lent_screen(surroundings, voice=Voice(sys.stderr)) as lit, _bus(lit) as there:
        program = [sys.executable, "-m", "x3studio", *arguments]
        log = home / "window.log"
        with (
            log.open("w", encoding="utf-8") as said,
            _running(program, there, stderr=said),
            _running([SYSTEM_PYTHON, str(READER)], there, talks=True) as reader,
        ):
            yield Reader(reader)
    # A window that found a fault in itself says so here, whatever the reader saw.
    assert "Traceback" not in log.read_text(encoding="utf-8")


def _surroundings(home: Path, given: Mapping[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "X3STUDIO_LOCKS") if name in os.environ}
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    reads = {"QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "QT_ACCESSIBILITY": "1"}
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    return {
        **kept,
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "XDG_RUNTIME_DIR": str(runtime),
        **folders,
        **reads,
        **given,
    }


@contextmanager
def _bus(surroundings: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """A session bus that nobody else is on; it starts the accessibility bus when it is asked for."""
    with _running(list(_BUS_FORMAT), surroundings, talks=True) as daemon:
        assert daemon.stdout is not None
        yield {**surroundings, "DBUS_SESSION_BUS_ADDRESS": daemon.stdout.readline().strip()}


@contextmanager
def _running(
    command: list[str], surroundings: Mapping[str, str], *, talks: bool = False, stderr: Any = None
) -> "Iterator[subprocess.Popen[str]]":
    """A process for as long as the block runs, ended by its id."""
    pipe = subprocess.PIPE if talks else subprocess.DEVNULL
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=dict(surroundings),
        stdin=pipe,
        stdout=pipe,
        stderr=stderr or subprocess.DEVNULL,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_END_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
