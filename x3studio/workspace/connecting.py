"""The workspace's connections: tested before they are saved, their secrets in the vault."""

import asyncio
from collections.abc import Mapping

from x3studio.domain.connections import AmazonConnection, X3Connection
from x3studio.domain.errors import CredentialFault, SettingFault
from x3studio.store import SavedConnection, Store
from x3studio.vault import Vault
from x3studio.workspace.probing import Probe
from x3studio.workspace.routes import Route, routes_between

Connection = X3Connection | AmazonConnection
X3_SECRETS = ("client_id", "client_secret", "user", "password")
_STATES = {"token": "expired", "host": "unreachable"}
"""What a failed step says of a saved connection as a whole."""
AMAZON_SECRETS = ("client_id", "client_secret", "refresh_token")


def secret_names(connection: Connection) -> tuple[str, ...]:
    """The secrets a connection may need."""
    return X3_SECRETS if isinstance(connection, X3Connection) else AMAZON_SECRETS


class Connecting:
    """Saved connections, their tests and their secrets."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    async def all(self) -> list[SavedConnection]:
        """Every saved connection with its state."""
        return await self._store.read(lambda tables: tables.connections.all())

    async def get(self, name: str) -> SavedConnection:
        """One saved connection; raises SettingFault where there is none of that name."""
        found = await self._store.read(lambda tables: tables.connections.get(name))
        if found is None:
            raise SettingFault(f"No connection is called {name}.", field="name")
        return found

    def probe(self, connection: Connection, secrets: Mapping[str, str]) -> Probe:
        """A test of a connection that need not be saved."""
        return Probe(connection, secrets, store=self._store)

    async def check(self, name: str) -> Probe:
        """A test of a saved connection with its saved secrets."""
        saved = (await self.get(name)).connection
        return Probe(saved, await self.secrets_of(saved), store=self._store)

    async def renew(self, name: str, changed: Mapping[str, str]) -> Probe:
        """A test of a saved connection with newly pasted secrets; empty ones stay as they are."""
        saved = (await self.get(name)).connection
        known = await self.secrets_of(saved)
        pasted = {key: value for key, value in changed.items() if value}
        return Probe(saved, {**known, **pasted}, store=self._store)

    async def save(self, probe: Probe) -> None:
        """Keeps what passed its test: settings in the file, secrets in the vault."""
        if probe.profile is None:
            raise SettingFault("Only a connection that passed its test is saved.", field="connection")
        name = probe.connection.name
        for saved in await self.all():
            if saved.connection.name == name and type(saved.connection) is not type(probe.connection):
                raise SettingFault(
                    f"{name} is the name of another connection already.",
                    field="name",
                    advice="Choose another name: one connection leads to X3 or to Amazon.",
                )
        for secret, value in probe.secrets.items():
            if value:
                await asyncio.to_thread(self._vault.put, name, secret, value)
        await self._store.write(
            lambda tables: tables.connections.save(probe.connection, profile=probe.profile)
        )

    async def note_test(self, probe: Probe) -> None:
        """How a saved connection fares by its last test: what healed is used again, what failed is shown."""
        if probe.profile is not None:
            await self.save(probe)
            return
        step = probe.failed
        state = _STATES.get(step.key) if step else None
        if step is None or state is None:
            return
        name, said = probe.connection.name, step.said or step.found
        await self._store.write(lambda tables: tables.connections.set_state(name, state, said=said))

    async def forget(self, name: str) -> None:
        """Deletes a connection and its secrets."""
        saved = (await self.get(name)).connection
        for secret in secret_names(saved):
            await asyncio.to_thread(self._vault.delete, name, secret)
        await self._store.write(lambda tables: tables.connections.delete(name))

    async def secrets_of(self, connection: Connection) -> dict[str, str]:
        """Secrets from the vault; one that is not there is ""."""
        names = secret_names(connection)

        def fetch() -> dict[str, str]:
            return {name: self._vault.get(connection.name, name) or "" for name in names}

        return await asyncio.to_thread(fetch)

    async def routes(self) -> list[Route]:
        """From where to where flows can run."""
        return routes_between([saved.connection for saved in await self.all()])

    async def signed_out(self) -> list[str]:
        """The connections that wait for a new secret."""
        return [saved.connection.name for saved in await self.all() if saved.state == "expired"]

    async def note_fault(self, fault: CredentialFault) -> None:
        """A refused sign-in marks the connection; what depends on it pauses."""
        name = fault.context.get("connection", "")
        said = fault.said or fault.title
        await self._store.write(lambda tables: tables.connections.set_state(name, "expired", said=said))
