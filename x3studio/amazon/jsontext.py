"""Foreign JSON to values and back to one canonical text, with decimals that never pass through a float."""

import json
from decimal import Decimal
from typing import Any

Json = Any
"""What JSON can hold: dict, list, str, int, Decimal, bool, None."""


def loads(text: str | bytes) -> Json:
    """The value of a JSON text; numbers with a point become Decimal. Raises ValueError on anything else.

    NaN and Infinity are refused, nesting is bounded, and half surrogate pairs (legal in JSON, unfit
    for UTF-8) become question marks.
    """
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    marker = b"\\ud" if isinstance(text, bytes) else "\\ud"
    return _whole(value) if marker in text.lower() else value  # type: ignore[operator]


def dumps(value: Json) -> str:
    """The canonical text: keys sorted, no spaces, not escaped; equal content gives equal text."""
    try:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    except TypeError:
        return _slowly(value)


def _slowly(value: Json) -> str:
    """As `dumps`, for values with a Decimal in them, which the library would only write as a float."""
    if isinstance(value, dict):
        inner = (f"{json.dumps(key, ensure_ascii=False)}:{_slowly(value[key])}" for key in sorted(value))
        return "{" + ",".join(inner) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_slowly, value)) + "]"
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _refuse(constant: str) -> Json:
    raise ValueError(f"{constant} is not JSON")


def _whole(value: Json) -> Json:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_whole(key): _whole(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return value
