"""The archive of settlements: the files as they came, where each stands, and what persons said of them."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from x3studio.domain.bookkeeping import Explanation, journal_reference
from x3studio.domain.chain import Announced, Entry, SettlementState
from x3studio.domain.outbox import Stage
from x3studio.domain.settlements import Role
from x3studio.store.rows import Table, bound_list, inserted, micros, micros_or_none, moment, moment_or_none

_COLUMNS = (
    "id, settlement_id, seller, marketplace, currency, starts, ends, deposit, total, lines, state,"
    " archived_at, name, by_hand, digest, why, blocking, open, parts, kept, returned, returning_json"
)


@dataclass(frozen=True, slots=True)
class KeptPosting:
    """What was released for posting: the documents as sent, and the sheet that proves them."""

    who: str
    at: datetime
    documents: str
    sheet: bytes
    digest: str


class Settlements(Table):
    """Entries by id; the file of each in compressed pieces; sheets as the caller packed them."""

    def add(self, entry: Entry, pieces: Sequence[bytes], *, sheet: bytes | None, problem: str = "") -> int:
        """Archives a settlement with its file; entry.id is ignored. Returns its id."""
        cursor = self.conn.execute(
            "INSERT INTO settlements (seller, settlement_id, marketplace, currency, starts, ends, deposit,"
            " total, lines, state, why, blocking, open, parts, kept, returned, returning_json, archived_at,"
            " name, by_hand, digest, problem, sheet, proven_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry.seller,
                entry.settlement_id,
                entry.marketplace,
                *_standing(entry),
                micros(entry.archived_at),
                entry.file_name,
                entry.by_hand,
                entry.digest,
                problem,
                sheet,
                self.now() if sheet else None,
            ),
        )
        number = inserted(cursor)
        self.conn.executemany(
            "INSERT INTO settlement_pieces (settlement, place, data) VALUES (?, ?, ?)",
            [(number, place, piece) for place, piece in enumerate(pieces)],
        )
        return number

    def prove(self, entry: Entry, *, sheet: bytes | None, problem: str = "") -> None:
        """Keeps what the last reading and proof of an archived settlement came to."""
        self.conn.execute(
            "UPDATE settlements SET settlement_id = ?, marketplace = ?, currency = ?, starts = ?, ends = ?,"
            " deposit = ?, total = ?, lines = ?, state = ?, why = ?, blocking = ?, open = ?, parts = ?,"
            " kept = ?, returned = ?, returning_json = ?, sheet = ?, problem = ?, proven_at = ? WHERE id = ?",
            (
                entry.settlement_id,
                entry.marketplace,
                *_standing(entry),
                sheet,
                problem,
                self.now(),
                entry.id,
            ),
        )

    def entries(self) -> list[Entry]:
        """Every archived settlement, each chain oldest first."""
        return self._select("ORDER BY seller, marketplace, currency, COALESCE(starts, 0), id", ())

    def get(self, id: int) -> Entry | None:
        """One entry, None where there is none."""
        return next(iter(self._select("WHERE id = ?", (id,))), None)

    def by_digest(self, digest: str) -> Entry | None:
        """The entry whose file has these very bytes, under whatever name."""
        return next(iter(self._select("WHERE digest = ?", (digest,))), None)

    def by_settlement_id(self, settlement_id: str, *, seller: str | None = None) -> Entry | None:
        """The entry of an Amazon settlement; of any seller by default."""
        found = self._select(
            "WHERE settlement_id = ? AND (?2 IS NULL OR seller = ?2)", (settlement_id, seller)
        )
        return next(iter(found), None)

    def before(self, entry: Entry) -> Entry | None:
        """The settlement of its chain that started last before it."""
        found = self._select(
            "WHERE seller = ? AND marketplace = ? AND currency = ? AND id <> ? AND starts < ?"
            " AND total IS NOT NULL ORDER BY starts DESC LIMIT 1",
            (*entry.chain, entry.id, micros_or_none(entry.start) or 0),
        )
        return next(iter(found), None)

    def remove(self, id: int) -> None:
        """Takes a settlement out of the archive, its file too; for one that never was posted."""
        self.conn.execute(
            "DELETE FROM settlement_repaired_lines WHERE repair IN"
            " (SELECT id FROM settlement_repairs WHERE settlement = ?)",
            (id,),
        )
        for table, column in (
            ("settlement_pieces", "settlement"),
            ("settlement_fees", "settlement"),
            ("settlement_words", "settlement"),
            ("settlement_summaries", "settlement"),
            ("settlement_orders", "settlement"),
            ("settlement_repairs", "settlement"),
            ("settlements", "id"),
        ):
            self.conn.execute(f"DELETE FROM {table} WHERE {column} = ?", (id,))

    def data(self, id: int) -> bytes:
        """The file as it is kept: compressed with gzip."""
        rows = self.conn.execute(
            "SELECT data FROM settlement_pieces WHERE settlement = ? ORDER BY place", (id,)
        )
        return b"".join(row[0] for row in rows)

    def sheet(self, id: int) -> tuple[bytes | None, datetime | None]:
        """The last proof sheet, packed, and when it was made."""
        row = self.conn.execute("SELECT sheet, proven_at FROM settlements WHERE id = ?", (id,)).fetchone()
        return (None, None) if row is None else (row[0], moment_or_none(row[1]))

    def fingerprint(self, id: int) -> str:
        """A short text that changes with the proof sheet; "" where there is none."""
        sheet, _ = self.sheet(id)
        return hashlib.sha256(sheet).hexdigest()[:16] if sheet else ""

    def written(self, entry: Entry) -> list[tuple[Stage, str, bool]]:
        """Of each part that the outbox knows: its stage, X3's number, and whether it was read back."""
        wanted = [journal_reference(entry.settlement_id, part) for part in range(1, entry.parts + 1)]
        rows = self.conn.execute(
            "SELECT stage, number, confirmed FROM outbox WHERE flow = 'settlements'"
            " AND reference IN (SELECT value FROM json_each(?)) ORDER BY id",
            (bound_list(wanted),),
        )
        return [(Stage(row[0]), row[1], bool(row[2])) for row in rows]

    def differs(self, entry: Entry) -> str:
        """What X3 shows otherwise than it was sent, in words; "" where nothing was found to differ."""
        wanted = [journal_reference(entry.settlement_id, part) for part in range(1, entry.parts + 1)]
        row = self.conn.execute(
            "SELECT said FROM cases WHERE flow = 'settlements' AND cause = 'readback' AND state <> 'resolved'"
            " AND reference IN (SELECT value FROM json_each(?)) LIMIT 1",
            (bound_list(wanted),),
        ).fetchone()
        return "" if row is None else str(row[0])

    def problem(self, id: int) -> str:
        """Why it is quarantined, as the caller packed it; "" where it is not."""
        row = self.conn.execute("SELECT problem FROM settlements WHERE id = ?", (id,)).fetchone()
        return "" if row is None else str(row[0])

    def announce(self, reports: Iterable[Announced]) -> None:
        """Notes which reports Amazon holds; one that is known keeps what became of it."""
        self.conn.executemany(
            "INSERT INTO settlement_reports (report, document, connection, created, starts, ends, seen_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (report) DO UPDATE SET document = excluded.document,"
            " seen_at = excluded.seen_at",
            [
                (
                    each.report_id,
                    each.document_id,
                    each.connection,
                    micros(each.created),
                    micros_or_none(each.start),
                    micros_or_none(each.end),
                    self.now(),
                )
                for each in reports
            ],
        )

    def fetched(self, report_id: str, settlement: int) -> None:
        """A report's document is archived."""
        self.conn.execute(
            "UPDATE settlement_reports SET settlement = ? WHERE report = ?", (settlement, report_id)
        )

    def announced(self) -> list[Announced]:
        """The reports that are not archived yet, the first to be lost first."""
        rows = self.conn.execute(
            "SELECT report, document, connection, created, starts, ends FROM settlement_reports"
            " WHERE settlement IS NULL ORDER BY created"
        )
        return [
            Announced(row[0], row[1], row[2], moment(row[3]), moment_or_none(row[4]), moment_or_none(row[5]))
            for row in rows
        ]

    def explain(self, id: int, check: str, *, words: str, who: str) -> None:
        """A named person's words for an open check."""
        self.conn.execute(
            "INSERT INTO settlement_words (settlement, check_id, words, who, at, owner)"
            " VALUES (?, ?, ?, ?, ?, '') ON CONFLICT (settlement, check_id)"
            " DO UPDATE SET words = excluded.words, who = excluded.who, at = excluded.at",
            (id, check, words, who, self.now()),
        )

    def assign(self, id: int, check: str, *, owner: str) -> None:
        """Who is to find the explanation."""
        self.conn.execute(
            "INSERT INTO settlement_words (settlement, check_id, words, who, at, owner)"
            " VALUES (?, ?, '', '', ?, ?) ON CONFLICT (settlement, check_id)"
            " DO UPDATE SET owner = excluded.owner",
            (id, check, self.now(), owner),
        )

    def explanations(self, id: int) -> dict[str, Explanation]:
        """What was said of each check."""
        rows = self.conn.execute(
            "SELECT check_id, words, who, at, owner FROM settlement_words WHERE settlement = ?", (id,)
        )
        return {row[0]: Explanation(row[0], row[1], row[2], moment(row[3]), row[4]) for row in rows}

    def release(self, id: int, account: str, *, who: str, documents: str, sheet: bytes, digest: str) -> None:
        """Fixes what is posted to an account: from the first part on the others follow this and no other."""
        self.conn.execute(
            "INSERT OR REPLACE INTO settlement_postings (settlement, account, who, at, documents, sheet,"
            " digest, read_back) VALUES (?, ?, ?, ?, ?, ?, ?, '')",
            (id, account, who, self.now(), documents, sheet, digest),
        )

    def posting(self, id: int, account: str | None = None) -> KeptPosting | None:
        """What was released, to that account or to any."""
        row = self.conn.execute(
            "SELECT who, at, documents, sheet, digest FROM settlement_postings"
            " WHERE settlement = ?1 AND (?2 IS NULL OR account = ?2) ORDER BY at DESC LIMIT 1",
            (id, account),
        ).fetchone()
        return None if row is None else KeptPosting(row[0], moment(row[1]), *row[2:])

    def _select(self, rest: str, values: tuple[Any, ...]) -> list[Entry]:
        rows = self.conn.execute(f"SELECT {_COLUMNS} FROM settlements {rest}", values).fetchall()
        entries = [_entry(row) for row in rows]
        references = [
            journal_reference(each.settlement_id, part)
            for each in entries
            for part in range(1, each.parts + 1)
        ]
        parts, unfinished = self._parts(references), self._unfinished()
        return [_posted(each, parts, unfinished) for each in entries]

    def _unfinished(self) -> set[int]:
        """Settlements of which some document is known to the outbox and not in X3 yet."""
        rows = self.conn.execute(
            "SELECT DISTINCT json_extract(source, '$.entry') FROM outbox WHERE flow = 'settlements'"
            " AND stage <> 'done' AND source <> ''"
        )
        return {int(row[0]) for row in rows if row[0] is not None}

    def _parts(self, references: Sequence[str]) -> Mapping[str, tuple[Stage, str]]:
        rows = self.conn.execute(
            "SELECT reference, stage, number FROM outbox WHERE flow = 'settlements'"
            " AND reference IN (SELECT value FROM json_each(?)) ORDER BY id",
            (bound_list(references),),
        )
        return {row[0]: (Stage(row[1]), row[2]) for row in rows}


def _standing(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.currency,
        micros_or_none(entry.start),
        micros_or_none(entry.end),
        micros_or_none(entry.deposit),
        None if entry.total is None else str(entry.total),
        entry.rows,
        entry.state.value,
        entry.why,
        entry.blocking,
        entry.open,
        entry.parts,
        str(entry.reserve_kept),
        str(entry.reserve_returned),
        json.dumps({role.value: str(amount) for role, amount in entry.returning.items()}),
    )


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(
        id=row[0],
        settlement_id=row[1],
        seller=row[2],
        marketplace=row[3],
        currency=row[4],
        start=moment_or_none(row[5]),
        end=moment_or_none(row[6]),
        deposit=moment_or_none(row[7]),
        total=None if row[8] is None else Decimal(row[8]),
        rows=row[9],
        state=SettlementState(row[10]),
        archived_at=moment(row[11]),
        file_name=row[12],
        by_hand=bool(row[13]),
        digest=row[14],
        why=row[15],
        blocking=row[16],
        open=row[17],
        parts=row[18],
        reserve_kept=Decimal(row[19]),
        reserve_returned=Decimal(row[20]),
        returning={Role(role): Decimal(amount) for role, amount in json.loads(row[21]).items()},
    )


def _posted(entry: Entry, parts: Mapping[str, tuple[Stage, str]], unfinished: Collection[int]) -> Entry:
    """The entry with what the outbox knows of its documents: posted is what is in X3 as a whole."""
    mine = [
        parts[reference]
        for part in range(1, entry.parts + 1)
        if (reference := journal_reference(entry.settlement_id, part)) in parts
    ]
    numbers = tuple(number for _, number in mine if number)
    if numbers and len(numbers) == entry.parts and entry.id not in unfinished:
        return replace(entry, numbers=numbers, state=SettlementState.POSTED)
    if numbers or any(stage in (Stage.INTENT, Stage.INDOUBT) for stage, _ in mine):
        return replace(entry, numbers=numbers, state=SettlementState.POSTING)
    return entry
