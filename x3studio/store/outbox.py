"""The outbox: one row per reference, whose stage says what may have reached X3."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from x3studio.domain.documents import DocumentKind
from x3studio.domain.outbox import LEGAL_STAGES, Moment, OutboxRecord, Stage, check_stage
from x3studio.store.outbox_reading import HELD_BACK, OutboxReading
from x3studio.store.rows import bound_list, insert_rows, micros

_LEADING_TO = {
    new: tuple(old.value for old, following in LEGAL_STAGES.items() if new in following) for new in Stage
}

_Key = tuple[str, DocumentKind, str]


@dataclass(frozen=True, slots=True)
class Capture:
    """A foreign record as it was read: `source` is its canonical text."""

    flow: str
    account: str
    kind: DocumentKind
    reference: str
    source: str
    source_hash: str
    run: int | None


@dataclass(frozen=True, slots=True)
class Intent:
    """The document that a row is about to be sent as."""

    id: int
    document: str
    document_hash: str


@dataclass(frozen=True, slots=True)
class CaptureResult:
    """The row as it is now; `fresh` when its reference had never been seen."""

    record: OutboxRecord
    fresh: bool


class Outbox(OutboxReading):
    """Rows are unique by account, kind and reference; every step is checked against the domain."""

    def capture(self, rows: Sequence[Capture]) -> list[CaptureResult]:
        """Stores what was read: a new reference as NEW; a rejected one whose source changed becomes NEW.

        A row that is still NEW takes the newer source. Any other known row is left alone: its document
        is on its way or done.
        """
        first: dict[_Key, Capture] = {}
        for row in rows:
            first.setdefault(_key(row), row)
        known = self._by_key(first)
        fresh = {key: row for key, row in first.items() if key not in known}
        self._insert(fresh.values())
        known |= self._by_key(fresh)
        results: list[CaptureResult] = []
        for row in rows:
            key = _key(row)
            if fresh.get(key) is row:
                results.append(CaptureResult(known[key], fresh=True))
                continue
            known[key] = self._recaptured(row, known[key])
            results.append(CaptureResult(known[key], fresh=False))
        return results

    def reject(self, id: int, *, run: int | None) -> None:
        """It cannot be written as it is; the exception that says why is opened by the caller."""
        self._step([id], Stage.REJECTED, run=run)

    def intend(self, intents: Sequence[Intent], *, run: int | None) -> None:
        """Commits to sending exactly these documents: one more attempt of each."""
        self._step(
            [(it.id, it.document, it.document_hash) for it in intents],
            Stage.INTENT,
            run=run,
            also="document = value ->> 1, document_hash = value ->> 2, attempt = attempt + 1, intent_at = ?",
            values=(self.now(),),
        )

    def restamp(self, ids: Collection[int]) -> None:
        """Renews the time of intents that were not sent at once."""
        self.conn.execute(
            "UPDATE outbox SET intent_at = ? WHERE stage = 'intent'"
            " AND id IN (SELECT value FROM json_each(?))",
            (self.now(), bound_list(ids)),
        )

    def done(self, numbers: Mapping[int, str], *, run: int | None) -> None:
        """X3 holds the documents of these rows under these numbers."""
        self._step(list(numbers.items()), Stage.DONE, run=run, also="number = value ->> 1")

    def doubt(self, id: int, *, moment: Moment) -> None:
        """Sent, and nothing proves what became of it; the settle time counts from `moment`."""
        self._step([id], Stage.INDOUBT)
        self.first_sight(id, moment)

    def retry(self, id: int) -> None:
        """Back to NEW: proof that nothing was written, or a person's decision."""
        self._step([id], Stage.NEW)

    def take_back(self, ids: Collection[int]) -> None:
        """Back to NEW from an intent that X3 never saw: that attempt does not count."""
        check_stage(Stage.INTENT, Stage.NEW)
        self.conn.execute(
            "UPDATE outbox SET stage = 'new', attempt = MAX(attempt - 1, 0), changed_at = ?"
            " WHERE stage = 'intent' AND id IN (SELECT value FROM json_each(?))",
            (self.now(), bound_list(ids)),
        )

    def conflict(self, id: int) -> None:
        """X3 holds several documents with the reference."""
        self._step([id], Stage.CONFLICT)

    def confirm(self, ids: Collection[int]) -> None:
        """The documents were read back from X3; rows that are not DONE are left alone."""
        self.conn.execute(
            "UPDATE outbox SET confirmed = TRUE, changed_at = ? WHERE stage = 'done'"
            " AND id IN (SELECT value FROM json_each(?))",
            (self.now(), bound_list(ids)),
        )

    def recover(self, *, account: str, moment: Moment) -> int:
        """After a restart every INTENT may have been sent: all of them become INDOUBT."""
        check_stage(Stage.INTENT, Stage.INDOUBT)
        return self.conn.execute(
            "UPDATE outbox SET stage = 'indoubt', doubt_boot = ?, doubt_seconds = ?, changed_at = ?"
            " WHERE account = ? AND stage = 'intent'",
            (moment.boot, moment.seconds, self.now(), account),
        ).rowcount

    def first_sight(self, id: int, moment: Moment) -> None:
        """Starts the settle time of an INDOUBT row anew, as after a reboot."""
        self.conn.execute(
            "UPDATE outbox SET doubt_boot = ?, doubt_seconds = ? WHERE id = ? AND stage = 'indoubt'",
            (moment.boot, moment.seconds, id),
        )

    def heard(self, id: int, *, source_hash: str) -> None:
        """Keeps what the source said last of a row whose document is written, to know news from echoes."""
        self.conn.execute("UPDATE outbox SET source_hash = ? WHERE id = ?", (source_hash, id))

    def forget_sources(self, *, before: datetime) -> tuple[int, int]:
        """Blanks source and document (buyers' data) of rows that changed before.

        Of those whose document is in X3, and of those that wait for a person: a replay reads these again
        from the source. What is on its way keeps its own, and a journal names no buyer. Returns how many
        of each.
        """
        return self._blank("stage = 'done'", before), self._blank(HELD_BACK, before)

    def _blank(self, which: str, before: datetime) -> int:
        return self.conn.execute(
            f"UPDATE outbox SET source = '', document = '' WHERE {which} AND changed_at < ?"
            " AND (source <> '' OR document <> '')",
            (micros(before),),
        ).rowcount

    def _by_key(self, keys: Collection[_Key]) -> dict[_Key, OutboxRecord]:
        found = self.select(
            "WHERE o.reference IN (SELECT value FROM json_each(?))",
            (bound_list(reference for _, _, reference in keys),),
        )
        return {_key(record): record for record in found if _key(record) in keys}

    def _insert(self, rows: Iterable[Capture]) -> None:
        now = self.now()
        insert_rows(
            self.conn,
            "outbox (flow, account, kind, reference, stage, source, source_hash, run, seen_at, changed_at)",
            [
                (
                    *(it.flow, it.account, it.kind.value, it.reference, "new"),
                    *(it.source, it.source_hash, it.run, now, now),
                )
                for it in rows
            ],
        )

    def _recaptured(self, row: Capture, known: OutboxRecord) -> OutboxRecord:
        open_to_change = known.stage in (Stage.NEW, Stage.REJECTED)
        # One that was erased is taken again, though nothing in it changed.
        if not open_to_change or (known.source and known.source_hash == row.source_hash):
            return known
        if known.stage is Stage.REJECTED:
            self._step([known.id], Stage.NEW, run=row.run)
        self.conn.execute(
            "UPDATE outbox SET source = ?, source_hash = ? WHERE id = ?",
            (row.source, row.source_hash, known.id),
        )
        return self.select("WHERE o.id = ?", (known.id,))[0]

    def _step(
        self,
        rows: Sequence[int | tuple[int | str, ...]],
        stage: Stage,
        *,
        run: int | None = None,
        also: str = "attempt = attempt",
        values: tuple[Any, ...] = (),
    ) -> None:
        """Moves rows to a stage they may have, all in one statement, or raises where one may not.

        Each is an id, with values behind it where `also`, further columns to set, takes them from `value`.
        """
        given = [row if isinstance(row, tuple) else (row,) for row in rows]
        before = _LEADING_TO[stage]
        moved = self.conn.execute(
            "UPDATE outbox SET stage = ?, run = COALESCE(?, run), changed_at = ?, doubt_boot = NULL,"
            f" doubt_seconds = NULL, {also} FROM json_each(?)"
            f" WHERE outbox.id = value ->> 0 AND stage IN ({', '.join('?' * len(before))})",
            (stage.value, run, self.now(), *values, json.dumps(given), *before),
        )
        if moved.rowcount == len(given):
            return
        ids = [row[0] for row in given]
        # Those that moved are at the new stage now, which none may have come from.
        found = self.conn.execute(
            "SELECT stage FROM outbox WHERE id IN (SELECT value FROM json_each(?))", (bound_list(ids),)
        ).fetchall()
        if len(found) < len(ids):
            raise LookupError(f"Not all of these rows are in the outbox: {ids}.")
        for (old,) in found:
            check_stage(Stage(old), stage)


def _key(row: Capture | OutboxRecord) -> _Key:
    return row.account, row.kind, row.reference
