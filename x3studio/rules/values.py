"""Plain values as the text that X3 documents carry, exact and without exponents."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def plain(number: Decimal) -> str:
    """A decimal as X3 takes it: a point, no exponent, no needless zeros, no minus before zero."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_text(value: Any) -> str:
    """Any value a record may hold as text; None is "", a time is its day, yes and no are words."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return ", ".join(as_text(part) for part in value.values() if part)
    return str(value)
