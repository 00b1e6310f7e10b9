"""What X3 Studio needs from the operating system, and the Debian package of each; measured on 12 and 13."""

from dataclasses import dataclass, replace
from enum import Enum


class Kind(Enum):
    """How a need is probed."""

    LIBRARY = "library"
    PROGRAM = "program"
    MODULE = "module of Python"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to find: a library by its file name, a program, a module of this Python, or a file.

    `package` is empty where no package can bring it; without a need that is not `required` the start goes on.
    """

    kind: Kind
    name: str
    package: str
    required: bool = True


DRAWING = tuple(
    Need(Kind.LIBRARY, name, package)
    for name, package in (
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libgthread-2.0.so.0", "libglib2.0-0"),
        ("libEGL.so.1", "libegl1"),
        ("libGL.so.1", "libgl1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libfontconfig.so.1", "libfontconfig1"),
        ("libxkbcommon.so.0", "libxkbcommon0"),
    )
)
"""Qt loads these even when it draws on no screen."""

WINDOW = tuple(
    Need(Kind.LIBRARY, name, package)
    for name, package in (
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
        ("libxcb-randr.so.0", "libxcb-randr0"),
        ("libxcb-render.so.0", "libxcb-render0"),
        ("libxcb-shape.so.0", "libxcb-shape0"),
        ("libxcb-shm.so.0", "libxcb-shm0"),
        ("libxcb-sync.so.1", "libxcb-sync1"),
        ("libxcb-xfixes.so.0", "libxcb-xfixes0"),
        ("libxcb-xkb.so.1", "libxcb-xkb1"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    )
)
"""Qt loads these to open a window; its own message names xcb-cursor whichever of them is missing."""

SCREEN = (Need(Kind.PROGRAM, "Xvfb", "xvfb"), Need(Kind.PROGRAM, "xauth", "xauth"))
"""A screen in memory, where the machine has none."""

SECRETS = (
    Need(Kind.PROGRAM, "dbus-run-session", "dbus", required=False),
    Need(Kind.PROGRAM, "gnome-keyring-daemon", "gnome-keyring", required=False),
)
"""A private keyring for the tests of the vault."""

READING = (
    Need(Kind.PROGRAM, "dbus-daemon", "dbus-daemon"),
    Need(Kind.FILE, "/usr/libexec/at-spi-bus-launcher", "at-spi2-core"),
    Need(Kind.FILE, "/usr/lib/python3/dist-packages/gi/__init__.py", "python3-gi"),
)
"""A bus for screen readers, and a foreign program that reads the window through it."""

TESTS = (*SECRETS, *(replace(need, required=False) for need in (*SCREEN, *WINDOW, *READING)))
"""Some tests skip without these; all others run."""


def python_needs(*, minor: int, from_system: bool) -> tuple[Need, ...]:
    """The modules a Python 3.`minor` may lack: cut off by the distribution or left out when it was built."""
    venv = f"python3.{minor}-venv" if from_system else ""
    rest = "python3" if from_system else ""
    return (
        Need(Kind.MODULE, "ensurepip", venv),
        *(Need(Kind.MODULE, name, rest) for name in ("_ctypes", "_ssl", "_sqlite3")),
    )


def needs(
    *, python: tuple[Need, ...], draws: bool, window: bool, screen: bool, tests: bool
) -> tuple[Need, ...]:
    """Add up what one start needs: does it draw, open a window, want a screen made, run the tests."""
    parts = (
        (True, python),
        (draws or window or screen, DRAWING),
        (window or screen, WINDOW),
        (screen, SCREEN),
        (tests, TESTS),
    )
    return tuple(need for wanted, part in parts if wanted for need in part)
