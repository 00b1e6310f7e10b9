"""The journal: every exchange with a foreign system, narrow to page through, whole to look into."""

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from x3studio.domain.monitor import Direction, Exchange, System
from x3studio.store.rows import HOUR, Page, Table, bound_list, micros, moment, page_of
from x3studio.store.slices import SLICE, add_words, find_words, forget_words
from x3studio.store.words import words_query

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
        first = self._next_id()
        numbered = list(enumerate(exchanges, start=first))
        self.conn.executemany(
            "INSERT INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    id,
                    now if it.at is None else micros(it.at),
                    it.record,
                    it.run,
                    it.attempt,
                    it.operation,
                    it.system.value,
                    it.direction.value,
                    it.status,
                    it.duration_ms,
                    it.note,
                )
                for id, it in numbered
            ],
        )
        self.conn.executemany(
            "INSERT INTO payloads (id, sent, answer) VALUES (?, ?, ?)",
            [(id, _packed(it.sent), _packed(it.answer)) for id, it in numbered if it.sent or it.answer],
        )
        add_words(
            self.conn,
            (
                (id, f"{it.record} {it.operation} {it.status} {it.note} {it.sent} {it.answer}")
                for id, it in numbered
            ),
        )

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
        # From the narrowest to the widest: the first one given leads, "+" keeps the others off their index.
        wanted: dict[str, str | int | None] = {
            "e.record = ?": record,
            "e.run = ?": run,
            "e.status = ?": status,
            "e.operation = ?": operation,
            "e.system = ?": system.value if system else None,
        }
        given = {term: value for term, value in wanted.items() if value is not None}
        first, *others = given or ("TRUE",)
        terms = [first, *(f"+{term}" for term in others), *(["e.id < ?"] if before else [])]
        rows = self.conn.execute(
            f"SELECT {_COLUMNS} FROM exchanges AS e WHERE {' AND '.join(terms)} ORDER BY e.id DESC LIMIT ?",  # noqa: S608
            (*given.values(), *([before] if before else []), limit + 1),
        )
        return page_of([_exchange(row) for row in rows], limit=limit, key=lambda it: it.id)

    def search(self, text: str, *, before: int | None = None, limit: int = 100) -> Page[Exchange]:
        """Exchanges that hold all words of `text` anywhere, payloads included, newest first."""
        query = words_query(text)
        if not query:
            return self.page(before=before, limit=limit)
        ids = find_words(self.conn, query, before=before or self._next_id(), limit=limit + 1)
        rows = self.conn.execute(
            f"SELECT {_COLUMNS} FROM exchanges AS e WHERE e.id IN (SELECT value FROM json_each(?))"  # noqa: S608
            " ORDER BY e.id DESC",
            (bound_list(ids),),
        )
        return page_of([_exchange(row) for row in rows], limit=limit, key=lambda it: it.id)

    def payload(self, id: int) -> Exchange:
        """One exchange with its payloads; LookupError where retention has removed it."""
        found = self._whole("WHERE e.id = ?", (id,))
        if not found:
            raise LookupError(f"There is no exchange {id}.")
        return found[0]

    def timeline(self, record: str) -> list[Exchange]:
        """The life of one record: its first 500 exchanges with payloads, oldest first."""
        return self._whole("WHERE e.record = ? ORDER BY e.id LIMIT ?", (record, _MOST_STEPS))

    def hourly(self, *, hours: int = 24, operation: str = "read back") -> list[tuple[datetime, int]]:
        """How many exchanges of an operation each of the last hours had, oldest first, the present last."""
        last = self.now() // HOUR
        first = last - hours + 1
        counted = dict(
            self.conn.execute(
                "SELECT at / ?1, COUNT(*) FROM exchanges WHERE operation = ?2 AND at >= ?3"
                " AND id >= (SELECT MIN(id) FROM exchanges WHERE at >= ?3) GROUP BY at / ?1",
                (HOUR, operation, first * HOUR),
            ).fetchall()
        )
        return [(moment(hour * HOUR), counted.get(hour, 0)) for hour in range(first, last + 1)]

    def purge(self, *, before: datetime) -> int:
        """Deletes older exchanges with payloads and words; returns how many."""
        limit = micros(before)
        touched = self.conn.execute(
            "SELECT DISTINCT id / ? FROM exchanges WHERE at < ?", (SLICE, limit)
        ).fetchall()
        self.conn.execute(
            "DELETE FROM payloads WHERE id IN (SELECT id FROM exchanges WHERE at < ?)", (limit,)
        )
        deleted = self.conn.execute("DELETE FROM exchanges WHERE at < ?", (limit,)).rowcount
        for (number,) in touched:
            forget_words(self.conn, number)
        return deleted

    def _next_id(self) -> int:
        row = self.conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'exchanges'").fetchone()
        return 1 if row is None else int(row[0]) + 1

    def _whole(self, rest: str, values: tuple[Any, ...]) -> list[Exchange]:
        rows = self.conn.execute(
            f"SELECT {_COLUMNS}, p.sent, p.answer FROM exchanges AS e"  # noqa: S608
            f" LEFT JOIN payloads AS p ON p.id = e.id {rest}",
            values,
        )
        return [_exchange(row, sent=_unpacked(row[11]), answer=_unpacked(row[12])) for row in rows]


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
