"""The environment heals by itself: half-made, foreign, moved or failed, the next start knows what to do."""

import json
import os
from pathlib import Path

import pytest

from installer.environment import FOLDER, STAMP, packages_failed, prepare
from installer.errand import Outcome
from installer.voice import Stop

from .fakes import Commands, quiet

FAILED = Outcome(
    1, "WARNING: Retrying after connection broken by 'NewConnectionError'\nERROR: No matching distribution"
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in a folder with a space in its name."""
    root = tmp_path / "my checkout"
    (root / "x3studio").mkdir(parents=True)
    (root / "requirements.lock").write_text("one==1 \\\n    --hash=sha256:00\n", encoding="utf-8")
    (root / "pyproject.toml").touch()
    (root / "x3studio" / "__init__.py").touch()
    return root


def steps(run: Commands) -> list[str]:
    """Which of the three steps a list of commands took."""
    names = {
        "venv": "venv",
        "--require-hashes": "packages",
        "-e": "project",
        "compileall": "compiled",
        "-c": "question",
    }
    return [name for command in run.given for word, name in names.items() if word in command]


def start(checkout: Path, run: Commands) -> str:
    """One start; returns what was heard."""
    voice, heard = quiet()
    assert prepare(checkout, run=run, voice=voice) == checkout / FOLDER / "bin" / "python"
    return heard.getvalue()


def test_the_first_start_does_everything_and_the_second_nothing(checkout: Path) -> None:
    first, second = Commands(), Commands()
    assert "Installing 1 locked packages" in start(checkout, first)
    assert steps(first) == ["venv", "packages", "project", "compiled"]
    assert start(checkout, second) == ""
    assert second.given == []


def test_packages_are_installed_only_with_their_hashes_and_never_built(checkout: Path) -> None:
    run = Commands()
    start(checkout, run)
    (command,) = (command for command in run.given if "-r" in command)
    assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} <= set(command)
    assert str(checkout / "requirements.lock") in command


def test_a_new_lock_installs_packages_into_what_stands(checkout: Path) -> None:
    start(checkout, Commands())
    (checkout / "requirements.lock").write_text("two==2\n", encoding="utf-8")
    run = Commands()
    start(checkout, run)
    assert steps(run) == ["packages", "project", "compiled"]


def test_a_new_project_description_installs_the_project_alone(checkout: Path) -> None:
    start(checkout, Commands())
    (checkout / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    run = Commands()
    start(checkout, run)
    assert steps(run) == ["project", "compiled"]


def test_a_start_killed_on_the_way_is_begun_anew(checkout: Path) -> None:
    start(checkout, Commands())
    (checkout / FOLDER / STAMP).write_text("{}\n", encoding="utf-8")
    (checkout / FOLDER / "ruin").touch()
    run = Commands()
    assert "making it again" in start(checkout, run)
    assert steps(run) == ["venv", "packages", "project", "compiled"]
    assert not (checkout / FOLDER / "ruin").exists()


def test_an_environment_whose_interpreter_went_away_is_made_again(checkout: Path) -> None:
    start(checkout, Commands())
    (checkout / FOLDER / "bin" / "python").unlink()
    run = Commands()
    start(checkout, run)
    assert steps(run) == ["venv", "packages", "project", "compiled"]


def test_a_moved_checkout_gets_a_new_environment(checkout: Path) -> None:
    start(checkout, Commands())
    moved = checkout.rename(checkout.with_name("moved"))
    run = Commands()
    start(moved, run)
    assert steps(run) == ["venv", "packages", "project", "compiled"]


def test_an_environment_made_by_hand_is_kept_and_completed(checkout: Path) -> None:
    (checkout / FOLDER / "bin").mkdir(parents=True)
    (checkout / FOLDER / "bin" / "python").touch()
    (checkout / FOLDER / "pyvenv.cfg").touch()
    run = Commands()
    start(checkout, run)
    assert set(steps(run)) == {"question", "packages", "project", "compiled"}


def test_a_broken_one_made_by_hand_is_made_again(checkout: Path) -> None:
    (checkout / FOLDER / "bin").mkdir(parents=True)
    (checkout / FOLDER / "bin" / "python").touch()
    (checkout / FOLDER / "pyvenv.cfg").touch()
    run = Commands({"-c": Outcome(1, "No module named pip")})
    start(checkout, run)
    assert steps(run)[-4:] == ["venv", "packages", "project", "compiled"]


def test_a_folder_that_is_no_environment_is_never_removed(checkout: Path) -> None:
    (checkout / FOLDER).mkdir()
    (checkout / FOLDER / "thesis.txt").touch()
    run = Commands()
    with pytest.raises(Stop) as stop:
        start(checkout, run)
    assert "is in the way" in stop.value.title
    assert (checkout / FOLDER / "thesis.txt").exists()
    assert run.given == []


def test_without_a_network_the_next_start_goes_on_where_this_one_stopped(checkout: Path) -> None:
    with pytest.raises(Stop) as stop:
        start(checkout, Commands({"--require-hashes": FAILED}))
    assert stop.value.title == "The packages could not be fetched: the package index does not answer."
    run = Commands()
    start(checkout, run)
    assert "venv" not in steps(run)
    assert steps(run)[-3:] == ["packages", "project", "compiled"]


def test_a_missing_file_of_the_checkout_is_said_plainly(checkout: Path) -> None:
    (checkout / "requirements.lock").unlink()
    with pytest.raises(Stop) as stop:
        start(checkout, Commands())
    assert "requirements.lock" in stop.value.title


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_checkout_one_may_not_write_is_said_plainly(checkout: Path) -> None:
    checkout.chmod(0o500)
    with pytest.raises(Stop) as stop:
        start(checkout, Commands())
    checkout.chmod(0o700)
    assert "Permission denied" in stop.value.title


def test_the_stamp_names_python_and_place(checkout: Path) -> None:
    start(checkout, Commands())
    content = json.loads((checkout / FOLDER / STAMP).read_text(encoding="utf-8"))
    assert content["place"] == str(checkout)
    assert content["python"].startswith("3.")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "not the one the lock names",
        ),
        ("Retrying: NewConnectionError('Failed to establish')", "does not answer"),
        ("OSError: [Errno 28] No space left on device", "No space left on device"),
    ],
)
def test_a_failure_of_pip_is_told_by_its_cause(said: str, words: str) -> None:
    assert words in packages_failed(Outcome(1, said)).title
