"""What every test may ask for: foreign data that is read in place, and quiet clocks."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

FOREIGN = "X3STUDIO_FOREIGN_DATA"


@pytest.fixture(scope="session")
def foreign_data() -> Path:
    """The folder with other people's models and payloads; tests that need it skip where it is absent."""
    folder = os.environ.get(FOREIGN, "")
    if not folder or not Path(folder).is_dir():
        pytest.skip(f"{FOREIGN} names no folder: foreign models and payloads are not at hand")
    return Path(folder)


@pytest.fixture(scope="session", autouse=True)
def _own_locks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Invented accounts carry the same names in every test run on this machine."""
    before = os.environ.get("X3STUDIO_LOCKS")
    os.environ["X3STUDIO_LOCKS"] = str(tmp_path_factory.mktemp("locks"))
    yield
    if before is None:
        del os.environ["X3STUDIO_LOCKS"]
    else:
        os.environ["X3STUDIO_LOCKS"] = before


# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")
