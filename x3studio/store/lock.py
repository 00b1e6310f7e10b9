"""One engine per account: locks that the operating system releases with their holder, however it ends."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs
from filelock import FileLock, Timeout

from x3studio.domain.errors import StoreFault
from x3studio.store.faults import missing_directory

FOLDER = "X3STUDIO_LOCKS"
"""The variable that names another folder for the locks of accounts, such as one that several users share."""
_PORTS = {"https": 443, "http": 80}


class EngineLock:
    """The right to run flows against one account, in this workspace and in every other on this machine.

    Two files: one named by the account alone, so that two workspaces on one X3 folder exclude each other,
    and one beside the workspace, for those who reach the same file from elsewhere. That they exist means
    nothing, only that both are held counts.
    """

    def __init__(self, workspace: Path, account: str) -> None:
        real = workspace.resolve()
        self.path = real.with_name(f"{real.name}.{_short(account)}.lock")
        self.account_path = _folder() / f"{_short(_plain(account))}.lock"
        # Not bound to a thread: the engine may take it in one and give it back in another.
        # Without flock there is no lock: a file that merely exists would outlive a killed engine.
        self._locks = [
            FileLock(path, thread_local=False, fallback_to_soft=False)
            for path in (self.account_path, self.path)
        ]

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return all(lock.is_locked for lock in self._locks)

    def acquire(self) -> bool:
        """Takes the lock without waiting; False when another engine holds it. Raises StoreFault."""
        if self.held:
            return True
        if not self.path.parent.is_dir():
            raise missing_directory(self.path)
        try:
            self.account_path.parent.mkdir(parents=True, exist_ok=True)
            for lock in self._locks:
                lock.acquire(timeout=0)
        except Timeout:
            self.release()
            return False
        except (OSError, NotImplementedError) as error:
            self.release()
            raise self._untakable(error) from error
        return True

    def release(self) -> None:
        """Gives the lock back; without holding it this does nothing."""
        for lock in reversed(self._locks):
            if lock.is_locked:
                lock.release()

    def _untakable(self, error: Exception) -> StoreFault:
        own = isinstance(error, OSError) and str(error.filename or "").startswith(str(_folder()))
        place = self.account_path if own else self.path
        aside = f", or name another folder in {FOLDER}" if own else ""
        return StoreFault(
            "The engine's lock cannot be taken.",
            advice=f"Check that you may write in {place.parent} and that it is a local disk{aside}.",
            said=str(error),
            context={"file": str(place)},
        )


def _folder() -> Path:
    return Path(os.environ.get(FOLDER) or platformdirs.user_state_path("X3 Studio") / "locks")


def _plain(account: str) -> str:
    """Machine, port and X3 folder: https://X3:443/#SEED and https://x3#SEED are one account."""
    with suppress(ValueError):
        parts = urlsplit(account)
        if parts.hostname:
            return f"{parts.hostname}:{parts.port or _PORTS.get(parts.scheme, 0)}#{parts.fragment}"
    return account


def _short(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]
