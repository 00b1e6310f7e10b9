"""Secrets in the system's own keyring: a listed native backend or none, never a file of ours."""

import json
import sys

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from x3studio.vault.faults import no_keyring, plain_words
from x3studio.vault.keys import check_secret
from x3studio.vault.memory import MOST_CHARACTERS

SERVICE = "X3 Studio"


class KeyringVault:
    """One entry per secret, under the service "X3 Studio" and the user <workspace>/<connection>/<name>."""

    lasting = True

    def __init__(self, workspace_id: str) -> None:
        """Raises VaultFault where no native keyring answers."""
        self._workspace = workspace_id
        self.kind, self._backend = _native()

    def get(self, connection: str, name: str) -> str | None:
        """The secret, None where there is none."""
        with plain_words(self.kind):
            return self._backend.get_password(SERVICE, self._user(connection, name))

    def put(self, connection: str, name: str, secret: str) -> None:
        """Keeps a secret in place of an earlier one."""
        check_secret(secret, name=name, most=MOST_CHARACTERS)
        with plain_words(self.kind):
            self._backend.set_password(SERVICE, self._user(connection, name), secret)
        self._list({*self.names(connection), name}, connection)

    def delete(self, connection: str, name: str) -> None:
        """Forgets a secret; where there is none this does nothing."""
        self._drop(connection, name)
        self._list({*self.names(connection)} - {name}, connection)

    def names(self, connection: str) -> tuple[str, ...]:
        """The names of a connection's secrets.

        A keyring cannot be asked for its entries, so an entry without a name lists them.
        """
        return tuple(sorted(json.loads(self.get(connection, "") or "[]")))

    def _list(self, names: set[str], connection: str) -> None:
        if names == {*self.names(connection)}:
            return
        if not names:
            self._drop(connection, "")
            return
        with plain_words(self.kind):
            self._backend.set_password(SERVICE, self._user(connection, ""), json.dumps(sorted(names)))

    def _drop(self, connection: str, name: str) -> None:
        with plain_words(self.kind):
            try:
                self._backend.delete_password(SERVICE, self._user(connection, name))
            except PasswordDeleteError:
                # Backends say so as well when there is nothing to delete.
                if self._backend.get_password(SERVICE, self._user(connection, name)) is not None:
                    raise

    def _user(self, connection: str, name: str) -> str:
        return f"{self._workspace}/{connection}/{name}"


def _native() -> tuple[str, KeyringBackend]:
    for kind, backend in _listed():
        with plain_words(kind):
            if backend.viable:
                return kind, backend()
    raise no_keyring()


def _listed() -> tuple[tuple[str, type[KeyringBackend]], ...]:
    """This system's own keyrings.

    keyring's own choice may be a plain-text or a null backend that somebody installed or configured, and
    loads those of all systems, which delays every start.
    """
    if sys.platform == "win32":
        from keyring.backends.Windows import WinVaultKeyring

        return (("Windows Credential Manager", WinVaultKeyring),)
    if sys.platform == "darwin":
        from keyring.backends.macOS import Keyring as Keychain

        return (("macOS Keychain", Keychain),)
    if sys.platform == "linux":
        from keyring.backends.kwallet import DBusKeyring
        from keyring.backends.SecretService import Keyring as SecretService

        return (("Secret Service", SecretService), ("KWallet", DBusKeyring))
    return ()
