"""Addresses as X3 holds them: three lines of a given length, a postcode, a city; shown before and after."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from x3studio.domain.orders import Address
from x3studio.rules.text import Lines, cut, lay_out, printable, single_spaces

DEFAULT_LENGTHS: Mapping[str, int] = {
    "BPRNAM": 35,
    "BPAADDLIG": 50,
    "POSCOD": 10,
    "CTY": 40,
    "SAT": 35,
    "CRY": 3,
    "TEL": 20,
}
"""Lengths to show where X3's own are not known yet; a site may differ (Sage online help, BPADDRESS)."""

STREET_LINES = 3
_STREET_PARTS = ("company", "line1", "line2", "line3")
_APART = re.compile(r"[^0-9A-Z]")


def tidy(written: str) -> str:
    """Text as it may stand in an address."""
    return single_spaces(printable(written))


def street_lines(address: Mapping[str, Any], *, lines: int = STREET_LINES, length: int = 0) -> Lines:
    """Company and street over `lines` lines; repeated parts are written once."""
    parts: list[str] = []
    for key in _STREET_PARTS:
        part = tidy(str(address.get(key) or ""))
        if part and part.casefold() not in (known.casefold() for known in parts):
            parts.append(part)
    return lay_out(parts, lines=lines, length=length)


def _british(code: str) -> str:
    return f"{code[:-3]} {code[-3:]}" if 5 <= len(code) <= 7 else code


def _grouped(head: int, total: int, sign: str) -> Callable[[str], str]:
    def write(code: str) -> str:
        return f"{code[:head]}{sign}{code[head:]}" if len(code) == total else code

    return write


_SHAPES: Mapping[str, Callable[[str], str]] = {
    "GB": _british,
    "IE": _grouped(3, 7, " "),
    "NL": _grouped(4, 6, " "),
    "SE": _grouped(3, 5, " "),
    "GR": _grouped(3, 5, " "),
    "CZ": _grouped(3, 5, " "),
    "SK": _grouped(3, 5, " "),
    "CA": _grouped(3, 6, " "),
    "PL": _grouped(2, 5, "-"),
    "PT": _grouped(4, 7, "-"),
    "JP": _grouped(3, 7, "-"),
    "BR": _grouped(5, 8, "-"),
    "US": _grouped(5, 9, "-"),
}


def postcode(written: str, *, country: str) -> str:
    """The postcode in its country's usual writing; unknown shapes are only tidied."""
    code = tidy(written).upper()
    for lead in (f"{country}-", f"{country[:1]}-"):
        if country:
            code = code.removeprefix(lead)
    shape = _SHAPES.get(country)
    return shape(_APART.sub("", code)) if shape else code


@dataclass(frozen=True, slots=True)
class AddressChange:
    """One field of an address before and after; `words` say what was done, "" if nothing."""

    field: str
    before: str
    after: str
    words: str = ""


def preview(address: Address, *, lengths: Mapping[str, int] | None = None) -> tuple[AddressChange, ...]:
    """How the address would stand in X3's fields, for the window to show before and after.

    `lengths` are the site's by field name; fields it lacks take DEFAULT_LENGTHS.
    """
    most = {**DEFAULT_LENGTHS, **(lengths or {})}
    raw = {part: getattr(address, part) for part in (*_STREET_PARTS,)}
    laid = street_lines(raw, length=most["BPAADDLIG"])
    changes = [_fitted("BPRNAM", address.name, tidy(address.name), most)]
    given = [part for part in raw.values() if part]
    for index, line in enumerate(laid.lines):
        before = given[index] if index < len(given) else ""
        words = "" if before == line else "Laid out anew."
        if laid.lost and index == STREET_LINES - 1:
            words = f"No room for: {laid.lost}"
        changes.append(AddressChange(f"BPAADDLIG({index + 1})", before, line, words))
    code = postcode(address.postcode, country=address.country)
    changes.append(_fitted("POSCOD", address.postcode, code, most))
    changes.append(_fitted("CTY", address.city, tidy(address.city), most))
    changes.append(_fitted("SAT", address.region, tidy(address.region), most))
    changes.append(_fitted("CRY", address.country, tidy(address.country).upper(), most))
    return tuple(changes)


def _fitted(field: str, before: str, tidied: str, most: Mapping[str, int]) -> AddressChange:
    after = cut(tidied, most[field])
    if after != tidied:
        words = f"Cut from {len(tidied)} to {len(after)} characters."
    else:
        words = "" if before == after else "Tidied."
    return AddressChange(field, before, after, words)
