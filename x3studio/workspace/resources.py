"""Finding what ships with the program: in a checkout, in a wheel and in a frozen program."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def resource(name: str) -> Traversable:
    """A shipped file or folder by its path below resources/."""
    inside = files("x3studio") / "resources"
    if inside.is_dir():
        return inside.joinpath(name)
    return Path(__file__).parents[2] / "resources" / name


def template(name: str) -> str:
    """The text of a shipped template."""
    return resource("templates").joinpath(name).read_text(encoding="utf-8")
