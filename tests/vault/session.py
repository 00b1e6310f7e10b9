"""Run by the tests inside a private D-Bus session: uses the session's keyring as asked and prints JSON."""

import json
import sys

from x3studio.domain.errors import VaultFault
from x3studio.vault import Vault, open_vault, workspace_key


def fill(vault: Vault) -> object:
    """Everything one process does with its vault."""
    said = []
    vault.put("X3", "password", "hällo")
    vault.put("X3", "password", "wörld")
    vault.put("X3", "user", "x" * 1_200)
    vault.put("Amazon", "refresh_token", "Atzr|1")
    for secret in ("x" * 1_201, ""):
        try:
            vault.put("X3", "user", secret)
        except VaultFault as fault:
            said.append(fault.title)
    vault.delete("Amazon", "refresh_token")
    vault.delete("Amazon", "refresh_token")
    gone = [vault.get("Amazon", "refresh_token"), vault.names("Amazon")]
    return {
        "kind": vault.kind,
        "said": said,
        "gone": gone,
        "missing": _missing(vault),
        "key": workspace_key(vault, create=True).hex(),
    }


def look(vault: Vault) -> object:
    """What a later process finds."""
    return {
        "password": vault.get("X3", "password"),
        "user": len(vault.get("X3", "user") or ""),
        "names": vault.names("X3"),
        "key": workspace_key(vault, create=True).hex(),
    }


def _missing(vault: Vault) -> str:
    try:
        return workspace_key(vault).hex()
    except VaultFault as fault:
        return fault.title


def main() -> None:
    """`session.py WORKSPACE VERB`"""
    workspace, verb = sys.argv[1:]
    try:
        told = {"fill": fill, "look": look}[verb](open_vault(workspace))
    except VaultFault as fault:
        told = {"fault": fault.title, "advice": fault.advice}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
