"""The one place that builds objects: a workspace opens its store and vault and hands out what they allow."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from x3studio.shipped import shipped_text
from x3studio.store import Store
from x3studio.sync.flows import FLOWS, FlowKind
from x3studio.vault import Vault
from x3studio.workspace import opening

if TYPE_CHECKING:
    from x3studio.workspace.apart import Apart
    from x3studio.workspace.bundle import Bundles
    from x3studio.workspace.connecting import Connecting
    from x3studio.workspace.mapping import Mapping
    from x3studio.workspace.masters import Masters
    from x3studio.workspace.retention import Retention
    from x3studio.workspace.round_trip import RoundTrip
    from x3studio.workspace.running import Running
    from x3studio.workspace.scheduling import Scheduling
    from x3studio.workspace.settlements import Settlements
    from x3studio.workspace.workbench.service import Workbench


class Workspace:
    """One open workspace file with its secrets. Close it when done.

    Its services are imported when they are first asked for: clients and engine are many modules, and the
    window is on the screen before anybody needs them.
    """

    def __init__(self, store: Store, vault: Vault, *, title: str) -> None:
        self.store = store
        self.title = title
        self.vault_note = opening.note(vault)
        """What a person must know of the secrets, such as that they last for this start only; or ""."""
        self._vault = vault

    @cached_property
    def connecting(self) -> "Connecting":
        """The connections and their secrets."""
        from x3studio.workspace.connecting import Connecting

        return Connecting(self.store, self._vault)

    @cached_property
    def apart(self) -> "Apart":
        """Runs in processes of their own, for a window."""
        from x3studio.workspace.apart import Apart

        return Apart(self.store, self.connecting, self._vault)

    @cached_property
    def running(self) -> "Running":
        """The runs of the flows."""
        from x3studio.workspace.running import Running

        return Running(self.store, self.connecting)

    @cached_property
    def mapping(self) -> "Mapping":
        """The decisions."""
        from x3studio.workspace.mapping import Mapping

        return Mapping(self.store)

    @cached_property
    def workbench(self) -> "Workbench":
        """The mapping workbench."""
        from x3studio.workspace.workbench.service import Workbench

        return Workbench(self.store, accounts_changed=lambda: self.settlements.prove_all())

    @cached_property
    def round_trip(self) -> "RoundTrip":
        """Files of decisions, out and back."""
        from x3studio.workspace.round_trip import RoundTrip

        return RoundTrip(self.store, self.workbench)

    @cached_property
    def bundles(self) -> "Bundles":
        """The project as one file that travels."""
        from x3studio.workspace.bundle import Bundles

        return Bundles(self.store, self.round_trip, self.settlements, title=self.title)

    @cached_property
    def masters(self) -> "Masters":
        """Items, customers and listings."""
        from x3studio.workspace.masters import Masters

        return Masters(self.store, self.connecting)

    @cached_property
    def settlements(self) -> "Settlements":
        """Amazon's settlements, their proofs and journals."""
        from x3studio.workspace.settlements import Settlements

        return Settlements(self.store, self.connecting, self.running)

    @cached_property
    def retention(self) -> "Retention":
        """How long what is kept."""
        from x3studio.workspace.retention import Retention

        return Retention(self.store)

    @cached_property
    def scheduling(self) -> "Scheduling":
        """When flows run by themselves."""
        from x3studio.workspace.scheduling import Scheduling

        return Scheduling(self.store, self.running, nightly=self._nightly)

    async def masters_came(self) -> None:
        """Makes the mapping page of a large catalogue ready; a small one does not even load its modules."""
        if await self.store.read(lambda tables: tables.boards.is_large()):
            await self.workbench.keep_ready()

    async def _nightly(self) -> None:
        """The re-check of the mapping, once a night."""
        if await self.workbench.checks.is_due():
            await self.workbench.checks.nightly()

    @classmethod
    async def create(cls, path: Path, *, title: str = "", vault: Vault | None = None) -> "Workspace":
        """Makes the file and opens it; its key goes into the vault (the system's by default)."""
        store, kept_in = await opening.create(path, vault)
        await store.write(lambda tables: tables.settings.set("title", title or path.stem))
        return cls(store, kept_in, title=title or path.stem)

    @classmethod
    async def open(cls, path: Path, *, vault: Vault | None = None) -> "Workspace":
        """Opens the file with the key from the vault (the system's by default)."""
        store, kept_in = await opening.open_existing(path, vault)
        title = await store.read(lambda tables: tables.settings.get("title", path.stem))
        return cls(store, kept_in, title=title)

    @classmethod
    async def under_passphrase(cls, path: Path, passphrase: str, *, new: bool) -> "Workspace":
        """Opens the file, or makes it, with a key that a person types: for machines without a keyring."""
        make = opening.create_under if new else opening.open_under
        store, kept_in = await make(path, passphrase)
        title = await store.read(lambda tables: tables.settings.get("title", path.stem))
        return cls(store, kept_in, title=title)

    @property
    def path(self) -> Path:
        return self.store.path

    async def site(self) -> tuple[str, bool]:
        """The site's choices as JSON text, and whether they are this workspace's own."""
        from x3studio.workspace.binding import SITE

        own = await self.store.read(lambda tables: tables.settings.get(SITE))
        return own or shipped_text("templates/site.json"), own is not None

    async def set_site(self, text: str) -> None:
        """Keeps the site's choices; raises SettingFault naming what is wrong with them."""
        from x3studio.rules.site import parse_site
        from x3studio.workspace.binding import SITE

        parse_site(text)
        await self.store.write(lambda tables: tables.settings.set(SITE, text))

    def flows(self) -> list[FlowKind]:
        """The flows this program has."""
        return list(FLOWS.values())

    async def close(self) -> None:
        """Writes what is queued and lets go of the file."""
        await self.store.close()
