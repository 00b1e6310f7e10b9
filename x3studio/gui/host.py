"""What the window asks of the workspace: the pages know this and nothing behind it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from x3studio.domain.connections import AmazonConnection, X3Connection
from x3studio.domain.runs import Manner
from x3studio.store import Store

if TYPE_CHECKING:
    # Only their shapes: the workspace itself is many modules, and the window's start waits for none of them.
    from x3studio.workspace import Probe
    from x3studio.workspace.bundle import Bundles
    from x3studio.workspace.handover import Handover
    from x3studio.workspace.replays import Prospect
    from x3studio.workspace.retention import Erasure
    from x3studio.workspace.round_trip import RoundTrip
    from x3studio.workspace.settlements import Settlements
    from x3studio.workspace.workbench.service import Workbench

ORDINARY = Manner()
Connection = X3Connection | AmazonConnection


class FlowInfo(Protocol):
    """A flow as it is shown on its card."""

    @property
    def name(self) -> str:
        """Its key, as runs carry it."""

    @property
    def title(self) -> str:
        """Such as "Orders to X3"."""

    @property
    def subtitle(self) -> str:
        """Where from and where to."""


class Marketplace(Protocol):
    """One Amazon store."""

    @property
    def id(self) -> str:
        """As Amazon names it, such as A1PA6795UKMFR9."""

    @property
    def region(self) -> str:
        """eu, na or fe."""

    @property
    def domain(self) -> str:
        """Such as www.amazon.de."""


class Host(Protocol):
    """The workspace, as far as pages use it."""

    @property
    def store(self) -> Store:
        """What pages read."""

    @property
    def path(self) -> Path:
        """Where the workspace lies on this machine."""

    @property
    def title(self) -> str:
        """The customer's name."""

    @property
    def vault_note(self) -> str:
        """ "" or a sentence such as "Secrets are kept in memory for this start."."""

    @property
    def vault_kind(self) -> str:
        """What keeps the secrets, such as "Windows Credential Manager"."""

    @property
    def workbench(self) -> "Workbench":
        """The mapping workbench: decks, evidence, decisions."""

    @property
    def settlements(self) -> "Settlements":
        """Amazon's settlements: archived, proven, explained, posted."""

    def flows(self) -> Sequence[FlowInfo]:
        """The flows that exist."""

    def marketplaces(self) -> Sequence[Marketplace]:
        """Every Amazon store."""

    async def launch(
        self,
        flow: str,
        *,
        route: str | None = None,
        dry_run: bool = False,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> int:
        """Queues a run and returns its id; `route` may be left out where there is only one."""

    async def cancel(self, run_id: int) -> None:
        """Ends a run before its next record."""

    async def pause_run(self, run_id: int, *, reason: str, by: str) -> None:
        """Has a run stand still once the record in hand is done, also over a restart."""

    async def resume_run(self, run_id: int) -> None:
        """Lets a paused run go on."""

    async def stop_after_current(self, run_id: int) -> None:
        """Ends a run once the record in hand is done."""

    async def replay(
        self, case_ids: Sequence[int], *, route: str | None = None, manner: Manner = ORDINARY
    ) -> int:
        """Queues a run over the records of these exceptions and returns its id.

        Records that came different ways make a run each, of which the first is named.
        """

    async def preview(
        self, case_ids: Sequence[int], *, then: int, route: str | None = None
    ) -> "Sequence[Prospect]":
        """What a replay would make of each record, by the mapping that stands and by that of revision `then`.

        X3 is asked now what it holds.
        """

    async def resume(self, connection: str) -> None:
        """Lets paused flows of a connection go on."""

    def probe(self, connection: Connection, secrets: Mapping[str, str]) -> "Probe":
        """A test of a connection that need not be saved."""

    async def check(self, name: str) -> "Probe":
        """A test of a saved connection with its saved secrets."""

    async def renew(self, name: str, changed: Mapping[str, str]) -> "Probe":
        """A test of a saved connection with newly pasted secrets."""

    async def revise(self, connection: Connection, changed: Mapping[str, str]) -> "Probe":
        """A test of a saved connection's new settings; secrets left empty stay as they are."""

    async def save(self, probe: "Probe") -> None:
        """Keeps what passed its test."""

    async def forget(self, name: str) -> None:
        """Deletes a connection and its secrets."""

    async def erase(self, *, by: str) -> "Erasure":
        """Erases what may no longer be kept, and returns the proof."""

    async def schedule(self, flow: str, *, every_minutes: int, missed: str, route: str) -> None:
        """Has a flow run by itself on a route, 0 switches that off; `missed` is once or skip."""

    async def fetch(self, kind: str, progress: Callable[[int], None]) -> int:
        """Reads items, customers or listings; `progress` hears how many rows there are so far."""

    async def masters_came(self) -> None:
        """To be called after the last fetch where no mapping page loads the records by itself."""

    async def revalidate(self, older_than: timedelta) -> int:
        """Reads again whatever was fetched before and is older; returns how many rows changed."""

    @property
    def round_trip(self) -> "RoundTrip":
        """Files of decisions, out to the customer and back."""

    @property
    def bundles(self) -> "Bundles":
        """The project as one file."""

    async def handover(self) -> "Handover":
        """The figures of the report that ends a project."""
