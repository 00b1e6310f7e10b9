"""Names of a package that are imported when they are first asked for: no start waits for all of them."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def late(package: str, places: Mapping[str, str]) -> Callable[[str], object]:
    """A package's `__getattr__` (PEP 562). `places` says where each name is: module:name, or a module alone.

    With TYPE_CHECKING imports beside it the names keep their types.
    """

    def find(name: str) -> object:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, _, there = places[name].partition(":")
        found: object = getattr(import_module(module), there or name)
        setattr(sys.modules[package], name, found)
        return found

    return find
