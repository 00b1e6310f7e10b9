"""Finds what ships beside the code: inside the package once installed, beside it in a checkout."""

from importlib.resources import files
from pathlib import Path


def asset(*parts: str) -> Path:
    """The path of a shipped file, as `asset("icons", "play.svg")`; FileNotFoundError where it is missing."""
    package = Path(str(files("x3studio")))
    for root in (package / "resources", package.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"The program's file {'/'.join(parts)} is missing. Install X3 Studio again.")
