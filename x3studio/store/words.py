"""Full-text look-ups in a person's own words: whatever is typed is text, never query language.

Exact values are looked up in the same index: each is one more word, led by a character of Unicode's private
use area, which no text keeps on its way into the index or into a query.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

# The tokenizer takes private-use characters for letters.
_MARKS = {"record": "\ue000", "run": "\ue001", "status": "\ue002", "operation": "\ue003", "system": "\ue004"}
_UNSEARCHABLE = re.compile("[\0\ue000-\ue004]")


def words_query(text: str) -> str:
    """An FTS5 query for rows that hold all these words, the last one perhaps unfinished.

    Every word is quoted; the tokenizer splits what is inside, so an order id stays a phrase.
    """
    words = plain(text).split()
    return " ".join(_quoted(word) for word in words) + "*" if words else ""


def values_query(values: Mapping[str, str | int]) -> str:
    """An FTS5 query for rows that have exactly these values, by field."""
    return " ".join(_quoted(word) for word in value_words(values.items()))


def value_words(values: Iterable[tuple[str, str | int]]) -> list[str]:
    """The words that stand for these values."""
    return [_MARKS[field] + _digest(str(value)) for field, value in values]


def plain(text: str) -> str:
    """The text without the characters that have a meaning of their own in the index."""
    return _UNSEARCHABLE.sub(" ", text)


def parts_query(text: str) -> tuple[str, tuple[str, ...]]:
    """For a trigram index: a query for all parts of three characters and more, and the shorter parts."""
    parts = plain(text).split()
    query = " ".join(_quoted(part) for part in parts if len(part) >= 3)
    return query, tuple(part for part in parts if len(part) < 3)


@lru_cache(maxsize=4096)
def _digest(value: str) -> str:
    return hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
