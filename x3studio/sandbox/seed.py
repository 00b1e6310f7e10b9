"""Where the demo company comes from: one readable JSON file, wherever the program was put."""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

_CHECKOUT = Path(__file__).resolve().parents[2] / "resources"


def locate(name: str) -> Path:
    """The path of a file below resources/, such as "demo/company.json".

    An installed program carries them inside the package; a checkout has them beside it.
    """
    packaged = Path(str(files("x3studio") / "resources")) / name
    return packaged if packaged.exists() else _CHECKOUT / name


@cache
def company() -> dict[str, Any]:
    """The demo company as its seed file describes it; callers only read."""
    text = locate("demo/company.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
