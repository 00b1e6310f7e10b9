"""The open workspace as the window's pages know it."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from x3studio.domain.runs import Manner
from x3studio.gui.host import ORDINARY, Connection, FlowInfo, Marketplace
from x3studio.gui.tasks import Tasks
from x3studio.store import Store

if TYPE_CHECKING:
    from x3studio.workspace import Probe, Workspace
    from x3studio.workspace.bundle import Bundles
    from x3studio.workspace.handover import Handover
    from x3studio.workspace.replays import Prospect
    from x3studio.workspace.retention import Erasure
    from x3studio.workspace.round_trip import RoundTrip
    from x3studio.workspace.settlements import Settlements
    from x3studio.workspace.workbench.service import Workbench

_VAULTS = {"win32": "Windows Credential Manager", "darwin": "macOS Keychain"}


class OpenWorkspace:
    """A workspace as the window's Host: what it starts runs in the window's task runner."""

    def __init__(self, workspace: "Workspace", tasks: Tasks) -> None:
        self.workspace = workspace
        self._tasks = tasks

    @property
    def store(self) -> Store:
        """What pages read."""
        return self.workspace.store

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.workspace.path

    @property
    def title(self) -> str:
        """The customer's name."""
        return self.workspace.title

    @property
    def vault_note(self) -> str:
        """What a person must know of the secrets, or ""."""
        return self.workspace.vault_note

    @property
    def vault_kind(self) -> str:
        """What keeps the secrets."""
        kept = _VAULTS.get(sys.platform, "Secret Service or KWallet")
        return "Memory of this program" if self.vault_note else kept

    @property
    def settlements(self) -> "Settlements":
        """The settlements of this workspace."""
        return self.workspace.settlements

    @property
    def workbench(self) -> "Workbench":
        """The mapping workbench."""
        return self.workspace.workbench

    def flows(self) -> Sequence[FlowInfo]:
        """The flows that exist."""
        return self.workspace.flows()

    def marketplaces(self) -> Sequence[Marketplace]:
        """Every Amazon store."""
        from x3studio.amazon import MARKETPLACES

        return list(MARKETPLACES.values())

    async def launch(
        self,
        flow: str,
        *,
        route: str | None = None,
        dry_run: bool = False,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> int:
        """Queues a run and carries it out in the background; returns its number."""
        run = await self.workspace.running.queue(flow, route=route, dry_run=dry_run, since=since, limit=limit)
        self._carry_out(run)
        return run

    async def cancel(self, run_id: int) -> None:
        """Ends a run before its next record."""
        await self.workspace.running.cancel(run_id)

    async def pause_run(self, run_id: int, *, reason: str, by: str) -> None:
        """Has a run stand still once the record in hand is done, also over a restart."""
        await self.workspace.running.pause(run_id, reason=reason, by=by)

    async def resume_run(self, run_id: int) -> None:
        """Lets a paused run go on, carried out here unless another process sees to it."""
        await self.workspace.running.resume(run_id)
        self._carry_out(run_id)

    async def stop_after_current(self, run_id: int) -> None:
        """Ends a run once the record in hand is done."""
        await self.workspace.running.stop_after_current(run_id)

    async def preview(
        self, case_ids: Sequence[int], *, then: int, route: str | None = None
    ) -> "Sequence[Prospect]":
        """What a replay would make of each record; X3 is asked now what it holds."""
        return await self.workspace.running.preview(case_ids, then=then, route=route)

    async def replay(
        self, case_ids: Sequence[int], *, route: str | None = None, manner: Manner = ORDINARY
    ) -> int:
        """Queues runs over the records of these exceptions and carries them out; returns the first one."""
        runs = await self.workspace.running.queue_replay(case_ids, route=route, manner=manner)
        for run in runs:
            self._carry_out(run)
        return runs[0]

    def _carry_out(self, run: int) -> None:
        """In the background; a run that is paused is left alone until somebody resumes it."""
        self._tasks.start(self.workspace.apart.carry_out(run), name=f"carry out run {run}")

    async def resume(self, connection: str) -> None:
        """Lets flows that waited for this connection's sign-in go on."""
        await self.store.write(lambda tables: tables.connections.set_state(connection, "ok"))

    def probe(self, connection: Connection, secrets: Mapping[str, str]) -> "Probe":
        """A test of a connection that need not be saved."""
        return self.workspace.connecting.probe(connection, secrets)

    async def check(self, name: str) -> "Probe":
        """A test of a saved connection with its saved secrets."""
        return await self.workspace.connecting.check(name)

    async def renew(self, name: str, changed: Mapping[str, str]) -> "Probe":
        """A test of a saved connection with newly pasted secrets."""
        return await self.workspace.connecting.renew(name, changed)

    async def revise(self, connection: Connection, changed: Mapping[str, str]) -> "Probe":
        """A test of a saved connection's new settings; secrets left empty stay as they are."""
        known = await self.workspace.connecting.secrets_of(connection)
        pasted = {name: secret for name, secret in changed.items() if secret}
        return self.workspace.connecting.probe(connection, {**known, **pasted})

    async def save(self, probe: "Probe") -> None:
        """Keeps what passed its test."""
        await self.workspace.connecting.save(probe)

    async def forget(self, name: str) -> None:
        """Deletes a connection and its secrets."""
        await self.workspace.connecting.forget(name)

    async def erase(self, *, by: str) -> "Erasure":
        """Erases what may no longer be kept, and returns the proof."""
        return await self.workspace.retention.erase(by=by)

    async def schedule(self, flow: str, *, every_minutes: int, missed: str, route: str) -> None:
        """Has a flow run by itself on a route; it counts from now."""
        await self.workspace.scheduling.set(
            flow, every_minutes=every_minutes, missed=missed, route=route or None
        )

    async def fetch(self, kind: str, progress: Callable[[int], None]) -> int:
        """Reads what changed of items, customers or listings."""
        return (await self.workspace.masters.fetch(kind, progress=progress)).rows

    async def masters_came(self) -> None:
        """Makes the mapping page of a large catalogue ready to open."""
        await self.workspace.masters_came()

    async def revalidate(self, older_than: timedelta) -> int:
        """Reads again what is older than that."""
        done = await self.workspace.masters.revalidate(older_than=older_than)
        return sum(fetched.rows for fetched in done.values())

    @property
    def round_trip(self) -> "RoundTrip":
        """Files of decisions, out to the customer and back."""
        return self.workspace.round_trip

    @property
    def bundles(self) -> "Bundles":
        """The project as one file."""
        return self.workspace.bundles

    async def handover(self) -> "Handover":
        """The figures of the report that ends a project."""
        from x3studio.workspace.handover import handover

        return await handover(self.store, self.workspace.workbench, title=self.title)
