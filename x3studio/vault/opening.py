"""Chooses the vault of a workspace; there is no silent fallback to a weaker one."""

import os
from collections.abc import Mapping

from x3studio.domain.errors import VaultFault
from x3studio.vault.keys import Vault
from x3studio.vault.memory import MemoryVault

CHOICE = "X3STUDIO_VAULT"


def open_vault(workspace_id: str, *, environ: Mapping[str, str] = os.environ) -> Vault:
    """The keyring of this session, or memory where X3STUDIO_VAULT=memory says so.

    Raises VaultFault where there is no native keyring; the window may then offer a MemoryVault and ask for
    a passphrase. May block: from an event loop call it through `asyncio.to_thread`.
    """
    choice = environ.get(CHOICE, "")
    if choice == "memory":
        return MemoryVault(environ)
    if choice not in ("", "keyring"):
        raise VaultFault(
            f"{CHOICE} is {choice!r}, which is no vault.",
            advice="Set it to memory or to keyring, or not at all.",
        )
    # Imported now: a service that is given its secrets has no use for the keyring's libraries.
    from x3studio.vault.keyrings import KeyringVault

    return KeyringVault(workspace_id)
