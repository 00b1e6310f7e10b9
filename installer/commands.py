"""The installer's verbs: each prepares the machine and the environment, then starts one program in it."""

import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from installer import launch, lock
from installer.environment import FOLDER, prepare
from installer.errand import errands
from installer.needs import needs, python_needs
from installer.screen import has_screen, lent_screen
from installer.system import provide, this_machine
from installer.voice import Stop, Voice

USAGE = """Usage: python3 installer/bootstrap.py VERB ...

  demo          opens the window on a demo workspace; nothing to type, no account
  test ...      runs the tests; what follows goes to pytest, for example: test -k store
  run ...       runs x3studio with what follows, for example: run doctor
  lock ...      writes requirements.lock anew; what follows goes to uv, for example: lock --upgrade

Each installs what is missing first and starts at once when nothing is.
"""
INTERRUPTED = 130
SPREAD = ("--numprocesses=logical", "--dist=worksteal")
"""Most tests start programs and wait for them: one worker for each processor; `test -n 0` takes one."""


def main(arguments: Sequence[str], *, root: Path) -> int:
    """Run one verb; returns its program's exit code, 1 where the start cannot go on, 2 for wrong usage."""
    verbs = {"demo": _demo, "test": _test, "run": _run, "lock": _lock}
    verb, *rest = arguments or [""]
    if verb in ("-h", "--help"):
        sys.stdout.write(USAGE)
        return 0
    if verb not in verbs:
        sys.stderr.write(USAGE)
        return 2
    start = Start(root)
    signal.signal(signal.SIGTERM, _stop)
    try:
        return verbs[verb](start, rest)
    except Stop as stop:
        start.voice.refuse(stop)
        return 1
    except KeyboardInterrupt:
        start.voice.say("Stopped; the same command goes on from here")
        return INTERRUPTED


def _stop(number: int, _frame: FrameType | None) -> None:
    """End in order: whatever is being installed or shown is ended too."""
    sys.exit(128 + number)


class Start:
    """One start of the installer on this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.voice = Voice()
        self.platform: str = sys.platform
        self.run = errands(voice=self.voice, surroundings=launch.own_surroundings(os.environ), folder=root)
        self.seen = has_screen(os.environ, platform=self.platform)
        self.hidden = os.environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal", "vnc"))

    def make_ready(self, *, draws: bool, screen: bool = False, tests: bool = False) -> str:
        """Bring system libraries and environment up to date; returns the environment's interpreter."""
        if self.platform.startswith("linux"):
            from_system = Path(sys.base_prefix) == Path("/usr")
            wanted = needs(
                python=python_needs(minor=sys.version_info.minor, from_system=from_system),
                draws=draws,
                window=draws and self.seen and not self.hidden,
                screen=screen,
                tests=tests,
            )
            provide(wanted, machine=this_machine(self.run), voice=self.voice)
        return str(prepare(self.root, run=self.run, voice=self.voice))

    def surroundings(self, *, offscreen: bool = False) -> dict[str, str]:
        """What the started program finds around it."""
        lacks_runtime = self.platform.startswith("linux") and not launch.has_runtime(
            os.environ, user=os.getuid()
        )
        return launch.program_surroundings(
            os.environ,
            environment=self.root / FOLDER,
            platform=self.platform,
            offscreen=offscreen,
            runtime=self.private() if lacks_runtime else None,
        )

    def private(self) -> Path:
        """A folder only this user may enter, on Linux and macOS."""
        return launch.private_folder(Path(tempfile.gettempdir()), user=os.getuid())


def _demo(start: Start, rest: Sequence[str]) -> int:
    return _run(start, ["demo", *rest])


def _run(start: Start, rest: Sequence[str]) -> int:
    window = not rest or rest[0] == "demo"
    lends = window and not start.seen and not start.hidden
    python = start.make_ready(draws=window, screen=lends)
    # -P: a file in the user's folder must not stand in for one of our modules.
    command = (python, "-P", "-m", "x3studio", *rest)
    start.voice.say(f"Starting x3studio {' '.join(rest)}".rstrip())
    if not lends:
        return launch.replace(command, surroundings=start.surroundings(), folder=None)
    with lent_screen(start.surroundings(), voice=start.voice) as surroundings:
        return launch.watch(command, surroundings=surroundings)


def _test(start: Start, rest: Sequence[str]) -> int:
    python = start.make_ready(draws=True, tests=True)
    start.voice.say("Starting the tests")
    # A checkout that belongs to somebody else can be tested too: pytest's notes then go elsewhere.
    foreign = () if os.access(start.root, os.W_OK) else ("-o", f"cache_dir={start.private()}")
    command = (python, "-m", "pytest", *SPREAD, *foreign, *rest)
    return launch.replace(
        command, surroundings=start.surroundings(offscreen=not start.seen), folder=start.root
    )


def _lock(start: Start, rest: Sequence[str]) -> int:
    python = start.make_ready(draws=False)
    lock.renew(start.root, python=Path(python), wishes=rest, run=start.run)
    start.voice.say("requirements.lock is written; the next start installs it")
    return 0
