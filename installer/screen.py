"""Lends a program a screen in memory where the machine has none, and ends it afterwards by its process id."""

import os
import secrets
import select
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from installer.voice import Stop, Voice

SIZE = "1920x1080x24"
READY_WITHIN = 20.0
END_WITHIN = 5.0


def has_screen(surroundings: Mapping[str, str], *, platform: str) -> bool:
    """Tell whether a window can be shown; on Windows and macOS it always can."""
    return not platform.startswith("linux") or any(
        surroundings.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )


@contextmanager
def lent_screen(surroundings: Mapping[str, str], *, voice: Voice) -> Iterator[dict[str, str]]:
    """Start Xvfb on a free display that only this user may open; gives the surroundings that lead there."""
    with tempfile.TemporaryDirectory(prefix="x3studio-screen-") as folder:
        authority = Path(folder, "authority")
        cookie = secrets.token_hex(16)
        _admit(authority, display=":0", cookie=cookie)
        server, display = _start(authority)
        try:
            _admit(authority, display=display, cookie=cookie)
            voice.say(f"No screen here: using one in memory, DISPLAY={display} XAUTHORITY={authority}")
            yield {**surroundings, "DISPLAY": display, "XAUTHORITY": str(authority)}
        finally:
            end(server)


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process that we started: first kindly, then for certain."""
    process.terminate()
    try:
        process.wait(END_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _start(authority: Path) -> tuple["subprocess.Popen[bytes]", str]:
    """Start the server and wait for the display number that it chose itself."""
    reading, writing = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        SIZE,
        "-nolisten",
        "tcp",
        "-auth",
        str(authority),
    ]
    try:
        # A session of its own, so that Ctrl-C ends the program first and its screen after it.
        server = subprocess.Popen(
            command,
            pass_fds=[writing],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    finally:
        os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        ready, _, _ = select.select([answer], [], [], READY_WITHIN)
        number = answer.readline().decode().strip() if ready else ""
    if not number.isdigit():
        end(server)
        raise Stop(
            "The screen in memory (Xvfb) did not start.",
            advice="Start on a machine with a screen, or start Xvfb yourself and set DISPLAY.",
        )
    return server, f":{number}"


def _admit(authority: Path, *, display: str, cookie: str) -> None:
    """Write the cookie for a display; through standard input, so that it shows in no process list."""
    outcome = subprocess.run(
        ["xauth", "-q", "-f", str(authority), "source", "-"],  # noqa: S607
        input=f"add {display} . {cookie}\n".encode(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if outcome.returncode:
        raise Stop(
            "xauth could not write the key of the screen.", advice="Check the space on the disk with /tmp."
        )
