"""An unfit Python hears what is wrong instead of a traceback."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from installer import commands
from installer.bootstrap import ROOT, unfit

PARTLY_INSTALLED = """
import runpy, sys
sys.modules["installer.commands"] = None
runpy.run_path({!r}, run_name="__main__")
"""


def test_an_old_python_can_read_the_entry() -> None:
    source = (ROOT / "installer" / "bootstrap.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 8))
    imported = {
        alias.name for node in ast.parse(source).body if isinstance(node, ast.Import) for alias in node.names
    } | {str(node.module) for node in ast.parse(source).body if isinstance(node, ast.ImportFrom)}
    assert imported == {"sys", "pathlib"}


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 14), (4, 0)])
def test_unfit_pythons_are_named(version: tuple[int, int]) -> None:
    message = unfit(*version, name="/usr/bin/python3")
    assert f"/usr/bin/python3 is Python {version[0]}.{version[1]}." in message
    assert "Python 3.11, 3.12 or 3.13" in message


@pytest.mark.parametrize("minor", [11, 12, 13])
def test_fit_pythons_go_on(minor: int) -> None:
    assert unfit(3, minor, name="python3") == ""


def test_the_versions_are_those_of_the_project() -> None:
    assert 'requires-python = ">=3.11,<3.14"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_a_python_installed_in_part_hears_which_package_it_lacks() -> None:
    code = PARTLY_INSTALLED.format(str(ROOT / "installer" / "bootstrap.py"))
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "apt-get install python3 python3-venv" in told.stderr
    assert "Traceback" not in told.stderr


def test_an_unknown_verb_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["dmeo"], root=tmp_path) == 2
    assert commands.main([], root=tmp_path) == 2
    assert "test -k store" in capsys.readouterr().err


def test_help_is_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["--help"], root=tmp_path) == 0
    assert capsys.readouterr().out.startswith("Usage:")


def test_continuous_integration_types_what_the_readme_says() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").rstrip().endswith("\nexec python3 installer/bootstrap.py test")
    subprocess.run(["bash", "-n", str(script)], check=True)
