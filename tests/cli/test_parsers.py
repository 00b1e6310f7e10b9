"""Commands are loaded one by one: each alone is understood as among all, and drags nothing heavy in."""

import argparse
import subprocess
import sys
from collections.abc import Mapping

import pytest

from x3studio.cli.main import parser_for

HEAVY = {"numpy", "pandas", "pyarrow", "scipy", "starlette", "uvicorn", "openpyxl", "sqlite_utils", "PySide6"}


def commands(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """The sub-parsers by their names."""
    (found,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return found.choices


ALL = commands(parser_for(()))


@pytest.mark.parametrize("name", sorted(ALL.keys() - {"demo"}))
def test_a_command_alone_is_the_same_as_among_all(name: str) -> None:
    alone = commands(parser_for([name]))
    assert alone[name].format_help() == ALL[name].format_help()
    assert len(alone) < len(ALL) / 2


@pytest.mark.parametrize("name", ["run", "runs", "carry", "schedule", "doctor"])
def test_what_runs_unattended_loads_nothing_heavy(name: str) -> None:
    code = f"import sys; from x3studio.cli.main import parser_for; parser_for([{name!r}])"
    code += f"; print(sorted({HEAVY} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_an_unknown_command_is_told_all_of_ours() -> None:
    assert {"run", "map", "doctor"} <= commands(parser_for(["runn"])).keys()
