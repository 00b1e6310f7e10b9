"""Starts one of the two faces: the window without a command or for `demo`, else the command line."""

import sys
from collections.abc import Sequence


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
        from x3studio.gui.app import main as window

        return window(given)
    from x3studio.cli import main as command_line

    return command_line(given)


if __name__ == "__main__":
    sys.exit(main())
