"""The journal: every exchange with a foreign system, narrow to page through, whole to look into."""

import zlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from x3studio.domain.monitor import Direction, Exchange, System
from x3studio.store.rows import HOUR, Page, Table, bound_list, micros, moment, page_of
from x3studio.store.slices import add_words, find_words, forget_words, make_room, touched_slices
from x3studio.store.words import plain, value_words, values_query, words_query

_COLUMNS = (
    "e.id, e.at, e.record, e.run, e.attempt, e.operation, e.system, e.direction, e.status, e.duration_ms,"
    " e.note"
)
_MOST_STEPS = 500


class Journal(Table):
    """Exchanges by id; payloads come only where they are asked for."""

    def add(self, exchanges: Sequence[Exchange]) -> None:
        """Stores exchanges in their order; one without a time gets the present."""
        now = self.now()
        rows = [
            _row(id, it, at=now if it.at is None else micros(it.at))
            for id, it in enumerate(exchanges, start=self._next_id())
        ]
        self.conn.executemany("INSERT INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        told = list(zip(rows, exchanges, strict=True))
        self.conn.executemany(
            "INSERT INTO payloads (id, sent, answer) VALUES (?, ?, ?)",
            [(row[0], _packed(it.sent), _packed(it.answer)) for row, it in told if it.sent or it.answer],
        )
        self.conn.executemany(
            "INSERT INTO exchange_hours (hour, operation, exchanges) VALUES (?, ?, ?)"
            " ON CONFLICT (hour, operation) DO UPDATE SET exchanges = exchanges + excluded.exchanges",
            [(*key, count) for key, count in Counter((row[1] // HOUR, row[5]) for row in rows).items()],
        )
        add_words(self.conn, ((row[0], _words(it)) for row, it in told))

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
            return self._found(values_query(given), before=before, limit=limit)
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

    def payload(self, id: int) -> Exchange:
        """One exchange with its payloads; LookupError where retention has removed it."""
        found = self._whole("WHERE e.id = ?", (id,))
        if not found:
            raise LookupError(f"There is no exchange {id}.")
        return found[0]

    def timeline(self, record: str) -> list[Exchange]:
        """The life of one record: its first 500 exchanges with payloads, oldest first."""
        ids = find_words(
            self.conn,
            values_query({"record": record}),
            before=self._next_id(),
            limit=_MOST_STEPS,
            oldest_first=True,
        )
        return self._whole("WHERE e.id IN (SELECT value FROM json_each(?)) ORDER BY e.id", (bound_list(ids),))

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

    def make_room(self) -> None:
        """Called by the writer between its transactions, so that `add` always finds a place."""
        make_room(self.conn, next_id=self._next_id())

    def _found(self, query: str, *, before: int | None, limit: int) -> Page[Exchange]:
        ids = find_words(self.conn, query, before=before or self._next_id(), limit=limit + 1)
        rows = self.conn.execute(
            f"SELECT {_COLUMNS} FROM exchanges AS e WHERE e.id IN (SELECT value FROM json_each(?))"
            " ORDER BY e.id DESC",
            (bound_list(ids),),
        )
        return page_of([_exchange(row) for row in rows], limit=limit, key=lambda it: it.id)

    def _next_id(self) -> int:
        row = self.conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'exchanges'").fetchone()
        return 1 if row is None else int(row[0]) + 1

    def _whole(self, rest: str, values: tuple[Any, ...]) -> list[Exchange]:
        rows = self.conn.execute(
            f"SELECT {_COLUMNS}, p.sent, p.answer FROM exchanges AS e"
            f" LEFT JOIN payloads AS p ON p.id = e.id {rest}",
            values,
        )
        return [_exchange(row, sent=_unpacked(row[11]), answer=_unpacked(row[12])) for row in rows]


def _row(id: int, it: Exchange, *, at: int) -> tuple[Any, ...]:
    return (
        *(id, at, it.record, it.run, it.attempt, it.operation, it.system.value, it.direction.value),
        *(it.status, it.duration_ms, it.note),
    )


def _words(it: Exchange) -> str:
    values: list[tuple[str, str | int]] = [
        ("record", it.record),
        ("operation", it.operation),
        ("status", it.status),
        ("system", it.system.value),
    ]
    if it.run is not None:
        values.append(("run", it.run))
    told = plain(f"{it.record} {it.operation} {it.status} {it.note} {it.sent} {it.answer}")
    return " ".join((*value_words(values), told))


def _packed(text: str) -> bytes | None:
    return zlib.compress(text.encode(), 1) if text else None


def _unpacked(stored: bytes | None) -> str:
    return "" if stored is None else zlib.decompress(stored).decode()


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
