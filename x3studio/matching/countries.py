"""Reads how people write countries, in their own and other languages, as two-letter codes."""

import json
import re
from functools import cache

from x3studio.matching.normalise import fold
from x3studio.shipped import shipped_text

_MARKS = re.compile(r"[\W_]+")


def country_code(text: str) -> str:
    """The ISO code of two letters; "" for what is not understood, so that it never contradicts.

    >>> country_code("Česko"), country_code("AUT"), country_code("Narnia")
    ('CZ', 'AT', '')
    """
    return _codes().get(_plain(text), "")


def _plain(text: str) -> str:
    return _MARKS.sub(" ", fold(text)).strip()


@cache
def _codes() -> dict[str, str]:
    """Every spelling that ships, without marks: its code. Names and their codes follow Unicode's CLDR."""
    listed: dict[str, str] = json.loads(shipped_text("matching/countries.json"))
    spellings = {_plain(name): code for code, names in listed.items() for name in names.split("|")}
    # U.S.A. is read letter by letter.
    dotted = {" ".join(name): code for name, code in spellings.items() if len(name) in (2, 3)}
    codes = {code.casefold(): code for code in listed}
    return dotted | spellings | codes
