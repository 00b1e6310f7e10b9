"""Against a real Secret Service in a private D-Bus session, and where there is none or a locked one."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
UNLOCKED = 'printf "\\n" | gnome-keyring-daemon --unlock --components=secrets >/dev/null; '
needs_service = pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="dbus-run-session and gnome-keyring-daemon are not installed",
)


def _environment(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    folder = str(home)
    return kept | {
        "HOME": folder,
        "XDG_DATA_HOME": folder,
        "XDG_RUNTIME_DIR": folder,
        "PYTHONPATH": str(ROOT),
    }


def _session(home: Path, verb: str, *, before: str = UNLOCKED, workspace: str = "w1") -> dict[str, Any]:
    """One process in a D-Bus session of its own, with the keyring that lies in `home`."""
    command = f"{before}exec {sys.executable} -m tests.vault.session {workspace} {verb}"
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", command],
        env=_environment(home),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@needs_service
@pytest.mark.keyring
def test_secrets_survive_the_process_that_kept_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    told = _session(tmp_path, "fill")
    assert told["kind"] == "Secret Service"
    assert told["gone"] == [None, []]
    assert "more than 1,200 characters" in told["said"][0]
    assert "empty" in told["said"][1]
    assert "missing in Secret Service" in told["missing"]
    later = _session(tmp_path, "look")
    assert later == {"password": "wörld", "user": 1_200, "names": ["password", "user"], "key": told["key"]}
    elsewhere = _session(tmp_path, "look", workspace="w2")
    assert (elsewhere["password"], elsewhere["names"]) == (None, [])
    assert elsewhere["key"] != told["key"]
    assert not [
        file for file in tmp_path.rglob("*") if file.is_file() and "wörld".encode() in file.read_bytes()
    ]


@needs_service
@pytest.mark.keyring
def test_a_keyring_that_cannot_be_unlocked_is_said_plainly(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    _session(tmp_path, "fill")
    locked = "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; "
    told = _session(tmp_path, "look", before=locked)
    assert "Secret Service" in told["fault"]
    assert "nlock" in told["advice"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system always has a keyring")
def test_no_session_bus_is_said_plainly(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.vault.session", "w1", "look"],
        env=_environment(tmp_path) | {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/nowhere"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["fault"] == "This session has no keyring to keep secrets in."
    assert "X3STUDIO_VAULT=memory" in told["advice"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system always has a keyring")
def test_a_configured_plain_backend_is_never_used(tmp_path: Path) -> None:
    environment = _environment(tmp_path) | {
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/nowhere",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.vault.session", "w1", "fill"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "no keyring" in json.loads(done.stdout)["fault"]
