"""Runs a long command quietly: says now and then that it runs and keeps its last words for a failure."""

import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from installer.voice import Voice

REMIND_AFTER = 20.0
LAST_LINES = 12


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended: its exit code and everything it wrote."""

    code: int
    said: str

    @property
    def last_words(self) -> str:
        """The last lines it wrote, indented, to stand below a message."""
        lines = [line for line in self.said.splitlines() if line.strip()]
        return "\n".join(f"    {line}" for line in lines[-LAST_LINES:])


Errand = Callable[[Sequence[str], str], Outcome]


def errands(*, voice: Voice, surroundings: Mapping[str, str], folder: Path) -> Errand:
    """Bind where commands run and who tells of them; the result takes a command and its doing in words."""

    def run(command: Sequence[str], doing: str) -> Outcome:
        with tempfile.TemporaryFile() as output:
            try:
                process = subprocess.Popen(  # fixed words and own paths, never through a shell
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=surroundings,
                    cwd=folder,
                    close_fds=False,
                )
            except OSError as fault:
                return Outcome(127, f"{command[0]}: {fault.strerror}")
            code = _finish(process, voice=voice, doing=doing)
            output.seek(0)
            return Outcome(code, output.read().decode(errors="replace"))

    return run


def _finish(process: "subprocess.Popen[bytes]", *, voice: Voice, doing: str) -> int:
    try:
        while True:
            try:
                return process.wait(REMIND_AFTER)
            except subprocess.TimeoutExpired:
                voice.say(f"... still {doing}")
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
