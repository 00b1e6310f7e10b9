"""The workspace's runs: queued, carried out or watched, cancelled, replayed, reconciled."""

import getpass
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from x3studio.domain.errors import CredentialFault, SettingFault
from x3studio.domain.monitor import Exchange
from x3studio.domain.runs import FINAL, Manner, Run
from x3studio.store import Store, Tables
from x3studio.sync.dispatcher import Dispatcher
from x3studio.sync.engine import Bound, Ending
from x3studio.sync.flows import FLOWS
from x3studio.sync.reconcile import Reconciliation, reconcile
from x3studio.workspace import replays
from x3studio.workspace.binding import bind
from x3studio.workspace.connecting import Connecting
from x3studio.workspace.routes import Route, choose

ORDINARY = Manner()
_REHEARSED = ("would create", "would link", "would refuse")


class Running:
    """What an operator does with flows."""

    def __init__(self, store: Store, connecting: Connecting) -> None:
        self.wait_for_doubts = True
        """Whether a run stays until its doubtful writes are settled."""
        self._store = store
        self._connecting = connecting
        self._dispatchers: dict[str, Dispatcher] = {}

    async def queue(
        self,
        flow: str,
        *,
        route: str | None = None,
        dry_run: bool = False,
        since: datetime | None = None,
        limit: int | None = None,
        records: Sequence[str] = (),
        manner: Manner = ORDINARY,
        started_by: str = "",
    ) -> int:
        """Writes down that a run is wanted; `carry_out` sees to it. Returns the run's number."""
        chosen = choose(await self._connecting.routes(), route)
        who = started_by or getpass.getuser()
        run = await self._store.write(
            lambda tables: tables.runs.queue(
                flow=flow,
                connection=chosen.name,
                started_by=who,
                dry_run=dry_run,
                since=since,
                limit=limit,
                records=records,
                manner=manner,
            )
        )
        return run.id

    async def carry_out(self, run_id: int, *, past_pause: bool = True) -> Run:
        """Carries a queued run out, or watches the process that does; returns it ended.

        Without `past_pause` it is returned paused as well.
        """
        run = await self.get(run_id)
        routes = await self._connecting.routes()
        dispatcher = self._dispatcher(choose(routes, run.connection), routes)
        return await dispatcher.carry_out(run_id, past_pause=past_pause)

    async def get(self, run_id: int) -> Run:
        """A run as it stands now."""
        found = await self._store.read(lambda tables: tables.runs.get(run_id))
        if found is None:
            raise SettingFault(f"There is no run {run_id}.", field="run")
        return found

    async def cancel(self, run_id: int) -> None:
        """Ends a run within a second, whichever process carries it out."""
        await self._store.write(lambda tables: tables.runs.request_cancel(run_id))

    async def stop_after_current(self, run_id: int) -> None:
        """Lets a run finish what is on its way and end."""
        await self._store.write(lambda tables: tables.runs.request_stop(run_id))

    async def pause(self, run_id: int, *, reason: str = "", by: str = "") -> None:
        """Lets a run finish what is on its way and stand still until it is resumed, also over a restart."""
        run = await self.get(run_id)
        if run.state in FINAL:
            raise SettingFault(f"Run {run_id} has ended: {run.state}.", field="run")
        if run.dry_run:
            raise SettingFault(
                "A dry run is not paused.",
                field="run",
                advice="It writes nothing: cancel it and start it again.",
            )
        who = by or getpass.getuser()
        await self._store.write(lambda tables: tables.runs.request_pause(run_id, by=who, reason=reason))

    async def resume(self, run_id: int) -> None:
        """Lets a paused run go on; `carry_out` sees to it."""
        run = await self.get(run_id)
        if run.state in FINAL or not run.paused_by:
            raise SettingFault(f"Run {run_id} is not paused: {run.state}.", field="run")
        await self._store.write(lambda tables: tables.runs.request_resume(run_id))

    async def queue_replay(
        self, case_ids: Sequence[int], *, route: str | None = None, manner: Manner = ORDINARY
    ) -> list[int]:
        """Queues runs over the records of these exceptions; a hundred replays still make one document.

        One run for each flow and route: the given one, else the way each record came. Returns their numbers.
        """
        cases = await self._store.read(lambda tables: tables.exceptions.by_ids(case_ids))
        if not cases:
            raise SettingFault(
                "None of these exceptions exists.", field="id", advice="x3studio exceptions lists them."
            )
        routes = await self._connecting.routes()
        parts = await self._store.read(lambda tables: replays.parted(tables, cases, routes, wanted=route))
        await self._store.write(lambda tables: replays.take_up(tables, parts))
        return [
            await self.queue(part.flow, route=part.route.name, records=part.references, manner=manner)
            for part in parts
        ]

    async def reconcile(self, flow: str, *, since: datetime, route: str | None = None) -> Reconciliation:
        """Compares the source with X3; each difference becomes an exception."""
        chosen = choose(await self._connecting.routes(), route)
        exchanges: list[Exchange] = []
        bound = await self._bind(flow, chosen, exchanges.append, lambda *_: None)
        try:
            return await reconcile(self._store, bound, since=since)
        finally:
            await bound.aclose()
            await self._store.write(lambda tables: tables.journal.add(exchanges))

    async def preview(
        self, case_ids: Sequence[int], *, route: str | None = None, then: int
    ) -> list[replays.Prospect]:
        """What a replay would make of each record, by the mapping that stands and by that of revision `then`.

        X3 is asked what it holds, now; nothing is written but what was exchanged.
        """
        cases = await self._store.read(lambda tables: tables.exceptions.by_ids(case_ids))
        routes = await self._connecting.routes()
        parts = await self._store.read(lambda tables: replays.parted(tables, cases, routes, wanted=route))
        exchanges: list[Exchange] = []
        try:
            return [
                prospect
                for part in parts
                for prospect in await replays.prospects(
                    self._store,
                    part,
                    partial(self._bind, part.flow, part.route, exchanges.append, lambda *_: None),
                    then=then,
                )
            ]
        finally:
            await self._store.write(lambda tables: tables.journal.add(exchanges))

    async def rehearsed(self, run_id: int) -> Sequence[Exchange]:
        """What a dry run would have done, record by record, with the documents."""

        def read(tables: Tables) -> list[Exchange]:
            found: list[Exchange] = []
            for operation in _REHEARSED:
                page = tables.journal.page(run=run_id, operation=operation, limit=10_000)
                found += [tables.journal.payload(exchange.id) for exchange in page.rows]
            return sorted(found, key=lambda exchange: exchange.id)

        return await self._store.read(read)

    def _dispatcher(self, route: Route, routes: Sequence[Route]) -> Dispatcher:
        account = route.x3.account
        if account not in self._dispatchers:
            self._dispatchers[account] = Dispatcher(
                self._store,
                account=account,
                connections=[each.name for each in routes if each.x3.account == account],
                bind=self._bind_run,
                ended=self._ended,
            )
        return self._dispatchers[account]

    async def _bind_run(
        self, run: Run, record: Callable[[Exchange], None], waiting: Callable[[str, datetime], None]
    ) -> Bound:
        route = choose(await self._connecting.routes(), run.connection)
        return await self._bind(run.flow, route, record, waiting, as_of=run.manner.as_of)

    async def _bind(
        self,
        flow: str,
        route: Route,
        record: Callable[[Exchange], None],
        waiting: Callable[[str, datetime], None],
        *,
        as_of: int | None = None,
    ) -> Bound:
        return await bind(
            FLOWS[flow],
            route,
            store=self._store,
            connecting=self._connecting,
            record=record,
            waiting=waiting,
            wait_for_doubts=self.wait_for_doubts,
            as_of=as_of,
        )

    async def _ended(self, _: Run, ending: Ending) -> None:
        if isinstance(ending.fault, CredentialFault):
            await self._connecting.note_fault(ending.fault)
