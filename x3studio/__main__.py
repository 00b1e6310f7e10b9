"""Starts one of the two faces: the window without a command or for `demo`, else the command line."""

import gc
import sys
from collections.abc import Sequence
from types import ModuleType


def main(arguments: Sequence[str] | None = None) -> int:
    """The program's entry; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _face(given)
    except KeyboardInterrupt:
        # It came before the command could listen for it: nothing has been begun.
        return 130


def _face(given: list[str]) -> int:
    # Each face is imported only when it is wanted: the command line must not load Qt.
    if not given or (given[0] == "demo" and "-h" not in given and "--help" not in given):
        code: int = load_window().main(given)
        return code
    from x3studio.cli import main as command_line

    return command_line(given)


def load_window() -> ModuleType:
    """The window's module. Loading makes many objects and no garbage: looking for some would only take time.

    From then on the window collects by itself (gui/collector.py).
    """
    gc.disable()
    from x3studio.gui import app

    return app


if __name__ == "__main__":
    sys.exit(main())
