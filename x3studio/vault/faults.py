"""Turns what keyrings raise into VaultFaults in plain words; here their errors end."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager

from keyring.errors import KeyringError, KeyringLocked

from x3studio.domain.errors import VaultFault

# Not every backend translates the errors of the library below it; none of these is everywhere.
_BELOW = (
    ("secretstorage.exceptions", "SecretStorageException"),
    ("jeepney", "DBusErrorResponse"),
    ("dbus.exceptions", "DBusException"),
    ("win32ctypes.pywin32.pywintypes", "error"),
)


def _below() -> tuple[type[Exception], ...]:
    found: list[type[Exception]] = []
    for module, name in _BELOW:
        try:
            found.append(getattr(importlib.import_module(module), name))
        except ImportError:
            continue
    return tuple(found)


_FOREIGN: tuple[type[Exception], ...] = (KeyringError, OSError, *_below())


@contextmanager
def plain_words(kind: str) -> Iterator[None]:
    """Foreign errors that leave this block leave it as VaultFaults. `kind` names the keyring."""
    try:
        yield
    except KeyringLocked as error:
        raise VaultFault(
            f"{kind} is locked.",
            advice="Unlock it, or answer its prompt, and try again.",
            said=str(error),
        ) from error
    except _FOREIGN as error:
        raise VaultFault(
            f"{kind} does not answer.",
            advice="Check that it is running and unlocked, and try again.",
            said=str(error),
        ) from error


def no_keyring() -> VaultFault:
    """This session has no secure place for secrets."""
    return VaultFault(
        "This session has no keyring to keep secrets in.",
        advice="Start one (Secret Service or KWallet on Linux) and sign in to a desktop session,"
        " or set X3STUDIO_VAULT=memory to keep secrets for one start only.",
    )
