"""One engine per account: across objects, across processes, and free again after a kill."""

import subprocess
import sys
from pathlib import Path

import pytest

from x3studio.domain.errors import StoreFault
from x3studio.store import EngineLock

_HOLD = (
    "import sys\n"
    "from pathlib import Path\n"
    "from x3studio.store import EngineLock\n"
    "lock = EngineLock(Path(sys.argv[1]), 'a')\n"
    "print(lock.acquire(), flush=True)\n"
    "sys.stdin.read()\n"
)


def test_only_one_holds_it(path: Path) -> None:
    one, other = EngineLock(path, "a"), EngineLock(path, "a")
    assert one.acquire()
    assert one.acquire()
    assert not other.acquire()
    assert (one.held, other.held) == (True, False)
    other.release()
    assert not other.acquire()
    one.release()
    assert other.acquire()
    other.release()


def test_accounts_do_not_disturb_each_other(path: Path) -> None:
    one, other = EngineLock(path, "a"), EngineLock(path, "b")
    assert one.path.name.startswith("demo.x3studio.")
    assert one.path.name.endswith(".lock")
    assert one.acquire()
    assert other.acquire()
    one.release()
    other.release()


def test_another_name_of_the_file_is_the_same_file(path: Path, tmp_path: Path) -> None:
    path.touch()
    link = tmp_path / "elsewhere"
    link.symlink_to(path)
    assert EngineLock(link, "a").path == EngineLock(path, "a").path


def test_two_workspaces_on_one_folder_exclude_each_other(path: Path, tmp_path: Path) -> None:
    one = EngineLock(path, "https://x3.example#SEED")
    other = EngineLock(tmp_path / "other.x3studio", "https://x3.example:443/gateway#SEED")
    elsewhere = EngineLock(tmp_path / "other.x3studio", "https://x3.example#OTHER")
    assert one.path != other.path
    assert one.acquire()
    assert not other.acquire()
    assert elsewhere.acquire()
    one.release()
    assert other.acquire()
    assert not one.acquire()
    for lock in (other, elsewhere):
        lock.release()


def test_one_workspace_under_two_places_for_locks_is_still_one(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = EngineLock(path, "a")
    monkeypatch.setenv("X3STUDIO_LOCKS", str(tmp_path / "another user's"))
    other = EngineLock(path, "a")
    assert one.account_path != other.account_path
    assert one.acquire()
    assert not other.acquire()
    # What could be taken was given back: a third engine is not kept out by a half-held lock.
    third = EngineLock(tmp_path / "third.x3studio", "a")
    assert third.acquire()
    third.release()
    one.release()


def test_a_place_for_locks_that_cannot_be_made_is_said_plainly(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("X3STUDIO_LOCKS", str(tmp_path / "file" / "locks"))
    with pytest.raises(StoreFault, match="lock cannot be taken") as caught:
        EngineLock(path, "a").acquire()
    assert "X3STUDIO_LOCKS" in caught.value.advice


def test_a_killed_holder_holds_nothing(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        lock = EngineLock(path, "a")
        assert not lock.acquire()
        holder.kill()
        holder.wait()
        assert lock.acquire()
        lock.release()


def test_a_missing_directory_is_said_plainly(path: Path) -> None:
    with pytest.raises(StoreFault, match="does not exist"):
        EngineLock(path.parent / "nowhere" / "demo.x3studio", "a").acquire()
