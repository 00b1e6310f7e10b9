"""Runs killed at random moments leave one document per order; the naive client shows that the rig can fail.

A short form; `python -m tests.crash.rig --kills 1000` is the long one.
"""

import sys
from pathlib import Path

import pytest

from tests.crash import rig
from x3studio.domain.connections import Dialect

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the rig forks"),
    pytest.mark.timeout(400),
]


@pytest.mark.parametrize("dialect", [Dialect.GATEWAY, Dialect.SOAP])
def test_killed_runs_neither_duplicate_nor_lose(tmp_path: Path, dialect: Dialect) -> None:
    kills = {Dialect.GATEWAY: 25, Dialect.SOAP: 8}[dialect]
    found = rig.kill_product(tmp_path, kills=kills, seed=3, dialect=dialect)
    assert found.due > kills
    assert (found.duplicated, found.lost, found.uncalled) == ((), (), ())


def test_the_killed_command_neither_duplicates_nor_loses(tmp_path: Path) -> None:
    found = rig.kill_product(tmp_path, kills=4, seed=5, command=True)
    assert (found.duplicated, found.lost, found.uncalled) == ((), (), ())


def test_the_rig_convicts_a_naive_client(tmp_path: Path) -> None:
    found = rig.kill_naive(tmp_path, kills=20, seed=3)
    assert found.duplicated
