"""The one thread that writes: works that wait at the same instant share one commit, each rolls back alone."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Generic, TypeVar, cast

from sqlcipher3 import dbapi2 as sqlcipher

from x3studio.store.faults import closed_store, store_fault
from x3studio.store.journal import INDEXED_TOGETHER
from x3studio.store.tables import Tables

T = TypeVar("T")

_MOST_TOGETHER = 500
_REST_SECONDS = 0.25


class Job(Generic[T]):
    """One piece of work, and the future that its caller waits for."""

    def __init__(self, work: Callable[[Tables], T], *, alone: bool = False) -> None:
        self.work = work
        self.alone = alone
        """Outside any transaction, as VACUUM demands."""
        self.future: Future[T] = Future()
        self.result: T | None = None
        self.failure: BaseException | None = None

    def settle(self) -> None:
        """Tells the caller, after the commit."""
        if self.failure is None:
            self.future.set_result(cast(T, self.result))
        else:
            self.future.set_exception(self.failure)


class _Handed:
    """Hands whatever fails inside the block to the job's caller instead of ending the writer."""

    def __init__(self, job: Job[Any], *, path: Path) -> None:
        self._job = job
        self._path = path

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            return True
        fault = store_fault(error, path=self._path) if isinstance(error, sqlcipher.Error) else None
        if fault is not None:
            fault.__cause__ = error
        self._job.failure = fault or error
        return True


class Writer:
    """Owns the writing connection from the first job to the last."""

    def __init__(self, tables: Tables, *, path: Path) -> None:
        self._tables = tables
        self._conn = tables.conn
        self._path = path
        self._jobs: SimpleQueue[Job[Any] | None] = SimpleQueue()
        self._door = threading.Lock()
        self._closed = False
        self._unindexed = 0
        """How many exchanges were stored since their words were last put into the index."""
        self._thread = threading.Thread(target=self._write, name=f"writer of {path.name}", daemon=True)
        self._thread.start()

    def submit(self, job: Job[Any]) -> Future[Any]:
        """Queues a job; after `close` it fails with StoreFault."""
        with self._door:
            if self._closed:
                raise closed_store(self._path)
            self._jobs.put(job)
        return job.future

    def close(self) -> None:
        """Writes what is queued, then lets go of the file."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()

    def _write(self) -> None:
        ended = False
        while not ended:
            try:
                group, alone, ended = self._next_group(patience=_REST_SECONDS if self._unindexed else None)
            except Empty:
                self._index()
                continue
            if group:
                self._together(group)
            if alone is not None:
                self._apart(alone)
            if self._unindexed >= INDEXED_TOGETHER or (ended and self._unindexed):
                self._index()
        self._conn.close()

    def _index(self) -> None:
        """Where it fails, the next one who writes hears of it, and searches find everything all the same."""
        self._unindexed = 0
        self._apart(Job(lambda tables: tables.journal.index(), alone=True))

    def _next_group(self, *, patience: float | None) -> tuple[list[Job[Any]], Job[Any] | None, bool]:
        """Waits for a job and takes all that wait behind it; the last two say why it stopped.

        Raises Empty where none came for so many seconds.
        """
        group: list[Job[Any]] = []
        entry = self._jobs.get(timeout=patience)
        while True:
            if entry is None:
                return group, None, True
            if entry.future.set_running_or_notify_cancel():
                if entry.alone:
                    return group, entry, False
                group.append(entry)
            if len(group) >= _MOST_TOGETHER:
                return group, None, False
            try:
                entry = self._jobs.get_nowait()
            except Empty:
                return group, None, False

    def _together(self, group: list[Job[Any]]) -> None:
        whole = Job(lambda _: None)
        with _Handed(whole, path=self._path):
            self._conn.execute("BEGIN IMMEDIATE")
            if len(group) == 1:
                # It needs no savepoint: where it fails, nothing is left.
                group[0].result = group[0].work(self._tables)
            else:
                for job in group:
                    self._attempt(job)
            stored = self._tables.journal.store()
            self._conn.execute("COMMIT")
            self._unindexed += stored
        if whole.failure is not None:
            self._tables.journal.undo(0)
            if self._conn.in_transaction:
                self._conn.execute("ROLLBACK")
        for job in group:
            job.failure = whole.failure or job.failure
            job.settle()

    def _attempt(self, job: Job[Any]) -> None:
        mark = self._tables.journal.mark()
        self._conn.execute("SAVEPOINT job")
        with _Handed(job, path=self._path):
            job.result = job.work(self._tables)
        if job.failure is not None:
            self._tables.journal.undo(mark)
            if not self._conn.in_transaction:
                # A full disk or a failing one takes the whole transaction with it, earlier works included.
                raise job.failure
            self._conn.execute("ROLLBACK TO job")
        self._conn.execute("RELEASE job")

    def _apart(self, job: Job[Any]) -> None:
        with _Handed(job, path=self._path):
            job.result = job.work(self._tables)
        if self._conn.in_transaction:
            self._conn.execute("ROLLBACK")
        if self._tables.journal.mark():
            self._together([])
        job.settle()
