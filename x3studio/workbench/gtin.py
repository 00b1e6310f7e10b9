"""Article numbers whose check digit can be proven right or wrong, and what a spreadsheet does to them."""

import re
from dataclasses import dataclass

from stdnum import ean

_LENGTHS = (8, 12, 13, 14)
_MARKS = re.compile(r"[\s\-.'’]+")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")


@dataclass(frozen=True, slots=True)
class Gtin:
    """`number` as 14 digits, "" unless its check digit proves it; `fault` in words; `digit` the right one."""

    number: str = ""
    fault: str = ""
    digit: str = ""


def read_gtin(text: str) -> Gtin:
    """Reads a GTIN-8, -12, -13 or -14. What is wrong with it is named and never put right."""
    if not text.strip():
        return Gtin()
    if _SCIENTIFIC.fullmatch(text.strip()):
        return Gtin(fault="is in scientific notation: a spreadsheet rounded it")
    plain = _MARKS.sub("", text.strip())
    if not plain.isascii() or not plain.isdigit() or not plain.strip("0"):
        return Gtin(fault="is no article number")
    if len(plain) in _LENGTHS and _checks(plain):
        return Gtin(plain.zfill(14))
    if any(_checks(plain.zfill(length)) for length in (12, 13) if 7 < len(plain) < length):
        return Gtin(fault="has lost a leading zero")
    if len(plain) not in _LENGTHS:
        return Gtin(fault=f"has {len(plain)} digits")
    return Gtin(fault="has a wrong check digit", digit=ean.calc_check_digit(plain[:-1]))


def _checks(digits: str) -> bool:
    return bool(ean.calc_check_digit(digits[:-1]) == digits[-1])
