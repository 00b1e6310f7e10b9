"""Full-text look-ups in a person's own words: whatever is typed is text, never query language."""


def words_query(text: str) -> str:
    """An FTS5 query for rows that hold all these words, the last one perhaps unfinished.

    Every word is quoted; the tokenizer splits what is inside, so an order id stays a phrase.
    """
    words = text.replace("\0", " ").split()
    return " ".join(_quoted(word) for word in words) + "*" if words else ""


def parts_query(text: str) -> tuple[str, tuple[str, ...]]:
    """For a trigram index: a query for all parts of three characters and more, and the shorter parts."""
    parts = text.replace("\0", " ").split()
    query = " ".join(_quoted(part) for part in parts if len(part) >= 3)
    return query, tuple(part for part in parts if len(part) < 3)


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
