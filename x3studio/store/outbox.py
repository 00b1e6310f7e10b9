"""The outbox: one row per reference, whose stage says what may have reached X3."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from x3studio.domain.documents import DocumentKind
from x3studio.domain.outbox import LEGAL_STAGES, Moment, OutboxRecord, Stage, check_stage
from x3studio.store.rows import (
    NO_END,
    Page,
    Table,
    bound_list,
    insert_rows,
    micros,
    moment,
    moment_or_none,
    page_of,
)

_COLUMNS = (
    "o.id, o.flow, o.account, o.kind, o.reference, o.stage, o.source, o.source_hash, o.document,"
    " o.document_hash, o.attempt, o.number, o.confirmed, o.run, o.doubt_boot, o.doubt_seconds, o.seen_at,"
    " o.changed_at"
)

# What a list shows: the texts of a record are long, and personal.
_BRIEF = _COLUMNS.replace("o.source,", "'',").replace("o.document,", "'',")

_LEADING_TO = {
    new: tuple(old.value for old, following in LEGAL_STAGES.items() if new in following) for new in Stage
}

_Key = tuple[str, DocumentKind, str]

_HELD_BACK = f"(stage IN ('rejected', 'conflict') AND kind <> '{DocumentKind.JOURNAL}')"


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


class Outbox(Table):
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

    def due(self, *, flow: str, account: str, limit: int, after: int = 0) -> list[OutboxRecord]:
        """Rows that wait to be written, in the order they were seen, from the id behind `after`."""
        return self._select(
            "WHERE o.account = ? AND o.flow = ? AND o.stage = 'new' AND o.id > ? ORDER BY o.id LIMIT ?",
            (account, flow, after, limit),
        )

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

    def doubtful(self, *, flow: str, account: str) -> list[OutboxRecord]:
        """Rows whose fate must be looked up, oldest first."""
        return self._select(
            "WHERE o.account = ? AND o.flow = ? AND o.stage = 'indoubt' ORDER BY o.id", (account, flow)
        )

    def first_sight(self, id: int, moment: Moment) -> None:
        """Starts the settle time of an INDOUBT row anew, as after a reboot."""
        self.conn.execute(
            "UPDATE outbox SET doubt_boot = ?, doubt_seconds = ? WHERE id = ? AND stage = 'indoubt'",
            (moment.boot, moment.seconds, id),
        )

    def waiting_on_mapping(self, *, flow: str, account: str) -> list[OutboxRecord]:
        """Rejected rows that only wait for a mapping, by their unresolved exception."""
        return self._select(
            "WHERE o.account = ? AND o.flow = ? AND o.stage = 'rejected' AND EXISTS (SELECT 1 FROM cases AS c"
            " WHERE c.flow = o.flow AND c.reference = o.reference AND c.account IN (o.account, '')"
            " AND c.state <> 'resolved' AND c.cause = 'mapping') ORDER BY o.id",
            (account, flow),
        )

    def unchanged(self, records: Sequence[OutboxRecord]) -> set[int]:
        """The ids of those that stand and read as they did: sources are read on while they are carried."""
        rows = self.conn.execute(
            "SELECT id, stage, source_hash FROM outbox WHERE id IN (SELECT value FROM json_each(?))",
            (bound_list(record.id for record in records),),
        )
        present = {id: (stage, source_hash) for id, stage, source_hash in rows}
        return {it.id for it in records if present.get(it.id) == (it.stage.value, it.source_hash)}

    def heard(self, id: int, *, source_hash: str) -> None:
        """Keeps what the source said last of a row whose document is written, to know news from echoes."""
        self.conn.execute("UPDATE outbox SET source_hash = ? WHERE id = ?", (source_hash, id))

    def called(self, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Cause and subject of the unresolved exceptions of rows' records, for those that have one."""
        rows = self.conn.execute(
            "SELECT o.id, c.cause, c.subject FROM outbox AS o JOIN cases AS c ON c.flow = o.flow"
            " AND c.reference = o.reference AND c.account IN (o.account, '') AND c.state <> 'resolved'"
            # Of two the one of the row's own account, which comes last.
            " WHERE o.id IN (SELECT value FROM json_each(?)) ORDER BY c.account",
            (bound_list(ids),),
        )
        return {int(id): (str(cause), str(subject)) for id, cause, subject in rows}

    def find(
        self, *, account: str | None = None, kind: DocumentKind | None = None, reference: str
    ) -> OutboxRecord | None:
        """The row of a reference; where several accounts or kinds know it, the newest."""
        found = self._select(
            "WHERE o.reference = ?1 AND (?2 IS NULL OR o.account = ?2) AND (?3 IS NULL OR o.kind = ?3)"
            " ORDER BY o.id DESC LIMIT 1",
            (reference, account, kind.value if kind else None),
        )
        return found[0] if found else None

    def briefs(self, references: Collection[str]) -> dict[str, OutboxRecord]:
        """The rows of many references as `find` finds them, without source and document."""
        rows = self.conn.execute(
            f"SELECT {_BRIEF} FROM outbox AS o WHERE o.reference IN (SELECT value FROM json_each(?))"
            " ORDER BY o.id",
            (bound_list(references),),
        )
        return {record.reference: record for record in map(_record, rows)}

    def elsewhere(self, references: Collection[str], *, account: str) -> list[OutboxRecord]:
        """The rows of those references under every other account, without source and document."""
        rows = self.conn.execute(
            f"SELECT {_BRIEF} FROM outbox AS o WHERE o.reference IN (SELECT value FROM json_each(?))"
            " AND o.account <> ? ORDER BY o.id",
            (bound_list(references), account),
        )
        return [_record(row) for row in rows]

    def by_number(self, number: str) -> list[OutboxRecord]:
        """Rows whose document carries this number."""
        return self._select("WHERE o.number = ? AND o.number <> '' ORDER BY o.id", (number,))

    def waiting(
        self, before: datetime, *, accounts: Collection[str] | None = None
    ) -> tuple[int, datetime | None]:
        """How many rows seen before then are neither in X3 nor refused, and since when the oldest waits."""
        count, oldest = self.conn.execute(
            "SELECT COUNT(*), MIN(seen_at) FROM outbox WHERE stage IN ('new', 'intent', 'indoubt')"
            " AND seen_at < ?1 AND (?2 IS NULL OR account IN (SELECT value FROM json_each(?2)))",
            (micros(before), None if accounts is None else bound_list(accounts)),
        ).fetchone()
        return int(count), moment_or_none(oldest)

    def latest(self, *, before: int | None = None, limit: int = 100) -> Page[OutboxRecord]:
        """Rows that were taken in hand: all but those still NEW, the last captured first."""
        last = NO_END if before is None else before
        rows = self._select(
            "WHERE o.stage <> 'new' AND o.id < ? ORDER BY o.id DESC LIMIT ?", (last, limit + 1)
        )
        return page_of(rows, limit=limit, key=lambda record: record.id)

    def delivered(self) -> bool:
        """Whether any document ever reached X3."""
        found = self.conn.execute("SELECT EXISTS (SELECT 1 FROM outbox WHERE number <> '')").fetchone()
        return bool(found[0])

    def unconfirmed(self, *, flow: str, account: str, limit: int) -> list[OutboxRecord]:
        """DONE rows that were not read back yet, oldest first."""
        return self._select(
            "WHERE o.account = ? AND o.flow = ? AND o.stage = 'done' AND NOT o.confirmed"
            " ORDER BY o.id LIMIT ?",
            (account, flow, limit),
        )

    def numbers(self, references: Collection[str]) -> dict[str, str]:
        """The numbers of those references that are DONE."""
        rows = self.conn.execute(
            "SELECT reference, number FROM outbox WHERE stage = 'done'"
            " AND reference IN (SELECT value FROM json_each(?)) ORDER BY id",
            (bound_list(references),),
        )
        return {str(reference): str(number) for reference, number in rows}

    def forget_sources(self, *, before: datetime) -> tuple[int, int]:
        """Blanks source and document (buyers' data) of rows that changed before.

        Of those whose document is in X3, and of those that wait for a person: a replay reads these again
        from the source. What is on its way keeps its own, and a journal names no buyer. Returns how many
        of each.
        """
        return self._blank("stage = 'done'", before), self._blank(_HELD_BACK, before)

    def holding(self, *, before: datetime) -> tuple[int, int]:
        """How many rows that changed before still hold a buyer's data: settled, and on their way."""
        settled, moving = self.conn.execute(
            f"SELECT COALESCE(SUM(stage = 'done' OR {_HELD_BACK}), 0),"
            " COALESCE(SUM(stage IN ('new', 'intent', 'indoubt')), 0) FROM outbox"
            " WHERE changed_at < ? AND (source <> '' OR document <> '')",
            (micros(before),),
        ).fetchone()
        return int(settled), int(moving)

    def _blank(self, which: str, before: datetime) -> int:
        return self.conn.execute(
            f"UPDATE outbox SET source = '', document = '' WHERE {which} AND changed_at < ?"
            " AND (source <> '' OR document <> '')",
            (micros(before),),
        ).rowcount

    def _by_key(self, keys: Collection[_Key]) -> dict[_Key, OutboxRecord]:
        found = self._select(
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
        return self._select("WHERE o.id = ?", (known.id,))[0]

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

    def _select(self, rest: str, values: tuple[Any, ...]) -> list[OutboxRecord]:
        rows = self.conn.execute(f"SELECT {_COLUMNS} FROM outbox AS o {rest}", values)
        return [_record(row) for row in rows]


def _key(row: Capture | OutboxRecord) -> _Key:
    return row.account, row.kind, row.reference


def _record(row: tuple[Any, ...]) -> OutboxRecord:
    return OutboxRecord(
        id=row[0],
        flow=row[1],
        account=row[2],
        kind=DocumentKind(row[3]),
        reference=row[4],
        stage=Stage(row[5]),
        source=row[6],
        source_hash=row[7],
        document=row[8],
        document_hash=row[9],
        attempt=row[10],
        number=row[11],
        confirmed=bool(row[12]),
        run=row[13],
        doubt_since=None if row[14] is None else Moment(boot=row[14], seconds=row[15]),
        seen_at=moment(row[16]),
        changed_at=moment(row[17]),
    )
