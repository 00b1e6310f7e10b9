"""Finding what ships with the program: templates, icons, fonts, the demo company."""

from functools import cache
from pathlib import Path

import x3studio


def shipped(name: str) -> Path:
    """The path of a shipped file or folder, such as "templates/orders.json"."""
    return _root() / name


def shipped_text(name: str) -> str:
    """The text of a shipped file."""
    return shipped(name).read_text(encoding="utf-8")


@cache
def _root() -> Path:
    """Inside the package when installed or frozen, beside it in a checkout."""
    package = Path(x3studio.__file__).resolve().parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"
