"""A run in a process of its own: it ends as here, ends when asked to, and outlives a window that died."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest

from tests.crash.clients import Product
from tests.crash.served import Served, served
from x3studio.domain.errors import StudioError
from x3studio.domain.runs import FINAL, Run, RunState
from x3studio.workspace import Workspace
from x3studio.workspace.apart import VERB, program

KEY = "5e" * 32
SLOW = {"x3": {"latency_ms": [150, 200]}, "rate_limits": False}


@pytest.fixture
def systems(tmp_path: Path) -> Iterator[Served]:
    """Ten orders, and an X3 that takes its time."""
    with served(tmp_path, orders=10, faults=SLOW) as there:
        yield there


@pytest.fixture
async def workspace(systems: Served, tmp_path: Path) -> AsyncIterator[Workspace]:
    """Connected and mapped; its secrets are in this process's memory only."""
    product = Product(systems, tmp_path / "w.x3studio", KEY)
    await asyncio.to_thread(product.prepare)
    opened = await Workspace.open(product.path, vault=product.vault())
    yield opened
    await opened.close()


async def _until(workspace: Workspace, run_id: int, *states: RunState) -> Run:
    run = await workspace.running.get(run_id)
    async with asyncio.timeout(60):
        while run.state not in states:
            await asyncio.sleep(0.05)
            run = await workspace.running.get(run_id)
    return run


async def test_it_ends_as_it_would_here(workspace: Workspace) -> None:
    run = await workspace.apart.carry_out(await workspace.running.queue("orders"))
    assert run.state in (RunState.DONE, RunState.PARTIAL)
    assert run.counts.sent == run.counts.confirmed == run.counts.translated > 0


async def test_whoever_stops_waiting_has_it_cancelled(workspace: Workspace) -> None:
    run_id = await workspace.running.queue("orders")
    waiting = asyncio.ensure_future(workspace.apart.carry_out(run_id))
    await _until(workspace, run_id, RunState.RUNNING)
    (own,) = [child for child in psutil.Process().children() if VERB in child.cmdline()]
    assert own.nice() != psutil.Process().nice(), "the window goes first"
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    run = await workspace.running.get(run_id)
    assert (run.state, run.reason) == (RunState.CANCELLED, "Stopped together with the program.")


async def test_what_it_cannot_do_is_said_in_its_words(workspace: Workspace) -> None:
    run_id = await workspace.running.queue("orders")
    await workspace.store.write(lambda tables: tables.connections.delete("seller"))
    with pytest.raises(StudioError, match="A flow needs a connection to X3 and one to Amazon") as caught:
        await workspace.apart.carry_out(run_id)
    assert "Connect both first" in caught.value.advice


async def test_it_outlives_a_window_that_died(workspace: Workspace) -> None:
    run_id = await workspace.running.queue("orders")
    line = await workspace.apart.handed()
    child = await asyncio.to_thread(_started_and_left, workspace.path, run_id, line)
    run = await _until(workspace, run_id, *FINAL)
    assert run.state in (RunState.DONE, RunState.PARTIAL)
    assert run.counts.sent == run.counts.translated > 0
    assert await asyncio.to_thread(child.wait, 30) == 0


def _started_and_left(path: Path, run_id: int, line: str) -> "subprocess.Popen[bytes]":
    """What remains of a window that was killed: a process whose input has come to its end."""
    command = [*program(), "carry", str(run_id), "--workspace", str(path)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert child.stdin is not None
    child.stdin.write(f"{line}\n".encode())
    child.stdin.close()
    return child
