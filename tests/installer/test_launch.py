"""A started program finds fitting surroundings, gets every signal once, and its exit code comes back."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from installer.bootstrap import ROOT
from installer.errand import errands
from installer.launch import has_runtime, own_surroundings, private_folder, program_surroundings, watch

from .fakes import quiet

WATCHING = """
import sys
sys.path.insert(0, sys.argv[1])
from installer.launch import watch
sys.exit(watch((sys.executable, "-c", sys.argv[2]), surroundings={}))
"""
WATCHED = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
print("up", flush=True)
signal.pause()
"""


def surroundings(
    base: dict[str, str], *, offscreen: bool = False, runtime: Path | None = None
) -> dict[str, str]:
    """What a program on Linux finds."""
    return program_surroundings(
        base, environment=Path("/c o/.venv"), platform="linux", offscreen=offscreen, runtime=runtime
    )


def test_the_environment_comes_first_on_the_search_path() -> None:
    found = surroundings({"PATH": "/usr/bin", "PYTHONPATH": "/elsewhere", "PYTHONHOME": "/elsewhere"})
    assert found == {"PATH": f"/c o/.venv/bin{os.pathsep}/usr/bin", "VIRTUAL_ENV": "/c o/.venv"}


def test_without_a_screen_qt_draws_offscreen_unless_told_otherwise() -> None:
    assert surroundings({}, offscreen=True)["QT_QPA_PLATFORM"] == "offscreen"
    assert surroundings({"QT_QPA_PLATFORM": "vnc"}, offscreen=True)["QT_QPA_PLATFORM"] == "vnc"
    assert "QT_QPA_PLATFORM" not in surroundings({})


def test_a_plain_locale_becomes_utf8() -> None:
    assert surroundings({"LC_ALL": "C"})["LC_ALL"] == "C.UTF-8"
    assert surroundings({"LC_ALL": "de_DE.UTF-8"})["LC_ALL"] == "de_DE.UTF-8"


def test_a_runtime_folder_is_named_where_one_is_given(tmp_path: Path) -> None:
    assert surroundings({}, runtime=tmp_path)["XDG_RUNTIME_DIR"] == str(tmp_path)


def test_a_runtime_folder_counts_only_where_it_stands_and_is_ours(tmp_path: Path) -> None:
    given = {"XDG_RUNTIME_DIR": str(tmp_path)}
    assert has_runtime(given, user=os.getuid())
    assert not has_runtime(given, user=os.getuid() + 1)
    assert not has_runtime({"XDG_RUNTIME_DIR": str(tmp_path / "gone")}, user=os.getuid())
    assert not has_runtime({}, user=os.getuid())


def test_the_private_folder_is_private_and_stays_the_same(tmp_path: Path) -> None:
    folder = private_folder(tmp_path, user=os.getuid())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert private_folder(tmp_path, user=os.getuid()) == folder


def test_a_private_folder_open_to_others_is_not_used(tmp_path: Path) -> None:
    taken = tmp_path / f"x3studio-{os.getuid()}"
    taken.mkdir()
    taken.chmod(0o755)
    folder = private_folder(tmp_path, user=os.getuid())
    assert folder != taken
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_installing_ignores_settings_that_lead_pip_elsewhere() -> None:
    found = own_surroundings({"PIP_USER": "1", "PYTHONPATH": "/elsewhere", "PIP_CERT": "/ca.pem"})
    assert found["PIP_USER"] == "0"
    assert found["PIP_CERT"] == "/ca.pem"
    assert "PYTHONPATH" not in found


@pytest.mark.parametrize(("program", "code"), [("raise SystemExit(3)", 3), ("import os; os.abort()", 134)])
def test_the_exit_code_comes_back(program: str, code: int) -> None:
    assert watch((sys.executable, "-c", program), surroundings={}) == code


def test_a_signal_is_handed_on(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WATCHING, str(ROOT), WATCHED], stdout=subprocess.PIPE, cwd=tmp_path
    ) as watcher:
        assert watcher.stdout is not None
        assert watcher.stdout.readline() == b"up\n"
        watcher.send_signal(signal.SIGTERM)
        assert watcher.wait(20) == 7


def test_an_errand_tells_its_code_and_its_last_words(tmp_path: Path) -> None:
    run = errands(voice=quiet()[0], surroundings=os.environ, folder=tmp_path)
    outcome = run((sys.executable, "-c", "print('first', flush=True); raise SystemExit('no room')"), "trying")
    assert outcome.code == 1
    assert outcome.last_words == "    first\n    no room"


def test_an_errand_without_its_program_fails_in_words(tmp_path: Path) -> None:
    run = errands(voice=quiet()[0], surroundings=os.environ, folder=tmp_path)
    outcome = run(("no-such-program-here",), "trying")
    assert outcome.code == 127
    assert outcome.said == "no-such-program-here: No such file or directory"
