"""The lock names every package with its hashes, covers the project, and tells nothing of its machine."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from installer.bootstrap import ROOT
from installer.errand import Outcome
from installer.lock import NAME, TOOLS, build_requirements, renew
from installer.voice import Stop

from .fakes import Commands

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)")
LINE = re.compile(r"(?:[A-Za-z0-9._-]+==\S+(?: ; [^\\]+)?|    --hash=sha256:[0-9a-f]{64})(?: \\)?")
INSECURE_STORES = {"keyrings-alt", "keyrings-cryptfile"}


def lock_text() -> str:
    """The lock of this checkout."""
    return (ROOT / NAME).read_text(encoding="utf-8")


def pins() -> dict[str, set[Version]]:
    """Every locked version of every package; two where the platforms differ."""
    found: dict[str, set[Version]] = {}
    for line in lock_text().splitlines():
        if match := PIN.match(line):
            found.setdefault(canonicalize_name(match["name"]), set()).add(Version(match["version"]))
    return found


def asked_for() -> list[Requirement]:
    """What pyproject.toml asks for: to run, to develop and to build."""
    description = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    texts = [*description["project"]["dependencies"], *description["dependency-groups"]["dev"]]
    return [Requirement(text) for text in [*texts, *build_requirements(ROOT), *TOOLS]]


def test_every_package_has_hashes() -> None:
    blocks = re.split(r"\n(?=\S)", lock_text().strip())
    assert len(blocks) > 50
    assert [block.split(" ")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_lock_holds_pins_and_hashes_and_nothing_else() -> None:
    assert [line for line in lock_text().splitlines() if not LINE.fullmatch(line)] == []


@pytest.mark.parametrize("requirement", asked_for(), ids=lambda requirement: str(requirement.name))
def test_the_lock_covers_what_the_project_asks_for(requirement: Requirement) -> None:
    versions = pins().get(canonicalize_name(requirement.name), set())
    assert versions, f"{requirement.name} is not locked: python3 installer/bootstrap.py lock"
    assert all(requirement.specifier.contains(version) for version in versions)


def test_no_store_of_secrets_in_plain_text_comes_along() -> None:
    assert INSECURE_STORES.isdisjoint(pins())


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with an old lock."""
    (tmp_path / NAME).write_text("old==1\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[build-system]\nrequires = ["hatchling"]\n', encoding="utf-8")
    return tmp_path


def test_a_failed_renewal_leaves_the_old_lock(checkout: Path) -> None:
    run = Commands({"compile": Outcome(1, "error: Failed to fetch")})
    with pytest.raises(Stop) as stop:
        renew(checkout, python=Path("python"), wishes=["--upgrade"], run=run)
    assert "Failed to fetch" in stop.value.title
    assert (checkout / NAME).read_text(encoding="utf-8") == "old==1\n"
    assert "--upgrade" in run.given[0]


def test_a_lock_with_an_address_is_refused(checkout: Path) -> None:
    def compile_with_address(command: object, doing: str) -> Outcome:
        (checkout / NAME).write_text("one @ https://example.org/one.whl\n", encoding="utf-8")
        return Outcome(0, "")

    with pytest.raises(Stop) as stop:
        renew(checkout, python=Path("python"), wishes=[], run=compile_with_address)
    assert "names a place on the network" in stop.value.title
    assert (checkout / NAME).read_text(encoding="utf-8") == "old==1\n"
