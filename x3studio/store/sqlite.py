"""The one place that imports sqlite-utils, without the pandas and numpy that it would load for itself.

It takes both where they are installed, only to know their types as columns; we never store such values, and
loading them costs every start a third of a second. While a name is None in `sys.modules`, importing it fails
as if it were not installed (Python's documentation of the import system), which sqlite-utils expects.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from sqlite3 import Connection

_UNWANTED = ("pandas", "numpy")


@contextmanager
def _as_if_absent(names: Sequence[str]) -> Iterator[None]:
    """Hides packages that nobody has loaded yet; one that is loaded costs nothing and stays."""
    hidden = [name for name in names if name not in sys.modules]
    # A second thread that wanted one of them in these milliseconds would be told that it is missing:
    # the store imports this while it opens a file, before the program has begun anything else.
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with _as_if_absent(_UNWANTED):
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations


def database(conn: Connection) -> Database:
    """A connection with sqlite-utils' words for it."""
    return Database(conn, execute_plugins=False)


__all__ = ["Database", "Migrations", "database"]
