"""Killed while a person decides in the window: whatever it showed as saved is in the file."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.gui.scenes import KEY
from x3studio.store import Store

_FILE = "brandel.x3studio"


@pytest.mark.parametrize("after", [1, 6])
async def test_every_decision_painted_as_saved_is_there(tmp_path: Path, after: int) -> None:
    painted = _killed(tmp_path, after=after)
    assert len(painted) >= after
    async with Store.open(tmp_path / _FILE, key=KEY) as store:
        assert await store.integrity() == ()
        rows = await store.read(
            lambda tables: tables.conn.execute(
                "SELECT sku FROM item_pairs WHERE judgement = 'rejected'"
            ).fetchall()
        )
    assert painted <= {sku for (sku,) in rows}


def _killed(folder: Path, *, after: int) -> set[str]:
    """Kills a window once it has painted so many; returns all that it told until then."""
    window = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.mapping_window", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert window.stdout is not None
    found: set[str] = set()
    try:
        for line in window.stdout:
            word, _, code = line.strip().partition(" ")
            if word == "painted":
                found.add(code)
            if len(found) >= after:
                break
    finally:
        window.kill()
        rest = window.stdout.read()
        window.wait()
        window.stdout.close()
    # A line cut off in the middle was not told.
    whole = rest[: rest.rfind("\n") + 1]
    return found | {line.partition(" ")[2] for line in whole.splitlines() if line.startswith("painted ")}
