"""The journal's only index, words in slices of ids: adding and searching cost the same at any size.

One index over all would merge ever larger parts while rows come in, and would collect every match of an
unfinished word before the first is shown; an ordinary index per column would touch pages all over the file
at every commit. New words go into the newest slice; one whose exchanges are all gone is dropped at once.

Words come some hundred exchanges at a time, which costs a third of what a few at each commit would; the
exchanges after the last one indexed are looked through as they are.
"""

import json
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from sqlite3 import Connection

from sqlcipher3 import dbapi2 as sqlcipher

from x3studio.store.rows import NO_END

SLICE = 50_000
_TOKENIZER = "unicode61 remove_diacritics 2"
# Unfinished words of one, three and five letters are looked up, those between are collected from few.
_PREFIXES = "1 3 5"
_PARTS = 8
"""So many parts of a slice lie beside each other before they are merged (FTS5: automerge)."""


def make_room(conn: Connection, *, next_id: int) -> int:
    """Begins a new slice at `next_id` where the newest is full; returns the first id it does not take.

    Only between transactions: SQLite cannot take back the making of such a table in a savepoint.
    """
    if (end := _newest(conn) + SLICE) > next_id:
        return end
    conn.execute("BEGIN IMMEDIATE")
    try:
        # Another program may have begun it meanwhile.
        if (end := _newest(conn) + SLICE) <= next_id:
            begin_slice(conn, next_id)
            end = next_id + SLICE
        conn.execute("COMMIT")
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
    return end


def begin_slice(conn: Connection, first: int) -> None:
    """Makes the slice for the ids from `first` on."""
    conn.execute("INSERT INTO word_slices (first) VALUES (?)", (first,))
    conn.execute(
        f"CREATE VIRTUAL TABLE {_table(first)} USING fts5 (words, content = '', contentless_delete = 1,"
        f" tokenize = '{_TOKENIZER}', prefix = '{_PREFIXES}')"
    )
    conn.execute(f"INSERT INTO {_table(first)} ({_table(first)}, rank) VALUES ('automerge', {_PARTS})")


def indexed_up_to(conn: Connection) -> int:
    """The last id whose words are in the index."""
    newest = _newest(conn)
    row = conn.execute(f"SELECT rowid FROM {_table(newest)} ORDER BY rowid DESC LIMIT 1").fetchone()
    return newest - 1 if row is None else int(row[0])


def add_words(conn: Connection, texts: Sequence[tuple[int, str]]) -> None:
    """Indexes the texts of exchanges by their ids.

    In one statement: between two of them Python's threads take turns, and the writer would wait for each.
    """
    conn.execute(
        f"INSERT INTO {_table(_newest(conn))} (rowid, words)"
        " SELECT value ->> 0, value ->> 1 FROM json_each(?)",
        (json.dumps(texts),),
    )


def find_words(
    conn: Connection, query: str, *, before: int, limit: int, oldest_first: bool = False
) -> list[int]:
    """The newest (or the oldest) ids below `before` that match an FTS5 query, in that order."""
    found: list[int] = []
    order = "ASC" if oldest_first else "DESC"
    slices = conn.execute(
        f"SELECT first FROM word_slices WHERE first < ? ORDER BY first {order}",
        (before,),
    ).fetchall()
    for (first,) in slices:
        rows = conn.execute(
            f"SELECT rowid FROM {_table(first)} WHERE {_table(first)} MATCH ? AND rowid < ?"
            f" ORDER BY rowid {order} LIMIT ?",
            (query, before, limit - len(found)),
        )
        found.extend(int(id) for (id,) in rows)
        if len(found) >= limit:
            break
    return found


def find_among(texts: Sequence[tuple[int, str]], query: str) -> list[int]:
    """The ids, newest first, of those texts that match a query: for the few that no slice holds yet."""
    if not texts:
        return []
    with closing(sqlcipher.connect(":memory:")) as conn:
        conn.execute(
            f"CREATE VIRTUAL TABLE fresh USING fts5 (words, content = '', tokenize = '{_TOKENIZER}')"
        )
        conn.executemany("INSERT INTO fresh (rowid, words) VALUES (?, ?)", texts)
        rows = conn.execute("SELECT rowid FROM fresh WHERE fresh MATCH ? ORDER BY rowid DESC", (query,))
        return [int(id) for (id,) in rows]


def touched_slices(conn: Connection, *, older_than: int) -> list[tuple[int, int]]:
    """First and last id of the slices that hold exchanges from before this time, in microseconds."""
    firsts = [int(row[0]) for row in conn.execute("SELECT first FROM word_slices ORDER BY first")]
    spans = [(first, after - 1) for first, after in pairwise([*firsts, NO_END])]
    old = "SELECT 1 FROM exchanges WHERE id BETWEEN ? AND ? AND at < ? LIMIT 1"
    return [span for span in spans if conn.execute(old, (*span, older_than)).fetchone()]


def forget_words(conn: Connection, *, first: int, last: int) -> None:
    """Removes from a slice the words of exchanges that are no longer stored."""
    table = _table(first)
    left = conn.execute("SELECT 1 FROM exchanges WHERE id BETWEEN ? AND ? LIMIT 1", (first, last)).fetchone()
    if not left and first != _newest(conn):
        conn.execute(f"DROP TABLE {table}")
        conn.execute("DELETE FROM word_slices WHERE first = ?", (first,))
        return
    conn.execute(
        f"DELETE FROM {table} WHERE rowid NOT IN (SELECT id FROM exchanges WHERE id BETWEEN ? AND ?)",
        (first, last),
    )
    # FTS5 only marks rows as deleted; their words go when the index is merged into one.
    conn.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def _newest(conn: Connection) -> int:
    return int(conn.execute("SELECT MAX(first) FROM word_slices").fetchone()[0])


def _table(first: int) -> str:
    return f"exchange_words_{first:d}"
