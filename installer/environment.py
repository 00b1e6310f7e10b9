"""Makes the virtual environment from the lock, heals a half-made one, and leaves a finished one alone."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from installer.errand import Errand, Outcome
from installer.stamp import Found, Stamp, Step, decide, read_stamp, wanted_stamp, write_begun, write_stamp
from installer.voice import Stop, Voice

FOLDER = ".venv"
STAMP = "x3studio.json"
NO_NETWORK = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "timed out",
)
QUIET = ("--quiet", "--no-input", "--disable-pip-version-check")


def interpreter(environment: Path) -> Path:
    """Where the environment's Python stands on this platform."""
    return environment / "Scripts" / "python.exe" if os.name == "nt" else environment / "bin" / "python"


def base_python() -> str:
    """The interpreter below any environment this one may itself run in."""
    return os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def prepare(root: Path, *, run: Errand, voice: Voice) -> Path:
    """Bring the environment up to the lock and return its interpreter; Stop says what hinders it."""
    environment = root / FOLDER
    base = base_python()
    try:
        wanted = wanted_stamp(root, python=f"{sys.version_info.major}.{sys.version_info.minor} {base}")
        if decide(look(environment, run=run), wanted=wanted) is not Step.NOTHING:
            with _alone(root, voice=voice):
                # Looked at again: another start may have done the work while this one waited.
                step = decide(look(environment, run=run), wanted=wanted)
                _Work(root, environment, base=base, run=run, voice=voice).do(step, wanted=wanted)
    except OSError as fault:
        raise Stop(
            f"The environment could not be made: {fault.strerror or fault}: {fault.filename or environment}",
            advice="Check that you may write there and that the disk has 1 GB free; then start again.",
        ) from fault
    return interpreter(environment)


def look(environment: Path, *, run: Errand) -> Found:
    """Find out how an environment stands; one without a stamp is asked for its pip and version."""
    if not environment.exists():
        return Found(exists=False, works=False)
    stamp, begun = read_stamp(environment / STAMP)
    python = interpreter(environment)
    if stamp is not None or begun or not python.exists():
        return Found(exists=True, works=python.exists(), begun=begun, stamp=stamp)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    question = f"import sys, pip; sys.exit('%d.%d' % sys.version_info[:2] != {version!r})"
    return Found(
        exists=True, works=run((str(python), "-c", question), "looking at the environment").code == 0
    )


class _Work:
    """The steps on one environment, in order."""

    def __init__(self, root: Path, environment: Path, *, base: str, run: Errand, voice: Voice) -> None:
        self._root = root
        self._environment = environment
        self._base = base
        self._run = run
        self._voice = voice

    def do(self, step: Step, *, wanted: Stamp) -> None:
        """Do a step and all that follow from it, and stamp the result."""
        if step is Step.NOTHING:
            return
        stamp = self._environment / STAMP
        if step is Step.BUILD:
            self._clear()
            self._environment.mkdir()
            write_begun(stamp)
            self._build()
        write_begun(stamp)
        try:
            if step in (Step.BUILD, Step.PACKAGES):
                self._install_packages()
            self._install_project()
        except Stop:
            # pip puts everything back before it refuses: only a killed start leaves ruins.
            stamp.unlink()
            raise
        write_stamp(stamp, stamp=wanted)
        self._voice.say("The environment is ready")

    def _clear(self) -> None:
        """Remove what stands there, but only what is recognisably an environment."""
        if not self._environment.exists() and not self._environment.is_symlink():
            return
        known = any((self._environment / name).exists() for name in ("pyvenv.cfg", STAMP))
        if self._environment.is_symlink() or not (known or _is_empty(self._environment)):
            raise Stop(
                f"{self._environment} is in the way: it is no virtual environment.",
                advice="Move it elsewhere, then start again.",
            )
        self._voice.say("The environment is unfinished or of another Python or place: making it again")
        shutil.rmtree(self._environment)

    def _build(self) -> None:
        self._voice.say(
            f"Making the environment with Python {sys.version_info.major}.{sys.version_info.minor}"
        )
        outcome = self._run((self._base, "-m", "venv", str(self._environment)), "making the environment")
        if outcome.code:
            raise Stop(
                f"The virtual environment could not be made.\n{outcome.last_words}",
                advice="Check that the disk has 1 GB free; then start again.",
            )

    def _install_packages(self) -> None:
        lock = self._root / "requirements.lock"
        count = sum(not line.startswith((" ", "#")) for line in lock.read_text(encoding="utf-8").splitlines())
        self._voice.say(f"Installing {count} locked packages; the first time this fetches about 200 MB")
        command = ("install", "--require-hashes", "--no-deps", "--only-binary=:all:", "-r", str(lock))
        outcome = self._pip(*command, doing="installing packages")
        if outcome.code:
            raise packages_failed(outcome)

    def _install_project(self) -> None:
        command = ("install", "--no-deps", "--no-index", "--no-build-isolation", "-e", str(self._root))
        outcome = self._pip(*command, doing="installing the project")
        if outcome.code:
            raise Stop(
                f"The project itself could not be installed.\n{outcome.last_words}",
                advice="Compare this checkout with its origin (git status), then start again.",
            )
        # Each start reads hundreds of modules. Where this may not be written, Python compiles as it goes.
        program = str(self._root / "x3studio")
        self._run(
            (str(interpreter(self._environment)), "-m", "compileall", "-q", program), "compiling the program"
        )

    def _pip(self, verb: str, *words: str, doing: str) -> Outcome:
        return self._run((str(interpreter(self._environment)), "-m", "pip", verb, *QUIET, *words), doing)


def packages_failed(outcome: Outcome) -> Stop:
    """Read from pip's words whether the network, a changed package, or something else hindered it."""
    if "DO NOT MATCH THE HASHES" in outcome.said:
        return Stop(
            f"A fetched package is not the one the lock names; it was not installed.\n{outcome.last_words}",
            advice="Start again; if this stays, do not trust the package index this machine uses.",
        )
    if any(sign in outcome.said for sign in NO_NETWORK):
        return Stop(
            "The packages could not be fetched: the package index does not answer.",
            advice="Check the network connection, then start again.",
        )
    return Stop(
        f"The packages could not be installed.\n{outcome.last_words}",
        advice="Check the network connection and that the disk has 1 GB free; then start again.",
    )


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


@contextmanager
def _alone(root: Path, *, voice: Voice) -> Iterator[None]:
    """Let one start at a time work on the environment; Windows has no such lock and goes on without."""
    try:
        import fcntl
    except ModuleNotFoundError:
        yield
        return
    handle = os.open(root, os.O_RDONLY)
    # Inherited by what we run: where a start is killed, the lock lasts until its pip has ended too.
    os.set_inheritable(handle, True)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            voice.say("Another start is making the environment: waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
