"""The runs of every flow, whoever started them: queued, watched, one live per flow and connection."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from x3studio.domain.runs import FINAL, Counts, IllegalMove, Run, RunState, check_move
from x3studio.store.rows import Page, Table, micros_or_none, moment, moment_or_none, page_of

_COLUMNS = (
    "id, flow, connection, state, started_by, queued_at, started_at, ended_at, until, dry_run, counts, "
    "total, reason, since, most, records"
)
_LIVE = tuple(state for state in RunState if state is not RunState.QUEUED and state not in FINAL)
# The same words stand in the partial unique index: only then SQLite uses it.
LIVE_SQL = "state IN (" + ", ".join(f"'{state}'" for state in _LIVE) + ")"


class Runs(Table):
    """Every public method is one step in a run's life or one look at it."""

    def queue(
        self,
        *,
        flow: str,
        connection: str,
        started_by: str,
        dry_run: bool = False,
        since: datetime | None = None,
        limit: int | None = None,
        records: Sequence[str] = (),
    ) -> Run:
        """A new run that waits for the engine."""
        row = self.conn.execute(
            "INSERT INTO runs (flow, connection, state, started_by, queued_at, dry_run, counts, since, most,"
            f" records) VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?) RETURNING {_COLUMNS}",
            (
                flow,
                connection,
                started_by,
                self.now(),
                dry_run,
                json.dumps(asdict(Counts())),
                micros_or_none(since),
                limit,
                json.dumps(list(records)),
            ),
        ).fetchone()
        return _run(row)

    def start(self, id: int) -> bool:
        """Takes a queued run up; False when it is no longer queued or its flow and connection are busy."""
        now = self.now()
        return (
            self.conn.execute(
                "UPDATE OR IGNORE runs SET state = 'running', started_at = ?, beat_at = ?"
                " WHERE id = ? AND state = 'queued'",
                (now, now, id),
            ).rowcount
            == 1
        )

    def move(self, id: int, state: RunState, *, reason: str = "", until: datetime | None = None) -> None:
        """Takes the run to `state`; `reason` and `until` replace what was said before.

        Raises IllegalMove for a step the domain forbids, and for a second live run of a flow.
        """
        old = self._state(id)
        check_move(old, state)
        if old is RunState.QUEUED and state is RunState.RUNNING and not self.start(id):
            raise IllegalMove("Another run of this flow and connection is live.")
        now = self.now()
        self.conn.execute(
            "UPDATE runs SET state = ?, reason = ?, until = ?, beat_at = ?, ended_at = ? WHERE id = ?",
            (state.value, reason, micros_or_none(until), now, now if state in FINAL else None, id),
        )

    def beat(self, id: int, *, counts: Counts, total: int | None = None) -> None:
        """Progress and sign of life; a `total` once known stays known."""
        self.conn.execute(
            "UPDATE runs SET counts = ?, total = COALESCE(?, total), beat_at = ? WHERE id = ?",
            (json.dumps(asdict(counts)), total, self.now(), id),
        )

    def get(self, id: int) -> Run | None:
        """The run with this number."""
        return self._first("WHERE id = ?", (id,))

    def page(
        self,
        *,
        before: int | None = None,
        limit: int = 100,
        flow: str | None = None,
        state: RunState | None = None,
    ) -> Page[Run]:
        """Runs, newest first."""
        wanted = {"id <": before, "flow =": flow, "state =": state.value if state else None}
        given = {term: value for term, value in wanted.items() if value is not None}
        where = " AND ".join(f"{term} ?" for term in given) or "TRUE"
        rows = self._all(f"WHERE {where} ORDER BY id DESC LIMIT ?", (*given.values(), limit + 1))
        return page_of(rows, limit=limit, key=lambda run: run.id)

    def live(self) -> list[Run]:
        """Runs that an engine has taken up and not finished, oldest first."""
        return self._all(f"WHERE {LIVE_SQL} ORDER BY id", ())

    def next_queued(self) -> Run | None:
        """The oldest queued run whose flow and connection have no live run."""
        return self._first(
            "AS waiting WHERE state = 'queued' AND NOT EXISTS (SELECT 1 FROM runs AS busy WHERE"
            f" busy.{LIVE_SQL} AND busy.flow = waiting.flow AND busy.connection = waiting.connection)"
            " ORDER BY id LIMIT 1",
            (),
        )

    def queued(self, connections: Sequence[str]) -> list[Run]:
        """Runs of these connections that wait for the engine, oldest first."""
        waiting = self._all("WHERE state = 'queued' ORDER BY id", ())
        return [run for run in waiting if run.connection in connections]

    def last(self, flow: str, connection: str | None = None) -> Run | None:
        """The newest run of a flow, on one connection or on any."""
        return self._first(
            "WHERE flow = ?1 AND (?2 IS NULL OR connection = ?2) ORDER BY id DESC LIMIT 1", (flow, connection)
        )

    def request_cancel(self, id: int) -> None:
        """Asks the engine to give the run up; one that is still queued is cancelled at once."""
        if self._state(id) is RunState.QUEUED:
            self.move(id, RunState.CANCELLED)
        self.conn.execute("UPDATE runs SET cancel = TRUE WHERE id = ?", (id,))

    def cancel_requested(self, id: int) -> bool:
        """Whether somebody asked to give the run up."""
        return self._flag("cancel", id)

    def request_stop(self, id: int) -> None:
        """Asks the engine to finish the current record and stop."""
        self.conn.execute("UPDATE runs SET stop = TRUE WHERE id = ?", (id,))

    def stop_requested(self, id: int) -> bool:
        """Whether somebody asked to stop after the current record."""
        return self._flag("stop", id)

    def interrupt_live(self, *, reason: str, connections: Sequence[str] | None = None) -> list[int]:
        """Marks live runs as interrupted: the engine that held them is gone. Returns their ids.

        With `connections` only runs of these.
        """
        gone = [run for run in self.live() if connections is None or run.connection in connections]
        return self._interrupt(gone, reason=reason)

    def interrupt_stale(self, *, older_than: timedelta, reason: str) -> list[int]:
        """The same for live runs whose last sign of life is older than this."""
        limit = self.now() - older_than // timedelta(microseconds=1)
        return self._interrupt(
            self._all(f"WHERE {LIVE_SQL} AND beat_at < ? ORDER BY id", (limit,)), reason=reason
        )

    def _interrupt(self, runs: list[Run], *, reason: str) -> list[int]:
        for run in runs:
            self.move(run.id, RunState.INTERRUPTED, reason=reason)
        return [run.id for run in runs]

    def _state(self, id: int) -> RunState:
        row = self.conn.execute("SELECT state FROM runs WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise LookupError(f"There is no run {id}.")
        return RunState(row[0])

    def _flag(self, column: str, id: int) -> bool:
        row = self.conn.execute(f"SELECT {column} FROM runs WHERE id = ?", (id,)).fetchone()
        return row is not None and bool(row[0])

    def _first(self, rest: str, values: tuple[Any, ...]) -> Run | None:
        row = self.conn.execute(f"SELECT {_COLUMNS} FROM runs {rest}", values).fetchone()
        return None if row is None else _run(row)

    def _all(self, rest: str, values: tuple[Any, ...]) -> list[Run]:
        rows = self.conn.execute(f"SELECT {_COLUMNS} FROM runs {rest}", values)
        return [_run(row) for row in rows]


def _run(row: tuple[Any, ...]) -> Run:
    return Run(
        id=row[0],
        flow=row[1],
        connection=row[2],
        state=RunState(row[3]),
        started_by=row[4],
        queued_at=moment(row[5]),
        started_at=moment_or_none(row[6]),
        ended_at=moment_or_none(row[7]),
        until=moment_or_none(row[8]),
        dry_run=bool(row[9]),
        counts=Counts(**json.loads(row[10])),
        total=row[11],
        reason=row[12],
        since=moment_or_none(row[13]),
        limit=row[14],
        records=tuple(json.loads(row[15])),
    )
