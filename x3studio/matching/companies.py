"""Reads company names and addresses: the name without its legal form, the street and its number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from x3studio.matching.normalise import fold, words
from x3studio.matching.vocabulary import ADDRESS_WORDS, LEGAL_FORMS

_DOTTED = re.compile(r"(?<![\w])(?:[a-z]\.\s?){2,}(?:[a-z](?![\w]))?")
_SPACED_FORMS = (
    (re.compile(r"\bsp\.?\s?z\s?\.?o\s?\.?\s?o\b\.?"), "spzoo"),
    (re.compile(r"\bs\.?\s?r\.?\s?o\b\.?"), "sro"),
    (re.compile(r"\bd\.?\s?o\.?\s?o\b\.?"), "doo"),
    (re.compile(r"\ba/s\b"), "as"),
    (re.compile(r"\be\.\s?(k|v)\b\.?"), r"e\1"),
    (re.compile(r"\bgesellschaft mit beschrankter haftung\b"), "gmbh"),
    (re.compile(r"\bsociete anonyme\b"), "sa"),
    (re.compile(r"\bsociete a responsabilite limitee\b"), "sarl"),
    (re.compile(r"\bsociedad limitada\b"), "sl"),
    (re.compile(r"\bsociedad anonima\b|\bsocieta per azioni\b"), "sa"),
    (re.compile(r"\bbesloten vennootschap\b"), "bv"),
)
_AND = re.compile(r"\s?[&+]\s?")


@dataclass(frozen=True, slots=True)
class CompanyName:
    """`full`: every word; `core`: without legal forms; `forms`: the families of legal forms found."""

    full: str
    core: str
    forms: frozenset[str]


def read_name(text: str) -> CompanyName:
    """Splits a company's name from its legal forms, wherever they stand."""
    folded = _AND.sub(" and ", fold(text))
    folded = _DOTTED.sub(lambda hit: re.sub(r"[.\s]", "", hit.group()) + " ", folded)
    for form, spelling in _SPACED_FORMS:
        folded = form.sub(spelling, folded)
    full = words(folded)
    tokens = full.split()
    forms = frozenset(LEGAL_FORMS[token] for token in tokens if token in LEGAL_FORMS)
    core = [token for token in tokens if token not in LEGAL_FORMS]
    while core and core[-1] in ("and", "und", "et", "e", "y"):
        core.pop()
    return CompanyName(full, " ".join(core) or full, forms)


def read_names(texts: Sequence[str]) -> list[CompanyName]:
    """`read_name` of each text."""
    return [read_name(text) for text in texts]


_STREET_END = re.compile(r"(?<=\w{2})(strasse|straat|str)(?![a-z])")
_ORDINAL = re.compile(r"(?<![\w])\d+(?:st|nd|rd|th)(?![\w])")
_HOUSE = re.compile(r"(?<![\w])(\d{1,5})(?:\s?[a-z](?![\w]))?(?![\w])")


@dataclass(frozen=True, slots=True)
class Street:
    """`text`: the street with its words in short forms; `house`: its number, "" where none is said."""

    text: str
    house: str


def read_street(text: str) -> Street:
    """A street line in short forms, in the order it was written."""
    if not text:
        return Street("", "")
    line = words(_STREET_END.sub(" str", fold(text)))
    short = " ".join(ADDRESS_WORDS.get(word, word) for word in line.split())
    house = _HOUSE.search(_ORDINAL.sub(" ", short))
    return Street(short, house.group(1).lstrip("0") if house else "")


def read_streets(texts: Sequence[str]) -> list[Street]:
    """`read_street` of each text."""
    return [read_street(text) for text in texts]
