"""The records that need a person, one by one and in groups of one cause."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from x3studio.domain.money import Money
from x3studio.domain.monitor import CaseState, ExceptionCase
from x3studio.store import skus
from x3studio.store.groups import GROUP_DAYS, CaseGroup, folded
from x3studio.store.rows import (
    DAY,
    HOUR,
    Page,
    Table,
    bound_list,
    inserted,
    micros,
    moment,
    page_of,
    worth_read,
    worth_stored,
)

_COLUMNS = (
    "id, flow, reference, cause, title, advice, fingerprint, said, subject, state, run, worth, currency,"
    " owner, note, times, first_at, last_at, account, kind"
)
_EPOCH = date(1970, 1, 1)


class Exceptions(Table):
    """At most one unresolved case per flow, account and reference; "" stands for an account not known."""

    def open(self, case: ExceptionCase) -> int:
        """Opens a case, or brings the unresolved one of its record up to date; returns its id."""
        at = self.now() if case.last_at is None else micros(case.last_at)
        first = at if case.first_at is None else micros(case.first_at)
        self._note_group(case, first=first, last=at)
        live = self.conn.execute(
            "SELECT id, subject FROM cases WHERE flow = ?1 AND reference = ?2 AND account IN (?3, '')"
            " AND state <> 'resolved' ORDER BY account DESC",
            (case.flow, case.reference, case.account),
        ).fetchone()
        id = self._insert(case, first=first, last=at) if live is None else self._again(live[0], case, last=at)
        changed = {case.subject} if case.cause == "mapping" else set()
        if live is not None:
            changed.add(live[1])
        skus.refresh(self.conn, changed)
        return id

    def resolve(
        self, *, flow: str, references: Collection[str], account: str | None = None, note: str = ""
    ) -> int:
        """Closes the cases of records that went through, on one account or on all; returns how many."""
        return self._settle(
            "flow = ? AND state <> 'resolved' AND reference IN (SELECT value FROM json_each(?))"
            " AND account IN (COALESCE(?, account), '')",
            (flow, bound_list(references), account),
            state=CaseState.RESOLVED,
            note=note,
        )

    def get(self, id: int) -> ExceptionCase | None:
        """The case with this number."""
        found = self.by_ids([id])
        return found[0] if found else None

    def by_ids(self, ids: Collection[int]) -> list[ExceptionCase]:
        """Those of these cases that exist, by id."""
        rows = self.conn.execute(
            f"SELECT {_COLUMNS} FROM cases WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (bound_list(ids),),
        )
        return [_case(row) for row in rows]

    def page(
        self,
        *,
        before: int | None = None,
        limit: int = 200,
        states: Collection[CaseState] | None = None,
        causes: Collection[str] | None = None,
        fingerprint: str | None = None,
        owner: str | None = None,
    ) -> Page[ExceptionCase]:
        """Cases, newest first; None in a filter means any."""
        wanted: dict[str, Any] = {
            "id < ?": before,
            "cause IN (SELECT value FROM json_each(?))": None if causes is None else bound_list(causes),
            "fingerprint = ?": fingerprint,
            "owner = ?": owner,
        }
        given = {term: value for term, value in wanted.items() if value is not None}
        where = " AND ".join(("state = ?", *given))
        # One ordered walk per state, merged: an index on the state alone would have to sort all its cases.
        part = f"SELECT * FROM (SELECT {_COLUMNS} FROM cases WHERE {where} ORDER BY id DESC LIMIT ?)"
        chosen = tuple(CaseState) if states is None else tuple(states)
        if not chosen:
            return Page(())
        values = [value for state in chosen for value in (state.value, *given.values(), limit + 1)]
        rows = self.conn.execute(
            " UNION ALL ".join(part for _ in chosen) + " ORDER BY id DESC LIMIT ?", (*values, limit + 1)
        )
        return page_of([_case(row) for row in rows], limit=limit, key=lambda case: case.id)

    def groups(
        self,
        *,
        states: Collection[CaseState] | None = None,
        causes: Collection[str] | None = None,
        owner: str | None = None,
    ) -> list[CaseGroup]:
        """Cases by fingerprint, the largest group first; None in a filter means any."""
        rows = self.conn.execute(
            "SELECT n.fingerprint, n.cause, n.currency, SUM(n.cases), SUM(n.worth) FROM case_counts AS n"
            " WHERE (?1 IS NULL OR n.state IN (SELECT value FROM json_each(?1)))"
            " AND (?2 IS NULL OR n.cause IN (SELECT value FROM json_each(?2)))"
            " AND (?3 IS NULL OR n.owner = ?3) GROUP BY n.fingerprint, n.cause, n.currency",
            (
                None if states is None else bound_list(state.value for state in states),
                None if causes is None else bound_list(causes),
                owner,
            ),
        ).fetchall()
        today = self.now() // DAY
        heads = self.conn.execute(
            "SELECT fingerprint, cause, title, account, kind, first_at, last_at FROM case_groups"
        )
        days = self.conn.execute(
            "SELECT fingerprint, cause, day - ?1, cases FROM case_days WHERE day > ?1 - ?2 AND day <= ?1",
            (today, GROUP_DAYS),
        )
        return folded(rows, heads=heads, days=days)

    def counts(self) -> dict[str, dict[str, int]]:
        """Cases by "state"; unresolved ones by "cause" and by "owner" ("" means nobody)."""
        rows = self.conn.execute(
            "SELECT state, cause, owner, SUM(cases) FROM case_counts GROUP BY state, cause, owner"
        )
        counted: dict[str, dict[str, int]] = {"state": {}, "cause": {}, "owner": {}}
        for state, cause, owner, cases in rows:
            _add(counted["state"], state, cases)
            if state != CaseState.RESOLVED:
                _add(counted["cause"], cause, cases)
                _add(counted["owner"], owner, cases)
        return counted

    def assign(self, ids: Collection[int], owner: str) -> None:
        """Gives cases to a person; "" takes them back."""
        self.conn.execute(
            "UPDATE cases SET owner = ? WHERE id IN (SELECT value FROM json_each(?))",
            (owner, bound_list(ids)),
        )

    def annotate(self, id: int, note: str) -> None:
        """Replaces the note of a case."""
        self.conn.execute("UPDATE cases SET note = ? WHERE id = ?", (note, id))

    def set_state(self, ids: Collection[int], state: CaseState) -> int:
        """Moves cases; one whose record has a newer unresolved case stays resolved. Returns how many."""
        return self._settle("id IN (SELECT value FROM json_each(?))", (bound_list(ids),), state=state)

    def daily(self, *, days: int = 14) -> list[tuple[date, int, int]]:
        """For each of the last days, today last: the day, cases open at its end, cases new on it."""
        today = self.now() // DAY
        first = today - days + 1
        opened = dict(
            self.conn.execute(
                "SELECT day, SUM(cases) FROM case_days WHERE day >= ? GROUP BY day", (first,)
            ).fetchall()
        )
        resolved = dict(
            self.conn.execute(
                "SELECT resolved_day, COUNT(*) FROM cases WHERE resolved_day >= ? GROUP BY resolved_day",
                (first,),
            ).fetchall()
        )
        (open_now,) = self.conn.execute(
            "SELECT COALESCE(SUM(cases), 0) FROM case_counts WHERE state <> 'resolved'"
        ).fetchone()
        told: list[tuple[date, int, int]] = []
        for day in range(today, first - 1, -1):
            told.append((_EPOCH + timedelta(days=day), open_now, opened.get(day, 0)))
            open_now += resolved.get(day, 0) - opened.get(day, 0)
        return told[::-1]

    def hourly(self, *, hours: int = 24) -> list[tuple[datetime, int]]:
        """For each of the last hours, the present one last: its beginning, and cases first seen in it."""
        last = self.now() // HOUR
        first = last - hours + 1
        seen = dict(
            self.conn.execute(
                "SELECT first_at / ?1, COUNT(*) FROM cases WHERE first_at >= ?2 GROUP BY 1",
                (HOUR, first * HOUR),
            ).fetchall()
        )
        return [(moment(hour * HOUR), seen.get(hour, 0)) for hour in range(first, last + 1)]

    def references(self, *, cause: str | None = None, subject: str | None = None) -> list[str]:
        """The records of unresolved cases, oldest case first."""
        rows = self.conn.execute(
            "SELECT reference FROM cases WHERE state <> 'resolved' AND (?1 IS NULL OR cause = ?1)"
            " AND (?2 IS NULL OR subject = ?2) ORDER BY id",
            (cause, subject),
        )
        return [str(row[0]) for row in rows]

    def _note_group(self, case: ExceptionCase, *, first: int, last: int) -> None:
        self.conn.execute(
            "INSERT INTO case_groups (fingerprint, cause, title, account, kind, first_at, last_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (fingerprint, cause) DO UPDATE SET title = excluded.title,"
            " account = excluded.account, kind = excluded.kind, first_at = MIN(first_at, excluded.first_at),"
            " last_at = MAX(last_at, excluded.last_at)",
            (case.fingerprint, case.cause, case.title, case.account, case.kind, first, last),
        )

    def _insert(self, case: ExceptionCase, *, first: int, last: int) -> int:
        cursor = self.conn.execute(
            "INSERT INTO cases (flow, reference, account, cause, fingerprint, title, advice, said, subject,"
            " kind, state, run, worth, currency, owner, note, times, first_at, last_at, first_day)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                case.flow,
                case.reference,
                case.account,
                *_told(case),
                case.state.value,
                case.run,
                *_worth(case),
                case.owner,
                case.note,
                case.times,
                first,
                last,
                first // DAY,
            ),
        )
        return inserted(cursor)

    def _again(self, id: int, case: ExceptionCase, *, last: int) -> int:
        self.conn.execute(
            "UPDATE cases SET cause = ?, fingerprint = ?, title = ?, advice = ?, said = ?, subject = ?,"
            " kind = ?, run = ?, worth = ?, currency = ?, last_at = ?, account = ?, times = times + 1"
            " WHERE id = ?",
            (*_told(case), case.run, *_worth(case), last, case.account, id),
        )
        return id

    def _settle(self, where: str, values: tuple[Any, ...], *, state: CaseState, note: str = "") -> int:
        # Each document that is written asks, and mostly nothing is open.
        subjects = self.conn.execute(
            f"SELECT DISTINCT CASE cause WHEN 'mapping' THEN subject END FROM cases WHERE {where}", values
        ).fetchall()
        if not subjects:
            return 0
        day = self.now() // DAY if state is CaseState.RESOLVED else None
        moved = self.conn.execute(
            "UPDATE OR IGNORE cases SET state = ?, resolved_day = ?, "
            f" note = CASE ? WHEN '' THEN note ELSE ? END WHERE {where}",
            (state.value, day, note, note, *values),
        ).rowcount
        skus.refresh(self.conn, {subject for (subject,) in subjects if subject is not None})
        return moved


def _told(case: ExceptionCase) -> tuple[str, ...]:
    return (case.cause, case.fingerprint, case.title, case.advice, case.said, case.subject, case.kind)


def _worth(case: ExceptionCase) -> tuple[int | None, str]:
    return (None, "") if case.worth is None else (worth_stored(case.worth), case.worth.currency)


def _add(counted: dict[str, int], key: str, cases: int) -> None:
    counted[key] = counted.get(key, 0) + cases


def _case(row: tuple[Any, ...]) -> ExceptionCase:
    return ExceptionCase(
        id=row[0],
        flow=row[1],
        reference=row[2],
        cause=row[3],
        title=row[4],
        advice=row[5],
        fingerprint=row[6],
        said=row[7],
        subject=row[8],
        state=CaseState(row[9]),
        run=row[10],
        worth=None if row[11] is None else Money(worth_read(row[11], row[12]), row[12]),
        owner=row[13],
        note=row[14],
        times=row[15],
        first_at=moment(row[16]),
        last_at=moment(row[17]),
        account=row[18],
        kind=row[19],
    )
