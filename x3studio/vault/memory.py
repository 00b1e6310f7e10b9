"""Secrets for one start only: put by hand, or taken from the environment of an unattended service."""

import os
import re
from collections.abc import Mapping

from x3studio.vault.keys import check_secret

_PREFIX = "X3STUDIO_SECRET_"
MOST_CHARACTERS = 1_200


class MemoryVault:
    """Nothing is ever written; the environment's X3STUDIO_SECRET_<CONNECTION>_<NAME> are first values."""

    kind = "memory, for this start only"
    lasting = False

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._given = {name: value for name, value in environ.items() if name.startswith(_PREFIX) and value}
        self._put: dict[tuple[str, str], str | None] = {}

    def get(self, connection: str, name: str) -> str | None:
        """The secret as it was put, else as the environment gives it."""
        if (connection, name) in self._put:
            return self._put[connection, name]
        return self._given.get(variable(connection, name))

    def put(self, connection: str, name: str, secret: str) -> None:
        """Keeps a secret until the program ends."""
        check_secret(secret, name=name, most=MOST_CHARACTERS)
        self._put[connection, name] = secret

    def delete(self, connection: str, name: str) -> None:
        """Forgets a secret, one from the environment included."""
        self._put[connection, name] = None

    def names(self, connection: str) -> tuple[str, ...]:
        """The names of a connection's secrets; those from the environment in lower case."""
        start = variable(connection, "")
        given = {name.removeprefix(start).lower() for name in self._given if name.startswith(start)}
        put = {name: secret for (owner, name), secret in self._put.items() if owner == connection}
        kept = {name for name, secret in put.items() if secret is not None}
        return tuple(sorted((given - put.keys()) | kept))


def variable(connection: str, name: str) -> str:
    """The environment variable of a secret: upper case, anything but letters and digits as underscore."""
    return _PREFIX + re.sub(r"[^A-Z0-9]", "_", f"{connection}_{name}".upper())
