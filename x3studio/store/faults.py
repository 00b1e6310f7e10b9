"""Turns what SQLite and SQLCipher say into StoreFaults in plain words; here their errors end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from x3studio.domain.errors import StoreFault

_RESTORE = "Restore the newest backup beside it, or your own."

# Primary result codes of SQLite (sqlite.org/rescode.html) that are no bugs of ours.
_PLAIN: dict[int, tuple[str, str]] = {
    sqlcipher.SQLITE_FULL: (
        "The disk is full: the workspace could not be written.",
        "Make room on the disk and repeat the last step; what was saved before is safe.",
    ),
    sqlcipher.SQLITE_BUSY: (
        "Another program keeps the workspace locked.",
        "Close other programs that use this file and try again.",
    ),
    sqlcipher.SQLITE_LOCKED: (
        "Another program keeps the workspace locked.",
        "Close other programs that use this file and try again.",
    ),
    sqlcipher.SQLITE_READONLY: (
        "The workspace file is read-only.",
        "Give yourself the right to write to the file and its directory.",
    ),
    sqlcipher.SQLITE_PERM: (
        "The workspace file may not be opened.",
        "Give yourself the right to read and write the file and its directory.",
    ),
    sqlcipher.SQLITE_CANTOPEN: (
        "The workspace file cannot be opened.",
        "Check that the directory exists and that you may read and write in it.",
    ),
    sqlcipher.SQLITE_IOERR: (
        "The disk failed while the workspace was read or written.",
        "Check that the disk works and has room; what was saved before is safe.",
    ),
    sqlcipher.SQLITE_CORRUPT: ("The workspace file is damaged.", _RESTORE),
    sqlcipher.SQLITE_NOTADB: (
        "The workspace file cannot be opened with this key.",
        f"Use the key it was made with. If the key is right, the file is damaged: {_RESTORE.lower()}",
    ),
    sqlcipher.SQLITE_NOMEM: (
        "There is not enough memory to work with the workspace.",
        "Close other programs and try again.",
    ),
    sqlcipher.SQLITE_TOOBIG: (
        "A record is too large for the workspace.",
        "Look at the record in the source system; nothing of it was saved.",
    ),
}

# After a page failed its authentication SQLCipher answers every statement with this text and code 1,
# the code of plain programming errors, which carry a text of their own.
_CODEC_FAILED = "SQL logic error"


def store_fault(error: sqlcipher.Error, *, path: Path) -> StoreFault | None:
    """The StoreFault for a foreign error, or None where the error is a bug of ours."""
    code = int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
    if code == sqlcipher.SQLITE_ERROR and str(error) == _CODEC_FAILED:
        code = sqlcipher.SQLITE_CORRUPT
    if code not in _PLAIN:
        return None
    title, advice = _PLAIN[code]
    return StoreFault(title, advice=advice, said=str(error), context={"file": str(path)})


@contextmanager
def plain_words(path: Path) -> Iterator[None]:
    """Foreign errors that leave this block leave it as StoreFaults; bugs stay what they are."""
    try:
        yield
    except sqlcipher.Error as error:
        fault = store_fault(error, path=path)
        if fault is None:
            raise
        raise fault from error


def missing_directory(path: Path) -> StoreFault:
    """The directory that should hold the workspace is not there."""
    return StoreFault(
        f"The directory {path.parent} does not exist.",
        advice="Create it, or choose another place for the workspace.",
        context={"file": str(path)},
    )


def unwritable_directory(path: Path, *, said: str) -> StoreFault:
    """No file can be made where the workspace or its backup belongs."""
    return StoreFault(
        f"{path.name} cannot be created in {path.parent}.",
        advice="Give yourself the right to write there, or choose another place.",
        said=said,
        context={"file": str(path)},
    )


def missing_file(path: Path) -> StoreFault:
    """There is no workspace at this place."""
    return StoreFault(
        f"There is no workspace {path.name} in {path.parent}.",
        advice="Check the name, or create a new workspace there.",
        context={"file": str(path)},
    )


def existing_file(path: Path) -> StoreFault:
    """Something already stands where a workspace was to be created."""
    return StoreFault(
        f"{path.name} already exists in {path.parent}.",
        advice="Open it, or choose another name.",
        context={"file": str(path)},
    )


def newer_file(path: Path, *, written_by: str, version: str) -> StoreFault:
    """The file holds tables that this version of the program does not know."""
    return StoreFault(
        f"This workspace was written by X3 Studio {written_by}; this is the older {version}.",
        advice=f"Install X3 Studio {written_by} or newer.",
        context={"file": str(path)},
    )


def closed_store(path: Path) -> StoreFault:
    """Somebody asked a store for work after closing it."""
    return StoreFault("The workspace is closed.", advice="Open it again.", context={"file": str(path)})
