"""Article numbers and tax numbers whose check digits can be proven right or wrong."""

import re
from dataclasses import dataclass
from enum import StrEnum

from stdnum import ean as stdnum_ean
from stdnum.eu import vat as stdnum_vat
from stdnum.exceptions import ValidationError

_MARKS = re.compile(r"[\s\-.'’]+")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
_LENGTHS = (8, 12, 13, 14)


class EanFault(StrEnum):
    """Why a text in an EAN column is not to be relied on (conflict EAN_CHECK)."""

    NONE = ""
    CHECK_DIGIT = "the check digit is wrong"
    SCIENTIFIC = "a spreadsheet turned it into scientific notation"
    LEADING_ZERO = "a leading zero is lost"
    FORM = "it is no article number"


@dataclass(frozen=True, slots=True)
class Ean:
    """A GTIN as 14 digits, "" unless its check digit proves it; `fault` says what is wrong with the text."""

    number: str
    fault: EanFault = EanFault.NONE


def read_ean(text: str) -> Ean:
    """Reads GTIN-8, -12, -13 or -14. A lost leading zero is named but never put back by itself."""
    # A spreadsheet that took the number for an amount writes .0 behind it.
    plain = _MARKS.sub("", text.strip().removesuffix(".0").removesuffix(",0"))
    if not plain:
        return Ean("")
    if _SCIENTIFIC.fullmatch(text.strip()):
        return Ean("", EanFault.SCIENTIFIC)
    if not plain.isascii() or not plain.isdigit():
        return Ean("", EanFault.FORM)
    if len(plain) in _LENGTHS and _checks(plain):
        return Ean("", EanFault.FORM) if not plain.strip("0") else Ean(plain.zfill(14))
    if any(_checks(plain.zfill(length)) for length in (12, 13) if 7 < len(plain) < length):
        return Ean("", EanFault.LEADING_ZERO)
    return Ean("", EanFault.CHECK_DIGIT if len(plain) in _LENGTHS else EanFault.FORM)


def _checks(digits: str) -> bool:
    return stdnum_ean.calc_check_digit(digits[:-1]) == digits[-1]


def corrected_digit(text: str) -> str:
    """The check digit that would make the number valid, to be shown and never applied; "" where unknown."""
    plain = _MARKS.sub("", text.strip())
    if len(plain) not in _LENGTHS or not plain.isdigit():
        return ""
    return str(stdnum_ean.calc_check_digit(plain[:-1]))


def vat_number(text: str) -> str:
    """A European VAT number in its compact form, "" unless its check digits hold."""
    if not text:
        return ""
    try:
        return str(stdnum_vat.validate(text))
    except ValidationError:
        return ""


def tax_number(text: str) -> str:
    """Any tax number without its marks, kept even where it cannot be proven."""
    return re.sub(r"[^0-9A-Z]+", "", text.upper())
