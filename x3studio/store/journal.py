"""The journal: every exchange with a foreign system, narrow to page through, whole to look into."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Any

from x3studio.domain.monitor import Direction, Exchange, System
from x3studio.store.packing import Packed, pack, unpacked, words_of
from x3studio.store.rows import (
    HOUR,
    NO_END,
    Clock,
    Page,
    Table,
    bound_list,
    insert_rows,
    micros,
    moment,
    page_of,
)
from x3studio.store.slices import (
    add_words,
    find_among,
    find_words,
    forget_words,
    indexed_up_to,
    make_room,
    touched_slices,
)
from x3studio.store.words import values_query, words_query

_COLUMNS = (
    "e.id, e.at, e.record, e.run, e.attempt, e.operation, e.system, e.direction, e.status, e.duration_ms,"
    " e.note"
)
_MOST_STEPS = 500
INDEXED_TOGETHER = 200
"""Once so many exchanges wait they are indexed: some milliseconds in which nothing else is written."""
_MOST_AT_ONCE = 2_000


class Journal(Table):
    """Exchanges by id; payloads come only where they are asked for."""

    def __init__(self, conn: Connection, *, clock: Clock) -> None:
        super().__init__(conn, clock=clock)
        self._added: list[tuple[int, Packed]] = []
        self._words: dict[int, str] = {}
        """Of those that were stored here since the last indexing, by id."""

    def add(self, exchanges: Sequence[Exchange] | Sequence[Packed]) -> None:
        """Takes exchanges, to be stored in their order at the end of the transaction.

        One without a time gets the present.
        """
        now = self.now()
        packed = [it if isinstance(it, Packed) else pack(it) for it in exchanges]
        self._added += [(now if it.exchange.at is None else micros(it.exchange.at), it) for it in packed]

    def mark(self) -> int:
        """How many wait to be stored: what `undo` goes back to."""
        return len(self._added)

    def undo(self, mark: int) -> None:
        """Forgets what was added after a mark: its transaction is rolled back."""
        del self._added[mark:]
        # Ids that were given out come again; what is indexed without its words here is read from the file.
        self._words.clear()

    def store(self) -> int:
        """Stores what was added, at once for all that share the transaction; returns how many."""
        added, self._added = self._added, []
        if not added:
            return 0
        rows = [_row(id, it.exchange, at=at) for id, (at, it) in enumerate(added, start=self._next_id())]
        insert_rows(self.conn, "exchanges", rows)
        told = [(row[0], it) for row, (_, it) in zip(rows, added, strict=True)]
        payloads = [(id, it.sent, it.answer) for id, it in told if it.sent or it.answer]
        insert_rows(self.conn, "payloads (id, sent, answer)", payloads)
        self._words |= {id: it.words for id, it in told}
        self.conn.executemany(
            "INSERT INTO exchange_hours (hour, operation, exchanges) VALUES (?, ?, ?)"
            " ON CONFLICT (hour, operation) DO UPDATE SET exchanges = exchanges + excluded.exchanges",
            [(*key, count) for key, count in Counter((row[1] // HOUR, row[5]) for row in rows).items()],
        )
        return len(rows)

    def page(
        self,
        *,
        before: int | None = None,
        limit: int = 100,
        record: str | None = None,
        run: int | None = None,
        operation: str | None = None,
        status: str | None = None,
        system: System | None = None,
    ) -> Page[Exchange]:
        """Exchanges without payloads, newest first."""
        values: dict[str, str | int | None] = {
            "record": record,
            "run": run,
            "operation": operation,
            "status": status,
            "system": system.value if system else None,
        }
        given = {field: value for field, value in values.items() if value is not None}
        if given:
            return self._found(given, before=before, limit=limit)
        rows = self.conn.execute(
            f"SELECT {_COLUMNS} FROM exchanges AS e WHERE e.id < ? ORDER BY e.id DESC LIMIT ?",
            (before or self._next_id(), limit + 1),
        )
        return page_of([_exchange(row) for row in rows], limit=limit, key=lambda it: it.id)

    def search(self, text: str, *, before: int | None = None, limit: int = 100) -> Page[Exchange]:
        """Exchanges that hold all words of `text` anywhere, payloads included, newest first."""
        query = words_query(text)
        if not query:
            return self.page(before=before, limit=limit)
        return self._found(query, before=before, limit=limit)

    def index(self) -> None:
        """Indexes those without words, in transactions of its own; called by the writer between its others.

        Until then searches look through them as they are.
        """
        while (first := self._first_fresh()) is not None:
            end = make_room(self.conn, next_id=first)
            self.conn.execute("BEGIN IMMEDIATE")
            add_words(self.conn, self._fresh_texts(before=end, most=_MOST_AT_ONCE))
            self.conn.execute("COMMIT")
        self._words.clear()

    def payload(self, id: int) -> Exchange:
        """One exchange with its payloads; LookupError where retention has removed it."""
        found = self._whole("WHERE e.id = ?", (id,))
        if not found:
            raise LookupError(f"There is no exchange {id}.")
        return found[0]

    def timeline(self, record: str) -> list[Exchange]:
        """The life of one record: its first 500 exchanges with payloads, oldest first."""
        given = {"record": record}
        ids = find_words(
            self.conn, values_query(given), before=self._next_id(), limit=_MOST_STEPS, oldest_first=True
        )
        ids += reversed(self._fresh_ids(given))
        del ids[_MOST_STEPS:]
        return self._by_id(ids)

    def hourly(self, *, hours: int = 24, operation: str = "read back") -> list[tuple[datetime, int]]:
        """How many exchanges of an operation each of the last hours had, oldest first, the present last."""
        last = self.now() // HOUR
        first = last - hours + 1
        counted = dict(
            self.conn.execute(
                "SELECT hour, exchanges FROM exchange_hours WHERE operation = ? AND hour >= ?",
                (operation, first),
            ).fetchall()
        )
        return [(moment(hour * HOUR), counted.get(hour, 0)) for hour in range(first, last + 1)]

    def purge(self, *, before: datetime) -> int:
        """Deletes older exchanges with payloads and words; returns how many."""
        limit = micros(before)
        touched = touched_slices(self.conn, older_than=limit)
        self.conn.execute(
            "DELETE FROM payloads WHERE id IN (SELECT id FROM exchanges WHERE at < ?)", (limit,)
        )
        deleted = self.conn.execute("DELETE FROM exchanges WHERE at < ?", (limit,)).rowcount
        self.conn.execute("DELETE FROM exchange_hours WHERE hour < ?", (limit // HOUR,))
        for first, last in touched:
            forget_words(self.conn, first=first, last=last)
        return deleted

    def reaches_back(self, *, before: datetime) -> bool:
        """Whether the oldest exchange is from before then."""
        row = self.conn.execute("SELECT at FROM exchanges ORDER BY id LIMIT 1").fetchone()
        return row is not None and row[0] < micros(before)

    def _found(
        self, wanted: str | Mapping[str, str | int], *, before: int | None, limit: int
    ) -> Page[Exchange]:
        """Those that match an FTS5 query, or have exactly these values, by field."""
        if isinstance(wanted, str):
            query, fresh = wanted, find_among(self._fresh_texts(), wanted)
        else:
            query, fresh = values_query(wanted), self._fresh_ids(wanted)
        ids = [id for id in fresh if before is None or id < before][: limit + 1]
        if len(ids) <= limit:
            known = indexed_up_to(self.conn) + 1
            ids += find_words(
                self.conn, query, before=min(before or known, known), limit=limit + 1 - len(ids)
            )
        rows = self.conn.execute(
            f"SELECT {_COLUMNS} FROM exchanges AS e WHERE e.id IN (SELECT value FROM json_each(?))"
            " ORDER BY e.id DESC",
            (bound_list(ids),),
        )
        return page_of([_exchange(row) for row in rows], limit=limit, key=lambda it: it.id)

    def _first_fresh(self) -> int | None:
        row = self.conn.execute(
            "SELECT MIN(id) FROM exchanges WHERE id > ?", (indexed_up_to(self.conn),)
        ).fetchone()
        return None if row[0] is None else int(row[0])

    def _fresh_ids(self, given: Mapping[str, str | int]) -> list[int]:
        """Those not indexed yet that have exactly these values, newest first."""
        tests = " AND ".join(f"{field} = ?" for field in given)
        rows = self.conn.execute(
            f"SELECT id FROM exchanges WHERE id > ? AND {tests} ORDER BY id DESC",
            (indexed_up_to(self.conn), *given.values()),
        )
        return [int(id) for (id,) in rows]

    def _fresh_texts(self, *, before: int = NO_END, most: int = -1) -> list[tuple[int, str]]:
        """The words of those not indexed yet, oldest first."""
        rows = self.conn.execute(
            "SELECT id FROM exchanges WHERE id > ? AND id < ? ORDER BY id LIMIT ?",
            (indexed_up_to(self.conn), before, most),
        )
        ids = [int(id) for (id,) in rows]
        foreign = self._by_id([id for id in ids if id not in self._words])
        words = self._words | {it.id: words_of(it) for it in foreign}
        return [(id, words[id]) for id in ids]

    def _by_id(self, ids: Sequence[int]) -> list[Exchange]:
        if not ids:
            return []
        return self._whole("WHERE e.id IN (SELECT value FROM json_each(?)) ORDER BY e.id", (bound_list(ids),))

    def _next_id(self) -> int:
        row = self.conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'exchanges'").fetchone()
        return 1 if row is None else int(row[0]) + 1

    def _whole(self, rest: str, values: tuple[Any, ...]) -> list[Exchange]:
        rows = self.conn.execute(
            f"SELECT {_COLUMNS}, p.sent, p.answer FROM exchanges AS e"
            f" LEFT JOIN payloads AS p ON p.id = e.id {rest}",
            values,
        )
        return [_exchange(row, sent=unpacked(row[11]), answer=unpacked(row[12])) for row in rows]


def _row(id: int, it: Exchange, *, at: int) -> tuple[Any, ...]:
    return (
        *(id, at, it.record, it.run, it.attempt, it.operation, it.system.value, it.direction.value),
        *(it.status, it.duration_ms, it.note),
    )


def _exchange(row: tuple[Any, ...], *, sent: str = "", answer: str = "") -> Exchange:
    return Exchange(
        id=row[0],
        at=moment(row[1]),
        record=row[2],
        run=row[3],
        attempt=row[4],
        operation=row[5],
        system=System(row[6]),
        direction=Direction(row[7]),
        status=row[8],
        duration_ms=row[9],
        note=row[10],
        sent=sent,
        answer=answer,
    )
