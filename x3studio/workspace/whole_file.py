"""Files that are there whole or not at all: written beside their place, then put into it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from x3studio.domain.errors import SettingFault


@contextmanager
def whole_file(path: Path, *, foreign: tuple[type[Exception], ...] = ()) -> Iterator[Path]:
    """A place to write to; it becomes `path` when the block ends well. `foreign` are a library's own errors.

    Raises SettingFault where nothing can be written, at once rather than after all the work.
    """
    unfinished = path.with_name(f".{path.name}.part")
    expected: tuple[type[Exception], ...] = (OSError, *foreign)
    try:
        try:
            unfinished.touch()
            yield unfinished
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except expected as fault:
        said = fault.strerror if isinstance(fault, OSError) else str(fault)
        raise SettingFault(
            f"{path} cannot be written.",
            field="file",
            advice="Close it where it is open, choose another place, or make room on the disk.",
            said=said or "",
        ) from fault
