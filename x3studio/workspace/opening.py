"""Opening a workspace: the file, the vault that belongs to it, and the key between them."""

import asyncio
import secrets
from pathlib import Path

from x3studio.domain.errors import StoreFault
from x3studio.store import Store
from x3studio.vault import (
    KEY,
    WORKSPACE,
    MemoryVault,
    Vault,
    key_from_passphrase,
    open_vault,
    workspace_key,
)

_SALT = 16


async def create(path: Path, vault: Vault | None) -> tuple[Store, Vault]:
    """Makes the file under a new key and puts the key into the vault (the system's by default)."""
    return await asyncio.to_thread(_create, path, vault)


async def open_existing(path: Path, vault: Vault | None) -> tuple[Store, Vault]:
    """Opens the file with the key its vault holds."""
    return await asyncio.to_thread(_open, path, vault)


def note(vault: Vault) -> str:
    """What a person must know of a vault that does not last."""
    return "" if vault.lasting else "Secrets are kept in memory for this start and are gone when it ends."


async def create_under(path: Path, passphrase: str) -> tuple[Store, Vault]:
    """Makes the file under a passphrase; secrets are kept in memory for this start."""
    salt = secrets.token_bytes(_SALT)
    return await asyncio.to_thread(_create, path, _vault_under(passphrase, salt), salt)


async def open_under(path: Path, passphrase: str) -> tuple[Store, Vault]:
    """Opens a file that was made under a passphrase; StoreFault for the wrong one."""
    return await asyncio.to_thread(_open, path, _vault_under(passphrase, _salt_of(path)))


def _vault_under(passphrase: str, salt: bytes) -> Vault:
    vault = MemoryVault({})
    vault.put(WORKSPACE, KEY, key_from_passphrase(passphrase, salt).hex())
    return vault


def _create(path: Path, vault: Vault | None, salt: bytes = b"") -> tuple[Store, Vault]:
    if path.exists():
        raise StoreFault(f"{path} exists already.", advice="Choose another name, or open it.")
    salt = salt or secrets.token_bytes(_SALT)
    kept_in = vault or open_vault(salt.hex())
    key = workspace_key(kept_in, create=True)
    return Store.create(path, key=key + salt), kept_in


def _open(path: Path, vault: Vault | None) -> tuple[Store, Vault]:
    kept_in = vault or open_vault(_salt_of(path).hex())
    return Store.open(path, key=workspace_key(kept_in)), kept_in


def _salt_of(path: Path) -> bytes:
    """The file's first 16 bytes: random, readable, and the name under which its secrets are kept."""
    try:
        with path.open("rb") as file:
            return file.read(_SALT)
    except OSError as fault:
        raise StoreFault(
            f"The workspace {path} cannot be read.",
            advice="Check the name; 'x3studio init' makes a new workspace.",
            said=fault.strerror or "",
        ) from fault
