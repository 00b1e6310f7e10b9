"""Writes requirements.lock: each package with its hashes for every platform, and no package index."""

import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from installer.errand import Errand
from installer.voice import Stop

NAME = "requirements.lock"
TOOLS = ("editables", "uv")
"""hatchling asks for editables when it installs a checkout in place; uv writes the lock."""
OPTIONS = (
    *("--universal", "--python-version", "3.11", "--group", "dev"),
    *("--generate-hashes", "--no-build"),
    # Neither this machine's settings nor where a requirement was read from belong into the file.
    *("--no-config", "--no-header", "--no-annotate"),
)


def renew(root: Path, *, python: Path, wishes: Sequence[str], run: Errand) -> None:
    """Write the lock of the project, its development group and its build tools; a failure leaves the old one.

    What is locked already keeps its version unless a wish (an option of uv, like --upgrade) says otherwise.
    """
    lock = root / NAME
    before = lock.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        tools = Path(folder, "tools.in")
        tools.write_text("\n".join([*build_requirements(root), *TOOLS]) + "\n", encoding="utf-8")
        command = (str(python), "-m", "uv", "pip", "compile", "--quiet", *OPTIONS, *wishes)
        outcome = run((*command, "-o", NAME, "pyproject.toml", str(tools)), "choosing versions")
    if outcome.code:
        lock.write_text(before, encoding="utf-8")
        raise Stop(
            f"The lock could not be written.\n{outcome.last_words}",
            advice="Check the network connection and pyproject.toml; the old lock stands.",
        )
    if "://" in lock.read_text(encoding="utf-8"):
        lock.write_text(before, encoding="utf-8")
        raise Stop(
            "The new lock names a place on the network.",
            advice="Name only packages in pyproject.toml, no addresses; the old lock stands.",
        )


def build_requirements(root: Path) -> list[str]:
    """What pyproject.toml asks for to build the project."""
    description = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return [str(requirement) for requirement in description["build-system"]["requires"]]
