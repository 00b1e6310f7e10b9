"""Opens connections to the encrypted file, all with the same key and the same promises."""

from pathlib import Path
from sqlite3 import Connection
from typing import cast
from urllib.parse import quote

from sqlcipher3 import dbapi2 as sqlcipher

from x3studio.store.faults import existing_file, unwritable_directory

KEY_BYTES = 32
SALT_BYTES = 16
"""The first bytes of the file, random and readable: they stay when it is moved, copied or backed up."""
_BUSY_MILLISECONDS = 15_000
WRITER_CACHE_KIB = 16_384
READER_CACHE_KIB = 8_192
"""Less than the writer's: SQLite empties a reader's cache whenever somebody else has committed."""
_LARGEST_IDLE_WAL = 64 * 1024 * 1024


def connect(path: Path, *, key: bytes, cache_kib: int = READER_CACHE_KIB) -> Connection:
    """A connection that may write, whose commits outlive a power loss, and that any one thread may use.

    `key` is the raw 256-bit key: SQLCipher then derives nothing, and opening takes no time. With 16 bytes
    more it says which salt a new file starts with. Raises the foreign errors as they are.
    """
    if len(key) not in (KEY_BYTES, KEY_BYTES + SALT_BYTES):
        raise ValueError(f"A workspace key has {KEY_BYTES} bytes, this one {len(key)}.")
    connection = sqlcipher.connect(
        f"file:{quote(path.absolute().as_posix())}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    # A wrong key would otherwise write native lines to the error stream of whoever started the program.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    connection.execute(f"PRAGMA cache_size = -{cache_kib}")
    # NORMAL loses acknowledged commits in a power loss; an intent must never be lost.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # sqlcipher3's connection has the shape of sqlite3's but no common ancestor.
    return cast(Connection, connection)


def claim(path: Path) -> None:
    """Makes an empty file for its owner alone; raises StoreFault where one exists or none can be made."""
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError as error:
        raise existing_file(path) from error
    except OSError as error:
        raise unwritable_directory(path, said=str(error)) from error


def discard(path: Path) -> None:
    """Removes a file that could not be filled, with its write-ahead log."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


def keep_log(conn: Connection) -> None:
    """Switches the file to write-ahead logging, so that readers never wait for the writer."""
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute(f"PRAGMA journal_size_limit = {_LARGEST_IDLE_WAL}")


def salted(key: bytes, path: Path) -> bytes:
    """The key together with the salt of an existing file, so that its copies keep the salt."""
    with path.open("rb") as file:
        return key[:KEY_BYTES] + file.read(SALT_BYTES)
