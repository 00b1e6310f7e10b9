"""The outbox as it is read: what waits, what is in doubt, what was written under which number."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from x3studio.domain.documents import DocumentKind
from x3studio.domain.outbox import Moment, OutboxRecord, Stage
from x3studio.store.rows import (
    NO_END,
    Page,
    Table,
    bound_list,
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

HELD_BACK = f"(stage IN ('rejected', 'conflict') AND kind <> '{DocumentKind.JOURNAL}')"
"""Rows that wait for a person; a journal names no buyer and never counts."""


class OutboxReading(Table):
    """Questions that change nothing."""

    def due(
        self, *, flow: str, account: str, limit: int, after: int = 0, erased: bool = True
    ) -> list[OutboxRecord]:
        """Rows that wait to be written, in the order they were seen, from the id behind `after`.

        Those whose source was erased only where `erased` asks for them: somebody may be reading it again.
        """
        return self.select(
            "WHERE o.account = ? AND o.flow = ? AND o.stage = 'new' AND o.id > ? AND (o.source <> '' OR ?)"
            " ORDER BY o.id LIMIT ?",
            (account, flow, after, erased, limit),
        )

    def doubtful(self, *, flow: str, account: str) -> list[OutboxRecord]:
        """Rows whose fate must be looked up, oldest first."""
        return self.select(
            "WHERE o.account = ? AND o.flow = ? AND o.stage = 'indoubt' ORDER BY o.id", (account, flow)
        )

    def waiting_on_mapping(self, *, flow: str, account: str) -> list[OutboxRecord]:
        """Rejected rows that only wait for a mapping, by their unresolved exception."""
        return self.select(
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
        found = self.select(
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
        return self.select("WHERE o.number = ? AND o.number <> '' ORDER BY o.id", (number,))

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
        rows = self.select(
            "WHERE o.stage <> 'new' AND o.id < ? ORDER BY o.id DESC LIMIT ?", (last, limit + 1)
        )
        return page_of(rows, limit=limit, key=lambda record: record.id)

    def delivered(self) -> bool:
        """Whether any document ever reached X3."""
        found = self.conn.execute("SELECT EXISTS (SELECT 1 FROM outbox WHERE number <> '')").fetchone()
        return bool(found[0])

    def unconfirmed(self, *, flow: str, account: str, limit: int) -> list[OutboxRecord]:
        """DONE rows that were not read back yet, oldest first."""
        return self.select(
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

    def holding(self, *, before: datetime) -> tuple[int, int]:
        """How many rows that changed before still hold a buyer's data: settled, and on their way."""
        settled, moving = self.conn.execute(
            f"SELECT COALESCE(SUM(stage = 'done' OR {HELD_BACK}), 0),"
            " COALESCE(SUM(stage IN ('new', 'intent', 'indoubt')), 0) FROM outbox"
            " WHERE changed_at < ? AND (source <> '' OR document <> '')",
            (micros(before),),
        ).fetchone()
        return int(settled), int(moving)

    def select(self, rest: str, values: tuple[Any, ...]) -> list[OutboxRecord]:
        """Whole rows by the rest of a statement on `outbox AS o`."""
        rows = self.conn.execute(f"SELECT {_COLUMNS} FROM outbox AS o {rest}", values)
        return [_record(row) for row in rows]


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
