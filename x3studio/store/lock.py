"""One engine per account: a lock that the operating system releases when its holder ends, however it ends."""

import hashlib
from pathlib import Path

from filelock import FileLock, Timeout

from x3studio.domain.errors import StoreFault
from x3studio.store.faults import missing_directory


class EngineLock:
    """The right to run flows against one account of one workspace.

    The lock's file stands beside the workspace; that it exists means nothing, only that it is held counts.
    """

    def __init__(self, workspace: Path, account: str) -> None:
        real = workspace.resolve()
        short = hashlib.sha256(account.encode()).hexdigest()[:12]
        self.path = real.with_name(f"{real.name}.{short}.lock")
        # Not bound to a thread: the engine may take it in one and give it back in another.
        # Without flock there is no lock: a file that merely exists would outlive a killed engine.
        self._lock = FileLock(self.path, thread_local=False, fallback_to_soft=False)

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._lock.is_locked

    def acquire(self) -> bool:
        """Takes the lock without waiting; False when another engine holds it. Raises StoreFault."""
        if self.held:
            return True
        if not self.path.parent.is_dir():
            raise missing_directory(self.path)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        except (OSError, NotImplementedError) as error:
            raise StoreFault(
                "The engine's lock beside the workspace cannot be taken.",
                advice=f"Check that you may write in {self.path.parent} and that it is a local disk.",
                said=str(error),
                context={"file": str(self.path)},
            ) from error
        return True

    def release(self) -> None:
        """Gives the lock back; without holding it this does nothing."""
        if self.held:
            self._lock.release()
