"""Killed at any moment of a mapping session: nothing acknowledged is lost, nothing is half there."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.crash.mapping_session import KEY
from x3studio.domain.workbench import Kind
from x3studio.store import Store, Tables
from x3studio.store.pairs import standing_of
from x3studio.workspace.workbench.service import Workbench

_PATIENCE = 60.0


@pytest.mark.parametrize("seed", range(6))
async def test_nothing_acknowledged_is_lost(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "killed.x3studio"
    async with Store.create(path, key=KEY):
        pass
    acknowledged = _killed(path, seed, after=random.Random(seed).randrange(3, 60))
    async with Store.open(path, key=KEY) as store:
        assert await store.integrity() == ()
        steps, wrong = await store.read(_checked)
        assert acknowledged <= steps
        assert wrong == []
        # The session goes on where it was: what was last done can still be undone, and brought back.
        bench = Workbench(store)
        assert (await bench.deck(Kind.ITEMS)).count > 0
        before = await store.read(_stands)
        if await bench.undo() is not None:
            await bench.redo()
        assert await store.read(_stands) == before


def _killed(path: Path, seed: int, *, after: int) -> set[int]:
    """Lets a session run until so many actions are acknowledged and a little longer; returns their steps."""
    session = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.mapping_session", str(path), str(seed)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert session.stdout is not None
    found: set[int] = set()
    count, until = 0, time.monotonic() + _PATIENCE
    try:
        for line in session.stdout:
            word, _, rest = line.partition(" ")
            if word == "done":
                count += 1
                found |= {int(rest)} - {0}
            # In the middle of the next action, not between two.
            if (count >= after and word == "try") or time.monotonic() > until:
                break
        time.sleep(random.Random(seed).random() * 0.01)
    finally:
        session.kill()
        rest_of_it = session.stdout.read()
        session.wait()
        session.stdout.close()
    for line in rest_of_it.splitlines():
        word, _, rest = line.partition(" ")
        if word == "done" and rest.strip():
            found |= {int(rest)} - {0}
    assert count >= after
    return found


def _checked(tables: Tables) -> tuple[set[int], list[str]]:
    """All steps that are written, and every key whose standing pair is not what its decisions say."""
    steps = {int(id) for (id,) in tables.conn.execute("SELECT id FROM steps")}
    counted = dict(tables.conn.execute("SELECT step, COUNT(*) FROM decisions GROUP BY step").fetchall())
    whole = tables.conn.execute("SELECT id, count FROM steps WHERE act = 'decide'").fetchall()
    wrong = [f"step {id} is half there" for id, count in whole if counted.get(id, 0) != count]
    stands = _stands(tables)
    for (sku,) in tables.conn.execute("SELECT DISTINCT sku FROM decisions").fetchall():
        chain = tables.conn.execute(
            "SELECT id, reverts, judgement, pair FROM decisions WHERE sku = ? ORDER BY id", (sku,)
        ).fetchall()
        if standing_of(chain).id != stands.get(sku, 0):
            wrong.append(f"{sku} does not stand as decided")
    return steps, wrong


def _stands(tables: Tables) -> dict[str, int]:
    return dict(tables.conn.execute("SELECT sku, decision FROM item_pairs").fetchall())
