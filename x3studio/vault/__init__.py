"""Secrets: in the system's keyring, or in memory for one start; never in a file of ours."""

from x3studio.vault.keys import KEY, WORKSPACE, Vault, key_from_passphrase, workspace_key
from x3studio.vault.memory import MemoryVault
from x3studio.vault.opening import open_vault

__all__ = [
    "KEY",
    "WORKSPACE",
    "MemoryVault",
    "Vault",
    "key_from_passphrase",
    "open_vault",
    "workspace_key",
]
