"""Brings texts, codes, article numbers and prices of both sides into one spelling before they are
compared.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Texts = list[str]

_FOLDED = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ł": "l",
        "ı": "i",
        "×": "x",
        "²": "2",
        "³": "3",
        "½": "1/2",
        "¼": "1/4",
        "¾": "3/4",
        "®": " ",
        "™": " ",
        "©": " ",
    }
)
_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,200}>")
_APOSTROPHE = re.compile(r"(?<=\w)['’`´](?=\w)")
_PLUS = re.compile(r"(?<=\w)\+(?!\w)")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_SEPARATORS = re.compile(r"(?:[^\w.]|_|(?<!\d)\.|\.(?!\d))+")
_PLAIN = "".join(sign if sign.isalnum() or sign == "." else " " for sign in map(chr, range(128)))
"""What parts words in plain ASCII; a full stop does where no digits are on both sides."""
# Beginning with a digit, not with what must not stand before it, is what makes the search quick.
_SPLIT_UNIT = re.compile(
    r"(\d(?<![\w.]\d)\d*(?:\.\d+)?) (?=(?:ml|cl|dl|l|mg|g|kg|mm|cm|m|oz|lb|lbs|gb|tb|mb|mhz|ghz|mah|w|v)\b)"
)


def fold(text: str) -> str:
    """Lower case without accents, markup or typographic marks; punctuation is kept."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    text = text.casefold()
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKD", text.translate(_FOLDED))
    return "".join(char for char in text if not unicodedata.combining(char)).casefold()


def words(text: str) -> str:
    """The text folded, as words with one blank between: decimal marks stay inside numbers, units join theirs.

    >>> words("Olive-Oil 1,5 L (6er Pack)")
    'olive oil 1.5l 6er pack'
    """
    return words_of(fold(text))


def words_of(folded: str) -> str:
    """`words` of a text that is folded already."""
    plain = folded.isascii()
    text = folded if plain and "'" not in folded and "`" not in folded else _APOSTROPHE.sub("", folded)
    if "+" in text:
        text = _PLUS.sub(" plus ", text)
    if "," in text:
        text = _DECIMAL_COMMA.sub(".", _GROUPED.sub("", text))
    if plain and "." not in text:
        text = " ".join(text.translate(_PLAIN).split())
    else:
        text = _SEPARATORS.sub(" ", text).strip()
    return _SPLIT_UNIT.sub(_first, text) if " " in text else text


def _first(hit: re.Match[str]) -> str:
    # A function: what a template of groups says is put together anew for every hit.
    return hit[1]


def each(texts: Sequence[str], change: Callable[[str], str]) -> Texts:
    """`change` of each text; the long tail of equal texts is worked out once, and "" stays ""."""
    if not any(texts):
        return list(texts)
    seen: dict[str, str] = {"": ""}
    found = []
    for text in texts:
        known = seen.get(text)
        if known is None:
            known = seen[text] = change(text)
        found.append(known)
    return found


def each_words(texts: Sequence[str]) -> Texts:
    """`words` of each text."""
    return each(texts, words)


_NOT_CODE = re.compile(r"[^0-9a-z]+")


def code(text: str) -> str:
    """A code without the marks people put between its parts: "PS-LX 350H" becomes "pslx350h"."""
    return _NOT_CODE.sub("", fold(text))


_CODE_WORD = re.compile(r"[0-9a-z]+(?:\.[0-9]+)?")
_HAS_DIGIT = re.compile(r"\d")
_MEASURE = re.compile(
    r"\d+(?:\.\d+)?(?:x\d+(?:\.\d+)?)*"
    r"(?:ml|cl|dl|l|mg|g|kg|mm|cm|m|km|in|ft|oz|lb|lbs|gb|tb|mb|kb|mhz|ghz|khz|hz|mah|ah|wh|w|kw|v|x|pk|pc|pcs|ct|er|th|st|nd|rd|mp|p|k|d|s|inch|pack|port|piece|pieces|way|watt|watts|user|users)?"
)


def code_words(folded: str) -> list[str]:
    """What looks like a maker's part number in a folded text: letters and digits mixed, or five digits and
    more.

    Parts joined by hyphens count as one code too, and a code without its closing letters (a colour or a
    market, mostly) as a weaker one of its own.
    """
    found: dict[str, None] = {}
    for piece in folded.split():
        if not piece.isalpha():
            for part in _codes_in(piece):
                found[part] = None
    return list(found)


@lru_cache(maxsize=1 << 16)
def _codes_in(piece: str) -> tuple[str, ...]:
    if not _HAS_DIGIT.search(piece):
        return ()
    found = []
    joined = _NOT_CODE.sub("", piece)
    parts = [joined] if joined == piece else [joined, *_CODE_WORD.findall(piece)]
    for part in parts:
        if _looks_like_code(part):
            found.append(part)
            stem = part.rstrip("abcdefghijklmnopqrstuvwxyz")
            if len(stem) >= 4 and stem != part and _looks_like_code(stem):
                found.append(stem)
    return tuple(found)


def _looks_like_code(part: str) -> bool:
    if not 4 <= len(part) <= 24 or not _HAS_DIGIT.search(part) or _MEASURE.fullmatch(part):
        return len(part) >= 5 and part.isdigit() and len(part) <= 24
    return True


_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def numbers(text: str) -> list[str]:
    """The numbers in a normalised text, without the zeros that change nothing ("6.0" is "6")."""
    found = []
    for number in _NUMBER.findall(text):
        if "." in number:
            number = number.rstrip("0").rstrip(".")
        found.append(number.lstrip("0") or "0")
    return found


_PRICE = re.compile(r"-?\d[\d., '’\u00a0\u202f]*")


def price(text: str) -> float:
    """The amount in a text, not a number where there is none or it is zero (then it is unknown).

    The last mark with one, two or more than three digits behind it is the decimal mark.
    """
    hit = _PRICE.search(text)
    if hit is None:
        return float("nan")
    digits = re.sub(r"[ '’\u00a0\u202f]", "", hit.group()).rstrip(".,")
    mark = max(digits.rfind("."), digits.rfind(","))
    if mark >= 0:
        behind = len(digits) - mark - 1
        both = "." in digits and "," in digits
        repeated = digits.count(digits[mark]) > 1
        if (behind == 3 and not both and not digits.startswith("0")) or repeated:
            digits = re.sub("[.,]", "", digits)
        else:
            digits = re.sub("[.,]", "", digits[:mark]) + "." + digits[mark + 1 :]
    amount = float(digits)
    return amount if amount > 0 else float("nan")


def prices(texts: Sequence[str]) -> NDArray[np.float64]:
    """`price` of each text."""
    return np.array([price(text) if text else np.nan for text in texts], dtype=np.float64)


_NO_DIGIT = re.compile(r"\D+")


def phone(text: str) -> str:
    """The last nine digits of a telephone number, so that country codes and trunk zeros do not matter."""
    digits = _NO_DIGIT.sub("", text)
    return digits[-9:] if len(digits) >= 6 else ""


def email_domain(text: str) -> str:
    """The domain of a mail or web address; public mail providers tell nothing and give ""."""
    domain = fold(text).strip().rpartition("@")[2].split("//")[-1].removeprefix("www.").split("/")[0]
    if "." not in domain or domain.split(".")[0] in _PUBLIC_MAIL:
        return ""
    return domain


_PUBLIC_MAIL = frozenset(
    [
        "gmail",
        "googlemail",
        "outlook",
        "hotmail",
        "live",
        "yahoo",
        "icloud",
        "aol",
        "gmx",
        "web",
        "t-online",
        "orange",
        "wanadoo",
        "free",
        "laposte",
        "sfr",
        "libero",
        "virgilio",
        "proton",
        "protonmail",
        "mail",
        "seznam",
        "wp",
        "onet",
        "telefonica",
    ]
)
