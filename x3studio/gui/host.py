"""What the window asks of the workspace: the pages know this and nothing behind it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from x3studio.store import Store


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

    def flows(self) -> Sequence[FlowInfo]:
        """The flows that exist."""

    async def launch(
        self, flow: str, *, dry_run: bool = False, since: datetime | None = None, limit: int | None = None
    ) -> int:
        """Queues a run and returns its id."""

    async def cancel(self, run_id: int) -> None:
        """Ends a run before its next record."""

    async def stop_after_current(self, run_id: int) -> None:
        """Ends a run once the record in hand is done."""

    async def resume(self, connection: str) -> None:
        """Lets paused flows of a connection go on."""
