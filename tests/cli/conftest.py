"""Systems that are served once for all the tests of a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.stage import Stage, staged
from tests.cli.story import Program
from tests.crash.served import Served, served


@pytest.fixture(scope="module")
def systems(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A real `x3studio sandbox` with 24 orders."""
    with served(tmp_path_factory.mktemp("systems"), orders=24, faults={}) as running:
        yield running


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Systems of this test alone, in this process."""
    with staged(tmp_path) as running:
        yield running


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The command line with an empty home."""
    return Program(tmp_path)
