"""Text as X3 fields can hold it: cleansed, measured in whole characters as people see them, cut at words."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_SPACES = re.compile(r"\s+")
_JOINER = "\u200d"
# Control, format (bidirectional overrides, zero width), lone surrogates, private use, unassigned.
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_MARKS = frozenset({"Mn", "Me", "Mc"})
_REGIONAL = range(0x1F1E6, 0x1F200)
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def printable(text: str) -> str:
    """The text without characters that nobody sees; line breaks and tabs become spaces.

    The joiner that glues emoji together stays, whatever else has a meaning for a reader stays too:
    `&<>"` and every letter of every alphabet.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = []
    for char in text:
        if char.isspace():
            kept.append(" ")
        elif char == _JOINER or unicodedata.category(char) not in _UNWANTED:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def single_spaces(text: str) -> str:
    """The text trimmed, with every run of white space as one space."""
    return _SPACES.sub(" ", text).strip()


def _continues(before: str, char: str, flags: int) -> bool:
    """Whether `char` belongs to the visible character that ends with `before`."""
    if before == _JOINER or char == _JOINER or ord(char) in _SKIN_TONES:
        return True
    if ord(char) in _REGIONAL:
        return flags % 2 == 1
    return unicodedata.category(char) in _MARKS


def graphemes(text: str) -> list[str]:
    """What a reader sees as single characters: letters with their marks, joined emoji, flags."""
    if text.isascii():
        return list(text)
    parts: list[str] = []
    flags = 0
    for char in text:
        if parts and _continues(parts[-1][-1], char, flags):
            parts[-1] += char
        else:
            parts.append(char)
        flags = flags + 1 if ord(char) in _REGIONAL else 0
    return parts


def cut(text: str, length: int) -> str:
    """At most `length` code points, never half of a visible character, at a word's end if one is near.

    Near means within the last third of the length. `length` 0 means no limit.
    """
    if not length or len(text) <= length:
        return text
    room, kept = length, []
    for part in graphemes(text):
        if len(part) > room:
            break
        kept.append(part)
        room -= len(part)
    short = "".join(kept)
    space = short.rfind(" ")
    follows = text[len(short) : len(short) + 1]
    if not follows.isspace() and space >= length * 2 // 3:
        short = short[:space]
    return short.rstrip()


@dataclass(frozen=True, slots=True)
class Lines:
    """Text laid out over lines; `lost` is what found no room."""

    lines: tuple[str, ...]
    lost: str = ""


def lay_out(parts: Sequence[str], *, lines: int, length: int) -> Lines:
    """The parts over `lines` lines of `length` characters, "" where a line stays empty.

    Parts that fit as they are keep their own line; otherwise all words flow from line to line, and a
    word longer than a line is broken. `length` 0 means no limit.
    """
    wanted = [part for part in parts if part]
    if len(wanted) <= lines and all(not length or len(part) <= length for part in wanted):
        return Lines(tuple(wanted) + ("",) * (lines - len(wanted)))
    if not length:
        return Lines((*wanted[: lines - 1], " ".join(wanted[lines - 1 :])))
    rows = _flow(" ".join(wanted).split(), length)
    filled = rows[:lines] + [""] * (lines - len(rows))
    return Lines(tuple(filled), " ".join(rows[lines:]))


def _flow(words: Sequence[str], length: int) -> list[str]:
    rows: list[str] = []
    for word in words:
        if rows and len(rows[-1]) + 1 + len(word) <= length:
            rows[-1] += f" {word}"
            continue
        rest = word
        while len(rest) > length:
            piece = cut(rest, length) or rest[:length]
            rows.append(piece)
            rest = rest[len(piece) :]
        if rest:
            rows.append(rest)
    return rows
