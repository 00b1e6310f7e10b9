"""The workspace's file: one writer thread with grouped commits, two reader threads, and a sign of change."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from sqlite3 import Connection
from typing import Self, TypeVar

from x3studio.store.cipher import WRITER_CACHE_KIB, claim, connect, discard, keep_log
from x3studio.store.faults import (
    closed_store,
    missing_directory,
    missing_file,
    plain_words,
)
from x3studio.store.rows import Clock, utc_now
from x3studio.store.tables import STEPS_KNOWN, Tables
from x3studio.store.writer import Job, Writer

T = TypeVar("T")

_READERS = 2


class Store:
    """One open workspace file, to be used from any event loop of the process that opened it.

    After a fork the child opens its own. A caller that is cancelled while its work is being written gets
    no answer, but the work may have been committed.
    """

    def __init__(self, conn: Connection, *, path: Path, key: bytes, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._key = key
        self._writer = Writer(Tables(conn, clock=clock), path=path)
        self._own = threading.local()
        self._opened: list[Connection] = []
        self._pool = ThreadPoolExecutor(max_workers=_READERS, thread_name_prefix=f"reader of {path.name}")
        self._watch = connect(self.path, key=self._key)
        self._watching = threading.Lock()
        self._closed = False

    @classmethod
    def create(cls, path: Path, *, key: bytes, clock: Clock = utc_now) -> Self:
        """Makes a new file under a raw 32-byte key and opens it; refuses an existing one (StoreFault).

        A key of 48 bytes says in its last 16 which salt the file starts with.
        """
        if not path.parent.is_dir():
            raise missing_directory(path)
        claim(path)
        try:
            return cls._opened_at(path, key=key, clock=clock)
        except BaseException:
            discard(path)
            raise

    @classmethod
    def open(cls, path: Path, *, key: bytes, clock: Clock = utc_now) -> Self:
        """Opens a file, after a backup and its migration where it is older than the program.

        Raises StoreFault where it is missing, damaged, read-only, newer than the program, or of another key.
        """
        if not path.parent.is_dir():
            raise missing_directory(path)
        if not path.is_file():
            raise missing_file(path)
        return cls._opened_at(path, key=key, clock=clock)

    @classmethod
    def _opened_at(cls, path: Path, *, key: bytes, clock: Clock) -> Self:
        with plain_words(path):
            conn = connect(path, key=key, cache_kib=WRITER_CACHE_KIB)
            try:
                keep_log(conn)
                _bring_up_to_date(conn, path=path, key=key)
                # A file that cannot be written opens quietly: ask now, not at the first order.
                conn.execute("BEGIN IMMEDIATE")
                conn.execute("ROLLBACK")
                return cls(conn, path=path, key=key, clock=clock)
            except BaseException:
                conn.close()
                raise

    async def write(self, work: Callable[[Tables], T]) -> T:
        """Runs `work` on the writer thread and returns once it is committed and on the disk.

        Works that wait at the same instant share one transaction, each in a savepoint: one that raises is
        rolled back alone. Where the commit itself fails, all of them fail with StoreFault.
        """
        return await self._wait(Job(work))

    async def write_alone(self, work: Callable[[Tables], T]) -> T:
        """Runs `work` on the writer thread outside any transaction; it commits what it does itself."""
        return await self._wait(Job(work, alone=True))

    async def read(self, work: Callable[[Tables], T]) -> T:
        """Runs `work` on a reader thread, on one unchanging view of the file."""
        return await self._ask(lambda: self._read(work))

    def begin(self, work: Callable[[Tables], T]) -> "Future[T]":
        """Starts a read and returns at once: its answer may be waited for later, or never."""
        if self._closed:
            raise closed_store(self.path)
        return self._pool.submit(lambda: self._read(work))

    async def version(self) -> int:
        """A number that changes when anybody commits: this writer, another window, the command line."""
        return await self._ask(self._data_version)

    async def integrity(self) -> tuple[str, ...]:
        """Everything that is wrong with the file, in SQLite's words; empty when it is sound."""
        return await self.read(_complaints)

    async def close(self) -> None:
        """Writes what is queued and closes the file; a second call does nothing."""
        await asyncio.to_thread(self._close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _wait(self, job: Job[T]) -> T:
        future = self._writer.submit(job)
        return await asyncio.wrap_future(future, loop=asyncio.get_running_loop())

    async def _ask(self, question: Callable[[], T]) -> T:
        if self._closed:
            raise closed_store(self.path)
        return await asyncio.get_running_loop().run_in_executor(self._pool, question)

    def _read(self, work: Callable[[Tables], T]) -> T:
        with plain_words(self.path):
            tables = self._reader()
            conn = tables.conn
            conn.execute("BEGIN")
            try:
                return work(tables)
            finally:
                if conn.in_transaction:
                    conn.execute("ROLLBACK")

    def _reader(self) -> Tables:
        tables: Tables | None = getattr(self._own, "tables", None)
        if tables is None:
            conn = connect(self.path, key=self._key)
            conn.execute("PRAGMA query_only = ON")
            self._opened.append(conn)
            tables = self._own.tables = Tables(conn, clock=self._clock)
        return tables

    def _data_version(self) -> int:
        with self._watching, plain_words(self.path):
            return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def _close(self) -> None:
        self._closed = True
        self._pool.shutdown(wait=True)
        for conn in (*self._opened, self._watch):
            conn.close()
        self._opened.clear()
        # Last, so that SQLite folds the write-ahead log into the file.
        self._writer.close()


def _bring_up_to_date(conn: Connection, *, path: Path, key: bytes) -> None:
    """Migrates a file that is not known to be of today; one that is costs a single look."""
    if conn.execute("PRAGMA user_version").fetchone()[0] == STEPS_KNOWN:
        return
    # Imported now: the steps and the library that applies them would delay every start.
    from x3studio.store.migrations import migrate

    migrate(conn, path=path, key=key)


def _complaints(tables: Tables) -> tuple[str, ...]:
    forged = [str(row[0]) for row in tables.conn.execute("PRAGMA cipher_integrity_check")]
    if forged:
        return tuple(forged)
    return tuple(str(row[0]) for row in tables.conn.execute("PRAGMA quick_check") if row[0] != "ok")
