"""The runs of every flow, whoever started them: queued, watched, one live per flow and connection."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from x3studio.domain.runs import FINAL, Counts, IllegalMove, Load, Manner, Run, RunState, Wishes, check_move
from x3studio.store.rows import Page, Table, micros_or_none, moment, moment_or_none, page_of

_COLUMNS = (
    "id, flow, connection, state, started_by, queued_at, started_at, ended_at, until, dry_run, counts, "
    "total, reason, since, most, records, paused_by, replay, load"
)
_LIVE = tuple(state for state in RunState if state is not RunState.QUEUED and state not in FINAL)
# The same words stand in the partial unique index: only then SQLite uses it.
LIVE_SQL = "state IN (" + ", ".join(f"'{state}'" for state in _LIVE) + ")"
_READY = "(state = 'queued' OR (state = 'paused' AND paused_by = ''))"


_ORDINARY = Manner()
_LATEST = 200


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
        manner: Manner = _ORDINARY,
    ) -> Run:
        """A new run that waits for the engine."""
        row = self.conn.execute(
            "INSERT INTO runs (flow, connection, state, started_by, queued_at, dry_run, counts, since, most,"
            f" records, replay) VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?) RETURNING {_COLUMNS}",
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
                json.dumps(asdict(manner)),
            ),
        ).fetchone()
        return _run(row)

    def start(self, id: int) -> bool:
        """Takes up a queued run, or a paused one that may go on; False where its flow is busy there."""
        now = self.now()
        return (
            self.conn.execute(
                "UPDATE OR IGNORE runs SET state = 'running', started_at = COALESCE(started_at, ?1),"
                f" beat_at = ?1, reason = '', until = NULL WHERE id = ?2 AND {_READY}",
                (now, id),
            ).rowcount
            == 1
        )

    def skip(self, id: int, *, reason: str) -> None:
        """Ends a run that is still queued, with the reason; one that has been taken up is left alone."""
        if self._state(id) is RunState.QUEUED:
            self.move(id, RunState.SKIPPED, reason=reason)

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

    def beat(self, id: int, *, counts: Counts, total: int | None = None, load: Load | None = None) -> None:
        """Progress and sign of life; a `total` or `load` once known stays until a newer one comes."""
        self.conn.execute(
            "UPDATE runs SET counts = ?, total = COALESCE(?, total), load = COALESCE(?, load), beat_at = ?"
            " WHERE id = ?",
            (json.dumps(asdict(counts)), total, json.dumps(asdict(load)) if load else None, self.now(), id),
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

    def ended_after(self, at: datetime) -> list[Run]:
        """Runs among the latest that have ended since, the first to end first."""
        return self._all(
            "WHERE id > (SELECT MAX(id) FROM runs) - ? AND ended_at > ? ORDER BY ended_at",
            (_LATEST, micros_or_none(at)),
        )

    def live(self) -> list[Run]:
        """Runs that an engine has taken up and not finished, oldest first."""
        return self._all(f"WHERE {LIVE_SQL} ORDER BY id", ())

    def ready(self, connections: Sequence[str]) -> list[Run]:
        """Runs of these connections that the engine may take up, oldest first.

        One of a flow and connection with a paused run waits until that has ended.
        """
        waiting = self._all(f"WHERE {_READY} ORDER BY id", ())
        held = {(run.flow, run.connection): run.id for run in self.live() if run.state is RunState.PAUSED}
        return [
            run
            for run in waiting
            if run.connection in connections and held.get((run.flow, run.connection), run.id) == run.id
        ]

    def paused(self, flow: str, connection: str) -> Run | None:
        """The run that somebody has paused on this flow and connection."""
        return self._first(
            "WHERE flow = ? AND connection = ? AND state = 'paused' AND paused_by <> ''", (flow, connection)
        )

    def last(self, flow: str, connection: str | None = None) -> Run | None:
        """The newest run of a flow, on one connection or on any."""
        return self._first(
            "WHERE flow = ?1 AND (?2 IS NULL OR connection = ?2) ORDER BY id DESC LIMIT 1", (flow, connection)
        )

    def request_cancel(self, id: int) -> None:
        """Asks the engine to give the run up; one that no engine has in hand is cancelled at once."""
        if self._state(id) in (RunState.QUEUED, RunState.PAUSED):
            self.move(id, RunState.CANCELLED)
        self.conn.execute("UPDATE runs SET cancel = TRUE WHERE id = ?", (id,))

    def request_stop(self, id: int) -> None:
        """Asks the engine to finish the current record and stop; a paused run has none in hand."""
        if self._state(id) is RunState.PAUSED:
            self.move(id, RunState.CANCELLED, reason="Stopped while it was paused.")
        self.conn.execute("UPDATE runs SET stop = TRUE WHERE id = ?", (id,))

    def request_pause(self, id: int, *, by: str, reason: str = "") -> None:
        """Asks the engine to finish the current record and pause; `by` must name somebody."""
        self.conn.execute(
            "UPDATE runs SET paused_by = ?, pause_reason = ? WHERE id = ?", (by or "somebody", reason, id)
        )

    def request_resume(self, id: int) -> None:
        """Lets a paused run go on: the engine takes it up again."""
        self.conn.execute("UPDATE runs SET paused_by = '', pause_reason = '' WHERE id = ?", (id,))

    def wishes(self, id: int) -> Wishes:
        """Everything that was asked of the run."""
        row = self.conn.execute(
            "SELECT cancel, stop, paused_by, pause_reason FROM runs WHERE id = ?", (id,)
        ).fetchone()
        return Wishes() if row is None else Wishes(bool(row[0]), bool(row[1]), row[2], row[3])

    def interrupt_live(self, *, reason: str, connections: Sequence[str] | None = None) -> list[int]:
        """Marks live runs as interrupted: the engine that held them is gone. Returns their ids.

        With `connections` only runs of these. No engine holds a paused run: it stays as it is, and one
        that was asked to pause when its engine went is paused now.
        """
        gone = [
            run
            for run in self.live()
            if run.state is not RunState.PAUSED and (connections is None or run.connection in connections)
        ]
        for run in gone:
            if run.paused_by:
                self.move(run.id, RunState.PAUSED, reason=self.wishes(run.id).pause_reason)
            else:
                self.move(run.id, RunState.INTERRUPTED, reason=reason)
        return [run.id for run in gone if not run.paused_by]

    def _state(self, id: int) -> RunState:
        row = self.conn.execute("SELECT state FROM runs WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise LookupError(f"There is no run {id}.")
        return RunState(row[0])

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
        paused_by=row[16],
        manner=Manner(**json.loads(row[17])),
        load=Load(**json.loads(row[18])),
    )
