"""The journal's word index, in slices of ids: adding and searching cost the same at any size.

One index over all would merge ever larger parts while rows come in, and would collect every match of an
unfinished word before the first is shown. A slice that is wholly too old is dropped at once.
"""

from collections.abc import Iterable
from itertools import groupby
from sqlite3 import Connection

from x3studio.store.schema import WORDS_TOKENIZER

SLICE = 50_000


def add_words(conn: Connection, texts: Iterable[tuple[int, str]]) -> None:
    """Indexes the texts of exchanges, in the order of their ids."""
    for number, rows in groupby(texts, key=lambda row: row[0] // SLICE):
        if conn.execute("INSERT OR IGNORE INTO word_slices VALUES (?)", (number,)).rowcount:
            conn.execute(
                f"CREATE VIRTUAL TABLE {_table(number)} USING fts5 (words, content = '',"
                f" contentless_delete = 1, tokenize = '{WORDS_TOKENIZER}', prefix = '3 5')"
            )
        conn.executemany(f"INSERT INTO {_table(number)} (rowid, words) VALUES (?, ?)", rows)  # noqa: S608


def find_words(conn: Connection, query: str, *, before: int, limit: int) -> list[int]:
    """The newest ids below `before` that match an FTS5 query, newest first."""
    found: list[int] = []
    for number in _numbers(conn, "number <= ? ORDER BY number DESC", (before - 1) // SLICE):
        rows = conn.execute(
            f"SELECT rowid FROM {_table(number)} WHERE {_table(number)} MATCH ? AND rowid < ?"  # noqa: S608
            " ORDER BY rowid DESC LIMIT ?",
            (query, before, limit - len(found)),
        )
        found.extend(int(id) for (id,) in rows)
        if len(found) >= limit:
            break
    return found


def forget_words(conn: Connection, number: int) -> None:
    """Removes from a slice the words of exchanges that are no longer stored."""
    table, own = _table(number), (number * SLICE, number * SLICE + SLICE - 1)
    if not conn.execute("SELECT 1 FROM exchanges WHERE id BETWEEN ? AND ? LIMIT 1", own).fetchone():
        conn.execute(f"DROP TABLE {table}")
        conn.execute("DELETE FROM word_slices WHERE number = ?", (number,))
        return
    conn.execute(
        f"DELETE FROM {table} WHERE rowid NOT IN (SELECT id FROM exchanges WHERE id BETWEEN ? AND ?)",  # noqa: S608
        own,
    )
    # FTS5 only marks rows as deleted; their words go when the index is merged into one.
    conn.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608


def _numbers(conn: Connection, where: str, value: int) -> list[int]:
    return [int(row[0]) for row in conn.execute(f"SELECT number FROM word_slices WHERE {where}", (value,))]  # noqa: S608


def _table(number: int) -> str:
    return f"exchange_words_{number:d}"
