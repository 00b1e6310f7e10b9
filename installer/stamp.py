"""What the environment was made from, kept inside it: tells at once whether anything is left to do."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from enum import Enum
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stamp:
    """The sources of an environment: interpreter, place, digests of the lock and of the project."""

    python: str
    place: str
    lock: str
    project: str


class Step(Enum):
    """What a start has to do first."""

    NOTHING = "nothing"
    PROJECT = "install the project"
    PACKAGES = "install the packages"
    BUILD = "make the environment"


@dataclass(frozen=True, slots=True)
class Found:
    """The environment as it stands; `begun`: an earlier start left it unfinished."""

    exists: bool
    works: bool
    begun: bool = False
    stamp: Stamp | None = None


def decide(found: Found, *, wanted: Stamp) -> Step:
    """The smallest step from what stands to what is wanted."""
    if not found.exists or not found.works or found.begun:
        return Step.BUILD
    if found.stamp is None:
        return Step.PACKAGES
    if (found.stamp.python, found.stamp.place) != (wanted.python, wanted.place):
        return Step.BUILD
    if found.stamp.lock != wanted.lock:
        return Step.PACKAGES
    return Step.NOTHING if found.stamp == wanted else Step.PROJECT


def wanted_stamp(root: Path, *, python: str) -> Stamp:
    """The stamp an environment of this checkout deserves; OSError where a file of the checkout is missing."""
    return Stamp(
        python=python,
        place=str(root),
        lock=_digest(root / "requirements.lock"),
        project=_digest(root / "pyproject.toml", root / "x3studio" / "__init__.py"),
    )


def read_stamp(path: Path) -> tuple[Stamp | None, bool]:
    """The stamp in a file and whether it says that the work only began; an unreadable one counts as begun."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None, False
    except (OSError, ValueError):
        return None, True
    names = {field.name for field in fields(Stamp)}
    if not isinstance(content, dict) or set(content) != names:
        return None, True
    return Stamp(**{name: str(content[name]) for name in names}), False


def write_begun(path: Path) -> None:
    """Say, before the work, that it is not finished."""
    path.write_text("{}\n", encoding="utf-8")


def write_stamp(path: Path, *, stamp: Stamp) -> None:
    """Say, after the work, what it was made from; whole or not at all."""
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(asdict(stamp), indent=1) + "\n", encoding="utf-8")
    draft.replace(path)


def _digest(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
