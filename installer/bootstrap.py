"""The command behind `demo` and `test`: checks the Python, then hands over; older ones can read this."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST, NEWEST = (3, 11), (3, 13)


def unfit(major: int, minor: int, *, name: str) -> str:
    """Say what is wrong with a Python of that version, or nothing where it fits."""
    if OLDEST <= (major, minor) <= NEWEST:
        return ""
    return (
        f"X3 Studio needs Python 3.11, 3.12 or 3.13; {name} is Python {major}.{minor}.\n"
        "Start it with one of those, for example: python3.11 installer/bootstrap.py demo\n"
    )


def main() -> int:
    """Run the command and return its exit code."""
    refusal = unfit(*sys.version_info[:2], name=sys.executable)
    if refusal:
        sys.stderr.write(refusal)
        return 1
    sys.path.insert(0, str(ROOT))
    try:
        from installer import commands
    except ModuleNotFoundError as missing:
        sys.stderr.write(
            f"This Python lacks its own module {missing.name}: only a part of Python is installed.\n"
            "On Debian and Ubuntu, as administrator, type: apt-get install python3 python3-venv\n"
        )
        return 1
    return commands.main(sys.argv[1:], root=ROOT)


if __name__ == "__main__":
    sys.exit(main())
