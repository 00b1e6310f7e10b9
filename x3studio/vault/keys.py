"""What a vault is, what it takes, and the two ways to the key of a workspace: from it or a passphrase."""

import hashlib
import secrets
import unicodedata
from typing import Protocol

from x3studio.domain.errors import VaultFault

WORKSPACE, KEY = "workspace", "key"
"""Under these names the workspace's own key lies beside the connections' secrets."""

_KEY_BYTES = 32
_SALT_BYTES = 16
# RFC 7914 parameters: 64 MiB and about a quarter of a second for each guess.
_SCRYPT_COST, _SCRYPT_BLOCK, _SCRYPT_MEMORY = 2**16, 8, 128 * 1024 * 1024


class Vault(Protocol):
    """Keeps secrets, one per connection and name.

    Every call may block, for as long as a person looks at a prompt: from an event loop call it through
    `asyncio.to_thread`. Every call may raise VaultFault.
    """

    @property
    def kind(self) -> str:
        """What keeps the secrets, in words for the window."""

    @property
    def lasting(self) -> bool:
        """Whether what is put here outlives this start of the program."""

    def get(self, connection: str, name: str) -> str | None:
        """The secret, None where there is none."""

    def put(self, connection: str, name: str, secret: str) -> None:
        """Keeps a secret in place of an earlier one; refuses an empty one and one over 1,200 characters."""

    def delete(self, connection: str, name: str) -> None:
        """Forgets a secret; where there is none this does nothing."""

    def names(self, connection: str) -> tuple[str, ...]:
        """The names of a connection's secrets, sorted."""


def workspace_key(vault: Vault, *, create: bool = False) -> bytes:
    """The 32-byte key of the workspace's file; with `create` a new one is made where there is none.

    Raises VaultFault where it is missing or malformed. A vault that does not last makes no key: the file
    would be lost with it.
    """
    text = vault.get(WORKSPACE, KEY)
    if text is None and create and vault.lasting:
        text = secrets.token_hex(_KEY_BYTES)
        vault.put(WORKSPACE, KEY, text)
        if vault.get(WORKSPACE, KEY) != text:
            raise VaultFault(
                f"{vault.kind} did not keep the key of the workspace.",
                advice="Check that it is unlocked and that its default collection can be written.",
            )
    if text is None:
        raise VaultFault(
            f"The key of this workspace is missing in {vault.kind}.",
            advice="Sign in as the user who made the workspace, or set X3STUDIO_VAULT=memory and"
            " X3STUDIO_SECRET_WORKSPACE_KEY to its 64 hexadecimal digits.",
        )
    return _parsed(text, kind=vault.kind)


def check_secret(secret: str, *, name: str, most: int) -> None:
    """Raises VaultFault for a secret that some system could not keep whole; never quotes it.

    Windows keeps 2,560 bytes an entry, as UTF-16 (CREDENTIALW, CRED_MAX_CREDENTIAL_BLOB_SIZE).
    """
    if not secret:
        raise VaultFault(f"The secret {name} is empty.", advice="Type or paste it again.")
    if len(secret.encode("utf-16-le", "surrogatepass")) > 2 * most:
        raise VaultFault(
            f"The secret {name} has more than {most:,} characters; no more can be kept on every system.",
            advice="Check that only the secret itself was pasted.",
        )


def key_from_passphrase(passphrase: str, salt: bytes) -> bytes:
    """The 32-byte key that a passphrase and the workspace's salt (at least 16 bytes) stand for.

    Takes about a quarter of a second and 64 MiB, which is what slows guessing down.
    """
    if not passphrase:
        raise VaultFault("The passphrase is empty.", advice="Type the passphrase of this workspace.")
    if len(salt) < _SALT_BYTES:
        raise ValueError(f"A salt has at least {_SALT_BYTES} bytes.")
    # The same characters may be composed differently by another keyboard or system.
    text = unicodedata.normalize("NFKC", passphrase)
    return hashlib.scrypt(
        text.encode(),
        salt=salt,
        n=_SCRYPT_COST,
        r=_SCRYPT_BLOCK,
        p=1,
        maxmem=_SCRYPT_MEMORY,
        dklen=_KEY_BYTES,
    )


def _parsed(text: str, *, kind: str) -> bytes:
    digits = text.strip()
    if len(digits) != 2 * _KEY_BYTES or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
        raise VaultFault(
            f"The key of this workspace in {kind} is malformed.",
            advice=f"A key is exactly {2 * _KEY_BYTES} hexadecimal digits.",
        )
    return bytes.fromhex(digits)
